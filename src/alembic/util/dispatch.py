"""Dispatcher and PriorityDispatcher: the two registries that plugins write to.

A *qualifier* is a dialect's name, or ``"default"``. :class:`Dispatcher` finds one function for
the class of an object; :class:`PriorityDispatcher` runs every function of a target in order.
"""

from __future__ import annotations

import enum
from collections import defaultdict
from collections.abc import Callable
from typing import Any, TypeVar

from alembic.util.failure import Culprit, note_culprit

F = TypeVar("F", bound=Callable[..., Any])


class Dispatcher:
    """Functions by (class, qualifier); a lookup walks the class's bases."""

    def __init__(self) -> None:
        self._registry: dict[tuple[Any, str], Callable[..., Any]] = {}

    def dispatch_for(
        self, target: Any, *, qualifier: str = "default", replace: bool = False
    ) -> Callable[[F], F]:
        """Register the decorated function for ``target``; raises ValueError where one stands already."""

        def register(fn: F) -> F:
            key = (target, qualifier)
            if key in self._registry and not replace:
                raise ValueError(
                    f"Can not set dispatch function for object {target!r}: key already exists. "
                    "To replace existing function, use replace=True."
                )
            self._registry[key] = fn
            return fn

        return register

    def dispatch(self, obj: Any, qualifier: str = "default") -> Callable[..., Any]:
        """The function for ``obj``: its class (or ``obj`` itself, a class or a string) and its
        bases are tried, the qualifier before the default; raises ValueError where none is found.
        """
        targets: tuple[Any, ...]
        if isinstance(obj, str):
            targets = (obj,)
        elif isinstance(obj, type):
            targets = obj.__mro__
        else:
            targets = type(obj).__mro__
        for target in targets:
            for name in (qualifier, "default"):
                fn = self._registry.get((target, name))
                if fn is not None:
                    return fn
        raise ValueError(f"no dispatch function for object: {obj!r}")

    def branch(self) -> Dispatcher:
        """A copy that can be changed without changing this one."""
        copy = Dispatcher()
        copy._registry.update(self._registry)
        return copy


class DispatchPriority(enum.IntEnum):
    """When a function of a :class:`PriorityDispatcher` runs, among those of its target."""

    FIRST = 50
    MEDIUM = 25
    LAST = 10


class PriorityDispatchResult(enum.Enum):
    """What a function of a :class:`PriorityDispatcher` may return; None means CONTINUE."""

    CONTINUE = enum.auto()
    STOP = enum.auto()
    """No further function of the same subgroup runs."""


Entry = tuple[str, Callable[..., Any], "str | None", "str | None"]
"""(qualifier, function, subgroup, origin)."""


class PriorityDispatcher:
    """Functions by (target, priority), each with a qualifier and a subgroup; all of them run.

    ``origin`` names the plugin that they come from, and is told of one that fails.
    """

    def __init__(self, origin: str | None = None) -> None:
        self._origin = origin
        self._registry: dict[tuple[str, DispatchPriority], list[Entry]] = defaultdict(list)

    def dispatch_for(
        self,
        target: str,
        *,
        priority: DispatchPriority = DispatchPriority.MEDIUM,
        qualifier: str = "default",
        subgroup: str | None = None,
    ) -> Callable[[F], F]:
        """Add the decorated function to those that run for ``target``."""

        def register(fn: F) -> F:
            self._registry[target, priority].append((qualifier, fn, subgroup, self._origin))
            return fn

        return register

    def dispatch(self, target: str, *, qualifier: str = "default") -> Callable[..., None]:
        """One function that runs all of ``target``: by priority, the given qualifier before the
        default one, in order of registration.
        """
        ordered: list[Entry] = []
        wanted = dict.fromkeys((qualifier, "default"))
        for priority in DispatchPriority:
            entries = self._registry.get((target, priority), ())
            for name in wanted:
                ordered.extend(entry for entry in entries if entry[0] == name)

        def run(*args: Any, **kw: Any) -> None:
            stopped: set[str | None] = set()
            for _, fn, subgroup, origin in ordered:
                if subgroup in stopped:
                    continue
                try:
                    result = fn(*args, **kw)
                except Exception as error:
                    _note(error, fn, origin)
                    raise
                if result is PriorityDispatchResult.STOP:
                    stopped.add(subgroup)

        return run

    def functions(self, target: str) -> frozenset[Callable[..., Any]]:
        """All that may run for ``target``, whatever the qualifier."""
        return frozenset(
            fn
            for (of, _), entries in self._registry.items()
            if of == target
            for _, fn, _, _ in entries
        )

    def branch(self) -> PriorityDispatcher:
        """A copy that can be changed without changing this one."""
        copy = PriorityDispatcher()
        copy.populate_with(self)
        return copy

    def populate_with(self, other: PriorityDispatcher) -> None:
        """Add every function of ``other``."""
        for key, entries in other._registry.items():
            self._registry[key].extend(entries)


def _note(error: Exception, fn: Callable[..., Any], origin: str | None) -> None:
    """Hang on ``error`` which function of somebody else's has failed."""
    module = getattr(fn, "__module__", None) or ""
    if module.partition(".")[0] != "alembic":
        name = getattr(fn, "__qualname__", repr(fn))
        note_culprit(error, Culprit(f"{module}.{name}" if module else name, origin))
