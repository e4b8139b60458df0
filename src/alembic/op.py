"""The current Operations as a module: what revision files talk to (a door).

Names bind when they are called, to the run of the calling thread or task, so that they can be
imported one by one. A test may assign operations to ``alembic.op._proxy``; they count where no
run is current. Verbs that packages register show at once.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any

from alembic.operations.base import Operations
from alembic.operations.current import find_operations

_NOT_ON_THE_MODULE = frozenset({"context"})


@functools.cache
def _late(name: str, verb: Callable[..., Any]) -> Callable[..., Any]:
    """A function with the signature of a verb, which looks for its object when called."""
    if inspect.ismethod(verb):
        return verb  # a classmethod, which needs no run

    @functools.wraps(verb)
    def call(*args: Any, **kw: Any) -> Any:
        return getattr(find_operations(name, globals().get("_proxy")), name)(*args, **kw)

    signature = inspect.signature(verb)
    call.__signature__ = signature.replace(  # type: ignore[attr-defined]
        parameters=list(signature.parameters.values())[1:]
    )
    call.__module__ = __name__
    return call


def _is_shown(name: str) -> bool:
    hidden = name.startswith("_") or name in _NOT_ON_THE_MODULE
    return not hidden and callable(getattr(Operations, name, None))


def __getattr__(name: str) -> Any:
    if _is_shown(name):
        return _late(name, getattr(Operations, name))
    if name == "_proxy":
        try:
            return find_operations(name)
        except NameError:
            pass
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return [name for name in dir(Operations) if _is_shown(name)]
