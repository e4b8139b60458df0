"""Types of a column on both sides."""

from __future__ import annotations

import logging
from typing import Any

from sqlalchemy.schema import Column
from sqlalchemy.types import NullType

from alembic.autogenerate.context import AutogenContext
from alembic.autogenerate.records.unknown_types import differ_in_text
from alembic.operations.ops.column import AlterColumnOp
from alembic.util.dispatch import PriorityDispatchResult

log = logging.getLogger(__name__)


def compare_type_by_user(
    context: AutogenContext,
    alter: AlterColumnOp,
    schema: str | None,
    table_name: str,
    column_name: str,
    conn_column: Column[Any],
    metadata_column: Column[Any],
) -> PriorityDispatchResult:
    """Ask the ``compare_type`` option: False compares nothing, a function may decide."""
    alter.existing_type = conn_column.type
    differs = differ_in_text(conn_column, metadata_column)
    if differs is not None:
        _note(alter, table_name, column_name, metadata_column, differs)
        return PriorityDispatchResult.STOP
    if not _both_known(table_name, column_name, conn_column, metadata_column):
        return PriorityDispatchResult.STOP
    option = context.opts.get("compare_type", True)
    if option is False or option is None:
        return PriorityDispatchResult.STOP
    if callable(option):
        differs = option(
            context.migration_context,
            conn_column,
            metadata_column,
            conn_column.type,
            metadata_column.type,
        )
        if differs is not None:
            _note(alter, table_name, column_name, metadata_column, bool(differs))
            return PriorityDispatchResult.STOP
    return PriorityDispatchResult.CONTINUE


def compare_type(
    context: AutogenContext,
    alter: AlterColumnOp,
    schema: str | None,
    table_name: str,
    column_name: str,
    conn_column: Column[Any],
    metadata_column: Column[Any],
) -> PriorityDispatchResult:
    """Ask the dialect whether the types differ."""
    differs = context.spelled.differ("type", schema, table_name, column_name)
    if differs is None:
        differs = context.migration_context.impl.compare_type(conn_column, metadata_column)
    _note(alter, table_name, column_name, metadata_column, bool(differs))
    return PriorityDispatchResult.STOP if differs else PriorityDispatchResult.CONTINUE


def _both_known(
    table_name: str, column_name: str, conn_column: Column[Any], metadata_column: Column[Any]
) -> bool:
    if isinstance(conn_column.type, NullType):
        log.info("Couldn't determine database type for column '%s.%s'", table_name, column_name)
        return False
    if isinstance(metadata_column.type, NullType):
        log.info(
            "Column '%s.%s' has no type within the model; can't compare", table_name, column_name
        )
        return False
    return True


def _note(
    alter: AlterColumnOp,
    table_name: str,
    column_name: str,
    metadata_column: Column[Any],
    differs: bool,
) -> None:
    if differs:
        alter.modify_type = metadata_column.type
        log.info(
            "Detected type change from %r to %r on '%s.%s'",
            alter.existing_type,
            metadata_column.type,
            table_name,
            column_name,
        )
