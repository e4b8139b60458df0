"""The documented names of ``alembic.operations`` (a door; each name's room loads on first touch)."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from alembic.operations import (
        base as base,
        batch as batch,
        ops as ops,
        schemaobj as schemaobj,
        toimpl as toimpl,
    )
    from alembic.operations.base import (
        AbstractOperations as AbstractOperations,
        BatchOperations as BatchOperations,
        Operations as Operations,
    )
    from alembic.operations.ops.base import MigrateOperation as MigrateOperation
    from alembic.operations.ops.script import MigrationScript as MigrationScript

_MODULES = frozenset({"base", "batch", "ops", "schemaobj", "toimpl"})
_ROOMS = {
    "AbstractOperations": "base",
    "BatchOperations": "base",
    "Operations": "base",
    "MigrateOperation": "ops.base",
    "MigrationScript": "ops.script",
}


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return importlib.import_module(f"alembic.operations.{name}")
    if name in _ROOMS:
        return getattr(importlib.import_module(f"alembic.operations.{_ROOMS[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(_MODULES | _ROOMS.keys())
