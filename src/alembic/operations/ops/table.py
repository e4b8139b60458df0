"""Ops on whole tables: create, drop, rename, and the comment."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import MetaData, Table
from sqlalchemy.schema import SchemaItem

from alembic.ddl.impl import EXISTING_COMMENT
from alembic.operations.host import DialectKeyword, HasOptions
from alembic.operations.ops.base import AlterTableOp, MigrateOperation, VerbForm
from alembic.operations.schemaobj import SchemaObjects, in_order_of_creation


class CreateTableOp(MigrateOperation):
    """Create a table; ``columns`` holds columns, constraints and indexes.

    ``kw`` are the other arguments of ``Table``: dialect keywords, ``extend_existing`` and so on.
    """

    create_table = VerbForm()

    def __init__(
        self,
        table_name: str,
        columns: Sequence[SchemaItem | None],
        *,
        schema: str | None = None,
        if_not_exists: bool | None = None,
        _namespace_metadata: MetaData | None = None,
        _constraints_included: bool = False,
        **kw: DialectKeyword,
    ) -> None:
        self.table_name = table_name
        self.columns = columns
        self.schema = schema
        self.if_not_exists = if_not_exists
        self.info = kw.pop("info", None) or {}
        self.comment: str | None = kw.pop("comment", None)
        self.prefixes: Sequence[str] | None = kw.pop("prefixes", None)
        self.kw = kw
        self._namespace_metadata = _namespace_metadata
        self._constraints_included = _constraints_included

    @classmethod
    def from_table(
        cls, table: Table, *, _namespace_metadata: MetaData | None = None
    ) -> CreateTableOp:
        """The op that creates this table with its constraints; its indexes take ops of their own."""
        return cls(
            table.name,
            [*table.c, *in_order_of_creation(table.constraints)],
            schema=table.schema,
            _namespace_metadata=(
                table.metadata if _namespace_metadata is None else _namespace_metadata
            ),
            # Nothing that a column says of indexes and constraints is to be made a second time.
            _constraints_included=True,
            comment=table.comment,
            info=dict(table.info),
            prefixes=list(table._prefixes),
            **table.kwargs,
        )

    def to_table(self, migration_context: HasOptions | None = None) -> Table:
        """The table, in a MetaData of its own."""
        return SchemaObjects(migration_context).table(
            self.table_name,
            *self.columns,
            schema=self.schema,
            **_table_arguments(self.comment, self.info, self.prefixes),
            _constraints_included=self._constraints_included,
            **self.kw,
        )

    def reverse(self) -> DropTableOp:
        """Drop the table; remembers how to create it."""
        return DropTableOp.from_table(self.to_table(), _namespace_metadata=self._namespace_metadata)

    def to_diff_tuple(self) -> tuple[str, Table]:
        """``("add_table", Table)``."""
        return "add_table", self.to_table()


class DropTableOp(MigrateOperation):
    """Drop a table; ``table_kw`` are arguments of ``Table``."""

    drop_table = VerbForm()

    def __init__(
        self,
        table_name: str,
        *,
        schema: str | None = None,
        if_exists: bool | None = None,
        table_kw: dict[str, DialectKeyword] | None = None,
        _reverse: CreateTableOp | None = None,
    ) -> None:
        self.table_name = table_name
        self.schema = schema
        self.if_exists = if_exists
        self.table_kw = dict(table_kw or {})
        self.info = self.table_kw.pop("info", None) or {}
        self.comment: str | None = self.table_kw.pop("comment", None)
        self.prefixes: Sequence[str] | None = self.table_kw.pop("prefixes", None)
        self._reverse = _reverse

    @classmethod
    def from_table(
        cls, table: Table, *, _namespace_metadata: MetaData | None = None
    ) -> DropTableOp:
        """The op that drops this table and remembers how to create it."""
        return cls(
            table.name,
            schema=table.schema,
            table_kw={
                "comment": table.comment,
                "info": dict(table.info),
                "prefixes": list(table._prefixes),
                **table.kwargs,
            },
            _reverse=CreateTableOp.from_table(table, _namespace_metadata=_namespace_metadata),
        )

    def to_table(self, migration_context: HasOptions | None = None) -> Table:
        """The table, with its columns where they are remembered."""
        created = self._reverse
        return SchemaObjects(migration_context).table(
            self.table_name,
            *(() if created is None else created.columns),
            schema=self.schema,
            **_table_arguments(self.comment, self.info, self.prefixes),
            _constraints_included=created is not None and created._constraints_included,
            **self.table_kw,
        )

    def reverse(self) -> CreateTableOp:
        """Create the table, with what is remembered of it."""
        return CreateTableOp.from_table(self.to_table())

    def to_diff_tuple(self) -> tuple[str, Table]:
        """``("remove_table", Table)``."""
        return "remove_table", self.to_table()


class RenameTableOp(AlterTableOp):
    """Rename a table within its schema."""

    rename_table = VerbForm()

    def __init__(
        self, old_table_name: str, new_table_name: str, *, schema: str | None = None
    ) -> None:
        super().__init__(old_table_name, schema=schema)
        self.new_table_name = new_table_name

    def reverse(self) -> RenameTableOp:
        """Give the table its old name."""
        return RenameTableOp(self.new_table_name, self.table_name, schema=self.schema)

    def to_diff_tuple(self) -> tuple[str, str | None, str, str]:
        """``("rename_table", schema, old name, new name)``."""
        return "rename_table", self.schema, self.table_name, self.new_table_name


class CreateTableCommentOp(AlterTableOp):
    """Set the comment of a table."""

    create_table_comment = VerbForm()
    batch_create_table_comment = VerbForm()

    def __init__(
        self,
        table_name: str,
        comment: str | None,
        *,
        schema: str | None = None,
        existing_comment: str | None = None,
    ) -> None:
        super().__init__(table_name, schema=schema)
        self.comment = comment
        self.existing_comment = existing_comment

    def reverse(self) -> CreateTableCommentOp | DropTableCommentOp:
        """Set the comment as it was, or drop it where there was none."""
        if self.existing_comment is None:
            return DropTableCommentOp(
                self.table_name, existing_comment=self.comment, schema=self.schema
            )
        return CreateTableCommentOp(
            self.table_name,
            self.existing_comment,
            existing_comment=self.comment,
            schema=self.schema,
        )

    def to_table(self, migration_context: HasOptions | None = None) -> Table:
        """A table without columns that has the comment; its ``info`` says which one it had."""
        had = self.existing_comment
        return SchemaObjects(migration_context).table(
            self.table_name,
            schema=self.schema,
            comment=self.comment,
            info={} if had is None else {EXISTING_COMMENT: had},
        )

    def to_diff_tuple(self) -> tuple[str, Table, str | None]:
        """``("add_table_comment", Table, existing comment)``."""
        return "add_table_comment", self.to_table(), self.existing_comment


class DropTableCommentOp(AlterTableOp):
    """Drop the comment of a table."""

    drop_table_comment = VerbForm()
    batch_drop_table_comment = VerbForm()

    def __init__(
        self, table_name: str, *, schema: str | None = None, existing_comment: str | None = None
    ) -> None:
        super().__init__(table_name, schema=schema)
        self.existing_comment = existing_comment

    def reverse(self) -> CreateTableCommentOp:
        """Set the comment that was there."""
        return CreateTableCommentOp(self.table_name, self.existing_comment, schema=self.schema)

    def to_table(self, migration_context: HasOptions | None = None) -> Table:
        """A table without columns and without a comment."""
        return SchemaObjects(migration_context).table(self.table_name, schema=self.schema)

    def to_diff_tuple(self) -> tuple[str, Table]:
        """``("remove_table_comment", Table)``."""
        return "remove_table_comment", self.to_table()


def _table_arguments(
    comment: str | None, info: dict[Any, Any], prefixes: Sequence[str] | None
) -> dict[str, Any]:
    return {"comment": comment, "info": dict(info or {}), "prefixes": list(prefixes or ())}
