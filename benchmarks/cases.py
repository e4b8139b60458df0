"""What is measured: each case is a command, a project, a bare limit, and what we want of the ratio."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from projects import Shape

# Peak memory against the peer's, where no database is touched and where one is.
LIGHT_MEMORY, HEAVY_MEMORY = 0.6, 0.9


@dataclass(frozen=True, slots=True)
class Case:
    """One command on one project.

    ``goal`` and ``memory_goal`` are ratios to the peer. ``start`` is where the database stands
    before each run: None where none is touched, "empty", "head", or "kept" where nothing is
    changed by the command. ``cache`` is "warm" (the command has been run before) or "cold"
    (nothing that a run leaves behind in the project is there). ``same`` is what has to be the same
    as the peer's: the "output", its "lines" where the peer leaves their order to chance, the "steps"
    of a script where it does so with the version rows. ``peer_runs`` is for what takes it minutes.
    ``floor`` is a second bare limit, with SQLAlchemy, where its work is most of what is left.
    """

    name: str
    words: tuple[str, ...]
    bare: tuple[str, ...]
    shape: Shape
    goal: float
    memory_goal: float = LIGHT_MEMORY
    cache: str = "warm"
    start: str | None = None
    database: str = "sqlite"
    writes_files: bool = False
    same: str = ""
    peer_runs: int | None = None
    floor: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Growth:
    """One command of ours on projects of growing size; the time has to grow no faster."""

    name: str
    words: tuple[str, ...]
    shapes: tuple[Shape, ...]
    start: str | None = None


def _chain(size: int) -> Shape:
    return Shape("chain", size)


def _cases() -> list[Case]:
    nothing = _chain(1)
    found = [
        Case(name, (f"--{name}",), ("startup.py", f"--{name}"), nothing, 0.1)
        for name in ("version", "help")
    ]
    for size, goal in ((1_000, 0.1), (10_000, 0.05)):
        found += [
            Case(
                f"{word}-{size}",
                (word,),
                ("listing.py", word),
                _chain(size),
                goal,
                same="output",
            )
            for word in ("history", "heads")
        ]
    found += [
        Case(
            f"revision-{size}-{cache}",
            ("revision", "-m", "one more"),
            ("revision.py",),
            _chain(size),
            goal,
            cache=cache,
            writes_files=True,
        )
        for size, cache, goal in (
            (1_000, "warm", 0.35),
            (10_000, "warm", 0.1),
            (1_000, "cold", 0.25),
            (10_000, "cold", 0.25),
        )
    ]
    found += [
        Case(
            f"at-head-{size}",
            ("upgrade", "head"),
            ("athead.py",),
            _chain(size),
            goal,
            HEAVY_MEMORY,
            start="kept",
        )
        for size, goal in ((100, 0.75), (1_000, 0.55), (10_000, 0.15))
    ]
    found.append(
        Case(
            "current-10000",
            ("current",),
            ("athead.py",),
            _chain(10_000),
            0.01,
            HEAVY_MEMORY,
            start="kept",
            peer_runs=1,
        )
    )
    found += _graph_cases()
    changes = Shape("chain", 1_000, has_changes=True)
    found += [
        Case(
            f"upgrade-1000-{database}",
            ("upgrade", "head"),
            ("upgrade.py",),
            changes,
            goal,
            HEAVY_MEMORY,
            start="empty",
            database=database,
            floor=("floor.py",),
        )
        for database, goal in (("sqlite", 0.6), ("postgresql", 0.5))
    ]
    found.append(
        Case(
            "sql-1000",
            ("upgrade", "head", "--sql"),
            ("script.py",),
            changes,
            0.4,
            HEAVY_MEMORY,
            floor=("floor.py", "--sql"),
        )
    )
    return found


def _graph_cases() -> list[Case]:
    """Graphs have no goal of their own but linear growth; the figures are for the table."""
    found = []
    for size in (2_000, 5_000):
        shape = Shape("graph", size)
        found += [
            Case(
                f"graph-{word}-{size}",
                (word,),
                ("listing.py", word),
                shape,
                0.1,
                same="lines" if word == "branches" else "output",
                peer_runs=1,
            )
            for word in ("history", "branches", "heads")
        ]
        found += [
            Case(
                f"graph-{words[0]}-{size}",
                (*words, "--sql"),
                ("script.py",),
                shape,
                0.4,
                HEAVY_MEMORY,
                same="steps",
                peer_runs=1,
            )
            for words in (("upgrade", "head"), ("downgrade", f"{shape.head}:base"))
        ]
    return found


def _growths() -> list[Growth]:
    chains = tuple(_chain(size) for size in (5_000, 10_000, 20_000))
    graphs = tuple(Shape("graph", size) for size in (2_000, 5_000, 10_000))
    found = []
    for kind, shapes in (("chain", chains), ("graph", graphs)):
        found += [
            Growth(f"growth-{kind}-{words[0]}", words, shapes, start)
            for words, start in (
                (("history",), None),
                (("branches",), None),
                (("current",), "kept"),
                (("upgrade", "head", "--sql"), None),
                (("downgrade", "HEAD:base", "--sql"), None),
            )
        ]
    return found


CASES: Sequence[Case] = tuple(_cases())
GROWTHS: Sequence[Growth] = tuple(_growths())
