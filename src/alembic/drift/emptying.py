"""Empty a database: whether it is, and the way there."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, inspect, text
from sqlalchemy.engine.reflection import Inspector


def is_empty(inspector: Inspector) -> bool:
    """Whether there is no table, view or sequence in any schema of the database."""
    return not any(
        inspector.get_table_names(schema=schema)
        or inspector.get_view_names(schema=schema)
        or _sequences(inspector, schema)
        for schema in _schemas(inspector)
    )


def empty_database(connection: Connection) -> None:
    """Drop all that is in the database, which was empty before a run has filled it."""
    inspector = inspect(connection)
    quote = connection.dialect.identifier_preparer.quote
    if connection.dialect.name == "postgresql":
        public = inspector.default_schema_name or "public"
        for schema in _schemas(inspector):
            connection.execute(text(f"DROP SCHEMA {quote(schema or public)} CASCADE"))
        connection.execute(text(f"CREATE SCHEMA {quote(public)}"))
        return
    is_mysql = connection.dialect.name in {"mysql", "mariadb"}
    connection.execute(
        text("SET foreign_key_checks = 0" if is_mysql else "PRAGMA defer_foreign_keys = ON")
    )
    for kind, names in (
        ("VIEW", inspector.get_view_names()),
        ("TABLE", inspector.get_table_names()),
        ("SEQUENCE", _sequences(inspector, None)),
    ):
        for name in names:
            connection.execute(text(f"DROP {kind} {quote(name)}"))


def _schemas(inspector: Inspector) -> Iterable[str | None]:
    """The schemas of this database, the default one as None; other databases of the server are none."""
    if inspector.dialect.name != "postgresql":
        return (None,)
    default = inspector.default_schema_name
    names = (name for name in inspector.get_schema_names() if name != "information_schema")
    return tuple(None if name == default else name for name in names)


def _sequences(inspector: Inspector, schema: str | None) -> list[str]:
    try:
        return inspector.get_sequence_names(schema=schema)
    except NotImplementedError:
        return []
