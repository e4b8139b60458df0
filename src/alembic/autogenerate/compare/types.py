"""Types of a column on both sides."""

from __future__ import annotations

import logging
import re
from typing import Any

from sqlalchemy.schema import Column
from sqlalchemy.types import NullType, TypeEngine

from alembic.autogenerate.complete.enums import is_of_other_schema
from alembic.autogenerate.context import AutogenContext
from alembic.autogenerate.records.unknown_types import UnknownType, differ_in_text
from alembic.autogenerate.spelled.facts import Fact
from alembic.operations.ops.column import AlterColumnOp
from alembic.util.dispatch import PriorityDispatchResult

log = logging.getLogger(__name__)

_WIDTH = re.compile(r"(?<=INT)\(\d+\)|(?<=INTEGER)\(\d+\)|\ABOOL\b", re.IGNORECASE)
"""A display width of MySQL; BOOL is of width 1."""


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
    if differs is None and isinstance(conn_column.type, UnknownType):
        # As the database spells both, where it was asked; equal ones are left alone as ever.
        differs = context.spelled.differ("type", schema, table_name, column_name) or None
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
    if differs and context.dialect.name in {"mysql", "mariadb"}:
        fact = Fact("type", schema, table_name, column_name)
        differs = _differ_beside_width(context, metadata_column.type, fact)
    if differs is None:
        differs = context.migration_context.impl.compare_type(conn_column, metadata_column)
    # Where it is asked how it spells a type, an enum stands in the scratch schema.
    differs = differs or is_of_other_schema(context, conn_column, metadata_column)
    _note(alter, table_name, column_name, metadata_column, bool(differs))
    return PriorityDispatchResult.STOP if differs else PriorityDispatchResult.CONTINUE


def _differ_beside_width(context: AutogenContext, wanted: TypeEngine[Any], fact: Fact) -> bool:
    """Whether MySQL's types differ in more than a display width that the models leave out."""
    if _WIDTH.search(context.dialect.type_compiler_instance.process(wanted)):
        return True
    sides = (context.spelled.existing, context.spelled.wanted)
    had, has = (_WIDTH.sub("", facts[fact]) for facts in sides)
    return had != has


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
