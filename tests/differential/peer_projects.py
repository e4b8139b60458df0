"""Projects told in text files, and how they become scenarios for ``peer_driver``.

::

    A chain on every database, with a table of its own for the version.
    database: sqlite postgresql mariadb
    revisions: a1 -> b1

    $ alembic upgrade head
    ! alembic upgrade nowhere
    > fresh
    $ alembic merge -m joined --rev-id m1 heads
    ~ name-of-a-listed-difference: output files on sqlite
    -- migrations/versions/c1.py --
    revision = "c1"

``$`` succeeds with the established release, ``!`` fails and ``*`` depends on the backend: it says that the
project does what it is for; what is to be seen stands nowhere, the two are compared. ``>`` is a word of the stage. ``~`` says
that the step above differs on purpose, and names the entry of ``docs/differences.md``, what differs, and on
which backends if not on all.

Head lines: ``database`` names the backends (default: SQLite), ``revisions`` draws plain revisions as
``shapes`` does, ``bare`` leaves out the settings, env.py and template of a plain project, ``dates`` says
that numbers in what is printed and written come from the clock, ``structure`` that SQLite's tables are to be
compared by what SQLAlchemy reads of them and not by the words that made them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import shapes

GROUPS = ("shapes", "sqlite", "postgresql", "mariadb")
"""What is played together: all shapes, and the projects on each backend."""

FOLDER = Path(__file__).with_name("projects")


@dataclass
class Told:
    """One step: the line, whether it succeeds, the listed differences that it shows."""

    line: str
    succeeds: bool | None
    differences: list[str] = field(default_factory=list)

    def marks_on(self, database: str) -> list[str]:
        """Its marks on one backend; ``NAME: output on sqlite`` is for that one only."""
        marks = (mark.partition(" on ") for mark in self.differences)
        return [mark for mark, _, backends in marks if not backends or database in backends.split()]


@dataclass
class Project:
    """One text file, understood."""

    name: str
    databases: tuple[str, ...] = ("sqlite",)
    flags: set[str] = field(default_factory=set)
    files: dict[str, str] = field(default_factory=dict)
    steps: list[Told] = field(default_factory=list)


def read(path: Path) -> Project:
    project = Project(path.stem)
    text, *files = re.split(r"^-- (\S+) --\n", path.read_text("utf-8"), flags=re.MULTILINE)
    revisions = ""
    for number, line in enumerate(text.splitlines(), 1):
        mark, _, rest = line.partition(" ")
        if mark == "database:":
            project.databases = tuple(rest.split())
        elif mark == "revisions:":
            revisions = rest
        elif line in {"bare", "dates", "structure"}:
            project.flags.add(line)
        elif mark in {"$", "!", "*", ">"}:
            project.steps.append(Told(rest, {"$": True, "!": False}.get(mark)))
        elif mark == "~":
            project.steps[-1].differences.append(rest)
        elif project.steps and line.strip():
            raise ValueError(f"{path.name}:{number}: {line}")
    base = {} if "bare" in project.flags else shapes.BASE
    told = dict(zip(files[::2], files[1::2], strict=True))
    project.files = {**base, **shapes.revision_files(revisions), **told}
    return project


def all_projects() -> list[Project]:
    return [read(path) for path in sorted(FOLDER.glob("*.txt"))]


def scenario(project: Project, database: str, url: str | None) -> dict[str, Any]:
    """A project on a backend, for the driver; ``url`` is None for SQLite."""
    return {
        "name": f"{project.name} on {database}",
        "files": project.files,
        "steps": [step.line for step in project.steps],
        "url": url,
        "dates": "dates" in project.flags,
        "structure": "structure" in project.flags,
    }


def shape_scenario(name: str, drawing: str) -> dict[str, Any]:
    """A graph shape with every command that is tried on it."""
    return {
        "name": name,
        "files": {**shapes.BASE, **shapes.revision_files(drawing)},
        "steps": shapes.steps(drawing),
        "url": None,
        "dates": False,
        "structure": False,
    }
