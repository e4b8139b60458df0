"""What autogenerate writes: it runs, a second comparison is quiet, and its reverse gives back the start."""

from __future__ import annotations

import warnings

import compare_driver
import pytest
import sqlalchemy as sa
from catalogs import catalog
from catalogue import CASES, COMPLETE_CASES

from alembic.autogenerate import compare_metadata, produce_migrations, render_python_code
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from sampling import is_taken

COMPLETE = ["alembic.autogenerate.*", "alembic.complete.*"]
# Options under which something is left out of the comparison, or is not what the code runs with.
NOT_A_ROUND_TRIP = {
    "sqlalchemy_module_prefix",
    "user_module_prefix",
    "include_object",
    "include_name",
    "render_item",
}
NOT_COMPARED = {
    "table with prefixes",
    "type change not compared",
    "table in a schema not looked for",
}
# Cases that show how a thing is rendered; that it runs is shown by others.
RENDERED = (
    "rendered type",
    "type kept",
    "type in a new table",
    "column in a new table",
    "column kept",
    "index kept",
    "index in a new table",
)
PAIRS = [
    pytest.param(backend, case, id=f"{backend}-{case.name}")
    for case in (*COMPLETE_CASES, *CASES)
    for backend in case.on
    if is_taken(backend, case.name)
    and not case.options.keys() & NOT_A_ROUND_TRIP
    and not callable(case.options.get("compare_type"))
    and not callable(case.options.get("compare_server_default"))
    and "autogenerate_plugins" not in case.options
    and case.name not in NOT_COMPARED
    and not case.name.startswith(RENDERED)
]


def run(context: MigrationContext, ops) -> str:
    """Render ``ops``, and run what was rendered; gives the code."""
    is_batch = context.dialect.name == "sqlite" or bool(context.opts.get("render_as_batch"))
    code = render_python_code(ops, migration_context=context, render_as_batch=is_batch)
    space = {"sa": sa, "cases_more": __import__("cases_more")}
    exec("from sqlalchemy.dialects import mysql, postgresql, sqlite", space)
    with Operations.context(context) as op:
        space["op"] = op
        exec("def migrate():\n    " + code, space)
        space["migrate"]()
    return code


@pytest.mark.parametrize(("backend", "case"), PAIRS)
def test_up_is_quiet_and_down_gives_back(backend, case, engines):
    engine = engines(backend)
    before, after = (sa.MetaData(naming_convention=case.naming) for _ in range(2))
    case.before(before)
    case.after(after)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            with engine.connect() as connection:
                after.create_all(connection)
                connection.commit()
                fresh = catalog(connection)
            compare_driver.empty(engine)
            with engine.connect() as connection:
                before.create_all(connection)
                connection.commit()
                start = catalog(connection)
                options = {**case.options, "autogenerate_plugins": COMPLETE}
                context = MigrationContext.configure(
                    connection, opts={"target_metadata": after, **options}
                )
                script = produce_migrations(context, after)
                if case in COMPLETE_CASES:
                    assert script.upgrade_ops.as_diffs() != []
                run(context, script.upgrade_ops)
                connection.commit()
                assert compare_metadata(context, after) == []
                assert catalog(connection) == fresh
                run(context, script.downgrade_ops)
                connection.commit()
                assert compare_metadata(context, before) == []
                assert catalog(connection) == start
        finally:
            compare_driver.empty(engine)
