"""What a statement needs to find in the database.

A dialect with constructs of its own says so for each::

    @sought_by.register(MyConstruct)
    def _(construct: MyConstruct) -> list[Sought]:
        return [Sought((construct.schema, construct.table_name))]
"""

from __future__ import annotations

import functools
from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import (
    CheckConstraint,
    Column,
    Constraint,
    ForeignKeyConstraint,
    Index,
    Table,
)
from sqlalchemy.schema import (
    AddConstraint,
    CreateIndex,
    CreateTable,
    DropConstraint,
    DropIndex,
    DropTable,
    DropTableComment,
    SetColumnComment,
    SetTableComment,
)
from sqlalchemy.sql.schema import ColumnCollectionConstraint

from alembic.ddl.absent.names import Kind, Place, Thing
from alembic.ddl.base import AddColumn, AlterColumn, AlterTable, DropColumn


class Sought(NamedTuple):
    """A table, and what it has to have.

    ``is_dropped`` is true where the operation can pass over it, with ``if_exists=True``;
    ``otherwise`` is what to say where the table and all of the things are there.
    """

    table: Place
    things: tuple[Thing, ...] = ()
    is_dropped: bool = False
    otherwise: str = ""


@functools.singledispatch
def sought_by(construct: object) -> list[Sought]:
    """What a construct needs, none for those that nobody has spoken for."""
    return []


@sought_by.register(AlterTable)
def _(construct: AlterTable) -> list[Sought]:
    return [Sought(table_of(construct))]


@sought_by.register(AlterColumn)
def _(construct: AlterColumn) -> list[Sought]:
    return [Sought(table_of(construct), _columns([construct.column_name]))]


@sought_by.register(DropColumn)
def _(construct: DropColumn) -> list[Sought]:
    dropped = _columns([construct.column.name])
    return [Sought(table_of(construct), dropped, is_dropped=True)]


@sought_by.register(AddColumn)
def _(construct: AddColumn) -> list[Sought]:
    references = [one.constraint for one in construct.column.foreign_keys if one.constraint]
    return [Sought(table_of(construct)), *_referred(references)]


@sought_by.register(CreateTable)
def _(construct: CreateTable) -> list[Sought]:
    table: Table = construct.element
    return _referred(sorted(table.foreign_key_constraints, key=lambda one: one._creation_order))


@sought_by.register(DropTable)
def _(construct: DropTable) -> list[Sought]:
    return [Sought(place_of(construct.element), is_dropped=True)]


@sought_by.register(SetTableComment)
@sought_by.register(DropTableComment)
def _(construct: SetTableComment | DropTableComment) -> list[Sought]:
    return [Sought(place_of(construct.element))]


@sought_by.register(SetColumnComment)
def _(construct: SetColumnComment) -> list[Sought]:
    column: Column[object] = construct.element
    return [Sought(place_of(column.table), _columns([column.name]))]


@sought_by.register(AddConstraint)
def _(construct: AddConstraint) -> list[Sought]:
    constraint: Constraint = construct.element
    things: tuple[Thing, ...] = ()
    # A check's columns are guessed of its text.
    if isinstance(constraint, ColumnCollectionConstraint) and not isinstance(
        constraint, CheckConstraint
    ):
        things = _columns(column.name for column in constraint.columns)
    references = [constraint] if isinstance(constraint, ForeignKeyConstraint) else []
    return [Sought(place_of(constraint.table), things), *_referred(references)]


@sought_by.register(DropConstraint)
def _(construct: DropConstraint) -> list[Sought]:
    return constraint_to_drop(construct.element)


@sought_by.register(CreateIndex)
def _(construct: CreateIndex) -> list[Sought]:
    index: Index = construct.element
    assert index.table is not None
    things = _columns(item.name for item in index.expressions if isinstance(item, Column))
    return [Sought(place_of(index.table), things)]


@sought_by.register(DropIndex)
def _(construct: DropIndex) -> list[Sought]:
    return index_to_drop(construct.element)


def constraint_to_drop(constraint: Constraint) -> list[Sought]:
    """What has to be there for a constraint to be dropped."""
    name = constraint.name
    things = ((Kind.CONSTRAINT, str(name)),) if isinstance(name, str) else ()
    return [Sought(place_of(constraint.table), things, is_dropped=True)]


def index_to_drop(index: Index) -> list[Sought]:
    """What has to be there for an index to be dropped."""
    assert index.table is not None
    things = ((Kind.INDEX, str(index.name)),)
    return [Sought(place_of(index.table), things, is_dropped=True)]


def place_of(table: Table) -> Place:
    """Where a table is."""
    return (None if table.schema is None else str(table.schema), str(table.name))


def table_of(construct: AlterTable) -> Place:
    """The table that a construct changes."""
    return (str(construct.schema) if construct.schema else None, str(construct.table_name))


def _columns(names: Iterable[str]) -> tuple[Thing, ...]:
    return tuple((Kind.COLUMN, str(name)) for name in names)


def _referred(references: Iterable[ForeignKeyConstraint]) -> list[Sought]:
    """What references refer to, but for their own table: it is there, or is being made."""
    return [
        Sought(
            place_of(reference.referred_table),
            _columns(element.column.name for element in reference.elements),
        )
        for reference in references
        if reference.referred_table is not reference.table
    ]
