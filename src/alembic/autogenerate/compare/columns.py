"""One column on both sides: run its comparators; nullability."""

from __future__ import annotations

import logging
from typing import Any

from sqlalchemy.schema import Column, Computed, Identity

from alembic.autogenerate.context import AutogenContext
from alembic.autogenerate.spelled.facts import Fact, Facts
from alembic.ddl.postgresql_kinds import is_domain
from alembic.operations.ops.base import ModifyTableOps
from alembic.operations.ops.column import AlterColumnOp
from alembic.util.dispatch import PriorityDispatchResult

# The log speaks under the name of what is compared, which scripts filter on.
log = logging.getLogger("alembic.autogenerate.compare.constraints")


def compare_column(
    context: AutogenContext,
    modify: ModifyTableOps,
    conn_column: Column[Any],
    metadata_column: Column[Any],
) -> None:
    """Add an AlterColumnOp to ``modify`` where the column differs."""
    alter = AlterColumnOp(modify.table_name, metadata_column.name, schema=modify.schema)
    dispatch = context.comparators.dispatch("column", qualifier=context.dialect.name)
    dispatch(
        context,
        alter,
        modify.schema,
        modify.table_name,
        metadata_column.name,
        conn_column,
        metadata_column,
    )
    if alter.has_changes():
        modify.ops.append(alter)


def compare_nullable(
    context: AutogenContext,
    alter: AlterColumnOp,
    schema: str | None,
    table_name: str,
    column_name: str,
    conn_column: Column[Any],
    metadata_column: Column[Any],
) -> PriorityDispatchResult:
    """NULL or NOT NULL; a computed or identity column that says nothing of it has no opinion."""
    alter.existing_nullable = conn_column.nullable
    if bool(conn_column.nullable) is bool(metadata_column.nullable):
        return PriorityDispatchResult.CONTINUE
    is_key = metadata_column.primary_key
    if is_key and is_row_id(context, context.spelled.existing, conn_column):
        return PriorityDispatchResult.CONTINUE
    if _becomes_identity(context, conn_column, metadata_column):
        alter.modify_nullable = False
        return PriorityDispatchResult.STOP
    if _says_nothing(metadata_column):
        log.info("Ignoring nullable change on identity column '%s.%s'", table_name, column_name)
        return PriorityDispatchResult.CONTINUE
    if _is_of_domain(conn_column):
        return PriorityDispatchResult.CONTINUE
    alter.modify_nullable = metadata_column.nullable
    log.info(
        "Detected %s on column '%s.%s'",
        "NULL" if metadata_column.nullable else "NOT NULL",
        table_name,
        column_name,
    )
    return PriorityDispatchResult.STOP


def is_row_id(context: AutogenContext, facts: Facts, column: Column[Any]) -> bool:
    """Whether it is SQLite's row id by another name, which is never NULL, declared so or not.

    Source: https://www.sqlite.org/lang_createtable.html#rowid. An ``INT`` is none, so that it takes
    the type as it was written: ``facts`` are those of the column's side, which only a complete
    comparison has read.
    """
    table = column.table
    if context.dialect.name != "sqlite" or [*table.primary_key] != [column]:
        return False
    return facts.get(Fact("type", table.schema, table.name, column.name)) == "integer"


def _is_of_domain(column: Column[Any]) -> bool:
    """Whether the domain has NOT NULL, so that it makes no difference whether the column has it too."""
    return is_domain(column.type) and bool(column.type.not_null)


def _becomes_identity(context: AutogenContext, existing: Column[Any], wanted: Column[Any]) -> bool:
    """Whether PostgreSQL will ask for NOT NULL before it takes a column for an identity."""
    return (
        context.is_complete
        and context.dialect.name == "postgresql"
        and bool(existing.nullable)
        and isinstance(wanted.server_default, Identity)
        and not isinstance(existing.server_default, Identity)
    )


def _says_nothing(column: Column[Any]) -> bool:
    """Whether the database decides: SQLAlchemy marks such a column as undecided by its user."""
    by_database = isinstance(column.server_default, Computed | Identity)
    return by_database and getattr(column, "_user_defined_nullable", None) is not column.nullable
