"""How each database is read: by SQLAlchemy's own methods, some of which get their answers in bulk.

SQLAlchemy reads PostgreSQL a schema at a time. It asks SQLite about each table and each index, and MariaDB
about each table: there its questions are answered from what a few queries have told of all of them.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

from sqlalchemy.engine import Connection
from sqlalchemy.engine.reflection import Inspector

from alembic.autogenerate.records.mariadb import BulkTexts
from alembic.autogenerate.records.sqlite import BulkPragmas


def reading_inspector(inspector: Inspector) -> Inspector:
    """An inspector that tells what ``inspector`` would, and shares its cache."""
    bind, stand_in = inspector.bind, _stand_in(inspector)
    if stand_in is None or not isinstance(bind, Connection):
        return inspector
    reading = copy.copy(inspector)
    reading.bind = stand_in(bind)
    return reading


def _stand_in(inspector: Inspector) -> Callable[[Connection], Connection] | None:
    """What answers in the place of the connection; None where the connection does it best."""
    dialect: Any = inspector.dialect
    if dialect.name == "sqlite":
        return BulkPragmas.of
    is_mariadb = bool(getattr(dialect, "is_mariadb", False))
    return BulkTexts.of if is_mariadb else None
