"""Revisions on disk: the documented names of ``alembic.script`` (a door)."""

from __future__ import annotations

import importlib

TYPE_CHECKING = False  # typing's own takes longer to import than a listing has
if TYPE_CHECKING:
    from typing import Any

    from alembic.script.directory import ScriptDirectory as ScriptDirectory
    from alembic.script.script import Script as Script

_ROOMS = {"Script": "script", "ScriptDirectory": "directory"}
_MODULES = frozenset({"base", "revision", "write_hooks"})

__all__ = ["Script", "ScriptDirectory"]


def __getattr__(name: str) -> Any:
    if name in _ROOMS:
        return getattr(importlib.import_module(f"alembic.script.{_ROOMS[name]}"), name)
    if name in _MODULES:
        return importlib.import_module(f"alembic.script.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *_ROOMS, *_MODULES})
