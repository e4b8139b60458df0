"""The old name of :mod:`alembic.runtime.environment` (a door)."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from alembic.operations.base import Operations as Operations
    from alembic.runtime.environment import EnvironmentContext as EnvironmentContext
    from alembic.runtime.migration import MigrationContext as MigrationContext
    from alembic.runtime.options import (
        CompareServerDefault as CompareServerDefault,
        CompareType as CompareType,
        IncludeNameFn as IncludeNameFn,
        IncludeObjectFn as IncludeObjectFn,
        NameFilterParentNames as NameFilterParentNames,
        NameFilterType as NameFilterType,
        OnVersionApplyFn as OnVersionApplyFn,
        ProcessRevisionDirectiveFn as ProcessRevisionDirectiveFn,
        RenderItemFn as RenderItemFn,
    )

_ROOMS = {
    "Operations": "alembic.operations.base",
    "EnvironmentContext": "alembic.runtime.environment",
    "MigrationContext": "alembic.runtime.migration",
    "CompareServerDefault": "alembic.runtime.options",
    "CompareType": "alembic.runtime.options",
    "IncludeNameFn": "alembic.runtime.options",
    "IncludeObjectFn": "alembic.runtime.options",
    "NameFilterParentNames": "alembic.runtime.options",
    "NameFilterType": "alembic.runtime.options",
    "OnVersionApplyFn": "alembic.runtime.options",
    "ProcessRevisionDirectiveFn": "alembic.runtime.options",
    "RenderItemFn": "alembic.runtime.options",
}


def __getattr__(name: str) -> Any:
    if name in _ROOMS:
        return getattr(importlib.import_module(_ROOMS[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(_ROOMS)
