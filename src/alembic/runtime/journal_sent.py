"""Sent: a statement on its way, which becomes an entry of the journal.

A loop over rows sends one statement many times. That is one entry, not thousands.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Table
from sqlalchemy.engine import Dialect

from alembic.runtime.journal_entries import Entry, values_in_short

MOST_TIMES = 5000
"""How many times one entry stands for."""


class Sent:
    """A statement that was sent, once or several times in a row, and what it told."""

    __slots__ = (
        "affected",
        "answer",
        "before",
        "given",
        "is_undone",
        "is_written",
        "last_row",
        "ordinal",
        "row_step",
        "statement",
    )

    def __init__(self, ordinal: int, statement: str, parameters: Any) -> None:
        self.ordinal = ordinal
        self.statement = statement
        self.given = [values_in_short(parameters)]
        self.before: str | None = None
        self.affected: int | None = None
        self.last_row: int | None = None
        self.row_step: int | None = None
        self.answer: str | None = None
        self.is_undone = False
        self.is_written = False

    def tell(self, affected: object, last_row: object) -> None:
        """Keep what the cursor says, where it is a number."""
        self.affected = affected if isinstance(affected, int) and affected >= 0 else None
        self.last_row = last_row if isinstance(last_row, int) else None

    def goes_on(self, later: Sent) -> bool:
        """Make one of both, where ``later`` is the same statement and tells nothing surprising."""
        times = len(self.given)
        step = None
        if self.last_row is not None and later.last_row is not None:
            step = later.last_row - self.last_row - (self.row_step or 0) * (times - 1)
        if (
            self.is_written
            or self.is_undone
            or self.answer is not None
            or times >= MOST_TIMES
            or self.statement != later.statement
            or self.affected != later.affected
            or (self.last_row is None) is not (later.last_row is None)
            or (times > 1 and step != self.row_step)
        ):
            return False
        self.row_step = step
        self.given += later.given
        return True


def nothing_like(entry: Entry, time: int, dialect: Dialect, journal: Table) -> str:
    """What is sent in place of a statement that is done: it does nothing, with the same answer."""
    if dialect.name in {"mysql", "mariadb"}:
        row = (entry.last_row or 0) + (entry.row_step or 0) * time
        return f"DO LAST_INSERT_ID({row})" if row else "DO 0"
    return f"DELETE FROM {dialect.identifier_preparer.format_table(journal)} WHERE 1 = 0"


def tell_again(entry: Entry, time: int, context: Any) -> None:
    """Have the result of a skipped statement say what it said when it was carried out."""
    if context is None:
        return
    if entry.affected is not None:
        context._rowcount = entry.affected  # a result's `rowcount` reads it
    if entry.last_row is not None:
        row = entry.last_row + (entry.row_step or 0) * time
        context.get_lastrowid = lambda: row
