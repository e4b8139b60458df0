"""The columns that have a named type of PostgreSQL, and what stands in its way when it is made anew."""

from __future__ import annotations

import copy
from collections.abc import Collection, Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import text
from sqlalchemy.schema import Column, DefaultClause

from alembic.autogenerate.complete.dependents import (
    Dependent,
    as_dependent,
    computed_from,
    standing_on,
)
from alembic.autogenerate.complete.statements import StatementsOp
from alembic.autogenerate.context import AutogenContext
from alembic.autogenerate.spelled.postgresql import is_array_type, named_types_of
from alembic.ddl.literals import text_literal

_USERS = text("""
SELECT n.nspname, c.relname, a.attname, pg_get_expr(d.adbin, d.adrelid),
       format_type(a.atttypid, a.atttypmod) LIKE '%[]', a.attgenerated <> ''
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

TypeName = tuple["str | None", str]
"""(schema, name); the default schema is None."""
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


def place_of(context: AutogenContext, schema: str | None, table: str | None, name: str) -> Place:
    """The place of a column, or of a part of a table."""
    return None if schema == context.dialect.default_schema_name else schema, table, name


def part_of(dependent: Dependent) -> Place:
    """The place of what stands in the way."""
    return dependent.schema, dependent.table, dependent.name


class TypeOp(StatementsOp):
    """Statements that change a named type together with its columns, and with what is in the way meanwhile."""

    defaults: Collection[tuple[str | None, str, str]] = ()
    loses_values = False
    """Whether there may be values that nothing may have any more."""
    is_other_kind = False
    """Whether what is said of its columns may not fit any more."""

    def __init__(
        self,
        context: AutogenContext,
        name: TypeName,
        users: Sequence[User],
        dependents: Sequence[Dependent],
        diffs: tuple[tuple[Any, ...], tuple[Any, ...]],
    ) -> None:
        self._context, self._name = context, name
        self.users, self.dependents = list(users), list(dependents)
        super().__init__(*self._ways(users, dependents), *diffs)

    def reverse(self) -> TypeOp:
        """The statements of the way back, for the same columns."""
        back = copy.copy(self)
        back.statements, back.reverse_statements = self.reverse_statements, self.statements
        back.diff, back.reverse_diff = self.reverse_diff, self.diff
        return back

    def leave(self, gone: Collection[Place]) -> bool:
        """Leave out the columns and dependents that go before; gives whether there are any."""
        users = [user for user in self.users if self._place(user) not in gone]
        dependents = [one for one in self.dependents if part_of(one) not in gone]
        if (users, dependents) == (self.users, self.dependents):
            return False
        self.users, self.dependents = users, dependents
        self.statements, self.reverse_statements = self._ways(users, dependents)
        return True

    def places(self) -> set[Place]:
        """The columns of the type, and the dependents."""
        return {*map(self._place, self.users), *map(part_of, self.dependents)}

    def _place(self, user: User) -> Place:
        return place_of(self._context, user.schema, user.table, user.column)

    def _ways(
        self, users: Sequence[User], dependents: Sequence[Dependent]
    ) -> tuple[list[str], list[str]]:
        """The statements of the upgrade, and those of the downgrade."""
        raise NotImplementedError


def dependents_of(context: AutogenContext, name: TypeName) -> list[Dependent]:
    """What names the type, is computed from its columns, or joins two of them: it can't move along to another one."""
    assert context.connection is not None
    default = context.dialect.default_schema_name
    asked = {"schema": name[0] or default, "name": name[1]}
    found: dict[Place, Dependent] = {}
    for schema, table, item, said in context.connection.execute(_DEPENDENT, asked):
        one = as_dependent(context, schema, table, item, said)
        found[part_of(one)] = one
    every = [(schema, table, column) for schema, table, column, *_ in _columns(context, name)]
    for schema, table in dict.fromkeys((schema, table) for schema, table, _ in every):
        columns = [column for *at, column in every if at == [schema, table]]
        keys = standing_on(context, schema, table, columns, keys_only=True)
        for one in (*keys, *computed_from(context, schema, table, columns)):
            found.setdefault(part_of(one), one)
    return list(found.values())


def users_of(context: AutogenContext, name: TypeName) -> Iterator[User]:
    """The columns of a named type, an enum or a domain, or of arrays of it; those that are generated stand on it."""
    for schema, table, column, default, is_array, is_generated in _columns(context, name):
        if not is_generated:
            user = User(schema, table, column, default, is_array, default)
            if stays(context, name, user):
                wanted = wanted_default(context, schema, table, column, default)
                user = user._replace(wanted=wanted)
            yield user


def stays(context: AutogenContext, name: TypeName, user: User) -> bool:
    """Whether the models have a column of the type; else its default goes with the change of its type."""
    found = column_in_models(context, user.schema, user.table, user.column)
    if found is None:
        return True
    named = named_types_of([found.type], context.dialect)
    names = {name_of(context, one) for one in named}
    return user.is_array is is_array_type(found.type, context.dialect) and name in names


def column_in_models(
    context: AutogenContext, schema: str | None, table: str, column: str
) -> Column[Any] | None:
    """The column of the models by its name; None where they have none."""
    models = context.table_key_to_table.get(f"{schema}.{table}" if schema else table)
    return None if models is None else next((c for c in models.columns if c.name == column), None)


def name_of(context: AutogenContext, named: Any) -> TypeName:
    """The schema and name of an enum or a domain of the models."""
    name = str(named.name)
    return context.type_home(schema_of(named), name), name


def schema_of(named: Any) -> str | None:
    """The schema of an enum or a domain; of one without any, that of its metadata."""
    of_metadata: str | None = None if named.metadata is None else named.metadata.schema
    return named.schema or of_metadata


def _columns(context: AutogenContext, name: TypeName) -> Iterator[tuple[Any, ...]]:
    assert context.connection is not None
    default = context.dialect.default_schema_name
    rows = context.connection.execute(_USERS, {"schema": name[0] or default, "name": name[1]})
    for schema, table, *rest in rows:
        yield context.place(schema, table), table, *rest


def wanted_default(
    context: AutogenContext, schema: str | None, table: str, column: str, existing: str | None
) -> str | None:
    """The default that the models give a column, the existing one where they say the same or nothing of it."""
    found = column_in_models(context, schema, table, column)
    if found is None:
        return existing
    if not isinstance(found.server_default, DefaultClause):
        return None if found.server_default is None else existing
    value = found.server_default.arg
    impl = context.migration_context.impl
    said = text_literal(value) if isinstance(value, str) else impl.render_ddl_sql_expr(value)
    is_same = existing is not None and existing.split("::")[0] == str(said).split("::")[0]
    return existing if is_same else str(said)


def column_head(context: AutogenContext, user: User) -> str:
    """``ALTER TABLE … ALTER COLUMN …``."""
    quote = context.preparer.quote
    table = quoted(context, (user.schema, user.table))
    return f"ALTER TABLE {table} ALTER COLUMN {quote(user.column)}"


def quoted(context: AutogenContext, name: TypeName) -> str:
    """A name as it is written, with its schema where that is neither the default one nor the path's first."""
    quote = context.preparer.quote
    is_usual = name[0] in {None, context.search_path.first}
    return quote(name[1]) if is_usual else f"{quote(str(name[0]))}.{quote(name[1])}"
