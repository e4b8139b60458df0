"""Computed columns whose expression changed, that became computed, or are no longer.

No database changes what a column is computed from in place everywhere, and no row is lost when such a
column is dropped and added again: its values are computed. One that becomes plain keeps its values where
the database can say so.
"""

from __future__ import annotations

import logging
from typing import Any

from sqlalchemy.schema import Column, Computed

from alembic.autogenerate.complete.along import AlongOps, ImpliedOp
from alembic.autogenerate.complete.default_said import default_said
from alembic.autogenerate.complete.statements import StatementsOp
from alembic.autogenerate.context import AutogenContext
from alembic.operations.ops.base import MigrateOperation, ModifyTableOps
from alembic.operations.ops.column import AddColumnOp, DropColumnOp

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
        if is_plain_again and context.dialect.name == "postgresql":
            modify.ops += _made_plain(context, existing, column)
        else:
            modify.ops += [
                DropColumnOp.from_column_and_tablename(schema, table_name, existing),
                AddColumnOp.from_column_and_tablename(schema, table_name, column),
            ]
        log.info("Detected changed computed column '%s.%s'", table_name, column.name)


def _differ(context: AutogenContext, existing: Column[Any], wanted: Column[Any]) -> bool:
    had, has = existing.server_default, wanted.server_default
    if not isinstance(had, Computed) and not isinstance(has, Computed):
        return False
    if not isinstance(had, Computed) or not isinstance(has, Computed):
        return True
    table = wanted.table
    return bool(context.spelled.differ("computed", table.schema, table.name, wanted.name))


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
    back: list[MigrateOperation] = [
        ImpliedOp(DropColumnOp.from_column_and_tablename(table.schema, table.name, existing)),
        ImpliedOp(AddColumnOp.from_column_and_tablename(table.schema, table.name, wanted)),
    ]
    return [AlongOps(back), StatementsOp(made, [], diff, diff)]
