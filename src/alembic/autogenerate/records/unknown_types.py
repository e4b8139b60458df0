"""Types that SQLAlchemy doesn't know, such as those of extensions, by what the database calls them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Connection, Dialect, bindparam, text
from sqlalchemy.schema import Column, Table
from sqlalchemy.types import ARRAY, NullType, TypeEngine

from alembic.autogenerate.records.search_path import search_path

# https://www.postgresql.org/docs/current/functions-info.html#FUNCTIONS-INFO-CATALOG,
# https://mariadb.com/kb/en/information-schema-columns-table/,
# https://www.sqlite.org/pragma.html#pragma_table_xinfo
_SPELLED = {
    "postgresql": """
        SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod)
        FROM pg_attribute a
        JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = :schema AND c.relname IN :tables AND a.attnum > 0""",
    "mysql": """
        SELECT table_name, column_name, column_type FROM information_schema.columns
        WHERE table_schema = :schema AND table_name IN :tables""",
    "sqlite": """
        SELECT m.name, x.name, x.type FROM {place}.sqlite_master m, pragma_table_xinfo(m.name, :schema) x
        WHERE m.name IN :tables""",
}
_SPELLED["mariadb"] = _SPELLED["mysql"]
_GENERATED = re.compile(r"\s*\bGENERATED ALWAYS\Z", re.IGNORECASE)
"""What the pragma has of a computed column behind its type."""


MIRROR = "alembic_mirror"
"""Set in the ``info`` of a ``MetaData`` that was reflected too, so that all of its types are known."""


class UnknownType(NullType):
    """A type of which only its text in SQL is known; it isn't compared with that of a model.

    ``taken_for`` is the type that reflection has put in its place.
    """

    __visit_name__ = "user_defined"
    cache_ok = True

    def __init__(self, spelled: str, taken_for: TypeEngine[Any] | None = None) -> None:
        super().__init__()
        self.spelled = spelled
        self.taken_for = taken_for

    def get_col_spec(self, **_kw: object) -> str:
        """The text, for the compiler."""
        return self.spelled


def spell_unknown_types(connection: Connection, tables: Iterable[Table]) -> None:
    """Replace the types of reflected columns that SQLAlchemy doesn't know by :class:`UnknownType`."""
    unknown = [table for table in tables if any(_is_unknown(one.type) for one in table.columns)]
    if connection.dialect.name not in _SPELLED or not unknown:
        return
    for schema in {table.schema for table in unknown}:
        here = {table.name: table for table in unknown if table.schema == schema}
        for table, name, spelled in _spelled(connection, schema, list(here)):
            # MySQL takes names for one that differ by their case, and may tell of another table too.
            column = here[table].columns.get(name) if table in here else None
            if column is not None and _is_unknown(column.type):
                column.type = UnknownType(spelled)


def declared_types(
    connection: Connection, names: Iterable[tuple[str | None, str]]
) -> dict[tuple[str | None, str, str], str]:
    """(schema, table, column) → the type that a column of SQLite was declared with."""
    tables: dict[str | None, list[str]] = {}
    for schema, table in names:
        tables.setdefault(schema, []).append(table)
    return {
        (schema, table, column): _GENERATED.sub("", spelled)
        for schema, asked in tables.items()
        for table, column, spelled in _spelled(connection, schema, asked)
    }


def _spelled(connection: Connection, schema: str | None, tables: list[str]) -> Iterator[Any]:
    """(table, column, type in the database's words) of each column of ``tables``."""
    default = connection.dialect.default_schema_name or ""
    found = {} if schema else search_path(connection).relations
    quote = connection.dialect.identifier_preparer.quote
    places: dict[str, list[str]] = {}
    for table in tables:
        places.setdefault(schema or found.get(table, default), []).append(table)
    for place, here in places.items():
        statement = text(_SPELLED[connection.dialect.name].format(place=quote(place)))
        named = statement.bindparams(bindparam("tables", expanding=True))
        yield from connection.execute(named, {"schema": place, "tables": here})


def is_said_by(type_: TypeEngine[Any], declared: str, dialect: Dialect) -> bool:
    """Whether a type of SQLite is declared in the words that it would be created with.

    What SQLAlchemy doesn't find among its names it takes for the type of its affinity, and it has one
    type for several names: ``INT`` becomes ``INTEGER``, which as a key is the row id.
    """
    said = type_.compile(dialect=dialect)
    return "".join(said.lower().split()) == "".join(declared.lower().split())


def differ_in_text(existing: Column[Any], other: Column[Any]) -> bool | None:
    """Whether an unknown type became another one; None where that can't be told."""
    texts = [one.type.spelled for one in (existing, other) if isinstance(one.type, UnknownType)]
    if not texts or not other.table.metadata.info.get(MIRROR):
        return None
    taken_for = getattr(other.type, "taken_for", None)
    if taken_for is not None:
        return type(existing.type) is not type(taken_for)
    return len(texts) == 1 or texts[0] != texts[1]


def _is_unknown(type_: TypeEngine[Any]) -> bool:
    return isinstance(type_.item_type if isinstance(type_, ARRAY) else type_, NullType)
