"""Computed columns whose expression changed, that became computed, or are no longer.

No row is lost when such a column is dropped and added again: its values are computed. MySQL changes what
a column is computed from in place. One that becomes plain keeps its values.
"""

from __future__ import annotations

import logging
from typing import Any

from sqlalchemy.schema import Column, Computed

from alembic.autogenerate.complete.along import AlongOps, ImpliedOp, OneWayOp
from alembic.autogenerate.complete.default_said import default_said
from alembic.autogenerate.complete.statements import StatementsOp
from alembic.autogenerate.context import AutogenContext
from alembic.autogenerate.spelled.facts import Fact
from alembic.operations.ops.base import MigrateOperation, ModifyTableOps
from alembic.operations.ops.column import AddColumnOp, AlterColumnOp, DropColumnOp

log = logging.getLogger("alembic.autogenerate.compare.server_defaults")


def compare_computed_columns(
    context: AutogenContext,
    modify: ModifyTableOps,
    schema: str | None,
    table_name: str,
    conn_table: Any,
    metadata_table: Any,
) -> None:
    """Ops for each computed column that differs."""
    if conn_table is None or metadata_table is None:
        return
    for column in metadata_table.columns:
        existing = conn_table.columns.get(column.name)
        if existing is None or not _differ(context, existing, column):
            continue
        if not context.run_object_filters(column, column.name, "column", False, existing):
            continue
        is_plain_again = not isinstance(column.server_default, Computed)
        if context.dialect.name in {"mysql", "mariadb"}:
            modify.ops += _changed_on_mysql(context, existing, column)
        elif is_plain_again and context.dialect.name == "postgresql":
            modify.ops += _made_plain(context, existing, column)
        elif is_plain_again and context.dialect.name == "sqlite":
            modify.ops += _made_plain_by_rebuild(existing, column)
        else:
            modify.ops += _made_anew(existing, column)
        log.info("Detected changed computed column '%s.%s'", table_name, column.name)


def _differ(context: AutogenContext, existing: Column[Any], wanted: Column[Any]) -> bool:
    had, has = existing.server_default, wanted.server_default
    if not isinstance(had, Computed) and not isinstance(has, Computed):
        return False
    if not isinstance(had, Computed) or not isinstance(has, Computed):
        return True
    return bool(expressions_differ(context, wanted))


def expressions_differ(context: AutogenContext, wanted: Column[Any]) -> bool | None:
    """Whether the database spells the two expressions differently; None where it could not be asked."""
    table = wanted.table
    return context.spelled.differ("computed", table.schema, table.name, wanted.name)


def _made_plain(
    context: AutogenContext, existing: Column[Any], wanted: Column[Any]
) -> list[MigrateOperation]:
    """``DROP EXPRESSION``, and on the way back the column anew: its values are computed again."""
    preparer = context.preparer
    table = wanted.table
    head = f"ALTER TABLE {preparer.format_table(table)} ALTER COLUMN {preparer.quote(wanted.name)}"
    made = [f"{head} DROP EXPRESSION"]
    default = default_said(context, wanted)
    if default is not None:
        made.append(f"{head} SET DEFAULT {default}")
    diff = ("modify_computed", table.schema, table.name, wanted.name)
    return [_anew_on_the_way_back(existing, wanted), StatementsOp(made, [], diff, diff)]


def _anew_on_the_way_back(existing: Column[Any], wanted: Column[Any]) -> AlongOps:
    return AlongOps([ImpliedOp(op) for op in _made_anew(existing, wanted)])


def _made_plain_by_rebuild(existing: Column[Any], wanted: Column[Any]) -> list[MigrateOperation]:
    """On SQLite, a new table takes the values over from the old one."""
    alter = AlterColumnOp(
        wanted.table.name,
        wanted.name,
        schema=wanted.table.schema,
        existing_type=existing.type,
        existing_nullable=existing.nullable,
        existing_server_default=existing.server_default,
        modify_server_default=wanted.server_default,
    )
    return [_anew_on_the_way_back(existing, wanted), OneWayOp(alter)]


def _made_anew(existing: Column[Any], wanted: Column[Any]) -> list[MigrateOperation]:
    place = wanted.table.schema, wanted.table.name
    return [
        DropColumnOp.from_column_and_tablename(*place, existing),
        AddColumnOp.from_column_and_tablename(*place, wanted),
    ]


# --- MySQL -----------------------------------------------------------------------------------------


def _changed_on_mysql(
    context: AutogenContext, existing: Column[Any], wanted: Column[Any]
) -> list[MigrateOperation]:
    """``MODIFY`` where the server takes it: not where a column becomes virtual, or is so no longer.

    One that was virtual and becomes plain is stored in between, so that it has its values.
    Source: https://mariadb.com/kb/en/generated-columns/#alter-table-support.
    """
    table = wanted.table
    facts = context.spelled.existing, context.spelled.wanted
    fact = Fact("definition", table.schema, table.name, wanted.name)
    had, has = (side.get(fact) for side in facts)
    was_virtual, is_virtual = (
        side.get(fact._replace(kind="computed"), "").endswith(" VIRTUAL") for side in facts
    )
    is_plain_again = not isinstance(wanted.server_default, Computed)
    if had is None or has is None or (was_virtual is not is_virtual and not is_plain_again):
        return _made_anew(existing, wanted)
    preparer = context.preparer
    head = f"ALTER TABLE {preparer.format_table(table)} MODIFY {preparer.quote(wanted.name)}"
    diff = ("modify_computed", table.schema, table.name, wanted.name)
    if was_virtual is is_virtual:
        return [StatementsOp([f"{head} {has}"], [f"{head} {had}"], diff, diff)]
    stored: Any = existing._copy()
    stored.server_default.persisted = True
    stored.table = table
    return [*_made_anew(existing, stored), StatementsOp([f"{head} {has}"], [], diff, diff)]
