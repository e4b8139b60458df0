"""Values in a script come back from the database as they were."""

import contextlib
import datetime as dt
import decimal
import enum
import io
import os
import uuid

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import mysql, postgresql

from alembic.ddl.literals import NoLiteral, ValueMissing, script_dialect
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext


class Colour(enum.Enum):
    RED = "r"
    BLUE = "b"


class Point(sa.types.TypeDecorator):
    """Kept as JSON."""

    impl = sa.JSON
    cache_ok = True

    def process_bind_param(self, value, _dialect):
        return None if value is None else {"x": value[0], "y": value[1]}

    def process_result_value(self, value, _dialect):
        return None if value is None else (value["x"], value["y"])


UTC = dt.timezone.utc
MOMENT = dt.datetime(2024, 2, 29, 12, 30, 15, 250000, tzinfo=UTC).replace(tzinfo=None)
EVERYWHERE = [
    (sa.Integer(), -5),
    (sa.BigInteger(), 2**40),
    (sa.String(200), 'it\'s \\ 100% :x "q" \t\n-- ✓'),
    (sa.String(200), ""),
    (sa.Text(), "a\n\nb;"),
    (sa.Unicode(20), "Größe ✓"),
    (sa.Boolean(), True),
    (sa.Numeric(12, 3), decimal.Decimal("-1.500")),
    (sa.Float(), 2.5),
    (sa.Date(), dt.date(2024, 2, 29)),
    (sa.Time(), dt.time(12, 30, 5)),
    (sa.DateTime(), MOMENT.replace(microsecond=0)),
    (sa.LargeBinary(), b"\x00\xff'\\%"),
    (sa.Uuid(), uuid.UUID(int=5)),
    (sa.Uuid(native_uuid=False), uuid.UUID(int=5)),
    (sa.Uuid(as_uuid=False), str(uuid.UUID(int=5))),
    (sa.JSON(), {"a": [1, None, "it's \"\\ 5%"]}),
    (sa.JSON(), "text"),
    (sa.Enum(Colour), Colour.BLUE),
    (sa.Enum("a", "it's", name="letters"), "it's"),
    (sa.Interval(), dt.timedelta(days=1, seconds=3)),
    (sa.PickleType(), {"a": 1}),
    (Point(), (1, 2)),
    (sa.Integer(), None),
    (sa.JSON(none_as_null=True), None),
]
ON_POSTGRESQL = [
    (sa.Float(), float("inf")),
    (sa.Numeric(), decimal.Decimal("NaN")),
    (sa.DateTime(timezone=True), MOMENT.replace(tzinfo=UTC)),
    (postgresql.JSONB(), [1, "x"]),
    (postgresql.BYTEA(), b"\xff"),
    (postgresql.ARRAY(sa.Integer), [1, 2]),
    (postgresql.ARRAY(sa.Integer), [[1, 2], [3, 4]]),
    (postgresql.ARRAY(sa.String), []),
    (postgresql.ARRAY(sa.String), ["it's", None]),
    (postgresql.ARRAY(sa.Uuid), [uuid.UUID(int=1)]),
    (postgresql.ARRAY(sa.DateTime), [MOMENT]),
    (postgresql.ARRAY(postgresql.JSONB), [{"a": 1}]),
    (postgresql.ARRAY(sa.Enum(Colour, name="colours")), [Colour.RED]),
    (postgresql.INT4RANGE(), postgresql.Range(1, 5)),
    (postgresql.INT4MULTIRANGE(), [postgresql.Range(1, 3), postgresql.Range(5, 7)]),
    (postgresql.BIT(3), "101"),
    (postgresql.OID(), 5),
    (postgresql.TSVECTOR(), "'a' 'b'"),
    (postgresql.MACADDR(), "08:00:2b:01:02:03"),
    (postgresql.DOMAIN("positive", sa.Integer, check="VALUE > 0"), 5),
]


def there_and_back(connection, type_, value):
    """Insert a value by a script, and read it."""
    buffer = io.StringIO()
    options = {"as_sql": True, "output_buffer": buffer}
    metadata = sa.MetaData()
    table = sa.Table("t", metadata, sa.Column("id", sa.Integer), sa.Column("x", type_))
    metadata.create_all(connection)
    context = MigrationContext.configure(dialect=connection.dialect, opts=options)
    Operations(context).bulk_insert(table, [{"id": 1, "x": value}])
    with contextlib.closing(connection.connection.cursor()) as cursor:
        cursor.execute(buffer.getvalue().strip().removesuffix(";"))
    return connection.scalar(sa.select(table.c.x))


def fresh(url):
    """A dialect that has asked no server, as that of a script."""
    return sa.create_engine(url, poolclass=sa.pool.NullPool)


@pytest.fixture(scope="module")
def postgresql_engine(postgresql_server):
    engine = fresh(postgresql_server)
    yield engine
    engine.dispose()


@pytest.mark.parametrize(("type_", "value"), EVERYWHERE, ids=repr)
def test_sqlite_reads_what_was_meant(type_, value):
    engine = sa.create_engine("sqlite://")
    with engine.connect() as connection:
        assert there_and_back(connection, type_, value) == value
    engine.dispose()


@pytest.mark.parametrize(("type_", "value"), [*EVERYWHERE, *ON_POSTGRESQL], ids=repr)
def test_postgresql_reads_what_was_meant(type_, value, postgresql_engine):
    with postgresql_engine.connect() as connection:
        connection.exec_driver_sql("SET search_path TO pg_temp")
        found = there_and_back(connection, type_, value)
        connection.rollback()
    if isinstance(value, decimal.Decimal) and value.is_nan():
        assert found.is_nan()
    else:
        assert found == value


@pytest.fixture(scope="module")
def mariadb_connection(mariadb_server):
    name = f"alembic_literals_{os.getpid()}"
    admin = fresh(mariadb_server)
    with admin.begin() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    engine = fresh(sa.make_url(mariadb_server).set(database=name))
    with engine.connect() as connection:
        yield connection
    with admin.begin() as connection:
        connection.exec_driver_sql(f"DROP DATABASE {name}")
    engine.dispose()
    admin.dispose()


@pytest.mark.parametrize(("type_", "value"), EVERYWHERE, ids=repr)
def test_mariadb_reads_what_was_meant(type_, value, mariadb_connection):
    mariadb_connection.exec_driver_sql("DROP TABLE IF EXISTS t")
    assert there_and_back(mariadb_connection, type_, value) == value


def test_mariadb_reads_a_time_of_more_than_a_day(mariadb_connection):
    mariadb_connection.exec_driver_sql("DROP TABLE IF EXISTS t")
    span = -dt.timedelta(hours=30, microseconds=7)
    there_and_back(mariadb_connection, mysql.TIME(fsp=6), span)  # SQLAlchemy reads the time of day
    assert mariadb_connection.exec_driver_sql("SELECT x FROM t").scalar() == span


@pytest.mark.parametrize(
    ("dialect", "type_", "value", "text"),
    [
        ("mssql", sa.LargeBinary(), b"\x00\xff", "0x00ff"),
        ("mssql", sa.JSON(), {"a": 1}, "'{\"a\": 1}'"),
        ("oracle", sa.LargeBinary(), b"\x00\xff", "HEXTORAW('00ff')"),
        (
            "oracle",
            sa.DateTime(timezone=True),
            MOMENT.replace(tzinfo=UTC),
            "TO_TIMESTAMP_TZ('2024-02-29 12:30:15.250000+00:00', 'YYYY-MM-DD HH24:MI:SS.FFTZH:TZM')",
        ),
        ("sqlite", sa.Float(), float("inf"), "9e999"),
        ("sqlite", sa.Float(), float("nan"), "NULL"),
        ("postgresql", sa.Float(), float("-inf"), "'-Infinity'"),
        ("postgresql", sa.JSON(), None, "'null'"),
        ("postgresql", sa.JSON(), sa.JSON.NULL, "'null'"),
        ("postgresql", postgresql.HSTORE(), {"a": 'b"', "c": None}, '\'"a"=>"b\\"","c"=>NULL\''),
        ("postgresql", sa.types.NULLTYPE, "x", "'x'"),
        (
            "mysql",
            sa.DateTime(timezone=True),
            MOMENT.replace(tzinfo=UTC),
            "'2024-02-29 12:30:15.250000'",
        ),
        ("mysql", sa.String(), "a\\b%", "'a\\\\b%'"),
        (
            "mysql",
            sa.Time(),
            dt.timedelta(hours=30, minutes=5, microseconds=7),
            "'30:05:00.000007'",
        ),
        ("mariadb", sa.Time(), -dt.timedelta(hours=30), "'-30:00:00'"),
        ("mssql", sa.DateTime(), MOMENT, "CAST('2024-02-29 12:30:15.250000' AS DATETIME2)"),
        ("mssql", sa.Time(), MOMENT.time(), "CAST('12:30:15.250000' AS TIME)"),
        ("mssql", sa.DateTime(), MOMENT.replace(microsecond=0), "'2024-02-29 12:30:15'"),
        ("postgresql", postgresql.ARRAY(sa.Integer), (1, 2), "ARRAY[1, 2]"),
        ("mysql", mysql.SET("a", "b"), {"b", "a"}, "'a,b'"),
    ],
)
def test_each_database_has_its_spelling(dialect, type_, value, text):
    ours = script_dialect(sa.make_url(f"{dialect}://").get_dialect()())
    assert ours.statement_compiler(ours, None).render_literal_value(value, type_) == text


@pytest.mark.parametrize(
    ("dialect", "type_", "value", "reason"),
    [
        ("postgresql", sa.JSON(), {"a": dt.date(2024, 2, 29)}, "date is not JSON serializable"),
        ("postgresql", postgresql.ARRAY(sa.String), 5, "an array is a list"),
        ("postgresql", postgresql.ARRAY(sa.Integer), range(2), "an array is a list"),
        ("postgresql", sa.String(), "a\0b", "text has no character zero"),
        ("mysql", sa.ARRAY(sa.Integer), [1], "there are no arrays in mysql"),
        ("sqlite", sa.ARRAY(sa.Integer), [None], "there are no arrays in sqlite"),
        ("mssql", sa.ARRAY(sa.String), [], "there are no arrays in mssql"),
        ("sqlite", sa.Time(), dt.timedelta(hours=1), "has no literals"),
        ("mysql", sa.Enum("a", "b"), 1, "has no such label"),
        ("mysql", mysql.SET("a", "b"), {"c"}, "has no such values"),
    ],
    ids=repr,
)
def test_a_value_that_a_database_has_not_is_refused(dialect, type_, value, reason):
    table = sa.table("t", sa.column("x", type_))
    buffer = io.StringIO()
    options = {"as_sql": True, "output_buffer": buffer}
    context = MigrationContext.configure(dialect_name=dialect, opts=options)
    with pytest.raises(NoLiteral, match=reason):
        Operations(context).bulk_insert(table, [{"x": value}])
    assert buffer.getvalue() == ""


@pytest.mark.parametrize(
    ("type_", "value", "text"),
    [
        (sa.String(), 5, "5"),
        (sa.Text(), decimal.Decimal("1.50"), "1.50"),
        (sa.Date(), 5, "5"),
        (sa.Uuid(), 5, "5"),
        (sa.Interval(), 5, "5"),
    ],
    ids=repr,
)
def test_a_value_of_another_type_is_written_as_what_it_is(type_, value, text):
    buffer = io.StringIO()
    options = {"as_sql": True, "output_buffer": buffer}
    context = MigrationContext.configure(dialect_name="sqlite", opts=options)
    Operations(context).bulk_insert(sa.table("t", sa.column("x", type_)), [{"x": value}])
    assert buffer.getvalue() == f"INSERT INTO t (x) VALUES ({text});\n\n"


def test_the_dialect_of_the_run_is_left_as_it_is():
    dialect = sa.make_url("postgresql+psycopg://").get_dialect()()
    table = sa.table("t", sa.column("x", sa.String))
    statement = sa.select(table).where(table.c.x == "5%")
    compiled = str(statement.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))
    ours = script_dialect(dialect)
    scripted = str(statement.compile(dialect=ours, compile_kwargs={"literal_binds": True}))
    again = str(statement.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))
    assert "'5%%'" in compiled
    assert compiled == again
    assert "'5%'" in scripted


@pytest.mark.parametrize(
    "statement",
    [
        sa.text("UPDATE t SET a = :missing"),
        sa.text("UPDATE t SET a = 'off :missing'"),
        sa.table("t", sa.column("missing")).insert(),
        sa.table("t", sa.column("a")).delete().where(sa.column("a") == sa.bindparam("missing")),
    ],
)
def test_a_parameter_without_a_value_is_not_made_null(statement):
    buffer = io.StringIO()
    options = {"as_sql": True, "output_buffer": buffer, "literal_binds": True}
    context = MigrationContext.configure(dialect_name="sqlite", opts=options)
    with pytest.raises(ValueMissing, match=r"'missing' .* has no value.*bindparams\(missing=…\)"):
        Operations(context).execute(statement)
    with pytest.raises(
        ValueMissing, match=r"'1' .* give it one\. Write the colon before it as \\:"
    ):
        Operations(context).execute("""UPDATE t SET a = '{"b":1}'""")
    assert buffer.getvalue() == ""


def test_a_parameter_that_is_null_is_null():
    buffer = io.StringIO()
    options = {"as_sql": True, "output_buffer": buffer, "literal_binds": True}
    context = MigrationContext.configure(dialect_name="sqlite", opts=options)
    Operations(context).execute(sa.text("UPDATE t SET a = :a").bindparams(a=None))
    assert buffer.getvalue() == "UPDATE t SET a = NULL;\n\n"
