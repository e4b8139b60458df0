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

import hashlib
import re
from typing import Any

from alembic.runtime.journal_catalog import Kind, fingerprint_of_text, kind_of
from alembic.runtime.journal_entries import ChangedSinceStop, Entry, HalfDone, InDoubt

_ADDRESS = re.compile(r" at 0x[0-9A-Fa-f]+")
_UPDATE = re.compile(r"\s*UPDATE\b.*?\bSET\b(.*?)(?:\bWHERE\b.*)?\Z", re.IGNORECASE | re.DOTALL)
_VALUE = (
    r"(?:%\(\w+\)s|%s|\?|[:$]\w+(?:::\w+)?|[-+]?[\d.]+|'(?:[^']|'')*'|NULL|TRUE|FALSE|DEFAULT"
    r"|(?:NOW|UTC_TIMESTAMP|CURRENT_TIMESTAMP)(?:\(\d*\))?)"
)
_NAME = r"[\w$.`\"\[\]]+"
_ONLY_VALUES = re.compile(
    rf"\s*{_NAME}\s*=\s*{_VALUE}\s*(?:,\s*{_NAME}\s*=\s*{_VALUE}\s*)*\Z", re.IGNORECASE
)


class Resume:
    """The recorded statements of one step; ``left`` are those that nothing has been matched with."""

    def __init__(self, half: HalfDone, entries: list[Entry], file: str | None) -> None:
        self.half = half
        self.left = sorted(entries, key=lambda entry: entry.ordinal)
        self.is_same_file = all(entry.file == file for entry in entries)
        self.last = self.left[-1].ordinal if self.left else 0

    def match(self, statement: str, parameters: Any, kind: Kind) -> Entry | None:
        """The entry that ``statement`` is; None where it is new.

        Raises :class:`~alembic.runtime.journal_entries.ChangedSinceStop` or
        :class:`~alembic.runtime.journal_entries.InDoubt`.
        """
        if not self.left:
            return None
        fingerprint = fingerprint_of_text(statement)
        same_text = [entry for entry in self.left if entry.fingerprint == fingerprint]
        if not self.is_same_file and self.left[0] not in same_text:
            raise ChangedSinceStop(self.half, self.left[0], statement)
        given = given_in_short(parameters)
        for entry in same_text:
            if kind is not Kind.DML or entry.given == given:
                self.left.remove(entry)
                return entry
        if kind is Kind.DML and not _may_be_done_twice(statement):
            for entry in same_text or self.left:
                if kind_of(entry.statement) is Kind.DML:
                    raise InDoubt(self.half, entry, "the revision has other values for it now")
        return None

    def check_end(self) -> None:
        """The step has ended: a changed file must have said all that was done."""
        if self.left and not self.is_same_file:
            raise ChangedSinceStop(self.half, self.left[0], None)


def given_in_short(parameters: Any) -> str | None:
    """A short stand-in for the values of a statement; None for none."""
    if not parameters:
        return None
    said = _ADDRESS.sub("", repr(parameters))
    return hashlib.sha256(said.encode(errors="replace")).hexdigest()[:40]


def _may_be_done_twice(statement: str) -> bool:
    """Whether it deletes rows, or sets columns to values that don't hang on what they were."""
    if statement.lstrip()[:6].upper() == "DELETE":
        return True
    found = _UPDATE.match(statement)
    return found is not None and _ONLY_VALUES.match(found.group(1)) is not None
