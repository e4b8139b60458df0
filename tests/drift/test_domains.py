"""Domains of PostgreSQL, which reflection tells little of, between the scripts' database and the live one."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from alembic.autogenerate import compare_metadata
from alembic.autogenerate.describe import described
from alembic.drift.mirror import mirror
from alembic.runtime.migration import MigrationContext

COMPLETE = ["alembic.autogenerate.*", "alembic.complete.*"]
MADE = (
    "CREATE DOMAIN price AS numeric(9,2) DEFAULT 0.5 NOT NULL CONSTRAINT c CHECK (VALUE < 9) CHECK (VALUE > 0)",
    "CREATE DOMAIN at AS timestamp(3) with time zone",
    "CREATE TABLE t (p price, moments at[])",
)


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
