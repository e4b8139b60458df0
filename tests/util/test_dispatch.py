"""The two registries that plugins write to."""

from __future__ import annotations

import pytest

from alembic.util.dispatch import (
    Dispatcher,
    DispatchPriority,
    PriorityDispatcher,
    PriorityDispatchResult,
)


class Animal: ...


class Dog(Animal): ...


def test_a_class_is_served_by_the_function_of_its_nearest_base():
    dispatcher = Dispatcher()
    dispatcher.dispatch_for(Animal)(lambda: "animal")
    assert dispatcher.dispatch(Dog())() == "animal"
    dispatcher.dispatch_for(Dog)(lambda: "dog")
    assert dispatcher.dispatch(Dog())() == "dog"
    assert dispatcher.dispatch(Animal)() == "animal"


def test_a_qualifier_wins_over_the_default_of_the_same_class():
    dispatcher = Dispatcher()
    dispatcher.dispatch_for(Animal)(lambda: "any")
    dispatcher.dispatch_for(Animal, qualifier="sqlite")(lambda: "sqlite")
    assert dispatcher.dispatch(Dog(), "sqlite")() == "sqlite"
    assert dispatcher.dispatch(Dog(), "oracle")() == "any"


def test_a_second_function_for_one_class_needs_replace():
    dispatcher = Dispatcher()
    dispatcher.dispatch_for(Dog)(lambda: 1)
    with pytest.raises(ValueError, match="replace=True"):
        dispatcher.dispatch_for(Dog)(lambda: 2)
    dispatcher.dispatch_for(Dog, replace=True)(lambda: 2)
    assert dispatcher.dispatch(Dog())() == 2


def test_a_branch_changes_alone():
    dispatcher = Dispatcher()
    dispatcher.dispatch_for(Dog)(lambda: 1)
    branch = dispatcher.branch()
    branch.dispatch_for(Dog, replace=True)(lambda: 2)
    assert (dispatcher.dispatch(Dog())(), branch.dispatch(Dog())()) == (1, 2)


def test_an_unknown_object_is_named():
    with pytest.raises(ValueError, match="no dispatch function for object: 'cat'"):
        Dispatcher().dispatch("cat")


@pytest.fixture
def calls() -> list[str]:
    return []


def _register(dispatcher, calls, name, result=None, **kw):
    def comparator(*_args):
        calls.append(name)
        return result

    dispatcher.dispatch_for("table", **kw)(comparator)


def test_functions_run_by_priority_then_qualifier_then_registration(calls):
    dispatcher = PriorityDispatcher()
    _register(dispatcher, calls, "last", priority=DispatchPriority.LAST)
    _register(dispatcher, calls, "default")
    _register(dispatcher, calls, "sqlite", qualifier="sqlite")
    _register(dispatcher, calls, "oracle", qualifier="oracle")
    _register(dispatcher, calls, "first", priority=DispatchPriority.FIRST)
    dispatcher.dispatch("table", qualifier="sqlite")("arguments")
    assert calls == ["first", "sqlite", "default", "last"]


def test_stop_ends_the_subgroup_only(calls):
    dispatcher = PriorityDispatcher()
    _register(dispatcher, calls, "a1", PriorityDispatchResult.STOP, subgroup="a")
    _register(dispatcher, calls, "b1", PriorityDispatchResult.CONTINUE, subgroup="b")
    _register(dispatcher, calls, "a2", subgroup="a")
    _register(dispatcher, calls, "b2", subgroup="b")
    dispatcher.dispatch("table")()
    assert calls == ["a1", "b1", "b2"]


def test_populate_with_adds_the_functions_of_another(calls):
    one, other = PriorityDispatcher(), PriorityDispatcher()
    _register(one, calls, "one")
    _register(other, calls, "other")
    both = one.branch()
    both.populate_with(other)
    both.dispatch("table")()
    one.dispatch("table")()
    assert calls == ["one", "other", "one"]


def test_a_target_that_nobody_serves_does_nothing():
    assert PriorityDispatcher().dispatch("nobody")(1, 2) is None
