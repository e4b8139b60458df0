"""The current EnvironmentContext as a module: what ``env.py`` talks to (a door).

Names bind when they are called, to the run of the calling thread or task, so that they can be
imported one by one. A test may assign an environment to ``alembic.context._proxy``; it counts
where no run is current.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any

from alembic.runtime.environment import EnvironmentContext, find_environment

_ATTRIBUTES = ("config", "script")
_FUNCTIONS = frozenset(
    name
    for name, member in vars(EnvironmentContext).items()
    if inspect.isfunction(member) and not name.startswith("_")
)


def _late(name: str) -> Callable[..., Any]:
    """A function with the signature of the method, which looks for its object when called."""
    method = getattr(EnvironmentContext, name)

    @functools.wraps(method)
    def call(*args: Any, **kw: Any) -> Any:
        return getattr(find_environment(name, globals().get("_proxy")), name)(*args, **kw)

    signature = inspect.signature(method)
    call.__signature__ = signature.replace(  # type: ignore[attr-defined]
        parameters=list(signature.parameters.values())[1:]
    )
    call.__module__ = __name__
    return call


def __getattr__(name: str) -> Any:
    if name in _FUNCTIONS:
        function = globals()[name] = _late(name)
        return function
    if name in _ATTRIBUTES or name == "_proxy":
        try:
            current = find_environment(name, globals().get("_proxy"))
        except NameError:
            current = None
        if current is not None:
            return current if name == "_proxy" else getattr(current, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(_FUNCTIONS | set(_ATTRIBUTES))
