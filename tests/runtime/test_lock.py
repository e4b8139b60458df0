"""One migrator at a time: who waits, who is told what, and what takes no lock at all."""

from __future__ import annotations

import asyncio
import logging
import threading
import time

import pytest
import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.ext.asyncio import create_async_engine

from alembic.runtime import lock, session_locks
from alembic.runtime.lock import LockTimeout, MigratorsTurn
from alembic.runtime.own_runs import own_locks
from somebody_else import held

ASYNC = {
    "sqlite": "sqlite+aiosqlite",
    "postgresql": "postgresql+asyncpg",
}


def locks(engine) -> int:
    """How many locks of migrators there are in a database of PostgreSQL."""
    query = (
        "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database = "
        "(SELECT oid FROM pg_database WHERE datname = current_database())"
    )
    with engine.connect() as connection:
        return connection.exec_driver_sql(query).scalar()


def test_a_second_migrator_is_told_who_holds_the_lock(tables, engine):
    with held(engine), engine.connect() as connection:
        with pytest.raises(LockTimeout) as caught:
            tables.run(connection, lock_timeout=0.1)
        assert "--lock-timeout" in str(caught.value)
        word = {"sqlite": "process", "postgresql": "server process", "mysql": "connection"}
        assert f"by {word[engine.dialect.name]} " in str(caught.value)
        assert caught.value.holder
    assert "a" not in sa.inspect(engine).get_table_names()


def test_a_lock_that_is_not_waited_for_times_out_at_once(tables, engine):
    begun = time.monotonic()
    with held(engine), engine.connect() as connection, pytest.raises(LockTimeout):
        tables.run(connection, lock_timeout=0)
    assert time.monotonic() - begun < 3


def test_a_waiter_goes_on_when_the_lock_is_free_and_finds_the_work_done(tables, engine, said):
    def wait():
        with beside.connect() as connection:
            tables.again().run(connection)

    beside = sa.create_engine(engine.url)
    thread = threading.Thread(target=wait)
    with held(engine) as connection:
        thread.start()
        time.sleep(0.3)
        assert thread.is_alive()
        tables.run(connection, lock=False)
    thread.join(10)
    assert not thread.is_alive()
    assert [line for line in said() if line.startswith("Running")] == [
        "Running upgrade  -> a, add a",
        "Running upgrade a -> b, add b",
        "Running upgrade b -> c, add c",
    ]
    beside.dispose()


def test_two_version_tables_have_two_locks(engine):
    with held(engine, "one"):
        if engine.dialect.name == "sqlite":
            return  # one file, one lock
        with held(engine, "two", timeout=0):
            pass


def test_two_schemas_of_one_database_have_two_locks(postgresql_url):
    engine = sa.create_engine(postgresql_url)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE SCHEMA tenant")
    with held(engine), engine.connect() as other:
        other.exec_driver_sql("SET search_path = tenant")
        other.commit()
        with MigratorsTurn(other, "alembic_version", timeout=0):
            pass
        with MigratorsTurn(other, "alembic_version", schema="elsewhere", timeout=0):
            pass
        with (
            pytest.raises(LockTimeout),
            held(engine, schema="tenant"),
            MigratorsTurn(other, "alembic_version", schema="tenant", timeout=0),
        ):
            pass
    engine.dispose()


def test_a_database_at_its_target_is_left_without_a_lock(tables, engine):
    with engine.connect() as connection:
        tables.run(connection)
    with held(engine), engine.connect() as connection:
        tables.run(connection, lock_timeout=0)


def test_the_lock_is_given_back_behind_the_commit(tables, postgresql_url):
    engine = sa.create_engine(postgresql_url)
    beside = sa.create_engine(postgresql_url, poolclass=sa.NullPool)
    seen = []
    with engine.connect() as connection:
        event.listen(connection, "commit", lambda _: seen.append(locks(beside)))
        tables.run(connection)
    # The run's commit, then that of giving back.
    assert seen[-2] == 2
    assert locks(beside) == 0
    engine.dispose()


def test_the_lock_is_given_back_after_a_failure(history, engine):
    history.add("a", up="1 / 0")
    with engine.connect() as connection, pytest.raises(ZeroDivisionError):
        history.run(connection)
    with held(engine, timeout=0):
        pass


def test_a_transaction_of_the_caller_takes_no_lock(tables, engine):
    with held(engine), engine.connect() as connection, connection.begin():
        if engine.dialect.name == "sqlite":
            tables.run(connection, lock_timeout=0)
        else:
            tables.run(connection, "a", lock_timeout=0)


def test_a_run_can_do_without_the_lock(tables, engine):
    with held(engine), engine.connect() as connection:
        tables.run(connection, lock="off", lock_timeout=0)


def test_a_pool_of_one_is_enough(tables, database_url):
    engine = sa.create_engine(database_url, pool_size=1, max_overflow=0, pool_timeout=1)
    with engine.connect() as connection:
        tables.run(connection)
    engine.dispose()


def test_an_engine_over_one_connection_says_so_and_goes_on(tables, postgresql_url, caplog):
    real = sa.create_engine(postgresql_url, poolclass=sa.NullPool)
    raw = real.raw_connection()
    driver = raw.driver_connection
    engine = sa.create_engine(
        "postgresql+psycopg://", creator=lambda: driver, poolclass=sa.StaticPool
    )
    with caplog.at_level(logging.WARNING), engine.connect() as connection:
        tables.run(connection)
        assert connection.exec_driver_sql("SELECT 1").scalar() == 1
        connection.rollback()
        tables.run(connection, "base", "downgrade")
    said = [line for line in caplog.messages if "one connection only" in line]
    assert len(said) == 2
    engine.dispose()
    raw.close()


def test_a_memory_database_needs_no_lock(tables, caplog):
    engine = sa.create_engine("sqlite://", poolclass=sa.StaticPool)
    with caplog.at_level(logging.WARNING), engine.connect() as connection:
        tables.run(connection)
        assert caplog.messages == []
        assert set(sa.inspect(connection).get_table_names()) == {"a", "alembic_version", "b", "c"}
    engine.dispose()


def test_a_pooler_gets_a_lock_that_stays_within_one_transaction(
    tables, postgresql_url, monkeypatch
):
    # A pooler tells the driver of a server process of its own making.
    monkeypatch.setattr(session_locks, "_backend_pid", lambda _driver: 1)
    engine = sa.create_engine(postgresql_url, poolclass=sa.NullPool)
    with held(engine):
        with engine.connect() as connection, pytest.raises(LockTimeout) as caught:
            tables.run(connection, lock_timeout=0.1)
        assert "server process" in str(caught.value)
        with engine.connect() as connection:
            held_by = connection.exec_driver_sql(
                "SELECT a.state FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid "
                "WHERE l.locktype = 'advisory' AND a.datname = current_database()"
            ).scalars()
            assert list(held_by) == ["idle in transaction"]
    with engine.connect() as connection:
        tables.run(connection, lock_timeout=0)
    assert locks(engine) == 0
    engine.dispose()


def test_where_the_lock_is_refused_the_run_goes_on(tables, mariadb_url, caplog, monkeypatch):
    def refuse(self):
        raise session_locks.CannotLock("no grant")

    monkeypatch.setattr(session_locks._MysqlLock, "try_once", refuse)
    engine = sa.create_engine(mariadb_url)
    with caplog.at_level(logging.WARNING), engine.connect() as connection:
        tables.run(connection)
    assert [line for line in caplog.messages if "no grant" in line] == [
        "The database can't be locked for this migration, which goes on: no grant"
    ]
    engine.dispose()


CONCURRENTLY = """
import time; time.sleep(0.4)
with op.get_context().autocommit_block():
    op.execute("CREATE INDEX CONCURRENTLY t_x ON t (x)")
"""


def run_on(url, level, history):
    """A whole run on an engine of its own, asynchronous if the driver is."""
    if "asyncpg" not in str(url):
        engine = sa.create_engine(url, isolation_level=level, poolclass=sa.NullPool)
        with engine.connect() as connection:
            history.run(connection)
        return

    async def main():
        engine = create_async_engine(url, isolation_level=level, poolclass=sa.NullPool)
        async with engine.connect() as connection:
            await connection.run_sync(history.run)

    asyncio.run(main())


@pytest.mark.parametrize("driver", ["psycopg", "psycopg2", "asyncpg"])
@pytest.mark.parametrize("level", ["READ COMMITTED", "REPEATABLE READ", "pooled"])
def test_an_index_can_be_built_concurrently_while_others_wait(
    history, postgresql_url, level, driver, monkeypatch
):
    """Whoever waits holds no snapshot, which the build would wait for in turn."""
    if level == "pooled":
        monkeypatch.setattr(session_locks, "_backend_pid", lambda _driver: 1)
        level = "READ COMMITTED"
    history.add("a", up='op.execute("CREATE TABLE t (x INTEGER)")').add("b", "a", CONCURRENTLY)
    url = sa.make_url(postgresql_url).set(drivername=f"postgresql+{driver}")
    threads = [
        threading.Thread(target=run_on, args=(url, level, history.again()), daemon=True)
        for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert not any(thread.is_alive() for thread in threads)
    engine = sa.create_engine(postgresql_url)
    assert [index["name"] for index in sa.inspect(engine).get_indexes("t")] == ["t_x"]
    engine.dispose()


def waiting_run(history, url, *, before="", inside="", **options):
    """A run as an env.py does it, which says something before and inside its transaction."""
    engine = sa.create_engine(
        url, poolclass=sa.NullPool, connect_args={"application_name": "waiter"}, **options
    )
    with engine.connect() as connection, history.again().environment() as environment:
        environment.configure(connection=connection)
        for each in filter(None, before.split(";")):
            connection.exec_driver_sql(each)
        with environment.begin_transaction():
            for each in filter(None, inside.split(";")):
                connection.exec_driver_sql(each)
            environment.run_migrations()


WAITERS = "SELECT state FROM pg_stat_activity WHERE application_name = 'waiter'"
KEPT = ["idle", "idle in transaction"]


@pytest.mark.parametrize(
    ("before", "inside", "expected"),
    [("", "", ["idle", "idle"]), ("", "SET LOCAL work_mem = '1MB'", KEPT), ("SELECT 1", "", KEPT)],
)
def test_a_waiter_is_in_no_transaction_unless_env_py_has_said_something_in_it(
    history, postgresql_url, before, inside, expected
):
    """A concurrent build of an index waits for each transaction that has had a snapshot meanwhile."""
    history.add("a")
    engine = sa.create_engine(postgresql_url, poolclass=sa.NullPool)
    thread = threading.Thread(
        target=waiting_run,
        args=(history, postgresql_url),
        kwargs={"before": before, "inside": inside},
    )
    with held(engine) as connection:
        thread.start()
        deadline = time.monotonic() + 10
        found = []
        # Its own session and that of the lock, between two questions.
        while found != expected and time.monotonic() < deadline:
            time.sleep(0.05)
            found = sorted(connection.exec_driver_sql(WAITERS).scalars())
            connection.rollback()  # within a transaction the server tells the same again
    thread.join(10)
    assert found == expected


@pytest.mark.parametrize("level", ["READ COMMITTED", "SERIALIZABLE"])
def test_the_schema_that_env_py_has_chosen_is_the_one_that_is_migrated(
    history, postgresql_url, level
):
    history.add("a", up='op.execute("CREATE TABLE made (id INTEGER)")')
    engine = sa.create_engine(postgresql_url, isolation_level="AUTOCOMMIT")
    connection = engine.connect()
    connection.exec_driver_sql("CREATE TABLE public.read (id INTEGER)")
    for number, (before, inside) in enumerate(
        [
            ("", "SET LOCAL search_path = {}"),
            ("", "SELECT set_config('search_path', '{}', true)"),
            ("", "SET search_path = {}"),
            ("SET search_path = {}", ""),
            ("", "SELECT * FROM public.read;SET LOCAL search_path = {}"),
        ]
    ):
        tenant = f"tenant{number}"
        connection.exec_driver_sql(f"CREATE SCHEMA {tenant}")
        waiting_run(
            history,
            postgresql_url,
            before=before.format(tenant),
            inside=inside.format(tenant),
            isolation_level=level,
        )
        found = set(sa.inspect(connection).get_table_names(tenant))
        assert found == {"made", "alembic_version"}, (before, inside)
    connection.close()
    engine.dispose()


def test_a_waiter_whose_env_py_has_read_a_table_is_not_in_the_way_of_its_change(
    history, postgresql_url, monkeypatch
):
    monkeypatch.setattr(lock, "_SHOWS_THAT_IT_LIVES_EACH", 0.2)
    history.add("a", up='op.execute("ALTER TABLE read ADD x INTEGER")')
    engine = sa.create_engine(postgresql_url)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE read (id INTEGER)")
    threads = [
        threading.Thread(
            target=waiting_run,
            args=(history, postgresql_url),
            kwargs={"inside": "SET LOCAL work_mem = '1MB';SELECT * FROM read"},
            daemon=True,
        )
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert not any(thread.is_alive() for thread in threads)
    assert [each["name"] for each in sa.inspect(engine).get_columns("read")] == ["id", "x"]
    engine.dispose()


def test_a_session_whose_process_is_gone_is_waited_for(tables, postgresql_url):
    """Its own lock is free, but its server process is still at work."""
    engine = sa.create_engine(postgresql_url, poolclass=sa.NullPool)
    with engine.connect() as working:
        turn = MigratorsTurn(working, "alembic_version")
        turn.__enter__()
        own_locks.forget(turn._own)
        with engine.connect() as connection:
            connection.exec_driver_sql(
                "SELECT pg_terminate_backend(l.pid) FROM pg_locks l WHERE locktype = 'advisory' "
                "AND l.pid <> (SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND pid IN "
                f"({working.exec_driver_sql('SELECT pg_backend_pid()').scalar()}) LIMIT 1) "
                "AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            )
        with engine.connect() as connection, pytest.raises(LockTimeout):
            tables.run(connection, lock_timeout=0.1)
        turn.__exit__(None, None, None)
    with engine.connect() as connection:
        tables.run(connection, lock_timeout=0)
    engine.dispose()


def test_an_asynchronous_engine_waits_without_blocking_the_loop(tables, database_url):
    url = sa.make_url(database_url)
    if url.get_backend_name() not in ASYNC:
        pytest.skip("no asynchronous driver here")
    sync = sa.create_engine(database_url, poolclass=sa.NullPool)
    ticks = []

    async def tick():
        while True:
            ticks.append(1)
            await asyncio.sleep(0.01)

    async def main():
        engine = create_async_engine(url.set(drivername=ASYNC[url.get_backend_name()]))
        ticking = asyncio.create_task(tick())
        with held(sync):
            async with engine.connect() as connection:
                with pytest.raises(LockTimeout):
                    await connection.run_sync(lambda each: tables.run(each, lock_timeout=0.3))
        async with engine.connect() as connection:
            await connection.run_sync(lambda each: tables.run(each, lock_timeout=0))
        ticking.cancel()
        await engine.dispose()

    asyncio.run(main())
    assert len(ticks) > 10
    assert "c" in sa.inspect(sync).get_table_names()
