"""What PostgreSQL has standing on a column, and what goes with it: as statements that take it away and bring it back.

Source: https://www.postgresql.org/docs/current/catalog-pg-depend.html.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import text

from alembic.autogenerate.context import AutogenContext
from alembic.ddl.literals import text_literal

_READERS = text("""
SELECT DISTINCT a.attname
FROM pg_attribute read
JOIN pg_class c ON c.oid = read.attrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attgenerated <> '' AND a.attnum <> read.attnum
JOIN pg_attrdef e ON e.adrelid = c.oid AND e.adnum = a.attnum
JOIN pg_depend d ON d.refclassid = CAST('pg_class' AS regclass) AND d.refobjid = c.oid
  AND d.refobjsubid = read.attnum
  AND (d.classid = CAST('pg_attrdef' AS regclass) AND d.objid = e.oid
    OR d.classid = CAST('pg_class' AS regclass) AND d.objid = c.oid AND d.objsubid = a.attnum)
WHERE c.relname = CAST(:table AS text) AND n.nspname = CAST(:schema AS text)
  AND read.attname = ANY(CAST(:columns AS text[]))
ORDER BY 1
""")

_STANDING = text("""
SELECT DISTINCT x.contype = 'f' AS is_key, n.nspname, c.relname, x.conname,
       pg_get_constraintdef(x.oid), obj_description(x.oid, 'pg_constraint')
FROM pg_class t
JOIN pg_namespace tn ON tn.oid = t.relnamespace
JOIN pg_attribute a ON a.attrelid = t.oid
JOIN pg_depend d ON d.refclassid = CAST('pg_class' AS regclass) AND d.refobjid = t.oid
  AND d.refobjsubid = a.attnum AND d.classid = CAST('pg_constraint' AS regclass)
JOIN pg_constraint x ON x.oid = d.objid AND x.conparentid = 0
JOIN pg_class c ON c.oid = x.conrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE t.relname = CAST(:table AS text) AND tn.nspname = CAST(:schema AS text)
  AND a.attname = ANY(CAST(:columns AS text[]))
UNION
SELECT DISTINCT false, n.nspname, CAST(NULL AS text), i.relname, pg_get_indexdef(i.oid),
       obj_description(i.oid, 'pg_class')
FROM pg_class t
JOIN pg_namespace tn ON tn.oid = t.relnamespace
JOIN pg_attribute a ON a.attrelid = t.oid
JOIN pg_depend d ON d.refclassid = CAST('pg_class' AS regclass) AND d.refobjid = t.oid
  AND d.refobjsubid = a.attnum AND d.classid = CAST('pg_class' AS regclass)
JOIN pg_class i ON i.oid = d.objid AND i.relkind IN ('i', 'I')
JOIN pg_namespace n ON n.oid = i.relnamespace
WHERE t.relname = CAST(:table AS text) AND tn.nspname = CAST(:schema AS text)
  AND a.attname = ANY(CAST(:columns AS text[]))
  AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.oid AND k.conrelid = t.oid)
ORDER BY 1 DESC, 2, 3, 4
""")
"""Foreign keys first: they stand on the keys of the table as well."""


_GENERATED = text("""
SELECT a.attname, format_type(a.atttypid, a.atttypmod), quote_ident(l.collname),
       pg_get_expr(e.adbin, e.adrelid), a.attnotnull, col_description(c.oid, a.attnum)
FROM pg_attribute a
JOIN pg_class c ON c.oid = a.attrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_type t ON t.oid = a.atttypid
JOIN pg_attrdef e ON e.adrelid = c.oid AND e.adnum = a.attnum
LEFT JOIN pg_collation l ON l.oid = a.attcollation AND a.attcollation <> t.typcollation
WHERE c.relname = CAST(:table AS text) AND n.nspname = CAST(:schema AS text)
  AND a.attname = ANY(CAST(:columns AS text[])) AND a.attgenerated <> ''
ORDER BY a.attnum
""")


class Dependent(NamedTuple):
    """A constraint of a table, or an index, whose ``table`` isn't said."""

    schema: str | None
    table: str | None
    name: str
    dropped: str
    made: tuple[str, ...]


def readers(
    context: AutogenContext, schema: str | None, table: str, columns: Iterable[str]
) -> list[str]:
    """The generated columns of a table that are computed from some of its columns."""
    assert context.connection is not None
    asked = _asked(context, schema, table, columns)
    return list(context.connection.execute(_READERS, asked).scalars())


def standing_on(
    context: AutogenContext,
    schema: str | None,
    table: str,
    columns: Iterable[str],
    *,
    keys_only: bool = False,
) -> list[Dependent]:
    """Constraints and indexes over columns, or foreign keys alone, those to them included; in an order to drop them."""
    assert context.connection is not None
    found = context.connection.execute(_STANDING, _asked(context, schema, table, columns))
    return [as_dependent(context, *row) for is_key, *row in found if is_key or not keys_only]


def as_dependent(
    context: AutogenContext,
    schema: str,
    table: str | None,
    name: str,
    said: str,
    comment: str | None = None,
) -> Dependent:
    """What the catalog says of a constraint (by its definition), or of an index (by its statement)."""
    quote = context.preparer.quote
    own = None if schema == context.dialect.default_schema_name else schema
    own = own and context.place(own, table or "")
    at = "" if own is None else f"{quote(own)}."
    if table is None:
        make = said if own else said.replace(f" ON {quote(schema)}.", " ON ", 1)
        noted = _commented(f"INDEX {at}{quote(name)}", comment)
        return Dependent(own, None, name, f"DROP INDEX {at}{quote(name)}", (make, *noted))
    head = f"ALTER TABLE {at}{quote(table)}"
    noted = _commented(f"CONSTRAINT {quote(name)} ON {at}{quote(table)}", comment)
    make = f"{head} ADD CONSTRAINT {quote(name)} {said}"
    return Dependent(own, table, name, f"{head} DROP CONSTRAINT {quote(name)}", (make, *noted))


def computed_from(
    context: AutogenContext, schema: str | None, table: str, columns: Iterable[str]
) -> list[Dependent]:
    """The generated columns over columns, and among them, with all that stands on them, in an order to drop them."""
    names = [*columns, *readers(context, schema, table, columns)]
    assert context.connection is not None
    quote = context.preparer.quote
    full = quote(table) if schema is None else f"{quote(schema)}.{quote(table)}"
    own = None if schema == context.dialect.default_schema_name else schema
    found = context.connection.execute(_GENERATED, _asked(context, schema, table, names))
    generated = found.all()
    dependents = standing_on(context, schema, table, [row[0] for row in generated])
    for name, type_, collation, expression, is_not_null, comment in generated:
        said = f"{quote(name)} {type_}{f' COLLATE {collation}' if collation else ''}"
        said += f" GENERATED ALWAYS AS ({expression}) STORED{' NOT NULL' if is_not_null else ''}"
        noted = _commented(f"COLUMN {full}.{quote(name)}", comment)
        drop = f"ALTER TABLE {full} DROP COLUMN {quote(name)}"
        made = (f"ALTER TABLE {full} ADD COLUMN {said}", *noted)
        dependents.append(Dependent(own, table, name, drop, made))
    return dependents


def _commented(what: str, comment: str | None) -> list[str]:
    return [] if comment is None else [f"COMMENT ON {what} IS {text_literal(comment)}"]


def _asked(
    context: AutogenContext, schema: str | None, table: str, columns: Iterable[str]
) -> dict[str, object]:
    place = context.home(schema, table)
    return {"schema": place, "table": table, "columns": sorted(columns)}
