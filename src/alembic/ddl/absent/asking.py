"""Questions to a catalog that nobody else hears of.

They go by the driver's own cursor: the journal and whoever else listens to the connection would take
them for the migration's.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, text

from alembic.ddl.absent.catalog import Names
from alembic.ddl.absent.names import Kind, Place


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


def names_of(connection: Connection, queries: Mapping[Kind, str], table: Place) -> Names | None:
    """What a table has by one query a kind, whatever the case of its letters; None for no columns."""
    schema, name = table
    found = {
        kind: rows_of(connection, query, schema=schema, table=name)
        for kind, query in queries.items()
    }
    if not found[Kind.COLUMN]:
        return None
    things = frozenset((kind, row[0]) for kind, rows in found.items() for row in rows)
    return Names(things, ignores_case=True)
