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

# Each text is another one: drivers keep compiled statements by their text, and SQLite doesn't notice
# of an EXPLAIN that the schema has changed since; a full EXPLAIN then reads memory that is freed.
_numbers = itertools.count()


def broken(catalog: Catalog) -> dict[str, str]:
    """What doesn't work, and why, in SQLite's words."""
    found: dict[str, str] = {}
    triggers: dict[str, list[str]] = {}
    for stored in catalog.views_and_triggers():
        if stored.type == "trigger":
            triggers.setdefault(stored.table, []).append(stored.name)
        elif reason := _refusal(catalog, f"SELECT * FROM {quote(stored.name)}"):
            found[f"view {stored.name!r}"] = reason
    for table, names in triggers.items():
        for statement in _writes(catalog, table):
            if reason := _refusal(catalog, statement):
                listed = ", ".join(repr(name) for name in names)
                found[f"trigger {listed} on {table!r}"] = reason
                break
    return found


def _writes(catalog: Catalog, table: str) -> Iterator[str]:
    """Statements that between them set off every trigger of a table or view."""
    name = quote(table)
    yield f"DELETE FROM {name}"
    yield f"INSERT INTO {name} DEFAULT VALUES"
    try:
        rows = catalog.ask("SELECT name FROM pragma_table_xinfo(?) WHERE hidden = 0", table)
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


def newly_broken(before: dict[str, str], after: dict[str, str]) -> list[tuple[str, str]]:
    """What worked before and doesn't any more."""
    return [(name, reason) for name, reason in after.items() if name not in before]
