"""What ``reflect_args``, ``reflect_kwargs`` and ``table_args`` say of a table, for a rewrite.

A column of ``reflect_args`` says its type, and of the rest what was written out: a column without
``nullable`` or ``server_default`` keeps what it has.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import CheckConstraint, Column, ForeignKeyConstraint, Index, Table, exc
from sqlalchemy.schema import Constraint, PrimaryKeyConstraint, SchemaItem
from sqlalchemy.types import NULLTYPE, NullType, TypeEngine

from alembic.ddl.sqlite_schema import edit
from alembic.ddl.sqlite_schema.tokens import fold, same_name
from alembic.operations.batch.change import AddColumn
from alembic.operations.batch.columns import add_column, declare_type
from alembic.operations.batch.constraints import (
    add_if_missing,
    add_unless_said,
    drop_restated,
)
from alembic.operations.batch.draft import Draft, StoredIndex, Told
from alembic.operations.batch.errors import NotForThisTable
from alembic.operations.batch.names import Rename
from alembic.operations.batch.spell import Spelling
from alembic.operations.copies import copy_of
from alembic.operations.ops.index import CreateIndexOp
from alembic.operations.schemaobj import SchemaObjects, in_order_of_creation


def told_by_column(column: Column[Any]) -> Told:
    """What a column of ``reflect_args`` says."""
    said = column._user_defined_nullable
    default: Any = column.server_default
    return Told(
        column.name,
        None if column.type is NULLTYPE else column.type,
        nullable=said if isinstance(said, bool) else None,
        default=False if default is None or column.computed is not None else default,
    )


def told_by_listeners(plain: Table, heard: Table, spelling: Spelling) -> Iterable[Told]:
    """What listeners to a reflection have made of the columns that they were shown."""
    for column in heard.columns:
        before = plain.columns[column.name]
        told = Told(
            column.name,
            None if _is_same(spelling, before, column) else column.type,
            nullable=None if column.nullable is before.nullable else column.nullable,
            default=False if _default(column) == _default(before) else column.server_default,
        )
        if told != Told(column.name):
            yield told


def _is_same(spelling: Spelling, before: Column[Any], heard: Column[Any]) -> bool:
    """Whether a listener has left the type; a column of SQLite needn't have any."""
    if isinstance(before.type, NullType) or isinstance(heard.type, NullType):
        return isinstance(heard.type, NullType)
    return spelling.type_(before.type) == spelling.type_(heard.type)


def _default(column: Column[Any]) -> str | None:
    default: Any = column.server_default
    return None if default is None else str(getattr(default, "arg", default))


def under_new_names(told: Iterable[Told], renames: Sequence[Rename]) -> tuple[Told, ...]:
    """The same of columns that have been renamed meanwhile."""
    return tuple(one.named(_renamed(one.name, renames)) for one in told)


def _renamed(name: str, renames: Sequence[Rename]) -> str:
    for rename in renames:
        if same_name(rename.old, name):
            name = rename.new
    return name


def heed(draft: Draft, told: Told, *, keeps_type: bool) -> None:
    """Declare a column as it was told; the CHECK of a type is for a column that keeps the type."""
    name = draft.column(told.name).name
    if told.type_ is not None:
        declare_type(draft, name, told.type_)
        for check in _checks_of_type(draft, name, told.type_) if keeps_type else ():
            add_unless_said(draft, check)
    if told.nullable is not None:
        column = draft.column(name)
        draft.text = edit.set_not_null(draft.text, column, not_null=not told.nullable)
    if told.default is not False:
        default: Any = told.default
        spelled = (
            None if default is None else draft.spelling.default(default, told.type_ or NULLTYPE)
        )
        draft.text = edit.set_default(draft.text, draft.column(name), spelled)


def _checks_of_type(draft: Draft, column: str, type_: TypeEngine[Any]) -> list[Constraint]:
    """The CHECK that a type brings along: ``Boolean(create_constraint=True)``."""
    made = SchemaObjects().table(draft.text.name, Column(column, type_))
    return [one for one in in_order_of_creation(made.constraints) if one._type_bound]


def references(table: str, columns: Iterable[Column[Any]]) -> list[Constraint]:
    """The foreign keys that columns of ``reflect_args`` bring along."""
    return [
        constraint
        for column in columns
        if column.foreign_keys
        for constraint in in_order_of_creation(
            SchemaObjects().table(table, copy_of(column)).constraints
        )
        if isinstance(constraint, ForeignKeyConstraint)
    ]


def add_items(draft: Draft, items: Iterable[SchemaItem]) -> None:
    """Add columns, constraints and indexes that the table hasn't; raises NotForThisTable."""
    items = list(items)
    drop_restated(draft, [item for item in items if isinstance(item, CheckConstraint)])
    for item in items:
        try:
            match item:
                case Column():
                    _add_column(draft, item)
                case Constraint():
                    add_if_missing(draft, item)
                case Index():
                    _add_index(draft, item)
                case _:
                    pass
        except exc.ConstraintColumnNotFoundError as error:
            columns = [column.name for column in draft.text.columns]
            raise NotForThisTable(str(error), draft.text.name, columns) from error


def _add_column(draft: Draft, column: Column[Any]) -> None:
    table = SchemaObjects().table(draft.text.name, copy_of(column))
    add_column(draft, AddColumn(table.columns[column.name], if_not_exists=True))
    for constraint in in_order_of_creation(table.constraints):
        if not isinstance(constraint, PrimaryKeyConstraint):
            add_if_missing(draft, constraint)
    for index in table.indexes:
        _add_index(draft, index)


def _add_index(draft: Draft, index: Index) -> None:
    columns = [Column(column.name, NULLTYPE) for column in draft.text.columns]
    if index.table is None:
        SchemaObjects().table(draft.text.name, *columns, index)
    name = str(index.name)
    there = {fold(one.name) for one in (*draft.indexes, *draft.new_indexes)}
    if fold(name) not in there:
        spelled = draft.spelling.index(CreateIndexOp.from_index(index).to_index())
        draft.new_indexes.append(StoredIndex(name, spelled))
