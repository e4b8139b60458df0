"""`alembic.context` as a module."""

import importlib
import inspect
import threading

import pytest

import alembic
from alembic import context
from alembic.runtime.environment import EnvironmentContext


def environment(history, **kw):
    return EnvironmentContext(history.config, history.script, **kw)


FUNCTIONS = [
    *("begin_transaction", "configure", "execute", "get_bind", "get_context"),
    *("get_head_revision", "get_head_revisions", "get_impl", "get_revision_argument"),
    *("get_starting_revision_argument", "get_tag_argument", "get_x_argument", "is_offline_mode"),
    *("is_transactional_ddl", "requires_connection", "run_migrations", "static_output"),
]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_each_function_has_the_signature_of_its_method(name):
    function = getattr(context, name)
    _, *parameters = inspect.signature(getattr(EnvironmentContext, name)).parameters.values()
    assert list(inspect.signature(function).parameters.values()) == parameters
    assert function.__doc__
    assert function.__name__ == name


@pytest.mark.parametrize("name", FUNCTIONS)
def test_outside_a_run_a_function_says_that_there_is_none(name):
    with pytest.raises(NameError) as caught:
        getattr(context, name)()
    assert str(caught.value) == (
        f"Can't invoke function '{name}', as the proxy object has not yet been established for "
        "the Alembic 'EnvironmentContext' class.  Try placing this code inside a callable."
    )


@pytest.mark.parametrize("name", ["config", "script", "_proxy", "nothing"])
def test_outside_a_run_there_are_no_attributes(name):
    with pytest.raises(AttributeError, match=f"has no attribute '{name}'"):
        getattr(context, name)


def test_a_name_imported_early_binds_late(tables):
    from alembic.context import get_tag_argument

    with environment(tables, tag="first"):
        assert get_tag_argument() == "first"
    with environment(tables, tag="second"):
        assert get_tag_argument() == "second"


def test_attributes_are_those_of_the_run(tables):
    with environment(tables) as current:
        assert context.config is tables.config
        assert context.script is current.script
        assert context._proxy is current


def test_an_assigned_proxy_counts_where_nothing_is_current(tables, monkeypatch):
    assigned = environment(tables, tag="assigned")
    monkeypatch.setattr(context, "_proxy", assigned, raising=False)
    assert context.get_tag_argument() == "assigned"
    assert context.config is tables.config
    with environment(tables, tag="current"):
        assert context.get_tag_argument() == "current"
    monkeypatch.setattr(context, "_proxy", None)
    with pytest.raises(NameError):
        context.get_tag_argument()


def in_a_thread(function):
    found = []

    def call():
        try:
            found.append(function())
        except NameError as error:
            found.append(error)

    thread = threading.Thread(target=call)
    thread.start()
    thread.join()
    return found[0]


def test_a_thread_of_env_py_finds_the_only_run(tables):
    with environment(tables, tag="only"):
        assert in_a_thread(context.get_tag_argument) == "only"


def test_a_thread_does_not_guess_between_two_runs(tables):
    with environment(tables, tag="one"), environment(tables, tag="two"):
        assert isinstance(in_a_thread(context.get_tag_argument), NameError)


def test_the_old_doors_lead_to_the_same_rooms():
    for door, room, names in (
        ("alembic.environment", "alembic.runtime.environment", ["EnvironmentContext"]),
        (
            "alembic.migration",
            "alembic.runtime.migration",
            ["HeadMaintainer", "MigrationContext", "MigrationInfo", "MigrationStep"],
        ),
        ("alembic.migration", "alembic.runtime.migration", ["RevisionStep", "StampStep"]),
        ("alembic.environment", "alembic.runtime.migration", ["MigrationContext"]),
        ("alembic.environment", "alembic.operations.base", ["Operations"]),
    ):
        for name in names:
            found = getattr(importlib.import_module(door), name)
            assert found is getattr(importlib.import_module(room), name)
    assert alembic.runtime.migration is importlib.import_module("alembic.runtime.migration")
