"""Server defaults on both sides: plain, computed, identity; and what autoincrement needs."""

from __future__ import annotations

import logging
from typing import Any

from sqlalchemy.schema import Column, Computed, DefaultClause, FetchedValue, Identity

from alembic.autogenerate.complete.computed import compare_computed_columns, expressions_differ
from alembic.autogenerate.complete.identities import with_open_options
from alembic.autogenerate.context import AutogenContext
from alembic.autogenerate.render.values import IDENTITY_OPTIONS
from alembic.autogenerate.spelled.facts import Fact
from alembic.ddl.literals import text_literal
from alembic.operations.ops.column import AlterColumnOp
from alembic.util.dispatch import PriorityDispatchResult
from alembic.util.messaging import warn

log = logging.getLogger(__name__)


def compare_default_by_user(
    context: AutogenContext,
    alter: AlterColumnOp,
    schema: str | None,
    table_name: str,
    column_name: str,
    conn_column: Column[Any],
    metadata_column: Column[Any],
) -> PriorityDispatchResult:
    """Note what stands in the database, and ask a ``compare_server_default`` function."""
    existing, wanted = conn_column.server_default, metadata_column.server_default
    if existing is not None or wanted is not None:
        alter.existing_server_default = existing
    option = context.opts.get("compare_server_default", False)
    if not callable(option) or (existing is None and wanted is None):
        return PriorityDispatchResult.CONTINUE
    differs = option(
        context.migration_context,
        conn_column,
        metadata_column,
        _text_in_database(existing),
        wanted,
        text_in_models(wanted, context),
    )
    if differs is None:
        return PriorityDispatchResult.CONTINUE
    if differs:
        alter.modify_server_default = wanted
        log.info(
            "User defined function %s detected server default on column '%s.%s'",
            option,
            table_name,
            column_name,
        )
    return PriorityDispatchResult.STOP


def compare_computed(
    context: AutogenContext,
    alter: AlterColumnOp,
    schema: str | None,
    table_name: str,
    column_name: str,
    conn_column: Column[Any],
    metadata_column: Column[Any],
) -> PriorityDispatchResult:
    """A computed column: no database changes its expression in place, which is said in a warning."""
    existing, wanted = conn_column.server_default, metadata_column.server_default
    if not isinstance(existing, Computed) and not isinstance(wanted, Computed):
        return PriorityDispatchResult.CONTINUE
    are_both = isinstance(existing, Computed) and isinstance(wanted, Computed)
    is_told = not are_both or expressions_differ(context, metadata_column) is not None
    if is_told and context.is_compared_by(compare_computed_columns):
        return PriorityDispatchResult.STOP  # which writes the column anew
    if isinstance(existing, Computed) and isinstance(wanted, Computed):
        if _without_spelling(existing, context) != _without_spelling(wanted, context):
            _warn_computed(table_name, column_name)
    elif isinstance(wanted, Computed) or wanted is not None:
        _warn_computed(table_name, column_name)
    return PriorityDispatchResult.STOP


def compare_identity(
    context: AutogenContext,
    alter: AlterColumnOp,
    schema: str | None,
    table_name: str,
    column_name: str,
    conn_column: Column[Any],
    metadata_column: Column[Any],
) -> PriorityDispatchResult:
    """An identity added, removed, or with other options; options that nobody set are not compared."""
    if not context.is_complete and not context.opts.get("compare_server_default", False):
        return PriorityDispatchResult.CONTINUE
    existing, wanted = conn_column.server_default, metadata_column.server_default
    if not isinstance(existing, Identity) and not isinstance(wanted, Identity):
        return PriorityDispatchResult.CONTINUE
    if not context.dialect.supports_identity_columns:
        return PriorityDispatchResult.STOP  # such a database has none, whatever the models say
    ignored = context.migration_context.impl.identity_attrs_ignore
    differing = _identity_differences(existing, wanted, ignored)
    if isinstance(existing, Identity) and isinstance(wanted, Identity):
        said = with_open_options(context, Fact("identity", schema, table_name, column_name), wanted)
        wanted = said or wanted
        differing = _identity_differences(existing, said, ignored) if said else []
    if differing or not (isinstance(existing, Identity) and isinstance(wanted, Identity)):
        alter.modify_server_default = wanted
        if isinstance(wanted, Identity):
            log.info(
                "Detected server default on column '%s.%s': identity options attributes %s",
                table_name,
                column_name,
                differing,
            )
    return PriorityDispatchResult.STOP


def note_autoincrement(
    context: AutogenContext,
    alter: AlterColumnOp,
    schema: str | None,
    table_name: str,
    column_name: str,
    conn_column: Column[Any],
    metadata_column: Column[Any],
) -> PriorityDispatchResult:
    """Tell an alteration of a key column whether it counts by itself: some dialects must repeat it."""
    if (
        metadata_column.table._autoincrement_column is metadata_column
        or metadata_column.autoincrement is True
    ):
        alter.kw["autoincrement"] = True
    elif metadata_column.autoincrement is False:
        alter.kw["autoincrement"] = False
    return PriorityDispatchResult.CONTINUE


def compare_default(
    context: AutogenContext,
    alter: AlterColumnOp,
    schema: str | None,
    table_name: str,
    column_name: str,
    conn_column: Column[Any],
    metadata_column: Column[Any],
) -> PriorityDispatchResult:
    """Ask the dialect whether the defaults differ, where ``compare_server_default`` says so."""
    existing, wanted = conn_column.server_default, metadata_column.server_default
    if not context.is_complete and not context.opts.get("compare_server_default", False):
        return PriorityDispatchResult.CONTINUE
    if existing is None and wanted is None:
        return PriorityDispatchResult.CONTINUE
    if wanted is not None and not isinstance(wanted, DefaultClause):
        return PriorityDispatchResult.CONTINUE  # the models leave it open what fills the column
    inherited = Fact("inherited", schema, table_name, column_name)
    if wanted is None and inherited in context.spelled.existing:
        return PriorityDispatchResult.CONTINUE  # it comes from the parent
    differs = context.spelled.differ("default", schema, table_name, column_name)
    if differs is None:
        differs = context.migration_context.impl.compare_server_default(
            conn_column,
            metadata_column,
            text_in_models(wanted, context, quoted=True),
            _text_in_database(existing),
        )
    if not differs:
        return PriorityDispatchResult.CONTINUE
    alter.modify_server_default = wanted
    _log_by_dialect(context, table_name, column_name)
    return PriorityDispatchResult.STOP


def _text_in_database(default: FetchedValue | None) -> str | None:
    if not isinstance(default, DefaultClause):
        return None
    said = str(getattr(default.arg, "text", default.arg))
    # A colon that is none of a parameter has a backslash before it.
    return str(default.arg) if "\\:" in said else said


def text_in_models(
    default: FetchedValue | None, context: AutogenContext, *, quoted: bool = False
) -> str | None:
    """The default as SQL, None for what is no text; a plain string in quotes where ``quoted``."""
    if not isinstance(default, DefaultClause):
        return None
    value = default.arg
    if isinstance(value, str):
        return text_literal(value) if quoted else value
    text: str = context.migration_context.impl.render_ddl_sql_expr(value, is_server_default=True)
    return text


def _without_spelling(computed: Computed, context: AutogenContext) -> str:
    """A computed expression without blanks, quotes and brackets, which databases place as they like."""
    text = str(
        computed.sqltext.compile(
            dialect=context.dialect, compile_kwargs={"literal_binds": True, "include_table": False}
        )
    )
    return "".join(ch for ch in text if ch not in " ()'\"`[]\n\t").lower()


def _warn_computed(table_name: str, column_name: str) -> None:
    warn(f"Computed default on {table_name}.{column_name} cannot be modified")


def _identity_differences(
    existing: FetchedValue | None, wanted: FetchedValue | None, ignored: tuple[str, ...]
) -> list[str]:
    """The options that the models set and the database has otherwise, sorted."""
    differing = []
    if bool(getattr(existing, "always", False)) is not bool(getattr(wanted, "always", False)):
        differing.append("always")
    for name in sorted({*IDENTITY_OPTIONS} - {"always", *ignored}):
        value = getattr(wanted, name, None)
        if value is not None and value != getattr(existing, name, None):
            differing.append(name)
    return differing


def _log_by_dialect(context: AutogenContext, table_name: str, column_name: str) -> None:
    log.info(
        "Dialect impl %r detected server default on column '%s.%s'",
        context.migration_context.impl,
        table_name,
        column_name,
    )
