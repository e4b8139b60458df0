"""Domains of PostgreSQL, which reflection tells little of, between the scripts' database and the live one."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from alembic.autogenerate import compare_metadata, produce_migrations
from alembic.autogenerate.describe import described
from alembic.drift.mirror import mirror
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext

COMPLETE = ["alembic.autogenerate.*", "alembic.complete.*"]
MADE = (
    "CREATE DOMAIN price AS numeric(9,2) DEFAULT 0.5 NOT NULL CONSTRAINT c CHECK (VALUE < 9) CHECK (VALUE > 0)",
    "CREATE DOMAIN at AS timestamp(3) with time zone",
    "CREATE TABLE t (p price, moments at[])",
)


TOLD = (
    "numeric(9,2) DEFAULT 0.5 NOT NULL CONSTRAINT c CHECK ((VALUE < (9)::numeric)) "
    "CONSTRAINT price_check CHECK ((VALUE > (0)::numeric))"
)
PRICE, USED = MADE[0], "CREATE TABLE t (p price)"
ENUM = "CREATE TYPE en AS ENUM ('a')"


@pytest.mark.parametrize(
    ("live", "scripts", "said"),
    [
        ([PRICE, USED], [], [f"add domain price, {TOLD}", "add table t (p)"]),
        ([PRICE, USED], [PRICE], ["add table t (p)"]),
        ([PRICE], [PRICE, USED], ["remove table t (p)"]),
        ([PRICE, ENUM], [], ["add enum en, ['a']", f"add domain price, {TOLD}"]),
        ([], [PRICE, ENUM], ["remove enum en, ['a']", f"remove domain price, {TOLD}"]),
        ([PRICE, ENUM], [PRICE, ENUM], []),
    ],
)
def test_a_type_comes_and_goes_whole(postgresql_url, live, scripts, said):
    engine = sa.create_engine(postgresql_url)
    with engine.begin() as connection:
        savepoint = connection.begin_nested()
        for statement in live:
            connection.exec_driver_sql(statement)
        seen = mirror(MigrationContext.configure(connection))
        savepoint.rollback()
        for statement in scripts:
            connection.exec_driver_sql(statement)
        opts = {"target_metadata": seen.metadata, "autogenerate_plugins": COMPLETE}
        replayed = MigrationContext.configure(connection, opts=opts)
        ops = produce_migrations(replayed, seen.metadata).upgrade_ops
        with Operations.context(replayed) as operations:
            for op in ops.ops:
                operations.invoke(op)
        assert compare_metadata(replayed, seen.metadata) == []
    engine.dispose()
    assert [one.text for diff in ops.as_diffs() for one in described(diff, "upgrades")] == said


@pytest.mark.parametrize(
    ("by_hand", "said"),
    [
        ("SELECT 1", []),
        (
            "ALTER DOMAIN price DROP CONSTRAINT c",
            [
                (
                    "change domain price: numeric(9,2) DEFAULT 0.5 NOT NULL "
                    "CONSTRAINT c CHECK ((VALUE < (9)::numeric)) "
                    "CONSTRAINT price_check CHECK ((VALUE > (0)::numeric)) "
                    "to numeric(9,2) DEFAULT 0.5 NOT NULL "
                    "CONSTRAINT price_check CHECK ((VALUE > (0)::numeric))"
                )
            ],
        ),
    ],
)
def test_a_domain_is_told_whole(postgresql_url, by_hand, said):
    engine = sa.create_engine(postgresql_url)
    with engine.begin() as connection:
        for statement in MADE:
            connection.exec_driver_sql(statement)
        scripts = connection.begin_nested()
        connection.exec_driver_sql(by_hand)
        seen = mirror(MigrationContext.configure(connection))
        scripts.rollback()
        opts = {"target_metadata": seen.metadata, "autogenerate_plugins": COMPLETE}
        replayed = MigrationContext.configure(connection, opts=opts)
        found = compare_metadata(replayed, seen.metadata)
    engine.dispose()
    assert [one.text for diff in found for one in described(diff, "upgrades")] == said
