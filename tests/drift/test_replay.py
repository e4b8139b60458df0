"""A replay: what scripts need and don't make, and what they must not reach."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from alembic.drift.scratch import scratch_database
from alembic.drift.surroundings import surround, surroundings_of
from alembic.drift.trespass import Trespassing, refuse_trespass


def test_schemas_and_extensions_of_the_database_are_made_and_may_be_made_again(postgresql_url):
    engine = sa.create_engine(postgresql_url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        connection.exec_driver_sql('CREATE SCHEMA "By hand"')
        connection.exec_driver_sql('CREATE EXTENSION citext SCHEMA "By hand"')
        connection.commit()
        with scratch_database(connection) as scratch:
            surround(scratch, surroundings_of(connection))
            with scratch.begin() as other:
                other.exec_driver_sql('CREATE TABLE "By hand".made (name "By hand".citext)')
                other.exec_driver_sql('CREATE SCHEMA "By hand"')
                other.exec_driver_sql("create extension citext")


def test_a_prepared_database_is_left_prepared(postgresql_url, postgresql_server):
    live = sa.create_engine(postgresql_server, poolclass=sa.NullPool)
    own = sa.create_engine(postgresql_url, poolclass=sa.NullPool)
    with own.begin() as connection:
        connection.exec_driver_sql("CREATE EXTENSION citext")
        connection.exec_driver_sql("CREATE SCHEMA shop")
    with live.connect() as connection:
        for _ in range(2):
            with scratch_database(connection, postgresql_url) as scratch, scratch.begin() as other:
                other.exec_driver_sql("CREATE TABLE shop.made (name citext)")


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE {other}.made (id INTEGER)",
        "INSERT INTO `{other}` . live VALUES (1)",
        "delete from {other}.live",
        "DROP TABLE IF EXISTS {other}.live",
        "CREATE INDEX i ON {other}.live (id)",
        "USE {other}",
        "DROP DATABASE {other}",
    ],
)
def test_a_statement_for_another_database_is_refused(statement, mariadb_url):
    engine = sa.create_engine(mariadb_url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE live (id INTEGER)")
    with engine.connect() as connection, scratch_database(connection) as scratch:
        refuse_trespass(scratch)
        with scratch.connect() as other:
            with pytest.raises(Trespassing, match="another database"):
                other.exec_driver_sql(statement.format(other=engine.url.database))
            other.exec_driver_sql("CREATE TABLE made (id INTEGER)")
            other.exec_driver_sql(
                f"SELECT {engine.url.database}.id FROM made {engine.url.database}"
            )
            other.exec_driver_sql("UPDATE made SET id = 1")
