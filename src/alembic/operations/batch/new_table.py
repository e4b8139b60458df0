"""The new table while it is changed, where a table is rebuilt on other databases than SQLite.

Columns, constraints and indexes are kept as values until ``move_reflected`` makes a table of them.
"""

from __future__ import annotations

import itertools
from typing import Any

from sqlalchemy import Column, Constraint, Index, PrimaryKeyConstraint, Table
from sqlalchemy.exc import CircularDependencyError
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.types import TypeEngine
from sqlalchemy.util import topological

from alembic.ddl.impl import DefaultImpl
from alembic.ddl.sqlite_schema.tokens import fold
from alembic.operations.batch.change import (
    AddColumn,
    AddConstraint,
    AlterColumn,
    Change,
    CommentTable,
    CreateIndex,
    DropColumn,
    DropConstraint,
    DropIndex,
    Place,
)
from alembic.operations.batch.errors import (
    CircularOrder,
    ColumnExists,
    ConstraintNeedsName,
    LastColumn,
    NoSuchColumn,
    NoSuchConstraint,
    NoSuchIndex,
)
from alembic.operations.batch.move_reflected import Move
from alembic.operations.batch.parts import (
    index_renamed,
    index_without,
    part_renamed,
    part_without,
    without_column,
)
from alembic.operations.copies import copy_of
from alembic.operations.ops.constraint import AddConstraintOp, CreatePrimaryKeyOp, name_or_none
from alembic.operations.ops.index import CreateIndexOp
from alembic.operations.schemaobj import in_order_of_creation


class ApplyBatchImpl:
    """The new table while it is changed.

    ``table`` is the one that there is, ``named_constraints`` are those of it by their names;
    dialects look at both in ``prep_table_for_batch``.
    """

    def __init__(
        self,
        impl: DefaultImpl,
        table: Table,
        table_args: tuple[Any, ...] = (),
        table_kwargs: dict[str, Any] | None = None,
        reflected: bool = True,
        partial_reordering: tuple[tuple[str, ...], ...] = (),
    ) -> None:
        self.impl = impl
        self.table = table
        self.table_args = table_args
        self.table_kwargs = dict(table_kwargs or {})
        self.reflected = reflected
        self.partial_reordering = partial_reordering
        constraints = [each for each in in_order_of_creation(table.constraints) if _is_own(each)]
        self.named_constraints = {
            str(each.name): each for each in constraints if name_or_none(each) is not None
        }
        self.columns = {column.name: self._counting(_copy(column)) for column in table.columns}
        self.sources: dict[str, ColumnElement[Any]] = {
            column.name: column for column in table.columns if column.computed is None
        }
        self.parts = [
            *_key_of_columns(table),
            *(AddConstraintOp.from_constraint(each) for each in constraints),
        ]
        indexes = sorted(table.indexes, key=lambda index: str(index.name))
        self.indexes = [
            CreateIndexOp.from_index(index) for index in indexes if not _is_of_constraint(index)
        ]
        self.comment = table.comment
        self._places: list[tuple[str, str]] = []
        self._new_key: CreatePrimaryKeyOp | None = None

    def _counting(self, column: Column[Any]) -> Column[Any]:
        """On PostgreSQL a column that has a default already isn't made SERIAL: it keeps its own."""
        if self.reflected and column.server_default is not None:
            column.autoincrement = False
        return column

    def apply(self, change: Change, returning: frozenset[str] = frozenset()) -> None:
        """Make one change; ``returning`` are columns that are dropped and then added again."""
        match change:
            case AddColumn():
                self._add_column(change)
            case DropColumn():
                self._drop_column(change, returning)
            case AlterColumn():
                self._alter_column(change)
            case AddConstraint(constraint=constraint):
                self._add_constraint(constraint)
            case DropConstraint():
                self._drop_constraint(change)
            case CreateIndex(index=index):
                self.indexes.append(CreateIndexOp.from_index(index))
            case DropIndex():
                self._drop_index(change)
            case CommentTable(comment=comment):
                self.comment = comment

    def rename_column(self, old: str, new: str) -> None:
        """Give a column another name, wherever the table speaks of it."""
        self._column(old)
        self.columns = {new if name == old else name: each for name, each in self.columns.items()}
        self.columns[new].name = self.columns[new].key = new
        if old in self.sources:
            self.sources[new] = self.sources.pop(old)
        self.parts = [part_renamed(part, self.table, old, new) for part in self.parts]
        self.indexes = [index_renamed(index, old, new) for index in self.indexes]

    def move(self) -> Move:
        """What is to be made of the table."""
        return Move(
            old=self.table,
            columns=tuple(self.columns[name] for name in self._order()),
            parts=tuple(self.parts),
            args=self.table_args,
            kwargs={**self.table.kwargs, **self.table_kwargs},
            indexes=tuple(self.indexes),
            sources={name: self.sources[name] for name in self._order() if name in self.sources},
            comment=self.comment,
        )

    def _add_column(self, change: AddColumn) -> None:
        column = change.column
        if column.name in self.columns:
            if change.if_not_exists:
                return
            raise ColumnExists(column.name, self.table.name)
        self.columns[column.name] = _copy(column)
        if column.primary_key:
            self._extend_new_primary_key(column.name)
        self._place(column.name, change.place)

    def _extend_new_primary_key(self, name: str) -> None:
        """Make new columns the primary key of a table that has none; one that there is stays."""
        keys = [part for part in self.parts if isinstance(part, CreatePrimaryKeyOp)]
        if not keys:
            self._new_key = CreatePrimaryKeyOp(
                None, self.table.name, [name], schema=self.table.schema
            )
            self.parts.insert(0, self._new_key)
        elif keys[0] is self._new_key:
            keys[0].columns = [*keys[0].columns, name]

    def _drop_column(self, change: DropColumn, returning: frozenset[str]) -> None:
        if change.name not in self.columns and change.if_exists:
            return
        self._column(change.name)
        if len(self.columns) == 1:
            raise LastColumn(change.name, self.table.name)
        del self.columns[change.name]
        self.sources.pop(change.name, None)
        waits = fold(change.name) in returning
        kept = [
            part
            if waits and not isinstance(part, CreatePrimaryKeyOp)
            else part_without(part, self.table, change.name)
            for part in self.parts
        ]
        self.parts = [part for part in kept if part is not None]
        if not waits:
            self.indexes = [index for index in self.indexes if index_without(index, change.name)]
        self._places = without_column(self._places, change.name)

    def _alter_column(self, change: AlterColumn) -> None:
        column = self._column(change.name)
        if change.type_ is not None:
            self._change_type(column, change.type_)
        if change.nullable is not None:
            column.nullable = change.nullable
        if change.default is not False:
            self._change_default(column, change.default)
        if change.autoincrement is not None:
            column.autoincrement = change.autoincrement
        if change.comment is not False:
            column.comment = change.comment  # type: ignore[assignment]
        self._place(change.name, change.place)

    def _change_type(self, column: Column[Any], type_: TypeEngine[Any]) -> None:
        source = self.sources.get(column.name)
        if source is not None:
            transfer: dict[str, Any] = {"expr": source}
            self.impl.cast_for_batch_migrate(column, transfer, type_)
            self.sources[column.name] = transfer["expr"]
        column.type = type_

    def _change_default(self, column: Column[Any], default: Any) -> None:
        made: Column[Any] = (
            Column(column.name, column.type, default)
            if hasattr(default, "_set_parent") and not isinstance(default, ColumnElement)
            else Column(column.name, column.type, server_default=default)
        )
        column.server_default = made.server_default
        column.computed = made.computed
        column.identity = made.identity
        if column.computed is not None:
            self.sources.pop(column.name, None)

    def _add_constraint(self, constraint: Constraint) -> None:
        if constraint._type_bound:
            return  # the column brings it along
        name = self._name(constraint)
        if name is None:
            raise ConstraintNeedsName(self.table.name, self._names(), is_new=True)
        is_key = isinstance(constraint, PrimaryKeyConstraint)
        self.parts = [
            part
            for part in self.parts
            if name_of(part) != name and not (is_key and isinstance(part, CreatePrimaryKeyOp))
        ]
        self.parts.append(AddConstraintOp.from_constraint(constraint))

    def _drop_constraint(self, change: DropConstraint) -> None:
        constraint = change.constraint
        if constraint._type_bound:
            return
        name = self._name(constraint)
        found = [part for part in self.parts if name is not None and name_of(part) == name]
        if not found and isinstance(constraint, PrimaryKeyConstraint):
            keys = [part for part in self.parts if isinstance(part, CreatePrimaryKeyOp)]
            found = [key for key in keys if name_of(key) is None]
        if found:
            self.parts = [part for part in self.parts if part not in found]
        elif self._drop_unique_index(name) or change.if_exists:
            return
        elif name is None:
            raise ConstraintNeedsName(self.table.name, self._names())
        else:
            raise NoSuchConstraint(name, self.table.name, self._names())

    def _drop_unique_index(self, name: str | None) -> bool:
        """MySQL and MariaDB have no unique constraints but as indexes, which is how they are read."""
        kept = [index for index in self.indexes if not index.unique or index.index_name != name]
        is_there = len(kept) < len(self.indexes)
        self.indexes = kept
        return is_there

    def _drop_index(self, change: DropIndex) -> None:
        kept = [index for index in self.indexes if index.index_name != change.name]
        if len(kept) == len(self.indexes) and not change.if_exists:
            existing = [str(index.index_name) for index in self.indexes]
            raise NoSuchIndex(change.name, self.table.name, existing)
        self.indexes = kept

    def _column(self, name: str) -> Column[Any]:
        if name not in self.columns:
            raise NoSuchColumn(name, self.table.name, self.columns)
        return self.columns[name]

    def _name(self, constraint: Constraint) -> str | None:
        """Its name as it is in the database, the naming convention's where that makes one."""
        if constraint.name is None:
            return None
        formatted = self.impl.dialect.identifier_preparer.format_constraint(constraint)
        return None if formatted is None else str(name_or_none(constraint) or formatted)

    def _names(self) -> list[str]:
        return [name for part in self.parts if (name := name_of(part)) is not None]

    def _place(self, name: str, place: Place) -> None:
        """Move a column beside another, and keep it there when ``partial_reordering`` is heeded."""
        beside = place.before if place.before is not None else place.after
        if beside is None:
            return
        self._column(beside)
        names = [each for each in self.columns if each != name]
        names.insert(names.index(beside) + (place.before is None), name)
        self.columns = {each: self.columns[each] for each in names}
        self._places.append((name, beside) if place.before is not None else (beside, name))

    def _order(self) -> list[str]:
        names = list(self.columns)
        if not self.partial_reordering:
            return names
        pairs = [
            (one, other)
            for wanted in self.partial_reordering
            for one, other in itertools.pairwise(wanted)
        ]
        try:
            return list(topological.sort([*pairs, *self._places], names))
        except CircularDependencyError as error:
            raise CircularOrder(sorted(set(error.cycles))) from error


def name_of(part: AddConstraintOp) -> str | None:
    """The name of a constraint, if it has one."""
    name = getattr(part, "constraint_name", None)
    return None if name is None else str(name)


def _is_own(constraint: Constraint) -> bool:
    """Whether it isn't brought along by a column's type, and isn't an empty primary key."""
    if isinstance(constraint, PrimaryKeyConstraint):
        return bool(constraint.columns)
    return not constraint._type_bound


def _key_of_columns(table: Table) -> list[AddConstraintOp]:
    """The primary key that only the columns tell of: a model's ``constraints`` may have been emptied."""
    names = [column.name for column in table.columns if column.primary_key]
    if not names or any(isinstance(each, PrimaryKeyConstraint) for each in table.constraints):
        return []
    return [CreatePrimaryKeyOp(None, table.name, names, schema=table.schema)]


def _is_of_constraint(index: Index) -> bool:
    """Whether a reflected index is how the database keeps a unique constraint."""
    return "duplicates_constraint" in index.info


def _copy(column: Column[Any]) -> Column[Any]:
    copy = copy_of(column)
    copy.primary_key = False
    return copy
