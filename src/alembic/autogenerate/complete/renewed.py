"""Generated columns of PostgreSQL that are made anew, and what stands on them.

None can be given another type while a generated column is computed from it, and what is dropped takes
its constraints and indexes along. So these go first and come back last, both ways.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy.schema import Computed

from alembic.autogenerate.complete.along import AlongOps, DoneOp
from alembic.autogenerate.complete.before_types import (
    dropped_parts,
    leave_types,
    put_first_of_table,
)
from alembic.autogenerate.complete.dependents import Dependent, readers, standing_on
from alembic.autogenerate.complete.statements import StatementsOp
from alembic.autogenerate.complete.type_users import Place, part_of, place_of
from alembic.autogenerate.complete.using import cast_clause
from alembic.autogenerate.context import AutogenContext
from alembic.operations.ops.base import MigrateOperation, ModifyTableOps
from alembic.operations.ops.column import AddColumnOp, AlterColumnOp, DropColumnOp
from alembic.operations.ops.constraint import AddConstraintOp, DropConstraintOp
from alembic.operations.ops.index import CreateIndexOp, DropIndexOp
from alembic.operations.ops.script import UpgradeOps


def renew_generated_columns(context: AutogenContext, upgrade_ops: UpgradeOps) -> None:
    """Bring what goes with generated columns, and keeps others from changing, into an order that works."""
    every = [op for op in upgrade_ops.ops if isinstance(op, ModifyTableOps)]
    gone = dropped_parts(context, every)
    dropped = {
        (modify.schema, modify.table_name, op.column_name)
        for modify in every
        for op in modify.ops
        if isinstance(op, DropColumnOp)
    }
    for modify in every:
        added = {op.column.name for op in modify.ops if isinstance(op, AddColumnOp)}
        own = {column for *at, column in dropped if at == [modify.schema, modify.table_name]}
        renewed = added & own
        waiting = _waiting(context, modify, own)
        if renewed or waiting or (_retyped(modify) and any(_generated(context, modify))):
            standing = _standing(context, modify, {*renewed, *waiting}, gone)
            before, after = _renewed(context, modify, renewed, waiting, standing)
            places = {place_of(context, modify.schema, modify.table_name, one) for one in renewed}
            if leave_types(upgrade_ops, {*places, *map(part_of, standing)}):
                modify.ops[:] = after
                early = ModifyTableOps(modify.table_name, before, schema=modify.schema)
                put_first_of_table(upgrade_ops, early)
            else:
                modify.ops[:] = [*before, *after]
        plain = _made_plain(modify)
        if plain:
            standing = _standing(context, modify, plain, gone)
            aside, again = _statements(standing, is_up=False)
            modify.ops[:] = [*aside, *modify.ops, *again]


def _made_plain(modify: ModifyTableOps) -> set[str]:
    """The generated columns that become plain: anew they are made on the way back alone."""
    diffs: list[Any] = [op.to_diff_tuple() for op in modify.ops if isinstance(op, StatementsOp)]
    return {diff[3] for diff in diffs if diff[0] == "modify_computed"}


def _retyped(modify: ModifyTableOps) -> dict[str, AlterColumnOp]:
    """The columns that get another type."""
    return {
        op.column_name: op
        for op in modify.ops
        if isinstance(op, AlterColumnOp) and op.modify_type is not None
    }


def _generated(
    context: AutogenContext, modify: ModifyTableOps
) -> tuple[list[MigrateOperation], list[MigrateOperation]]:
    """The ops that drop generated columns, and those that add some."""
    found = context.reflected.named(modify.schema, modify.table_name)
    columns: Any = {} if found is None else found.columns
    gone: list[MigrateOperation] = [
        op
        for op in modify.ops
        if isinstance(op, DropColumnOp)
        and isinstance(columns[op.column_name].server_default, Computed)
    ]
    new: list[MigrateOperation] = [
        op
        for op in modify.ops
        if isinstance(op, AddColumnOp) and isinstance(op.column.server_default, Computed)
    ]
    return gone, new


def _waiting(context: AutogenContext, modify: ModifyTableOps, dropped: set[str]) -> list[str]:
    """The generated columns that have to go while another column gets its type."""
    retyped = _retyped(modify)
    table = context.reflected.named(modify.schema, modify.table_name)
    if not retyped or table is None:
        return []
    found = readers(context, modify.schema, modify.table_name, retyped)
    for name, op in sorted(retyped.items()):
        # How values come to another type is said of columns that aren't computed.
        types = op.existing_type, op.modify_type
        casts = [cast_clause(name, *pair, context.dialect) for pair in (types, types[::-1])]
        if any(casts) and isinstance(table.columns[name].server_default, Computed):
            found.append(name)
    return [name for name in dict.fromkeys(found) if name not in dropped]


def _renewed(
    context: AutogenContext,
    modify: ModifyTableOps,
    renewed: set[str],
    waiting: list[str],
    standing: list[Dependent],
) -> tuple[list[MigrateOperation], list[MigrateOperation]]:
    """The ops in their new order: what goes, and all the rest."""
    ops = [
        DoneOp(op)
        if isinstance(op, AlterColumnOp) and op.column_name in {*renewed, *waiting}
        else op
        for op in modify.ops
    ]
    first = [op for op in ops if isinstance(op, DropConstraintOp | DropIndexOp)]
    last = [op for op in ops if isinstance(op, AddConstraintOp | CreateIndexOp)]
    going, coming = _generated(context, modify)
    between = [op for op in ops if op not in [*first, *last, *going, *coming]]
    found = context.reflected.named(modify.schema, modify.table_name)
    key = f"{modify.schema}.{modify.table_name}" if modify.schema else modify.table_name
    models = context.table_key_to_table[key]
    assert found is not None
    away: list[MigrateOperation] = []
    back: list[MigrateOperation] = []
    at = modify.schema, modify.table_name
    for name in waiting:
        wanted = next(column for column in models.columns if column.name == name)
        away.append(DropColumnOp.from_column_and_tablename(*at, found.columns[name]))
        back.append(AddColumnOp.from_column_and_tablename(*at, wanted))
    aside, again = _statements(standing, is_up=True)
    before = [*first, *aside, *going, *_along(away)]
    return before, [*between, *_along(back), *coming, *again, *last]


def _standing(
    context: AutogenContext,
    modify: ModifyTableOps,
    columns: set[str],
    gone: set[Place],
) -> list[Dependent]:
    """What stands on the columns and stays: no op drops it."""
    found = standing_on(context, modify.schema, modify.table_name, columns)
    return [one for one in found if part_of(one) not in gone]


def _statements(standing: list[Dependent], *, is_up: bool) -> tuple[list[AlongOps], list[AlongOps]]:
    """What takes away what stands on the columns, and what makes it again; both ways, or back alone."""
    if not standing:
        return [], []
    drops = [one.dropped for one in standing]
    makes = [statement for one in reversed(standing) for statement in one.made]
    diff: tuple[Any, ...] = ("renew", *(one.name for one in standing))
    return (
        [AlongOps([StatementsOp(drops if is_up else [], makes, diff, diff)])],
        [AlongOps([StatementsOp(makes if is_up else [], drops, diff, diff)])],
    )


def _along(ops: list[MigrateOperation]) -> list[AlongOps]:
    return [AlongOps(ops)] if ops else []
