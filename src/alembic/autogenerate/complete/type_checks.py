"""The check that a type brings along: where a column's type changes, the old one goes before the new one comes.

The type that reflection reports has none, so that the change of the type would not know of it.
"""

from __future__ import annotations

import copy
from typing import Any

from sqlalchemy.schema import CheckConstraint, Table

from alembic.autogenerate.complete.along import AlongOps
from alembic.autogenerate.complete.checks import compare_checks
from alembic.autogenerate.context import AutogenContext
from alembic.operations.ops.base import MigrateOperation, ModifyTableOps
from alembic.operations.ops.column import AlterColumnOp
from alembic.operations.ops.constraint import CreateCheckConstraintOp, DropConstraintOp
from alembic.operations.ops.script import UpgradeOps


def checks_of_types(context: AutogenContext, upgrade_ops: UpgradeOps) -> None:
    """Have a changed type come without its check; where checks aren't compared, its check goes along."""
    for modify in upgrade_ops.ops:
        if isinstance(modify, ModifyTableOps):
            before = list(modify.ops)
            modify.ops[:] = [one for op in before for one in _apart(context, modify, op)]
            if context.is_complete and _changes_checked_type(before):
                modify.ops.sort(key=lambda op: not _drops_check(op))


def _changes_checked_type(ops: list[MigrateOperation]) -> bool:
    return any(hasattr(getattr(op, "modify_type", None), "create_constraint") for op in ops)


def _drops_check(op: MigrateOperation) -> bool:
    return isinstance(op, DropConstraintOp) and op.constraint_type == "check"


def _apart(
    context: AutogenContext, modify: ModifyTableOps, op: MigrateOperation
) -> list[MigrateOperation]:
    if not isinstance(op, AlterColumnOp) or not getattr(op.modify_type, "create_constraint", False):
        return [op]
    key = f"{modify.schema}.{modify.table_name}" if modify.schema else modify.table_name
    models = context.table_key_to_table.get(key)
    found = context.reflected.named(modify.schema, modify.table_name)
    check = None if models is None else _check_of_type(context, models, op.column_name)
    had = None if check is None or found is None else _named(context, found, check)
    if check is not None and context.is_compared_by(compare_checks):
        op.modify_type = _without_check(op.modify_type)
        return [op]
    if check is None or had is None:
        return [op]
    op.modify_type = _without_check(op.modify_type)
    dropped = DropConstraintOp.from_constraint(had)
    created = CreateCheckConstraintOp.from_constraint(check)
    return [AlongOps([dropped]), op, AlongOps([created])]


def _without_check(type_: Any) -> Any:
    copied = copy.copy(type_)
    copied.create_constraint = False
    return copied


def _check_of_type(
    context: AutogenContext, table: Table, column_name: str
) -> CheckConstraint | None:
    """The check of a column's type, if this dialect gets it."""
    for one in table.constraints:
        if not isinstance(one, CheckConstraint) or not getattr(one, "_type_bound", False):
            continue
        rule: Any = getattr(one, "_create_rule", None)
        compiler = context.dialect.statement_compiler(context.dialect, None)
        is_created = rule is None or rule(compiler)
        if is_created and [column.name for column in one.columns] == [column_name]:
            return one
    return None


def _named(context: AutogenContext, table: Table, check: CheckConstraint) -> CheckConstraint | None:
    """The check of the database that has the name of this one."""
    if not isinstance(check.name, str):
        return None
    preparer = context.dialect.identifier_preparer
    name = preparer.format_constraint(check, _alembic_quote=False)
    return next(
        (one for one in table.constraints if isinstance(one, CheckConstraint) and one.name == name),
        None,
    )
