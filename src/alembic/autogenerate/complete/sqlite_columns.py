"""What of SQLite's tables reflection doesn't report, and what is dropped has to come back with.

Collations, ON CONFLICT clauses, AUTOINCREMENT and types that SQLAlchemy takes for others stand in the
table's own text alone.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from sqlalchemy.schema import CheckConstraint, PrimaryKeyConstraint, UniqueConstraint
from sqlalchemy.types import String

from alembic.autogenerate.complete.along import everything
from alembic.autogenerate.complete.conflicts import KEYWORD, give_clause, item_of
from alembic.autogenerate.context import AutogenContext
from alembic.autogenerate.records.unknown_types import UnknownType, declared_types, is_said_by
from alembic.autogenerate.spelled.facts import Fact, Facts
from alembic.autogenerate.spelled.sqlite import conflict_item, existing_facts
from alembic.operations.ops.column import AlterColumnOp, DropColumnOp
from alembic.operations.ops.constraint import DropConstraintOp
from alembic.operations.ops.script import UpgradeOps
from alembic.operations.ops.table import DropTableOp


def keep_what_is_hidden(context: AutogenContext, upgrade_ops: UpgradeOps) -> None:
    """Give what is dropped all that the database has of it, for the way back."""
    kinds = DropColumnOp | DropTableOp | DropConstraintOp
    dropped: list[Any] = [op for op in everything(upgrade_ops) if isinstance(op, kinds)]
    dropped = [op for op in dropped if op._reverse is not None]
    if not dropped or context.connection is None:
        return
    names = list(dict.fromkeys((op.schema, op.table_name) for op in dropped))
    facts = existing_facts(context.connection, names)
    for op in dropped:
        if isinstance(op, DropConstraintOp):
            _keep_clause(context, op, facts)
            continue
        for column in _columns(op):
            _keep_of_column(op, column, facts)
        if isinstance(op, DropTableOp):
            _keep_of_table(context, op, facts)


def keep_declared_types(context: AutogenContext, upgrade_ops: UpgradeOps) -> None:
    """Give columns that get another type, or go, the type that they were declared with, for the way back."""
    columns = [one for op in everything(upgrade_ops) for one in _types_that_go(op)]
    if not columns or context.connection is None:
        return
    places = dict.fromkeys((schema, table) for schema, table, _, _ in columns)
    declared = declared_types(context.connection, places)
    for schema, table, column, (holder, attribute) in columns:
        said = declared.get((schema, table, column), "")
        there = getattr(holder, attribute)
        collation = getattr(there, "collation", None)
        plain = copy.copy(there)
        if collation:
            plain.collation = None
        if said and not is_said_by(plain, said, context.dialect):
            said = f"{said} COLLATE {collation}" if collation else said
            setattr(holder, attribute, UnknownType(said, taken_for=there))


def _types_that_go(op: Any) -> list[tuple[str | None, str, str, tuple[Any, str]]]:
    """Schema, table and name of each column, and where its type stands: (object, attribute)."""
    if isinstance(op, AlterColumnOp) and op.modify_type is not None:
        return [(op.schema, op.table_name, op.column_name, (op, "existing_type"))]
    if isinstance(op, DropColumnOp | DropTableOp) and op._reverse is not None:
        return [(op.schema, op.table_name, one.name, (one, "type")) for one in _columns(op)]
    return []


def _columns(op: Any) -> list[Any]:
    if isinstance(op, DropColumnOp):
        return [op._reverse.column]  # type: ignore[union-attr]
    return [item for item in op._reverse.columns if item.__visit_name__ == "column"]


def _keep_of_column(op: Any, column: Any, facts: Facts) -> None:
    fact = Fact("type", op.schema, op.table_name, column.name)
    collation = facts.get(fact, "").partition(" COLLATE ")[2]
    if collation and isinstance(column.type, String) and column.type.collation is None:
        column.type = copy.copy(column.type)
        column.type.collation = collation.upper()
    clause = _clauses(op, facts).get(conflict_item("NOT NULL", None, [column.name], ""))
    if clause:
        column.dialect_kwargs[f"{KEYWORD}_not_null"] = clause


def _keep_clause(context: AutogenContext, op: DropConstraintOp, facts: Facts) -> None:
    if op.constraint_type in {"unique", "check"}:
        clause = _clauses(op, facts).get(item_of(context, op.to_constraint()))
        if clause:
            give_clause(op._reverse, clause)


def _keep_of_table(context: AutogenContext, op: Any, facts: Facts) -> None:
    clauses = _clauses(op, facts)
    for item in op._reverse.columns:
        if isinstance(item, PrimaryKeyConstraint | UniqueConstraint | CheckConstraint):
            clause = clauses.get(item_of(context, item))
            if clause and isinstance(item, PrimaryKeyConstraint) and len(item.columns) == 1:
                # Within a column, which AUTOINCREMENT asks for, the column's own word counts.
                next(iter(item.columns)).dialect_kwargs[f"{KEYWORD}_primary_key"] = clause
            elif clause:
                item.dialect_kwargs[KEYWORD] = clause
    if facts.get(Fact("option", op.schema, op.table_name, "autoincrement")):
        op.table_kw["sqlite_autoincrement"] = op._reverse.kw["sqlite_autoincrement"] = True


def _clauses(op: Any, facts: Facts) -> Mapping[str, str]:
    """The ON CONFLICT clauses of the table that an op is about."""
    place = ("conflict", op.schema, op.table_name)
    return {fact.item: clause for fact, clause in facts.items() if fact[:3] == place}
