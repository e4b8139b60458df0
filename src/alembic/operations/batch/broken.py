"""Which views and triggers of a SQLite database don't work, as SQLite itself says.

SQLite keeps a view whose column is gone, and says so only when it is used. Here each is compiled
(``EXPLAIN QUERY PLAN``), which runs nothing.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from sqlalchemy.exc import DBAPIError

from alembic.ddl.sqlite_schema.tokens import quote
from alembic.operations.batch.catalog import Catalog
from alembic.operations.batch.errors import NO_KEY_TO_REFER_TO

# Each text is another one: drivers keep compiled statements by their text, and SQLite doesn't notice
# of an EXPLAIN that the schema has changed since; a full EXPLAIN then reads memory that is freed.
_numbers = itertools.count()


def broken(catalog: Catalog) -> dict[str, str]:
    """What doesn't work, and why, in SQLite's words; of the temporary schema as well."""
    found: dict[str, str] = {}
    triggers: dict[tuple[str | None, str], list[str]] = {}
    for place in dict.fromkeys((catalog, catalog.temporary)):
        for stored in place.views_and_triggers():
            if stored.type == "trigger":
                schema = _schema_of(stored.table, catalog) if place.is_temporary else place.schema
                triggers.setdefault((schema, stored.table), []).append(stored.name)
            elif reason := _refusal(catalog, f"SELECT * FROM {_said(place.schema, stored.name)}"):
                found[f"view {stored.name!r}"] = reason
    for (schema, table), names in triggers.items():
        for statement in _writes(catalog, schema, table):
            if reason := _refusal(catalog, statement):
                listed = ", ".join(repr(name) for name in names)
                found[f"trigger {listed} on {table!r}"] = reason
                break
    return found


def _schema_of(table: str, catalog: Catalog) -> str | None:
    """Where a table is that a temporary trigger is on; None where it is in neither schema."""
    places = (catalog.temporary, catalog)
    return next((place.schema for place in places if place.find(table) is not None), None)


def _said(schema: str | None, name: str) -> str:
    return quote(name) if schema is None else f"{quote(schema)}.{quote(name)}"


def _writes(catalog: Catalog, schema: str | None, table: str) -> Iterator[str]:
    """Statements that between them set off every trigger of a table or view."""
    name = _said(schema, table)
    yield f"DELETE FROM {name}"
    yield f"INSERT INTO {name} DEFAULT VALUES"
    try:
        rows = catalog.ask(
            "SELECT name FROM pragma_table_xinfo(?, ?) WHERE hidden = 0", table, schema
        )
    except DBAPIError:
        return  # a view that doesn't work: told already
    if rows:
        yield f"UPDATE {name} SET " + ", ".join(f"{quote(row[0])} = NULL" for row in rows)


def _refusal(catalog: Catalog, statement: str) -> str | None:
    try:
        catalog.ask(f"EXPLAIN QUERY PLAN /* {next(_numbers)} */ {statement}")
    except DBAPIError as error:
        reason = str(error.orig)
        # Views take one kind of write only if a trigger does it: that is no defect.
        return None if reason.startswith("cannot modify") else reason
    return None


def newly_broken(
    before: dict[str, str], after: dict[str, str], *, columns_gone: bool
) -> list[tuple[str, str]]:
    """What worked before and doesn't any more.

    A key that foreign keys refer to may go and come back, for which SQLite refuses each write to its
    table meanwhile, triggers or not. Behind that it would hide that a trigger misses a column.
    """
    return [
        (name, reason)
        for name, reason in after.items()
        if name not in before and (columns_gone or not reason.startswith(NO_KEY_TO_REFER_TO))
    ]
