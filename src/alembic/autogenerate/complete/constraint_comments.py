"""Comments on the constraints of PostgreSQL's tables.

Source: https://www.postgresql.org/docs/current/sql-comment.html.
"""

from __future__ import annotations

import logging
from typing import Any

from sqlalchemy.schema import Table

from alembic.autogenerate.complete.statements import StatementsOp
from alembic.autogenerate.context import AutogenContext
from alembic.autogenerate.spelled.facts import Fact
from alembic.ddl.literals import text_literal
from alembic.operations.ops.base import ModifyTableOps
from alembic.operations.ops.constraint import AddConstraintOp, DropConstraintOp

log = logging.getLogger("alembic.autogenerate.compare.comments")


def compare_constraint_comments(
    context: AutogenContext,
    modify: ModifyTableOps,
    schema: str | None,
    table_name: str,
    conn_table: Table | None,
    metadata_table: Table | None,
) -> None:
    """Statements for the comments of constraints that stay; a new one is made with its comment."""
    if conn_table is None or metadata_table is None or context.dialect.name != "postgresql":
        return
    existing = dict(context.spelled.items(context.spelled.existing, "comment", schema, table_name))
    moved = {
        str(op.constraint_name)  # type: ignore[union-attr]
        for op in modify.ops
        if isinstance(op, AddConstraintOp | DropConstraintOp)
    }
    for name, wanted in sorted(_in_models(context, metadata_table).items()):
        had = existing.get(name)
        if name in moved or had == wanted:
            continue
        modify.ops.append(_changed(context, metadata_table, name, had, wanted))
        log.info("Detected changed comment on constraint %r of table %r", name, table_name)


def comment_again(context: AutogenContext, table: Table, name: str) -> list[str]:
    """The statement that gives a constraint back the comment that it has in the database, if any."""
    had = context.spelled.existing.get(Fact("comment", table.schema, table.name, name))
    return [] if had is None else [_statement(context, table, name, had)]


def _in_models(context: AutogenContext, table: Table) -> dict[str, str | None]:
    """Name → comment of the constraints that have a name there.

    Of a check that is written in a column SQLAlchemy says no comment.
    """
    preparer = context.dialect.identifier_preparer
    constraints: Any = table.constraints
    named = {
        preparer.format_constraint(one, _alembic_quote=False): one.comment
        for one in constraints
        if isinstance(one.name, str)
    }
    return {str(name): comment or None for name, comment in named.items() if name is not None}


def _changed(
    context: AutogenContext, table: Table, name: str, had: str | None, has: str | None
) -> StatementsOp:
    diff = ("modify_constraint_comment", table.schema, table.name, name)
    return StatementsOp(
        [_statement(context, table, name, has)],
        [_statement(context, table, name, had)],
        (*diff, had, has),
        (*diff, has, had),
    )


def _statement(context: AutogenContext, table: Table, name: str, comment: str | None) -> str:
    preparer = context.preparer
    said = "NULL" if comment is None else text_literal(comment)
    place = f"{preparer.quote(name)} ON {preparer.format_table(table)}"
    return f"COMMENT ON CONSTRAINT {place} IS {said}"
