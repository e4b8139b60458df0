"""What SQLAlchemy overlooks in the texts of SQLite's tables, which it reads by patterns.

Those take ``"a""b"``, ``[a b]`` and ``"a)"`` for something else, and don't look for the name of a
foreign key within a column.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from sqlalchemy.engine import Connection

from alembic.ddl.sqlite_schema.model import ConstraintKind, ConstraintText
from alembic.ddl.sqlite_schema.parse import parse_table
from alembic.ddl.sqlite_schema.tokens import SchemaNotUnderstood

_NAMED_KEY = re.compile(
    r'\bCONSTRAINT\s+(?:"(?:[^"]|"")+"|`(?:[^`]|``)+`|\[[^\]]+\]|\w+)\s+(?:FOREIGN|REFERENCES)\b',
    re.IGNORECASE,
)


def add_overlooked_uniques(
    connection: Connection, schema: str | None, records: dict[str, list[Any]]
) -> None:
    """Tell the unique constraints of those tables of which more have an index than were told."""
    quoted = connection.dialect.identifier_preparer.quote(schema or "main")
    rows = connection.exec_driver_sql(
        f"SELECT made.name, made.sql, count(*) FROM {quoted}.sqlite_master AS made, "
        "pragma_index_list(made.name, ?) AS listed WHERE made.type = 'table' "
        "AND made.sql NOT LIKE 'CREATE VIRTUAL%' AND listed.origin = 'u' GROUP BY made.name",
        (schema or "main",),
    )
    for table, sql, count in rows:
        if len(records.get(table, ())) < count and table in records:
            uniques = [
                {"name": found.name, "column_names": list(found.columns)}
                for found in _constraints(sql)
                if found.kind is ConstraintKind.UNIQUE
            ]
            records[table] = uniques or records[table]


def name_overlooked_keys(
    connection: Connection, schema: str | None, records: dict[str, list[Any]]
) -> None:
    """Give the foreign keys that were told without a name the one that they have."""
    unnamed = {
        table: [key for key in keys if key["name"] is None] for table, keys in records.items()
    }
    for table, sql in _texts(connection, schema) if any(unnamed.values()) else ():
        keys = unnamed.get(table)
        if not keys or len(_NAMED_KEY.findall(sql)) <= len(records[table]) - len(keys):
            continue
        names = {
            found.columns: found.name for found in _constraints(sql) if found.reference is not None
        }
        for key in keys:
            key["name"] = names.get(tuple(key["constrained_columns"]))


def with_plain_check_names(records: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """The records with the names of checks as they are, where SQLAlchemy leaves a double quote doubled."""
    return {
        table: [{**one, "name": one["name"] and one["name"].replace('""', '"')} for one in checks]
        for table, checks in records.items()
    }


def _texts(connection: Connection, schema: str | None) -> Iterable[Any]:
    quoted = connection.dialect.identifier_preparer.quote(schema or "main")
    return connection.exec_driver_sql(
        f"SELECT name, sql FROM {quoted}.sqlite_master WHERE type = 'table' AND sql IS NOT NULL"
    )


def _constraints(sql: str) -> list[ConstraintText]:
    try:
        return [found for _, found in parse_table(sql).all_constraints()]
    except SchemaNotUnderstood:
        return []
