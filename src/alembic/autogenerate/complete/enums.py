"""PostgreSQL's enums: values added, removed and renamed, by the cheapest path that is right.

Values that are only added take an ``ALTER TYPE … ADD VALUE`` each. Anything else makes the type anew
and moves the columns over by their text, within the migration's transaction. Source:
https://www.postgresql.org/docs/current/sql-altertype.html.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import text
from sqlalchemy.schema import Table

from alembic.autogenerate.complete.statements import StatementsOp
from alembic.autogenerate.context import AutogenContext
from alembic.autogenerate.spelled.postgresql import enums_of
from alembic.operations.ops.script import UpgradeOps

log = logging.getLogger("alembic.autogenerate.compare.types")

_LABELS = text("""
SELECT n.nspname, t.typname, e.enumlabel
FROM pg_enum e JOIN pg_type t ON t.oid = e.enumtypid JOIN pg_namespace n ON n.oid = t.typnamespace
ORDER BY n.nspname, t.typname, e.enumsortorder
""")
_USERS = text("""
SELECT n.nspname, c.relname, a.attname, pg_get_expr(d.adbin, d.adrelid),
       format_type(a.atttypid, a.atttypmod) LIKE '%[]'
FROM pg_attribute a
JOIN pg_class c ON c.oid = a.attrelid AND c.relkind IN ('r', 'p')
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_type t ON t.oid = a.atttypid OR t.typarray = a.atttypid
JOIN pg_namespace tn ON tn.oid = t.typnamespace
LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE tn.nspname = CAST(:schema AS text) AND t.typname = CAST(:name AS text)
  AND NOT a.attisdropped AND a.attnum > 0
ORDER BY n.nspname, c.relname, a.attnum
""")

EnumName = tuple["str | None", str]


class User(NamedTuple):
    """A column of an enum's type, or of an array of it."""

    schema: str | None
    table: str
    column: str
    default: str | None
    is_array: bool


def compare_enums(
    context: AutogenContext, upgrade_ops: UpgradeOps, schemas: Collection[str | None]
) -> None:
    """Statements for each enum that both sides have, with other values."""
    if context.dialect.name != "postgresql" or context.connection is None:
        return
    wanted = _in_models(context, schemas)
    if not wanted:
        return
    existing = _in_database(context)
    for name in sorted(wanted, key=lambda name: (name[0] or "", name[1])):
        had, has = existing.get(name), wanted[name]
        if had is None or had == has:
            continue
        upgrade_ops.ops.append(_change(context, name, had, has))
        log.info("Detected changed values of enum %r: %s to %s", name[1], had, has)


def _in_models(
    context: AutogenContext, schemas: Collection[str | None]
) -> dict[EnumName, list[str]]:
    assert context.connection is not None
    found: dict[EnumName, list[str]] = {}
    for table in context.sorted_tables:
        if table.schema not in schemas:
            continue
        for enum in enums_of([column.type for column in table.columns], context.dialect):
            if enum.name is not None:
                found[enum.schema or enum_schema(enum, table), enum.name] = list(enum.enums)
    return found


def enum_schema(enum: Any, table: Table) -> str | None:
    """The schema of an enum without one: that of its metadata, if it has one."""
    metadata = enum.metadata
    return None if metadata is None else metadata.schema


def _in_database(context: AutogenContext) -> dict[EnumName, list[str]]:
    assert context.connection is not None
    default = context.dialect.default_schema_name
    found: dict[EnumName, list[str]] = {}
    for schema, name, label in context.connection.execute(_LABELS):
        found.setdefault((None if schema == default else schema, name), []).append(label)
    return found


def _change(
    context: AutogenContext, name: EnumName, had: Sequence[str], has: Sequence[str]
) -> StatementsOp:
    users = list(_users(context, name))
    up, down = (
        _statements(context, name, had, has, users),
        _statements(context, name, has, had, users),
    )
    return StatementsOp(
        up,
        down,
        ("modify_enum", name[0], name[1], list(had), list(has)),
        ("modify_enum", name[0], name[1], list(has), list(had)),
    )


def _users(context: AutogenContext, name: EnumName) -> Iterator[User]:
    assert context.connection is not None
    default = context.dialect.default_schema_name
    rows = context.connection.execute(_USERS, {"schema": name[0] or default, "name": name[1]})
    for schema, table, column, default_text, is_array in rows:
        yield User(None if schema == default else schema, table, column, default_text, is_array)


def _statements(
    context: AutogenContext,
    name: EnumName,
    had: Sequence[str],
    has: Sequence[str],
    users: Sequence[User],
) -> list[str]:
    if [label for label in has if label in had] == list(had):
        return list(_added(context, name, had, has))
    return list(_made_anew(context, name, has, users))


def _added(
    context: AutogenContext, name: EnumName, had: Sequence[str], has: Sequence[str]
) -> Iterator[str]:
    """``ADD VALUE`` for each new one, where it stands among those that are there by then."""
    there = list(had)
    for position, label in enumerate(has):
        if label in there:
            continue
        if position:
            place = f" AFTER {_literal(has[position - 1])}"
        else:
            place = f" BEFORE {_literal(there[0])}" if there else ""
        is_last = position and there and has[position - 1] == there[-1]
        there.insert(position, label)
        yield (
            f"ALTER TYPE {_quoted(context, name)} ADD VALUE {_literal(label)}"
            f"{'' if is_last else place}"
        )


def _made_anew(
    context: AutogenContext, name: EnumName, has: Sequence[str], users: Sequence[User]
) -> Iterator[str]:
    """A type of the same name with the new values, to which each column moves by its text."""
    quote = context.dialect.identifier_preparer.quote
    type_ = _quoted(context, name)
    yield f"ALTER TYPE {type_} RENAME TO {quote(name[1] + '_old')}"
    yield f"CREATE TYPE {type_} AS ENUM ({', '.join(map(_literal, has))})"
    for user in users:
        table = _quoted(context, (user.schema, user.table))
        column = quote(user.column)
        array = "[]" if user.is_array else ""
        head = f"ALTER TABLE {table} ALTER COLUMN {column}"
        if user.default is not None:
            yield f"{head} DROP DEFAULT"
        yield (
            f"{head} TYPE {type_}{array} "
            f"USING CAST(CAST({column} AS text{array}) AS {type_}{array})"
        )
        if user.default is not None:
            yield f"{head} SET DEFAULT {user.default}"
    yield f"DROP TYPE {_quoted(context, (name[0], name[1] + '_old'))}"


def _quoted(context: AutogenContext, name: EnumName) -> str:
    quote = context.dialect.identifier_preparer.quote
    return quote(name[1]) if name[0] is None else f"{quote(name[0])}.{quote(name[1])}"


def _literal(label: str) -> str:
    return "'" + label.replace("'", "''") + "'"
