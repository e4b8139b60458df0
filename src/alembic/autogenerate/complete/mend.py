"""What every project's rendered code needs so as to run, complete comparison or not.

The differences are those that were found; what is added here goes along with them.
"""

from __future__ import annotations

from sqlalchemy.schema import CheckConstraint

from alembic.autogenerate.complete.checks import as_written
from alembic.autogenerate.complete.checks_of_columns import keep_checks_of_dropped_columns
from alembic.autogenerate.complete.column_checks import keep_inline_checks
from alembic.autogenerate.complete.key_columns import say_key_columns
from alembic.autogenerate.complete.key_types import free_key_columns
from alembic.autogenerate.complete.mysql import imply_indexes, keep_keys_indexed
from alembic.autogenerate.complete.pointed_to import (
    drop_keys_before_columns_refuse_null,
    drop_what_is_pointed_to_last,
    put_keys_beside_their_targets,
)
from alembic.autogenerate.complete.serials import serials_and_identities
from alembic.autogenerate.complete.sqlite_columns import keep_what_is_hidden
from alembic.autogenerate.complete.type_checks import checks_of_types
from alembic.autogenerate.context import AutogenContext
from alembic.operations.ops.script import DowngradeOps, UpgradeOps
from alembic.operations.ops.table import DropTableOp

MYSQL = frozenset({"mysql", "mariadb"})


def mend(context: AutogenContext, upgrade_ops: UpgradeOps) -> None:
    """Add what has to be done along with the ops, before their reverse is taken."""
    checks_of_types(context, upgrade_ops)
    keep_checks_of_dropped_columns(context, upgrade_ops)
    drop_what_is_pointed_to_last(upgrade_ops)
    if context.is_complete or context.dialect.name in MYSQL:
        say_key_columns(upgrade_ops)
    if context.dialect.name == "sqlite":
        keep_what_is_hidden(context, upgrade_ops)
    elif context.dialect.name == "postgresql":
        serials_and_identities(context, upgrade_ops)
        _write_checks(upgrade_ops)
    elif context.dialect.name in MYSQL:
        keep_keys_indexed(context, upgrade_ops)
        drop_keys_before_columns_refuse_null(upgrade_ops)
        free_key_columns(context, upgrade_ops)
        keep_inline_checks(context, upgrade_ops)
    put_keys_beside_their_targets(upgrade_ops)


def mend_way_back(context: AutogenContext, downgrade_ops: DowngradeOps) -> None:
    """What the reverse of the ops needs by itself."""
    if context.dialect.name in MYSQL:
        imply_indexes(downgrade_ops)


def _write_checks(upgrade_ops: UpgradeOps) -> None:
    """Have the checks of dropped tables come back as somebody would write them."""
    for op in upgrade_ops.ops:
        if isinstance(op, DropTableOp) and op._reverse is not None:
            for item in op._reverse.columns:
                if isinstance(item, CheckConstraint):
                    item.sqltext = as_written(item.sqltext)
