"""Constraints of PostgreSQL that were added as NOT VALID, and that the models take for valid.

Source: https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-VALIDATE-CONSTRAINT.
"""

from __future__ import annotations

import logging
from collections.abc import Collection
from typing import Any

from sqlalchemy import text
from sqlalchemy.schema import Table

from alembic.autogenerate.compare.constraints import name_of
from alembic.autogenerate.complete.checks import checks_of
from alembic.autogenerate.complete.dependents import as_dependent
from alembic.autogenerate.complete.statements import StatementsOp
from alembic.autogenerate.context import AutogenContext
from alembic.operations.ops.base import ModifyTableOps
from alembic.operations.ops.constraint import DropConstraintOp
from alembic.operations.ops.script import UpgradeOps

log = logging.getLogger("alembic.autogenerate.compare.constraints")

_NOT_VALID = text("""
SELECT n.nspname, c.relname, x.conname, pg_get_constraintdef(x.oid),
       obj_description(x.oid, 'pg_constraint'), x.contype = 'f'
FROM pg_constraint x
JOIN pg_class c ON c.oid = x.conrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE x.contype IN ('c', 'f') AND NOT x.convalidated AND x.coninhcount = 0
  AND pg_get_constraintdef(x.oid) LIKE '% NOT VALID'
ORDER BY 1, 2, 3
""")


def compare_validations(
    context: AutogenContext, upgrade_ops: UpgradeOps, schemas: Collection[str | None]
) -> None:
    """A statement for each constraint that stays, is not valid, and is not said to be so in the models.

    One that goes comes back as it was.
    """
    if context.dialect.name != "postgresql" or context.connection is None:
        return
    dropped = {
        (op.schema, op.table_name, str(op.constraint_name)): op
        for modify in upgrade_ops.ops
        if isinstance(modify, ModifyTableOps)
        for op in modify.ops
        if isinstance(op, DropConstraintOp)
    }
    for schema, name, constraint, *said, is_key in context.connection.execute(_NOT_VALID):
        place = context.place(schema, name)
        table = context.table_key_to_table.get(f"{place}.{name}" if place else name)
        if table is None or (place, name) not in context.reflected.names:
            continue
        drop: Any = dropped.get((place, name, constraint))
        if drop is not None:
            drop._reverse.kw["postgresql_not_valid"] = True
            continue
        kind = "foreign_key_constraint" if is_key else "check_constraint"
        if _may_be_not_valid(context, table, constraint):
            continue
        if context.run_name_filters(constraint, kind, context.parents(schema, name)):
            at, quote = context.preparer.format_table(table), context.preparer.quote
            there = as_dependent(context, schema, name, constraint, *said)
            upgrade_ops.ops.append(
                StatementsOp(
                    [f"ALTER TABLE {at} VALIDATE CONSTRAINT {quote(constraint)}"],
                    [there.dropped, *there.made],
                    ("validate_constraint", place, name, constraint),
                    ("remove_validation", place, name, constraint),
                )
            )
            log.info("Detected constraint %r on table %r that is not valid", constraint, name)


def _may_be_not_valid(context: AutogenContext, table: Table, name: str) -> bool:
    """Whether the models say so of the constraint, or of one that has no name there."""
    return any(
        name_of(one, context) in {None, name}
        for one in (*checks_of(context, table), *table.foreign_key_constraints)
        if one.dialect_kwargs.get("postgresql_not_valid")
    )
