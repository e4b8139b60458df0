"""SQLite's ON CONFLICT clauses, which say what becomes of a row that breaks a constraint.

Reflection shows none of them; the table's own text does. A unique constraint and a check take their
clause along when they are created. NOT NULL and the primary key get theirs by ``alter_column``.

Source: https://www.sqlite.org/lang_conflict.html.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy.schema import CheckConstraint, Constraint, Table, UniqueConstraint

from alembic.autogenerate.complete.checks import checks_of
from alembic.autogenerate.complete.conflict_op import ConflictOp
from alembic.autogenerate.context import AutogenContext
from alembic.autogenerate.spelled.sqlite import conflict_item, normal
from alembic.ddl.sqlite_schema.tokens import tokenize
from alembic.operations.ops.base import MigrateOperation, ModifyTableOps
from alembic.operations.ops.column import AddColumnOp
from alembic.operations.ops.constraint import (
    AddConstraintOp,
    CreateCheckConstraintOp,
    CreatePrimaryKeyOp,
    CreateUniqueConstraintOp,
    DropConstraintOp,
)

log = logging.getLogger("alembic.autogenerate.compare.constraints")

Clauses = Mapping[str, str]
"""What a clause belongs to → its word, '' for none."""

KEYWORD = "sqlite_on_conflict"
_KEY = "PRIMARY KEY"


def compare_conflicts(
    context: AutogenContext,
    modify: ModifyTableOps,
    schema: str | None,
    table_name: str,
    conn_table: Table | None,
    metadata_table: Table | None,
) -> None:
    """Ops for the constraints that are there on both sides, with other clauses."""
    if conn_table is None or metadata_table is None or context.dialect.name != "sqlite":
        return
    spelled = context.spelled
    if not spelled.knows(schema, table_name):
        return
    had, has = (
        dict(spelled.items(side, "conflict", schema, table_name))
        for side in (spelled.existing, spelled.wanted)
    )
    known = len(modify.ops)
    _complete_created(context, modify, has)
    _compare_constraints(context, modify, metadata_table, had, has)
    gone: list[ConflictOp] = []
    new: list[ConflictOp] = []
    for op in _of_columns(context, modify, conn_table, metadata_table, had, has):
        (new if op.has else gone).append(op)
    # What is taken away goes first, so that on the way back it comes when all else is there.
    modify.ops[:] = [*gone, *modify.ops, *new]
    if len(modify.ops) > known:
        log.info("Detected changed ON CONFLICT clause in table %r", table_name)


def item_of(context: AutogenContext, constraint: Constraint) -> str:
    """What its clause goes by among the facts of a table."""
    preparer = context.dialect.identifier_preparer
    name: Any = constraint.name
    if isinstance(name, str):
        name = preparer.format_constraint(constraint, _alembic_quote=False)
    if isinstance(constraint, CheckConstraint):
        said = context.migration_context.impl.render_ddl_sql_expr(constraint.sqltext)
        return conflict_item("CHECK", name, (), normal(tokenize(said)))
    columns: Any = constraint.columns  # type: ignore[attr-defined]
    kind = "UNIQUE" if isinstance(constraint, UniqueConstraint) else _KEY
    return conflict_item(kind, name, [column.name for column in columns], "")


# --- unique constraints and checks -----------------------------------------------------------------


def _complete_created(context: AutogenContext, modify: ModifyTableOps, has: Clauses) -> None:
    """A column's ``sqlite_on_conflict_unique`` belongs to the constraint that the column brings along."""
    for op in modify.ops:
        if isinstance(op, CreateUniqueConstraintOp):
            give_clause(op, has.get(item_of(context, op.to_constraint()), ""))


def _compare_constraints(
    context: AutogenContext, modify: ModifyTableOps, table: Table, had: Clauses, has: Clauses
) -> None:
    """Drop and create each of which only the clause differs."""
    settled = {
        item_of(context, op.to_constraint())
        for op in modify.ops
        if isinstance(op, DropConstraintOp) and op._reverse is not None
    }
    uniques = [one for one in table.constraints if isinstance(one, UniqueConstraint)]
    for constraint in (*uniques, *checks_of(context, table)):
        item = item_of(context, constraint)
        if item in settled or item not in had or item not in has or had[item] == has[item]:
            continue
        kind = (
            "unique_constraint" if isinstance(constraint, UniqueConstraint) else "check_constraint"
        )
        name: Any = constraint.name
        if context.run_object_filters(constraint, name, kind, False, None):
            dropped = DropConstraintOp.from_constraint(constraint)
            created = AddConstraintOp.from_constraint(constraint)
            give_clause(dropped._reverse, had[item])
            give_clause(created, has[item])
            modify.ops += [dropped, created]


def give_clause(created: MigrateOperation | None, clause: str) -> None:
    """Have a unique constraint or a check be created with a clause, or without one."""
    if isinstance(created, CreateUniqueConstraintOp | CreateCheckConstraintOp):
        created.kw.pop(KEYWORD, None)
        created.kw |= {KEYWORD: clause} if clause else {}


# --- NOT NULL and the primary key ------------------------------------------------------------------


def _of_columns(
    context: AutogenContext,
    modify: ModifyTableOps,
    found: Table,
    wanted: Table,
    had: Clauses,
    has: Clauses,
) -> Iterator[ConflictOp]:
    place = (wanted.name, wanted.schema)
    added = {op.column.name for op in modify.ops if isinstance(op, AddColumnOp)}
    for column in wanted.columns:
        existing = found.columns.get(column.name)
        item = conflict_item("NOT NULL", None, [column.name], "")
        was, shall = had.get(item, ""), has.get(item, "")
        if existing is None or column.name in added or was == shall:
            continue
        if context.run_object_filters(column, column.name, "column", False, existing):
            yield ConflictOp(*place, column.name, "not_null", was, shall)
    keys: Any = found.primary_key.columns, wanted.primary_key.columns
    was, shall = had.get(_KEY, ""), has.get(_KEY, "")
    if any(isinstance(op, CreatePrimaryKeyOp) for op in modify.ops):
        # The verb that makes a key says nothing of its clause.
        if was:
            yield ConflictOp(*place, next(iter(keys[0])).name, "primary_key", was, "")
        if shall:
            yield ConflictOp(*place, next(iter(keys[1])).name, "primary_key", "", shall)
    elif was != shall and keys[0] and keys[1]:
        yield ConflictOp(*place, next(iter(keys[1])).name, "primary_key", was, shall)
