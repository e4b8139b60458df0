"""Changes: what the operations of the running transaction have done to the names in the database.

Another connection doesn't see that. What it sees and these changes together are what the transaction
saw before a statement of it was refused.
"""

from __future__ import annotations

import functools
import re
from typing import Any, NamedTuple

from sqlalchemy import (
    Connection,
    Constraint,
    ForeignKeyConstraint,
    Index,
    PrimaryKeyConstraint,
    TextClause,
    UniqueConstraint,
)
from sqlalchemy.schema import (
    AddConstraint,
    CreateIndex,
    CreateTable,
    DropConstraint,
    DropIndex,
    DropTable,
)

from alembic.ddl.absent.catalog import Catalog, Names
from alembic.ddl.absent.names import Kind, Place, Thing
from alembic.ddl.absent.sought import place_of, table_of
from alembic.ddl.base import AddColumn, ColumnName, DropColumn, RenameTable

_LONGEST_NAME = 63


class Change(NamedTuple):
    """One change of one table; of any table where ``table`` is None.

    Of the ``unclear`` kinds it may have made or dropped others as well.
    """

    table: Place | None
    adds: tuple[Thing, ...] = ()
    drops: tuple[Thing, ...] = ()
    unclear: frozenset[Kind] = frozenset()
    makes_table: bool = False
    drops_table: bool = False
    new_name: str | None = None


_EVERYTHING = frozenset(Kind)
_CONSTRAINTS = frozenset([Kind.CONSTRAINT])
_ANYTHING = Change(None, unclear=_EVERYTHING)
_WRITES_ROWS = re.compile(r"\s*(?:INSERT|UPDATE|DELETE|SELECT)\b", re.IGNORECASE)


class Changes:
    """The changes of the running transaction of one connection."""

    def __init__(self) -> None:
        self._transaction: object = None
        self._noted: list[tuple[Any, Change]] = []

    def note(self, construct: object, connection: Connection) -> None:
        """Note what a statement has done that was carried out."""
        change = change_of(construct)
        if change is None:
            return
        transaction = connection.get_transaction()
        if transaction is not self._transaction:
            self._transaction = transaction
            self._noted.clear()
        savepoint = connection.get_nested_transaction()
        # Rows that are written by statements in text may be many.
        if change is not _ANYTHING or not self._noted or self._noted[-1] != (savepoint, change):
            self._noted.append((savepoint, change))

    def now(self, connection: Connection) -> list[Change]:
        """Those of the transaction that is running, the first one first."""
        if connection.get_transaction() is not self._transaction:
            return []
        # Whether a savepoint that is over was released or gone back to, nobody tells.
        return [
            change
            if savepoint is None or savepoint.is_active
            else change._replace(unclear=_EVERYTHING)
            for savepoint, change in self._noted
        ]


@functools.singledispatch
def change_of(construct: object) -> Change | None:
    """What a statement does to names; None where that is nothing."""
    return None


@change_of.register(TextClause)
def _(construct: TextClause) -> Change | None:
    return None if _WRITES_ROWS.match(construct.text) else _ANYTHING


@change_of.register(CreateTable)
def _(construct: CreateTable) -> Change | None:
    table = construct.element
    names = [_name_of(one) for one in table.constraints if not _is_empty_key(one)]
    adds: list[Thing] = [(Kind.COLUMN, str(column.name)) for column in table.columns]
    adds += [(Kind.CONSTRAINT, name) for name in names if name is not None]
    unclear = _CONSTRAINTS if None in names else frozenset[Kind]()
    return Change(place_of(table), tuple(adds), unclear=unclear, makes_table=True)


@change_of.register(DropTable)
def _(construct: DropTable) -> Change | None:
    return Change(place_of(construct.element), drops_table=True)


@change_of.register(RenameTable)
def _(construct: RenameTable) -> Change | None:
    return Change(table_of(construct), new_name=str(construct.new_table_name))


@change_of.register(AddColumn)
def _(construct: AddColumn) -> Change | None:
    adds = ((Kind.COLUMN, str(construct.column.name)),)
    has_more = construct.inline_references or construct.inline_primary_key
    unclear = _CONSTRAINTS if has_more else frozenset[Kind]()
    return Change(table_of(construct), adds, unclear=unclear)


@change_of.register(DropColumn)
def _(construct: DropColumn) -> Change | None:
    # Its constraints and indexes go as well, whichever they are.
    drops = ((Kind.COLUMN, str(construct.column.name)),)
    unclear = frozenset([Kind.CONSTRAINT, Kind.INDEX])
    return Change(table_of(construct), drops=drops, unclear=unclear)


@change_of.register(ColumnName)
def _(construct: ColumnName) -> Change | None:
    adds = ((Kind.COLUMN, str(construct.newname)),)
    return Change(table_of(construct), adds, drops=((Kind.COLUMN, str(construct.column_name)),))


@change_of.register(AddConstraint)
def _(construct: AddConstraint) -> Change | None:
    constraint: Constraint = construct.element
    name = _name_of(constraint)
    if name is None:
        return Change(place_of(constraint.table), unclear=_CONSTRAINTS)
    return Change(place_of(constraint.table), ((Kind.CONSTRAINT, name),))


@change_of.register(DropConstraint)
def _(construct: DropConstraint) -> Change | None:
    constraint: Constraint = construct.element
    return Change(place_of(constraint.table), drops=((Kind.CONSTRAINT, str(constraint.name)),))


@change_of.register(CreateIndex)
def _(construct: CreateIndex) -> Change | None:
    index: Index = construct.element
    assert index.table is not None
    return Change(place_of(index.table), ((Kind.INDEX, str(index.name)),))


@change_of.register(DropIndex)
def _(construct: DropIndex) -> Change | None:
    index: Index = construct.element
    assert index.table is not None
    return Change(place_of(index.table), drops=((Kind.INDEX, str(index.name)),))


class Changed:
    """A catalog, as it is once ``changes`` are made; ``schema`` is the one meant without a name."""

    def __init__(self, catalog: Catalog, changes: list[Change], schema: str | None) -> None:
        self._catalog = catalog
        self._schema = schema
        self._changes = [
            change if change.table is None else change._replace(table=self._whole(change.table))
            for change in changes
        ]

    def names(self, table: Place) -> Names | None:
        """What a table has; None where there is no such table."""
        origin, trail = self._trail(self._whole(table))
        if origin is not None:
            names = self._catalog.names(origin)
        else:
            names = Names(frozenset()) if trail else None
        if names is not None:
            for change in trail:
                names = names.changed(change.adds, change.drops, change.unclear)
        return names

    def places(self, kind: Kind, alike: Place) -> list[Place]:
        """The tables or indexes of the schema of ``alike``, and those of its name in others."""
        schema, name = self._whole(alike)
        found = set(self._catalog.places(kind, (schema, name)))
        for change in self._changes:
            gone, made = _moved(change, kind)
            found.difference_update(gone)
            found.update(place for place in made if place[0] == schema or place[1] == name)
        shown = ((alike[0] if its == schema else its, each) for its, each in found)
        return sorted(shown, key=str)

    def _whole(self, place: Place) -> Place:
        schema, name = place
        return (self._schema if schema is None else schema, name)

    def _trail(self, table: Place) -> tuple[Place | None, list[Change]]:
        """Where a table was when the transaction began, None if it wasn't, and what became of it."""
        trail: list[Change] = []
        for change in reversed(self._changes):
            if change.table is None:
                trail.append(change)
            elif change.new_name is not None and (change.table[0], change.new_name) == table:
                table = change.table
            elif change.table == table:
                trail.append(change)
                if change.makes_table:
                    return None, trail[::-1]
                if change.drops_table or change.new_name is not None:
                    return None, []
        return table, trail[::-1]


def _moved(change: Change, kind: Kind) -> tuple[list[Place], list[Place]]:
    """The tables or indexes that a change takes away, and those that it makes."""
    if change.table is None:
        return [], []
    schema = change.table[0]
    if kind is Kind.INDEX:
        gone = [(schema, name) for its, name in change.drops if its is kind]
        return gone, [(schema, name) for its, name in change.adds if its is kind]
    if change.new_name is not None:
        return [change.table], [(schema, change.new_name)]
    gone = [change.table] if change.drops_table else []
    return gone, [change.table] if change.makes_table else []


def _name_of(constraint: Constraint) -> str | None:
    """The name of a constraint, or that which PostgreSQL gives it where it has none; None if unknown.

    The manual shows such names, and promises nothing: what would have to be cut short isn't guessed.
    https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-EXAMPLES
    """
    if isinstance(constraint.name, str):
        return str(constraint.name)
    if isinstance(constraint, PrimaryKeyConstraint):
        words: tuple[str, ...] = ("pkey",)
    elif isinstance(constraint, UniqueConstraint):
        words = (*(column.name for column in constraint.columns), "key")
    elif isinstance(constraint, ForeignKeyConstraint):
        words = (*constraint.column_keys, "fkey")
    else:
        return None
    name = "_".join((constraint.table.name, *words))
    return name if len(name.encode()) <= _LONGEST_NAME else None


def _is_empty_key(constraint: Constraint) -> bool:
    return isinstance(constraint, PrimaryKeyConstraint) and not len(constraint.columns)
