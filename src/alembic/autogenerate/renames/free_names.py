"""Names of indexes and constraints that another table gets, or is given, are free before they are taken."""

from __future__ import annotations

from collections.abc import Iterator

from alembic.operations.ops.base import MigrateOperation, ModifyTableOps
from alembic.operations.ops.constraint import AddConstraintOp, DropConstraintOp
from alembic.operations.ops.index import CreateIndexOp, DropIndexOp
from alembic.operations.ops.script import UpgradeOps
from alembic.operations.ops.table import CreateTableOp


def dropped_names(upgrade_ops: UpgradeOps) -> set[str]:
    """The names of the indexes and constraints that are dropped from tables."""
    return {
        str(dropped)
        for modify in _modified(upgrade_ops)
        for op in modify.ops
        if (dropped := _dropped_name(op)) is not None
    }


def free_names(upgrade_ops: UpgradeOps) -> None:
    """Drop first what has a name that a part of another table gets, or a new table.

    On SQLite and PostgreSQL tables and indexes have their names in common.
    """
    wanted: dict[str, MigrateOperation] = {
        op.table_name: op for op in upgrade_ops.ops if isinstance(op, CreateTableOp)
    }
    for modify in _modified(upgrade_ops):
        wanted |= {str(name): modify for op in modify.ops if (name := _made_name(op)) is not None}
    first: list[MigrateOperation] = []
    for modify in list(_modified(upgrade_ops)):
        early = [
            op
            for op in modify.ops
            if (name := _dropped_name(op)) is not None
            and wanted.get(str(name), modify) is not modify
        ]
        if early:
            first.append(ModifyTableOps(modify.table_name, early, schema=modify.schema))
            modify.ops[:] = [op for op in modify.ops if op not in early]
    upgrade_ops.ops[:0] = first


def _modified(upgrade_ops: UpgradeOps) -> Iterator[ModifyTableOps]:
    return (op for op in upgrade_ops.ops if isinstance(op, ModifyTableOps))


def _dropped_name(op: MigrateOperation) -> str | None:
    if isinstance(op, DropIndexOp):
        return op.index_name
    return op.constraint_name if isinstance(op, DropConstraintOp) else None


def _made_name(op: MigrateOperation) -> str | None:
    if isinstance(op, CreateIndexOp):
        return op.index_name
    name: str | None = getattr(op, "constraint_name", None)
    return name if isinstance(op, AddConstraintOp) else None
