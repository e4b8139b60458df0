"""The comparator that makes a comparison complete."""

from __future__ import annotations

from alembic.autogenerate.complete.indexes import compare_expression_indexes
from alembic.autogenerate.context import AutogenContext
from alembic.operations.ops.script import UpgradeOps


def begin_complete(context: AutogenContext, upgrade_ops: UpgradeOps) -> None:
    """Have both sides of the comparison spelled by the database, and the code made to run both ways."""
    context.is_complete = True
    if context.dialect.name == "sqlite" and context.is_compared_by(compare_expression_indexes):
        context.catalog.is_read_beside = True
