"""Questions to a catalog that nobody else hears of.

They go by the driver's own cursor: the journal and whoever else listens to the connection would take
them for the migration's.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, text


def rows_of(connection: Connection, query: str, **values: str | None) -> list[tuple[Any, ...]]:
    """What a query gives; its values are written ``:value``."""
    compiled = text(query).compile(dialect=connection.dialect)
    given: Any = values
    if compiled.positional:
        given = tuple(values[name] for name in compiled.positiontup or ())
    cursor = connection.connection.cursor()
    try:
        cursor.execute(str(compiled), given)
        return [tuple(row) for row in cursor.fetchall()]
    finally:
        cursor.close()
