from types import SimpleNamespace

import pytest
import sqlalchemy as sa

import alembic.context
from alembic.runtime.environment import (
    EnvironmentContext,
    NoDestinationRevision,
    NoStartingRevision,
    NotConfigured,
    current_environment,
)


@pytest.fixture
def environment(tables):
    """An environment that no command has told anything."""
    return EnvironmentContext(tables.config, tables.script)


def told(tables, **kw):
    return EnvironmentContext(tables.config, tables.script, **kw)


@pytest.mark.parametrize(
    "ask", ["get_context", "get_bind", "get_impl", "run_migrations", "is_transactional_ddl"]
)
def test_before_configure_there_is_no_context(environment, ask):
    with pytest.raises(NotConfigured, match=r"No context has been configured yet\."):
        getattr(environment, ask)()


def test_a_command_says_whether_it_writes_a_script(tables):
    assert told(tables, as_sql=True).is_offline_mode()
    assert not told(tables, as_sql=True).requires_connection()
    assert not told(tables).is_offline_mode()
    assert told(tables).requires_connection()


def test_heads_are_those_of_the_scripts(environment, tables):
    assert environment.get_head_revision() == "c"
    tables.add("x")
    again = told(tables)
    assert again.get_head_revisions() == ("c", "x")
    with pytest.raises(Exception, match="Multiple head"):
        again.get_head_revision()


@pytest.mark.parametrize(
    ("destination", "understood"),
    [("c", "c"), ("head", "c"), ("heads", ("c",)), ("base", None), ("+1", "+1")],
)
def test_the_destination_is_understood(tables, destination, understood):
    assert told(tables, destination_rev=destination).get_revision_argument() == understood


def test_a_command_that_goes_nowhere_has_no_destination(environment):
    with pytest.raises(NoDestinationRevision, match=r"^No destination revision"):
        environment.get_revision_argument()
    with pytest.raises(KeyError):
        environment.get_revision_argument()


def test_the_starting_revision_is_the_commands_or_that_of_configure(tables):
    assert told(tables, starting_rev="b").get_starting_revision_argument() == "b"
    with pytest.raises(NoStartingRevision, match="No starting revision argument is available"):
        told(tables).get_starting_revision_argument()
    environment = told(tables, as_sql=True)
    environment.configure(dialect_name="sqlite", starting_rev="a")
    assert environment.get_starting_revision_argument() == "a"
    environment = told(tables)
    environment.configure(dialect_name="sqlite")
    assert environment.get_starting_revision_argument() is None


def test_the_tag_is_the_commands_or_that_of_configure(tables):
    assert told(tables).get_tag_argument() is None
    environment = told(tables, tag="one")
    assert environment.get_tag_argument() == "one"
    environment.configure(dialect_name="sqlite", tag="two")
    assert environment.get_tag_argument() == "two"


@pytest.mark.parametrize("given", [None, SimpleNamespace(), SimpleNamespace(x=None)])
def test_x_arguments_may_be_missing(environment, given):
    environment.config.cmd_opts = given
    assert environment.get_x_argument() == []
    assert environment.get_x_argument(as_dictionary=True) == {}


def test_x_arguments_are_a_list_or_a_dictionary(environment):
    environment.config.cmd_opts = SimpleNamespace(x=["a=b", "c", "d=e=f", "a=z", "=q"])
    assert environment.get_x_argument() == ["a=b", "c", "d=e=f", "a=z", "=q"]
    assert environment.get_x_argument(True) == {"a": "z", "c": "", "d": "e=f", "": "q"}


def test_configure_shows_all_its_options_and_keeps_unknown_ones(environment):
    environment.configure(dialect_name="sqlite", flavour="mint", on_version_apply=print)
    opts = environment.get_context().opts
    assert opts["flavour"] == "mint"
    assert opts["on_version_apply"] == (print,)
    assert {
        *("transaction_per_migration", "target_metadata", "include_name", "include_object"),
        *("include_schemas", "render_as_batch", "upgrade_token", "downgrade_token"),
        *("sqlalchemy_module_prefix", "alembic_module_prefix", "user_module_prefix"),
        *("literal_binds", "process_revision_directives", "compare_type", "script"),
        *("compare_server_default",),
    } <= opts.keys()
    assert "render_item" not in opts
    assert "autogenerate_plugins" not in opts


def test_configure_may_be_called_for_one_database_after_another(environment):
    environment.configure(dialect_name="sqlite", version_table="one", transactional_ddl=True)
    first = environment.get_context()
    environment.configure(dialect_name="postgresql", flavour="mint")
    second = environment.get_context()
    assert first is not second
    assert second.impl.dialect.name == "postgresql"
    assert second.opts["version_table"] == "one"


def test_template_arguments_reach_the_command_that_asked_for_them(tables):
    environment = told(tables, template_args={"config": 1})
    environment.configure(dialect_name="sqlite", template_args={"more": 2})
    assert environment.context_opts["template_args"] == {"config": 1, "more": 2}
    environment = told(tables)
    environment.configure(dialect_name="sqlite", template_args={"more": 2})
    assert "template_args" not in environment.context_opts


def test_a_script_goes_to_the_buffer_of_the_configuration(tables):
    import io

    tables.config.output_buffer = io.StringIO()
    environment = told(tables, as_sql=True)
    environment.configure(dialect_name="sqlite")
    environment.static_output("-- a line")
    environment.execute("SELECT 1")
    assert tables.config.output_buffer.getvalue().split("\n\n") == ["-- a line", "SELECT 1;", ""]


def test_operations_speak_to_the_run(history, engine):
    history.add("a", up='op.create_table("made", sa.Column("id", sa.Integer))')
    with engine.connect() as connection:
        history.run(connection)
    assert "made" in sa.inspect(engine).get_table_names()


def test_entering_makes_the_environment_current(tables):
    with told(tables) as outer:
        assert current_environment.peek() is outer
        with told(tables) as inner:
            assert alembic.context.config is inner.config
            assert current_environment.peek() is inner
        assert current_environment.peek() is outer
    assert current_environment.peek() is None


def test_leaving_by_an_error_leaves_too(tables):
    with pytest.raises(ZeroDivisionError), told(tables):
        1 / 0  # noqa: B018
    assert current_environment.peek() is None
