"""Several runs in one process: threads, event loops, connections handed over."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine

from alembic.runtime.migration import MigrationContext

ENV = """
from alembic import context
import sqlalchemy as sa

def run(connection):
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()

connection = context.config.attributes.get("connection")
if connection is not None:
    run(connection)
else:
    engine = sa.create_engine(context.config.get_main_option("sqlalchemy.url"))
    with engine.connect() as connection:
        run(connection)
    engine.dispose()
"""

ASYNC_ENV = """
import asyncio
from alembic import context
from sqlalchemy.ext.asyncio import create_async_engine

def run(connection):
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()

async def main():
    engine = create_async_engine(context.config.get_main_option("sqlalchemy.url"))
    async with engine.connect() as connection:
        await connection.run_sync(run)
    await engine.dispose()

asyncio.run(main())
"""

# Each migration meets the other run's migration at a barrier, so that the two truly interleave.
MEETING = """
context.config.attributes["meet"]()
op.execute(f"CREATE TABLE {context.config.attributes['name']}_{name} (id INTEGER)")
assert op.get_context() is context.get_context()
"""


def write_history(history, env):
    (history.folder / "env.py").write_text(env, encoding="utf-8")
    after = None
    for name in ("a", "b", "c"):
        history.add(name, after, f"name = {name!r}\n" + MEETING)
        after = name


def upgrade(history, name, meet, url=None, connection=None):
    config = history.config
    config.attributes.update(name=name, meet=meet, connection=connection)
    if url is not None:
        config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    environment = history.environment("head")
    with environment:
        environment.script.run_env()


def found(url):
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        heads = MigrationContext.configure(connection).get_current_heads()
        names = set(sa.inspect(connection).get_table_names())
    engine.dispose()
    return heads, names - {"alembic_version"}


def two_urls(request, tmp_path):
    if request.param == "sqlite":
        return [f"sqlite:///{tmp_path}/{name}.db" for name in ("one", "two")]
    return [request.getfixturevalue("postgresql_url"), f"sqlite:///{tmp_path}/two.db"]


@pytest.fixture(params=["sqlite", "postgresql"])
def urls(request, tmp_path):
    return two_urls(request, tmp_path)


@pytest.mark.parametrize("env", [ENV, ASYNC_ENV], ids=["sync", "async"])
def test_two_upgrades_in_two_threads_do_not_meet(history, urls, env):
    write_history(history, env)
    barrier = threading.Barrier(2, timeout=20)
    if env is ASYNC_ENV:
        urls = [url.replace("sqlite:", "sqlite+aiosqlite:") for url in urls]
    with ThreadPoolExecutor(2) as pool:
        runs = [
            pool.submit(upgrade, history.again(), name, barrier.wait, url)
            for name, url in zip(("one", "two"), urls, strict=True)
        ]
        for run in runs:
            run.result()
    for name, url in zip(("one", "two"), urls, strict=True):
        assert found(url.replace("+aiosqlite", "")) == (
            ("c",),
            {f"{name}_{table}" for table in "abc"},
        )


def test_an_upgrade_inside_a_running_event_loop_uses_the_connection_it_is_given(
    history, tmp_path, postgresql_url
):
    write_history(history, ENV)
    urls = {"one": f"sqlite+aiosqlite:///{tmp_path}/one.db", "two": postgresql_url}

    async def run(name):
        engine = create_async_engine(urls[name])
        async with engine.begin() as connection:
            await connection.run_sync(
                lambda sync: upgrade(history.again(), name, lambda: None, connection=sync)
            )
            assert connection.in_transaction()
        await engine.dispose()

    async def main():
        await asyncio.gather(run("one"), run("two"))

    asyncio.run(main())
    assert found(f"sqlite:///{tmp_path}/one.db") == (("c",), {"one_a", "one_b", "one_c"})
    assert found(postgresql_url) == (("c",), {"two_a", "two_b", "two_c"})


def test_two_tasks_of_one_loop_interleave_without_meeting(history, tmp_path):
    """Each migration waits inside its greenlet until the other run's has come as far."""
    write_history(history, ENV)

    async def run(name, barrier):
        engine = create_async_engine(f"sqlite+aiosqlite:///{tmp_path}/{name}.db")

        def meet():
            sa.util.await_only(barrier.wait())

        async with engine.connect() as connection:
            await connection.run_sync(
                lambda sync: upgrade(history.again(), name, meet, connection=sync)
            )
        await engine.dispose()

    async def main():
        barrier = Rendezvous()
        await asyncio.wait_for(asyncio.gather(run("one", barrier), run("two", barrier)), 20)

    asyncio.run(main())
    for name in ("one", "two"):
        assert found(f"sqlite:///{tmp_path}/{name}.db") == (
            ("c",),
            {f"{name}_{table}" for table in "abc"},
        )


class Rendezvous:
    """A barrier for two tasks (asyncio has one from Python 3.11 on)."""

    def __init__(self) -> None:
        self.first: asyncio.Future | None = None

    async def wait(self):
        if self.first is None:
            self.first = asyncio.get_running_loop().create_future()
            await self.first
        else:
            other, self.first = self.first, None
            other.set_result(None)


def test_a_connection_that_is_handed_over_is_not_closed(history, engine):
    write_history(history, ENV)
    with engine.connect() as connection, connection.begin():
        upgrade(history, "one", lambda: None, connection=connection)
        assert not connection.closed
        assert connection.in_transaction()


def test_a_memory_database_needs_no_second_connection(history):
    write_history(history, ENV)
    engine = sa.create_engine("sqlite://")
    with engine.connect() as connection:
        upgrade(history, "one", lambda: None, connection=connection)
        assert MigrationContext.configure(connection).get_current_heads() == ("c",)
    engine.dispose()
