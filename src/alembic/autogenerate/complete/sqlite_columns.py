"""SQLite's collations of columns, which reflection doesn't report: the way back has to say them."""

from __future__ import annotations

import copy
from typing import Any

from sqlalchemy.types import String

from alembic.autogenerate.complete.along import everything
from alembic.autogenerate.context import AutogenContext
from alembic.autogenerate.spelled.facts import Fact
from alembic.autogenerate.spelled.sqlite import existing_facts
from alembic.operations.ops.column import DropColumnOp
from alembic.operations.ops.script import UpgradeOps
from alembic.operations.ops.table import DropTableOp


def keep_collations(context: AutogenContext, upgrade_ops: UpgradeOps) -> None:
    """Give dropped columns, and those of dropped tables, the collation that the database has for them."""
    dropped: list[Any] = [
        op for op in everything(upgrade_ops) if isinstance(op, DropColumnOp | DropTableOp)
    ]
    if not dropped or context.connection is None:
        return
    names = list(dict.fromkeys((op.schema, op.table_name) for op in dropped))
    facts = existing_facts(context.connection, names)
    for op in dropped:
        for column in _columns(op):
            fact = Fact("type", op.schema, op.table_name, column.name)
            collation = facts.get(fact, "").partition(" COLLATE ")[2]
            if collation and isinstance(column.type, String) and column.type.collation is None:
                column.type = copy.copy(column.type)
                column.type.collation = collation.upper()


def _columns(op: Any) -> list[Any]:
    if op._reverse is None:
        return []
    if isinstance(op, DropColumnOp):
        return [op._reverse.column]
    return [item for item in op._reverse.columns if item.__visit_name__ == "column"]
