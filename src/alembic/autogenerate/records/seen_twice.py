"""Seen twice: tables of PostgreSQL that are read without a schema, being on the search path, and with theirs."""

from __future__ import annotations

from collections.abc import Container

from sqlalchemy import Connection

from alembic.autogenerate.records.reflected import TableName
from alembic.autogenerate.records.search_path import search_path


def seen_twice(
    connection: Connection, names: set[TableName], in_models: Container[TableName]
) -> set[TableName]:
    """Of the two names of such tables the one that the models don't use; else the one without a schema."""
    if all(schema is None for schema, _ in names):
        return set()
    twice: set[TableName] = set()
    for name, schema in search_path(connection).relations.items():
        bare, full = (None, name), (schema, name)
        if {bare, full} <= names and not (bare in in_models and full in in_models):
            twice.add(full if bare in in_models else bare)
    return twice
