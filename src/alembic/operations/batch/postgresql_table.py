"""The new table while it is changed, on PostgreSQL, from what its catalog tells."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from sqlalchemy import Column, Table
from sqlalchemy.schema import Computed, Identity
from sqlalchemy.types import TypeEngine

from alembic.ddl.base import format_server_default, format_type
from alembic.ddl.impl import DefaultImpl
from alembic.ddl.literals import script_dialect
from alembic.ddl.postgresql_catalog import Hanging, PostgreSQLText, WrittenColumn, WrittenPart
from alembic.ddl.written import written_column
from alembic.operations.batch.change import AlterColumn
from alembic.operations.batch.move_reflected import Move, Written
from alembic.operations.batch.parts import speaks_of
from alembic.operations.batch.request import Request
from alembic.operations.batch.written_table import WrittenTable


class PostgreSQLTable(WrittenTable[WrittenColumn, WrittenPart]):
    """The new table; constraints are made when the old one, and with it their names, is gone."""

    writes_references = True

    def __init__(
        self,
        impl: DefaultImpl,
        table: Table,
        request: Request,
        order: tuple[tuple[str, ...], ...],
        told: Collection[str],
        text: PostgreSQLText,
    ) -> None:
        super().__init__(impl, table, request, order, told, text.columns, text.parts)
        # Only those that are said anew by table_args need their names before the old table is gone.
        said = {getattr(item, "name", None) for item in request.table_args}
        self.named_constraints = {
            name: each for name, each in self.named_constraints.items() if name in said
        }
        self.hanging = text.hanging
        self.casts: dict[str, TypeEngine[Any]] = {}
        plain = script_dialect(impl.dialect)
        self._compiler = plain.ddl_compiler(plain, None)  # type: ignore[arg-type]

    def redefined(self, change: AlterColumn, existing: WrittenColumn) -> WrittenColumn | None:
        """The column after a change; None where it becomes computed or an identity."""
        if isinstance(change.default, Identity | Computed):
            return None
        column = existing
        if change.type_ is not None:
            self.casts[change.name] = change.type_
            column = column.retyped(format_type(self._compiler, change.type_))
        if change.nullable is not None:
            column = replace(column, not_null=not change.nullable)
        if change.default is None:
            column = replace(column, fills="")
        elif change.default is not False:
            default = format_server_default(self._compiler, change.default)
            column = replace(column, fills=f"DEFAULT {default}")
        return column

    def is_computed_from(self, definition: WrittenColumn, column: str) -> bool:
        """Whether a column is computed from another one."""
        return definition.is_computed and speaks_of(definition.fills, column)

    def move(self) -> Move:
        """What is to be made of the table."""
        move = super().move()
        statements = [part.statement for part in self.written]
        statements += [each.statement for each in self.hanging if self._is_there(each)]
        written = Written(
            late=tuple(statements),
            casts=self.casts,
            all_late=True,
            numbers=any(column.is_identity for column in self.definitions.values()),
        )
        columns = tuple(self._spelled(column) for column in move.columns)
        return replace(move, columns=columns, written=written)

    def _spelled(self, column: Column[Any]) -> Column[Any]:
        definition = self.definitions.get(column.name)
        if definition is None:
            return column
        return written_column(column.name, str(definition), column.comment)

    def _is_there(self, hanging: Hanging) -> bool:
        """Whether what something hangs on is still there as it was."""
        match hanging.of:
            case "column":
                return hanging.name in self.columns
            case "storage":
                return hanging.name in self.definitions and hanging.name not in self.casts
            case "constraint" | "index":
                return any(part.name == hanging.name for part in self.written)
            case _:
                return True
