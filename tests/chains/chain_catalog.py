"""What a database's catalog says, object by object, in the database's own words.

``dump(connection)`` gives {object: text}: ``sqlite_master`` on SQLite, ``SHOW CREATE`` on MariaDB, and what
``pg_get_constraintdef`` and its kin spell on PostgreSQL. ``rows(connection)`` counts the rows of each table.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

JOURNAL = "alembic_version_journal"
"""A table that this project keeps while statements that commit by themselves are run."""
_POSTGRESQL = {
    "column": """
        SELECT n.nspname || '.' || c.relname || '.' || lpad((row_number() OVER
                 (PARTITION BY c.oid ORDER BY a.attnum))::text, 3, '0') || ' ' || a.attname,
               concat_ws(' ', format_type(a.atttypid, a.atttypmod),
                 CASE WHEN a.attnotnull THEN 'NOT NULL' END,
                 'DEFAULT ' || pg_get_expr(d.adbin, d.adrelid),
                 'IDENTITY ' || nullif(a.attidentity::text, ''),
                 'GENERATED ' || nullif(a.attgenerated::text, ''),
                 'COLLATE ' || (SELECT collname FROM pg_collation WHERE oid = nullif(a.attcollation,
                     (SELECT typcollation FROM pg_type WHERE oid = a.atttypid))),
                 'COMMENT ' || col_description(c.oid, a.attnum))
        FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
          JOIN pg_namespace n ON n.oid = c.relnamespace
          LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
        WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'v', 'm', 'f')""",
    "relation": """
        SELECT n.nspname || '.' || c.relname,
               concat_ws(' ', c.relkind::text, c.relpersistence::text,
                 obj_description(c.oid, 'pg_class'), array_to_string(c.reloptions, ','),
                 CASE WHEN c.relkind IN ('v', 'm') THEN pg_get_viewdef(c.oid) END,
                 CASE WHEN c.relkind = 'i' THEN pg_get_indexdef(c.oid) END,
                 (SELECT concat_ws(' ', indisvalid, indisunique, indisprimary)
                  FROM pg_index WHERE indexrelid = c.oid),
                 (SELECT concat_ws(' ', format_type(seqtypid, NULL), seqstart, seqincrement,
                         seqmax, seqmin, seqcycle) FROM pg_sequence WHERE seqrelid = c.oid),
                 (SELECT 'owned by ' || d.refobjid::regclass || '.' || d.refobjsubid::text
                  FROM pg_depend d WHERE d.objid = c.oid AND c.relkind = 'S'
                    AND d.deptype IN ('a', 'i') AND d.refobjsubid > 0 LIMIT 1))
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'i', 'I', 'S')""",
    "constraint": """
        SELECT n.nspname || '.' || coalesce(nullif(k.conrelid, 0)::regclass::text,
                 nullif(k.contypid, 0)::regtype::text) || '.' || k.conname,
               concat_ws(' ', k.contype::text, pg_get_constraintdef(k.oid), k.convalidated)
        FROM pg_constraint k JOIN pg_namespace n ON n.oid = k.connamespace WHERE TRUE""",
    "type": """
        SELECT n.nspname || '.' || t.typname,
               concat_ws(' ', t.typtype::text, format_type(nullif(t.typbasetype, 0), t.typtypmod),
                 t.typdefault, (SELECT string_agg(e.enumlabel, ',' ORDER BY e.enumsortorder)
                                FROM pg_enum e WHERE e.enumtypid = t.oid))
        FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
        WHERE t.typtype IN ('e', 'd', 'r')""",
    "trigger": """
        SELECT n.nspname || '.' || c.relname || '.' || t.tgname, pg_get_triggerdef(t.oid)
        FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
          JOIN pg_namespace n ON n.oid = c.relnamespace WHERE NOT t.tgisinternal""",
    "function": """
        SELECT n.nspname || '.' || p.oid::regprocedure, pg_get_functiondef(p.oid)
        FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
        WHERE p.prokind IN ('f', 'p') AND NOT EXISTS (SELECT 1 FROM pg_depend d
          WHERE d.objid = p.oid AND d.deptype = 'e')""",
    "schema": "SELECT n.nspname, '' FROM pg_namespace n WHERE TRUE",
    "extension": """
        SELECT x.extname, x.extversion FROM pg_extension x
          JOIN pg_namespace n ON n.nspname = 'public' WHERE TRUE""",
}
_USERS = " AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'"


def dump(connection: Any) -> dict[str, str]:
    """{kind and name: definition} of every object of the database."""
    found = _DUMPS[connection.dialect.name](connection)
    return {name: text for name, text in found if JOURNAL not in name}


def rows(connection: Any) -> dict[str, int]:
    """{table: number of its rows}, empty tables left out."""
    quote = connection.dialect.identifier_preparer.quote
    counts = {}
    for schema, table in _tables(connection):
        name = ".".join(quote(part) for part in (schema, table) if part)
        number = connection.exec_driver_sql(f"SELECT count(*) FROM {name}").scalar()
        if number and JOURNAL not in name:
            counts[name] = number
    return counts


def _postgresql(connection: Any) -> Iterator[tuple[str, str]]:
    for kind, query in _POSTGRESQL.items():
        # The driver's placeholders are %s, so a lone percent sign is doubled.
        found = connection.exec_driver_sql((query + _USERS).replace("%", "%%"), ())
        for name, text in found:
            yield f"{kind} {name}", text or ""


def _sqlite(connection: Any) -> Iterator[tuple[str, str]]:
    query = "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL"
    for kind, name, text in connection.exec_driver_sql(query):
        yield f"{kind} {name}", text


def _mariadb(connection: Any) -> Iterator[tuple[str, str]]:
    query = "SHOW FULL TABLES"
    for name, kind in connection.exec_driver_sql(query).fetchall():
        what = "VIEW" if kind == "VIEW" else "TABLE"
        text = connection.exec_driver_sql(f"SHOW CREATE {what} `{name}`").fetchone()[1]
        yield f"{what.lower()} {name}", text
    query = (
        "SELECT trigger_name, concat_ws(' ', action_timing, event_manipulation,"
        " event_object_table, action_statement) FROM information_schema.triggers"
        " WHERE trigger_schema = database()"
    )
    for name, text in connection.exec_driver_sql(query).fetchall():
        yield f"trigger {name}", text


def _tables(connection: Any) -> list[tuple[str, str]]:
    query = {
        "sqlite": "SELECT '', name FROM sqlite_master WHERE type = 'table'",
        "mysql": "SELECT '', table_name FROM information_schema.tables"
        " WHERE table_schema = database() AND table_type = 'BASE TABLE'",
        "postgresql": "SELECT table_schema, table_name FROM information_schema.tables"
        " WHERE table_type = 'BASE TABLE'"
        " AND table_schema NOT IN ('pg_catalog', 'information_schema')",
    }[_family(connection)]
    return sorted(tuple(row) for row in connection.exec_driver_sql(query))


def _family(connection: Any) -> str:
    name: str = connection.dialect.name
    return "mysql" if name == "mariadb" else name


_DUMPS = {
    "postgresql": _postgresql,
    "sqlite": _sqlite,
    "mysql": _mariadb,
    "mariadb": _mariadb,
}
