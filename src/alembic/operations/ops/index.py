"""Ops on indexes: create and drop."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Index
from sqlalchemy.sql.elements import ColumnElement, TextClause

from alembic.operations.host import DialectKeyword, HasOptions
from alembic.operations.ops.base import MigrateOperation, VerbForm
from alembic.operations.schemaobj import SchemaObjects

IndexElement = str | TextClause | ColumnElement[Any]
"""A column by name, or an expression."""


class CreateIndexOp(MigrateOperation):
    """Create an index; ``kw`` holds what dialects understand."""

    create_index = VerbForm()
    batch_create_index = VerbForm()

    def __init__(
        self,
        index_name: str | None,
        table_name: str,
        columns: Sequence[IndexElement],
        *,
        schema: str | None = None,
        unique: bool = False,
        if_not_exists: bool | None = None,
        **kw: DialectKeyword,
    ) -> None:
        self.index_name = index_name
        self.table_name = table_name
        self.columns = columns
        self.schema = schema
        self.unique = unique
        self.if_not_exists = if_not_exists
        self.kw = kw

    @classmethod
    def from_index(cls, index: Index) -> CreateIndexOp:
        """The op that creates this index."""
        assert index.table is not None, "the index belongs to no table"
        return cls(
            index.name,
            index.table.name,
            list(index.expressions),
            schema=index.table.schema,
            unique=index.unique,
            **index.kwargs,
        )

    def to_index(self, migration_context: HasOptions | None = None) -> Index:
        """The index, bound to a table that has its columns."""
        return SchemaObjects(migration_context).index(
            self.index_name,
            self.table_name,
            self.columns,
            schema=self.schema,
            unique=self.unique,
            **self.kw,
        )

    def reverse(self) -> DropIndexOp:
        """Drop the index; remembers how to create it."""
        return DropIndexOp.from_index(self.to_index())

    def to_diff_tuple(self) -> tuple[str, Index]:
        """``("add_index", Index)``."""
        return "add_index", self.to_index()


class DropIndexOp(MigrateOperation):
    """Drop an index; ``table_name`` is needed where the dialect names it (MySQL, SQL Server)."""

    drop_index = VerbForm()
    batch_drop_index = VerbForm()

    def __init__(
        self,
        index_name: str | None,
        table_name: str | None = None,
        *,
        schema: str | None = None,
        if_exists: bool | None = None,
        _reverse: CreateIndexOp | None = None,
        **kw: DialectKeyword,
    ) -> None:
        self.index_name = index_name
        self.table_name = table_name
        self.schema = schema
        self.if_exists = if_exists
        self.kw = kw
        self._reverse = _reverse

    @classmethod
    def from_index(cls, index: Index) -> DropIndexOp:
        """The op that drops this index and remembers how to create it."""
        assert index.table is not None, "the index belongs to no table"
        return cls(
            index.name,
            index.table.name,
            schema=index.table.schema,
            _reverse=CreateIndexOp.from_index(index),
            unique=index.unique,
            **index.kwargs,
        )

    def to_index(self, migration_context: HasOptions | None = None) -> Index:
        """The index; over a column that stands for its own where they aren't remembered."""
        columns: Sequence[IndexElement] = ["x"] if self._reverse is None else self._reverse.columns
        return SchemaObjects(migration_context).index(
            self.index_name, self.table_name, columns, schema=self.schema, **self.kw
        )

    def reverse(self) -> CreateIndexOp:
        """Create the index, with what is remembered of it."""
        return CreateIndexOp.from_index(self.to_index())

    def to_diff_tuple(self) -> tuple[str, Index]:
        """``("remove_index", Index)``."""
        return "remove_index", self.to_index()
