"""Whether a table is there can be asked while somebody makes and drops it."""

from __future__ import annotations

import threading

import pytest
import sqlalchemy as sa

from alembic.runtime.presence import is_there, rows_of_the_moment


def test_a_table_that_was_dropped_in_between_has_no_rows_to_give_and_the_transaction_goes_on(
    engine,
):
    gone = sa.Table("gone", sa.MetaData(), sa.Column("id", sa.Integer))
    with engine.connect() as connection:
        assert rows_of_the_moment(connection, sa.select(gone), in_autocommit=False) is None
        assert connection.scalar(sa.text("SELECT 1")) == 1


def test_another_fault_of_the_question_is_told(engine):
    with engine.connect() as connection, pytest.raises(sa.exc.DBAPIError):
        rows_of_the_moment(connection, sa.text("SELECT nothing"), in_autocommit=False)


def test_a_table_that_comes_and_goes_is_there_or_not(mariadb_url):
    engine = sa.create_engine(mariadb_url, poolclass=sa.NullPool)
    table = sa.Table("t", sa.MetaData(), sa.Column("id", sa.Integer))
    held = sa.Table("held", sa.MetaData(), sa.Column("id", sa.Integer))
    held.create(engine)
    is_over = threading.Event()

    def come_and_go() -> None:
        with engine.connect() as connection:
            while not is_over.is_set():
                table.create(connection)
                connection.commit()
                table.drop(connection)
                connection.commit()

    thread = threading.Thread(target=come_and_go)
    thread.start()
    try:
        with engine.connect() as connection:
            for _ in range(20):
                # Who holds another table is not let wait by MariaDB, but refused.
                connection.execute(sa.select(held))
                assert is_there(connection, table) in {True, False}
                connection.rollback()
    finally:
        is_over.set()
        thread.join()
        engine.dispose()
