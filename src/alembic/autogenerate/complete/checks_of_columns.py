"""The checks that go with a dropped column: databases drop them along, and the way back makes them again."""

from __future__ import annotations

from sqlalchemy.schema import CheckConstraint, Table

from alembic.autogenerate.complete.along import AlongOps, ImpliedOp
from alembic.autogenerate.context import AutogenContext
from alembic.ddl.sqlite_schema.mention import is_mentioned
from alembic.ddl.sqlite_schema.tokens import SchemaNotUnderstood
from alembic.operations.ops.base import MigrateOperation, ModifyTableOps
from alembic.operations.ops.column import AddColumnOp, DropColumnOp
from alembic.operations.ops.constraint import DropConstraintOp
from alembic.operations.ops.script import UpgradeOps

MYSQL = frozenset({"mysql", "mariadb"})


def keep_checks_of_dropped_columns(context: AutogenContext, upgrade_ops: UpgradeOps) -> None:
    """Note each check that speaks of a dropped column, before the columns go."""
    for modify in upgrade_ops.ops:
        if not isinstance(modify, ModifyTableOps):
            continue
        gone = [op.column_name for op in modify.ops if isinstance(op, DropColumnOp)]
        if context.is_complete and context.dialect.name in MYSQL | {"postgresql"}:
            anew = {op.column.name for op in modify.ops if isinstance(op, AddColumnOp)}
            # Those come back with what stands on them.
            gone = [name for name in gone if name not in anew]
        found = context.reflected.named(modify.schema, modify.table_name) if gone else None
        if found is None:
            continue
        noted = [_noted(context, check, found) for check in _lost(modify, found, gone)]
        if noted:
            at = next(at for at, op in enumerate(modify.ops) if isinstance(op, DropColumnOp))
            modify.ops.insert(at, AlongOps(noted))


def _lost(modify: ModifyTableOps, found: Table, gone: list[str]) -> list[CheckConstraint]:
    """The checks of a table that speak of one of the columns, and that no op drops."""
    dropped = {
        (op.constraint_name, str(op.to_constraint().sqltext))  # type: ignore[attr-defined]
        for op in modify.ops
        if isinstance(op, DropConstraintOp) and op.constraint_type == "check" and op._reverse
    }
    names = {name for name, _ in dropped if name is not None}
    lost = [
        check
        for check in found.constraints
        if isinstance(check, CheckConstraint)
        and any(speaks_of(str(check.sqltext), column) for column in gone)
        and check.name not in names
        and (check.name, str(check.sqltext)) not in dropped
    ]
    return sorted(lost, key=lambda check: (str(check.name), str(check.sqltext)))


def speaks_of(sql: str, column: str) -> bool:
    """Whether a condition is about a column."""
    try:
        return is_mentioned(sql, column)
    except SchemaNotUnderstood:
        return False


def _noted(context: AutogenContext, check: CheckConstraint, found: Table) -> MigrateOperation:
    dropped = DropConstraintOp.from_constraint(check)
    others = [column.name for column in found.columns if speaks_of(str(check.sqltext), column.name)]
    if context.dialect.name in MYSQL and len(others) > 1:
        return dropped  # MySQL drops a column only with the checks that are about it alone
    return ImpliedOp(dropped)
