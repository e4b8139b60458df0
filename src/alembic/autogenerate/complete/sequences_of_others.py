"""Sequences that count for tables which take no part in a comparison: they are not ours to drop."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from sqlalchemy import text

from alembic.autogenerate.context import AutogenContext

SequenceName = tuple["str | None", str]

# https://www.postgresql.org/docs/current/catalog-pg-depend.html
_POSTGRESQL = text("""
SELECT DISTINCT sn.nspname, s.relname, tn.nspname, t.relname
FROM pg_depend d
JOIN pg_attrdef a ON a.oid = d.objid AND d.classid = CAST('pg_attrdef' AS regclass)
JOIN pg_class t ON t.oid = a.adrelid JOIN pg_namespace tn ON tn.oid = t.relnamespace
JOIN pg_class s ON s.oid = d.refobjid AND s.relkind = 'S'
JOIN pg_namespace sn ON sn.oid = s.relnamespace
""")
# https://mariadb.com/kb/en/information-schema-columns-table/
_MARIADB = text("""
SELECT table_schema, table_name, column_default FROM information_schema.columns
WHERE column_default LIKE '%nextval%'
""")
_NEXT_VALUE = re.compile(r"nextval\((?:`([^`]+)`\.)?`([^`]+)`\)", re.IGNORECASE)


def used_by_others(
    context: AutogenContext, schemas: Collection[str | None]
) -> Iterator[SequenceName]:
    """The sequences that a default of a table outside the comparison takes its values from."""
    assert context.connection is not None
    for sequence, schema, table in _uses(context):
        is_in = schema in schemas and context.run_name_filters(
            table, "table", {"schema_name": schema}
        )
        if not is_in:
            yield sequence


def _uses(context: AutogenContext) -> Iterator[tuple[SequenceName, str | None, str]]:
    """(sequence, schema and name of a table whose default uses it)."""
    assert context.connection is not None
    default = context.dialect.default_schema_name
    if context.dialect.name == "postgresql":
        for schema, name, table_schema, table in context.connection.execute(_POSTGRESQL):
            sequence = (None if schema == default else schema, name)
            is_default = table_schema == default
            yield sequence, None if is_default else context.place(table_schema, table), table
        return
    for table_schema, table, said in context.connection.execute(_MARIADB):
        for schema, name in _NEXT_VALUE.findall(said):
            sequence = (None if schema in {"", default} else schema, name)
            yield sequence, None if table_schema == default else table_schema, table
