"""Impls of packages, and what every impl has."""

import io
import subprocess
import sys
from functools import partial

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import default
from sqlalchemy.ext.compiler import compiles

from alembic.ddl import DefaultImpl
from alembic.ddl.base import ColumnName, RenameTable
from alembic.ddl.impl import ImplMeta, _impls
from alembic.ddl.postgresql import PostgresqlImpl
from alembic.ddl.registry import UnknownDialect, impls
from alembic.ddl.sink import LiveSink, NothingToSendTo, ParametersInScript, RecordSink, ScriptSink
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.util.exc import CommandError


@pytest.fixture
def known_impls():
    """Those registered in a test are forgotten after it."""
    before = dict(impls)
    yield impls
    impls.clear()
    impls.update(before)


class StrangeDialect(default.DefaultDialect):
    name = "strange"
    supports_statement_cache = True


def script(dialect, **options):
    buffer = io.StringIO()
    options |= {"as_sql": True, "output_buffer": buffer}
    return MigrationContext.configure(dialect=dialect, opts=options), buffer


def test_a_subclass_speaks_for_its_dialect(known_impls):
    class StrangeImpl(DefaultImpl):
        __dialect__ = "strange"
        transactional_ddl = True

        def drop_table(self, table, **kw):
            self._exec(f"FORGET {table.name}")

    assert DefaultImpl.get_by_dialect(StrangeDialect()) is StrangeImpl
    context, buffer = script(StrangeDialect())
    Operations(context).drop_table("account")
    assert buffer.getvalue() == "FORGET account;\n\n"
    assert context.impl.transactional_ddl


def test_a_package_need_not_know_options_that_nobody_uses(known_impls):
    class StrangeImpl(DefaultImpl):
        __dialect__ = "strange"

        def add_column(self, table_name, column, schema=None):
            super().add_column(table_name, column, schema=schema)

        def drop_column(self, table_name, column, schema=None):
            super().drop_column(table_name, column, schema=schema)

    context, buffer = script(StrangeDialect())
    operations = Operations(context)
    operations.add_column("a", sa.Column("x", sa.Integer))
    operations.drop_column("a", "x")
    with operations.batch_alter_table("b") as batch:
        batch.add_column(sa.Column("x", sa.Integer))
        batch.drop_column("y")
    assert buffer.getvalue().split(";\n\n")[:-1] == [
        "ALTER TABLE a ADD COLUMN x INTEGER",
        "ALTER TABLE a DROP COLUMN x",
        "ALTER TABLE b ADD COLUMN x INTEGER",
        "ALTER TABLE b DROP COLUMN y",
    ]
    with pytest.raises(TypeError, match="if_exists"):
        operations.drop_column("a", "x", if_exists=True)


def test_a_construct_is_spelled_by_a_package(known_impls):
    class StrangeImpl(DefaultImpl):
        __dialect__ = "strange"

    @compiles(RenameTable, "strange")
    def visit_rename_table(element, compiler, **kw):
        return f"CALL {element.table_name} {element.new_table_name} IN {element.schema}"

    @compiles(ColumnName, "strange")
    def visit_column_name(element, compiler, **kw):
        return f"CALL {element.table_name}.{element.column_name} {element.newname}"

    context, buffer = script(StrangeDialect())
    Operations(context).rename_table("a", "b", schema="s")
    Operations(context).alter_column("a", "x", new_column_name="y")
    assert buffer.getvalue() == "CALL a b IN s;\n\nCALL a.x y;\n\n"


def test_a_package_may_speak_for_a_dialect_of_ours(known_impls):
    class MyImpl(PostgresqlImpl):
        __dialect__ = "postgresql"

    dialect = sa.make_url("postgresql://").get_dialect()()
    assert DefaultImpl.get_by_dialect(dialect) is MyImpl
    assert _impls["postgresql"] is MyImpl


def test_a_dialect_that_descends_from_postgresql_alters_types(known_impls):
    class DescendedDialect(postgresql.dialect):
        name = "descended"

    class DescendedImpl(PostgresqlImpl):
        __dialect__ = "descended"

    context, buffer = script(DescendedDialect())
    Operations(context).alter_column("a", "x", type_=sa.Integer(), postgresql_using="x::int")
    assert buffer.getvalue() == "ALTER TABLE a ALTER COLUMN x TYPE INTEGER USING x::int;\n\n"


def test_a_subclass_without_a_dialect_speaks_for_none(known_impls):
    class OtherImpl(PostgresqlImpl):
        pass

    assert _impls["postgresql"] is PostgresqlImpl


def test_the_old_metaclass_may_be_named(known_impls):
    class StrangeImpl(DefaultImpl, metaclass=ImplMeta):
        __dialect__ = "strange"

    assert _impls["strange"] is StrangeImpl


def test_an_unknown_dialect_is_named():
    with pytest.raises(UnknownDialect, match="no impl for the dialect 'strange'") as raised:
        DefaultImpl.get_by_dialect(StrangeDialect())
    assert isinstance(raised.value, CommandError)
    assert isinstance(raised.value, KeyError)


def test_a_dialect_is_loaded_when_it_is_asked_for():
    code = (
        "import sys, alembic.ddl.impl as impl; before = 'alembic.ddl.oracle' in sys.modules;"
        "impl._impls['oracle']; print(before, 'alembic.ddl.oracle' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True"]


def test_ours_gives_way_to_one_that_was_there_before_it():
    code = (
        "import alembic.ddl.impl as impl\n"
        "class Mine(impl.DefaultImpl): __dialect__ = 'oracle'\n"
        "import alembic.ddl.oracle\n"
        "print(impl._impls['oracle'].__name__)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "Mine"


def test_an_overridden_exec_sees_every_statement(known_impls):
    seen = []

    class StrangeImpl(DefaultImpl):
        __dialect__ = "strange"

        def _exec(self, construct, execution_options=None, multiparams=None, params=None):
            seen.append(type(construct).__name__)
            return super()._exec(construct, execution_options, multiparams, params or {})

    context, _ = script(StrangeDialect())
    op = Operations(context)
    table = op.create_table("t", sa.Column("x", sa.Integer, index=True))
    op.bulk_insert(table, [{"x": 1}])
    op.execute("SELECT 1")
    assert seen == ["CreateTable", "CreateIndex", "Spelled", "str"]


def noted(seen, name, context, _target, bind, _ddl_runner, **_kw):
    seen.append((name, bind is context.bind, _ddl_runner is context.impl))


def test_events_of_a_table_are_sent_with_the_impl_as_their_runner():
    seen = []
    context, _ = script(sa.make_url("sqlite://").get_dialect()())
    table = sa.Table("t", sa.MetaData(), sa.Column("x", sa.Integer))
    for name in ("before_create", "after_create", "before_drop", "after_drop"):
        sa.event.listen(table, name, partial(noted, seen, name, context))
    context.impl.create_table(table)
    context.impl.drop_table(table)
    names = [name for name, *rest in seen]
    assert names == ["before_create", "after_create", "before_drop", "after_drop"]
    assert all(ours and runner for _, ours, runner in seen)


def test_a_version_table_has_its_key_or_not():
    impl = script(sa.make_url("sqlite://").get_dialect()())[0].impl
    with_key = impl.version_table_impl(
        version_table="v", version_table_schema="s", version_table_pk=True
    )
    without = impl.version_table_impl(
        version_table="v", version_table_schema=None, version_table_pk=False
    )
    assert (with_key.fullname, with_key.primary_key.name) == ("s.v", "v_pkc")
    assert with_key.c.version_num.type.length == 32
    assert not without.primary_key.columns


# --- sinks --------------------------------------------------------------------------------------


def test_a_script_has_no_place_for_parameters():
    impl = script(sa.make_url("sqlite://").get_dialect()())[0].impl
    assert isinstance(impl.sink, ScriptSink)
    for given in ({"params": {"x": 1}}, {"multiparams": [{"x": 1}]}):
        with pytest.raises(ParametersInScript, match="SQL parameters not allowed with as_sql"):
            impl._exec("SELECT :x", **given)
    assert issubclass(ParametersInScript, TypeError)


@pytest.mark.parametrize(
    ("literal_binds", "written"), [(True, "SELECT 'it''s';\n\n"), (False, "SELECT ?;\n\n")]
)
def test_bound_values_are_spelled_where_that_is_asked_for(literal_binds, written):
    dialect = sa.make_url("sqlite://").get_dialect()()
    context, buffer = script(dialect, literal_binds=literal_binds)
    context.execute(sa.text("SELECT :x").bindparams(x="it's"))
    assert buffer.getvalue() == written


ACCOUNT = sa.table("account", sa.column("id", sa.Integer), sa.column("name", sa.String))


@pytest.mark.parametrize("literal_binds", [True, False])
@pytest.mark.parametrize(
    ("statement", "given", "written"),
    [
        (sa.text("SELECT :x, '5%'"), {"x": "it's", "y": 1}, ["SELECT 'it''s', '5%'"]),
        (sa.text("SELECT :x"), [{"x": 1}, {"x": None}], ["SELECT 1", "SELECT NULL"]),
        (
            sa.text("DELETE FROM t WHERE id IN :x").bindparams(sa.bindparam("x", expanding=True)),
            {"x": [1, 2]},
            ["DELETE FROM t WHERE id IN (1, 2)"],
        ),
        (
            ACCOUNT.insert(),
            [{"id": 1, "name": "a"}, {"name": "b"}],
            [
                "INSERT INTO account (id, name) VALUES (1, 'a')",
                "INSERT INTO account (name) VALUES ('b')",
            ],
        ),
        (
            ACCOUNT.update().where(ACCOUNT.c.id == sa.bindparam("x")),
            {"x": 1, "name": "a"},
            ["UPDATE account SET name='a' WHERE account.id = 1"],
        ),
        (
            ACCOUNT.delete().where(ACCOUNT.c.name == sa.bindparam("x")),
            {"x": "a"},
            ["DELETE FROM account WHERE account.name = 'a'"],
        ),
    ],
)
def test_values_given_to_the_connection_come_into_a_script(
    statement, given, written, literal_binds
):
    dialect = sa.make_url("postgresql://").get_dialect()()
    context, buffer = script(dialect, literal_binds=literal_binds)
    with Operations.context(context) as operations:
        operations.get_bind().execute(statement, given)
    assert buffer.getvalue().split(";\n\n")[:-1] == written


def test_a_value_that_is_not_given_to_the_connection_of_a_script_is_missed():
    context, _ = script(sa.make_url("postgresql://").get_dialect()(), literal_binds=True)
    with pytest.raises(CommandError, match="The parameter 'y' of a statement has no value"):
        context.connection.execute(sa.text("SELECT :x, :y"), {"x": 1})


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("SELECT 1;", "SELECT 1;;"),
        ("SELECT 1 -- one", "SELECT 1 -- one\n;"),
        ("SELECT '--'", "SELECT '--';"),
        ("\tSELECT\n\t\t1", "SELECT\n        1;"),
        ("SELECT\t'a\tb'", "SELECT    'a\tb';"),
        ("SELECT\t\"o'\tclock\", `a'\tb`,\t'\t'", "SELECT    \"o'\tclock\", `a'\tb`,    '\t';"),
        ("SELECT '50%' \\:x", "SELECT '50%' :x;"),
    ],
)
@pytest.mark.parametrize("dialect", ["postgresql", "mysql", "sqlite"])
def test_text_is_written_as_a_client_reads_it(said, written, dialect):
    context, buffer = script(sa.make_url(f"{dialect}://").get_dialect()())
    context.execute(said)
    assert buffer.getvalue() == f"{written}\n\n"


def test_a_driver_still_gets_its_percent_signs_doubled():
    dialect = sa.make_url("postgresql+psycopg://").get_dialect()()
    script(dialect)[0].execute("SELECT '50%'")
    assert str(sa.text("SELECT '50%'").compile(dialect=dialect)) == "SELECT '50%%'"


def test_statements_can_be_recorded_instead():
    dialect = sa.make_url("postgresql://").get_dialect()()
    context, buffer = script(dialect)
    context.impl.sink = sink = RecordSink()
    Operations(context).alter_column("a", "x", nullable=False, new_column_name="y")
    texts = [str(statement.construct.compile(dialect=dialect)) for statement in sink.statements]
    assert texts == ["ALTER TABLE a ALTER COLUMN x SET NOT NULL", "ALTER TABLE a RENAME x TO y"]
    assert not buffer.getvalue()


def test_without_a_connection_nothing_can_be_executed():
    impl = MigrationContext.configure(dialect_name="sqlite").impl
    assert isinstance(impl.sink, LiveSink)
    with pytest.raises(NothingToSendTo):
        impl.execute("SELECT 1")


def test_options_are_for_one_statement(sqlite_url):
    engine = sa.create_engine(sqlite_url)
    seen = []
    sa.event.listen(
        engine,
        "before_execute",
        lambda *args: seen.append(args[-1].get("flavour")),
    )
    with engine.connect() as connection:
        impl = MigrationContext.configure(connection).impl
        impl.execute("SELECT 1", execution_options={"flavour": "mint"})
        impl.execute("SELECT 1")
        result = impl._exec("SELECT :x", params={"x": 5})
        assert result.scalar() == 5
    engine.dispose()
    assert seen == ["mint", None, None]


# --- rows ---------------------------------------------------------------------------------------


def test_rows_of_an_iterator_are_read_as_they_go(engine):
    taken = []

    def rows():
        for number in range(1, 25_001):
            taken.append(number)
            yield {"id": number}

    table = sa.Table("t", sa.MetaData(), sa.Column("id", sa.Integer, primary_key=True))
    held = []
    sa.event.listen(
        engine,
        "before_cursor_execute",
        lambda *args: held.append(len(taken)) if "INSERT" in args[2] else None,
    )
    with engine.begin() as connection:
        table.create(connection)
        Operations(MigrationContext.configure(connection)).bulk_insert(table, rows())
        assert connection.scalar(sa.select(sa.func.count()).select_from(table)) == 25_000
    assert held[0] == 10_000


def test_rows_with_other_columns_keep_them(engine):
    table = sa.Table(
        "t",
        sa.MetaData(),
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("a", sa.String(9)),
        sa.Column("b", sa.String(9), server_default="x"),
    )
    rows = [{"id": 1}, {"id": 2, "a": "p"}, {"id": 3, "b": "q"}, {"id": 4, "b": "r"}]
    with engine.begin() as connection:
        table.create(connection)
        Operations(MigrationContext.configure(connection)).bulk_insert(table, rows)
        found = connection.execute(sa.select(table).order_by(table.c.id)).all()
    assert found == [(1, None, "x"), (2, "p", "x"), (3, None, "q"), (4, None, "r")]


def test_a_row_of_no_known_column_is_refused(engine):
    table = sa.table("t", sa.column("id", sa.Integer))
    context, _ = script(engine.dialect)
    with pytest.raises(CommandError, match="nowhere"):
        Operations(context).bulk_insert(table, [{"id": 1, "nowhere": 2}])


def test_a_type_that_wraps_its_values_does_so_in_a_script():
    class Upper(sa.types.UserDefinedType):
        cache_ok = True

        def get_col_spec(self, **kw):
            return "VARCHAR"

        def bind_expression(self, bindvalue):
            return sa.func.upper(bindvalue)

        def literal_processor(self, dialect):
            return repr

    context, buffer = script(sa.make_url("sqlite://").get_dialect()())
    table = sa.table("t", sa.column("x", Upper()))
    Operations(context).bulk_insert(table, [{"x": "a"}])
    assert buffer.getvalue() == "INSERT INTO t (x) VALUES (upper('a'));\n\n"


def test_a_value_that_has_no_text_is_named():
    context, _ = script(sa.make_url("sqlite://").get_dialect()())
    table = sa.table("t", sa.column("x", sa.Integer))
    with pytest.raises(CommandError, match="can't be written into a script"):
        Operations(context).bulk_insert(table, [{"x": object()}])
