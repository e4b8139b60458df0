"""What foreign keys point to: there before them, and gone after them, whatever the tables' names are.

A table that is removed goes after the keys that others lose to it; the column that a key points to, a
unique constraint, a primary key or an index over it goes after the key, and comes before it. The way back is the
reverse, so that it is right as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy.schema import ForeignKeyConstraint

from alembic.autogenerate.complete.along import everything
from alembic.autogenerate.complete.statements import StatementsOp
from alembic.operations.ops.base import MigrateOperation, ModifyTableOps
from alembic.operations.ops.column import AddColumnOp, AlterColumnOp, DropColumnOp
from alembic.operations.ops.constraint import (
    CreateForeignKeyOp,
    CreatePrimaryKeyOp,
    CreateUniqueConstraintOp,
    DropConstraintOp,
)
from alembic.operations.ops.index import CreateIndexOp, DropIndexOp
from alembic.operations.ops.script import UpgradeOps
from alembic.operations.ops.table import CreateTableOp, DropTableOp

Name = tuple["str | None", str]
_CREATED = CreatePrimaryKeyOp | CreateUniqueConstraintOp | CreateIndexOp


def drop_what_is_pointed_to_last(upgrade_ops: UpgradeOps) -> None:
    """Move the tables that are removed behind the last change of one that points to any of them."""
    ops = upgrade_ops.ops
    removed = {_name(op) for op in ops if isinstance(op, DropTableOp)}
    last = max((at for at, op in enumerate(ops) if _lets_go(op) & removed), default=-1)
    # All of them, for the order among themselves is theirs already, with what goes before each.
    moved = [op for op in ops[: last + 1] if _name(op) in removed]
    if any(isinstance(op, DropTableOp) for op in moved):
        kept = [op for op in ops[: last + 1] if op not in moved]
        ops[: last + 1] = [*kept, *moved]


def drop_keys_before_columns_refuse_null(upgrade_ops: UpgradeOps) -> None:
    """Drop a key that sets a column to NULL before MySQL is told that the column refuses NULL."""
    for modify in upgrade_ops.ops:
        if isinstance(modify, ModifyTableOps):
            refusing = {
                op.column_name
                for op in modify.ops
                if isinstance(op, AlterColumnOp) and op.modify_nullable is False
            }
            modify.ops.sort(key=lambda op: not refusing & _set_to_null(op))


def _set_to_null(op: MigrateOperation) -> set[str]:
    """The columns that a dropped key has set to NULL."""
    key = op._reverse if isinstance(op, DropConstraintOp) else None
    if not isinstance(key, CreateForeignKeyOp):
        return set()
    said = {str(key.kw.get(action)).upper() for action in ("ondelete", "onupdate")}
    return set(key.local_cols) if "SET NULL" in said else set()


def put_keys_beside_their_targets(upgrade_ops: UpgradeOps) -> None:
    """Move keys before the drop of what they point to, and behind its creation."""
    first: list[MigrateOperation] = []
    modified = [op for op in upgrade_ops.ops if isinstance(op, ModifyTableOps)]
    for at, modify in enumerate(modified):
        for op in list(modify.ops):
            key = op._reverse if isinstance(op, DropConstraintOp) else op
            if not isinstance(key, CreateForeignKeyOp):
                continue
            is_new = key is op
            around = modified[at + 1 :] if is_new else modified[: at + 1]
            found = [one for one in around if _is_of_target(key, one, was=not is_new)]
            if not found:
                continue
            modify.ops.remove(op)
            alone = ModifyTableOps(modify.table_name, [op], schema=modify.schema)
            if is_new:  # not in the end, where tables are renamed
                upgrade_ops.ops.insert(upgrade_ops.ops.index(found[-1]) + 1, alone)
            else:
                first.append(alone)
    upgrade_ops.ops[:0] = first


def put_keys_of_new_tables_behind_their_targets(upgrade_ops: UpgradeOps) -> None:
    """Take the keys out of new tables that point to what an existing table gets later on.

    The new table stays where it is: the existing one may point to it in turn.
    """
    for op in [one for one in upgrade_ops.ops if isinstance(one, CreateTableOp)]:
        after = upgrade_ops.ops[upgrade_ops.ops.index(op) + 1 :]
        modified = [one for one in after if isinstance(one, ModifyTableOps)]
        for item in [one for one in op.columns if isinstance(one, ForeignKeyConstraint)]:
            key = CreateForeignKeyOp.from_constraint(item)
            found = [one for one in modified if _is_made_for(key, one)]
            if found:
                key.kw.pop("use_alter", None)
                op.columns = [one for one in op.columns if one is not item]
                alone = ModifyTableOps(op.table_name, [key], schema=op.schema)
                upgrade_ops.ops.insert(upgrade_ops.ops.index(found[-1]) + 1, alone)


def drop_keys_of_dropped_tables_first(upgrade_ops: UpgradeOps) -> None:
    """Drop a key by itself whose table goes only after what the key points to.

    Such a table is pointed to in turn by the one that loses what the key needs.
    """
    first: list[MigrateOperation] = []
    for at, op in enumerate(upgrade_ops.ops):
        if not isinstance(op, DropTableOp) or op._reverse is None:
            continue
        before = [one for one in upgrade_ops.ops[:at] if isinstance(one, ModifyTableOps)]
        for item in [one for one in op._reverse.columns if isinstance(one, ForeignKeyConstraint)]:
            key = CreateForeignKeyOp.from_constraint(item)
            if item.name is not None and any(_is_of_target(key, one, was=True) for one in before):
                op._reverse.columns = [one for one in op._reverse.columns if one is not item]
                drop = DropConstraintOp.from_constraint(item)
                first.append(ModifyTableOps(op.table_name, [drop], schema=op.schema))
    upgrade_ops.ops[:0] = first


def _is_made_for(key: CreateForeignKeyOp, modify: ModifyTableOps) -> bool:
    """Whether ops about the table that a key points to make what the key needs, or give it its type."""
    if _is_of_target(key, modify, was=False):
        return True
    return _name(modify) == (key.kw.get("referent_schema"), key.referent_table) and any(
        isinstance(op, AlterColumnOp)
        and op.modify_type is not None
        and op.column_name in key.remote_cols
        for op in everything(modify)
    )


def _is_of_target(key: CreateForeignKeyOp, modify: ModifyTableOps, *, was: bool) -> bool:
    """Whether ops about the table that a key points to drop, or create, what the key needs there."""
    if _name(modify) != (key.kw.get("referent_schema"), key.referent_table):
        return False
    needed = set(key.remote_cols)
    return any(
        needed == set(_columns(op, was=was)) or needed & _column(op, was=was) or _is_key(op)
        for op in everything(modify)
    )


def _column(op: MigrateOperation, *, was: bool) -> set[str]:
    """The column that an op drops (``was``) or adds."""
    if isinstance(op, DropColumnOp):
        return {op.column_name} if was else set()
    return {op.column.name} if isinstance(op, AddColumnOp) and not was else set()


def _is_key(op: MigrateOperation) -> bool:
    """Whether it is MySQL's statement about a primary key."""
    return isinstance(op, StatementsOp) and op.diff[:1] == ("modify_primary_key",)


def _columns(op: Any, *, was: bool) -> Sequence[str]:
    """The columns of a key or index that an op drops (``was``) or creates."""
    if was and isinstance(op, DropConstraintOp | DropIndexOp):
        op = op._reverse
        was = False
    if was or not isinstance(op, _CREATED):
        return ()
    return [getattr(column, "name", None) or str(column) for column in op.columns]


def _lets_go(op: MigrateOperation) -> set[Name]:
    """The tables that an op drops foreign keys to."""
    if not isinstance(op, ModifyTableOps):
        return set()
    keys = [
        one._reverse
        for one in op.ops
        if isinstance(one, DropConstraintOp) and isinstance(one._reverse, CreateForeignKeyOp)
    ]
    return {(key.kw.get("referent_schema"), key.referent_table) for key in keys}


def _name(op: MigrateOperation) -> Name:
    return getattr(op, "schema", None), getattr(op, "table_name", "")
