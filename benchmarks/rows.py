"""What many rows cost: into a script, into a database, into a rebuilt table.

The programs are in ``rows_programs``. Each is run for many rows and for one, and what the start-up
costs is taken off: the ratios are those of the rows alone.
"""

from __future__ import annotations

import shutil
import sqlite3
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import databases
from measure import Cost, median, run

PROGRAMS = Path(__file__).parent / "rows_programs"
TITLES = ("rows", "ours s", "other", "s", "ratio", "goal", "", "MB for the rows", "other")
# Megabytes that a million rows from an iterator may add to the peak.
FLAT = 30.0


@dataclass(frozen=True, slots=True)
class RowCase:
    """One program for ``count`` rows; ``goal`` is the ratio to ``other``: "peer" or "bare".

    ``is_flat`` is for what must not hold its rows.
    """

    name: str
    program: str
    count: int
    other: str
    goal: float
    database: str | None = None
    is_flat: bool = False


@dataclass(frozen=True, slots=True)
class RowResult:
    """What the rows alone cost: (CPU seconds, megabytes of the peak) of ours and the other."""

    case: RowCase
    ours: tuple[float, float]
    other: tuple[float, float] | None

    @property
    def ratio(self) -> float | None:
        return None if self.other is None else self.ours[0] / self.other[0]

    def is_met(self) -> bool:
        """Whether the rate is, and the memory where it has to be flat."""
        is_fast = self.ratio is None or self.ratio <= self.case.goal
        return is_fast and (not self.case.is_flat or self.ours[1] <= FLAT)

    def row(self) -> tuple[str, ...]:
        other = self.other
        return (
            self.case.name,
            f"{self.ours[0]:.2f}",
            self.case.other,
            "-" if other is None else f"{other[0]:.2f}",
            "-" if self.ratio is None else f"{self.ratio:.2f}",
            f"{self.case.goal:g}",
            "met" if self.is_met() else "NOT MET",
            f"{self.ours[1]:.0f}",
            "-" if other is None else f"{other[1]:.0f}",
        )


CASES: Sequence[RowCase] = (
    RowCase("bulk-sql-100000", "bulk_sql.py", 100_000, "peer", 0.15),
    *(
        RowCase(
            f"bulk-insert-1000000-{database}",
            "bulk_insert.py",
            1_000_000,
            "bare",
            round(1 / 0.9, 2),
            database,
            is_flat=True,
        )
        for database in ("sqlite", "postgresql")
    ),
    RowCase("rebuild-1000000", "rebuild.py", 1_000_000, "bare", 1.1, "sqlite"),
)


def measure(
    case: RowCase,
    folder: Path,
    peer: str | None,
    rounds: int,
    cap: int,
    is_over: Callable[[], bool],
) -> RowResult:
    """Run the case in turn by ours and the other, with all its rows and with one."""
    folder = folder / case.name
    folder.mkdir()
    wanted = ["ours", *([case.other] if case.other == "bare" or peer else [])]
    many: dict[str, list[Cost]] = {who: [] for who in wanted}
    one: dict[str, list[Cost]] = {who: [] for who in wanted}
    for turn in range(rounds):
        if turn >= 3 and is_over():
            break
        for who in wanted:
            for count, costs in ((1, one), (case.count, many)):
                argv = _command(case, who, count, folder, peer)
                costs[who].append(run(argv, folder, cap).cost)
    found = {who: _of_rows(median(many[who]), median(one[who])) for who in wanted}
    return RowResult(case, found["ours"], found.get(case.other))


def _of_rows(many: Cost, one: Cost) -> tuple[float, float]:
    return many.cpu - one.cpu, many.peak - one.peak


def _command(case: RowCase, who: str, count: int, folder: Path, peer: str | None) -> list[str]:
    python = peer if who == "peer" and peer else sys.executable
    program = str(PROGRAMS / case.program)
    if case.database is None:
        return [python, program, str(count)]
    url = databases.url(case.database, "bench_rows", folder / "database.db")
    if case.program == "rebuild.py":
        shutil.copy(_filled(folder, count), folder / "database.db")
        return [python, program, who, url]
    if not (folder / "made").exists():
        (folder / "made").touch()
        databases.empty(case.database, "bench_rows")
    return [python, program, who, str(count), url]


def _filled(folder: Path, count: int) -> Path:
    """A database with a table of so many rows."""
    path = folder / f"filled-{count}.db"
    if not path.exists():
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute(
                "CREATE TABLE account (id INTEGER NOT NULL, name VARCHAR(50) NOT NULL, "
                "note VARCHAR(50), balance NUMERIC(10, 2), PRIMARY KEY (id), "
                "CONSTRAINT uq UNIQUE (name))"
            )
            connection.execute("CREATE INDEX ix ON account (note)")
            connection.executemany(
                "INSERT INTO account VALUES (?, ?, ?, ?)",
                ((n, f"account {n}", f"note {n % 1000}", n * 0.5) for n in range(count)),
            )
    return path


def patience(seconds: float) -> Callable[[], bool]:
    """Tells whether so much time is over."""
    deadline = time.monotonic() + seconds
    return lambda: time.monotonic() > deadline
