"""What of SQLite's tables reflection doesn't report, and what is dropped has to come back with.

Collations, ON CONFLICT clauses and AUTOINCREMENT stand in the table's own text alone.
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
from alembic.autogenerate.spelled.facts import Fact, Facts
from alembic.autogenerate.spelled.sqlite import conflict_item, existing_facts
from alembic.operations.ops.column import DropColumnOp
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
