"""SQLAlchemy's names that packages take from here (a door; loads SQLAlchemy on first touch)."""

from __future__ import annotations

import importlib
from typing import Any

AUTOINCREMENT_DEFAULT = "auto"
"""SQLAlchemy's own default of ``Column.autoincrement``."""

_ROOMS = {
    "CheckConstraint": "sqlalchemy.schema",
    "Column": "sqlalchemy.schema",
    "ForeignKeyConstraint": "sqlalchemy.schema",
    "Table": "sqlalchemy.schema",
    "compiles": "sqlalchemy.ext.compiler",
    "conv": "sqlalchemy.sql.elements",
    "sqltypes": "sqlalchemy.types",
}


def __getattr__(name: str) -> Any:
    if name == "sqlalchemy_version":
        return importlib.import_module("sqlalchemy").__version__
    if name in {"sqla_2_1", "_vers"}:
        version = importlib.import_module("sqlalchemy").__version__
        numbers = tuple(int(part) for part in version.split(".")[:2])
        return numbers if name == "_vers" else numbers >= (2, 1)
    if name in {"schema", "sql"}:
        return importlib.import_module(f"sqlalchemy.{name}")
    if name in _ROOMS:
        module = importlib.import_module(_ROOMS[name])
        return module if name == "sqltypes" else getattr(module, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
