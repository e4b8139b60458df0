"""Types that SQLAlchemy doesn't know, such as those of extensions, by what the database calls them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, bindparam, text
from sqlalchemy.schema import Column, Table
from sqlalchemy.types import ARRAY, NullType, TypeEngine

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
    query = _SPELLED.get(connection.dialect.name)
    unknown = [table for table in tables if any(_is_unknown(one.type) for one in table.columns)]
    if query is None or not unknown:
        return
    quote = connection.dialect.identifier_preparer.quote
    for schema in {table.schema for table in unknown}:
        place = schema or connection.dialect.default_schema_name or ""
        statement = text(query.format(place=quote(place)))
        here = {table.name: table for table in unknown if table.schema == schema}
        asked: Mapping[str, Any] = {"schema": place, "tables": list(here)}
        named = statement.bindparams(bindparam("tables", expanding=True))
        for table, name, spelled in connection.execute(named, asked):
            column = here[table].columns.get(name)
            if column is not None and _is_unknown(column.type):
                column.type = UnknownType(spelled)


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
