"""MySQL's and MariaDB's own: a foreign key has an index, and a type carries its collation.

An index that a foreign key needs can't be dropped before another serves it. One that was made along
with the key stays when the key is dropped.
"""

from __future__ import annotations

import copy
import re
from typing import Any

from sqlalchemy.schema import Index, Table
from sqlalchemy.types import String

from alembic.autogenerate.context import AutogenContext
from alembic.autogenerate.render.directives import renderers
from alembic.operations.ops.base import MigrateOperation, ModifyTableOps, OpContainer
from alembic.operations.ops.column import AlterColumnOp
from alembic.operations.ops.constraint import (
    CreateForeignKeyOp,
    CreateUniqueConstraintOp,
    DropConstraintOp,
)
from alembic.operations.ops.index import CreateIndexOp, DropIndexOp
from alembic.operations.ops.script import UpgradeOps
from alembic.operations.ops.table import DropTableOp


def keep_keys_indexed(context: AutogenContext, upgrade_ops: UpgradeOps) -> None:
    """Make and drop the indexes that come with foreign keys along with them, in an order that works."""
    _imply(upgrade_ops)
    for modify in [op for op in upgrade_ops.ops if isinstance(op, ModifyTableOps)]:
        if any(isinstance(op, ImpliedOp) for op in modify.ops):
            continue
        keys: list[MigrateOperation] = []
        rest: list[MigrateOperation] = []
        for op in modify.ops:
            if _is_key(op):
                keys += [op, *_index_after(context, modify, op)]
            elif isinstance(op, CreateForeignKeyOp):
                rest += [*_index_before(context, modify, op), op]
            else:
                rest.append(op)
        modify.ops[:] = keys + _new_indexes_first(rest)


def finish_mysql(context: AutogenContext, ops: OpContainer) -> None:
    """Leave out what is implied, and say the collation that a type without one falls back to."""
    _imply(ops)
    for modify in ops.ops:
        if not isinstance(modify, ModifyTableOps):
            continue
        for op in modify.ops:
            if isinstance(op, AlterColumnOp) and op.modify_type is not None:
                _say_collation(context, modify, op)


def _say_collation(context: AutogenContext, modify: ModifyTableOps, op: AlterColumnOp) -> None:
    had: Any = getattr(op.existing_type, "collation", None) or getattr(
        op.existing_type, "charset", None
    )
    has: Any = op.modify_type
    if had and isinstance(has, String) and not has.collation and not getattr(has, "charset", None):
        table = _reflected(context, modify)
        default = None if table is None else table.kwargs.get("mysql_collate")
        default = default or (None if table is None else table.kwargs.get("mariadb_collate"))
        if default is not None and default != had:
            op.modify_type = copy.copy(has)
            op.modify_type.collation = default


def _imply(container: OpContainer) -> None:
    """A table that is dropped takes its indexes along, and its keys may need them until then."""
    dropped = {(op.schema, op.table_name) for op in container.ops if isinstance(op, DropTableOp)}
    for modify in container.ops:
        if isinstance(modify, ModifyTableOps) and (modify.schema, modify.table_name) in dropped:
            modify.ops[:] = [
                ImpliedOp(op) if isinstance(op, DropIndexOp) else op for op in modify.ops
            ]


def _is_key(op: MigrateOperation) -> bool:
    return isinstance(op, DropConstraintOp) and op.constraint_type == "foreignkey"


def _new_indexes_first(ops: list[MigrateOperation]) -> list[MigrateOperation]:
    """Indexes of new names before those that are dropped, which may serve a key until then."""
    first = next((at for at, op in enumerate(ops) if _is_dropped_index(op)), None)
    if first is None:
        return ops
    old = {_index_name(op) for op in ops if _is_dropped_index(op)}
    new = [
        op
        for op in ops[first:]
        if isinstance(op, CreateIndexOp | CreateUniqueConstraintOp) and _index_name(op) not in old
    ]
    return [*ops[:first], *new, *(op for op in ops[first:] if op not in new)]


def _is_dropped_index(op: MigrateOperation) -> bool:
    return isinstance(op, DropIndexOp) or (
        isinstance(op, DropConstraintOp) and op.constraint_type == "unique"
    )


def _index_name(op: Any) -> str | None:
    name: str | None = getattr(op, "index_name", None) or getattr(op, "constraint_name", None)
    return name


class ImpliedOp(MigrateOperation):
    """An op that the database carries out along with another: only its reverse has to be said."""

    def __init__(self, implied: MigrateOperation) -> None:
        self.implied = implied

    def reverse(self) -> MigrateOperation:
        """The reverse of what is implied."""
        return self.implied.reverse()

    def to_diff_tuple(self) -> Any:
        """The diff tuple of what is implied."""
        return self.implied.to_diff_tuple()


@renderers.dispatch_for(ImpliedOp)
def _nothing(_context: AutogenContext, _op: ImpliedOp) -> list[str]:
    return []


def _index_before(
    context: AutogenContext, modify: ModifyTableOps, op: CreateForeignKeyOp
) -> list[MigrateOperation]:
    table = context.table_key_to_table.get(_key(modify))
    columns = list(op.local_cols)
    if table is None or _starts_an_index(table, columns) or op.constraint_name is None:
        return []
    had = _reflected(context, modify)
    if had is not None and _starts_an_index(had, columns):
        return []
    # A key without a name has an index with that of its first column.
    is_given = re.fullmatch(r".*_ibfk_\d+", op.constraint_name) is not None
    name = columns[0] if is_given else op.constraint_name
    return [CreateIndexOp(name, modify.table_name, columns, schema=modify.schema)]


def _index_after(
    context: AutogenContext, modify: ModifyTableOps, op: Any
) -> list[MigrateOperation]:
    table = context.table_key_to_table.get(_key(modify))
    had = _reflected(context, modify)
    if had is None or table is None or op._reverse is None:
        return []
    columns = list(op._reverse.local_cols)
    kept = {index.name for index in table.indexes}
    if not _starts_an_index(table, columns):
        for other in table.foreign_key_constraints:
            if [element.parent.name for element in other.elements] == columns:
                return []
    return [
        DropIndexOp.from_index(index)
        for index in had.indexes
        if index.name not in kept
        and not index.unique
        and [column.name for column in index.columns] == columns
        and not any(
            isinstance(one, DropIndexOp) and one.index_name == index.name for one in modify.ops
        )
    ]


def _key(modify: ModifyTableOps) -> str:
    return f"{modify.schema}.{modify.table_name}" if modify.schema else modify.table_name


def _reflected(context: AutogenContext, modify: ModifyTableOps) -> Table | None:
    place = (modify.schema, modify.table_name)
    return next((one for one in context.reflected if (one.schema, one.name) == place), None)


def _starts_an_index(table: Table, columns: list[str]) -> bool:
    keyed: list[Any] = [*table.indexes, *table.constraints]
    for item in keyed:
        if isinstance(item, Index) or item.__visit_name__ in {
            "primary_key_constraint",
            "unique_constraint",
        }:
            names = [column.name for column in item.columns]
            if names[: len(columns)] == columns:
                return True
    return False
