"""Commands run by a program: its connections, its loggers, its threads and its event loop."""

from __future__ import annotations

import asyncio
import io
import logging
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine

from alembic import command
from alembic.config import Config


@pytest.fixture(params=["generic", "async", "pyproject", "pyproject_async"])
def stock(request, empty):
    """A project as ``init`` makes it, with two revisions."""
    empty.ok("init", "-t", request.param, "migrations")
    empty.revisions("a1 -> b1")
    yield empty
    for name in ("alembic", "sqlalchemy.engine"):
        logging.getLogger(name).setLevel(logging.NOTSET)


def settings(project, url=None, **attributes):
    stdout = io.StringIO()
    config = Config(
        "alembic.ini",
        toml_file="pyproject.toml",
        stdout=stdout,
        attributes=attributes,
    )
    if url is not None:
        config.set_main_option("sqlalchemy.url", url)
    return config


def tables(connection):
    return sorted(sa.inspect(connection).get_table_names())


def test_a_connection_that_is_handed_over_is_used_and_not_closed(stock):
    engine = sa.create_engine("sqlite://")
    with engine.connect() as connection:
        config = settings(stock, connection=connection)
        command.upgrade(config, "head")
        assert not connection.closed
        assert tables(connection) == ["alembic_version", "table_a1", "table_b1"]
        command.current(config)
        command.downgrade(config, "base")
        assert tables(connection) == ["alembic_version"]
        assert config.stdout.getvalue() == "b1 (head)\n"
    engine.dispose()


def test_a_transaction_of_the_program_stays_its_own(stock, postgresql_url):
    engine = sa.create_engine(postgresql_url)
    with engine.connect() as connection, connection.begin() as transaction:
        command.upgrade(settings(stock, connection=connection), "head")
        assert tables(connection) == ["alembic_version", "table_a1", "table_b1"]
        transaction.rollback()
    with engine.connect() as connection:
        assert tables(connection) == []
    engine.dispose()


def test_a_connection_inside_an_async_driver(stock, tmp_path):
    async def main():
        engine = create_async_engine(f"sqlite+aiosqlite:///{tmp_path}/a.db")
        async with engine.begin() as connection:
            await connection.run_sync(
                lambda sync: command.upgrade(settings(stock, connection=sync), "head")
            )
            found = await connection.run_sync(tables)
        await engine.dispose()
        return found

    assert asyncio.run(main()) == ["alembic_version", "table_a1", "table_b1"]


def test_a_command_inside_a_running_event_loop(empty, tmp_path):
    empty.ok("init", "migrations")
    empty.revisions("a1")

    async def main():
        ticks = []

        async def tick():
            ticks.append(1)

        task = asyncio.create_task(tick())
        command.upgrade(settings(empty, f"sqlite:///{tmp_path}/loop.db"), "head")
        await task
        return ticks

    assert asyncio.run(main()) == [1]
    engine = sa.create_engine(f"sqlite:///{tmp_path}/loop.db")
    with engine.connect() as connection:
        assert tables(connection) == ["alembic_version", "table_a1"]
    engine.dispose()


def test_two_upgrades_in_two_threads_do_not_meet(stock, tmp_path):
    driver = "sqlite+aiosqlite" if "run_sync" in stock.read("migrations/env.py") else "sqlite"
    stock.write(
        "migrations/versions/c1_meet.py",
        "from alembic import context, op\nrevision = 'c1'\ndown_revision = 'b1'\n\n\n"
        "def upgrade():\n    name = context.config.attributes['name']\n"
        "    context.config.attributes['meet'].wait(20)\n"
        "    op.execute(f'CREATE TABLE table_{name} (id INTEGER)')\n",
    )
    meet = threading.Barrier(2)

    def run(name):
        config = settings(stock, f"{driver}:///{tmp_path}/{name}.db", name=name, meet=meet)
        command.upgrade(config, "head")
        command.current(config)
        return config.stdout.getvalue()

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(run, ["one", "two"])) == ["c1 (head)\n"] * 2
    for name in ("one", "two"):
        engine = sa.create_engine(f"sqlite:///{tmp_path}/{name}.db")
        with engine.connect() as connection:
            assert tables(connection) == [
                "alembic_version",
                "table_a1",
                "table_b1",
                f"table_{name}",
            ]
        engine.dispose()


@pytest.mark.parametrize(
    "call", ["fileConfig(config.config_file_name)", "dictConfig({'version': 1})"]
)
def test_loggers_of_the_program_stay_enabled(empty, tmp_path, call):
    empty.ok("init", "migrations")
    empty.revisions("a1")
    env = empty.read("migrations/env.py")
    empty.write(
        "migrations/env.py",
        env.replace(
            "config = context.config\n",
            f"config = context.config\nfrom logging.config import *\n{call}\n",
        ),
    )
    mine = logging.getLogger("my.application")
    root = logging.getLogger()
    handlers = root.handlers[:]
    try:
        command.upgrade(settings(empty, f"sqlite:///{tmp_path}/x.db"), "head")
        assert not mine.disabled
    finally:
        root.handlers[:] = handlers
        root.setLevel(logging.WARNING)


def test_env_py_may_ask_for_what_the_program_hung_on_the_configuration(project):
    project.revisions("a1")
    project.write(
        "migrations/env.py",
        "from alembic import context\n"
        "context.config.print_stdout(context.config.attributes['colour'] + context.config.shape)\n",
    )
    config = settings(project, colour="red")
    config.shape = "round"
    command.current(config)
    assert config.stdout.getvalue() == "redround\n"
