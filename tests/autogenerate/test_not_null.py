"""What a comparison says of rows that hold NULL where a column becomes NOT NULL."""

from __future__ import annotations

import logging

import pytest
import sqlalchemy as sa
from cases_base import c, columns, pk
from sqlalchemy.dialects.postgresql import DOMAIN

from alembic.autogenerate import produce_migrations, render_python_code
from alembic.runtime.migration import MigrationContext

COMPLETE = ["alembic.autogenerate.*", "alembic.complete.*"]
FAILS = "t.{} becomes NOT NULL: this fails where a row has NULL there"
LOOSE = "where sql_mode isn't strict, such a row gets 0, '' or the like."
X, X_FILLED = c("x"), c("x", nullable=False)


@pytest.fixture
def notes(request, caplog):
    """(backend, before, after) → what the file says on the way up, on the way back, and what the console says."""

    def of(backend, before, after, plugins=COMPLETE):
        engine = sa.create_engine(request.getfixturevalue(f"{backend}_url"))
        had, has = sa.MetaData(), sa.MetaData()
        before(had), after(has)
        with engine.connect() as connection, caplog.at_level(logging.WARNING, "alembic"):
            had.create_all(connection)
            opts = {"target_metadata": has, "autogenerate_plugins": plugins}
            context = MigrationContext.configure(connection, opts=opts)
            script = produce_migrations(context, has)
            ways = [
                render_python_code(ops, migration_context=context)
                for ops in (script.upgrade_ops, script.downgrade_ops)
            ]
        engine.dispose()
        return *map(_comment, ways), " ".join(caplog.messages)

    return of


def _comment(code: str) -> str:
    lines = [line.strip() for line in code.splitlines()]
    said = [
        line.removeprefix("# ") for line in lines if line.startswith("# ") and "###" not in line
    ]
    return " ".join(said).replace("NOTE: ", "")


@pytest.mark.parametrize(
    ("backend", "said"),
    [
        ("sqlite", f"{FAILS}."),
        ("postgresql", f"{FAILS}."),
        ("mariadb", f"{FAILS}; {LOOSE}"),
    ],
)
@pytest.mark.parametrize("had", [{}, {"server_default": "5"}])
def test_rows_with_null_are_told_of_both_ways(backend, said, had, notes):
    before = columns(pk, c("x", **had), c("y", nullable=False))
    after = columns(pk, c("x", nullable=False, **had), c("y"))
    assert notes(backend, before, after) == (said.format("x"), said.format("y"), said.format("x"))


def test_a_comparison_as_ever_says_nothing(notes):
    told = notes("postgresql", columns(pk, X), columns(pk, X_FILLED), ["alembic.autogenerate.*"])
    assert told == ("", "", "")


@pytest.mark.parametrize(("type_", "is_said"), [(sa.Integer, False), (sa.BigInteger, True)])
def test_a_row_id_of_sqlite_takes_a_number_for_null(type_, is_said, notes):
    key = c("x", type_, primary_key=True)
    up, back, told = notes("sqlite", columns(c("x", type_)), columns(key))
    assert (up, back, told) == (FAILS.format("x") + ".", "", up) if is_said else ("", "", "")
    assert notes("sqlite", columns(key, name="u"), columns(c("x", type_), name="u"))[0] == ""


def domain(**kw):
    return columns(pk, c("x", DOMAIN("short", sa.Integer, **kw)))


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (domain(), domain(not_null=True), "domain short becomes NOT NULL: this fails where a row "),
        (domain(not_null=True), domain(), ""),
        (columns(pk, X), domain(not_null=True), FAILS.format("x")),
        (columns(pk, X_FILLED), domain(not_null=True), ""),
        (columns(pk), domain(not_null=True), "t.x is NOT NULL and has no default"),
        (columns(pk), domain(not_null=True, default="5"), ""),
    ],
)
def test_a_domain_without_null_says_the_same(before, after, said, notes):
    up, _, told = notes("postgresql", before, after)
    assert ("NOT NULL" in up, "NOT NULL" in told) == (bool(said), bool(said))
    assert said in up
