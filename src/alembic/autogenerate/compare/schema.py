"""The whole comparison, and which schemas it looks into."""

from __future__ import annotations

import logging

from alembic.autogenerate.complete.finish import (
    finish,
    name_dropped_constraints,
    prepare,
    types_used,
)
from alembic.autogenerate.context import AutogenContext
from alembic.operations.ops.script import MigrationScript, UpgradeOps

log = logging.getLogger(__name__)

# Every server has it, and nobody's models describe it.
NEVER_COMPARED = frozenset({"information_schema"})


def populate_migration_script(context: AutogenContext, script: MigrationScript) -> None:
    """Fill the upgrade ops of ``script`` with what differs, its downgrade ops with the reverse.

    Of several, one for each database that ``env.py`` has configured, the last is meant.
    """
    upgrade_ops = script.upgrade_ops_list[-1]
    downgrade_ops = script.downgrade_ops_list[-1]
    produce_net_changes(context, upgrade_ops)
    if context.is_complete:
        prepare(context, upgrade_ops)
    upgrade_ops.reverse_into(downgrade_ops)
    name_dropped_constraints(context, downgrade_ops)
    if context.is_complete:
        finish(context, upgrade_ops, types_used(context, context.sorted_tables))
        finish(context, downgrade_ops, types_used(context, context.reflected))


def produce_net_changes(context: AutogenContext, upgrade_ops: UpgradeOps) -> None:
    """Run the comparators of the target "autogenerate": all others run beneath them."""
    dispatch = context.comparators.dispatch("autogenerate", qualifier=context.dialect.name)
    dispatch(context, upgrade_ops)


def compare_schemas(context: AutogenContext, upgrade_ops: UpgradeOps) -> None:
    """Compare the default schema, and the others where ``include_schemas`` says so."""
    schemas: set[str | None] = {None}
    if context.opts.get("include_schemas"):
        inspector = context.inspector
        schemas.update(inspector.get_schema_names())
        schemas -= NEVER_COMPARED | {inspector.default_schema_name}
    schemas = {
        name
        for name in sorted(schemas, key=lambda name: name or "")
        if context.run_name_filters(name, "schema", {})
    }
    dispatch = context.comparators.dispatch("schema", qualifier=context.dialect.name)
    dispatch(context, upgrade_ops, schemas)
