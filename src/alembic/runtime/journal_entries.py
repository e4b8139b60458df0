"""What the journal writes down: a row per statement of the step that runs, and what it may say.

The table stands beside the version table, and is there only while it is needed.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import (
    BigInteger,
    Column,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
)

from alembic.util.exc import CommandError

BEGUN, DONE = "begun", "done"
_LONGEST = 4000
_SHOWN_LENGTH = 500


@dataclass(frozen=True, slots=True)
class Entry:
    """One statement of a step.

    ``fingerprint`` stands for its text and ``given`` for its values. ``before`` is what the catalog
    showed before it, ``affected`` and ``last_row`` are what it told the migration, ``file`` stands
    for the revision file that said it.
    """

    ordinal: int
    fingerprint: str
    statement: str
    state: str
    given: str | None = None
    file: str | None = None
    before: str | None = None
    affected: int | None = None
    last_row: int | None = None

    @property
    def shown(self) -> str:
        """The statement in one line, not too long."""
        return shown(self.statement)

    @property
    def is_whole(self) -> bool:
        """Whether ``statement`` is all of it."""
        return len(self.statement) < _LONGEST


def kept(statement: str) -> str:
    """As much of a statement as the journal keeps."""
    return statement[:_LONGEST]


def shown(statement: str) -> str:
    """A statement in one line, not too long."""
    line = " ".join(statement[: 4 * _SHOWN_LENGTH].split())
    return line if len(line) <= _SHOWN_LENGTH else line[: _SHOWN_LENGTH - 1] + "…"


def journal_table(version_table: Table) -> Table:
    """The table of the journal beside a version table."""
    return Table(
        f"{version_table.name}_journal",
        MetaData(),
        Column("revision", String(255), nullable=False),
        Column("direction", String(16), nullable=False),
        Column("ordinal", Integer, nullable=False),
        Column("fingerprint", String(64), nullable=False),
        Column("statement", Text, nullable=False),
        Column("state", String(8), nullable=False),
        Column("given", String(64)),
        Column("file", String(64)),
        Column("before", Text),
        Column("affected", BigInteger),
        Column("last_row", BigInteger),
        PrimaryKeyConstraint("revision", "direction", "ordinal"),
        schema=version_table.schema,
        # The journal's rows commit with those of the migration.
        mysql_engine="InnoDB",
    )


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
    """A step stopped half-way, and the run wants to begin with another one."""

    def __init__(self, half: HalfDone, wanted: str) -> None:
        self.half = half
        self.wanted = wanted
        one_step = "+1" if half.direction == "upgrade" else "-1"
        super().__init__(
            f"The {half}, so {wanted} can't begin. Finish it first: alembic {half.direction} "
            f"{one_step}; or {half.way_out}"
        )
