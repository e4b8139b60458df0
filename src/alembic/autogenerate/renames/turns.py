"""Renames one after the other, so that no name is taken when something gets it.

``a`` to ``b`` waits for ``b`` to ``c``. Where names go round in a circle, one thing steps aside under a
temporary name until its own is free.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from sqlalchemy.engine import Dialect

from alembic.autogenerate.renames.model import Kind, Rename

TEMPORARY = "_alembic_renamed"
"""The name of what has stepped aside; a circle is through with it before the next one begins."""

_Space = tuple[object, ...]


def in_turn(renames: Sequence[Rename], dialect: Dialect) -> Iterator[tuple[Rename, Rename]]:
    """(step, the whole rename that it is a part of), each step under names that are right by then."""
    spaces = {one: _space(one, dialect) for one in renames}
    waiting = list(renames)
    while waiting:
        taken = {(spaces[one], one.old) for one in waiting}
        free = [one for one in waiting if (spaces[one], one.new) not in taken]
        if free:
            for one in free:
                yield from _aside([one]) if _is_in_its_own_way(one, dialect) else [(one, one)]
            waiting = [one for one in waiting if one not in free]
            continue
        circle = _circle(waiting, spaces)
        yield from _aside(circle)
        waiting = [one for one in waiting if one not in circle]


def _aside(circle: Sequence[Rename]) -> Iterator[tuple[Rename, Rename]]:
    """The first steps aside; whoever waits for the name that has become free is last in the circle."""
    first, *rest = circle
    yield replace(first, new=TEMPORARY), first
    yield from ((one, one) for one in reversed(rest))
    yield replace(first, old=TEMPORARY), first


def _is_in_its_own_way(rename: Rename, dialect: Dialect) -> bool:
    """Whether only capitals differ: SQLite takes the table itself for another one of the new name."""
    is_table = rename.kind is Kind.TABLE and dialect.name == "sqlite"
    return is_table and rename.old.lower() == rename.new.lower()


def _circle(renames: Sequence[Rename], spaces: Mapping[Rename, _Space]) -> list[Rename]:
    """The first of them, then what has the name that it gets, and so on until the names meet."""
    holders = {(spaces[one], one.old): one for one in renames}
    circle = [renames[0]]
    while (holder := holders[spaces[circle[0]], circle[-1].new]) not in circle:
        circle.append(holder)
    return circle


def _space(rename: Rename, dialect: Dialect) -> _Space:
    """Within what names differ: in a schema PostgreSQL's indexes, keys and sequences, elsewhere in a table."""
    if rename.kind is Kind.TABLE:
        return rename.kind, rename.schema
    if rename.kind in {Kind.COLUMN, Kind.ENUM_VALUE} or dialect.name != "postgresql":
        return rename.kind, rename.schema, rename.parent
    return "part", rename.schema
