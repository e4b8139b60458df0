"""A run never waits for a transaction or a lock of its own thread; it waits for other threads'."""

from __future__ import annotations

import threading

import pytest
import sqlalchemy as sa

from alembic.runtime.lock import MigratorsTurn
from alembic.runtime.own_runs import WaitsForItself, own_transactions


def test_a_second_run_does_not_wait_for_the_open_transaction_of_the_first(tables, engine):
    """As where two URLs of a configuration lead to one database."""
    with engine.connect() as one, engine.connect() as two:
        with one.begin():
            tables.run(one)
            with two.begin(), pytest.raises(WaitsForItself, match="lead to one database"):
                tables.run(two, version_table="alembic_version")
        with two.begin():
            tables.run(two)
    assert "c" in sa.inspect(engine).get_table_names()


def test_a_second_run_does_not_wait_for_the_lock_of_the_first(tables, engine):
    with (
        engine.connect() as one,
        engine.connect() as two,
        MigratorsTurn(one, "alembic_version"),
        pytest.raises(WaitsForItself),
    ):
        tables.run(two)
    with engine.connect() as connection:
        tables.run(connection)


def test_transactions_that_have_nothing_to_do_with_each_other_are_left_alone(
    history, postgresql_url
):
    history.add("a", up='op.execute("CREATE TABLE %s (id INTEGER)" % kw["name"])')
    engine = sa.create_engine(postgresql_url)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE SCHEMA tenant")
    with engine.begin() as one, engine.begin() as two, engine.begin() as three:
        history.run(one, run_args={"name": "made"})
        two.exec_driver_sql("SET search_path = tenant")
        history.again().run(two, run_args={"name": "made"})
        three.exec_driver_sql("CREATE SCHEMA third")
        history.again().run(
            three,
            version_table="other",
            version_table_schema="third",
            run_args={"name": "third.made"},
        )
    assert set(sa.inspect(engine).get_table_names("tenant")) == {"alembic_version", "made"}
    engine.dispose()


def test_another_thread_waits_for_the_transaction(postgresql_url):
    engine = sa.create_engine(postgresql_url)
    came_through = []

    def run_too():
        with engine.begin() as other:
            own_transactions.note(other, "alembic_version", None)
            came_through.append(True)

    with engine.begin() as connection:
        own_transactions.note(connection, "alembic_version", None)
        thread = threading.Thread(target=run_too)
        thread.start()
        thread.join()
        with engine.begin() as other, pytest.raises(WaitsForItself):
            own_transactions.note(other, "alembic_version", None)
    assert came_through
    engine.dispose()
