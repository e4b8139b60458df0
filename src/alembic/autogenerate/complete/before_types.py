"""What goes before a named type of PostgreSQL changes: it need not move along, and may have no place in the new one.

On the way back it comes again after the type has changed back.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from alembic.autogenerate.complete.statements import StatementsOp
from alembic.autogenerate.complete.type_users import Place, TypeOp, place_of
from alembic.autogenerate.context import AutogenContext
from alembic.autogenerate.spelled.postgresql import named_types_of
from alembic.operations.ops.base import MigrateOperation, ModifyTableOps
from alembic.operations.ops.column import AddColumnOp, AlterColumnOp, DropColumnOp
from alembic.operations.ops.constraint import DropConstraintOp
from alembic.operations.ops.index import DropIndexOp
from alembic.operations.ops.script import UpgradeOps
from alembic.operations.ops.table import DropTableOp


def drop_before_types_change(context: AutogenContext, upgrade_ops: UpgradeOps) -> None:
    """Put before the types what drops a part of their tables.

    So do the columns and tables of a type that loses values, as these may be their defaults, and the
    columns that get another type.
    """
    types = _types(upgrade_ops)
    every_place = {place for op in types for place in op.places()}
    losing = {place for op in types if op.loses_values for place in op.places()}
    doomed = {
        op: places
        for op, places in _ops_that_drop(context, upgrade_ops, every_place).items()
        if places & losing
    }
    every = [op for op in upgrade_ops.ops if isinstance(op, ModifyTableOps)]
    gone = dropped_parts(context, every)
    is_in_the_way = bool(gone) and any(op.is_other_kind for op in types)
    if not leave_types(upgrade_ops, gone.union(*doomed.values())) and not is_in_the_way:
        return
    early: list[MigrateOperation] = []
    for modify in every:
        drops = [op for op in modify.ops if _part(op) is not None]
        drops += [op for op in modify.ops if op in doomed]
        if drops:
            modify.ops[:] = [op for op in modify.ops if op not in drops]
            early.append(ModifyTableOps(modify.table_name, drops, schema=modify.schema))
    early += [op for op in upgrade_ops.ops if op in doomed]
    upgrade_ops.ops[:] = [op for op in upgrade_ops.ops if op not in doomed]
    put_before_types(upgrade_ops, early)


def leave_types(upgrade_ops: UpgradeOps, gone: Collection[Place]) -> bool:
    """Have the types change without what goes before; gives whether any of it would have moved along."""
    left = [op.leave(gone) for op in _types(upgrade_ops)]
    return True in left


def put_before_types(upgrade_ops: UpgradeOps, early: Sequence[MigrateOperation]) -> None:
    """Put ops before the first type that changes, behind those that stand there already."""
    at = upgrade_ops.ops.index(_types(upgrade_ops)[0])
    upgrade_ops.ops[at:at] = early


def put_first_of_table(upgrade_ops: UpgradeOps, early: ModifyTableOps) -> None:
    """Put what is computed from others before types, and before those others go, if they do so."""
    table = early.schema, early.table_name
    before = upgrade_ops.ops[: upgrade_ops.ops.index(_types(upgrade_ops)[0])]
    of_table = (
        at
        for at, op in enumerate(before)
        if isinstance(op, ModifyTableOps)
        and (op.schema, op.table_name) == table
        and any(isinstance(one, DropColumnOp) for one in op.ops)
    )
    upgrade_ops.ops.insert(next(of_table, len(before)), early)


def dropped_parts(context: AutogenContext, every: Sequence[ModifyTableOps]) -> set[Place]:
    """The constraints and indexes that ops drop."""
    return {
        place_of(context, modify.schema, *part)
        for modify in every
        for op in modify.ops
        if (part := _part(op)) is not None
    }


def _types(upgrade_ops: UpgradeOps) -> list[TypeOp]:
    return [op for op in upgrade_ops.ops if isinstance(op, TypeOp)]


def _part(op: MigrateOperation) -> tuple[str | None, str] | None:
    """The table and name of the constraint that an op drops, (None, name) of the index; None of another op."""
    if isinstance(op, DropConstraintOp):
        return op.table_name, str(op.constraint_name)
    if isinstance(op, DropIndexOp):
        return None, str(op.index_name)
    diff: Any = op.to_diff_tuple() if isinstance(op, StatementsOp) else ()
    return diff[2:4] if diff[:1] == ("remove_exclusion",) else None


def _ops_that_drop(
    context: AutogenContext, upgrade_ops: UpgradeOps, asked: set[Place]
) -> dict[MigrateOperation, set[Place]]:
    """The ops that take some of these away from their type for good, each with what it takes."""
    found: dict[MigrateOperation, set[Place]] = {}
    changing = {op.diff[2] for op in _types(upgrade_ops)}
    for op in upgrade_ops.ops if asked else ():
        if isinstance(op, DropTableOp):
            table = place_of(context, op.schema, op.table_name, "")[:2]
            found[op] = {place for place in asked if place[:2] == table}
        elif isinstance(op, ModifyTableOps):
            added = {one.column.name for one in op.ops if isinstance(one, AddColumnOp)}
            for one in op.ops:
                if isinstance(one, DropColumnOp | AlterColumnOp) and one.column_name not in added:
                    place = place_of(context, op.schema, op.table_name, one.column_name)
                    found[one] = asked & {place} if _leaves(context, one, changing) else set()
    return found


def _leaves(context: AutogenContext, op: DropColumnOp | AlterColumnOp, changing: set[str]) -> bool:
    """Whether a column goes, or gets a type in which none of those that change plays a part."""
    if isinstance(op, DropColumnOp):
        return True
    if op.modify_type is None:
        return False
    has = named_types_of([op.modify_type], context.dialect)
    return changing.isdisjoint(str(one.name) for one in has)
