"""Models without a schema whose tables stand in one that PostgreSQL's search path names second."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from cases_base import c, ck, columns, i, pk, u
from catalogs import catalog
from sqlalchemy.dialects import postgresql
from test_roundtrip import COMPLETE, run

from alembic.autogenerate import compare_metadata, produce_migrations
from alembic.runtime.migration import MigrationContext

X = c("x")


def exclude(where):
    def made():
        parts = (sa.column("x"), "=")
        return postgresql.ExcludeConstraint(parts, name="ex", using="btree", where=sa.text(where))

    return made


def of_domain(text):
    domain = postgresql.DOMAIN("short", sa.Text, constraint_name="ck", check=text)
    return columns(pk, c("x", domain))


def of_enum(*labels, **kw):
    return columns(pk, c("x", sa.Enum(*labels, name="kind"), **kw))


def computed(text):
    return columns(pk, X, c("y", sa.Integer, sa.Computed(text, persisted=True), index=True))


def sequence(increment):
    def build(metadata):
        sa.Sequence("counter", increment=increment, metadata=metadata)

    return build


def partial(text):
    return columns(pk, X, i("ix", "x", postgresql_where=sa.text(text)))


PAIRS = {
    "unlogged": (columns(pk), columns(pk, prefixes=["UNLOGGED"])),
    "check": (columns(pk, X, ck("x > 5", "ck")), columns(pk, X, ck("x > 6", "ck"))),
    "predicate": (partial("x > 5"), partial("x > 6")),
    "exclude": (columns(pk, X, exclude("x > 5")), columns(pk, X, exclude("x > 6"))),
    "deferrable": (
        columns(pk, X, u("x", name="uq")),
        columns(pk, X, u("x", name="uq", deferrable=True)),
    ),
    "precision": (
        columns(pk, c("x", postgresql.TIMESTAMP(precision=3))),
        columns(pk, c("x", postgresql.TIMESTAMP(precision=6))),
    ),
    "computed": (computed("x + 1"), computed("x + 2")),
    "computed from another type": (
        computed("x + 1"),
        columns(
            pk,
            c("x", sa.BigInteger),
            c("y", sa.Integer, sa.Computed("x + 1", persisted=True), index=True),
        ),
    ),
    "counting": (columns(c("id", primary_key=True, autoincrement=False)), columns(pk)),
    "another type to count in": (columns(pk), columns(c("id", sa.BigInteger, primary_key=True))),
    "a column that counts goes": (columns(X, pk), columns(X)),
    "enum": (of_enum("a", "b"), of_enum("b", "c")),
    "enum with a default": (of_enum("a", server_default="a"), of_enum("b", server_default="b")),
    "enum that goes": (of_enum("a"), columns(pk)),
    "domain": (of_domain("VALUE <> 'a'"), of_domain("VALUE <> 'b'")),
    "sequence": (sequence(1), sequence(2)),
}


@pytest.fixture
def connection(postgresql_url):
    engine = sa.create_engine(postgresql_url)
    with engine.connect() as connection:
        connection.exec_driver_sql("CREATE SCHEMA app")
        yield connection
    engine.dispose()


def look_at(connection, *path: str) -> None:
    connection.exec_driver_sql(f"SET search_path TO {', '.join(path)}")
    connection.commit()


def made(connection, build) -> sa.MetaData:
    """Models whose tables are made in the schema ``app``, where the path leads to it later."""
    metadata = sa.MetaData()
    build(metadata)
    look_at(connection, "app", "public")
    metadata.create_all(connection)
    look_at(connection, "public", "app")
    return metadata


def compared(connection, metadata, **opts):
    options = {"target_metadata": metadata, "autogenerate_plugins": COMPLETE, **opts}
    return MigrationContext.configure(connection, opts=options)


@pytest.mark.parametrize("opts", [{}, {"include_schemas": True}], ids=["alone", "with schemas"])
@pytest.mark.parametrize("name", PAIRS)
@pytest.mark.filterwarnings("ignore:autoincrement and existing_autoincrement")
def test_what_the_path_finds_is_compared_and_changed_where_it_stands(name, opts, connection):
    has, had = (PAIRS[name][at] for at in (1, 0))
    after = made(connection, has)
    fresh = catalog(connection)
    connection.exec_driver_sql("DROP SCHEMA app CASCADE")
    connection.exec_driver_sql("CREATE SCHEMA app")
    before = made(connection, had)
    start = catalog(connection)
    context = compared(connection, after, **opts)
    script = produce_migrations(context, after)
    run(context, script.upgrade_ops)
    connection.commit()
    assert catalog(connection) == fresh != start
    assert compare_metadata(context, after) == []
    run(context, script.downgrade_ops)
    connection.commit()
    assert catalog(connection) == start
    assert compare_metadata(context, before) == []


@pytest.mark.parametrize("opts", [{}, {"include_schemas": True}], ids=["alone", "with schemas"])
def test_partitions_that_the_path_finds_are_left_alone(opts, connection):
    metadata = made(connection, columns(pk, postgresql_partition_by="RANGE (id)"))
    part = "CREATE TABLE app.part PARTITION OF app.t FOR VALUES FROM (1) TO (9)"
    connection.exec_driver_sql(part)
    connection.commit()
    assert compare_metadata(compared(connection, metadata, **opts), metadata) == []


def test_a_name_of_both_schemas_is_that_of_the_first(connection):
    made(connection, columns(pk, X, ck("x > 5", "ck")))
    metadata = sa.MetaData()
    columns(pk, X, ck("x > 6", "ck"))(metadata)
    metadata.create_all(connection, checkfirst=False)
    connection.commit()
    assert compare_metadata(compared(connection, metadata), metadata) == []


@pytest.mark.parametrize(
    "statement", ["SEQUENCE app.s", "TYPE app.e AS ENUM ()", "DOMAIN app.d AS text"]
)
def test_what_the_path_finds_and_no_table_uses_is_left_alone(statement, connection):
    metadata = made(connection, columns(pk))
    connection.exec_driver_sql(f"CREATE {statement}")
    connection.commit()
    assert compare_metadata(compared(connection, metadata), metadata) == []


@pytest.mark.parametrize("name", ["counting", "another type to count in", "enum", "enum that goes"])
@pytest.mark.filterwarnings("ignore:autoincrement and existing_autoincrement")
def test_the_first_schema_of_a_path_that_is_set_later_is_not_said(name, connection):
    """Revisions of one tenant are those of the others."""
    had, has = PAIRS[name]
    made(connection, had)
    look_at(connection, "app", "public")
    metadata = sa.MetaData()
    has(metadata)
    context = compared(connection, metadata)
    script = produce_migrations(context, metadata)
    codes = [run(context, ops) for ops in (script.upgrade_ops, script.downgrade_ops)]
    assert [code for code in codes if "app" in code] == []
    assert [code for code in codes if "op." not in code] == []
