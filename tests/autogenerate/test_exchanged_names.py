"""Names that go from one thing to another: exchanges, chains, and tables that go to another schema."""

from __future__ import annotations

import logging

import compare_driver
import pytest
import sqlalchemy as sa
from catalogs import catalog
from test_renames import CONVENTION, SETTINGS, Case, each_setting, models, produced, run

from alembic.autogenerate import compare_metadata
from alembic.autogenerate.ask import NameStays, NoMoveBetweenSchemas, RenameNotFound

PLAIN = {"ix": "ix_%(table_name)s_%(column_0_name)s"}


def exchanged_columns(metadata, is_new):
    first, last = ("b", "a") if is_new else ("a", "b")
    sa.Table("p", metadata, sa.Column("id", sa.Integer, primary_key=True))
    sa.Table(
        "t",
        metadata,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column(first, sa.Integer, sa.ForeignKey("p.id"), nullable=False),
        sa.Column(last, sa.String(20), index=True, unique=True, server_default="x"),
        sa.CheckConstraint(f"{first} > 5", name="first_ck"),
        sa.UniqueConstraint(first, last, name="uq_both"),
    )


def columns_alike(metadata, is_new):
    names = ("b", "c", "a") if is_new else ("a", "b", "c")
    made = [sa.Column(name, sa.Integer) for name in names]
    sa.Table("t", metadata, sa.Column("id", sa.Integer, primary_key=True), *made)


def chain_of_columns(metadata, is_new):
    names = ("b", "c") if is_new else ("a", "b")
    made = [sa.Column(name, sa.String(20)) for name in names]
    sa.Table("t", metadata, sa.Column("id", sa.Integer, primary_key=True), *made)


def column_in_the_place_of_another(metadata, is_new):
    names = ("b",) if is_new else ("a", "b")
    made = [sa.Column(name, sa.String(20)) for name in names]
    sa.Table("t", metadata, sa.Column("id", sa.Integer, primary_key=True), *made)


def exchanged_tables(metadata, is_new):
    first, last = ("s", "t") if is_new else ("t", "s")
    sa.Table(
        first,
        metadata,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("x", sa.Integer, index=True),
        sa.Column("of", sa.Integer, sa.ForeignKey(f"{first}.id")),
    )
    sa.Table(
        last,
        metadata,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("x", sa.String(20), index=True, unique=True),
        sa.Column("of", sa.Integer, sa.ForeignKey(f"{first}.id")),
    )


def chain_of_tables_and_columns(metadata, is_new):
    names = ("t", "u") if is_new else ("s", "t")
    for name in names:
        sa.Table(
            name,
            metadata,
            sa.Column("id", sa.Integer, primary_key=True),
            sa.Column("y" if is_new else "x", sa.String(20)),
        )


ROWS = ("INSERT INTO p VALUES (7)", "INSERT INTO t (id, a, b) VALUES (1, 7, 'y')")
CASES = [
    Case(
        "columns",
        exchanged_columns,
        ["t.a=b", "t.b=a"],
        ROWS,
        "SELECT b, a FROM t",
        [(7, "y")],
        naming=CONVENTION,
    ),
    Case("columns, no convention", exchanged_columns, ["t.a=b", "t.b=a"], ROWS, naming=PLAIN),
    Case(
        "three columns",
        columns_alike,
        ["t.a=b", "t.b=c", "t.c=a"],
        ("INSERT INTO t VALUES (1, 11, 22, 33)",),
        "SELECT a, b, c FROM t",
        [(33, 11, 22)],
    ),
    Case(
        "chain of columns",
        chain_of_columns,
        ["t.b=c", "t.a=b"],
        ("INSERT INTO t VALUES (1, 'a', 'b')",),
        "SELECT b, c FROM t",
        [("a", "b")],
    ),
    Case(
        "column in the place of another",
        column_in_the_place_of_another,
        ["t.a=b"],
        ("INSERT INTO t VALUES (1, 'a', 'b')",),
        "SELECT b FROM t",
        [("a",)],
    ),
    Case(
        "tables",
        exchanged_tables,
        ["t=s", "s=t"],
        ("INSERT INTO t (id, x) VALUES (1, 5)", "INSERT INTO s (id, x) VALUES (2, 'y')"),
        "SELECT s.x, t.x FROM s, t",
        [(5, "y")],
        naming=CONVENTION,
    ),
    Case(
        "tables, no convention",
        exchanged_tables,
        ["t=s", "s=t"],
        ("INSERT INTO t (id, x) VALUES (1, 5)", "INSERT INTO s (id, x) VALUES (2, 'y')"),
        "SELECT s.x, t.x FROM s, t",
        [(5, "y")],
        naming=PLAIN,
    ),
    Case(
        "chain of tables and their columns",
        chain_of_tables_and_columns,
        ["s=t", "t=u", "s.x=y", "t.x=y"],
        ("INSERT INTO s VALUES (1, 's')", "INSERT INTO t VALUES (2, 't')"),
        "SELECT t.y, u.y FROM t, u",
        [("s", "t")],
    ),
]


@pytest.fixture
def engine(backend, engines):
    yield engines(backend)
    compare_driver.empty(engines(backend))


@pytest.mark.parametrize(
    ("backend", "setting", "case"),
    each_setting(CASES),
)
def test_names_are_exchanged_and_exchanged_back(case, setting, engine):
    before, after = case.models(is_new=False), case.models(is_new=True)
    with engine.connect() as connection:
        after.create_all(connection)
        fresh = catalog(connection)
        after.drop_all(connection)
        before.create_all(connection)
        for row in case.rows:
            connection.exec_driver_sql(row)
        connection.commit()
        start = catalog(connection)
        context, script, _ = produced(connection, after, case.wishes, plugins=SETTINGS[setting])
        run(context, script.upgrade_ops)
        connection.commit()
        assert [tuple(row) for row in connection.exec_driver_sql(case.kept)] == case.found
        assert compare_metadata(context, after) == []
        if setting == "complete":
            assert catalog(connection) == fresh
        run(context, script.downgrade_ops)
        connection.commit()
        assert catalog(connection) == start


# --- hints in the models ---------------------------------------------------------------------------


@pytest.fixture
def connection(sqlite_url):
    with sa.create_engine(sqlite_url, poolclass=sa.NullPool).connect() as connection:
        yield connection


def hinted(name, old):
    return sa.Column(name, sa.String(20), info={"renamed_from": old})


def test_a_chain_may_be_hinted_and_the_hints_may_stay(connection):
    models(("t", "a", "b")).create_all(connection)
    after = models(("t", hinted("b", "a"), hinted("c", "b")))
    context, script, _ = produced(connection, after)
    assert [diff[0][-2:] for diff in script.upgrade_ops.as_diffs()] == [("b", "c"), ("a", "b")]
    run(context, script.upgrade_ops)
    assert compare_metadata(context, after) == []


def test_of_an_exchange_in_hints_it_is_said_that_they_tell_nothing(connection, caplog):
    models(("t", "a", "b")).create_all(connection)
    after = models(("t", hinted("a", "b"), hinted("b", "a")))
    with caplog.at_level(logging.WARNING, "alembic"):
        _, script, _ = produced(connection, after)
    assert script.upgrade_ops.as_diffs() == []
    assert [text for text in caplog.messages if "exchanged their names" in text]
    _, script, _ = produced(connection, after, ["t.a=b", "t.b=a"])
    assert len(script.upgrade_ops.as_diffs()) == 3


def test_of_a_name_that_is_used_again_it_is_said_that_a_hint_tells_nothing(connection, caplog):
    models(("t", "a")).create_all(connection)
    with caplog.at_level(logging.WARNING, "alembic"):
        produced(connection, models(("t", "a", hinted("b", "a"))))
    assert [text for text in caplog.messages if "have another 'a' as well" in text]


# --- what can't be ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after", "wish"),
    [
        ([("t", "a")], [("t", "a", "b")], "t.a=b"),
        ([("t", "a", "b")], [("t", "a", "b")], "t.a=b"),
        ([("s", "x")], [("s", "x"), ("t", "x")], "s=t"),
    ],
)
def test_an_old_name_that_stays_in_the_models_is_refused(before, after, wish, connection):
    models(*before).create_all(connection)
    with pytest.raises(NameStays) as raised:
        produced(connection, models(*after), [wish])
    assert wish in str(raised.value)


# --- schemas ---------------------------------------------------------------------------------------


def in_schema(schema, name="t", beside="beside"):
    metadata = sa.MetaData()
    table = sa.Table(
        name,
        metadata,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("x", sa.String(20), index=True),
        sa.Column("p_id", sa.Integer),
        schema=schema,
    )
    parent = sa.Table("p", metadata, sa.Column("id", sa.Integer, primary_key=True), schema=beside)
    table.append_constraint(sa.ForeignKeyConstraint([table.c.p_id], [parent.c.id], name="fk_p"))
    return metadata


def compared(connection, after, wishes):
    return produced(connection, after, wishes, include_schemas=True)


@pytest.mark.parametrize(
    ("wish", "name"),
    [("old.t=new.t", "t"), ("old.t=new.u", "u")],
)
@pytest.mark.parametrize("is_there", [True, False])
def test_a_table_of_postgresql_goes_to_another_schema(wish, name, is_there, engines):
    engine = engines("postgresql")
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql("CREATE SCHEMA old")
            connection.exec_driver_sql("CREATE SCHEMA beside")
            if is_there:
                connection.exec_driver_sql("CREATE SCHEMA new")
            in_schema("old").create_all(connection)
            connection.exec_driver_sql("INSERT INTO old.t (x) VALUES ('kept')")
            connection.commit()
            start = catalog(connection)
            after = in_schema("new", name)
            context, script, _ = compared(connection, after, [wish])
            run(context, script.upgrade_ops)
            connection.commit()
            assert connection.exec_driver_sql(f"SELECT x FROM new.{name}").scalar() == "kept"
            assert compared(connection, after, [])[1].upgrade_ops.as_diffs() == []
            run(context, script.downgrade_ops)
            connection.commit()
            assert catalog(connection) == start
    finally:
        with engine.connect() as connection:
            connection.exec_driver_sql("DROP SCHEMA IF EXISTS old, new, beside CASCADE")
            connection.commit()
        compare_driver.empty(engine)


def test_a_table_of_mariadb_goes_to_another_database(engines):
    engine = engines("mariadb")
    own = engine.url.database
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {own}_old")
            connection.exec_driver_sql(f"CREATE DATABASE {own}_p")
            in_schema(f"{own}_old", beside=f"{own}_p").create_all(connection)
            connection.exec_driver_sql(f"INSERT INTO {own}_old.t (x) VALUES ('kept')")
            connection.commit()
            after = in_schema(None, "u", f"{own}_p")
            wish = f"{own}_old.t={own}.u"
            opts = {"include_name": lambda name, kind, _: kind != "schema" or own in (name or own)}
            context, script, _ = produced(connection, after, [wish], include_schemas=True, **opts)
            run(context, script.upgrade_ops)
            assert connection.exec_driver_sql("SELECT x FROM u").scalar() == "kept"
            assert compare_metadata(context, after) == []
            run(context, script.downgrade_ops)
            kept = connection.exec_driver_sql(f"SELECT x FROM {own}_old.t").scalar()
            assert kept == "kept"
            assert compare_metadata(context, in_schema(f"{own}_old", beside=f"{own}_p")) == []
    finally:
        with engine.connect() as connection:
            connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {own}_old")
            connection.exec_driver_sql("DROP TABLE IF EXISTS u")
            connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {own}_p")
            connection.commit()
        compare_driver.empty(engine)


def test_a_table_of_sqlite_can_not_go_to_another_database(connection):
    for schema in ("old", "new"):
        connection.exec_driver_sql(f"ATTACH ':memory:' AS {schema}")
    before, after = sa.MetaData(), sa.MetaData()
    for metadata, schema in ((before, "old"), (after, "new")):
        sa.Table("t", metadata, sa.Column("id", sa.Integer, primary_key=True), schema=schema)
    before.create_all(connection)
    with pytest.raises(NoMoveBetweenSchemas, match=r"old\.t=new\.t"):
        compared(connection, after, ["old.t=new.t"])


def test_a_move_of_a_table_that_is_nowhere_is_refused(connection):
    models(("t", "a")).create_all(connection)
    with pytest.raises(RenameNotFound, match=r"one\.s=two\.s"):
        produced(connection, models(("t", "a")), ["one.s=two.s"])
