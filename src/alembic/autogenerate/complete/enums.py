"""PostgreSQL's enums: values added, removed and renamed, by the cheapest path that is right.

Values that are only added take an ``ALTER TYPE … ADD VALUE`` each. Anything else makes the type anew
and moves the columns over by their text, within the migration's transaction. Source:
https://www.postgresql.org/docs/current/sql-altertype.html.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import exc, text
from sqlalchemy.schema import CheckConstraint, Column, DefaultClause, Table
from sqlalchemy.types import Enum

from alembic.autogenerate.complete.dependents import (
    Dependent,
    as_dependent,
    computed_from,
    standing_on,
)
from alembic.autogenerate.complete.names import aside
from alembic.autogenerate.complete.owned_types import owned_types
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
  AND NOT a.attisdropped AND a.attnum > 0 AND a.attinhcount = 0
ORDER BY n.nspname, c.relname, a.attnum
""")
"""What a table inherits changes with its parent."""

_DEPENDENT = text("""
SELECT DISTINCT n.nspname, c.relname, x.conname, pg_get_constraintdef(x.oid)
FROM pg_depend d
JOIN pg_type t ON d.refclassid = CAST('pg_type' AS regclass) AND d.refobjid = t.oid
JOIN pg_namespace tn ON tn.oid = t.typnamespace
JOIN pg_constraint x ON d.classid = CAST('pg_constraint' AS regclass) AND d.objid = x.oid
JOIN pg_class c ON c.oid = x.conrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE x.contype = 'c' AND x.coninhcount = 0 AND tn.nspname = CAST(:schema AS text)
  AND t.typname IN (CAST(:name AS text), '_' || CAST(:name AS text))
UNION
SELECT n.nspname, c.relname, coalesce(x.conname, i.relname),
       coalesce(pg_get_constraintdef(x.oid), pg_get_indexdef(i.oid))
FROM pg_depend d
JOIN pg_type t ON d.refclassid = CAST('pg_type' AS regclass) AND d.refobjid = t.oid
JOIN pg_namespace tn ON tn.oid = t.typnamespace
JOIN pg_class i ON d.classid = CAST('pg_class' AS regclass) AND d.objid = i.oid
  AND i.relkind IN ('i', 'I') AND NOT i.relispartition
JOIN pg_namespace n ON n.oid = i.relnamespace
LEFT JOIN pg_constraint x ON x.conindid = i.oid AND x.contype = 'x'
LEFT JOIN pg_class c ON c.oid = x.conrelid
WHERE tn.nspname = CAST(:schema AS text)
  AND t.typname IN (CAST(:name AS text), '_' || CAST(:name AS text))
ORDER BY 1, 2, 3
""")
"""Checks, indexes and exclude constraints whose expressions name the type: they can't move to another one."""

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

EnumName = tuple["str | None", str]
Place = tuple["str | None", "str | None", str]
"""(schema, table, name) of a column or a constraint, (schema, None, name) of an index; the default schema is None."""


class User(NamedTuple):
    """A column of an enum's type, or of an array of it; ``wanted`` is the default of the models."""

    schema: str | None
    table: str
    column: str
    default: str | None
    is_array: bool
    wanted: str | None

    def turned_round(self) -> User:
        """The same on the way back."""
        return self._replace(default=self.wanted, wanted=self.default)


def compare_enums(
    context: AutogenContext, upgrade_ops: UpgradeOps, schemas: Collection[str | None]
) -> None:
    """Statements for each enum that both sides have, with other values; and for one that no table will make."""
    if context.dialect.name != "postgresql" or context.connection is None:
        return
    used = _in_models(context, schemas)
    owned = {
        name: list(type_.enums)
        for name, type_ in owned_types(context).items()
        if isinstance(type_, Enum) and name[0] in schemas
    }
    wanted = {**owned, **used}
    if not wanted:
        return
    existing = _in_database(context)
    for name in sorted(wanted, key=lambda name: (name[0] or "", name[1])):
        had, has = existing.get(name), wanted[name]
        if had is None and name not in used:
            upgrade_ops.ops.append(_created(context, name, has))
            log.info("Detected added enum %r", name[1])
        if had is None or had == has:
            continue
        upgrade_ops.ops.append(EnumOp(context, name, had, has))
        log.info("Detected changed values of enum %r: %s to %s", name[1], had, has)


def _in_models(
    context: AutogenContext, schemas: Collection[str | None]
) -> dict[EnumName, list[str]]:
    """The enums of the schemas that take part: a table may be in another one, that is yet to come."""
    return {
        name: labels
        for table in context.sorted_tables
        for column in table.columns
        for name, labels in _enums_of_column(context, column)
        if name[0] in schemas
    }


def _enums_of_column(
    context: AutogenContext, column: Column[Any]
) -> Iterator[tuple[EnumName, list[str]]]:
    """The name and values of a column's enum, or of that in its array or domain."""
    default = context.dialect.default_schema_name
    for enum in enums_of([column.type], context.dialect):
        if enum.name is not None:
            schema = enum.schema or enum_schema(enum, column.table)
            yield (None if schema == default else schema, enum.name), list(enum.enums)


def enum_schema(enum: Any, table: Table) -> str | None:
    """The schema of an enum without one: that of its metadata, if it has one."""
    metadata = enum.metadata
    return None if metadata is None else metadata.schema


def is_of_other_schema(context: AutogenContext, existing: Column[Any], wanted: Column[Any]) -> bool:
    """Whether a column's enum is one of the same name in another schema than the models say."""
    if not context.is_complete or context.dialect.name != "postgresql":
        return False
    had = list(enums_of([existing.type], context.dialect))
    has = list(enums_of([wanted.type], context.dialect))
    if len(had) != 1 or len(has) != 1 or had[0].name != has[0].name or context.connection is None:
        return False
    default = context.dialect.default_schema_name
    schema = has[0].schema or enum_schema(has[0], wanted.table) or default
    if schema == (had[0].schema or default):
        return False
    table = wanted.table
    asked = {"schema": table.schema or default, "table": table.name, "column": wanted.name}
    return bool(context.connection.execute(_SCHEMA, asked).scalar() != schema)


def _in_database(context: AutogenContext) -> dict[EnumName, list[str]]:
    assert context.connection is not None
    default = context.dialect.default_schema_name
    found: dict[EnumName, list[str]] = {}
    for schema, name, label in context.connection.execute(_LABELS):
        found.setdefault((None if schema == default else schema, name), []).append(label)
    return found


def _created(context: AutogenContext, name: EnumName, has: Sequence[str]) -> StatementsOp:
    type_ = _quoted(context, name)
    return StatementsOp(
        [f"CREATE TYPE {type_} AS ENUM ({', '.join(map(_literal, has))})"],
        [f"DROP TYPE {type_}"],
        ("add_enum", *name, list(has)),
        ("remove_enum", *name, list(has)),
    )


class EnumOp(StatementsOp):
    """Other values of an enum; ``defaults`` are the columns whose defaults change on the way."""

    def __init__(
        self, context: AutogenContext, name: EnumName, had: Sequence[str], has: Sequence[str]
    ) -> None:
        self._context, self._name, self._had, self._has = context, name, had, has
        users = list(users_of(context, name))
        dependents = dependents_of(context, name, users)
        said = [*_said_in_models(context, name, users), *_new_defaults(context, name, users)]
        # What is in a column that comes to the type may be any of its values.
        said += map(_literal, has) if _is_moved_to(context, name, users) else ()
        self._said = said
        self._was_said = [statement for one in dependents for statement in one.made]
        self._was_said += [user.default for user in users if user.default is not None]
        diff = ("modify_enum", *name)
        ways = self._ways(users, dependents)
        super().__init__(*ways, (*diff, list(had), list(has)), (*diff, list(has), list(had)))
        self.users, self.dependents = users, dependents
        self.defaults = {
            (user.schema, user.table, user.column) for user in users if user.default != user.wanted
        }

    @property
    def loses_values(self) -> bool:
        """Whether there are values that nothing may have any more."""
        return not set(self._had) <= set(self._has)

    def leave(self, gone: Collection[Place]) -> bool:
        """Leave out the columns and dependents that go before; gives whether there are any."""
        users = [user for user in self.users if self._place(user) not in gone]
        dependents = [
            one for one in self.dependents if (one.schema, one.table, one.name) not in gone
        ]
        if (users, dependents) == (self.users, self.dependents):
            return False
        self.users, self.dependents = users, dependents
        self.statements, self.reverse_statements = self._ways(users, dependents)
        return True

    def places(self) -> set[Place]:
        """The columns of the type, and the dependents."""
        return {self._place(user) for user in self.users} | {
            (one.schema, one.table, one.name) for one in self.dependents
        }

    def _place(self, user: User) -> Place:
        is_default = user.schema == self._context.dialect.default_schema_name
        return None if is_default else user.schema, user.table, user.column

    def _ways(
        self, users: Sequence[User], dependents: Sequence[Dependent]
    ) -> tuple[list[str], list[str]]:
        """The statements of the upgrade, and those of the downgrade."""
        asked = self._context, self._name
        back = [user.turned_round() for user in users]
        return (
            _statements(*asked, self._had, self._has, users, dependents, self._said),
            _statements(*asked, self._has, self._had, back, dependents, self._was_said),
        )


def dependents_of(
    context: AutogenContext, name: EnumName, users: Sequence[User]
) -> list[Dependent]:
    """What names the type, is computed from its columns, or joins two of them: it can't move along to another one."""
    assert context.connection is not None
    default = context.dialect.default_schema_name
    asked = {"schema": name[0] or default, "name": name[1]}
    found: dict[tuple[str | None, str | None, str], Dependent] = {}
    for schema, table, item, said in context.connection.execute(_DEPENDENT, asked):
        one = as_dependent(context, schema, table, item, said)
        found[one.schema, one.table, one.name] = one
    for schema, table in dict.fromkeys((user.schema, user.table) for user in users):
        columns = [user.column for user in users if (user.schema, user.table) == (schema, table)]
        keys = standing_on(context, schema, table, columns, keys_only=True)
        for one in (*keys, *computed_from(context, schema, table, columns)):
            found.setdefault((one.schema, one.table, one.name), one)
    return list(found.values())


def users_of(context: AutogenContext, name: EnumName) -> Iterator[User]:
    """The columns of a named type, an enum or a domain, or of arrays of it."""
    assert context.connection is not None
    default = context.dialect.default_schema_name
    rows = context.connection.execute(_USERS, {"schema": name[0] or default, "name": name[1]})
    for schema, table, column, default_text, is_array in rows:
        place = context.place(schema, table)
        wanted = _wanted_default(context, place, table, column, default_text)
        yield User(place, table, column, default_text, is_array, wanted)


def _wanted_default(
    context: AutogenContext, schema: str | None, table: str, column: str, existing: str | None
) -> str | None:
    """The default that the models give a column, the existing one where they say the same or nothing of it."""
    models = context.table_key_to_table.get(f"{schema}.{table}" if schema else table)
    found = None if models is None else next((c for c in models.columns if c.name == column), None)
    if found is None:
        return existing
    if not isinstance(found.server_default, DefaultClause):
        return None if found.server_default is None else existing
    value = found.server_default.arg
    impl = context.migration_context.impl
    said = _literal(value) if isinstance(value, str) else impl.render_ddl_sql_expr(value)
    is_same = existing is not None and existing.split("::")[0] == str(said).split("::")[0]
    return existing if is_same else str(said)


def _statements(
    context: AutogenContext,
    name: EnumName,
    had: Sequence[str],
    has: Sequence[str],
    users: Sequence[User],
    dependents: Sequence[Dependent],
    said: Sequence[str],
) -> list[str]:
    """``said`` is what checks and indexes say that will be there."""
    new = [_literal(label) for label in has if label not in had]
    # A new value can't be used before it is committed.
    uses = [*said, *(user.wanted or "" for user in users)]
    is_used = any(label in use for label in new for use in uses)
    if [label for label in has if label in had] == list(had) and not is_used:
        defaults = [one for user in users for one in _new_default(context, user)]
        return [*_added(context, name, had, has), *defaults]
    statements = list(_made_anew(context, name, has, users))
    dropped = [one.dropped for one in dependents]
    made = [statement for one in reversed(dependents) for statement in one.made]
    return [*dropped, *statements, *made]


def _said_in_models(
    context: AutogenContext, name: EnumName, users: Sequence[User]
) -> Iterator[str]:
    """What the checks, indexes and computed columns of the models say of the tables with an enum."""
    places = {(user.schema, user.table) for user in users}
    for table in context.sorted_tables:
        if (table.schema, table.name) not in places and not _columns_of(context, name, table):
            continue
        parts: list[Any] = [
            one.sqltext for one in table.constraints if isinstance(one, CheckConstraint)
        ]
        for index in table.indexes:
            parts += [*index.expressions, *index.dialect_kwargs.values()]
        computed = (column.computed for column in table.columns)
        parts += [one.sqltext for one in computed if one is not None]
        for part in parts:
            try:
                yield str(part.compile(compile_kwargs={"literal_binds": True}))
            except (AttributeError, exc.CompileError):
                yield str(part)


def _new_defaults(context: AutogenContext, name: EnumName, users: Sequence[User]) -> Iterator[str]:
    """The defaults of the columns that get the type in the same revision, new tables' among them."""
    known = {(user.schema, user.table, user.column) for user in users}
    for table in context.sorted_tables:
        for column in _columns_of(context, name, table):
            if (table.schema, table.name, column.name) not in known:
                yield _wanted_default(context, table.schema, table.name, column.name, None) or ""


def _is_moved_to(context: AutogenContext, name: EnumName, users: Sequence[User]) -> bool:
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


def _columns_of(context: AutogenContext, name: EnumName, table: Table) -> list[Column[Any]]:
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


def column_head(context: AutogenContext, user: User) -> str:
    """``ALTER TABLE … ALTER COLUMN …``."""
    quote = context.preparer.quote
    table = _quoted(context, (user.schema, user.table))
    return f"ALTER TABLE {table} ALTER COLUMN {quote(user.column)}"


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
    quote = context.preparer.quote
    type_ = _quoted(context, name)
    old = aside(name[1])
    yield f"ALTER TYPE {type_} RENAME TO {quote(old)}"
    yield f"CREATE TYPE {type_} AS ENUM ({', '.join(map(_literal, has))})"
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
    yield f"DROP TYPE {_quoted(context, (name[0], old))}"


def _quoted(context: AutogenContext, name: EnumName) -> str:
    quote = context.preparer.quote
    return quote(name[1]) if name[0] is None else f"{quote(name[0])}.{quote(name[1])}"


def _literal(label: str) -> str:
    return "'" + label.replace("'", "''") + "'"
