"""The hall, where scripts and databases meet: one run against one database (a door)."""

from __future__ import annotations

import importlib
from types import ModuleType

_MODULES = frozenset({"environment", "migration", "plugins"})


def __getattr__(name: str) -> ModuleType:
    if name in _MODULES:
        return importlib.import_module(f"alembic.runtime.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(_MODULES)
