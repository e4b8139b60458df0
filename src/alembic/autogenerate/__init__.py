"""The documented names of autogenerate (a door; loads on first touch)."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from alembic.autogenerate.api import (
        RevisionContext as RevisionContext,
        _render_migration_diffs as _render_migration_diffs,
        compare_metadata as compare_metadata,
        produce_migrations as produce_migrations,
        render_op_text as render_op_text,
        render_python_code as render_python_code,
    )
    from alembic.autogenerate.context import comparators as comparators
    from alembic.autogenerate.render.directives import renderers as renderers
    from alembic.autogenerate.rewriter import Rewriter as Rewriter

_ROOMS = {
    "RevisionContext": ("api", "RevisionContext"),
    "Rewriter": ("rewriter", "Rewriter"),
    "_produce_net_changes": ("compare.schema", "produce_net_changes"),
    "_render_migration_diffs": ("api", "_render_migration_diffs"),
    "comparators": ("context", "comparators"),
    "compare_metadata": ("api", "compare_metadata"),
    "produce_migrations": ("api", "produce_migrations"),
    "render_op_text": ("api", "render_op_text"),
    "render_python_code": ("api", "render_python_code"),
    "renderers": ("render.directives", "renderers"),
}
_MODULES = frozenset({"api", "compare", "render", "rewriter"})


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return importlib.import_module(f"{__name__}.{name}")
    if name in _ROOMS:
        room, inner = _ROOMS[name]
        return getattr(importlib.import_module(f"{__name__}.{room}"), inner)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*_ROOMS, *_MODULES})
