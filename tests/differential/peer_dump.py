"""What a database holds, as JSON can carry it: the schema and every row."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import sqlalchemy as sa

_SYSTEM = frozenset({"information_schema", "performance_schema", "mysql", "sys", "pg_catalog"})


def spelled_file(path: Path) -> dict[str, Any]:
    """An SQLite file: its schema in the words that it was made with, and the rows of its tables."""
    with closing(sqlite3.connect(path)) as connection:
        schema = connection.execute(
            "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name"
        ).fetchall()
        tables = [name for kind, name, _, _ in schema if kind == "table"]
        rows = {
            name: sorted(_plain(connection.execute(f'SELECT * FROM "{name}"')), key=str)
            for name in tables
        }
        return {"schema": _plain(schema), "rows": rows}


def reflected_file(path: Path) -> dict[str, Any]:
    """An SQLite file as SQLAlchemy reads it: for tables that are spelled otherwise but mean the same."""
    return reflected(f"sqlite:///{path}")


def reflected(url: str) -> dict[str, Any]:
    """Everything that SQLAlchemy can read of a database, by schema and table."""
    engine = sa.create_engine(url, poolclass=sa.pool.NullPool)
    with engine.connect() as connection:
        inspector = sa.inspect(connection)
        return {
            schema: _schema(connection, inspector, schema)
            for schema in _schemas(connection, inspector)
        }


def name(url: str) -> str:
    """The name of a server's database."""
    return sa.make_url(url).database or ""


def empty(url: str) -> None:
    """Drop every table, type and schema of a server's database."""
    engine = sa.create_engine(url, poolclass=sa.pool.NullPool)
    with engine.begin() as connection:
        inspector = sa.inspect(connection)
        if connection.dialect.name == "postgresql":
            for schema in _schemas(connection, inspector):
                connection.execute(sa.text(f'DROP SCHEMA "{schema}" CASCADE'))
            connection.execute(sa.text("CREATE SCHEMA public"))
            return
        connection.execute(sa.text("SET FOREIGN_KEY_CHECKS = 0"))
        for table in inspector.get_table_names():
            connection.execute(sa.text(f"DROP TABLE `{table}`"))


def _schemas(connection: sa.Connection, inspector: Any) -> list[str]:
    if connection.dialect.name == "postgresql":
        return sorted(set(inspector.get_schema_names()) - _SYSTEM)
    return [inspector.default_schema_name or "main"]


def _schema(connection: sa.Connection, inspector: Any, schema: str) -> dict[str, Any]:
    enums = inspector.get_enums(schema) if connection.dialect.name == "postgresql" else []
    return {
        "enums": [[each["name"], each["labels"]] for each in enums],
        "views": sorted(inspector.get_view_names(schema)),
        "tables": {
            name: _table(connection, inspector, name, schema)
            for name in sorted(inspector.get_table_names(schema))
        },
    }


def _table(connection: sa.Connection, inspector: Any, name: str, schema: str) -> dict[str, Any]:
    quoted = ".".join(map(connection.dialect.identifier_preparer.quote, (schema, name)))
    by_name = lambda each: repr((each.get("name") or "", sorted(each.items(), key=str)))  # noqa: E731
    return {
        "columns": [
            {key: str(value) for key, value in column.items()}
            for column in inspector.get_columns(name, schema)
        ],
        "primary key": _plain(inspector.get_pk_constraint(name, schema)),
        "foreign keys": _plain(sorted(inspector.get_foreign_keys(name, schema), key=by_name)),
        "unique": _plain(sorted(inspector.get_unique_constraints(name, schema), key=by_name)),
        "checks": _plain(sorted(inspector.get_check_constraints(name, schema), key=by_name)),
        "indexes": _plain(sorted(inspector.get_indexes(name, schema), key=by_name)),
        "comment": _comment(inspector, name, schema),
        "rows": sorted(_plain(connection.execute(sa.text(f"SELECT * FROM {quoted}"))), key=str),
    }


def _comment(inspector: Any, name: str, schema: str) -> str | None:
    try:
        return inspector.get_table_comment(name, schema)["text"]
    except NotImplementedError:
        return None


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, str | int | float | bool | None):
        return value
    if isinstance(value, bytes):
        return value.hex()
    try:
        return [_plain(item) for item in value]
    except TypeError:
        return str(value)
