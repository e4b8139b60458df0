"""MariaDB: the check that is part of a column's definition, and goes by no name of its own.

Source: https://mariadb.com/kb/en/constraint/#check-constraints.
"""

from __future__ import annotations

import logging

from sqlalchemy.schema import Table

from alembic.autogenerate.complete.statements import StatementsOp
from alembic.autogenerate.context import AutogenContext
from alembic.autogenerate.spelled.facts import Fact
from alembic.operations.ops.base import ModifyTableOps

log = logging.getLogger("alembic.autogenerate.compare.constraints")


def compare_inline_checks(
    context: AutogenContext,
    modify: ModifyTableOps,
    schema: str | None,
    table_name: str,
    conn_table: Table | None,
    metadata_table: Table | None,
) -> None:
    """A statement for each column whose own check is another: it says the whole column."""
    if conn_table is None or metadata_table is None:
        return
    if context.dialect.name not in {"mysql", "mariadb"}:
        return
    spelled, preparer = context.spelled, context.preparer
    head = f"ALTER TABLE {preparer.format_table(metadata_table)} MODIFY"
    for column in metadata_table.columns:
        if not spelled.differ("inline", schema, table_name, column.name):
            continue
        fact = Fact("definition", schema, table_name, column.name)
        had, has = spelled.existing[fact], spelled.wanted[fact]
        quoted = preparer.quote(column.name)
        diff = ("modify_column_check", schema, table_name, column.name)
        modify.ops.append(
            StatementsOp(
                [f"{head} {quoted} {has}"],
                [f"{head} {quoted} {had}"],
                (*diff, had, has),
                (*diff, has, had),
            )
        )
        log.info("Detected changed check on column '%s.%s'", table_name, column.name)
