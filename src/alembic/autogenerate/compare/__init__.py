"""Comparators under their old place (a door; loads on first touch)."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from alembic.autogenerate.compare.schema import (
        populate_migration_script as _populate_migration_script,
        produce_net_changes as _produce_net_changes,
    )
    from alembic.autogenerate.context import comparators as comparators

__all__ = ["_populate_migration_script", "_produce_net_changes", "comparators"]

_ROOMS = {
    "_populate_migration_script": ("compare.schema", "populate_migration_script"),
    "_produce_net_changes": ("compare.schema", "produce_net_changes"),
    "comparators": ("context", "comparators"),
}


def __getattr__(name: str) -> Any:
    if name in _ROOMS:
        room, inner = _ROOMS[name]
        return getattr(importlib.import_module(f"alembic.autogenerate.{room}"), inner)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
