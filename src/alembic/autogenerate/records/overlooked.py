"""What reflection overlooks on MySQL: defaults that are expressions, ``ON UPDATE``, signs of partitions and values.

Sources: https://mariadb.com/kb/en/create-table/#default-column-option and
https://mariadb.com/kb/en/create-table/#partitions.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import text
from sqlalchemy.dialects.mysql import ENUM, SET
from sqlalchemy.engine import Connection
from sqlalchemy.schema import DefaultClause, Table

from alembic.autogenerate.colons import as_text
from alembic.autogenerate.spelled.facts import Fact
from alembic.autogenerate.spelled.mysql import PARTITIONS, existing_facts
from alembic.ddl.mysql_schema.column import without_escapes

ColumnName = tuple[str, str, str]

_WITH_DEFAULT = text("""
SELECT table_schema, table_name, column_name,
  COALESCE(column_default, 'NULL') NOT LIKE 'current_timestamp%' AND (extra LIKE '%on update%'
    OR column_default LIKE '%(%' AND column_default NOT REGEXP '^(''|[a-z_]+[(][)]$)')
FROM information_schema.columns
WHERE column_default IS NOT NULL AND column_default <> 'NULL' OR extra LIKE '%on update%'
""")


def with_default(connection: Connection) -> dict[ColumnName, bool]:
    """(schema, table, column) of all that have a default, or a value that an update gives.

    True for those of which a part may be read: ``(curdate()`` of a longer expression, or all but ``ON UPDATE``.
    """
    return {(row[0], row[1], row[2]): bool(row[3]) for row in connection.execute(_WITH_DEFAULT)}


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
            for is_half in [known.get((schema, table.name, column.name))]
            if is_half or (is_half is False and column.server_default is None)
        ]
        facts = existing_facts(connection, [(table.schema, table.name)]) if bare else {}
        for column in bare:
            said = facts.get(Fact("default", table.schema, table.name, column.name), "")
            if said.startswith("ON UPDATE"):
                said = f"NULL {said}" if column.nullable else ""
            if said:
                column.server_default = DefaultClause(text(as_text(said)))


def spell_values(tables: Iterable[Table]) -> None:
    """Give the enums and sets of MySQL their values, of which reflection has backslashes as the server shows them."""
    for table in tables:
        for column in table.columns:
            type_: Any = column.type
            values = type_.enums if isinstance(type_, ENUM) else getattr(type_, "values", ())
            if isinstance(type_, ENUM | SET) and any("\\" in one for one in values):
                said = {"charset": type_.charset, "collation": type_.collation}
                if isinstance(type_, SET):
                    said["retrieve_as_bitwise"] = type_.retrieve_as_bitwise
                column.type = type(type_)(*map(without_escapes, values), **said)


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
