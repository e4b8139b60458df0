"""Seen twice: tables of PostgreSQL that are read without a schema, being on the search path, and with theirs."""

from __future__ import annotations

from collections.abc import Container

from sqlalchemy import Connection, text

from alembic.autogenerate.records.reflected import TableName

# https://www.postgresql.org/docs/current/ddl-schemas.html#DDL-SCHEMAS-PATH
_VISIBLE = text("""
SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND n.nspname = ANY(CAST(:schemas AS text[])) AND pg_table_is_visible(c.oid)
""")


def seen_twice(
    connection: Connection, names: set[TableName], in_models: Container[TableName]
) -> set[TableName]:
    """Of the two names of such tables the one that the models don't use; else the one without a schema."""
    schemas = sorted({schema for schema, _ in names if schema is not None})
    if connection.dialect.name != "postgresql" or not schemas:
        return set()
    default = connection.dialect.default_schema_name
    twice: set[TableName] = set()
    for schema, name in connection.execute(_VISIBLE, {"schemas": schemas}):
        bare, full = (None, name), (schema, name)
        if (
            schema != default
            and {bare, full} <= names
            and not (bare in in_models and full in in_models)
        ):
            twice.add(full if bare in in_models else bare)
    return twice
