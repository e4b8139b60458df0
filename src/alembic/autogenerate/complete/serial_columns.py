"""Columns of PostgreSQL that come or go with the sequence by which they count.

One that comes counts the rows that are there, so its sequence is made before it; one that goes takes
its sequence along, and brings it back.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import text
from sqlalchemy.schema import Column, DefaultClause, Sequence, Table

from alembic.autogenerate.complete.along import AlongOps
from alembic.autogenerate.complete.counters import Counter, counter_of
from alembic.autogenerate.complete.serials import is_serial, sequence_of
from alembic.autogenerate.complete.statements import StatementsOp
from alembic.autogenerate.context import AutogenContext
from alembic.operations.ops.base import MigrateOperation, ModifyTableOps
from alembic.operations.ops.column import AddColumnOp, DropColumnOp
from alembic.operations.ops.script import UpgradeOps


def keep_sequences_with_columns(context: AutogenContext, upgrade_ops: UpgradeOps) -> None:
    """Have new serial columns count from their first row on, and dropped ones come back counting."""
    for modify in upgrade_ops.ops:
        if isinstance(modify, ModifyTableOps):
            _keep(context, modify)


def _keep(context: AutogenContext, modify: ModifyTableOps) -> None:
    key = f"{modify.schema}.{modify.table_name}" if modify.schema else modify.table_name
    models = context.table_key_to_table.get(key)
    found = context.reflected.named(modify.schema, modify.table_name)
    ops: list[MigrateOperation] = []
    for op in modify.ops:
        if isinstance(op, AddColumnOp) and models is not None and _counts(op.column, models):
            counter = counter_of(context, op.column, modify)
            create, own = counter.statements
            op.column = _counting(op.column, counter)
            ops += [_along([create], []), op, _along([own], [])]
        elif isinstance(op, DropColumnOp) and op._reverse is not None and found is not None:
            ops += _dropped(context, modify, op, found.columns[op.column_name])
        else:
            ops.append(op)
    modify.ops[:] = ops


def _dropped(
    context: AutogenContext, modify: ModifyTableOps, op: DropColumnOp, column: Column[Any]
) -> list[MigrateOperation]:
    sequence = sequence_of(context, column) if is_serial(column) else None
    if sequence is None or op._reverse is None:
        return [op]
    counter = counter_of(context, column, modify)._replace(sequence=sequence)
    create, own = counter.statements
    op._reverse.column = _counting(op._reverse.column, counter)
    return [_along([], [own]), op, _along([], [create])]


def _counts(column: Column[Any], models: Table) -> bool:
    """Whether the column is SERIAL in the models' table."""
    counting: Any = models._autoincrement_column
    return (
        counting is not None
        and counting.name == column.name
        and counting.server_default is None
        and not isinstance(counting.default, Sequence)
    )


def _counting(column: Column[Any], counter: Counter) -> Column[Any]:
    copied = column._copy()
    copied.server_default = DefaultClause(text(counter.default))
    return copied


def _along(up: list[str], down: list[str]) -> AlongOps:
    diff = ("modify_autoincrement",)
    return AlongOps([StatementsOp(up, down, diff, diff)])
