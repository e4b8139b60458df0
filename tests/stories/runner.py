"""Stories: one text file = what a person types, what they must see, and what is left behind.

::

    Two developers start from the same parent.
    revisions: a1 -> b1, a1 -> c1
    database: sqlite

    ! alembic upgrade head
    ? Multiple head revisions
    - Traceback
    $ alembic rebase c1 --onto b1
    $ alembic heads
      c1 (head)
    = migrations/versions/c1_.py
    ~ migrations/versions/d1_.py
    -- migrations/versions/x_broken.py --
    this is not Python

The head says what the project holds before the story begins: ``revisions`` is a graph in text
(``a -> b, a -> c, b+c -> d``; a plain name is a root), ``database`` names the backends that it is told on
(default: SQLite), ``empty`` starts in an empty folder, ``processes`` gives each command a process of its own on the
first of the databases: elsewhere ``alembic …`` runs in the process of the tests, which is faster. ``$`` must succeed, ``!`` must fail (``!2`` with that
status); indented lines are the whole standard output; ``?`` must appear on either stream, ``-`` must not;
``=`` is a file that must exist, ``~`` one that must not; ``% path <- text`` appends a line to a file.
``{url}`` is the database's URL. Files follow behind ``-- path --``.
"""

from __future__ import annotations

import contextlib
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from projects import Project

# What the shell understands; and the whole traceback, which is Python's own to print.
_NEEDS_A_SHELL = re.compile(r"[$|<>;&`*]|--raiseerr")

REVISION = '''"""{message}

Revision ID: {rev}
Revises: {revises}
"""
from alembic import op
import sqlalchemy as sa

revision = {rev!r}
down_revision = {down!r}
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table("table_{rev}", sa.Column("id", sa.Integer, primary_key=True))


def downgrade() -> None:
    op.drop_table("table_{rev}")
'''


@dataclass
class Step:
    """One command and what must be seen of it."""

    line: int
    command: str
    status: int | None = 0  # None: anything but zero
    output: list[str] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)
    unseen: list[str] = field(default_factory=list)
    there: list[str] = field(default_factory=list)
    not_there: list[str] = field(default_factory=list)
    append: list[tuple[str, str]] = field(default_factory=list)


@dataclass
class Story:
    """A whole file, understood."""

    path: Path
    revisions: str = ""
    databases: tuple[str, ...] = ("sqlite",)
    empty: bool = False
    processes: bool = False
    steps: list[Step] = field(default_factory=list)
    files: dict[str, str] = field(default_factory=dict)


def read(path: Path) -> Story:
    story = Story(path)
    text, *files = re.split(r"^-- (.+) --\n", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    story.files = dict(zip(files[::2], files[1::2], strict=True))
    for number, line in enumerate(text.splitlines(), 1):
        _read_line(story, number, line)
    return story


def _read_line(story: Story, number: int, line: str) -> None:
    mark, _, rest = line.partition(" ")
    step = story.steps[-1] if story.steps else None
    if mark == "revisions:":
        story.revisions = rest
    elif mark == "database:":
        story.databases = tuple(rest.replace(",", " ").split())
    elif line.strip() == "empty":
        story.empty = True
    elif line.strip() == "processes":
        story.processes = True
    elif mark == "$":
        story.steps.append(Step(number, rest))
    elif re.fullmatch(r"!\d*", mark):
        story.steps.append(Step(number, rest, int(mark[1:]) if mark[1:] else None))
    elif step is None:
        pass  # the sentence that tells the story
    elif line.startswith("  "):
        step.output.append(line[2:])
    elif mark == "%":
        path, _, added = rest.partition(" <- ")
        step.append.append((path, added))
    else:
        kind = {"?": step.seen, "-": step.unseen, "=": step.there, "~": step.not_there}
        if line.strip():
            kind[mark].append(rest)


def parse_graph(text: str) -> dict[str, str | tuple[str, ...] | None]:
    """``a -> b, b+c -> d`` as {revision: down_revision}."""
    graph: dict[str, str | tuple[str, ...] | None] = {}
    for chain in filter(None, (part.strip() for part in text.split(","))):
        down: str | tuple[str, ...] | None = None
        for index, name in enumerate(part.strip() for part in chain.split("->")):
            parents = tuple(name.split("+"))
            if len(parents) > 1:
                down = parents
                continue
            if index or name not in graph:
                graph[name] = down
            down = name
    return graph


def write_revisions(folder: Path, graph: dict[str, str | tuple[str, ...] | None]) -> None:
    for rev, down in graph.items():
        revises = ", ".join((down,) if isinstance(down, str) else down or ())
        text = REVISION.format(rev=rev, down=down, revises=revises, message=f"step {rev}")
        (folder / f"{rev}_step.py").write_text(text, encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Seen:
    """What a command did."""

    returncode: int
    stdout: str
    stderr: str


@contextlib.contextmanager
def _current(folder: Path) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


class Stage:
    """The folder a story is played in; commands run in the current process, or in their own."""

    def __init__(self, folder: Path, url: str, *, processes: bool = False) -> None:
        self.folder = folder
        self.url = url
        self.processes = processes

    def set_up(self, story: Story) -> None:
        if not story.empty:
            assert self.run("alembic init migrations").returncode == 0
            ini = self.folder / "alembic.ini"
            text = re.sub(
                r"(?m)^sqlalchemy\.url.*$", f"sqlalchemy.url = {self.url}", ini.read_text()
            )
            ini.write_text(text)
            write_revisions(self.folder / "migrations" / "versions", parse_graph(story.revisions))
        for name, text in story.files.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text.replace("{url}", self.url), encoding="utf-8")

    def run(self, command: str) -> Seen:
        line = command.replace("{url}", self.url)
        words = None if self.processes or _NEEDS_A_SHELL.search(line) else shlex.split(line)
        if words and words[0] == "alembic":
            with _current(self.folder):
                done = Project(self.folder).alembic(*words[1:])
            return Seen(done.status, done.out, done.err)
        line = re.sub(r"^alembic\b", f"{sys.executable} -m alembic", line)
        line = re.sub(r"^python\b", sys.executable, line)
        ended = subprocess.run(
            line,
            shell=True,
            cwd=self.folder,
            env={**os.environ, "COLUMNS": "80", "PYTHONPATH": ""},
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
        )
        return Seen(ended.returncode, ended.stdout, ended.stderr)

    def play(self, story: Story) -> None:
        self.set_up(story)
        for step in story.steps:
            done = self.run(step.command)
            both = done.stdout + done.stderr
            told = f"{story.path.name}:{step.line}: {step.command}\n{both}"
            if step.status is None:
                assert done.returncode != 0, told
            else:
                assert done.returncode == step.status, told
            if step.output:
                assert done.stdout.splitlines() == step.output, told
            for text in step.seen:
                assert text.replace("{url}", self.url) in both, f"not seen: {text}\n{told}"
            for text in step.unseen:
                assert text.replace("{url}", self.url) not in both, f"seen: {text}\n{told}"
            for name in step.there:
                assert list(self.folder.glob(name)), f"not there: {name}\n{told}"
            for name in step.not_there:
                assert not list(self.folder.glob(name)), f"there: {name}\n{told}"
            for name, added in step.append:
                with (self.folder / name).open("a", encoding="utf-8") as file:
                    file.write(added.replace("\\n", "\n") + "\n")
