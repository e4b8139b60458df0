"""The new table while it is changed, on MySQL and MariaDB, from what SHOW CREATE TABLE tells."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from sqlalchemy import Table
from sqlalchemy.schema import Identity

from alembic.ddl.base import IdentityColumnDefault
from alembic.ddl.impl import DefaultImpl
from alembic.ddl.literals import plain_preparer
from alembic.ddl.mysql_schema.alteration import Alteration, changed_definition
from alembic.ddl.mysql_schema.column import GENERATED, ColumnDefinition, renamed_in
from alembic.ddl.mysql_schema.table import Item, TableText, canonical_option
from alembic.ddl.written import written_column
from alembic.operations.batch.change import AlterColumn
from alembic.operations.batch.move_reflected import Move, Written
from alembic.operations.batch.request import Request
from alembic.operations.batch.written_table import WrittenTable


class MySQLTable(WrittenTable[ColumnDefinition, Item]):
    """The new table; foreign keys are said by SQLAlchemy, their names are to be free first."""

    writes_references = False

    def __init__(
        self,
        impl: DefaultImpl,
        table: Table,
        request: Request,
        order: tuple[tuple[str, ...], ...],
        told: Collection[str],
        text: TableText,
    ) -> None:
        items = [item for item in text.items if not item.is_reference]
        super().__init__(impl, table, request, order, told, text.columns, items)
        self.text = text
        self.partition = text.partition

    def rename_column(self, old: str, new: str) -> None:
        """Give a column another name, wherever the table speaks of it."""
        super().rename_column(old, new)
        self.definitions = {
            new if name == old else name: _renamed(definition, old, new)
            for name, definition in self.definitions.items()
        }
        self.written = [item.renamed(old, new) for item in self.written]
        self.partition = renamed_in(self.partition, old, new)

    def redefined(self, change: AlterColumn, existing: ColumnDefinition) -> ColumnDefinition:
        """The definition of a column after a change; raises CompileError for an identity."""
        if isinstance(change.default, Identity):
            identity = IdentityColumnDefault(
                self.table.name, change.name, change.default, self.impl, schema=self.table.schema
            )
            identity.compile(dialect=self.impl.dialect)
        alteration = Alteration(
            table=self.table.name,
            column=change.name,
            schema=self.table.schema,
            nullable=change.nullable,
            server_default=change.default,
            type_=change.type_,
            autoincrement=change.autoincrement,
            comment=change.comment,  # type: ignore[arg-type]
        )
        if not alteration.is_change:
            return existing
        return changed_definition(alteration, existing, self.impl.dialect)

    def move(self) -> Move:
        """What is to be made of the table."""
        move = super().move()
        columns = [
            written_column(column.name, str(self.definitions[column.name]))
            if column.name in self.definitions
            else column
            for column in move.columns
        ]
        # Names of checks are unique in a whole database of MySQL.
        waits = not getattr(self.impl.dialect, "is_mariadb", False)
        late = [item for item in self.written if item.is_check and waits]
        table = plain_preparer(self.impl.dialect, self.impl.dialect).format_table(self.table)
        written = Written(
            items=tuple(item.text for item in self.written if item not in late),
            late=tuple(f"ALTER TABLE {table} ADD {item.text}" for item in late),
        )
        return replace(move, columns=tuple(columns), kwargs=self._options(), written=written)

    def _options(self) -> dict[str, Any]:
        """Keywords of the new table: what the server says, and over it what the caller does."""
        prefix = f"{self.impl.dialect.name}_"
        options: dict[str, Any] = self.text.keywords(prefix)
        if self.partition:
            double = self.impl.dialect.identifier_preparer._double_percents
            options[f"{prefix}partition_by"] = self.partition.replace("%", "%%" if double else "%")
        said = {canonical_option(key.removeprefix(prefix)) for key in self.table_kwargs}
        kept = {
            key: value
            for key, value in options.items()
            if canonical_option(key.removeprefix(prefix)) not in said
        }
        return {**kept, **self.table_kwargs}

    def is_computed_from(self, definition: ColumnDefinition, column: str) -> bool:
        """Whether a column is computed from another one."""
        return Item(None, definition.of(GENERATED)).mentions(column)


def _renamed(definition: ColumnDefinition, old: str, new: str) -> ColumnDefinition:
    return ColumnDefinition(
        tuple(one._replace(text=renamed_in(one.text, old, new)) for one in definition.clauses)
    )
