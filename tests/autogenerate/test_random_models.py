"""Whatever the two models are: what autogenerate writes runs, a second comparison is quiet, the way back gives the start.

``ALEMBIC_EXAMPLES`` says how many pairs are tried on SQLite (``make nightly`` tries thousands), and an
eighth of them on each server.
"""

from __future__ import annotations

import os
import warnings

import compare_driver
import pytest
import sqlalchemy as sa
from catalogs import catalog
from hypothesis import HealthCheck, given, settings, strategies as st
from random_models import models
from test_roundtrip import COMPLETE, run

from alembic.autogenerate import compare_metadata, produce_migrations
from alembic.runtime.migration import MigrationContext

EXAMPLES = int(os.environ.get("ALEMBIC_EXAMPLES", "160"))
SHARES = {"sqlite": 1, "postgresql": 8, "mariadb": 8}


def _context(connection: sa.Connection, metadata: sa.MetaData) -> MigrationContext:
    opts = {"target_metadata": metadata, "autogenerate_plugins": COMPLETE}
    return MigrationContext.configure(connection, opts=opts)


def _round_trip(engine: sa.Engine, before: sa.MetaData, after: sa.MetaData) -> None:
    with engine.connect() as connection:
        after.create_all(connection)
        connection.commit()
        fresh = catalog(connection)
    compare_driver.empty(engine)
    with engine.connect() as connection:
        before.create_all(connection)
        connection.commit()
        start = catalog(connection)
        script = produce_migrations(_context(connection, after), after)
        up = run(_context(connection, after), script.upgrade_ops)
        connection.commit()
        assert compare_metadata(_context(connection, after), after) == [], up
        assert catalog(connection) == fresh, up
        down = run(_context(connection, after), script.downgrade_ops)
        connection.commit()
        assert compare_metadata(_context(connection, before), before) == [], down
        assert catalog(connection) == start, down


@pytest.mark.parametrize("backend", list(SHARES))
def test_any_two_models(backend, engines):
    engine = engines(backend)

    @settings(
        max_examples=max(EXAMPLES // SHARES[backend], 1),
        deadline=None,
        derandomize="ALEMBIC_EXAMPLES" not in os.environ,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.data())
    def holds(data: st.DataObject) -> None:
        before, after = sa.MetaData(), sa.MetaData()
        data.draw(models(backend))(before)
        data.draw(models(backend))(after)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                _round_trip(engine, before, after)
            finally:
                compare_driver.empty(engine)

    holds()
