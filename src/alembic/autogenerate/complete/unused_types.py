"""Named types of PostgreSQL that nothing uses and no models know: they are dropped, as tables are.

A type that anything in the database depends on stays, whoever made that, and so does one of an extension,
one that the body of a function may speak of, and a domain over another such type. Source:
https://www.postgresql.org/docs/current/catalog-pg-depend.html.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import text

from alembic.autogenerate.complete.owned_types import owned_types
from alembic.autogenerate.complete.type_users import TypeName, name_of
from alembic.autogenerate.context import AutogenContext
from alembic.autogenerate.spelled.postgresql import named_types_of

_UNUSED = text(r"""
SELECT n.nspname, t.typname FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
WHERE CAST(t.typtype AS text) = CAST(:kind AS text) AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  AND NOT EXISTS (
    SELECT FROM pg_type b WHERE b.oid = t.typbasetype AND b.typtype IN ('e', 'd')
  )
  AND NOT EXISTS (
    SELECT FROM pg_depend d WHERE d.refclassid = CAST('pg_type' AS regclass)
      AND d.refobjid IN (t.oid, t.typarray) AND d.deptype = 'n'
  )
  AND NOT EXISTS (
    SELECT FROM pg_depend d WHERE d.classid = CAST('pg_type' AS regclass)
      AND d.objid = t.oid AND d.deptype = 'e'
  )
  AND NOT EXISTS (
    SELECT FROM pg_proc p JOIN pg_namespace pn ON pn.oid = p.pronamespace
    WHERE pn.nspname NOT IN ('pg_catalog', 'information_schema')
      AND lower(p.prosrc) ~ ('(^|\W)' || regexp_replace(lower(t.typname), '(\W)', '\\\1', 'g') || '(\W|$)')
  )
""")

ENUM, DOMAIN = "e", "d"
"""Kinds of types: https://www.postgresql.org/docs/current/catalog-pg-type.html."""


def unused_types(context: AutogenContext, kind: str, there: Collection[TypeName]) -> list[TypeName]:
    """Those of the types of a kind that the filters let in, no models know and nothing uses."""
    gone = set(there) - _known(context)
    if not gone:
        return []
    assert context.connection is not None
    default = context.dialect.default_schema_name
    unused = {
        (None if schema == default else schema, name)
        for schema, name in context.connection.execute(_UNUSED, {"kind": kind})
    }
    return sorted(
        (
            name
            for name in gone & unused
            if context.run_name_filters(name[1], "type", {"schema_name": name[0]})
        ),
        key=lambda name: (name[0] or "", name[1]),
    )


def _known(context: AutogenContext) -> set[TypeName]:
    """The types that the models own or use, whoever makes them."""
    used = {
        name_of(context, named)
        for table in context.sorted_tables
        for named in named_types_of([column.type for column in table.columns], context.dialect)
    }
    return used | owned_types(context).keys()
