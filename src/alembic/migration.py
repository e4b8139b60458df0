"""The old name of :mod:`alembic.runtime.migration` (a door)."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from alembic.graph.step import (
        MigrationInfo as MigrationInfo,
        MigrationStep as MigrationStep,
        RevisionStep as RevisionStep,
        StampStep as StampStep,
    )
    from alembic.runtime.migration import MigrationContext as MigrationContext
    from alembic.runtime.version_table import HeadMaintainer as HeadMaintainer
    from alembic.util.compat import EncodedIO as EncodedIO

_ROOMS = {
    "EncodedIO": "alembic.util.compat",
    "HeadMaintainer": "alembic.runtime.version_table",
    "MigrationContext": "alembic.runtime.migration",
    "MigrationInfo": "alembic.graph.step",
    "MigrationStep": "alembic.graph.step",
    "RevisionStep": "alembic.graph.step",
    "StampStep": "alembic.graph.step",
}


def __getattr__(name: str) -> Any:
    if name in _ROOMS:
        return getattr(importlib.import_module(_ROOMS[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(_ROOMS)
