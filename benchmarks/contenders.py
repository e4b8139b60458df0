"""Who is measured: this project, the peer, and the bare limits; each on its own copy of a project."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import databases
from cases import Case
from measure import Run, run

import projects
from projects import Shape

BARE = Path(__file__).parent / "bare"


@dataclass
class Contender:
    """One of them; ``command`` is what is run for a case."""

    name: str
    command: Callable[[Case], list[str]]
    folder: Path
    warmed: set[tuple[str, ...]] = field(default_factory=set)

    def project(self, case: Case) -> Path:
        """The folder of the case's project, written when first asked for."""
        parts = [case.shape.kind, str(case.shape.size)]
        parts += ["changes"] * case.shape.has_changes
        parts += [case.name] * (case.writes_files or case.database != "sqlite")
        folder = self.folder / "-".join(parts)
        if not folder.exists():
            database = folder / "database.db"
            url = databases.url(case.database, f"bench_{self.name}", database)
            projects.write(folder, case.shape, url)
        return folder

    def measure(self, case: Case, cap: int) -> Run:
        """One run of the case, on a database and caches that are as the case wants them."""
        folder = self.project(case)
        self._warm(case, folder, cap)
        if case.cache == "cold":
            projects.forget_caches(folder)
        self._set_start(case, folder)
        return run(self.command(case), folder, cap)

    def _warm(self, case: Case, folder: Path, cap: int) -> None:
        """A run that isn't measured, where the case is about what an earlier one left behind."""
        key = (str(folder), *case.words)
        if case.cache == "cold" or self.name == "bare" or key in self.warmed:
            return
        self.warmed.add(key)
        first = case
        if case.peer_runs == 1 and self.name == "peer":
            # `heads` leaves the same byte code behind, in a fraction of the time.
            first = Case("warm", ("heads",), case.bare, case.shape, 0)
        self._set_start(case, folder)
        run(self.command(first), folder, cap)

    def _set_start(self, case: Case, folder: Path) -> None:
        if case.start is None:
            return
        database = folder / "database.db"
        if case.start == "empty" or not database.exists():
            database.unlink(missing_ok=True)
            databases.empty(case.database, f"bench_{self.name}")
            if case.start == "kept":
                projects.put_at_head(database, case.shape)


def program(python: str) -> list[str]:
    """How the command line of an environment is started: its script, else the module."""
    script = Path(python).absolute().parent / "alembic"
    return [str(script)] if script.exists() else [python, "-m", "alembic"]


def ours(folder: Path) -> Contender:
    """This project, in the environment that runs the benchmark."""
    return _tool("ours", sys.executable, folder)


def peer(python: str, folder: Path) -> Contender:
    """The established release, in an environment of its own."""
    return _tool("peer", python, folder)


def bare(folder: Path) -> Contender:
    """The least that could be run instead: see ``benchmarks/bare``."""
    return Contender(
        "bare",
        lambda case: [sys.executable, str(BARE / case.bare[0]), *case.bare[1:]],
        folder / "bare",
    )


def floor(folder: Path) -> Contender:
    """SQLAlchemy alone, with the same revision files."""
    return Contender(
        "floor",
        lambda case: [sys.executable, str(BARE / case.floor[0]), *case.floor[1:]],
        folder / "floor",
    )


def _tool(name: str, python: str, folder: Path) -> Contender:
    start = program(python)
    return Contender(name, lambda case: [*start, *case.words], folder / name)


def case_of(shape: Shape, words: tuple[str, ...], start: str | None) -> Case:
    """A case of ours alone, for measuring growth."""
    words = tuple(word.replace("HEAD", shape.head) for word in words)
    return Case("growth", words, (), shape, 0, start=start)
