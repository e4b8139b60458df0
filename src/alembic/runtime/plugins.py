"""Plugin: a named bundle of comparators that a configuration can switch on and off.

A package offers one under the entry point group ``alembic.plugins``; the entry point names a
module with a function ``setup(plugin)``, or several such modules. Entry points are read when the
first comparison starts, so that a run of migrations never loads them::

    def setup(plugin):
        plugin.add_autogenerate_comparator(compare_views, "schema", "views")
"""

from __future__ import annotations

import functools
import importlib
import importlib.metadata
import logging
import re
from collections.abc import Callable, Iterable, Sequence
from types import ModuleType
from typing import Any

from alembic.util.dispatch import DispatchPriority, PriorityDispatcher, PriorityDispatchResult
from alembic.util.exc import CommandError

log = logging.getLogger(__name__)

ENTRY_POINT_GROUP = "alembic.plugins"

Comparator = Callable[..., PriorityDispatchResult]

_all_plugins: dict[str, Plugin] = {}

OWN_MODULES = ("alembic.ext.checkconstraint_byname",)
"""This project's own opt-in plugins: modules whose name is the plugin's, loaded as a stranger's are."""

_PART = re.compile(r"\*|[\w-]+")

# Names of an earlier release that configurations still hold.
_EARLIER_NAMES = {
    "alembic.autogenerate.checkconstraint_byname": "alembic.ext.checkconstraint_byname",
}


class PluginsNotFound(CommandError):
    """``autogenerate_plugins`` names plugins that nothing provides."""

    def __init__(self, expressions: Sequence[str], known: Sequence[str]) -> None:
        super().__init__(
            f"Did not locate plugins: {', '.join(expressions)}\n"
            f"Correct autogenerate_plugins, or install what provides them. There are: {', '.join(known)}"
        )
        self.expressions = expressions
        self.known = tuple(known)


class InvalidPlugin(CommandError, ValueError):
    """``autogenerate_plugins`` holds what can't be the name of a plugin."""

    def __init__(self, expression: str) -> None:
        super().__init__(
            f"Invalid plugin expression {expression!r}; write a name such as "
            "alembic.autogenerate.types, alembic.autogenerate.*, or ~ before what is left out"
        )
        self.expression = expression


class PluginNotLoadable(CommandError):
    """An entry point of an installed package can't be loaded."""

    def __init__(self, name: str, value: str, error: Exception) -> None:
        super().__init__(
            f"Can't load plugin {name!r} from entry point {value!r}: {error}; "
            "repair or uninstall the package that provides it"
        )
        self.name = name
        self.value = value


class Plugin:
    """A bundle of comparators under a dotted name; making one registers it.

    Raises ValueError where the name is taken.
    """

    def __init__(self, name: str) -> None:
        if name in _all_plugins:
            raise ValueError(f"A plugin named {name} is already registered")
        self.name = name
        self.autogenerate_comparators = PriorityDispatcher(name)
        _all_plugins[name] = self
        # Not at INFO: entry points are read inside a run, whose log would begin with these lines.
        log.debug("setup plugin %s", name)

    def remove(self) -> None:
        """Forget this plugin; raises KeyError where it was removed before."""
        del _all_plugins[self.name]

    def add_autogenerate_comparator(
        self,
        fn: Comparator,
        compare_target: str,
        compare_element: str | None = None,
        *,
        qualifier: str = "default",
        priority: DispatchPriority = DispatchPriority.MEDIUM,
    ) -> None:
        """Have ``fn`` called in each comparison of a ``compare_target``.

        ``compare_target`` is ``"autogenerate"``, ``"schema"``, ``"table"`` or ``"column"``;
        ``compare_element`` names the part that ``fn`` is about ("types", "comments"): where a
        function of one element returns ``PriorityDispatchResult.STOP``, the ones after it with
        that element don't run. ``qualifier`` is a dialect's name, for that dialect only.
        """
        register = self.autogenerate_comparators.dispatch_for(
            compare_target, subgroup=compare_element, priority=priority, qualifier=qualifier
        )
        register(fn)

    @classmethod
    def populate_autogenerate_priority_dispatch(
        cls, comparators: PriorityDispatcher, include_plugins: list[str]
    ) -> None:
        """Add the comparators of the plugins that ``include_plugins`` names, in their order
        of registration.

        An expression is a name, ``prefix.*``, ``*``, or one of them after ``~``, which leaves
        plugins out. Raises :class:`InvalidPlugin` for an expression that is none of these, and
        :class:`PluginsNotFound` for one that gives nothing.
        """
        load_entry_points()
        left_out = [_matcher(text[1:]) for text in include_plugins if text.startswith("~")]
        included = {text: _matcher(text) for text in include_plugins if not text.startswith("~")}
        unmatched = dict.fromkeys(included)
        for plugin in tuple(_all_plugins.values()):
            if any(is_meant(plugin.name) for is_meant in left_out):
                continue
            matching = [text for text, is_meant in included.items() if is_meant(plugin.name)]
            if matching:
                log.info("setting up autogenerate plugin %s", plugin.name)
                comparators.populate_with(plugin.autogenerate_comparators)
            for text in matching:
                unmatched.pop(text, None)
        if unmatched:
            raise PluginsNotFound(list(unmatched), sorted(_all_plugins))

    @classmethod
    def setup_plugin_from_module(cls, module: ModuleType, name: str) -> None:
        """Make a plugin and hand it to the function ``setup`` of ``module``."""
        module.setup(Plugin(name))


def _matcher(expression: str) -> Callable[[str], bool]:
    """A predicate over plugin names; raises :class:`InvalidPlugin`."""
    parts = _EARLIER_NAMES.get(expression, expression).split(".")
    if not all(_PART.fullmatch(part) for part in parts):
        raise InvalidPlugin(expression)
    pattern = re.compile(r"\.".join(".*?" if part == "*" else re.escape(part) for part in parts))
    return lambda name: pattern.fullmatch(name) is not None


@functools.cache
def load_entry_points() -> None:
    """Set up our own opt-in plugins and those of installed packages, once per process.

    Raises :class:`PluginNotLoadable`, and the next call tries again.
    """
    for name in OWN_MODULES:
        if name not in _all_plugins:
            Plugin.setup_plugin_from_module(importlib.import_module(name), name)
    for entry_point in importlib.metadata.entry_points(group=ENTRY_POINT_GROUP):
        if entry_point.name in _all_plugins:
            continue
        try:
            loaded = entry_point.load()
        except Exception as error:
            raise PluginNotLoadable(entry_point.name, entry_point.value, error) from error
        _set_up(entry_point.name, loaded)


def _set_up(name: str, loaded: Any) -> None:
    """One module, or several that share the name, each with its ``setup``."""
    if isinstance(loaded, ModuleType):
        Plugin.setup_plugin_from_module(loaded, name)
        return
    if not isinstance(loaded, Iterable):
        kind = type(loaded).__name__
        wanted = TypeError(f"a module with a function setup(plugin) is expected, not a {kind}")
        raise PluginNotLoadable(name, name, wanted)
    plugin = Plugin(name)
    for module in loaded:
        module.setup(plugin)
