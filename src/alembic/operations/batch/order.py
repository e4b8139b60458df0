"""The changes of one batch in an order in which each finds what it speaks of.

All of them are made at once, so a batch may say them in another order than a database would take::

    batch.drop_column("b")
    batch.drop_index("ix_b")                        # went with its column: it is dropped before
    batch.add_column(Column("b", BigInteger()))     # the column anew: what is over it waits
"""

from __future__ import annotations

from collections.abc import Iterable

from alembic.ddl.sqlite_schema.tokens import fold
from alembic.operations.batch.change import (
    AddColumn,
    AddConstraint,
    Change,
    CreateIndex,
    DropColumn,
    DropConstraint,
    DropIndex,
)


def in_order(changes: Iterable[Change]) -> list[tuple[Change, frozenset[str]]]:
    """Each change in its turn, with the folded names of the columns that a later one adds."""
    ordered: list[Change] = []
    for change in changes:
        ordered.insert(_place_of(change, ordered), change)
    return [
        (change, frozenset(_added_by(ordered[number + 1 :])))
        for number, change in enumerate(ordered)
    ]


def _place_of(change: Change, before: list[Change]) -> int:
    """Where a change belongs: a constraint or an index is dropped before any column is."""
    last = len(before)
    if not isinstance(change, DropConstraint | DropIndex):
        return last
    name = _name_of(change)
    for number in reversed(range(len(before))):
        each = before[number]
        if isinstance(each, AddConstraint | CreateIndex) and _name_of(each) == name:
            break
        if isinstance(each, DropColumn):
            last = number
    return last


def _added_by(changes: list[Change]) -> Iterable[str]:
    return (fold(each.column.name) for each in changes if isinstance(each, AddColumn))


def _name_of(change: AddConstraint | CreateIndex | DropConstraint | DropIndex) -> str | None:
    match change:
        case DropIndex(name=name):
            return fold(name)
        case CreateIndex(index=index):
            return fold(str(index.name))
        case AddConstraint(constraint=constraint) | DropConstraint(constraint=constraint):
            return None if constraint.name is None else fold(str(constraint.name))
