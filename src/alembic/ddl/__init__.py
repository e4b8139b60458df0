"""The documented name of ``alembic.ddl`` (a door; a dialect's file loads when it is first asked for)."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from alembic.ddl.impl import DefaultImpl as DefaultImpl

_MODULES = frozenset(
    {"_autogen", "base", "impl", "mssql", "mysql", "oracle", "postgresql", "sqlite"}
)


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return importlib.import_module(f"{__name__}.{name}")
    if name == "DefaultImpl":
        return importlib.import_module(f"{__name__}.impl").DefaultImpl
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*_MODULES, "DefaultImpl"})
