"""Small projects to run commands in, inside this process: fast, and with the real error reports."""

from __future__ import annotations

import contextlib
import io
import logging
import os
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from alembic.cli.main import main

ENV = """\
from alembic import context
from sqlalchemy import create_engine, pool

url = context.config.get_main_option("sqlalchemy.url")
if context.is_offline_mode():
    context.configure(url=url, literal_binds=True)
    with context.begin_transaction():
        context.run_migrations()
else:
    with create_engine(url, poolclass=pool.NullPool).connect() as connection:
        context.configure(connection=connection)
        with context.begin_transaction():
            context.run_migrations()
"""
TEMPLATE = '''\
"""${message}

Revision ID: ${up_revision}
Revises: ${down_revision | comma,n}
Create Date: ${create_date}
"""
from alembic import op
import sqlalchemy as sa
${imports if imports else ""}

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = ${repr(branch_labels)}
depends_on = ${repr(depends_on)}


def upgrade():
    ${upgrades if upgrades else "pass"}


def downgrade():
    ${downgrades if downgrades else "pass"}
'''
REVISION = '''\
"""{message}

Revision ID: {rev}
Revises: {revises}
"""
from alembic import op
import sqlalchemy as sa

revision = {rev!r}
down_revision = {down!r}
branch_labels = {labels!r}
depends_on = {depends_on!r}


def upgrade():
    op.create_table("table_{rev}", sa.Column("id", sa.Integer, primary_key=True))


def downgrade():
    op.drop_table("table_{rev}")
'''


@dataclass(frozen=True, slots=True)
class Done:
    """What a command did: its exit status, and what stood on the two streams."""

    status: int
    out: str
    err: str

    @property
    def both(self) -> str:
        return self.out + self.err

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()


class Project:
    """A folder with ``alembic.ini`` and ``migrations``; the current folder is inside it."""

    def __init__(self, folder: Path, url: str = "sqlite:///x.db") -> None:
        self.folder = folder
        self.url = url

    def begin(self) -> Project:
        """Write settings, ``env.py`` and the template."""
        self.ini()
        self.write("migrations/env.py", ENV)
        self.write("migrations/script.py.mako", TEMPLATE)
        (self.folder / "migrations" / "versions").mkdir()
        return self

    def ini(self, *lines: str, name: str = "alembic.ini") -> None:
        """The settings: the usual two, and ``lines``; one of these may replace a usual one."""
        usual = {
            "script_location": "script_location = %(here)s/migrations",
            "sqlalchemy.url": f"sqlalchemy.url = {self.url}",
            "path_separator": "path_separator = os",
        }
        for line in lines:
            usual.pop(line.partition("=")[0].strip(), None)
        self.write(name, "\n".join(["[alembic]", *usual.values(), *lines, ""]))

    def write(self, name: str, text: str | bytes) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def read(self, name: str) -> str:
        return (self.folder / name).read_bytes().decode()

    def revisions(self, graph: str, **more: dict) -> None:
        """Files for ``a -> b, a -> c, b+c -> d``; ``more``: labels, depends_on by revision."""
        for rev, down in parse(graph).items():
            self.revision(rev, down, **more.get(rev, {}))

    def revision(self, rev, down=None, labels=None, depends_on=None, message=None) -> Path:
        revises = ", ".join((down,) if isinstance(down, str) else down or ())
        text = REVISION.format(
            rev=rev,
            down=down,
            revises=revises,
            labels=labels,
            depends_on=depends_on,
            message=message or f"step {rev}",
        )
        return self.write(f"migrations/versions/{rev}_step.py", text)

    def files(self) -> dict[str, bytes]:
        """Everything below the folder but byte code and databases."""
        return {
            path.relative_to(self.folder).as_posix(): path.read_bytes() if path.is_file() else b""
            for path in sorted(self.folder.rglob("*"))
            if "__pycache__" not in path.parts and path.suffix != ".db" and not path.is_symlink()
        }

    def alembic(self, *argv: str) -> Done:
        """Run the program as a shell would, but for the new process."""
        out, err = Stream(), Stream()
        with _own_process(), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            sys.argv = ["alembic", *argv]
            status = 0
            try:
                main(prog="alembic")
            except SystemExit as left:
                code = left.code
                status = code & 0xFF if isinstance(code, int) else int(code is not None)
        return Done(status, out.getvalue(), err.getvalue())

    def ok(self, *argv: str) -> Done:
        """Run it, and it must succeed."""
        done = self.alembic(*argv)
        assert done.status == 0, done.both
        return done


class Stream(io.StringIO):
    """Text that can be anything, as in a terminal of today."""

    encoding = "utf-8"


@contextlib.contextmanager
def _own_process() -> Iterator[None]:
    """What a run changes in its process is put back."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    kept = [(log, log.level, log.handlers[:], log.propagate, log.disabled) for log in _loggers()]
    path, argv, environment = sys.path[:], sys.argv, dict(os.environ)
    modules = set(sys.modules)
    root.handlers[:] = []
    try:
        yield
    finally:
        root.handlers[:], root.level = handlers, level
        for log in _loggers():
            log.setLevel(logging.NOTSET)
            log.handlers[:] = []
        for log, old, old_handlers, propagate, disabled in kept:
            log.setLevel(old)
            log.handlers[:], log.propagate, log.disabled = old_handlers, propagate, disabled
        sys.path[:], sys.argv = path, argv
        _forget_modules_of(Path.cwd(), sys.modules.keys() - modules)
        sys.path_importer_cache.pop(".", None)  # it remembers the folder that was current
        os.environ.clear()
        os.environ.update(environment)


def _forget_modules_of(folder: Path, names: set[str]) -> None:
    """The project's own modules: the next project may have others of the same names."""
    for name in names:
        file = getattr(sys.modules[name], "__file__", None)
        if file is not None and Path(file).is_relative_to(folder):
            del sys.modules[name]


def _loggers() -> list[logging.Logger]:
    known = logging.getLogger().manager.loggerDict
    return [
        log
        for name, log in list(known.items())
        if isinstance(log, logging.Logger) and re.match(r"alembic|sqlalchemy", name)
    ]


def parse(text: str) -> dict[str, str | tuple[str, ...] | None]:
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
