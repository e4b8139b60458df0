"""What the journal writes down of the statements of the step that runs, and what it may say."""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from typing import Any

from alembic.util.exc import CommandError

_ADDRESS = re.compile(r" at 0x[0-9A-Fa-f]+")

BEGUN, DONE, TOLD, UNDONE = "begun", "done", "told", "undone"
_LONGEST = 4000
_SHOWN_LENGTH = 500
_MANY = 100


@dataclass(frozen=True, slots=True)
class Entry:
    """A statement of a step, carried out once or several times in a row.

    ``fingerprint`` stands for its text; ``given`` holds eight characters for each time, which stand
    for its values. ``before`` is what the catalog showed before it. ``affected``, ``last_row`` and
    ``row_step`` are what it told the migration: the number of rows each time, the first row's id,
    and how far the ids are apart. ``file`` stands for the revision file that said it.

    What is in state "told" is no statement but a question to the database, with its ``answer``; what
    is "undone" was done, and taken back to a savepoint.
    """

    ordinal: int
    fingerprint: str
    statement: str
    given: str
    state: str
    file: str | None = None
    before: str | None = None
    affected: int | None = None
    last_row: int | None = None
    row_step: int | None = None
    answer: str | None = None

    @property
    def values(self) -> list[str]:
        """``given`` in its parts."""
        return [self.given[place : place + 8] for place in range(0, len(self.given), 8)]

    @property
    def shown(self) -> str:
        """The statement in one line, not too long."""
        return shown(self.statement)


def values_in_short(parameters: Any) -> str:
    """Eight characters that stand for the values of a statement; for many rows, for some of them."""
    if isinstance(parameters, list) and len(parameters) > _MANY:
        parameters = [len(parameters), *parameters[: _MANY // 2], *parameters[-_MANY // 2 :]]
    said = _ADDRESS.sub("", repr(parameters)) if parameters else ""
    return f"{zlib.crc32(said.encode(errors='replace')):08x}"


def kept(statement: str) -> str:
    """As much of a statement as the journal keeps."""
    return statement[:_LONGEST]


def shown(statement: str) -> str:
    """A statement in one line, not too long."""
    line = " ".join(statement[: 4 * _SHOWN_LENGTH].split())
    return line if len(line) <= _SHOWN_LENGTH else line[: _SHOWN_LENGTH - 1] + "…"


@dataclass(frozen=True, slots=True)
class HalfDone:
    """A step that stopped half-way: ``done`` statements of it are carried out."""

    revision: str
    direction: str
    done: int

    def __str__(self) -> str:
        count = "1 statement" if self.done == 1 else f"{self.done} statements"
        return f"{self.direction} of {self.revision} stopped half-way: {count} done"

    @property
    def way_out(self) -> str:
        """What leads out by hand."""
        return (
            f"bring the database to one side of {self.revision} by hand and run: "
            "alembic stamp REVISION"
        )


class ChangedSinceStop(CommandError):
    """The file of a revision that stopped half-way says other statements now than were done.

    ``now`` is the statement in the place of ``entry``, None where there is none any more.
    """

    def __init__(self, half: HalfDone, entry: Entry, now: str | None) -> None:
        self.half = half
        self.entry = entry
        self.now = now
        state = "is done" if entry.state == DONE else "may be done"
        then = "has nothing in its place now" if now is None else f"says now:\n  {shown(now)}"
        super().__init__(
            f"The {half}. Its statement {entry.ordinal}, which {state}, was:\n  {entry.shown}\n"
            f"and the revision file {then}\n"
            f"Put back what was done and change only what comes after it; or {half.way_out}"
        )


class InDoubt(CommandError):
    """Whether a statement was carried out, or is to be carried out once more, can't be told."""

    def __init__(self, half: HalfDone, entry: Entry, why: str) -> None:
        self.half = half
        self.entry = entry
        self.why = why
        super().__init__(
            f"The {half}. It can't go on by itself from statement {entry.ordinal}, since {why}:"
            f"\n  {entry.shown}\nLook at the database, {half.way_out}"
        )


class AnotherStepFirst(CommandError):
    """A step stopped half-way, and the run wants another one, or has nothing to do (None)."""

    def __init__(self, half: HalfDone, wanted: str | None) -> None:
        self.half = half
        self.wanted = wanted
        so = "" if wanted is None else f", so {wanted} can't begin"
        one_step = "+1" if half.direction == "upgrade" else "-1"
        super().__init__(
            f"The {half}{so}. Finish it first: alembic {half.direction} {one_step}; "
            f"or {half.way_out}"
        )
