"""The comparator that makes a comparison complete."""

from __future__ import annotations

from alembic.autogenerate.context import AutogenContext
from alembic.operations.ops.script import UpgradeOps


def begin_complete(context: AutogenContext, upgrade_ops: UpgradeOps) -> None:
    """Have both sides of the comparison spelled by the database, and the code made to run both ways."""
    context.is_complete = True
