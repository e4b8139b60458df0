"""What a database holds, as JSON can carry it: the schema and every row."""

from __future__ import annotations

import functools
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import sqlalchemy as sa

JOURNAL = "_journal"
"""How the name of a table ends that is no part of the schema: a journal of statements done."""

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
    engine = _engine(url)
    with engine.connect() as connection:
        inspector = sa.inspect(connection)
        return {
            schema: _schema(connection, inspector, schema)
            for schema in _schemas(connection, inspector)
        }


def journals(url: str) -> list[str]:
    """The journals that are there."""
    with _engine(url).connect() as connection:
        inspector = sa.inspect(connection)
        return [
            table
            for schema in _schemas(connection, inspector)
            for table in inspector.get_table_names(schema)
            if table.endswith(JOURNAL)
        ]


def name(url: str) -> str:
    """The name of a server's database."""
    return sa.make_url(url).database or ""


def empty(url: str) -> None:
    """Drop every table, type and schema of a server's database."""
    engine = _engine(url)
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


@functools.lru_cache(maxsize=1)
def _engine(url: str) -> sa.Engine:
    """One engine for all dumps: it remembers how the questions are spelled."""
    return sa.create_engine(url, poolclass=sa.pool.NullPool)


def _schemas(connection: sa.Connection, inspector: Any) -> list[str]:
    if connection.dialect.name == "postgresql":
        return sorted(set(inspector.get_schema_names()) - _SYSTEM)
    return [inspector.default_schema_name or "main"]


def _schema(connection: sa.Connection, inspector: Any, schema: str) -> dict[str, Any]:
    enums = inspector.get_enums(schema) if connection.dialect.name == "postgresql" else []
    read = {
        "columns": inspector.get_multi_columns(schema),
        "primary key": inspector.get_multi_pk_constraint(schema),
        "foreign keys": inspector.get_multi_foreign_keys(schema),
        "unique": inspector.get_multi_unique_constraints(schema),
        "checks": inspector.get_multi_check_constraints(schema),
        "indexes": inspector.get_multi_indexes(schema),
        "comment": _comments(inspector, schema),
    }
    return {
        "enums": [[each["name"], each["labels"]] for each in enums],
        "views": sorted(inspector.get_view_names(schema)),
        "tables": {
            name: {
                **{what: _told(found.get((schema, name))) for what, found in read.items()},
                "rows": _rows(connection, name, schema),
            }
            for name in sorted(inspector.get_table_names(schema))
            if not name.endswith(JOURNAL)
        },
    }


def _told(found: Any) -> Any:
    """What one question has found about one table; constraints and indexes in the order of their names."""
    plain = _plain(found)
    if isinstance(found, list) and found and "type" not in found[0]:
        return sorted(
            plain, key=lambda each: (each.get("name") or "", repr(sorted(each.items(), key=str)))
        )
    return plain


def _rows(connection: sa.Connection, name: str, schema: str) -> list[Any]:
    quoted = ".".join(map(connection.dialect.identifier_preparer.quote, (schema, name)))
    return sorted(_plain(connection.execute(sa.text(f"SELECT * FROM {quoted}"))), key=str)


def _comments(inspector: Any, schema: str) -> dict[Any, Any]:
    try:
        return inspector.get_multi_table_comment(schema)
    except NotImplementedError:
        return {}


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
