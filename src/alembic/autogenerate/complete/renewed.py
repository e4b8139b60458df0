"""Generated columns of PostgreSQL that are made anew, and what stands on them.

None can be given another type while a generated column is computed from it, and what is dropped takes
its constraints and indexes along. So these go first and come back last, both ways.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy.schema import Computed

from alembic.autogenerate.complete.along import AlongOps, DoneOp
from alembic.autogenerate.complete.dependents import Dependent, readers, standing_on
from alembic.autogenerate.complete.enums import EnumOp, Place
from alembic.autogenerate.complete.statements import StatementsOp
from alembic.autogenerate.complete.using import cast_clause
from alembic.autogenerate.context import AutogenContext
from alembic.operations.ops.base import MigrateOperation, ModifyTableOps
from alembic.operations.ops.column import AddColumnOp, AlterColumnOp, DropColumnOp
from alembic.operations.ops.constraint import AddConstraintOp, DropConstraintOp
from alembic.operations.ops.index import CreateIndexOp, DropIndexOp
from alembic.operations.ops.script import UpgradeOps
from alembic.operations.ops.table import DropTableOp


def renew_generated_columns(context: AutogenContext, upgrade_ops: UpgradeOps) -> None:
    """Bring what goes with generated columns, and keeps others from changing, into an order that works."""
    every = [op for op in upgrade_ops.ops if isinstance(op, ModifyTableOps)]
    _drop_before_enums(context, upgrade_ops, every)
    for modify in every:
        added = {op.column.name for op in modify.ops if isinstance(op, AddColumnOp)}
        dropped = {op.column_name for op in modify.ops if isinstance(op, DropColumnOp)}
        renewed = added & dropped
        waiting = _waiting(context, modify, dropped)
        if renewed or waiting or (_retyped(modify) and any(_generated(context, modify))):
            _renew(context, modify, renewed, waiting, _gone(context, every))
        plain = _made_plain(modify)
        if plain:
            standing = _standing(context, modify, plain, _gone(context, every))
            aside, again = _statements(standing, is_up=False)
            modify.ops[:] = [*aside, *modify.ops, *again]


def _drop_before_enums(
    context: AutogenContext, upgrade_ops: UpgradeOps, every: list[ModifyTableOps]
) -> None:
    """What is dropped anyway goes before an enum is made anew, which it speaks of.

    So do the columns and tables of an enum that loses values, as these may be their defaults.
    """
    enums = [op for op in upgrade_ops.ops if isinstance(op, EnumOp)]
    losing = {place for op in enums if op.loses_values for place in op.places()}
    doomed = _ops_that_drop(context, upgrade_ops, losing)
    gone = _gone(context, every).union(*doomed.values())
    left = [op.leave(gone) for op in enums]
    if True not in left:
        return
    early: list[MigrateOperation] = []
    for modify in every:
        drops: list[MigrateOperation] = [
            op for op in modify.ops if isinstance(op, DropConstraintOp | DropIndexOp)
        ]
        drops += [op for op in modify.ops if op in doomed]
        if drops:
            modify.ops[:] = [op for op in modify.ops if op not in drops]
            early.append(ModifyTableOps(modify.table_name, drops, schema=modify.schema))
    early += [op for op in upgrade_ops.ops if op in doomed]
    others = [op for op in upgrade_ops.ops if op not in doomed]
    at = others.index(enums[0])
    upgrade_ops.ops[:] = [*others[:at], *early, *others[at:]]


def _ops_that_drop(
    context: AutogenContext, upgrade_ops: UpgradeOps, asked: set[Place]
) -> dict[MigrateOperation, set[Place]]:
    """The ops that drop some of these for good by dropping a column or a table, each with what it drops."""
    found: dict[MigrateOperation, set[Place]] = {}
    default = context.dialect.default_schema_name
    for op in upgrade_ops.ops if asked else ():
        if isinstance(op, DropTableOp):
            table = (None if op.schema == default else op.schema, op.table_name)
            found[op] = {place for place in asked if place[:2] == table}
        elif isinstance(op, ModifyTableOps):
            schema = None if op.schema == default else op.schema
            added = {one.column.name for one in op.ops if isinstance(one, AddColumnOp)}
            for one in op.ops:
                if isinstance(one, DropColumnOp) and one.column_name not in added:
                    found[one] = asked & {(schema, op.table_name, one.column_name)}
    return {op: places for op, places in found.items() if places}


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


def _renew(
    context: AutogenContext,
    modify: ModifyTableOps,
    renewed: set[str],
    waiting: list[str],
    gone: set[Place],
) -> None:
    ops = [
        DoneOp(op)
        if isinstance(op, AlterColumnOp) and op.column_name in {*renewed, *waiting}
        else op
        for op in modify.ops
    ]
    standing = _standing(context, modify, {*renewed, *waiting}, gone)
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
    modify.ops[:] = [*before, *between, *_along(back), *coming, *again, *last]


def _standing(
    context: AutogenContext,
    modify: ModifyTableOps,
    columns: set[str],
    gone: set[Place],
) -> list[Dependent]:
    """What stands on the columns and stays: no op drops it."""
    found = standing_on(context, modify.schema, modify.table_name, columns)
    return [one for one in found if (one.schema, one.table, one.name) not in gone]


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


def _gone(context: AutogenContext, every: list[ModifyTableOps]) -> set[Place]:
    """The constraints and indexes that ops drop."""
    gone: set[Place] = set()
    default = context.dialect.default_schema_name
    for modify in every:
        schema = None if modify.schema == default else modify.schema
        for op in modify.ops:
            if isinstance(op, DropConstraintOp):
                gone.add((schema, op.table_name, str(op.constraint_name)))
            elif isinstance(op, DropIndexOp):
                gone.add((schema, None, str(op.index_name)))
            else:
                diff: Any = op.to_diff_tuple() if isinstance(op, StatementsOp) else ()
                if diff and diff[0] == "remove_exclusion":
                    gone.add((schema, diff[2], diff[3]))
    return gone
