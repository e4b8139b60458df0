"""A database as models: what is made of it on an empty one is the same database."""

from __future__ import annotations

import re
import warnings

import compare_driver
import pytest
import sqlalchemy as sa
from catalogs import catalog
from catalogue import COMPLETE_CASES
from test_roundtrip import COMPLETE, run

from alembic.autogenerate import compare_metadata, produce_migrations
from alembic.drift.mirror import mirror
from alembic.drift.surroundings import surroundings_of
from alembic.runtime.migration import MigrationContext
from sampling import is_taken

CASES = [
    pytest.param(backend, case, id=f"{backend}-{case.name}")
    for case in COMPLETE_CASES
    for backend in case.on
    if is_taken(backend, case.name)
    # No revision makes partitions or functions, so no mirror does; a type alone is nobody's.
    and not case.name.startswith(
        ("partitions left alone", "functions in", "enum of what is parted")
    )
    and not re.match(r"(enum|domain) that no table uses", case.name)
]


@pytest.mark.parametrize(("backend", "case"), CASES)
def test_a_database_is_made_anew_from_what_is_read_of_it(backend, case, engines):
    engine = engines(backend)
    models = sa.MetaData(naming_convention=case.naming)
    case.after(models)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            with engine.connect() as connection:
                models.create_all(connection)
                connection.commit()
                live = catalog(connection)
                options = {**case.options, "autogenerate_plugins": COMPLETE}
                seen = mirror(MigrationContext.configure(connection, opts=options))
                around = surroundings_of(connection) if backend == "postgresql" else []
            compare_driver.empty(engine)
            with engine.connect() as connection:
                for statement in around:
                    connection.exec_driver_sql(statement)
                context = MigrationContext.configure(
                    connection, opts={**options, "target_metadata": seen.metadata}
                )
                run(context, produce_migrations(context, seen.metadata).upgrade_ops)
                connection.commit()
                assert _settled(catalog(connection)) == _settled(live)
                assert compare_metadata(context, seen.metadata) == []
        finally:
            compare_driver.empty(engine)


def _settled(lines: list[str]) -> list[str]:
    """Without brackets and casts: PostgreSQL sets others each time that it reads its own spelling."""
    return [re.sub(r"[()]|::(?:text|character varying)(?:\[\])?", "", line) for line in lines]
