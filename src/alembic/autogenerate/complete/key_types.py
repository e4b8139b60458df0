"""MySQL: a column that a foreign key uses, on either side, changes its type only while there is no key."""

from __future__ import annotations

from typing import Any

from alembic.autogenerate.complete.along import AlongOps
from alembic.autogenerate.context import AutogenContext
from alembic.operations.ops.base import MigrateOperation, ModifyTableOps
from alembic.operations.ops.column import AlterColumnOp
from alembic.operations.ops.constraint import CreateForeignKeyOp, DropConstraintOp
from alembic.operations.ops.script import UpgradeOps
from alembic.operations.ops.table import DropTableOp

ColumnName = tuple["str | None", str, str]


def free_key_columns(context: AutogenContext, upgrade_ops: UpgradeOps) -> None:
    """Drop the keys whose columns get another type before that, and add them again after it."""
    altered = {
        (modify.schema, modify.table_name, op.column_name)
        for modify in upgrade_ops.ops
        if isinstance(modify, ModifyTableOps)
        for op in modify.ops
        if isinstance(op, AlterColumnOp) and op.modify_type is not None
    }
    if not altered:
        return
    before = _taken(upgrade_ops, DropConstraintOp, altered)
    after = _taken(upgrade_ops, CreateForeignKeyOp, altered)
    gone = {(op.schema, op.table_name) for op in upgrade_ops.ops if isinstance(op, DropTableOp)}
    dropped = {(op.table_name, op.constraint_name) for op in before}
    for table in context.reflected.around({(schema, table) for schema, table, _ in altered}):
        if (table.schema, table.name) in gone:
            continue
        for key in sorted(table.foreign_key_constraints, key=lambda key: str(key.name)):
            op = DropConstraintOp.from_constraint(key)
            is_kept = (table.name, key.name) not in dropped
            if is_kept and altered & _columns(op._reverse):
                before.append(AlongOps([op]))
                after.append(AlongOps([op.reverse()]))
    upgrade_ops.ops[:0] = [_alone(op) for op in before]
    upgrade_ops.ops += [_alone(op) for op in after]


def _taken(upgrade_ops: UpgradeOps, kind: Any, altered: set[ColumnName]) -> list[Any]:
    """Take the ops of a kind that are about altered columns out of their places."""
    found: list[Any] = []
    for modify in upgrade_ops.ops:
        if isinstance(modify, ModifyTableOps):
            mine = [op for op in modify.ops if isinstance(op, kind) and altered & _columns(op)]
            modify.ops[:] = [op for op in modify.ops if op not in mine]
            found += mine
    return found


def _columns(op: Any) -> set[ColumnName]:
    """The columns of both sides of a foreign key."""
    key = op._reverse if isinstance(op, DropConstraintOp) else op
    if not isinstance(key, CreateForeignKeyOp):
        return set()
    source, target = key.kw.get("source_schema"), key.kw.get("referent_schema")
    local = {(source, key.source_table, name) for name in key.local_cols}
    return local | {(target, key.referent_table, name) for name in key.remote_cols}


def _alone(op: Any) -> ModifyTableOps:
    inner: Any = op.along[0] if isinstance(op, AlongOps) else op
    table = inner.source_table if isinstance(inner, CreateForeignKeyOp) else inner.table_name
    schema = (
        inner.kw.get("source_schema") if isinstance(inner, CreateForeignKeyOp) else inner.schema
    )
    made: list[MigrateOperation] = [op]
    return ModifyTableOps(table, made, schema=schema)
