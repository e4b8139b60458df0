"""Ops on columns: add, alter, drop."""

from __future__ import annotations

from typing import Any, Literal

from sqlalchemy import Column, Table
from sqlalchemy.schema import Computed, FetchedValue, Identity
from sqlalchemy.sql.elements import ColumnElement, TextClause
from sqlalchemy.types import NULLTYPE, TypeEngine

from alembic.operations.host import DialectKeyword, HasOptions
from alembic.operations.ops.base import AlterTableOp, VerbForm
from alembic.operations.schemaobj import SchemaObjects

ServerDefault = (
    str | bool | TextClause | ColumnElement[Any] | FetchedValue | Computed | Identity | None
)
"""A server default; False says "not given", None says "there is none"."""

ColumnType = TypeEngine[Any] | type[TypeEngine[Any]]
"""A type, as an object or as a class (``String``, ``String(30)``)."""

MODIFY = "modify_"
EXISTING = "existing_"


class AddColumnOp(AlterTableOp):
    """Add a column.

    ``kw`` holds what dialects understand, and the place in a batch (``insert_before``,
    ``insert_after``).
    """

    add_column = VerbForm()
    batch_add_column = VerbForm()

    def __init__(
        self,
        table_name: str,
        column: Column[Any],
        *,
        schema: str | None = None,
        if_not_exists: bool | None = None,
        inline_references: bool | None = None,
        inline_primary_key: bool | None = None,
        **kw: DialectKeyword,
    ) -> None:
        super().__init__(table_name, schema=schema)
        self.column = column
        self.if_not_exists = if_not_exists
        self.inline_references = inline_references
        self.inline_primary_key = inline_primary_key
        self.kw = kw

    @classmethod
    def from_column(cls, col: Column[Any]) -> AddColumnOp:
        """The op that adds this column to the table that it belongs to."""
        return cls(col.table.name, col, schema=_table_of(col).schema)

    @classmethod
    def from_column_and_tablename(
        cls, schema: str | None, tname: str, col: Column[Any]
    ) -> AddColumnOp:
        """The op that adds this column to a table by name."""
        return cls(tname, col, schema=schema)

    def to_column(self) -> Column[Any]:
        """The column."""
        return self.column

    def reverse(self) -> DropColumnOp:
        """Drop the column; remembers how to add it."""
        dropped = DropColumnOp.from_column_and_tablename(self.schema, self.table_name, self.column)
        dropped.if_exists = self.if_not_exists
        return dropped

    def to_diff_tuple(self) -> tuple[str, str | None, str, Column[Any]]:
        """``("add_column", schema, table, Column)``."""
        return "add_column", self.schema, self.table_name, self.column


class AlterColumnOp(AlterTableOp):
    """Change a column.

    ``modify_*`` is what is new and ``existing_*`` what the database has: None for type, nullable
    and name, False for server default and comment say "not given". ``kw`` holds what dialects
    understand, and the place in a batch.
    """

    alter_column = VerbForm()
    batch_alter_column = VerbForm()

    def __init__(
        self,
        table_name: str,
        column_name: str,
        *,
        schema: str | None = None,
        existing_type: Any | None = None,
        existing_server_default: Any = False,
        existing_nullable: bool | None = None,
        existing_comment: str | None = None,
        modify_nullable: bool | None = None,
        modify_comment: str | Literal[False] | None = False,
        modify_server_default: Any = False,
        modify_name: str | None = None,
        modify_type: Any | None = None,
        **kw: DialectKeyword,
    ) -> None:
        super().__init__(table_name, schema=schema)
        self.column_name = column_name
        self.existing_type = existing_type
        self.existing_server_default = existing_server_default
        self.existing_nullable = existing_nullable
        self.existing_comment = existing_comment
        self.modify_nullable = modify_nullable
        self.modify_comment = modify_comment
        self.modify_server_default = modify_server_default
        self.modify_name = modify_name
        self.modify_type = modify_type
        self.kw = kw

    def has_changes(self) -> bool:
        """Whether anything is to be changed."""
        return (
            self.modify_nullable is not None
            or self.modify_server_default is not False
            or self.modify_type is not None
            or self.modify_comment is not False
            or self.modify_name is not None
            or any(key.startswith(MODIFY) for key in self.kw)
        )

    def reverse(self) -> AlterColumnOp:
        """Change back what this changes, as far as it is known what was there."""
        back = AlterColumnOp(self.table_name, self.column_name, schema=self.schema)
        known = {key: value for key, value in vars(self).items() if not key.startswith("_")}
        vars(back).update(known, kw=self._reversed_keywords())
        if self.modify_type is not None:
            back.modify_type, back.existing_type = self.existing_type, self.modify_type
        if self.modify_nullable is not None:
            back.modify_nullable = self.existing_nullable
            back.existing_nullable = self.modify_nullable
        if self.modify_server_default is not False:
            back.modify_server_default = self.existing_server_default
            back.existing_server_default = self.modify_server_default
        if self.modify_comment is not False:
            back.modify_comment = self.existing_comment
            back.existing_comment = self.modify_comment
        if self.modify_name is not None:
            back.column_name, back.modify_name = self.modify_name, self.column_name
        return back

    def _reversed_keywords(self) -> dict[str, DialectKeyword]:
        kw = dict(self.kw)
        for key in self.kw:
            name = key.removeprefix(MODIFY)
            if name == key:
                continue
            del kw[key]
            kw[EXISTING + name] = self.kw[key]
            if EXISTING + name in self.kw:
                kw[key] = self.kw[EXISTING + name]
        return kw

    def to_diff_tuple(self) -> list[tuple[Any, ...]]:
        """A tuple for each change: ``("modify_…", schema, table, column, {existing …}, old, new)``.

        A new name is ``("rename_column", schema, table, old name, new name)``, the last of them.
        """
        existing = {
            "nullable": self.existing_nullable,
            "type": self.existing_type,
            "server_default": self.existing_server_default,
            "comment": self.existing_comment,
        }
        changes = (
            ("type", "modify_type", self.modify_type, None),
            ("nullable", "modify_nullable", self.modify_nullable, None),
            ("server_default", "modify_default", self.modify_server_default, False),
            ("comment", "modify_comment", self.modify_comment, False),
        )
        diffs: list[tuple[Any, ...]] = [
            (
                word,
                self.schema,
                self.table_name,
                self.column_name,
                {EXISTING + key: value for key, value in existing.items() if key != subject},
                existing[subject],
                new,
            )
            for subject, word, new, unset in changes
            if new is not unset
        ]
        if self.modify_name is not None:
            names = (self.column_name, self.modify_name)
            diffs.append(("rename_column", self.schema, self.table_name, *names))
        return diffs


class DropColumnOp(AlterTableOp):
    """Drop a column; ``kw`` holds what dialects understand."""

    drop_column = VerbForm()
    batch_drop_column = VerbForm()

    def __init__(
        self,
        table_name: str,
        column_name: str,
        *,
        schema: str | None = None,
        if_exists: bool | None = None,
        _reverse: AddColumnOp | None = None,
        **kw: DialectKeyword,
    ) -> None:
        super().__init__(table_name, schema=schema)
        self.column_name = column_name
        self.kw = kw
        self.if_exists = if_exists
        self._reverse = _reverse

    @classmethod
    def from_column_and_tablename(
        cls, schema: str | None, tname: str, col: Column[Any]
    ) -> DropColumnOp:
        """The op that drops this column from a table by name, and remembers how to add it."""
        added = AddColumnOp.from_column_and_tablename(schema, tname, col)
        return cls(tname, col.name, schema=schema, _reverse=added)

    def to_column(self, migration_context: HasOptions | None = None) -> Column[Any]:
        """The column as remembered, else one without a type."""
        if self._reverse is not None:
            return self._reverse.column
        return SchemaObjects(migration_context).column(self.column_name, NULLTYPE)

    def reverse(self) -> AddColumnOp:
        """Add the column; raises ValueError where it isn't remembered."""
        if self._reverse is None:
            raise ValueError("operation is not reversible; original column is not present")
        added = AddColumnOp.from_column_and_tablename(
            self.schema, self.table_name, self._reverse.column
        )
        added.if_not_exists = self.if_exists
        return added

    def to_diff_tuple(self) -> tuple[str, str | None, str, Column[Any]]:
        """``("remove_column", schema, table, Column)``."""
        return "remove_column", self.schema, self.table_name, self.to_column()


def _table_of(column: Column[Any]) -> Table:
    table = column.table
    assert isinstance(table, Table), "the column belongs to no table"
    return table
