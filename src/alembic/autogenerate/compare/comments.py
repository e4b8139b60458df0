"""Comments of tables and columns, where the dialect has them."""

from __future__ import annotations

import logging
from typing import Any

from sqlalchemy.schema import Column, Table

from alembic.autogenerate.complete.options import mysql_options
from alembic.autogenerate.context import AutogenContext
from alembic.operations.ops.base import ModifyTableOps
from alembic.operations.ops.column import AlterColumnOp
from alembic.operations.ops.table import CreateTableCommentOp, DropTableCommentOp
from alembic.util.dispatch import PriorityDispatchResult

log = logging.getLogger(__name__)


def compare_column_comment(
    context: AutogenContext,
    alter: AlterColumnOp,
    schema: str | None,
    table_name: str,
    column_name: str,
    conn_column: Column[Any],
    metadata_column: Column[Any],
) -> PriorityDispatchResult:
    """A column's comment added, changed or removed."""
    if not context.dialect.supports_comments:
        return PriorityDispatchResult.CONTINUE
    alter.existing_comment = conn_column.comment
    wanted = _said(context, metadata_column.comment)
    if conn_column.comment == wanted:
        return PriorityDispatchResult.CONTINUE
    alter.modify_comment = wanted
    log.info("Detected column comment '%s.%s'", table_name, column_name)
    return PriorityDispatchResult.STOP


def compare_table_comment(
    context: AutogenContext,
    modify: ModifyTableOps,
    schema: str | None,
    table_name: str,
    conn_table: Table | None,
    metadata_table: Table | None,
) -> PriorityDispatchResult:
    """A table's comment added, changed or removed, of a table on both sides."""
    if not context.dialect.supports_comments or conn_table is None or metadata_table is None:
        return PriorityDispatchResult.CONTINUE
    existing, wanted = conn_table.comment, _said(context, _of_table(context, metadata_table))
    if existing == wanted:
        return PriorityDispatchResult.CONTINUE
    if wanted:
        modify.ops.append(
            CreateTableCommentOp(table_name, wanted, existing_comment=existing, schema=schema)
        )
    else:
        modify.ops.append(DropTableCommentOp(table_name, existing_comment=existing, schema=schema))
    return PriorityDispatchResult.STOP


def _of_table(context: AutogenContext, table: Table) -> str | None:
    """The comment of a table of the models: MySQL's may be among its options, ``mysql_comment``."""
    if table.comment is None and context.is_complete:
        return mysql_options(context, table).get("comment")
    return table.comment


def _said(context: AutogenContext, comment: str | None) -> str | None:
    """A comment of the models; an empty one is none to a database."""
    return comment or None if context.is_complete else comment
