"""What reflection overlooks on MySQL: defaults that are expressions, ``ON UPDATE`` alone, the signs of partitions.

Sources: https://mariadb.com/kb/en/create-table/#default-column-option and
https://mariadb.com/kb/en/create-table/#partitions.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import text
from sqlalchemy.engine import Connection
from sqlalchemy.schema import DefaultClause, Table

from alembic.autogenerate.colons import as_text
from alembic.autogenerate.spelled.facts import Fact
from alembic.autogenerate.spelled.mysql import PARTITIONS, existing_facts

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


def spell_partitions(connection: Connection, tables: Iterable[Table]) -> None:
    """Say the ranges and lists of ``tables`` as the server does: reflection loses commas and a bracket."""
    dialect = connection.dialect.name
    for table in tables:
        if f"{dialect}_partition_definitions" not in table.kwargs:
            continue
        facts = existing_facts(connection, [(table.schema, table.name)])
        for key in [key for key in table.kwargs if "partition" in key]:
            del table.kwargs[key]
        said = facts[Fact("option", table.schema, table.name, PARTITIONS)]
        table.kwargs[f"{dialect}_partition_by"] = said.removeprefix(f"{PARTITIONS} ")
