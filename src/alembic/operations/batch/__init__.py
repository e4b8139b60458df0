"""The old names of ``alembic.operations.batch`` (a door; each name's room loads on first touch)."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from alembic.operations.batch.new_table import ApplyBatchImpl as ApplyBatchImpl
    from alembic.operations.batch.record import BatchOperationsImpl as BatchOperationsImpl

_ROOMS = {
    "ApplyBatchImpl": "new_table",
    "BatchOperationsImpl": "record",
}


def __getattr__(name: str) -> Any:
    if name in _ROOMS:
        return getattr(importlib.import_module(f"alembic.operations.batch.{_ROOMS[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(_ROOMS)
