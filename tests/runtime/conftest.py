"""A small history on disk, and a log of what reaches the database."""

from __future__ import annotations

import io
import logging
import re
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.script.directory import ScriptDirectory

HEADER = '''"""{message}"""
from alembic import context, op
import sqlalchemy as sa
revision = {revision!r}
down_revision = {after!r}
depends_on = {depends_on!r}
branch_labels = {labels!r}
'''


class History:
    """Revision files in a folder, and runs over them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "versions").mkdir(parents=True)
        (folder / "env.py").touch()
        (folder / "script.py.mako").touch()
        self.config = Config()
        self.config.set_main_option("script_location", str(folder))

    def add(
        self,
        revision,
        after=None,
        up="pass",
        down="pass",
        *,
        message=None,
        depends_on=None,
        labels=None,
    ) -> History:
        text = HEADER.format(
            message=message or f"add {revision}",
            revision=revision,
            after=after,
            depends_on=depends_on,
            labels=labels,
        )
        for name, body in (("upgrade", up), ("downgrade", down)):
            if body is not None:
                text += f"\ndef {name}(**kw):\n" + textwrap.indent(textwrap.dedent(body), "    ")
                text += "\n"
        (self.folder / "versions" / f"{revision}_.py").write_text(text, encoding="utf-8")
        return self

    def again(self) -> History:
        """The same files with a configuration of their own."""
        other = object.__new__(History)
        other.folder = self.folder
        other.config = Config()
        other.config.set_main_option("script_location", str(self.folder))
        return other

    @property
    def script(self) -> ScriptDirectory:
        return ScriptDirectory.from_config(self.config)

    def environment(self, target="heads", direction="upgrade", **kw) -> EnvironmentContext:
        script = self.script

        def steps(heads, _context):
            if direction == "stamp":
                return script._stamp_revs(target, heads)
            find = script._upgrade_revs if direction == "upgrade" else script._downgrade_revs
            return find(target, heads)

        return EnvironmentContext(self.config, script, fn=steps, destination_rev=target, **kw)

    def run(self, connection, target="heads", direction="upgrade", run_args=None, **options):
        """Upgrade, downgrade or stamp to ``target``, as an env.py does; gives the context."""
        with self.environment(target, direction) as environment:
            environment.configure(connection=connection, **options)
            with environment.begin_transaction():
                environment.run_migrations(**(run_args or {}))
            return environment.get_context()

    def write(
        self, target, direction="upgrade", dialect="postgresql", start=None, **options
    ) -> str:
        """The script that takes a database of ``dialect`` to ``target``."""
        buffer = io.StringIO()
        wishes = {} if start is None else {"starting_rev": start}
        with self.environment(target, direction, as_sql=True, **wishes) as environment:
            environment.configure(dialect_name=dialect, output_buffer=buffer, **options)
            with environment.begin_transaction():
                environment.run_migrations()
        return buffer.getvalue()


@pytest.fixture
def history(tmp_path) -> History:
    return History(tmp_path / "migrations")


@pytest.fixture
def tables(history) -> History:
    """a -> b -> c, each of which creates a table of its name."""
    for revision, after in (("a", None), ("b", "a"), ("c", "b")):
        history.add(
            revision,
            after,
            up=f'op.execute("CREATE TABLE {revision} (id INTEGER)")',
            down=f'op.execute("DROP TABLE {revision}")',
        )
    return history


@pytest.fixture
def journal(engine) -> list[str]:
    """What reaches the database, in short: BEGIN, COMMIT, the tables created, the rows changed.

    The journal of half-done steps, which has tests of its own, is left out.
    """
    seen: list[str] = []
    # The first connection asks the server for its settings: not a part of any test.
    engine.connect().close()
    for name in ("begin", "commit", "rollback"):
        event.listen(engine, name, lambda _connection, name=name: seen.append(name.upper()))

    @event.listens_for(engine, "set_connection_execution_options")
    def options(_connection, opts) -> None:
        if "isolation_level" in opts:
            seen.append(opts["isolation_level"])

    @event.listens_for(engine, "before_cursor_execute")
    def statement(_connection, _cursor, statement, _parameters, _context, _many) -> None:
        words = re.match(
            r"\s*(CREATE TABLE|DROP TABLE|INSERT INTO|UPDATE|DELETE FROM) (\w+)",
            statement,
            re.IGNORECASE,
        )
        if words is not None and not words[2].endswith("_journal"):
            verb, table = words[1].split()[0].lower(), words[2]
            seen.append(f"{verb} {table}".replace("alembic_version", "heads"))

    return seen


@pytest.fixture
def said(caplog) -> Iterator[Callable[[], list[str]]]:
    """Gives what the runs so far have said at INFO."""
    with caplog.at_level(logging.INFO, logger="alembic"):
        yield lambda: list(caplog.messages)


def tables_in(engine: sa.Engine) -> set[str]:
    return set(sa.inspect(engine).get_table_names())
