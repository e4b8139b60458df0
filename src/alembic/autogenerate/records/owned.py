"""Owned: tables that come and go with something else, and that no revision makes by themselves."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, text

from alembic.autogenerate.records.reflected import TableName
from alembic.autogenerate.records.search_path import search_path

# Partitions and tables of extensions; virtual tables and what they keep their content in:
# https://www.postgresql.org/docs/current/catalog-pg-depend.html,
# https://www.sqlite.org/pragma.html#pragma_table_list
_OWNED: Mapping[str, str] = {
    "postgresql": """
        SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'p') AND (
          c.relispartition OR EXISTS (
            SELECT FROM pg_depend d
            WHERE d.classid = CAST('pg_class' AS regclass) AND d.objid = c.oid AND d.deptype = 'e'))""",
    "sqlite": "SELECT schema, name FROM pragma_table_list WHERE type IN ('virtual', 'shadow')",
}
_TABLE_LIST = (3, 37)  # the first SQLite that has it


def owned_tables(connection: Connection) -> set[TableName]:
    """The tables of the database that belong to something else; those of the default schema as None.

    Of those that the search path finds in another schema both names are given.
    """
    dialect = connection.dialect
    query = _OWNED.get(dialect.name)
    if query is None or (
        dialect.name == "sqlite" and (dialect.server_version_info or _TABLE_LIST) < _TABLE_LIST
    ):
        return set()
    default = dialect.default_schema_name
    owned = {
        (None if schema == default else schema, name)
        for schema, name in connection.execute(text(query))
    }
    found = search_path(connection).relations.items() if owned else ()
    return owned | {(None, name) for name, schema in found if (schema, name) in owned}
