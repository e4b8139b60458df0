"""Foreign keys that have to go while what they stand on changes.

On MySQL a column that a key uses, on either side, changes its type or its character set only while there
is no key. On PostgreSQL it has to go where the types stop fitting together for a moment, and while the
primary key or unique constraint that it points to is made anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy.types import String

from alembic.autogenerate.complete.along import AlongOps
from alembic.autogenerate.complete.options import is_conversion
from alembic.autogenerate.complete.using import is_other_kind
from alembic.autogenerate.context import AutogenContext
from alembic.operations.ops.base import MigrateOperation, ModifyTableOps
from alembic.operations.ops.column import AlterColumnOp
from alembic.operations.ops.constraint import CreateForeignKeyOp, DropConstraintOp
from alembic.operations.ops.index import DropIndexOp
from alembic.operations.ops.script import UpgradeOps
from alembic.operations.ops.table import DropTableOp

ColumnName = tuple["str | None", str, str]


def free_key_columns(context: AutogenContext, upgrade_ops: UpgradeOps) -> None:
    """Drop the keys whose columns get another type before that, and add them again after it."""
    altered = {
        (modify.schema, modify.table_name, op.column_name)
        for modify, op in _altered(upgrade_ops)
        if op.modify_type is not None
    } | {*_converted(context, upgrade_ops)}
    _free(context, upgrade_ops, lambda op: bool(altered & _columns(op)), altered)


def _converted(context: AutogenContext, upgrade_ops: UpgradeOps) -> Iterator[ColumnName]:
    """The columns of text of the tables that get another character set."""
    for modify in upgrade_ops.ops:
        if isinstance(modify, ModifyTableOps) and any(is_conversion(op) for op in modify.ops):
            table = context.reflected.named(modify.schema, modify.table_name)
            for column in () if table is None else table.columns:
                if isinstance(column.type, String):
                    yield modify.schema, modify.table_name, column.name


def free_keys_of_postgresql(context: AutogenContext, upgrade_ops: UpgradeOps) -> None:
    """The same for types of another kind; and for what the keys point to."""
    altered = {
        (modify.schema, modify.table_name, op.column_name)
        for modify, op in _altered(upgrade_ops)
        if is_other_kind(op.existing_type, op.modify_type, context.dialect)
    }
    pointed = {
        frozenset((modify.schema, modify.table_name, name) for name in columns)
        for modify in upgrade_ops.ops
        if isinstance(modify, ModifyTableOps)
        for op in modify.ops
        if (columns := _unique_columns(op))
    }
    tables = altered | {column for columns in pointed for column in columns}
    _free(
        context,
        upgrade_ops,
        lambda op: bool(altered & _columns(op)) or _remote(op) in pointed,
        tables,
    )


def _altered(upgrade_ops: UpgradeOps) -> list[tuple[ModifyTableOps, AlterColumnOp]]:
    return [
        (modify, op)
        for modify in upgrade_ops.ops
        if isinstance(modify, ModifyTableOps)
        for op in modify.ops
        if isinstance(op, AlterColumnOp)
    ]


def _unique_columns(op: MigrateOperation) -> list[str]:
    """The columns of a dropped key that foreign keys may point to."""
    if isinstance(op, DropConstraintOp) and op.constraint_type in {"primary", "unique"}:
        constraint: Any = op.to_constraint() if op._reverse is not None else None
        return [] if constraint is None else [column.name for column in constraint.columns]
    if isinstance(op, DropIndexOp) and op._reverse is not None and op._reverse.unique:
        return [column.name for column in op.to_index().columns]
    return []


def _free(
    context: AutogenContext,
    upgrade_ops: UpgradeOps,
    is_meant: Callable[[Any], bool],
    columns: set[ColumnName],
) -> None:
    """Drop the foreign keys that are meant before all else, and add them again after it."""
    if not columns:
        return
    before = _taken(upgrade_ops, DropConstraintOp, is_meant)
    after = _taken(upgrade_ops, CreateForeignKeyOp, is_meant)
    gone = {(op.schema, op.table_name) for op in upgrade_ops.ops if isinstance(op, DropTableOp)}
    dropped = {(op.table_name, op.constraint_name) for op in before}
    for table in context.reflected.around({(schema, table) for schema, table, _ in columns}):
        if (table.schema, table.name) in gone:
            continue
        for key in sorted(table.foreign_key_constraints, key=lambda key: str(key.name)):
            op = DropConstraintOp.from_constraint(key)
            is_kept = (table.name, key.name) not in dropped
            if is_kept and is_meant(op):
                before.append(AlongOps([op]))
                after.append(AlongOps([op.reverse()]))
    upgrade_ops.ops[:0] = [_alone(op) for op in before]
    upgrade_ops.ops += [_alone(op) for op in after]


def _taken(upgrade_ops: UpgradeOps, kind: Any, is_meant: Callable[[Any], bool]) -> list[Any]:
    """Take the ops of a kind that are meant out of their places."""
    found: list[Any] = []
    for modify in upgrade_ops.ops:
        if isinstance(modify, ModifyTableOps):
            mine = [op for op in modify.ops if isinstance(op, kind) and is_meant(op)]
            modify.ops[:] = [op for op in modify.ops if op not in mine]
            found += mine
    return found


def _columns(op: Any) -> set[ColumnName]:
    """The columns of both sides of a foreign key."""
    key = _key(op)
    if key is None:
        return set()
    source = key.kw.get("source_schema")
    return {(source, key.source_table, name) for name in key.local_cols} | _remote(op)


def _remote(op: Any) -> frozenset[ColumnName]:
    """The columns that a foreign key points to."""
    key = _key(op)
    if key is None:
        return frozenset()
    target = key.kw.get("referent_schema")
    return frozenset((target, key.referent_table, name) for name in key.remote_cols)


def _key(op: Any) -> CreateForeignKeyOp | None:
    key = op._reverse if isinstance(op, DropConstraintOp) else op
    return key if isinstance(key, CreateForeignKeyOp) else None


def _alone(op: Any) -> ModifyTableOps:
    inner: Any = op.along[0] if isinstance(op, AlongOps) else op
    table = inner.source_table if isinstance(inner, CreateForeignKeyOp) else inner.table_name
    schema = (
        inner.kw.get("source_schema") if isinstance(inner, CreateForeignKeyOp) else inner.schema
    )
    made: list[MigrateOperation] = [op]
    return ModifyTableOps(table, made, schema=schema)
