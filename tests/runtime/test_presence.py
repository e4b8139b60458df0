"""Whether a table is there can be asked while somebody makes and drops it."""

from __future__ import annotations

import threading

import sqlalchemy as sa

from alembic.runtime.presence import is_there


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
