"""A short history that does a bit of everything, processes that run it, and ways to end them.

A process is a fork of this one: it begins in a few milliseconds, so that a kill at a random moment
hits the work, and each point at which a process can die can be tried in turn. A :class:`Fault` is
installed in the child and counts what goes to the server, from any connection::

    chain = Chain(folder, url)
    chain.run("upgrade", "head", fault=Fault(7, kill_process))
    chain.run("upgrade", "head")
    assert chain.state() == at_head
"""

from __future__ import annotations

import contextlib
import io
import os
import random
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import event

from alembic.cli.main import main

FULL = os.environ.get("ALEMBIC_FAULTS") == "full"
"""Whether every point is tried, and not a few of them."""

ENV = """\
from alembic import context
from sqlalchemy import create_engine, pool

engine = create_engine(context.config.get_main_option("sqlalchemy.url"), poolclass=pool.NullPool)
with engine.connect() as connection:
    context.configure(connection=connection, **context.config.attributes.get("configure", {}))
    with context.begin_transaction():
        context.run_migrations()
"""
HEAD = """\
from alembic import op
import sqlalchemy as sa
revision = {revision!r}
down_revision = {down!r}
"""
MIGRATIONS = {
    "a": """
def upgrade():
    op.create_table("log", sa.Column("line", sa.String(40)))
    op.create_table(
        "stock",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(40), nullable=False),
    )
    op.execute("INSERT INTO log VALUES ('a')")


def downgrade():
    op.drop_table("stock")
    op.drop_table("log")
""",
    "b": """
stock = sa.table("stock", sa.column("id"), sa.column("name"), sa.column("price"))


def upgrade():
    op.bulk_insert(stock, [{"id": 1, "name": "pen"}, {"id": 2, "name": "ink"}])
    op.add_column("stock", sa.Column("price", sa.Integer))
    connection = op.get_bind()
    for row in connection.execute(sa.select(stock.c.id).order_by(stock.c.id)).all():
        connection.execute(stock.update().where(stock.c.id == row.id).values(price=row.id * 10))
    op.execute("UPDATE stock SET price = price + 1")
    op.create_index("stock_name", "stock", ["name"], unique=True)
    op.execute("INSERT INTO log VALUES ('b')")


def downgrade():
    op.execute("INSERT INTO log VALUES ('not b')")
    op.drop_index("stock_name", table_name="stock")
    op.execute("DELETE FROM log WHERE line IN ('b', 'not b')")
    op.drop_column("stock", "price")
    op.execute("DELETE FROM stock")
""",
    "c": """
def upgrade():
    op.execute("INSERT INTO log VALUES ('c, in front')")
    with op.get_context().autocommit_block():
        {outside}
    op.create_table("place", sa.Column("id", sa.Integer, primary_key=True), sa.Column("x", sa.Integer))
    with op.batch_alter_table("stock") as batch:
        batch.alter_column("name", new_column_name="title", existing_type=sa.String(40),
                           existing_nullable=False)
    op.execute("INSERT INTO place (id, x) VALUES (1, 7)")
    op.execute("INSERT INTO log VALUES ('c, behind')")


def downgrade():
    with op.batch_alter_table("stock") as batch:
        batch.alter_column("title", new_column_name="name", existing_type=sa.String(40),
                           existing_nullable=False)
    op.drop_table("place")
    {inside}
    op.execute("DELETE FROM log WHERE line LIKE 'c%'")
""",
}
OUTSIDE = {
    "postgresql": (
        'op.execute("CREATE INDEX CONCURRENTLY stock_price ON stock (price)")',
        'op.execute("DROP INDEX stock_price")',
    ),
    "sqlite": (
        'op.execute("CREATE INDEX stock_price ON stock (price)")',
        'op.execute("DROP INDEX stock_price")',
    ),
    "mysql": (
        'op.execute("CREATE INDEX stock_price ON stock (price)")',
        'op.execute("DROP INDEX stock_price ON stock")',
    ),
}


@dataclass(frozen=True)
class Ended:
    """How a process ended: ``status`` is negative for a signal, as subprocess has it."""

    status: int
    output: str


@dataclass
class Fault:
    """Does ``strike`` when the ``at``-th statement, commit or rollback is about to be sent."""

    at: int
    strike: Callable[[sa.Connection], None]
    seen: int = 0

    def install(self) -> None:
        event.listen(sa.Engine, "before_cursor_execute", self._execute)
        event.listen(sa.Engine, "commit", self._next)

    def _execute(self, connection, *_rest) -> None:
        self._next(connection)

    def _next(self, connection) -> None:
        self.seen += 1
        if self.seen == self.at:
            self.strike(connection)


def kill_process(_connection) -> None:
    """The power goes: nothing more is sent."""
    os.kill(os.getpid(), signal.SIGKILL)


def kill_in_the_middle(_connection) -> None:
    """The process dies while the server is at work on what was sent last."""
    threading.Thread(target=lambda: (time.sleep(0.0005), kill_process(None)), daemon=True).start()


def kill_connection(connection) -> None:
    """The server ends the session; the process finds that out."""
    query, end = {
        "postgresql": ("SELECT pg_backend_pid()", "SELECT pg_terminate_backend({})"),
        "mysql": ("SELECT connection_id()", "KILL {}"),
    }[connection.dialect.name]
    cursor = connection.connection.cursor()
    cursor.execute(query)
    (session,) = cursor.fetchone()
    cursor.close()
    beside = sa.create_engine(connection.engine.url, poolclass=sa.pool.NullPool)
    raw = beside.raw_connection()
    raw.cursor().execute(end.format(session))
    raw.close()
    time.sleep(0.005)


def end_a_session(url: str, chance: random.Random) -> bool:
    """The server ends one of the sessions in a database; false where there is none."""
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT", poolclass=sa.pool.NullPool)
    query = {
        "postgresql": "SELECT pid FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()",
        "mysql": "SELECT id FROM information_schema.processlist "
        "WHERE db = database() AND id <> connection_id()",
    }[engine.dialect.name]
    end = {"postgresql": "SELECT pg_terminate_backend({})", "mysql": "KILL {}"}[engine.dialect.name]
    with engine.connect() as connection:
        sessions = list(connection.exec_driver_sql(query).scalars())
        if not sessions:
            return False
        try:
            connection.exec_driver_sql(end.format(chance.choice(sorted(sessions))))
        except sa.exc.DBAPIError:
            return False  # it has ended by itself meanwhile
        return True


class Chain:
    """The history in a folder, for one database."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder = folder
        self.url = url
        backend = sa.make_url(url).get_backend_name()
        outside, inside = OUTSIDE["mysql" if backend == "mariadb" else backend]
        (folder / "migrations" / "versions").mkdir(parents=True)
        (folder / "migrations" / "env.py").write_text(ENV)
        (folder / "migrations" / "script.py.mako").touch()
        shown = url.replace("%", "%%")
        (folder / "alembic.ini").write_text(
            f"[alembic]\nscript_location = {folder}/migrations\npath_separator = os\n"
            f"sqlalchemy.url = {shown}\n"
        )
        down = None
        for revision, text in MIGRATIONS.items():
            body = text.replace("{outside}", outside).replace("{inside}", inside)
            self.write(revision, down, body)
            down = revision
        # What a run imports, every child has from the start.
        with contextlib.redirect_stdout(io.StringIO()):
            main(["-c", str(folder / "alembic.ini"), "current"])

    def write(self, revision, down, body) -> None:
        path = self.folder / "migrations" / "versions" / f"{revision}_.py"
        path.write_text(HEAD.format(revision=revision, down=down) + body)

    def begin(self, *argv: str, fault: Fault | None = None) -> Process:
        """Start ``alembic argv`` in a process of its own."""
        path = self.folder / f"output-{time.monotonic_ns()}"
        sys.stdout.flush()
        pid = os.fork()
        if pid == 0:
            _be_alembic(["-c", str(self.folder / "alembic.ini"), *argv], path, fault)
        return Process(pid, path)

    def run(self, *argv: str, fault: Fault | None = None) -> Ended:
        """Run ``alembic argv`` to its end, whichever that is."""
        return self.begin(*argv, fault=fault).wait()

    def count(self, *argv: str) -> int:
        """Run it, and count the points at which it could have died."""
        ended = self.run(*argv, fault=Fault(0, kill_process))
        assert ended.status == 0, ended.output
        return int(ended.output.rpartition("points: ")[2])

    def ok(self, *argv: str) -> Ended:
        ended = self.run(*argv)
        assert ended.status == 0, ended.output
        return ended

    def state(self) -> dict[str, object]:
        """All tables, columns, indexes and rows."""
        engine = sa.create_engine(self.url, poolclass=sa.pool.NullPool)
        with engine.connect() as connection:
            inspector = sa.inspect(connection)
            return {
                name: (
                    [(each["name"], str(each["type"])) for each in inspector.get_columns(name)],
                    sorted(
                        (index["name"], tuple(index["column_names"]), bool(index["unique"]))
                        for index in inspector.get_indexes(name)
                    ),
                    sorted(
                        tuple(map(str, row))
                        for row in connection.exec_driver_sql(f"SELECT * FROM {name}")
                    ),
                )
                for name in inspector.get_table_names()
            }


@dataclass
class Process:
    """A process that runs a command."""

    pid: int
    path: Path

    def wait(self) -> Ended:
        _, status = os.waitpid(self.pid, 0)
        output = self.path.read_text() if self.path.exists() else ""
        self.path.unlink(missing_ok=True)
        return Ended(os.waitstatus_to_exitcode(status), output)

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)


def _be_alembic(argv: list[str], path: Path, fault: Fault | None) -> None:
    """In the child: run, and never come back."""
    status = 70
    try:
        file = os.open(path, os.O_WRONLY | os.O_CREAT)
        os.dup2(file, 1)
        os.dup2(file, 2)
        sys.stdout, sys.stderr = os.fdopen(1, "w"), os.fdopen(2, "w")
        if fault is not None:
            fault.install()
        main(argv)
        status = 0
        if fault is not None:
            print(f"points: {fault.seen}")
    except SystemExit as left:
        status = left.code if isinstance(left.code, int) else 1
    except BaseException:  # noqa: BLE001 - nothing may get back into the parent's code
        traceback.print_exc()
        status = 71
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status & 0xFF)
