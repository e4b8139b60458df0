"""A unit on SQLite: schema, rows and version row together, whatever the migration does inside."""

from __future__ import annotations

import asyncio
import sqlite3
import sys
import threading
import time

import pytest
import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.ext.asyncio import create_async_engine

from alembic.runtime.migration import MigrationContext
from alembic.runtime.sqlite_unit import DatabaseBusy
from alembic.util.failure import Left, failure_of

MAKE = """
op.execute("CREATE TABLE parent (id INTEGER PRIMARY KEY)")
op.execute("CREATE TABLE child (id INTEGER, p INTEGER REFERENCES parent (id) ON DELETE CASCADE)")
op.execute("INSERT INTO parent VALUES (1)")
op.execute("INSERT INTO child VALUES (1, 1)")
"""


def begin_by_hand(engine) -> None:
    """What SQLAlchemy's manual has for real transactions with this driver."""

    @event.listens_for(engine, "connect")
    def connect(driver, _record):
        driver.isolation_level = None

    @event.listens_for(engine, "begin")
    def begin(connection):
        connection.exec_driver_sql("BEGIN")


KINDS = ["plain", "begin by hand", "WAL"]
if sys.version_info >= (3, 12):  # before, sqlite3 has no such setting
    KINDS += ["autocommit=False", "autocommit=True"]


@pytest.fixture(params=KINDS)
def engine(request, sqlite_url):
    arguments = {"autocommit=False": {"autocommit": False}, "autocommit=True": {"autocommit": True}}
    engine = sa.create_engine(sqlite_url, connect_args=arguments.get(request.param, {}))
    if request.param == "begin by hand":
        begin_by_hand(engine)
    if request.param == "WAL":
        with sqlite3.connect(engine.url.database) as driver:
            driver.execute("PRAGMA journal_mode = WAL")
        driver.close()
    yield engine
    engine.dispose()


def names(engine):
    return set(sa.inspect(engine).get_table_names()) - {"alembic_version"}


def heads(engine):
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_heads()


def rows(engine, query):
    with engine.connect() as connection:
        return [tuple(row) for row in connection.exec_driver_sql(query)]


@pytest.mark.parametrize("options", [{}, {"transaction_per_migration": True}])
def test_a_failure_undoes_schema_and_rows_together(history, engine, options):
    history.add("a", up=MAKE).add(
        "b", "a", 'op.execute("DROP TABLE child")\nop.execute("DELETE FROM parent")\n1 / 0'
    )
    with engine.connect() as connection, pytest.raises(ZeroDivisionError) as caught:
        history.run(connection, **options)
    kept = {"parent", "child"} if options else set()
    assert names(engine) == kept
    assert heads(engine) == (("a",) if options else ())
    left = Left.EARLIER_STEPS if options else Left.NOTHING
    assert failure_of(caught.value).left is left


def test_the_next_run_works_once_the_file_is_mended(history, engine):
    history.add("a", up=MAKE + "1 / 0")
    with engine.connect() as connection, pytest.raises(ZeroDivisionError):
        history.run(connection)
    history.add("a", up=MAKE)
    with engine.connect() as connection:
        history.run(connection)
    assert rows(engine, "SELECT * FROM child") == [(1, 1)]


def enforcing(engine):
    @event.listens_for(engine, "connect")
    def connect(driver, _record):
        driver.execute("PRAGMA foreign_keys = ON")
        if getattr(driver, "autocommit", None) is False:  # it has begun before it could be set
            driver.autocommit = True
            driver.execute("PRAGMA foreign_keys = ON")
            driver.autocommit = False


REBUILD = """
op.execute("CREATE TABLE other (id INTEGER PRIMARY KEY, x INTEGER)")
op.execute("INSERT INTO other SELECT id, 5 FROM parent")
op.execute("DROP TABLE parent")
op.execute("ALTER TABLE other RENAME TO parent")
"""


def test_enforcement_is_off_where_a_migration_says_so_and_on_again_afterwards(history, engine):
    enforcing(engine)
    history.add("a", up=MAKE).add("b", "a", 'op.execute("PRAGMA foreign_keys = OFF")' + REBUILD)
    with engine.connect() as connection:
        history.run(connection)
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
    assert rows(engine, "SELECT * FROM child") == [(1, 1)]
    assert rows(engine, "SELECT * FROM parent") == [(1, 5)]


def test_enforcement_stays_on_for_migrations_that_count_on_it(history, engine):
    enforcing(engine)
    history.add("a", up=MAKE).add("b", "a", 'op.execute("DELETE FROM parent")')
    with engine.connect() as connection:
        history.run(connection)
    assert rows(engine, "SELECT * FROM child") == []


def test_enforcement_is_put_back_after_a_failure(history, engine):
    enforcing(engine)
    history.add("a", up=MAKE).add(
        "b", "a", 'op.execute("PRAGMA foreign_keys = OFF")' + REBUILD + "1 / 0"
    )
    with engine.connect() as connection:
        with pytest.raises(ZeroDivisionError) as caught:
            history.run(connection)
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
    assert failure_of(caught.value).left is Left.COMMITTED_PARTS
    assert rows(engine, "SELECT * FROM parent") == [(1,)]
    assert heads(engine) == ("a",)


@pytest.mark.parametrize(
    "statement", ["VACUUM", "PRAGMA journal_mode = DELETE", "COMMIT", "ATTACH ':memory:' AS m"]
)
def test_what_cannot_run_inside_runs_and_what_follows_is_a_unit_again(history, engine, statement):
    after = 'op.execute("CREATE TABLE after (id INTEGER)")\n1 / 0'
    history.add("a", up=MAKE).add("b", "a", f"op.execute({statement!r})\n{after}")
    with engine.connect() as connection, pytest.raises(ZeroDivisionError):
        history.run(connection)
    assert names(engine) - {"alembic_version_journal"} == {"parent", "child"}
    assert heads(engine) == ("a",)


def test_a_savepoint_of_a_migration_is_one(history, engine):
    history.add(
        "a",
        up=MAKE
        + "bind = op.get_bind()\n"
        + "with bind.begin_nested() as savepoint:\n"
        + '    op.execute("CREATE TABLE gone (id INTEGER)")\n'
        + "    savepoint.rollback()",
    )
    with engine.connect() as connection:
        history.run(connection)
    assert names(engine) == {"parent", "child"}


def test_the_driver_is_left_as_it_was(history, engine):
    history.add("a", up=MAKE + 'op.execute("PRAGMA foreign_keys = OFF")')
    with engine.connect() as connection:
        driver = connection.connection.driver_connection
        keys = ("isolation_level", "autocommit")
        before = [getattr(driver, key, None) for key in keys]
        busy = connection.exec_driver_sql("PRAGMA busy_timeout").scalar()
        connection.rollback()
        history.run(connection, lock_timeout=1)
        assert [getattr(driver, key, None) for key in keys] == before
        assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar() == busy


def test_another_writer_is_waited_for(history, engine):
    history.add("a", up=MAKE)
    writer = sqlite3.connect(engine.url.database, isolation_level=None, check_same_thread=False)
    writer.execute("BEGIN IMMEDIATE")

    def end():
        time.sleep(0.3)
        writer.execute("COMMIT")

    thread = threading.Thread(target=end)
    thread.start()
    with engine.connect() as connection:
        history.run(connection)
    thread.join()
    writer.close()
    assert heads(engine) == ("a",)


def test_a_writer_that_does_not_end_is_told(history, engine):
    history.add("a", up=MAKE)
    writer = sqlite3.connect(engine.url.database, isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    begun = time.monotonic()
    with engine.connect() as connection, pytest.raises(DatabaseBusy, match="--lock-timeout"):
        history.run(connection, lock_timeout=0.2)
    assert time.monotonic() - begun < 4
    writer.close()
    assert names(engine) == set()


def test_a_memory_database_is_migrated_on_the_connection_that_has_it(history):
    history.add("a", up=MAKE).add("b", "a", "1 / 0")
    engine = sa.create_engine("sqlite://")
    with engine.connect() as connection:
        history.run(connection, "a")
        with pytest.raises(ZeroDivisionError):
            history.run(connection)
        assert connection.exec_driver_sql("SELECT count(*) FROM child").scalar() == 1
        assert MigrationContext.configure(connection).get_current_heads() == ("a",)
    engine.dispose()


def test_a_real_transaction_of_the_caller_undoes_all_of_it(history, sqlite_url):
    history.add("a", up=MAKE)
    engine = sa.create_engine(sqlite_url)
    begin_by_hand(engine)
    with engine.connect() as connection, connection.begin() as transaction:
        history.run(connection)
        transaction.rollback()
    assert sa.inspect(engine).get_table_names() == []
    engine.dispose()


def test_an_asynchronous_engine_has_units_too(history, sqlite_url):
    history.add("a", up=MAKE).add(
        "b",
        "a",
        'op.execute("PRAGMA foreign_keys = OFF")\nop.execute("DROP TABLE child")\n1 / 0',
    )

    async def main():
        engine = create_async_engine(sqlite_url.replace("sqlite", "sqlite+aiosqlite"))
        async with engine.connect() as connection:
            with pytest.raises(ZeroDivisionError):
                await connection.run_sync(history.run)
        await engine.dispose()

    asyncio.run(main())
    engine = sa.create_engine(sqlite_url)
    assert names(engine) - {"alembic_version_journal"} == {"parent", "child"}
    assert heads(engine) == ("a",)
    engine.dispose()


def test_without_transactional_ddl_a_failure_is_told_as_such(history, sqlite_url):
    history.add("a", up=MAKE + "1 / 0")
    engine = sa.create_engine(sqlite_url)
    with engine.connect() as connection, pytest.raises(ZeroDivisionError) as caught:
        history.run(connection, transactional_ddl=False)
    assert failure_of(caught.value).left is Left.PARTS
    engine.dispose()
