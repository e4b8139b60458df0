"""PostgreSQL: what needs a server to be seen."""

import io
import logging
import os

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from alembic.autogenerate import compare_metadata
from alembic.ddl.postgresql import PostgresqlImpl
from alembic.operations import Operations, ops
from alembic.operations.ops import CreateExcludeConstraintOp
from alembic.runtime.migration import MigrationContext


@pytest.fixture
def engine(postgresql_url):
    engine = sa.create_engine(postgresql_url)
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def shared(postgresql_server):
    """A database for all tests that leave nothing behind."""
    name = f"alembic_ddl_{os.getpid()}"
    admin = sa.create_engine(
        postgresql_server, isolation_level="AUTOCOMMIT", poolclass=sa.pool.NullPool
    )
    with admin.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    engine = sa.create_engine(sa.make_url(postgresql_server).set(database=name))
    yield engine
    engine.dispose()
    with admin.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def connection(shared):
    with shared.connect() as connection, connection.begin() as transaction:
        yield connection
        transaction.rollback()


def operations(connection, **options):
    return Operations(MigrationContext.configure(connection, opts=options))


def mood(**kw):
    return sa.Enum("good", "bad", name="mood", **kw)


def types_in(connection):
    found = connection.execute(
        sa.text("SELECT typname FROM pg_type WHERE typtype IN ('e', 'd') AND typname ~ '^[a-z]'")
    ).scalars()
    return {
        name for name in found if not name.endswith(("identifier", "number", "stamp", "data"))
    } - {"yes_or_no"}


# --- named types --------------------------------------------------------------------------------


def test_a_type_that_an_earlier_run_has_created_is_not_created_again(connection):
    operations(connection).create_table("a", sa.Column("m", mood()))
    operations(connection).create_table("b", sa.Column("m", mood()))
    operations(connection).add_column("b", sa.Column("n", mood()))
    assert types_in(connection) == {"mood"}


def test_a_type_created_by_hand_before_its_column_stays_one(connection):
    op = operations(connection)
    mood().create(op.get_bind())
    op.create_table("a", sa.Column("id", sa.Integer))
    op.add_column("a", sa.Column("m", mood()))
    assert types_in(connection) == {"mood"}


def test_a_type_may_be_dropped_and_created_in_one_run(connection):
    op = operations(connection)
    for _ in range(2):
        op.create_table("a", sa.Column("m", mood()))
        op.drop_table("a")
        op.execute("DROP TYPE mood")
    assert types_in(connection) == set()


def test_a_script_may_drop_a_type_and_create_it_again():
    buffer = io.StringIO()
    context = MigrationContext.configure(
        dialect_name="postgresql", opts={"as_sql": True, "output_buffer": buffer}
    )
    op = Operations(context)
    for _ in range(2):
        op.create_table("a", sa.Column("m", mood()))
        op.drop_table("a")
        op.execute('DROP TYPE IF EXISTS "mood"')
    assert buffer.getvalue().count("CREATE TYPE mood AS ENUM ('good', 'bad');") == 2


def test_a_reversed_op_takes_its_type_along(connection):
    op = operations(connection)
    create = ops.CreateTableOp("a", [sa.Column("m", mood())])
    op.invoke(create)
    op.create_table("b", sa.Column("id", sa.Integer))
    add = ops.AddColumnOp("b", sa.Column("m", mood()))
    op.invoke(add)
    op.invoke(add.reverse())
    assert types_in(connection) == {"mood"}, "a still uses it"
    op.invoke(create.reverse())
    assert types_in(connection) == set()


def test_a_column_dropped_by_name_leaves_its_type(connection):
    op = operations(connection)
    op.create_table("a", sa.Column("id", sa.Integer), sa.Column("m", mood()))
    op.drop_column("a", "m")
    op.execute("DROP TYPE mood")


def test_a_domain_over_an_enum_needs_both(connection):
    domain = postgresql.DOMAIN("happy", mood(), check="VALUE = 'good'")
    op = operations(connection)
    op.create_table("a", sa.Column("m", domain))
    assert types_in(connection) == {"mood", "happy"}


def test_a_decorated_type_is_looked_into(connection):
    class Mood(sa.types.TypeDecorator):
        impl = mood()
        cache_ok = True

    op = operations(connection)
    op.create_table("a", sa.Column("id", sa.Integer))
    op.add_column("a", sa.Column("m", Mood()))
    op.add_column("a", sa.Column("n", postgresql.ARRAY(Mood())))
    op.add_column("a", sa.Column("o", sa.String().with_variant(mood(), "postgresql")))
    assert types_in(connection) == {"mood"}


# --- outside of a transaction -------------------------------------------------------------------


def test_indexes_are_created_and_dropped_concurrently(engine):
    with engine.connect() as connection:
        context = MigrationContext.configure(connection)
        op = Operations(context)
        with context.begin_transaction():
            op.create_table("a", sa.Column("x", sa.Integer))
            with context.autocommit_block():
                op.create_index("ix", "a", ["x"], postgresql_concurrently=True)
                op.create_index("ix", "a", ["x"], postgresql_concurrently=True, if_not_exists=True)
    assert [index["name"] for index in sa.inspect(engine).get_indexes("a")] == ["ix"]
    with engine.connect() as connection:
        context = MigrationContext.configure(connection)
        with context.begin_transaction(), context.autocommit_block():
            Operations(context).drop_index("ix", "a", postgresql_concurrently=True, if_exists=True)
    assert sa.inspect(engine).get_indexes("a") == []


def test_a_constraint_is_not_valid_until_it_is_validated(connection):
    op = operations(connection)
    op.create_table("a", sa.Column("x", sa.Integer))
    op.execute("INSERT INTO a VALUES (-1)")
    op.create_check_constraint("ck", "a", "x > 0", postgresql_not_valid=True)
    valid = sa.text("SELECT convalidated FROM pg_constraint WHERE conname = 'ck'")
    assert connection.scalar(valid) is False
    op.execute("UPDATE a SET x = 1")
    op.validate_constraint("ck", "a")
    assert connection.scalar(valid) is True


def test_a_constraint_made_of_an_index_takes_its_name(connection):
    op = operations(connection)
    op.create_table("a", sa.Column("x", sa.Integer))
    op.create_index("ix", "a", ["x"], unique=True)
    op.create_unique_constraint("uq", "a", ["x"], postgresql_using_index="ix", deferrable=True)
    inspector = sa.inspect(connection)
    assert [index["name"] for index in inspector.get_indexes("a")] == ["uq"]
    assert [unique["name"] for unique in inspector.get_unique_constraints("a")] == ["uq"]


def test_the_old_name_of_the_exclude_op_leads_to_it():
    from alembic.ddl import postgresql as module

    assert module.CreateExcludeConstraintOp is CreateExcludeConstraintOp
    with pytest.raises(AttributeError, match="nothing"):
        module.nothing  # noqa: B018


# --- comparison ---------------------------------------------------------------------------------

DEFAULTS = [
    (sa.Integer(), "5", "5", False),
    (sa.Integer(), sa.text("5"), "5", False),
    (sa.Integer(), "5", "6", True),
    (sa.Integer(), sa.text("2 + 3"), "5", False),
    (sa.BigInteger(), "5", sa.text("5::bigint"), False),
    (sa.Numeric(10, 2), "5", "5.0", False),
    (sa.String(20), "x", "x", False),
    (sa.String(20), "it's", "it's", False),
    (sa.String(20), "a:b%", "a:b%", False),
    (sa.String(20), "x", "y", True),
    (sa.String(20), sa.text("'5%' || 'x'"), sa.text("'5' || '%x'"), False),
    (sa.String(20), "", "", False),
    (sa.Boolean(), "true", sa.text("true"), False),
    (sa.Boolean(), sa.true(), sa.false(), True),
    (sa.DateTime(), sa.func.now(), sa.text("now()"), False),
    (sa.DateTime(), sa.text("CURRENT_TIMESTAMP"), sa.text("now()"), False),
    (sa.DateTime(), sa.text("now()"), sa.text("now() - interval '1 day'"), True),
    (sa.Date(), "2024-01-01", sa.text("'2024-01-01'::date"), False),
    (sa.Uuid(), sa.text("gen_random_uuid()"), sa.text("gen_random_uuid()"), False),
    (sa.Uuid(), sa.text("gen_random_uuid()"), sa.text("pg_catalog.gen_random_uuid()"), False),
    (sa.JSON(), sa.text("'{}'"), sa.text("'{}'::json"), False),
    (sa.JSON(), sa.text("'{}'"), sa.text("'[]'"), True),
    (postgresql.JSONB(), sa.text("'{}'"), sa.text("'{}'::jsonb"), False),
    (postgresql.ARRAY(sa.Integer), sa.text("'{}'"), sa.text("ARRAY[]::integer[]"), False),
    (sa.Interval(), sa.text("'1 day'"), sa.text("interval '24 hours'"), False),
    (sa.Integer(), sa.text("nextval('sq')"), sa.text("nextval('sq')"), False),
    (sa.Integer(), sa.text("nextval('sq')"), sa.text("nextval('sq2')"), True),
    (sa.Integer(), sa.text("length('abc')"), sa.text("nothing_of_the_kind()"), True),
    (sa.Integer(), None, "5", True),
    (sa.Integer(), "5", None, True),
]


@pytest.mark.parametrize(("type_", "existing", "wanted", "differ"), DEFAULTS)
def test_defaults_are_compared_as_the_server_understands_them(
    type_, existing, wanted, differ, connection
):
    for sequence in ("sq", "sq2"):
        connection.exec_driver_sql(f"CREATE SEQUENCE {sequence}")
    before, after = sa.MetaData(), sa.MetaData()
    sa.Table("t", before, sa.Column("x", type_, server_default=existing))
    sa.Table("t", after, sa.Column("x", type_, server_default=wanted))
    before.create_all(connection)
    context = MigrationContext.configure(
        connection, opts={"compare_server_default": True, "target_metadata": after}
    )
    assert bool(compare_metadata(context, after)) is differ
    for sequence in ("sq", "sq2"):
        assert connection.exec_driver_sql(f"SELECT nextval('{sequence}')").scalar() == 1


@pytest.mark.parametrize("level", ["AUTOCOMMIT", "READ COMMITTED"])
def test_defaults_are_compared_on_a_connection_in_autocommit_too(level, engine):
    with engine.connect().execution_options(isolation_level=level) as connection:
        metadata = sa.MetaData()
        default = sa.text("'1 day'::interval + '2 days'")
        sa.Table("t", metadata, sa.Column("x", sa.Interval, server_default=default))
        metadata.create_all(connection)
        context = MigrationContext.configure(
            connection, opts={"compare_server_default": True, "target_metadata": metadata}
        )
        assert compare_metadata(context, metadata) == []
        assert sa.inspect(connection).get_table_names() == ["t"]


@pytest.mark.parametrize("type_", [sa.SmallInteger, sa.Integer, sa.BigInteger])
def test_the_default_of_a_serial_column_is_none(type_, connection, caplog):
    metadata = sa.MetaData(schema=None)
    sa.Table("My T", metadata, sa.Column("Id", type_, primary_key=True))
    metadata.create_all(connection)
    context = MigrationContext.configure(connection, opts={"compare_server_default": True})
    with caplog.at_level(logging.INFO, logger="alembic"):
        assert compare_metadata(context, metadata) == []
    assert (
        "Detected sequence named 'My T_Id_seq' as owned by integer column 'My T(Id)', "
        "assuming SERIAL and omitting"
    ) in caplog.messages


def test_a_sequence_of_nobodys_is_a_default(connection):
    connection.exec_driver_sql("CREATE SEQUENCE sq")
    connection.exec_driver_sql("CREATE TABLE t (x integer DEFAULT nextval('sq'))")
    inspector = sa.inspect(connection)
    impl = MigrationContext.configure(connection).impl
    (column,) = inspector.get_columns("t")
    impl.autogen_column_reflect(inspector, sa.Table("t", sa.MetaData()), column)
    assert column["default"] == "nextval('sq'::regclass)"


@pytest.mark.parametrize(
    "element",
    [
        sa.text("lower(name)"),
        sa.text("LOWER(name) DESC NULLS LAST"),
        sa.text("(name || 'x'::text)"),
        sa.text("coalesce(name, 'a b')"),
        sa.text("((data ->> 'k'))"),
        sa.text("CAST(data ->> 'n' AS integer)"),
    ],
    ids=str,
)
def test_an_index_over_an_expression_is_found_again(element, connection):
    metadata = sa.MetaData()
    sa.Table(
        "t",
        metadata,
        sa.Column("name", sa.String(20)),
        sa.Column("data", postgresql.JSONB),
        sa.Index("ix", element),
    )
    metadata.create_all(connection)
    assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_the_impl_keeps_what_packages_read():
    impl = MigrationContext.configure(dialect_name="postgresql").impl
    assert type(impl) is PostgresqlImpl
    assert impl.transactional_ddl
    assert {"FLOAT", "DOUBLE PRECISION"} in impl.type_synonyms
    assert {"connection", "as_sql", "dialect", "output_buffer", "memo", "context_opts"} <= set(
        vars(impl)
    )
