"""What would be lost with the old table, where one is rebuilt on MySQL, MariaDB or PostgreSQL.

Most goes over (``mysql_table``, ``postgresql_table``); this is the rest, looked up before anything
is done. Foreign keys of other tables, and views on PostgreSQL, keep the old table from being dropped.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, Table, text

from alembic.ddl.literals import plain_preparer
from alembic.ddl.mysql_schema.catalog import Catalog
from alembic.ddl.mysql_schema.column import AUTO_INCREMENT
from alembic.operations.batch.errors import NotATable, RebuildLoses

_POSTGRESQL = {
    "a foreign key of another table to it": """
        SELECT conrelid::regclass || '.' || conname FROM pg_constraint
        WHERE contype = 'f' AND confrelid = CAST(:table AS regclass) AND conrelid <> confrelid""",
    "a view of it": """
        SELECT DISTINCT r.ev_class::regclass::text FROM pg_depend d
        JOIN pg_rewrite r ON r.oid = d.objid AND d.classid = 'pg_rewrite'::regclass
        WHERE d.refobjid IN (CAST(:table AS regclass), (SELECT reltype FROM c))
          AND r.ev_class <> CAST(:table AS regclass)""",
    "a rule": "SELECT rulename FROM pg_rewrite WHERE ev_class = CAST(:table AS regclass)",
    "a function that speaks of it": """
        SELECT DISTINCT d.objid::regprocedure::text FROM pg_depend d
        WHERE d.classid = 'pg_proc'::regclass
          AND (d.refclassid = 'pg_class'::regclass AND d.refobjid = CAST(:table AS regclass)
            OR d.refclassid = 'pg_type'::regclass AND d.refobjid IN (SELECT reltype FROM c UNION ALL
              SELECT t.typarray FROM c JOIN pg_type t ON t.oid = c.reltype))""",
    "a column of its row type": """
        SELECT d.objid::regclass || '.' || a.attname FROM pg_depend d
        JOIN pg_attribute a ON a.attrelid = d.objid AND a.attnum = d.objsubid
        WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_type'::regclass
          AND d.refobjid IN (SELECT reltype FROM c UNION ALL
            SELECT t.typarray FROM c JOIN pg_type t ON t.oid = c.reltype)""",
    "a policy": "SELECT polname FROM pg_policy WHERE polrelid = CAST(:table AS regclass)",
    "row level security": "SELECT relname FROM c WHERE relrowsecurity OR relforcerowsecurity",
    "a table it inherits from or that inherits from it": """
        SELECT CASE inhrelid WHEN c.oid THEN inhparent ELSE inhrelid END::regclass::text
        FROM pg_inherits, c WHERE c.oid IN (inhrelid, inhparent)""",
    "its partitions": "SELECT relname FROM c WHERE relkind = 'p'",
    "its type": "SELECT reloftype::regtype::text FROM c WHERE reloftype <> 0",
    "a publication": """
        SELECT p.pubname FROM pg_publication_rel r JOIN pg_publication p ON p.oid = r.prpubid
        WHERE r.prrelid = CAST(:table AS regclass)""",
    "extended statistics": """
        SELECT stxname FROM pg_statistic_ext WHERE stxrelid = CAST(:table AS regclass)""",
}
_KINDS_OF_POSTGRESQL = {"v": "view", "m": "materialized view", "f": "foreign table"}

_HERE = "coalesce(:schema, database())"
_MYSQL = {
    "a trigger": f"""
        SELECT trigger_name FROM information_schema.triggers
        WHERE event_object_schema = {_HERE} AND event_object_table = :table""",
    "a foreign key of another table to it": f"""
        SELECT DISTINCT concat(table_name, '.', constraint_name)
        FROM information_schema.key_column_usage
        WHERE referenced_table_schema = {_HERE} AND referenced_table_name = :table
          AND NOT (table_schema = {_HERE} AND table_name = :table)
          AND @@SESSION.foreign_key_checks""",
}


def refuse_losses(connection: Connection, table: Table) -> None:
    """Raise RebuildLoses, with all that there is, or NotATable."""
    match connection.dialect.name:
        case "postgresql":
            losses = _losses_on_postgresql(connection, table)
        case "mysql" | "mariadb":
            losses = _losses_on_mysql(connection, table)
        case _:
            return
    found = list(losses)
    if found:
        raise RebuildLoses(table.name, found)


def _losses_on_postgresql(connection: Connection, table: Table) -> Iterator[str]:
    asked = {"table": plain_preparer(connection.dialect, connection.dialect).format_table(table)}
    kind = connection.execute(
        text("SELECT relkind::text FROM pg_class WHERE oid = CAST(:table AS regclass)"), asked
    ).scalar_one()
    if kind in _KINDS_OF_POSTGRESQL:
        raise NotATable(table.name, _KINDS_OF_POSTGRESQL[kind])
    itself = "WITH c AS (SELECT * FROM pg_class WHERE oid = CAST(:table AS regclass))"
    for what, query in _POSTGRESQL.items():
        for (name,) in connection.execute(text(f"{itself} {query} ORDER BY 1"), asked):
            yield f"{what} ({name})"


def _losses_on_mysql(connection: Connection, table: Table) -> Iterator[str]:
    asked = {"table": table.name, "schema": table.schema}
    for what, query in _MYSQL.items():
        for (name,) in connection.execute(text(f"{query} ORDER BY 1"), asked):
            yield f"{what} ({name})"
    spelled = Catalog(connection).table(table.name, table.schema)
    if spelled is None:
        raise NotATable(table.name, "view")
    if spelled.is_versioned:
        yield "the former rows that it keeps (WITH SYSTEM VERSIONING)"
    preparer = plain_preparer(connection.dialect, connection.dialect)
    for name, definition in spelled.columns.items():
        if AUTO_INCREMENT in definition and not _takes_zero(connection):
            quoted = preparer.quote(name)
            found = connection.execute(
                text(f"SELECT 1 FROM {preparer.format_table(table)} WHERE {quoted} = 0 LIMIT 1")
            )
            if found.first() is not None:
                yield f"the 0 of a row in {name!r}, which would count on (NO_AUTO_VALUE_ON_ZERO)"


def _takes_zero(connection: Connection) -> bool:
    modes = str(connection.exec_driver_sql("SELECT @@SESSION.sql_mode").scalar_one())
    return "NO_AUTO_VALUE_ON_ZERO" in modes.split(",")
