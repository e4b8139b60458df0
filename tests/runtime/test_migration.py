import logging
from pathlib import Path

import pytest
import sqlalchemy as sa

from alembic.runtime.migration import (
    MigrationContext,
    MigrationInfo,
    NoDatabaseNamed,
    NoMigrationsFunction,
    NotAConnection,
    StartingRevOnline,
)
from alembic.runtime.transaction import NoConnection
from alembic.util.exc import CommandError
from alembic.util.failure import failure_of


def test_a_run_goes_up_and_down_and_says_so(tables, engine, said):
    with engine.connect() as connection:
        context = tables.run(connection, "b")
        impl = type(context.impl).__name__
        kind = "non-" if engine.dialect.name == "mysql" else ""
        assert context.get_current_heads() == ("b",)
        connection.rollback()
        tables.run(connection, "a", "downgrade")
        assert context.get_current_heads() == ("a",)
    beginning = [f"Context impl {impl}.", f"Will assume {kind}transactional DDL."]
    assert said() == [
        *beginning,
        "Running upgrade  -> a, add a",
        "Running upgrade a -> b, add b",
        *beginning,
        "Running downgrade b -> a, add b",
    ]
    assert set(sa.inspect(engine).get_table_names()) == {"a", "alembic_version"}


def test_messages_come_from_the_documented_logger(tables, engine, caplog):
    with caplog.at_level(logging.DEBUG), engine.connect() as connection:
        tables.run(connection)
    ours = {record.name for record in caplog.records if record.name.startswith("alembic")}
    assert ours == {"alembic.runtime.migration"}


def test_a_merge_and_a_dependency_leave_the_right_heads(history, engine):
    history.add("a").add("b1", "a").add("b2", "a").add("m", ("b1", "b2")).add("x", depends_on="b1")
    with engine.connect() as connection:
        assert history.run(connection, "b1").get_current_heads() == ("b1",)
        connection.rollback()
        assert set(history.run(connection, "heads").get_current_heads()) == {"m", "x"}


def test_stamping_runs_no_migration(tables, engine):
    with engine.connect() as connection:
        context = tables.run(connection, "b", "stamp")
        assert context.get_current_heads() == ("b",)
    assert sa.inspect(engine).get_table_names() == ["alembic_version"]


def test_a_context_can_stamp_by_itself(tables, engine):
    with engine.connect() as connection:
        context = MigrationContext.configure(connection)
        for target, heads in (("b", ("b",)), ("c", ("c",)), ("base", ())):
            context.stamp(tables.script, target)
            assert context.get_current_heads() == heads


def test_a_purge_forgets_heads_that_no_script_knows(tables, engine):
    with engine.connect() as connection:
        context = MigrationContext.configure(connection)
        context._ensure_version_table()
        connection.execute(context._version.insert().values(version_num="unknown"))
        connection.commit()
        with tables.environment("b", "stamp", purge=True) as environment:
            environment.configure(connection=connection)
            with environment.begin_transaction():
                environment.run_migrations()
        assert context.get_current_heads() == ("b",)


def test_a_run_that_only_looks_changes_nothing(tables, engine):
    with engine.connect() as connection, tables.environment(dont_mutate=True) as environment:
        environment.context_opts["fn"] = lambda *_: ()
        environment.configure(connection=connection)
        environment.run_migrations()
        assert sa.inspect(connection).get_table_names() == []


def test_migrations_get_the_arguments_of_the_run(history, engine):
    history.add("a", up='op.execute("CREATE TABLE " + kw["name"] + " (id INTEGER)")')
    with engine.connect() as connection:
        history.run(connection, run_args={"name": "chosen"})
    assert "chosen" in sa.inspect(engine).get_table_names()


def test_callbacks_hear_of_each_step(history, engine):
    history.add("a").add("b", "a").add("x")
    heard = []

    def hear(*, ctx, step, heads, run_args):
        assert isinstance(step, MigrationInfo)
        assert set(ctx.get_current_heads()) == heads
        heard.append((step.up_revision_id, heads, run_args))

    with engine.connect() as connection:
        history.run(connection, "b", on_version_apply=hear, run_args={"n": 1})
        connection.rollback()
        history.run(connection, "x", on_version_apply=[hear, hear])
    assert heard == [
        ("a", {"a"}, {"n": 1}),
        ("b", {"b"}, {"n": 1}),
        ("x", {"b", "x"}, {}),
        ("x", {"b", "x"}, {}),
    ]


def test_a_failing_callback_is_a_failure_of_the_step(tables, engine):
    def refuse(**_kw):
        raise LookupError("no")

    with engine.connect() as connection, pytest.raises(LookupError) as caught:
        tables.run(connection, on_version_apply=refuse)
    assert failure_of(caught.value).revision == "a"


def test_a_missing_downgrade_matters_to_a_downgrade_only(history, engine):
    history.add("a", down=None)
    with engine.connect() as connection:
        history.run(connection)
        with pytest.raises(Exception, match=r"a_\.py"):
            history.run(connection, "base", "downgrade")
        connection.rollback()


def test_opts_show_everything_and_can_be_written(tables, engine):
    with engine.connect() as connection, tables.environment("b", tag="x") as environment:
        environment.configure(connection=connection, flavour="mint", version_table="v")
        opts = environment.get_context().opts
        assert opts["flavour"] == "mint"
        assert opts["version_table"] == "v"
        assert opts["destination_rev"] == "b"
        assert opts["script"] is environment.script
        assert opts["compare_type"] is True
        opts["later"] = 1
        assert environment.context_opts["later"] == 1


def test_the_configuration_is_that_of_the_environment(tables, engine):
    with engine.connect() as connection:
        assert tables.run(connection).config is tables.config
        assert MigrationContext.configure(connection).config is None


@pytest.mark.parametrize(
    ("where", "dialect"),
    [
        ({"url": "postgresql://host/name"}, "postgresql"),
        ({"url": sa.make_url("sqlite://")}, "sqlite"),
        ({"dialect_name": "mysql"}, "mysql"),
        ({"dialect": sa.make_url("sqlite://").get_dialect()()}, "sqlite"),
        ({"dialect_name": "sqlite", "dialect_opts": {"paramstyle": "named"}}, "sqlite"),
    ],
)
def test_a_dialect_is_found_without_a_connection(where, dialect):
    context = MigrationContext.configure(**where)
    assert context.dialect.name == dialect
    assert context.bind is None
    if "dialect_opts" in where:
        assert context.dialect.paramstyle == "named"


def test_some_database_has_to_be_named():
    with pytest.raises(NoDatabaseNamed, match="Connection, url, or dialect_name is required"):
        MigrationContext.configure()


def test_an_engine_is_no_connection(engine):
    with pytest.raises(NotAConnection, match="expected to be a sqlalchemy"):
        MigrationContext.configure(engine)


def test_an_asynchronous_connection_is_told_the_way(engine):
    class AsyncConnection:
        sync_connection = dialect = None

    with pytest.raises(NotAConnection, match="run_sync"):
        MigrationContext.configure(AsyncConnection())


def test_a_database_knows_its_heads_itself(engine):
    with engine.connect() as connection, pytest.raises(StartingRevOnline):
        MigrationContext.configure(connection, opts={"starting_rev": "a"})


def test_without_a_command_there_is_nothing_to_run(engine):
    with engine.connect() as connection, pytest.raises(NoMigrationsFunction):
        MigrationContext.configure(connection).run_migrations()


@pytest.mark.parametrize("ask", ["get_current_heads", "_has_version_table"])
def test_without_a_connection_heads_are_unknown(ask):
    context = MigrationContext.configure(dialect_name="postgresql")
    with pytest.raises(NoConnection, match="needs a database connection"):
        getattr(context, ask)()
    with pytest.raises(NoConnection):
        context.execute("SELECT 1")


def test_a_module_is_there_for_the_callbacks_and_let_go_of_after_its_step(tables, sqlite_url):
    seen = []

    def look(step, **_kw):
        module = vars(step.up_revision)["module"]
        seen.append((step.up_revision, module.revision))

    engine = sa.create_engine(sqlite_url)
    with engine.connect() as connection:
        tables.run(connection, on_version_apply=look)
    engine.dispose()
    assert [revision for _, revision in seen] == ["a", "b", "c"]
    assert ["module" in vars(script) for script, _ in seen] == [False, False, False]
    assert seen[0][0].module.revision == "a"


SLIP = 'op.execute("CREATE TABLE t (id INTEGER)")\nop.drop_column("t", "id", if_exist=True)'


def test_a_slip_in_a_revision_is_refused_where_the_project_says_so(history, engine):
    history.add("a", up=SLIP)
    history.config.set_main_option("strict_keywords", "true")
    with (
        engine.connect() as connection,
        pytest.raises(CommandError, match="no keyword 'if_exist'; did you mean 'if_exists'"),
    ):
        history.run(connection)
    with engine.connect() as connection:
        assert MigrationContext.configure(connection).get_current_heads() == ()


def test_a_slip_in_a_revision_of_an_older_project_gets_a_warning(history):
    history.add("a", up=SLIP)
    with pytest.warns(UserWarning, match=r"no keyword 'if_exist'.*; it is passed over") as said:
        assert "DROP COLUMN id" in history.write("heads")
    assert [Path(one.filename).name for one in said] == ["a_.py"]
