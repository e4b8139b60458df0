import importlib.metadata
import types

import pytest

from alembic.runtime import plugins
from alembic.runtime.plugins import Plugin, PluginNotLoadable, PluginsNotFound
from alembic.util.dispatch import DispatchPriority, PriorityDispatcher, PriorityDispatchResult


@pytest.fixture(autouse=True)
def no_plugins(monkeypatch):
    """Plugins and entry points of this test alone."""
    monkeypatch.setattr(plugins, "_all_plugins", {})
    monkeypatch.setattr(plugins, "OWN_MODULES", ())
    monkeypatch.setattr(importlib.metadata, "entry_points", lambda **_: ())
    plugins.load_entry_points.cache_clear()
    yield
    plugins.load_entry_points.cache_clear()


def plugin_saying(name, said, text, target="table", **kw):
    plugin = Plugin(name)
    plugin.add_autogenerate_comparator(lambda *_: said.append(text), target, **kw)
    return plugin


def included(*expressions):
    comparators = PriorityDispatcher()
    Plugin.populate_autogenerate_priority_dispatch(comparators, list(expressions))
    return comparators


@pytest.mark.parametrize(
    ("expressions", "names"),
    [
        (["*"], ["a.one", "a.two", "b"]),
        (["a.*"], ["a.one", "a.two"]),
        (["b", "a.one"], ["a.one", "b"]),
        (["*", "~a.*"], ["b"]),
        (["~a.two", "a.*"], ["a.one"]),
        (["~nothing", "b"], ["b"]),
        (["~b"], []),
        ([], []),
    ],
)
def test_expressions_choose_plugins_in_the_order_of_registration(expressions, names):
    said = []
    for name in ("a.one", "a.two", "b"):
        plugin_saying(name, said, name)
    included(*expressions).dispatch("table")()
    assert said == names


@pytest.mark.parametrize("expression", ["a.*", "a", "a.one.more", "*.x"])
def test_an_expression_that_gives_nothing_is_an_error(expression):
    Plugin("b")
    with pytest.raises(PluginsNotFound, match="Did not locate plugins: "):
        included(expression)


@pytest.mark.parametrize("expression", ["a*", "re:.*", "a.?", ".", ""])
def test_an_expression_is_a_name_or_ends_with_a_star(expression):
    with pytest.raises(ValueError, match="Invalid plugin expression"):
        included(expression)


def test_an_earlier_name_still_means_its_plugin():
    said = []
    plugin_saying("alembic.ext.checkconstraint_byname", said, "here")
    included("alembic.autogenerate.checkconstraint_byname").dispatch("table")()
    assert said == ["here"]


def test_a_name_is_taken_once():
    Plugin("a")
    with pytest.raises(ValueError, match="A plugin named a is already registered"):
        Plugin("a")


def test_a_removed_plugin_is_gone():
    plugin = Plugin("a")
    plugin.remove()
    with pytest.raises(PluginsNotFound):
        included("a")
    with pytest.raises(KeyError):
        plugin.remove()


def test_priority_and_dialect_decide_the_order():
    said = []
    plugin_saying("a", said, "last", priority=DispatchPriority.LAST)
    plugin_saying("b", said, "anyone")
    plugin_saying("c", said, "sqlite", qualifier="sqlite")
    plugin_saying("d", said, "oracle", qualifier="oracle")
    included("*").dispatch("table", qualifier="sqlite")()
    assert said == ["sqlite", "anyone", "last"]


def test_a_comparator_may_stop_the_others_of_its_element():
    said = []
    plugin = Plugin("a")
    plugin.add_autogenerate_comparator(
        lambda: PriorityDispatchResult.STOP, "column", "types", priority=DispatchPriority.FIRST
    )
    plugin.add_autogenerate_comparator(lambda: said.append("types"), "column", "types")
    plugin.add_autogenerate_comparator(lambda: said.append("nullable"), "column", "nullable")
    included("a").dispatch("column")()
    assert said == ["nullable"]


class EntryPoint:
    def __init__(self, name, thing):
        self.name, self.value, self.thing = name, "package:thing", thing

    def load(self):
        if isinstance(self.thing, Exception):
            raise self.thing
        return self.thing


def offer(monkeypatch, *entry_points):
    monkeypatch.setattr(importlib.metadata, "entry_points", lambda **_: entry_points)


def module_with(comparator):
    module = types.ModuleType("offered")
    module.setup = lambda plugin: plugin.add_autogenerate_comparator(comparator, "table")
    return module


def test_entry_points_are_read_when_a_comparison_starts(monkeypatch):
    said = []
    offer(monkeypatch, EntryPoint("offered.one", module_with(lambda: said.append("module"))))
    assert plugins._all_plugins == {}
    included("offered.*").dispatch("table")()
    assert said == ["module"]
    included("offered.one")


def test_an_entry_point_may_name_several_modules(monkeypatch):
    said = []
    modules = [module_with(lambda: said.append(1)), module_with(lambda: said.append(2))]
    offer(monkeypatch, EntryPoint("offered", modules))
    included("offered").dispatch("table")()
    assert said == [1, 2]


@pytest.mark.parametrize("thing", [ModuleNotFoundError("No module named 'x'"), 5])
def test_an_entry_point_that_fails_is_named(monkeypatch, thing):
    offer(monkeypatch, EntryPoint("broken.one", thing))
    with pytest.raises(PluginNotLoadable, match=r"broken\.one"):
        included("*")
