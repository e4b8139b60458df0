"""What comparing models with a database costs: ``alembic check`` on many tables.

Each case is measured for the peer, for ours as every project has it, and for ours with all that is compared
in a new project; beside them stand the floor (SQLAlchemy, the models, a connection), SQLAlchemy's own
``MetaData.reflect``, and the driver alone with a few queries of the catalog.
"""

from __future__ import annotations

import contextlib
import functools
import sqlite3
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from check_models import models
from contenders import program
from measure import Cost, median, run

import projects
from projects import Shape

PROGRAMS = Path(__file__).parent / "check_programs"
TITLES = (
    "check", "ours", "new project", "peer", "ours/peer", "goal", "", "floor", "ours/floor", "goal",
    "", "reflect", "catalog",
)  # fmt: skip
SIZES = (100, 1_000, 3_000)
# The ratio to the peer holds from so many tables on: below, importing SQLAlchemy is nearly all of it.
ENOUGH_TABLES = 1_000
TO_PEER = {"sqlite": 0.45, "postgresql": 0.45, "mariadb": 0.3}
TO_FLOOR = 1.6
STEEPEST = 1.5
DIFFERS = (0, 255)
"""The exit status of a check, without differences and with some."""

_PLUGINS = "autogenerate_plugins = alembic.autogenerate.* alembic.complete.*\n"


@dataclass(frozen=True, slots=True)
class CheckCase:
    """``count`` tables in a database, and models that are equal or have one table in a hundred changed."""

    name: str
    database: str
    count: int
    is_changed: bool


@dataclass(frozen=True, slots=True)
class CheckResult:
    """CPU seconds by contender."""

    case: CheckCase
    cpu: dict[str, float]

    @property
    def to_peer(self) -> float | None:
        return self.cpu["ours"] / self.cpu["peer"] if "peer" in self.cpu else None

    @property
    def to_floor(self) -> float:
        return self.cpu["ours"] / self.cpu["floor"]

    @property
    def goal(self) -> float | None:
        return TO_PEER[self.case.database] if self.case.count >= ENOUGH_TABLES else None

    def is_met(self) -> bool:
        is_fast = self.to_peer is None or self.goal is None or self.to_peer <= self.goal
        return is_fast and self.to_floor <= TO_FLOOR

    def row(self) -> tuple[str, ...]:
        shown = {who: f"{seconds:.2f}" for who, seconds in self.cpu.items()}
        to_peer, goal = self.to_peer, self.goal
        verdict = "" if to_peer is None or goal is None else _verdict(to_peer, goal)
        return (
            self.case.name,
            shown["ours"],
            shown["new"],
            shown.get("peer", "-"),
            "-" if to_peer is None else f"{to_peer:.2f}",
            "" if goal is None else f"{goal:g}",
            verdict,
            shown["floor"],
            f"{self.to_floor:.2f}",
            f"{TO_FLOOR:g}",
            _verdict(self.to_floor, TO_FLOOR),
            shown["reflect"],
            shown["catalog"],
        )


CASES: Sequence[CheckCase] = tuple(
    CheckCase(
        f"check-{count}-{database}{'-changed' if is_changed else ''}", database, count, is_changed
    )
    for database in TO_PEER
    for count in SIZES
    for is_changed in (False, True)
)


def measure(
    case: CheckCase,
    folder: Path,
    peer: str | None,
    rounds: int,
    cap: int,
    is_over: Callable[[], bool],
) -> CheckResult:
    """Run the case in turn by all contenders."""
    with _project(case, folder / case.name) as (project, url):
        commands = _commands(peer, url)
        for argv in commands.values():
            run(argv, project, cap, expected=DIFFERS)  # leaves the byte code of the models behind
        costs: dict[str, list[Cost]] = {who: [] for who in commands}
        for turn in range(rounds):
            if turn >= 3 and is_over():
                break
            for who, argv in commands.items():
                costs[who].append(run(argv, project, cap, expected=DIFFERS).cost)
    return CheckResult(case, {who: median(found).cpu for who, found in costs.items()})


def growth(results: Sequence[CheckResult]) -> list[str]:
    """A line for each database whose time grows faster than its tables."""
    said = []
    for database in TO_PEER:
        cpu = {
            one.case.count: one.cpu["ours"]
            for one in results
            if one.case.database == database and not one.case.is_changed
        }
        if set(SIZES) <= cpu.keys():
            few, some, many = SIZES
            first = (cpu[some] - cpu[few]) / (some - few)
            second = (cpu[many] - cpu[some]) / (many - some)
            word = "linear" if second <= first * STEEPEST else "NOT LINEAR"
            said.append(
                f"growth on {database}: {first * 1e3:.2f} ms a table, then {second * 1e3:.2f}: {word}"
            )
    return said


def _commands(peer: str | None, url: str) -> dict[str, list[str]]:
    ours = program(sys.executable)
    commands = {
        "ours": [*ours, "check"],
        "new": [*ours, "-c", "new.ini", "check"],
        "peer": [*program(peer), "check"] if peer else [],
        **{
            name: [sys.executable, str(PROGRAMS / f"{name}.py"), url]
            for name in ("floor", "reflect", "catalog")
        },
    }
    return {who: argv for who, argv in commands.items() if argv}


@contextlib.contextmanager
def _project(case: CheckCase, folder: Path) -> Iterator[tuple[Path, str]]:
    """A project whose models stand in ``models.py``, and its database; both gone at the end."""
    with _database(case, folder) as url:
        projects.write(folder, Shape("chain", 1), url)
        settings = (folder / "alembic.ini").read_text()
        (folder / "new.ini").write_text(
            settings.replace("[alembic]\n", f"[alembic]\n{_PLUGINS}", 1)
        )
        env = folder / "migrations" / "env.py"
        given = "from models import metadata as target_metadata"
        env.write_text(env.read_text().replace("target_metadata = None", given))
        (folder / "models.py").write_text(models(case.count))
        run([sys.executable, str(PROGRAMS / "create.py"), url], folder, 600)
        run([*program(sys.executable), "stamp", "head"], folder, 600)
        if case.is_changed:
            (folder / "models.py").write_text(models(case.count, is_changed=True))
        yield folder, url


@contextlib.contextmanager
def _database(case: CheckCase, folder: Path) -> Iterator[str]:
    folder.mkdir()
    if case.database == "sqlite":
        sqlite3.connect(folder / "database.db").close()
        yield f"sqlite:///{folder / 'database.db'}"
        return
    servers, server = _server(case.database)
    name = f"bench_check_{case.count}"
    with servers.own_database(server, name) as url:
        yield url


@functools.cache
def _server(kind: str):
    # SQLAlchemy and the servers of the tests are needed for these cases only.
    import databases  # noqa: F401 - it knows where the tests are

    import servers

    found, reason = servers.find(kind)
    if found is None:
        raise LookupError(reason)
    return servers, found


def _verdict(value: float, goal: float) -> str:
    return "met" if value <= goal else "NOT MET"
