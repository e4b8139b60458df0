"""Defaults of MySQL that reflection overlooks: those that are expressions, and ``ON UPDATE`` alone.

Source: https://mariadb.com/kb/en/create-table/#default-column-option.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import text
from sqlalchemy.engine import Connection
from sqlalchemy.schema import DefaultClause, Table

from alembic.autogenerate.colons import as_text
from alembic.autogenerate.spelled.facts import Fact
from alembic.autogenerate.spelled.mysql import existing_facts

ColumnName = tuple[str, str, str]

_WITH_DEFAULT = text("""
SELECT table_schema, table_name, column_name FROM information_schema.columns
WHERE column_default IS NOT NULL AND column_default <> 'NULL' OR extra LIKE '%on update%'
""")


def with_default(connection: Connection) -> set[ColumnName]:
    """(schema, table, column) of all that have a default, or a value that an update gives."""
    return {tuple(row) for row in connection.execute(_WITH_DEFAULT)}


def spell_overlooked_defaults(connection: Connection, tables: Iterable[Table]) -> None:
    """Give the columns of ``tables`` the defaults that the server's text has and they haven't."""
    if connection.dialect.name not in {"mysql", "mariadb"}:
        return
    known = with_default(connection)
    for table in tables:
        schema = table.schema or str(connection.dialect.default_schema_name)
        bare: list[Any] = [
            column
            for column in table.columns
            if column.server_default is None and (schema, table.name, column.name) in known
        ]
        facts = existing_facts(connection, [(table.schema, table.name)]) if bare else {}
        for column in bare:
            said = facts.get(Fact("default", table.schema, table.name, column.name), "")
            if said.startswith("ON UPDATE"):
                said = f"NULL {said}" if column.nullable else ""
            if said:
                column.server_default = DefaultClause(text(as_text(said)))
