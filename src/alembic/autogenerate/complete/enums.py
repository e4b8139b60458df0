"""PostgreSQL's enums: values added, removed and renamed, by the cheapest path that is right.

Values that are only added take an ``ALTER TYPE … ADD VALUE`` each. Anything else makes the type anew
and moves the columns over by their text, within the migration's transaction. Source:
https://www.postgresql.org/docs/current/sql-altertype.html.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from sqlalchemy import exc, text
from sqlalchemy.schema import CheckConstraint, Column, Table
from sqlalchemy.types import Enum

from alembic.autogenerate.complete.dependents import Dependent
from alembic.autogenerate.complete.names import aside
from alembic.autogenerate.complete.owned_types import owned_types, takes_part
from alembic.autogenerate.complete.statements import StatementsOp
from alembic.autogenerate.complete.type_users import (
    TypeName,
    TypeOp,
    User,
    column_head,
    dependents_of,
    name_of,
    quoted,
    schema_of,
    users_of,
    wanted_default,
)
from alembic.autogenerate.complete.unused_types import ENUM, unused_types
from alembic.autogenerate.context import AutogenContext
from alembic.autogenerate.spelled.postgresql import enums_of
from alembic.ddl.literals import text_literal
from alembic.ddl.postgresql_kinds import is_exclusion
from alembic.operations.ops.script import UpgradeOps

log = logging.getLogger("alembic.autogenerate.compare.types")

_LABELS = text("""
SELECT n.nspname, t.typname, e.enumlabel
FROM pg_enum e JOIN pg_type t ON t.oid = e.enumtypid JOIN pg_namespace n ON n.oid = t.typnamespace
ORDER BY n.nspname, t.typname, e.enumsortorder
""")
_SCHEMA = text("""
SELECT tn.nspname
FROM pg_attribute a
JOIN pg_class c ON c.oid = a.attrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_type own ON own.oid = a.atttypid
JOIN pg_type t ON t.oid = COALESCE(NULLIF(own.typelem, 0), own.oid)
JOIN pg_namespace tn ON tn.oid = t.typnamespace
WHERE n.nspname = CAST(:schema AS text) AND c.relname = CAST(:table AS text)
  AND a.attname = CAST(:column AS text)
""")

_TEXTS = re.compile(r"""'((?:[^']|'')*)'|"(?:[^"]|"")*\"""")
"""The texts of an expression; the names in it have none."""


def compare_enums(
    context: AutogenContext, upgrade_ops: UpgradeOps, schemas: Collection[str | None]
) -> None:
    """Statements for each enum that both sides have, with other values; for one that no table will make or drop."""
    if context.dialect.name != "postgresql" or context.connection is None:
        return
    used = _in_models(context, schemas)
    owned = {
        name: list(type_.enums)
        for name, type_ in owned_types(context).items()
        if isinstance(type_, Enum) and takes_part(context, name, schemas)
    }
    wanted = {**owned, **used}
    existing = enums_there(context)
    for name in sorted(wanted, key=lambda name: (name[0] or "", name[1])):
        had, has = existing.get(name), wanted[name]
        if had is None and name not in used:
            upgrade_ops.ops.append(_created(context, name, has))
            log.info("Detected added enum %r", name[1])
        if had is None or had == has:
            continue
        upgrade_ops.ops.append(EnumOp(context, name, had, has))
        log.info("Detected changed values of enum %r: %s to %s", name[1], had, has)
    # What the search path finds elsewhere may be somebody else's.
    there = [name for name in existing if name[0] in schemas]
    for name in unused_types(context, ENUM, there):
        upgrade_ops.ops.append(_created(context, name, existing[name]).reverse())
        log.info("Detected removed enum %r", name[1])


def _in_models(
    context: AutogenContext, schemas: Collection[str | None]
) -> dict[TypeName, list[str]]:
    """The enums of the schemas that take part: a table may be in another one, that is yet to come."""
    return {
        name: labels
        for table in context.sorted_tables
        for column in table.columns
        for name, labels in _enums_of_column(context, column)
        if takes_part(context, name, schemas)
    }


def _enums_of_column(
    context: AutogenContext, column: Column[Any]
) -> Iterator[tuple[TypeName, list[str]]]:
    """The name and values of a column's enum, or of that in its array or domain."""
    for enum in enums_of([column.type], context.dialect):
        if enum.name is not None:
            yield name_of(context, enum), list(enum.enums)


def is_of_other_schema(context: AutogenContext, existing: Column[Any], wanted: Column[Any]) -> bool:
    """Whether a column's enum is one of the same name in another schema than the models say."""
    if not context.is_complete or context.dialect.name != "postgresql":
        return False
    had = list(enums_of([existing.type], context.dialect))
    has = list(enums_of([wanted.type], context.dialect))
    if len(had) != 1 or len(has) != 1 or had[0].name != has[0].name or context.connection is None:
        return False
    default = context.dialect.default_schema_name
    schema = schema_of(has[0]) or default
    if schema == (had[0].schema or default):
        return False
    table = wanted.table
    home = context.home(table.schema, table.name)
    asked = {"schema": home, "table": table.name, "column": wanted.name}
    return bool(context.connection.execute(_SCHEMA, asked).scalar() != schema)


def enums_there(context: AutogenContext) -> dict[TypeName, list[str]]:
    """The enums of the database with their values, by schema (None for the default one) and name."""
    assert context.connection is not None
    default = context.dialect.default_schema_name
    found: dict[TypeName, list[str]] = {}
    for schema, name, label in context.connection.execute(_LABELS):
        found.setdefault((None if schema == default else schema, name), []).append(label)
    return found


def _created(context: AutogenContext, name: TypeName, has: Sequence[str]) -> StatementsOp:
    type_ = quoted(context, name)
    return StatementsOp(
        [f"CREATE TYPE {type_} AS ENUM ({', '.join(map(text_literal, has))})"],
        [f"DROP TYPE {type_}"],
        ("add_enum", *name, list(has)),
        ("remove_enum", *name, list(has)),
    )


class EnumOp(TypeOp):
    """Other values of an enum; ``defaults`` are the columns whose defaults change on the way."""

    def __init__(
        self, context: AutogenContext, name: TypeName, had: Sequence[str], has: Sequence[str]
    ) -> None:
        self._had, self._has = had, has
        self.loses_values = not set(had) <= set(has)
        users = list(users_of(context, name))
        dependents = dependents_of(context, name)
        said = [*_said_in_models(context, name, users), *_new_defaults(context, name, users)]
        # What is in a column that comes to the type may be any of its values.
        said += map(text_literal, has) if _is_moved_to(context, name, users) else ()
        self._said = said
        self._was_said = [statement for one in dependents for statement in one.made]
        self._was_said += [user.default for user in users if user.default is not None]
        self._was_said += map(text_literal, had) if _is_moved_from(context, name, users) else ()
        diff = ("modify_enum", *name)
        diffs = (*diff, list(had), list(has)), (*diff, list(has), list(had))
        super().__init__(context, name, users, dependents, diffs)
        self.defaults = {
            (user.schema, user.table, user.column) for user in users if user.default != user.wanted
        }

    def _ways(
        self, users: Sequence[User], dependents: Sequence[Dependent]
    ) -> tuple[list[str], list[str]]:
        asked = self._context, self._name
        back = [user.turned_round() for user in users]
        return (
            _statements(*asked, self._had, self._has, users, dependents, self._said),
            _statements(*asked, self._has, self._had, back, dependents, self._was_said),
        )


def _statements(
    context: AutogenContext,
    name: TypeName,
    had: Sequence[str],
    has: Sequence[str],
    users: Sequence[User],
    dependents: Sequence[Dependent],
    said: Sequence[str],
) -> list[str]:
    """``said`` is what checks and indexes say that will be there."""
    # A new value can't be used before it is committed.
    uses = [*said, *(user.wanted or "" for user in users)]
    is_used = any(_is_said(label, use) for label in has if label not in had for use in uses)
    if [label for label in has if label in had] == list(had) and not is_used:
        defaults = [one for user in users for one in _new_default(context, user)]
        return [*_added(context, name, had, has), *defaults]
    statements = list(_made_anew(context, name, has, users))
    dropped = [one.dropped for one in dependents]
    made = [statement for one in reversed(dependents) for statement in one.made]
    return [*dropped, *statements, *made]


def _is_said(label: str, sql: str) -> bool:
    """Whether a value stands in an expression, by itself or in an array."""
    texts = (text.replace("''", "'") for text in _TEXTS.findall(sql))
    return any(text == label or (text.startswith("{") and label in text) for text in texts)


def _said_in_models(
    context: AutogenContext, name: TypeName, users: Sequence[User]
) -> Iterator[str]:
    """What the checks, indexes and computed columns of the models say of the tables with an enum."""
    places = {(user.schema, user.table) for user in users}
    for table in context.sorted_tables:
        if (table.schema, table.name) not in places and not _columns_of(context, name, table):
            continue
        parts: list[Any] = [
            one.sqltext for one in table.constraints if isinstance(one, CheckConstraint)
        ]
        parts += [one.where for one in table.constraints if is_exclusion(one)]
        for index in table.indexes:
            parts += [*index.expressions, *index.dialect_kwargs.values()]
        computed = (column.computed for column in table.columns)
        parts += [one.sqltext for one in computed if one is not None]
        for part in parts:
            try:
                yield str(part.compile(compile_kwargs={"literal_binds": True}))
            except (AttributeError, exc.CompileError):
                yield str(part)


def _new_defaults(context: AutogenContext, name: TypeName, users: Sequence[User]) -> Iterator[str]:
    """The defaults of the columns that get the type in the same revision, new tables' among them."""
    known = {(user.schema, user.table, user.column) for user in users}
    for table in context.sorted_tables:
        for column in _columns_of(context, name, table):
            if (table.schema, table.name, column.name) not in known:
                yield wanted_default(context, table.schema, table.name, column.name, None) or ""


def _is_moved_to(context: AutogenContext, name: TypeName, users: Sequence[User]) -> bool:
    """Whether a column that is there already, of another type, gets the enum's in the same revision."""
    known = {(user.schema, user.table, user.column) for user in users}
    for table in context.sorted_tables:
        asked = {
            column.name
            for column in _columns_of(context, name, table)
            if (table.schema, table.name, column.name) not in known
        }
        if asked and context.inspector.has_table(table.name, schema=table.schema):
            found = context.inspector.get_columns(table.name, schema=table.schema)
            if asked & {column["name"] for column in found}:
                return True
    return False


def _is_moved_from(context: AutogenContext, name: TypeName, users: Sequence[User]) -> bool:
    """Whether a column of the enum gets another type in the same revision."""
    return any(
        user.table == table.name
        and user.schema == table.schema
        and user.column in table.columns
        and table.columns[user.column] not in _columns_of(context, name, table)
        for user in users
        for table in context.sorted_tables
    )


def _columns_of(context: AutogenContext, name: TypeName, table: Table) -> list[Column[Any]]:
    """The columns of a table of the models that have an enum."""
    return [
        column
        for column in table.columns
        if any(name == found for found, _labels in _enums_of_column(context, column))
    ]


def _new_default(context: AutogenContext, user: User) -> Iterator[str]:
    if user.default != user.wanted:
        head = column_head(context, user)
        yield f"{head} DROP DEFAULT" if user.wanted is None else f"{head} SET DEFAULT {user.wanted}"


def _added(
    context: AutogenContext, name: TypeName, had: Sequence[str], has: Sequence[str]
) -> Iterator[str]:
    """``ADD VALUE`` for each new one, where it stands among those that are there by then."""
    there = list(had)
    for position, label in enumerate(has):
        if label in there:
            continue
        if position:
            place = f" AFTER {text_literal(has[position - 1])}"
        else:
            place = f" BEFORE {text_literal(there[0])}" if there else ""
        is_last = position and there and has[position - 1] == there[-1]
        there.insert(position, label)
        yield (
            f"ALTER TYPE {quoted(context, name)} ADD VALUE {text_literal(label)}"
            f"{'' if is_last else place}"
        )


def _made_anew(
    context: AutogenContext, name: TypeName, has: Sequence[str], users: Sequence[User]
) -> Iterator[str]:
    """A type of the same name with the new values, to which each column moves by its text."""
    quote = context.preparer.quote
    type_ = quoted(context, name)
    old = aside(name[1])
    yield f"ALTER TYPE {type_} RENAME TO {quote(old)}"
    yield f"CREATE TYPE {type_} AS ENUM ({', '.join(map(text_literal, has))})"
    for user in users:
        column = quote(user.column)
        array = "[]" if user.is_array else ""
        head = column_head(context, user)
        if user.default is not None:
            yield f"{head} DROP DEFAULT"
        yield (
            f"{head} TYPE {type_}{array} "
            f"USING CAST(CAST({column} AS text{array}) AS {type_}{array})"
        )
        if user.wanted is not None:
            yield f"{head} SET DEFAULT {user.wanted}"
    yield f"DROP TYPE {quoted(context, (name[0], old))}"
