"""What SQLAlchemy does not reflect of PostgreSQL, for the mirror of a database.

The catalogs: https://www.postgresql.org/docs/current/catalogs.html.
"""

from __future__ import annotations

from sqlalchemy import literal_column, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.schema import DefaultClause, Table
from sqlalchemy.sql.elements import conv

from alembic.autogenerate.complete.indexes import by_its_text
from alembic.autogenerate.complete.options import can_say_storage
from alembic.autogenerate.context import AutogenContext
from alembic.autogenerate.records.reflected import TableName
from alembic.drift.mirror_domains import complete_domains

_TABLES = text("""
SELECT CASE WHEN n.nspname = :default THEN NULL ELSE n.nspname END, c.relname, c.relpersistence::text,
       CASE WHEN c.relkind = 'p' THEN pg_get_partkeydef(c.oid) END,
       (SELECT t.reloptions FROM pg_class t WHERE t.oid = c.reltoastrelid)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p')
""")
_EXCLUSIONS = text("""
SELECT CASE WHEN n.nspname = :default THEN NULL ELSE n.nspname END, c.relname, x.conname, am.amname,
       pg_get_expr(i.indpred, i.indrelid), x.condeferrable, x.condeferred,
       array_agg(pg_get_indexdef(i.indexrelid, k.place::int, true) ORDER BY k.place),
       array_agg(o.oprname::text ORDER BY k.place),
       array_agg(CASE WHEN NOT oc.opcdefault THEN quote_ident(oc.opcname) END ORDER BY k.place)
FROM pg_constraint x
JOIN pg_class c ON c.oid = x.conrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_index i ON i.indexrelid = x.conindid
JOIN pg_class ic ON ic.oid = i.indexrelid
JOIN pg_am am ON am.oid = ic.relam
CROSS JOIN LATERAL unnest(x.conexclop) WITH ORDINALITY AS k(operator, place)
JOIN pg_operator o ON o.oid = k.operator
JOIN pg_opclass oc ON oc.oid = i.indclass[k.place - 1]
WHERE x.contype = 'x'
GROUP BY n.nspname, c.relname, x.conname, am.amname, i.indpred, i.indrelid, x.condeferrable,
         x.condeferred
""")
_DEFERRABLE = text("""
SELECT CASE WHEN n.nspname = :default THEN NULL ELSE n.nspname END, c.relname, x.conname,
       x.condeferred
FROM pg_constraint x
JOIN pg_class c ON c.oid = x.conrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE x.contype IN ('p', 'u') AND x.condeferrable
""")
_SPELLED_INDEXES = text("""
SELECT CASE WHEN n.nspname = :default THEN NULL ELSE n.nspname END, c.relname, ic.relname,
       said
FROM pg_index i
JOIN pg_class ic ON ic.oid = i.indexrelid
JOIN pg_class c ON c.oid = i.indrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
CROSS JOIN LATERAL pg_get_indexdef(i.indexrelid) AS said
WHERE i.indexprs IS NOT NULL OR position(' COLLATE ' IN said) > 0 OR said ~ ' [(][a-z_]+='''
""")


def add_to_postgresql(context: AutogenContext, tables: dict[TableName, Table]) -> None:
    """Exclude constraints, partition keys, unlogged tables, storage of long values, deferrable keys,
    the parts of indexes, domains.
    """
    connection = context.connection
    assert connection is not None
    default = {"default": context.dialect.default_schema_name}
    found = context.search_path.relations
    homes = {(schema or found.get(name), name): one for (schema, name), one in tables.items()}
    for schema, name, persistence, key, toast in connection.execute(_TABLES, default):
        table = homes.get((schema, name))
        if table is None:
            continue
        if key is not None:
            table.kwargs["postgresql_partition_by"] = key
        if persistence == "u":
            table._prefixes = ["UNLOGGED"]
        _say_storage(table, toast or [])
    for schema, name, *said in connection.execute(_EXCLUSIONS, default):
        if (schema, name) in homes:
            _exclude(homes[schema, name], *said)
    for schema, name, key_name, is_deferred in connection.execute(_DEFERRABLE, default):
        if (schema, name) in homes:
            _defer(homes[schema, name], key_name, is_deferred)
    complete_domains(context, tables)
    for table in tables.values():
        _unsay_defaults(table)
    for schema, name, index_name, spelled in connection.execute(_SPELLED_INDEXES, default):
        if (schema, name) in homes:
            _spell(homes[schema, name], index_name, spelled)


def _say_storage(table: Table, toast: list[str]) -> None:
    """Add how the table's long values are kept to how it is kept itself."""
    if toast and can_say_storage(table):
        options = {f"toast.{key}": value for key, value in (one.split("=", 1) for one in toast)}
        table.kwargs["postgresql_with"] = {**(table.kwargs.get("postgresql_with") or {}), **options}


def _unsay_defaults(table: Table) -> None:
    """Reflection says of every column without a sequence that it doesn't count; only of a key that
    means anything. One with a default of its own would become SERIAL. Of indexes it says what they haven't.
    """
    for column in table.columns:
        if not column.primary_key or isinstance(column.server_default, DefaultClause):
            column.autoincrement = "auto"
    for index in table.indexes:
        for name in [name for name, value in index.dialect_kwargs.items() if value == []]:
            del index.dialect_kwargs[name]


def _exclude(
    table: Table,
    name: str,
    method: str,
    predicate: str | None,
    is_deferrable: bool,
    is_deferred: bool,
    elements: list[str],
    operators: list[str],
    classes: list[str | None],
) -> None:
    # The index that stands for it is reflected too.
    table.indexes -= {index for index in table.indexes if index.name == name}
    table.append_constraint(
        ExcludeConstraint(
            *zip(map(literal_column, elements), operators, strict=True),
            name=conv(name),
            using=method,
            where=None if predicate is None else text(predicate),
            deferrable=is_deferrable or None,
            initially="DEFERRED" if is_deferred else None,
            ops={
                one: said for one, said in zip(elements, classes, strict=True) if said is not None
            },
        )
    )


def _defer(table: Table, name: str, is_deferred: bool) -> None:
    for constraint in table.constraints:
        if constraint.name == name:
            constraint.deferrable = True
            constraint.initially = "DEFERRED" if is_deferred else None


def _spell(table: Table, name: str, said: str) -> None:
    """Say an index by its text: of an expression SQLAlchemy takes no operator class and no direction."""
    for index in [index for index in table.indexes if index.name == name]:
        table.indexes.discard(index)
        by_its_text(index, said)
