"""A migration that meets a lock gives up, lets the others pass, and tries again."""

from __future__ import annotations

import logging
import threading
import time
from contextlib import contextmanager

import pytest
import sqlalchemy as sa

from alembic.runtime.ddl_timeouts import StillLocked, pause_before
from alembic.runtime.migration import MigrationContext


@pytest.fixture(params=["postgresql", "mariadb"])
def engine(request):
    engine = sa.create_engine(request.getfixturevalue(f"{request.param}_url"))
    yield engine
    engine.dispose()


@pytest.fixture
def history(history):
    return history.add("a", up='op.execute("CREATE TABLE busy (id INTEGER)")').add(
        "b",
        "a",
        'op.execute("CREATE TABLE b (id INTEGER)")\n'
        'op.execute("INSERT INTO b VALUES (1)")\n'
        'op.execute("ALTER TABLE busy ADD x INTEGER")',
    )


def run(history, engine, *target, **options):
    with engine.connect() as connection:
        history.run(connection, *target, **options)


@contextmanager
def reader(engine):
    """Somebody who has read the table, and whose transaction goes on."""
    with engine.connect() as connection:
        connection.exec_driver_sql("SELECT * FROM busy")
        yield connection


@contextmanager
def when_said(words, act):
    """Act at once when a run says ``words``."""

    def hear(record):
        if words in record.getMessage():
            act()
        return True

    log = logging.getLogger("alembic.runtime.migration")
    log.addFilter(hear)
    try:
        yield
    finally:
        log.removeFilter(hear)


@pytest.mark.parametrize("options", [{}, {"transaction_per_migration": True}])
def test_it_is_tried_again_until_the_lock_is_free(history, engine, caplog, options):
    run(history, engine, "a")
    with reader(engine) as connection, when_said("No lock within", connection.rollback):
        run(history, engine, ddl_lock_timeout="0.2s", ddl_lock_retries=10, **options)
    said = [line for line in caplog.messages if line.startswith("No lock within 0.2 seconds")]
    assert said
    assert "held by" in said[0]
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM b").scalar() == 1
        assert len(sa.inspect(connection).get_columns("busy")) == 2
        assert MigrationContext.configure(connection).get_current_heads() == ("b",)
    assert not sa.inspect(engine).has_table("alembic_version_journal")


def test_others_pass_between_two_tries(history, engine):
    if engine.dialect.name != "postgresql":
        pytest.skip("whole seconds there")
    run(history, engine, "a")
    with reader(engine) as connection:
        thread = threading.Thread(
            target=run,
            args=(history, engine),
            kwargs={"ddl_lock_timeout": "0.1s", "ddl_lock_retries": 50},
        )
        thread.start()
        begun = time.monotonic()
        for _ in range(10):
            with engine.connect() as other:
                other.exec_driver_sql("SELECT * FROM busy")
        assert time.monotonic() - begun < 3
        connection.rollback()
        thread.join(20)
    assert not thread.is_alive()


def test_who_holds_it_is_told_in_the_end(history, engine):
    run(history, engine, "a")
    query = {"postgresql": "SELECT pg_backend_pid()", "mysql": "SELECT connection_id()"}
    with reader(engine) as connection:
        session = connection.exec_driver_sql(query[engine.dialect.name]).scalar()
        with pytest.raises(StillLocked) as caught:
            run(history, engine, ddl_lock_timeout=0.1, ddl_lock_retries=1)
    message = str(caught.value)
    assert f" {session} (" in message
    assert "upgrade of b" in message
    assert "2 times" in message
    assert "--ddl-lock-timeout" in message
    assert caught.value.tries == 2
    run(history, engine)
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM b").scalar() == 1


def limits(connection):
    if connection.dialect.name == "postgresql":
        names = ("lock_timeout", "statement_timeout")
        return [
            connection.exec_driver_sql(f"SELECT current_setting('{name}')").scalar()
            for name in names
        ]
    row = "SELECT @@lock_wait_timeout, @@innodb_lock_wait_timeout, @@max_statement_time"
    return list(connection.exec_driver_sql(row).one())


@pytest.mark.parametrize("fails", [False, True])
def test_the_session_is_left_as_it_was(history, engine, fails):
    history.add("c", "b", "1 / 0" if fails else "pass")
    with engine.connect() as connection:
        before = limits(connection)
        connection.rollback()
        options = {"ddl_lock_timeout": "3s", "ddl_statement_timeout": "1min"}
        if fails:
            with pytest.raises(ZeroDivisionError):
                history.run(connection, **options)
        else:
            history.run(connection, **options)
        assert limits(connection) == before


def test_a_statement_that_takes_too_long_is_ended_and_not_tried_again(history, engine):
    sleep = "pg_sleep" if engine.dialect.name == "postgresql" else "sleep"
    history.add("c", "b", f'op.execute("CREATE TABLE c AS SELECT {sleep}(5)")')
    begun = time.monotonic()
    with pytest.raises(sa.exc.DBAPIError):
        run(history, engine, ddl_statement_timeout="500ms", ddl_lock_timeout=1)
    assert time.monotonic() - begun < 4


def test_what_env_py_has_said_in_the_transaction_is_kept(history, postgresql_url):
    engine = sa.create_engine(postgresql_url)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE SCHEMA tenant")
        connection.exec_driver_sql("CREATE TABLE tenant.busy (id INTEGER)")
    history.add("a", up="pass")
    with (
        reader_of(engine, "tenant.busy") as other,
        engine.connect() as connection,
        when_said("No lock within", other.rollback),
        history.environment() as environment,
    ):
        environment.configure(connection=connection, ddl_lock_timeout="0.1s", ddl_lock_retries=20)
        with environment.begin_transaction():
            connection.exec_driver_sql("SET LOCAL search_path = tenant")
            environment.run_migrations()
    assert set(sa.inspect(engine).get_table_names("tenant")) == {"alembic_version", "b", "busy"}
    assert sa.inspect(engine).get_table_names() == []
    engine.dispose()


@contextmanager
def reader_of(engine, table):
    with engine.connect() as connection:
        connection.exec_driver_sql(f"SELECT * FROM {table}")
        yield connection


def test_on_sqlite_there_is_nothing_to_limit(tables, sqlite_url):
    engine = sa.create_engine(sqlite_url)
    run(tables, engine, ddl_lock_timeout="1s", ddl_statement_timeout="1s")
    assert sa.inspect(engine).has_table("c")
    engine.dispose()


def test_pauses_grow_to_a_limit():
    assert [pause_before(attempt, 5) for attempt in range(2, 9)] == [1, 2, 4, 8, 16, 30, 30]
    assert pause_before(2, 0.1) == 0.1
