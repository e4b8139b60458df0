"""Names that one constraint gives up for another, or for an index, of the same table."""

from __future__ import annotations

from alembic.autogenerate.complete.statements import StatementsOp
from alembic.operations.ops.base import MigrateOperation, ModifyTableOps
from alembic.operations.ops.constraint import AddConstraintOp, DropConstraintOp
from alembic.operations.ops.index import CreateIndexOp
from alembic.operations.ops.script import UpgradeOps

_STOOD_ON = frozenset({"unique", "primary"})
"""What a foreign key may stand on: when that is dropped is decided by the key."""


def give_up_names_first(upgrade_ops: UpgradeOps) -> None:
    """Have a constraint go before its name is given to something of another kind."""
    for modify in upgrade_ops.ops:
        if isinstance(modify, ModifyTableOps):
            _give_up_first(modify.ops)


def _give_up_first(ops: list[MigrateOperation]) -> None:
    for drop in [op for op in ops if _name_given_up(op) is not None]:
        taken = [at for at, op in enumerate(ops) if _name_taken(op) == _name_given_up(drop)]
        at = ops.index(drop)
        if taken and taken[0] < at:
            ops.insert(taken[0], ops.pop(at))


def _name_given_up(op: MigrateOperation) -> str | None:
    """The name of what an op drops, as far as nothing stands on that."""
    if isinstance(op, StatementsOp) and op.diff[0] == "remove_exclusion":
        return str(op.diff[3])
    if isinstance(op, DropConstraintOp) and op.constraint_type not in _STOOD_ON:
        return op.constraint_name
    return None


def _name_taken(op: MigrateOperation) -> str | None:
    """The name that an op gives."""
    if isinstance(op, CreateIndexOp):
        return op.index_name
    return getattr(op, "constraint_name", None) if isinstance(op, AddConstraintOp) else None
