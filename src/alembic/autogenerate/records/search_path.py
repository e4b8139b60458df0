"""The search path: what PostgreSQL finds without a schema though it stands in another one than the default.

Source: https://www.postgresql.org/docs/current/ddl-schemas.html#DDL-SCHEMAS-PATH.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from sqlalchemy import Connection, text

_FOUND = text("""
SELECT false AS is_type, n.nspname, c.relname, current_schema() AS first
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = ANY(current_schemas(false)) AND n.nspname <> CAST(:default AS text)
  AND c.relkind IN ('r', 'p', 'S') AND pg_table_is_visible(c.oid)
UNION ALL
SELECT true, n.nspname, t.typname, current_schema()
FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
WHERE n.nspname = ANY(current_schemas(false)) AND n.nspname <> CAST(:default AS text)
  AND t.typtype IN ('e', 'd') AND pg_type_is_visible(t.oid)
""")


class SearchPath(NamedTuple):
    """Name → schema of what is found without it, and is not in the default schema."""

    relations: Mapping[str, str] = {}
    """Tables and sequences."""
    types: Mapping[str, str] = {}
    """Enums and domains."""
    first: str | None = None
    """The schema in which a new thing is made without saying so, where something is found in it or beyond."""


def search_path(connection: Connection | None) -> SearchPath:
    """What the session finds beyond the default schema; elsewhere than on PostgreSQL nothing."""
    if connection is None or connection.dialect.name != "postgresql":
        return SearchPath()
    relations: dict[str, str] = {}
    types: dict[str, str] = {}
    # A path that is set later has another first schema; that of the dialect is what goes without a name.
    default = {"default": connection.dialect.default_schema_name}
    found = connection.execute(_FOUND, default).all()
    for is_type, schema, name, _ in found:
        (types if is_type else relations)[name] = schema
    return SearchPath(relations, types, found[0].first if found else None)
