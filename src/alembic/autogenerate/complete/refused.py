"""What the database will refuse, or may: said in a comment before it, and of the upgrade on the console.

A new column that is NOT NULL has no value for the rows that are there, and one that becomes so may hold
NULL in some. The rest is PostgreSQL's:

No column gets another type, and nothing is dropped, while a view, a rule, a policy, a trigger or a function
uses it, and no table while a table that takes no part points to it. No statement of ours takes such a thing
away: what it is, and who may use it, is not in the models.
Source: https://www.postgresql.org/docs/current/ddl-depend.html.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from sqlalchemy import text

from alembic.autogenerate.compare.columns import is_row_id
from alembic.autogenerate.complete.along import Note
from alembic.autogenerate.complete.statements import StatementsOp
from alembic.autogenerate.complete.type_users import TypeOp
from alembic.autogenerate.complete.using import types_apart
from alembic.autogenerate.context import AutogenContext
from alembic.ddl.postgresql_kinds import is_domain
from alembic.operations.ops.base import MigrateOperation, OpContainer
from alembic.operations.ops.column import AddColumnOp, AlterColumnOp, DropColumnOp
from alembic.operations.ops.table import DropTableOp

log = logging.getLogger("alembic.autogenerate.compare.tables")

_USES = text("""
SELECT DISTINCT n.nspname, c.relname, a.attname, CASE WHEN r.rulename = '_RETURN'
         THEN pg_describe_object(CAST('pg_class' AS regclass), r.ev_class, 0)
         ELSE pg_describe_object(d.classid, d.objid, 0) END AS described,
       c.oid IN (r.ev_class, p.polrelid, t.tgrelid, m.prrelid) AS is_own, kn.nspname, kc.relname
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_depend d ON d.refclassid = CAST('pg_class' AS regclass) AND d.refobjid = c.oid
LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.refobjsubid AND a.attnum > 0
LEFT JOIN pg_rewrite r ON d.classid = CAST('pg_rewrite' AS regclass) AND r.oid = d.objid
LEFT JOIN pg_policy p ON d.classid = CAST('pg_policy' AS regclass) AND p.oid = d.objid
LEFT JOIN pg_trigger t ON d.classid = CAST('pg_trigger' AS regclass) AND t.oid = d.objid AND NOT t.tgisinternal
LEFT JOIN pg_publication_rel m ON d.classid = CAST('pg_publication_rel' AS regclass) AND m.oid = d.objid
LEFT JOIN pg_proc f ON d.classid = CAST('pg_proc' AS regclass) AND f.oid = d.objid
LEFT JOIN pg_constraint k ON d.classid = CAST('pg_constraint' AS regclass) AND k.oid = d.objid
  AND k.contype = 'f' AND k.confrelid = c.oid AND k.conparentid = 0
LEFT JOIN pg_class kc ON kc.oid = k.conrelid
LEFT JOIN pg_namespace kn ON kn.oid = kc.relnamespace
WHERE c.relname = ANY(CAST(:tables AS text[]))
  AND COALESCE(r.oid, p.oid, t.oid, m.oid, f.oid, k.oid) IS NOT NULL
ORDER BY described
""")
"""Foreign keys are told with their tables: those of the tables that take part go or come as is needed."""

_WITHOUT_VALUE = dict.fromkeys(
    ("mysql", "mariadb"), "the rows that are there get 0, '' or the like."
)
"""What becomes of the rows where that is no error."""

_WITH_NULL = dict.fromkeys(
    ("mysql", "mariadb"), ";\nwhere sql_mode isn't strict, such a row gets 0, '' or the like"
)
"""The same of a column that holds NULL in some."""

_RETYPES = re.compile(r"\bALTER COLUMN .+ TYPE ")


class Asked(NamedTuple):
    """What an op changes: some columns, or all of a table that goes."""

    schema: str | None
    table: str
    column: str | None


def say_what_is_refused(
    context: AutogenContext, upgrade_ops: OpContainer, downgrade_ops: OpContainer
) -> None:
    """Put a comment before each op of both directions that won't run as the database is."""
    ways = [list(_lists(one)) for one in (upgrade_ops, downgrade_ops)]
    asked = {id(op): list(_changed(op)) for way in ways for ops in way for op in ops}
    uses = _uses(context, {one.table for found in asked.values() for one in found})
    for way, is_up in zip(ways, (True, False), strict=True):
        for ops in way:
            ops[:] = [
                one
                for op in ops
                for one in (*_notes(_said(context, op, asked[id(op)], uses, is_up), is_up), op)
            ]


def _lists(container: OpContainer) -> Iterator[list[MigrateOperation]]:
    """Each list of ops within a container, however deep."""
    for ops in (container.ops, getattr(container, "along", [])):
        yield ops
        for op in ops:
            if isinstance(op, OpContainer):
                yield from _lists(op)


def _changed(op: MigrateOperation) -> Iterator[Asked]:
    """The columns that get another type or go, and the tables that go."""
    if isinstance(op, DropColumnOp) or (
        isinstance(op, AlterColumnOp) and op.modify_type is not None
    ):
        yield Asked(op.schema, op.table_name, op.column_name)
    elif isinstance(op, DropTableOp):
        yield Asked(op.schema, op.table_name, None)
    elif isinstance(op, TypeOp) and any(_RETYPES.search(one) for one in op.statements):
        for user in op.users:
            yield Asked(user.schema, user.table, user.column)
        for one in op.dependents:
            if one.table is not None:
                yield Asked(one.schema, one.table, one.name)


def _uses(context: AutogenContext, tables: set[str]) -> dict[Asked, list[str]]:
    """What uses each column of some tables; of a table itself, what isn't part of it."""
    if not tables or context.connection is None or context.dialect.name != "postgresql":
        return {}
    found: dict[Asked, list[str]] = {}
    rows = context.connection.execute(_USES, {"tables": sorted(tables)})
    for schema, table, column, described, is_own, key_schema, key_table in rows:
        if (
            key_table
            and (context.place(key_schema, key_table), key_table) in context.reflected.names
        ):
            continue
        place = context.place(schema, table)
        # A column to which a key points may well get another type.
        names = {None} if key_table else {column, None} - ({None} if is_own else set())
        for name in names:
            users = found.setdefault(Asked(place, table, name), [])
            users += [] if described in users else [described]
    return found


def _said(
    context: AutogenContext,
    op: MigrateOperation,
    asked: list[Asked],
    uses: dict[Asked, list[str]],
    is_up: bool,
) -> Iterator[str]:
    for one in asked:
        if one in uses:
            yield _refused(one, uses[one])
    if isinstance(op, AddColumnOp) and _wants_values(op.column):
        place = _shown(op.schema, op.table_name, op.column.name)
        result = _WITHOUT_VALUE.get(context.dialect.name, "this fails where the table has rows.")
        yield f"NOTE: {place} is NOT NULL and has no default: {result}"
    becoming = _becomes_not_null(op)
    if becoming is not None and not _becomes_row_id(context, op, is_up):
        more = _WITH_NULL.get(context.dialect.name, "")
        yield f"NOTE: {becoming} becomes NOT NULL: this fails where a row has NULL there{more}."
    if isinstance(op, AlterColumnOp) and "postgresql_using" in op.kw:
        apart = types_apart(op.existing_type, op.modify_type, context.dialect)
        if apart is not None:
            place = _shown(op.schema, op.table_name, op.column_name)
            yield (
                f"NOTE: {place} gets from {apart[0]} to {apart[1]} by way of its text:\n"
                f"this fails where a value isn't written as {apart[1]} is."
            )


def _notes(said: Iterator[str], is_up: bool) -> Iterator[Note]:
    for note in said:
        if is_up:
            log.warning("%s", note.replace("\n", " ").removeprefix("NOTE: "))
        yield Note([StatementsOp([], [], (), (), note)])


def _refused(asked: Asked, users: list[str]) -> str:
    return (
        f"NOTE: PostgreSQL refuses this while {', '.join(users)} "
        f"use{'s' if len(users) == 1 else ''} {_shown(*asked)}:\n"
        f"drop {'that' if len(users) == 1 else 'those'} before, and make what is still wanted again after it."
    )


def _shown(*names: str | None) -> str:
    return ".".join(name for name in names if name is not None)


def _wants_values(column: Any) -> bool:
    """Whether a new column has no value for the rows that are there, and has to have one."""
    has_default = column.server_default is not None or column.identity is not None
    if column.table is not None and column is column.table._autoincrement_column:
        return False
    is_refused = not column.nullable
    if is_domain(column.type):
        has_default = has_default or column.type.default is not None
        is_refused = is_refused or bool(column.type.not_null)
    return is_refused and not has_default


def _becomes_not_null(op: MigrateOperation) -> str | None:
    """What may hold NULL and may no longer: a column, or a domain in whose columns it is."""
    if isinstance(op, AlterColumnOp):
        is_refused = op.modify_nullable is False
        if is_domain(op.modify_type):
            is_refused = is_refused or bool(op.existing_nullable and op.modify_type.not_null)
        return _shown(op.schema, op.table_name, op.column_name) if is_refused else None
    if isinstance(op, StatementsOp) and op.diff[:1] == ("modify_domain",):
        _, schema, name, had, has = op.diff
        return f"domain {_shown(schema, name)}" if has.not_null and not had.not_null else None
    return None


def _becomes_row_id(context: AutogenContext, op: MigrateOperation, is_up: bool) -> bool:
    """Whether it is a column that becomes SQLite's row id, which takes a number for NULL."""
    if not isinstance(op, AlterColumnOp):
        return False
    key = f"{op.schema}.{op.table_name}" if op.schema else op.table_name
    models, found = context.table_key_to_table, context.reflected
    table = models.get(key) if is_up else found.named(op.schema, op.table_name)
    column = None if table is None else table.columns.get(op.column_name)
    facts = context.spelled.wanted if is_up else context.spelled.existing
    return column is not None and is_row_id(context, facts, column)
