"""Version control for a database schema: migrations for SQLAlchemy.

``alembic.op`` and ``alembic.context`` are the two modules that revision files and ``env.py``
talk to. They load on first touch, so that ``import alembic`` alone costs nothing.
"""

from __future__ import annotations

import importlib
from types import ModuleType

__version__ = "1.21.0"

_LAZY_MODULES = frozenset(
    {"autogenerate", "command", "config", "context", "ddl", "op", "operations", "script", "util"}
)


def __getattr__(name: str) -> ModuleType:
    if name in _LAZY_MODULES:
        return importlib.import_module(f"alembic.{name}")
    raise AttributeError(f"module 'alembic' has no attribute {name!r}")
