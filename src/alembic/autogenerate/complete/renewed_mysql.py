"""Columns of MySQL that are dropped and added once more, and what stands on them.

The server takes a column out of its indexes when it is dropped, and refuses to drop one that a check of
the table or a foreign key speaks of. So these go first and come back last, both ways.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy.schema import CheckConstraint, Table

from alembic.autogenerate.complete.along import AlongOps, DoneOp
from alembic.autogenerate.complete.checks_of_columns import speaks_of
from alembic.autogenerate.complete.statements import StatementsOp
from alembic.autogenerate.context import AutogenContext
from alembic.operations.ops.base import MigrateOperation, ModifyTableOps
from alembic.operations.ops.column import AddColumnOp, AlterColumnOp, DropColumnOp
from alembic.operations.ops.constraint import AddConstraintOp, DropConstraintOp
from alembic.operations.ops.index import CreateIndexOp, DropIndexOp
from alembic.operations.ops.script import UpgradeOps


def renew_columns_of_mysql(context: AutogenContext, upgrade_ops: UpgradeOps) -> None:
    """Take away what stands on such columns before they go, and make it again after they came.

    A column that is said whole, computed or no longer, has everything else that changes in it.
    """
    for modify in upgrade_ops.ops:
        if not isinstance(modify, ModifyTableOps):
            continue
        whole = {op.diff[3] for op in modify.ops if _changes_computed(op)}  # type: ignore[attr-defined]
        added = {op.column.name for op in modify.ops if isinstance(op, AddColumnOp)}
        renewed = added & {op.column_name for op in modify.ops if isinstance(op, DropColumnOp)}
        modify.ops[:] = [_said_whole(op, whole | renewed) for op in modify.ops]
        found = context.reflected.named(modify.schema, modify.table_name) if renewed else None
        if found is not None:
            _renew(modify, _standing(modify, found, renewed))


def _changes_computed(op: MigrateOperation) -> bool:
    return isinstance(op, StatementsOp) and op.diff[0] == "modify_computed"


def _said_whole(op: MigrateOperation, columns: set[str]) -> MigrateOperation:
    is_said = isinstance(op, AlterColumnOp) and op.column_name in columns
    return DoneOp(op) if is_said else op


def _renew(modify: ModifyTableOps, standing: list[MigrateOperation]) -> None:
    first = [op for op in modify.ops if isinstance(op, DropConstraintOp | DropIndexOp)]
    last = [op for op in modify.ops if isinstance(op, AddConstraintOp | CreateIndexOp)]
    between = [op for op in modify.ops if op not in first and op not in last]
    aside = AlongOps(standing)
    modify.ops[:] = [*first, aside, *between, aside.reverse(), *last]


def _standing(modify: ModifyTableOps, found: Table, columns: set[str]) -> list[MigrateOperation]:
    """Ops that drop the keys, checks and indexes over some columns, as far as no op does already."""
    gone = {
        getattr(op, "constraint_name", None) or getattr(op, "index_name", None)
        for op in modify.ops
        if isinstance(op, DropConstraintOp | DropIndexOp)
    }
    keys = [one for one in found.foreign_key_constraints if columns & {*one.column_keys}]
    checks = [one for one in found.constraints if _is_check_of(one, columns)]
    indexes = [one for one in found.indexes if columns & {column.name for column in one.columns}]
    return [
        *(DropConstraintOp.from_constraint(one) for one in _left(keys, gone)),
        *(DropConstraintOp.from_constraint(one) for one in _left(checks, gone)),
        *(DropIndexOp.from_index(one) for one in _left(indexes, gone)),
    ]


def _left(items: Iterable[Any], gone: set[str | None]) -> list[Any]:
    """Those that stay, by their names."""
    return sorted((one for one in items if one.name not in gone), key=lambda one: str(one.name))


def _is_check_of(constraint: Any, columns: set[str]) -> bool:
    """Whether it is a check of the table over one of the columns; that within a column goes with it."""
    return (
        isinstance(constraint, CheckConstraint)
        and constraint.name not in columns
        and any(speaks_of(str(constraint.sqltext), name) for name in columns)
    )
