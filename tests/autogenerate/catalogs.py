"""What a database says of its tables, in its own words and without any help of ours."""

from __future__ import annotations

import re

import sqlalchemy as sa

POSTGRESQL = """
SELECT 'column ' || c.oid::regclass || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
       || CASE WHEN a.attnotnull THEN ' not null' ELSE '' END || ' ' || a.attidentity::text || a.attgenerated::text
       || coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '')
       || CASE WHEN a.attcollation <> t.typcollation THEN ' collate ' || l.collname ELSE '' END
       || coalesce(' comment ' || col_description(c.oid, a.attnum), '')
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
JOIN pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_collation l ON l.oid = a.attcollation
LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
WHERE c.relkind IN ('r', 'p') AND c.relnamespace IN (SELECT oid FROM schemas)
UNION ALL
SELECT 'table ' || c.oid::regclass || ' ' || c.relpersistence::text || c.relkind::text
       || coalesce(array_to_string(c.reloptions, ','), '')
       || coalesce((SELECT ' toast ' || array_to_string(o.reloptions, ',') FROM pg_class o WHERE o.oid = c.reltoastrelid), '')
       || coalesce(' partition ' || pg_get_expr(c.relpartbound, c.oid), '')
       || coalesce(' comment ' || obj_description(c.oid, 'pg_class'), '')
FROM pg_class c WHERE c.relkind IN ('r', 'p') AND c.relnamespace IN (SELECT oid FROM schemas)
UNION ALL
SELECT 'constraint ' || x.conrelid::regclass || ' ' || x.conname || ' ' || pg_get_constraintdef(x.oid)
       || coalesce(' comment ' || obj_description(x.oid, 'pg_constraint'), '')
FROM pg_constraint x WHERE x.conrelid <> 0 AND x.connamespace IN (SELECT oid FROM schemas)
UNION ALL
SELECT 'index ' || pg_get_indexdef(i.oid)
       || coalesce(' comment ' || obj_description(i.oid, 'pg_class'), '')
FROM pg_class i WHERE i.relkind IN ('i', 'I') AND i.relnamespace IN (SELECT oid FROM schemas)
UNION ALL
SELECT 'sequence ' || c.oid::regclass || ' ' || s.seqstart || ' ' || s.seqincrement || ' ' || s.seqmin
       || ' ' || s.seqmax || ' ' || s.seqcycle || ' ' || s.seqcache || ' ' || s.seqtypid::regtype
       || coalesce((SELECT ' of ' || d.refobjid::regclass || '.' || pg_attribute.attname FROM pg_depend d JOIN pg_attribute ON attrelid = d.refobjid AND attnum = d.refobjsubid
                    WHERE d.objid = c.oid AND d.deptype IN ('a', 'i') LIMIT 1), '')
FROM pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid
WHERE c.relnamespace IN (SELECT oid FROM schemas)
UNION ALL
SELECT 'enum ' || t.oid::regtype || ' ' || string_agg(e.enumlabel, ',' ORDER BY e.enumsortorder)
FROM pg_enum e JOIN pg_type t ON t.oid = e.enumtypid GROUP BY t.oid
UNION ALL
SELECT 'domain ' || t.oid::regtype || ' ' || format_type(t.typbasetype, t.typtypmod) || ' '
       || t.typnotnull || coalesce(' default ' || t.typdefault, '')
       || coalesce((SELECT string_agg(x.conname || pg_get_constraintdef(x.oid), ',' ORDER BY x.conname)
                    FROM pg_constraint x WHERE x.contypid = t.oid), '')
FROM pg_type t WHERE t.typtype = 'd' AND t.typnamespace IN (SELECT oid FROM schemas)
UNION ALL
SELECT 'schema ' || nspname FROM pg_namespace WHERE oid IN (SELECT oid FROM schemas)
"""
SCHEMAS = """
WITH schemas AS (
  SELECT oid FROM pg_namespace WHERE nspname NOT LIKE 'pg\\_%' AND nspname <> 'information_schema'
)
"""
# What of a table of SQLite no pragma tells.
SAID = re.compile(
    r"CHECK\s*\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)|COLLATE \w+|ON CONFLICT \w+|DEFERRABLE"
    r"|INITIALLY DEFERRED|STRICT|WITHOUT ROWID|AUTOINCREMENT|GENERATED ALWAYS AS \(.*?\) \w+"
    r"|CONSTRAINT \w+"
)


def catalog(connection: sa.Connection) -> list[str]:
    """All that there is, a line each, sorted."""
    if connection.dialect.name == "postgresql":
        return sorted(
            row[0] for row in connection.exec_driver_sql((SCHEMAS + POSTGRESQL).replace("%", "%%"))
        )
    if connection.dialect.name == "sqlite":
        return sorted(_sqlite(connection))
    lines: list[str] = []
    for table, _kind in connection.exec_driver_sql("SHOW FULL TABLES").all():
        created = _as_it_stands(connection, f"SHOW CREATE TABLE {_quoted(table)}").one()[1]
        created = re.sub(r" AUTO_INCREMENT=\d+", "", created)
        lines += [f"{table}: {line.strip().removesuffix(',')}" for line in created.split("\n")]
    return sorted(lines)


def _quoted(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"


def _double_quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _as_it_stands(connection: sa.Connection, sql: str) -> sa.CursorResult:
    """The answer to a statement in which a percent sign is one."""
    return connection.exec_driver_sql(sql, execution_options={"no_parameters": True})


def _sqlite(connection: sa.Connection) -> list[str]:
    lines: list[str] = []
    for (table,) in connection.exec_driver_sql(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    ).all():
        quoted = _double_quoted(table)
        for row in connection.exec_driver_sql(f"PRAGMA table_xinfo({quoted})").all():
            default = None if row[4] is None else row[4].strip("()").lower()
            lines.append(
                f"column {table} {row[1]} {row[2].upper()} {row[3]} {default} {row[5]} {row[6]}"
            )
        keys = connection.exec_driver_sql(f"PRAGMA foreign_key_list({quoted})").all()
        lines += [f"key {table} {row[1:]}" for row in keys]
        for row in connection.exec_driver_sql(f"PRAGMA index_list({quoted})").all():
            inside = connection.exec_driver_sql(
                f"PRAGMA index_xinfo({_double_quoted(row[1])})"
            ).all()
            name = "auto" if row[3] != "c" else row[1]
            columns = [(one[2], one[3], one[4]) for one in inside if one[5]]
            lines += [f"index {table} {name} {row[2:]} {columns}"]
        sql = connection.exec_driver_sql(
            "SELECT sql FROM sqlite_master WHERE name = ?", (table,)
        ).scalar_one()
        said = SAID.findall(sql.replace('"', ""))
        lines.append(f"text {table} {sorted(' '.join(one.split()) for one in said)}")
    indexes = connection.exec_driver_sql(
        "SELECT sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
    )
    lines += [" ".join(row[0].replace('"', "").split()) for row in indexes]
    return lines
