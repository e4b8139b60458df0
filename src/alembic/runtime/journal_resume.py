"""Resume: what was done of a step that stopped half-way, matched with what it says this time.

The revision runs again from its first line, and each statement that arrives is matched with the
recorded ones::

    unchanged file   the next one, or a later one: a revision may look at the database and leave out
                     what it finds done. Another statement is new.
    changed file     the next one, until none is left: what is done must still be said

Rows are the hard part. The text may be the same and the values others: those of a clock, and the rows
are there already; or those of rows that have come since, which the revision has found by a query.
What may be done twice is done; for the rest the user is asked.
"""

from __future__ import annotations

import re
from typing import Any

from alembic.runtime.journal_catalog import Kind, fingerprint_of_text, kind_of
from alembic.runtime.journal_entries import (
    BEGUN,
    DONE,
    TOLD,
    UNDONE,
    ChangedSinceStop,
    Entry,
    HalfDone,
    InDoubt,
    kept,
    values_in_short,
)

_UPDATE = re.compile(r"\s*UPDATE\b.*?\bSET\b(.*?)(?:\bWHERE\b.*)?\Z", re.IGNORECASE | re.DOTALL)
_VALUE = (
    r"(?:%\(\w+\)s|%s|\?|[:$]\w+(?:::\w+)?|[-+]?[\d.]+|'(?:[^']|'')*'|NULL|TRUE|FALSE|DEFAULT"
    r"|(?:NOW|UTC_TIMESTAMP|CURRENT_TIMESTAMP)(?:\(\d*\))?)"
)
_NAME = r"[\w$.`\"\[\]]+"
_ONLY_VALUES = re.compile(
    rf"\s*{_NAME}\s*=\s*{_VALUE}\s*(?:,\s*{_NAME}\s*=\s*{_VALUE}\s*)*\Z", re.IGNORECASE
)


class _Recorded:
    """An entry, and the times it was carried out that nothing has been matched with."""

    __slots__ = ("entry", "left")

    def __init__(self, entry: Entry) -> None:
        self.entry = entry
        self.left = entry.values

    def take(self, values: str, kind: Kind) -> int | None:
        """Which time it was with these values, counted from 0; None for none."""
        if kind is not Kind.DML and self.left:
            values = self.left[0]
        if values not in self.left:
            return None
        place = len(self.entry.values) - len(self.left) if self.left[0] == values else -1
        self.left.remove(values)
        return place if place >= 0 else self.entry.values.index(values)


class Resume:
    """The recorded statements of one step, and which of them have been met this time."""

    def __init__(self, half: HalfDone, entries: list[Entry], file: str | None) -> None:
        self.half = half
        entries = sorted(entries, key=lambda entry: entry.ordinal)
        self._left = [_Recorded(entry) for entry in entries if entry.state in {BEGUN, DONE}]
        self._undone = [entry for entry in entries if entry.state == UNDONE]
        self._told = [entry for entry in entries if entry.state == TOLD]
        self.is_same_file = all(entry.file == file for entry in entries)
        self.last = entries[-1].ordinal if entries else 0

    @property
    def is_over(self) -> bool:
        """Whether every recorded statement has been met."""
        return not self._left

    def match(self, statement: str, parameters: Any, kind: Kind) -> tuple[Entry, int] | None:
        """The entry that ``statement`` is, and which time of it; None where it is new.

        Raises :class:`~alembic.runtime.journal_entries.ChangedSinceStop` or
        :class:`~alembic.runtime.journal_entries.InDoubt`.
        """
        if not self._left:
            return None
        fingerprint = fingerprint_of_text(statement)
        if self._was_undone(fingerprint):
            return None
        same_text = [each for each in self._left if each.entry.fingerprint == fingerprint]
        if not self.is_same_file and self._left[0] not in same_text:
            raise ChangedSinceStop(self.half, self._left[0].entry, statement)
        values = values_in_short(parameters)
        for each in same_text:
            time = each.take(values, kind)
            if time is not None:
                if not each.left:
                    self._left.remove(each)
                return each.entry, time
        if kind is Kind.DML and not _may_be_done_twice(statement):
            for each in same_text or self._left:
                if kind_of(each.entry.statement) is Kind.DML:
                    why = "the revision has other values for it now"
                    raise InDoubt(self.half, each.entry, why)
        return None

    def _was_undone(self, fingerprint: str) -> bool:
        """Whether it was taken back the first time, before what is met next; it will be again."""
        for entry in self._undone:
            if entry.fingerprint == fingerprint and entry.ordinal < self._left[0].entry.ordinal:
                self._undone.remove(entry)
                return True
        return False

    def recall(self, question: str) -> str | None:
        """What was answered to a question before; None where it wasn't asked, or all that was done
        has been met, so that the database itself may be asked.
        """
        if self._left:
            for entry in self._told:
                if entry.statement == kept(question):
                    self._told.remove(entry)
                    return entry.answer
        return None

    def check_end(self) -> None:
        """The step has ended: a changed file must have said all that was done."""
        if self._left and not self.is_same_file:
            raise ChangedSinceStop(self.half, self._left[0].entry, None)


def _may_be_done_twice(statement: str) -> bool:
    """Whether it deletes rows, or sets columns to values that don't hang on what they were."""
    if statement.lstrip()[:6].upper() == "DELETE":
        return True
    found = _UPDATE.match(statement)
    return found is not None and _ONLY_VALUES.match(found.group(1)) is not None
