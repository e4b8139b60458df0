"""Tables of PostgreSQL that inherit from others: those have to be there first, and go last.

Source: https://www.postgresql.org/docs/current/ddl-inherit.html.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, text
from sqlalchemy.schema import MetaData, Table, sort_tables

from alembic.autogenerate.records.search_path import search_path

_PARENTS = text("""
SELECT n.nspname, c.relname, CASE WHEN pg_table_is_visible(p.oid) THEN p.relname
         ELSE pn.nspname || '.' || p.relname END
FROM pg_inherits h
JOIN pg_class c ON c.oid = h.inhrelid AND NOT c.relispartition
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_class p ON p.oid = h.inhparent
JOIN pg_namespace pn ON pn.oid = p.relnamespace
ORDER BY h.inhrelid, h.inhseqno
""")


def in_order(metadata: MetaData) -> list[Table]:
    """The tables of models, those that others point to or inherit from first."""
    pairs = [
        (metadata.tables[parent], table)
        for table in metadata.tables.values()
        for parent in parents(table)
        if parent in metadata.tables
    ]
    if not pairs:
        return metadata.sorted_tables
    by_key = sorted(metadata.tables.values(), key=lambda table: table.key)
    return sort_tables(by_key, extra_dependencies=pairs)


def parents(table: Table) -> list[str]:
    """The names, a schema before them where it is said, of the tables that one inherits from."""
    said = table.kwargs.get("postgresql_inherits") or ()
    return [said] if isinstance(said, str) else [str(name) for name in said]


def say_parents(connection: Connection, tables: Iterable[Table]) -> None:
    """Have reflected tables say what they inherit from, which SQLAlchemy 2.0 overlooks."""
    if connection.dialect.name != "postgresql":
        return
    found: dict[tuple[str, str], list[str]] = {}
    for schema, name, parent in connection.execute(_PARENTS):
        found.setdefault((schema, name), []).append(parent)
    default = str(connection.dialect.default_schema_name)
    path = search_path(connection).relations if found else {}
    for table in tables:
        names = found.get((table.schema or path.get(table.name, default), table.name))
        if names and not parents(table):
            table.dialect_kwargs["postgresql_inherits"] = tuple(names)
