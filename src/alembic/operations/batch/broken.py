"""Which views and triggers of a SQLite database don't work, as SQLite itself says.

SQLite keeps a view whose column is gone, and says so only when it is used. Here each is compiled
(``EXPLAIN QUERY PLAN``), which runs nothing.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress

from sqlalchemy.exc import DBAPIError

from alembic.ddl.sqlite_schema.created import parse_trigger, view_query
from alembic.ddl.sqlite_schema.tokens import fold, quote, tokenize
from alembic.operations.batch.catalog import Catalog, Stored
from alembic.operations.batch.errors import NO_KEY_TO_REFER_TO

# Each text is another one: drivers keep compiled statements by their text, and SQLite doesn't notice
# of an EXPLAIN that the schema has changed since; a full EXPLAIN then reads memory that is freed.
_numbers = itertools.count()
_BECOMES_STRING = ", where a name in double quotes would be a string"
_NEVER_SET_OFF = "no column is left whose UPDATE sets it off"


def broken(catalog: Catalog, leaving: Collection[str] = ()) -> dict[str, str]:
    """What doesn't work, and why, in SQLite's words; of the temporary schema as well.

    Where one of the columns ``leaving`` stands in double quotes, which SQLite takes for a string when
    there is no such column, it is asked for the column.
    Source: https://www.sqlite.org/quirks.html#dblquote.
    """
    found: dict[str, str] = {}
    triggers: dict[tuple[str | None, str], list[Stored]] = {}
    for place in dict.fromkeys((catalog, catalog.temporary)):
        for stored in place.views_and_triggers():
            if stored.type == "trigger":
                schema = _schema_of(stored.table, catalog) if place.is_temporary else place.schema
                triggers.setdefault((schema, stored.table), []).append(stored)
            else:
                found.update(_view_defects(place, stored, leaving))
    for (schema, table), members in triggers.items():
        found.update(trigger_defects(catalog, schema, table, members, leaving))
    return found


def _view_defects(
    place: Catalog, view: Stored, leaving: Collection[str]
) -> Iterator[tuple[str, str]]:
    name = f"view {view.name!r}"
    if reason := _refusal(place, f"SELECT * FROM {_said(place.schema, view.name)}"):
        yield name, reason
    elif (meant := _meant(view, leaving)) and (reason := _refusal(place, view_query(meant))):
        yield name + _BECOMES_STRING, reason


def trigger_defects(
    catalog: Catalog,
    schema: str | None,
    table: str,
    triggers: Sequence[Stored],
    leaving: Collection[str],
) -> Iterator[tuple[str, str]]:
    """(what doesn't work, why) of triggers on one table, which are tried together."""
    name = f"trigger {', '.join(repr(trigger.name) for trigger in triggers)} on {table!r}"
    if reason := _refused_write(catalog, schema, table):
        yield name, reason
        return
    with _meant_as_columns(catalog, schema, triggers, leaving) as are_any:
        if are_any and (reason := _refused_write(catalog, schema, table)):
            yield name + _BECOMES_STRING, reason
    columns = {fold(column) for column in _columns(catalog, schema, table)}
    for trigger in triggers:
        awaited = parse_trigger(trigger.sql or "").columns
        if awaited and columns.isdisjoint(fold(column) for column in awaited):
            yield f"trigger {trigger.name!r} on {table!r}", _NEVER_SET_OFF


def unreadable(catalog: Catalog, table: str) -> dict[str, str]:
    """The virtual tables that speak of ``table`` and can't be read, with why: searches over its text.

    They are read from, as they look at their table no sooner.
    Source: https://www.sqlite.org/fts5.html#external_content_tables.
    """
    found: dict[str, str] = {}
    for stored in catalog.virtual_tables():
        named = {fold(token.name) for token in tokenize(stored.sql or "") if token.is_name}
        if fold(table) in named:
            try:
                catalog.ask(f"SELECT * FROM {_said(catalog.schema, stored.name)} LIMIT 1")
            except DBAPIError as error:
                found[stored.name] = str(error.orig)
    return found


def _meant(stored: Stored, leaving: Collection[str]) -> str | None:
    """The text with the names of ``leaving`` as nothing but names; None where it has none of them."""
    sql = stored.sql or ""
    meant = "".join(
        "`{}`".format(token.name.replace("`", "``"))
        if token.text.startswith('"') and fold(token.name) in leaving
        else token.text
        for token in tokenize(sql)
    )
    return meant if meant != sql else None


@contextmanager
def _meant_as_columns(
    catalog: Catalog, schema: str | None, triggers: Iterable[Stored], leaving: Collection[str]
) -> Iterator[bool]:
    """Within the block there is a temporary trigger beside each that may mean one of ``leaving``.

    Gives whether there are any.
    """
    made: list[str] = []
    for trigger in triggers:
        meant = _meant(trigger, leaving)
        if meant is None or schema is None:
            continue
        name = quote(f"_alembic_check_{trigger.name}")
        with suppress(DBAPIError):
            catalog.control(parse_trigger(meant).beside(name, quote(schema)))
            made.append(name)
    try:
        yield bool(made)
    finally:
        for name in made:
            catalog.control(f"DROP TRIGGER temp.{name}")


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
    if columns := _columns(catalog, schema, table, "WHERE hidden = 0"):
        yield f"UPDATE {name} SET " + ", ".join(f"{quote(column)} = NULL" for column in columns)


def _columns(catalog: Catalog, schema: str | None, table: str, where: str = "") -> list[str]:
    try:
        rows = catalog.ask(f"SELECT name FROM pragma_table_xinfo(?, ?) {where}", table, schema)
    except DBAPIError:
        return []  # a view that doesn't work: told already
    return [row[0] for row in rows]


def _refused_write(catalog: Catalog, schema: str | None, table: str) -> str | None:
    reasons = (_refusal(catalog, statement) for statement in _writes(catalog, schema, table))
    return next(filter(None, reasons), None)


def _refusal(catalog: Catalog, statement: str) -> str | None:
    try:
        catalog.ask(f"EXPLAIN QUERY PLAN /* {next(_numbers)} */ {statement}")
    except DBAPIError as error:
        reason = str(error.orig)
        # Views take one kind of write only if a trigger does it: that is no defect.
        return None if reason.startswith("cannot modify") else reason
    return None


def newly_broken(
    before: dict[str, str],
    after: dict[str, str],
    *,
    columns_gone: bool,
    to_come: Collection[str] = (),
) -> list[tuple[str, str]]:
    """What worked before and doesn't any more; ``to_come`` are the tables that foreign keys wait for.

    A key that foreign keys refer to may go and come back, and its table may be made later, for which
    SQLite refuses each write to their table meanwhile, triggers or not. Behind that it would hide
    that a trigger misses a column.
    """
    awaited = {f"no such table: {table}" for table in to_come}
    return [
        (name, reason)
        for name, reason in after.items()
        if name not in before
        and (columns_gone or not (reason.startswith(NO_KEY_TO_REFER_TO) or reason in awaited))
    ]
