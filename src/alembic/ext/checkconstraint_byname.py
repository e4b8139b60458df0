"""Check constraints of a table on both sides, compared by name.

Switched on with ``autogenerate_plugins=["alembic.autogenerate.*", "alembic.ext.checkconstraint_byname"]``.
A constraint that the models don't name is left out of the comparison; of two of one name the
dialect's ``compare_check_constraint`` decides whether they differ, which takes them as equal unless a
dialect package knows better. Where ``alembic.complete.checks`` takes part, which tells them by what they
say as well, nothing is left to be found.
"""

from __future__ import annotations

import logging
from typing import Any

from sqlalchemy import text
from sqlalchemy.schema import CheckConstraint, Table
from sqlalchemy.sql.elements import conv

from alembic.autogenerate.api import AutogenContext
from alembic.autogenerate.complete import checks
from alembic.operations.ops.base import ModifyTableOps
from alembic.operations.ops.constraint import CreateCheckConstraintOp, DropConstraintOp
from alembic.runtime.plugins import Plugin
from alembic.util.dispatch import PriorityDispatchResult

log = logging.getLogger(__name__)


def setup(plugin: Plugin) -> None:
    """Add the comparator to ``plugin``."""
    plugin.add_autogenerate_comparator(compare_checks, "table", "checkconstraints")


def compare_checks(
    context: AutogenContext,
    modify: ModifyTableOps,
    schema: str | None,
    table_name: str,
    conn_table: Table | None,
    metadata_table: Table | None,
) -> PriorityDispatchResult:
    """Ops for the named check constraints that are removed, then those added, then those changed."""
    if conn_table is None or metadata_table is None:
        return PriorityDispatchResult.CONTINUE
    if context.is_compared_by(checks.compare_checks):
        return PriorityDispatchResult.CONTINUE
    existing = _in_database(context, conn_table)
    wanted = _in_models(context, metadata_table)
    where = f"{schema}.{table_name}" if schema else table_name
    for name in sorted(existing.keys() - wanted.keys()):
        if _passes(context, existing[name], name, True, None):
            modify.ops.append(DropConstraintOp.from_constraint(existing[name]))
            log.info("Detected removed check constraint %r on table %r", name, where)
    for name in sorted(wanted.keys() - existing.keys()):
        if _passes(context, wanted[name], name, False, None):
            modify.ops.append(CreateCheckConstraintOp.from_constraint(wanted[name]))
            log.info("Detected added check constraint %r on table %r", name, where)
    for name in sorted(existing.keys() & wanted.keys()):
        _compare(context, modify, where, existing[name], wanted[name])
    return PriorityDispatchResult.CONTINUE


def _compare(
    context: AutogenContext,
    modify: ModifyTableOps,
    where: str,
    existing: CheckConstraint,
    wanted: CheckConstraint,
) -> None:
    name = str(existing.name)
    result: Any = context.migration_context.impl.compare_check_constraint(wanted, existing)
    if result.is_skip:
        log.info(
            "Cannot compare check constraint %r, assuming equal and skipping. %s",
            name,
            result.message,
        )
    elif result.is_different and _passes(context, wanted, name, False, existing):
        log.info(
            "Detected changed check constraint %r on table %r: %s", name, where, result.message
        )
        modify.ops += [
            DropConstraintOp.from_constraint(existing),
            CreateCheckConstraintOp.from_constraint(wanted),
        ]


def _passes(
    context: AutogenContext,
    constraint: CheckConstraint,
    name: str,
    reflected: bool,
    compare_to: CheckConstraint | None,
) -> bool:
    return context.run_object_filters(constraint, name, "check_constraint", reflected, compare_to)


def _in_database(context: AutogenContext, table: Table) -> dict[str, CheckConstraint]:
    found: list[Any] = context.inspector.get_check_constraints(table.name, schema=table.schema)
    parents = {"table_name": table.name, "schema_name": table.schema}
    checks: dict[str, CheckConstraint] = {}
    for one in sorted(found, key=lambda one: one["name"] or ""):
        name = one["name"]
        if name is None or not context.run_name_filters(name, "check_constraint", dict(parents)):
            continue
        check = CheckConstraint(text(one["sqltext"]), name=conv(name), **_options(one))
        # The constraint knows its table, which keeps what its own reflection gave it.
        check._set_parent(table)
        table.constraints.discard(check)
        checks[name] = check
    return checks


def _options(reflected: Any) -> dict[str, Any]:
    return dict(reflected.get("dialect_options") or {})


def _in_models(context: AutogenContext, table: Table) -> dict[str, CheckConstraint]:
    checks: dict[str, CheckConstraint] = {}
    for constraint in table.constraints:
        if not isinstance(constraint, CheckConstraint) or not isinstance(constraint.name, str):
            continue
        name = context.dialect.identifier_preparer.format_constraint(
            constraint, _alembic_quote=False
        )
        if name is not None and _is_created(constraint, context):
            checks[str(name)] = constraint
    return checks


def _is_created(constraint: CheckConstraint, context: AutogenContext) -> bool:
    """Whether the dialect gets this constraint: a type's own may be for some dialects only."""
    rule = getattr(constraint, "_create_rule", None)
    if rule is None:
        return True
    compiler = context.dialect.statement_compiler(context.dialect, None)
    return bool(rule(compiler))
