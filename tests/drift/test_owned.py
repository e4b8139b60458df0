"""Tables that belong to something else, and what is read under an asynchronous driver."""

from __future__ import annotations

import asyncio

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine

from alembic.autogenerate.records.owned import owned_tables
from alembic.drift.mirror import mirror
from alembic.runtime.migration import MigrationContext


def test_virtual_tables_and_their_content_are_no_tables_of_the_scripts(sqlite_url):
    engine = sa.create_engine(sqlite_url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE kept (a money, b)")
        connection.exec_driver_sql("CREATE VIRTUAL TABLE words USING fts5(body)")
        assert {(None, "words"), (None, "words_content")} <= owned_tables(connection)
        seen = mirror(MigrationContext.configure(connection))
    assert [name for _, name in seen.tables] == ["kept"]
    assert [column.type.spelled for column in seen.tables[None, "kept"].columns] == ["money", ""]


def test_partitions_belong_to_their_table(postgresql_url):
    engine = sa.create_engine(postgresql_url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE whole (a INTEGER) PARTITION BY RANGE (a)")
        connection.exec_driver_sql(
            "CREATE TABLE part PARTITION OF whole FOR VALUES FROM (1) TO (10)"
        )
        assert owned_tables(connection) == {(None, "part")}


def test_a_foreign_key_to_a_table_with_partitions_is_mirrored_without_those(postgresql_url):
    engine = sa.create_engine(postgresql_url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        for statement in (
            "CREATE TABLE whole (a INTEGER PRIMARY KEY) PARTITION BY RANGE (a)",
            "CREATE TABLE part PARTITION OF whole FOR VALUES FROM (1) TO (10)",
            "CREATE TABLE pointing (a INTEGER CONSTRAINT fk REFERENCES whole)",
        ):
            connection.exec_driver_sql(statement)
        seen = mirror(MigrationContext.configure(connection))
    assert sorted(seen.metadata.tables) == ["pointing", "whole"]
    keys = seen.tables[None, "pointing"].foreign_key_constraints
    assert [(key.name, key.referred_table.name) for key in keys] == [("fk", "whole")]


def test_asyncpg_tells_the_same(postgresql_url):
    async def look() -> list[str]:
        url = sa.make_url(postgresql_url).set(drivername="postgresql+asyncpg")
        engine = create_async_engine(url, poolclass=sa.NullPool)
        async with engine.begin() as connection:
            await connection.exec_driver_sql("CREATE UNLOGGED TABLE quick (id INTEGER)")
            seen = await connection.run_sync(
                lambda sync: mirror(MigrationContext.configure(sync)).tables
            )
        await engine.dispose()
        return list(seen[None, "quick"]._prefixes)

    assert asyncio.run(look()) == ["UNLOGGED"]
