"""The whole comparison, and which schemas it looks into."""

from __future__ import annotations

import logging

from sqlalchemy.exc import IdentifierError

from alembic.autogenerate.ask import Questioner
from alembic.autogenerate.complete.finish import (
    finish,
    prepare,
)
from alembic.autogenerate.complete.mend import mend, mend_way_back
from alembic.autogenerate.complete.naming import leave_given_names, name_constraints
from alembic.autogenerate.complete.open_options import say_open_options
from alembic.autogenerate.complete.refused import say_what_is_refused
from alembic.autogenerate.context import AutogenContext
from alembic.autogenerate.long_names import refuse_long_names, too_long
from alembic.autogenerate.renames.recognise import recognise_renames, say_suspicions
from alembic.operations.ops.script import MigrationScript, UpgradeOps

log = logging.getLogger(__name__)

# Every server has it, and nobody's models describe it.
NEVER_COMPARED = frozenset({"information_schema"})


def populate_migration_script(
    context: AutogenContext, script: MigrationScript, questioner: Questioner | None = None
) -> None:
    """Fill the upgrade ops of ``script`` with what differs, its downgrade ops with the reverse.

    Of several, one for each database that ``env.py`` has configured, the last is meant. Without a
    ``questioner`` nobody is asked about renames.
    """
    questioner = questioner or Questioner()
    upgrade_ops = script.upgrade_ops_list[-1]
    downgrade_ops = script.downgrade_ops_list[-1]
    try:
        produce_net_changes(context, upgrade_ops)
    except IdentifierError as error:
        raise too_long(context, error) from error
    refuse_long_names(context, upgrade_ops)
    known = len(questioner.suspicions)
    context = recognise_renames(context, upgrade_ops, questioner, produce_net_changes)
    named = name_constraints(context, upgrade_ops)
    mend(context, upgrade_ops)
    if context.is_complete:
        prepare(context, upgrade_ops)
    upgrade_ops.reverse_into(downgrade_ops)
    mend_way_back(context, downgrade_ops)
    if not context.is_complete:
        for op in named:  # the database names them, and the way back knows how
            op.constraint_name = None
    if context.is_complete:
        finish(context, upgrade_ops)
        finish(context, downgrade_ops)
        say_what_is_refused(context, upgrade_ops, downgrade_ops)
        say_open_options(context, upgrade_ops)
    leave_given_names(context, upgrade_ops, downgrade_ops)
    say_suspicions(upgrade_ops, questioner, known)


def produce_net_changes(context: AutogenContext, upgrade_ops: UpgradeOps) -> None:
    """Run the comparators of the target "autogenerate": all others run beneath them."""
    dispatch = context.comparators.dispatch("autogenerate", qualifier=context.dialect.name)
    dispatch(context, upgrade_ops)


def compare_schemas(context: AutogenContext, upgrade_ops: UpgradeOps) -> None:
    """Compare the default schema, and the others where ``include_schemas`` says so."""
    dispatch = context.comparators.dispatch("schema", qualifier=context.dialect.name)
    dispatch(context, upgrade_ops, compared_schemas(context))


def compared_schemas(context: AutogenContext) -> set[str | None]:
    """The schemas that take part; the default one is None."""
    schemas: set[str | None] = {None}
    if context.opts.get("include_schemas"):
        inspector = context.inspector
        schemas.update(inspector.get_schema_names())
        schemas -= NEVER_COMPARED | {inspector.default_schema_name}
    return {
        name
        for name in sorted(schemas, key=lambda name: name or "")
        if context.run_name_filters(name, "schema", {})
    }
