"""Computed columns whose expression changed, that became computed, or are no longer.

No database changes what a column is computed from in place everywhere, and no row is lost when such a
column is dropped and added again: its values are computed. One that becomes plain keeps its values where
the database can say so.
"""

from __future__ import annotations

import logging
from typing import Any

from sqlalchemy.schema import Column, Computed

from alembic.autogenerate.complete.statements import StatementsOp
from alembic.autogenerate.context import AutogenContext
from alembic.operations.ops.base import ModifyTableOps
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
            modify.ops.append(_made_plain(context, existing, column))
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
) -> StatementsOp:
    """``DROP EXPRESSION``, and on the way back the column anew: its values are computed again."""
    preparer = context.preparer
    table = preparer.format_table(wanted.table)
    name = preparer.quote(wanted.name)
    type_ = context.dialect.type_compiler_instance.process(existing.type)
    expression = context.migration_context.impl.render_ddl_sql_expr(
        existing.server_default.sqltext  # type: ignore[union-attr]
    )
    generated = f"GENERATED ALWAYS AS ({expression}) STORED"
    return StatementsOp(
        [f"ALTER TABLE {table} ALTER COLUMN {name} DROP EXPRESSION"],
        [
            f"ALTER TABLE {table} DROP COLUMN {name}",
            f"ALTER TABLE {table} ADD COLUMN {name} {type_} {generated}",
        ],
        ("modify_computed", wanted.table.schema, wanted.table.name, wanted.name),
        ("modify_computed", wanted.table.schema, wanted.table.name, wanted.name),
    )
