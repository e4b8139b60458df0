"""Scripts: what `--sql` writes around the statements of the migrations."""

import contextlib
import io
import sqlite3

import pytest
import sqlalchemy as sa

from alembic.runtime.migration import MigrationContext


def lines(script):
    return [line for line in script.splitlines() if line]


CREATE = [
    "CREATE TABLE alembic_version (",
    "    version_num VARCHAR(32) NOT NULL, ",
    "    CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)",
    ");",
]
# SQLAlchemy 2.0 asks the server of its version before it trusts it with RETURNING.
RETURNED_BY_MARIADB = (
    " RETURNING alembic_version.version_num"
    if sa.make_url("mariadb://").get_dialect()().insert_returning
    else ""
)
A = ["-- Running upgrade  -> a", "CREATE TABLE a (id INTEGER);"]
B = [
    "-- Running upgrade a -> b",
    "CREATE TABLE b (id INTEGER);",
    "UPDATE alembic_version SET version_num='b' WHERE alembic_version.version_num = 'a';",
]


@pytest.mark.parametrize(
    ("dialect", "insert", "begin", "commit"),
    [
        ("postgresql", " VALUES ('a') RETURNING alembic_version.version_num;", "BEGIN;", "COMMIT;"),
        ("sqlite", " VALUES ('a') RETURNING version_num;", None, None),
        ("mysql", " VALUES ('a');", None, None),
        ("mariadb", f" VALUES ('a'){RETURNED_BY_MARIADB};", None, None),
    ],
)
def test_a_script_holds_the_version_rows(tables, dialect, insert, begin, commit):
    script = lines(tables.write("b", dialect=dialect))
    body = [*CREATE, *A, f"INSERT INTO alembic_version (version_num){insert}", *B]
    assert script == [line for line in (begin, *body, commit) if line]


def test_sql_server_gets_batches(tables):
    script = lines(tables.write("a", dialect="mssql"))
    assert script == [
        "BEGIN TRANSACTION;",
        *CREATE,
        "GO",
        A[0],
        A[1],
        "GO",
        "INSERT INTO alembic_version (version_num) OUTPUT inserted.version_num VALUES ('a');",
        "GO",
        "COMMIT;",
        "GO",
    ]


def test_oracle_gets_no_variable_that_a_script_lacks(tables):
    script = lines(tables.write("a", dialect="oracle"))
    assert "INSERT INTO alembic_version (version_num) VALUES ('a')" in script


def test_each_migration_may_have_its_transaction(tables):
    script = lines(tables.write("b", transaction_per_migration=True))
    assert script[0] == "BEGIN;"
    assert script[-1] == "COMMIT;"
    middle = script.index("COMMIT;")
    assert script[middle : middle + 3] == ["COMMIT;", "BEGIN;", B[0]]


def test_a_range_starts_where_it_says(tables):
    assert lines(tables.write("b", start="a")) == ["BEGIN;", *B, "COMMIT;"]


def test_a_range_may_go_down_to_nothing(tables):
    assert lines(tables.write("base", "downgrade", start="b")) == [
        "BEGIN;",
        "-- Running downgrade b -> a",
        "DROP TABLE b;",
        "UPDATE alembic_version SET version_num='a' WHERE alembic_version.version_num = 'b';",
        "-- Running downgrade a -> ",
        "DROP TABLE a;",
        "DELETE FROM alembic_version WHERE alembic_version.version_num = 'a';",
        "COMMIT;",
    ]


def test_a_stamp_is_written_too(tables):
    assert lines(tables.write("b", "stamp", start="a")) == [
        "BEGIN;",
        "-- Running stamp_revision a -> b",
        B[2],
        "COMMIT;",
    ]


def test_a_merge_is_written_in_one_order_always(history):
    history.add("a").add("b1", "a").add("b2", "a").add("m", ("b1", "b2"))
    scripts = {history.write("m") for _ in range(5)}
    assert len(scripts) == 1


def test_the_starting_revision_may_be_abbreviated(history):
    history.add("abcdef").add("b", "abcdef")
    assert "WHERE alembic_version.version_num = 'abcdef'" in history.write("b", start="abc")


def test_an_unknown_starting_revision_is_named(tables):
    with pytest.raises(Exception, match="nowhere"):
        tables.write("b", start="nowhere")


@pytest.fixture
def script_context():
    buffer = io.StringIO()

    def configure(dialect="postgresql", **opts):
        opts |= {"as_sql": True, "output_buffer": buffer}
        return MigrationContext.configure(dialect_name=dialect, opts=opts), buffer

    return configure


def test_an_autocommit_block_ends_and_begins_the_transaction(script_context):
    context, buffer = script_context()
    with context.begin_transaction():
        context.execute("first")
        with context.autocommit_block():
            context.execute("outside")
        context.execute("last")
    assert lines(buffer.getvalue()) == [
        *("BEGIN;", "first;", "COMMIT;", "outside;", "BEGIN;", "last;", "COMMIT;")
    ]


@pytest.mark.parametrize("dialect", ["postgresql", "sqlite"])
def test_an_autocommit_block_outside_a_transaction_begins_none(script_context, dialect):
    context, buffer = script_context(dialect)
    with context.autocommit_block():
        context.execute("outside")
    assert lines(buffer.getvalue()) == ["outside;"]


def test_a_script_that_fails_is_not_committed(script_context):
    context, buffer = script_context()
    with contextlib.suppress(ZeroDivisionError), context.begin_transaction():
        context.execute("first")
        1 / 0  # noqa: B018
    assert lines(buffer.getvalue()) == ["BEGIN;", "first;"]


def test_what_stands_for_the_connection_writes_statements_down(script_context):
    context, buffer = script_context()
    assert context.bind is context.connection is context.impl.bind
    assert context.bind.dialect is context.dialect
    context.bind.execute(sa.text("SELECT 1"))
    sa.Table("t", sa.MetaData(), sa.Column("x", sa.Integer)).create(context.bind)
    assert lines(buffer.getvalue()) == ["SELECT 1;", "CREATE TABLE t (", "    x INTEGER", ");"]


@pytest.mark.parametrize(
    ("start", "heads"), [(None, ()), ("base", ()), ("a", ("a",)), (("a", "b"), ("a", "b"))]
)
def test_the_heads_of_a_script_are_those_it_starts_from(script_context, start, heads):
    context, _ = script_context(starting_rev=start)
    assert context.get_current_heads() == heads


def test_a_script_for_sqlite_does_what_a_run_does(tables, tmp_path):
    path = tmp_path / "written.db"
    with contextlib.closing(sqlite3.connect(path)) as database:
        database.executescript(tables.write("c", dialect="sqlite"))
    engine = sa.create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        assert MigrationContext.configure(connection).get_current_heads() == ("c",)
    assert set(sa.inspect(engine).get_table_names()) == {"a", "b", "c", "alembic_version"}
    engine.dispose()


def test_the_log_says_that_a_script_is_written(tables, said):
    tables.write("a")
    assert said() == [
        "Context impl PostgresqlImpl.",
        "Generating static SQL",
        "Will assume transactional DDL.",
        "Running upgrade  -> a, add a",
    ]


def test_rows_are_the_same_whether_ids_are_plain_or_not(history):
    history.add("a").add("it's", "a").add("b", "it's").add("c", "b").add("1é", "c")
    moved = [line for line in lines(history.write("heads")) if line.startswith("UPDATE")]
    where = "WHERE alembic_version.version_num ="
    assert moved == [
        f"UPDATE alembic_version SET version_num='it''s' {where} 'a';",
        f"UPDATE alembic_version SET version_num='b' {where} 'it''s';",
        f"UPDATE alembic_version SET version_num='c' {where} 'b';",
        f"UPDATE alembic_version SET version_num='1é' {where} 'c';",
    ]
