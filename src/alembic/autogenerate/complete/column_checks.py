"""MariaDB's checks that are part of a column: reflection shows none, and the way back has to make them.

One of them is JSON, which is a LONGTEXT with a check of its own: https://mariadb.com/kb/en/json-data-type/.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import text
from sqlalchemy.dialects import mysql
from sqlalchemy.schema import CheckConstraint, Column

from alembic.autogenerate.colons import as_text
from alembic.autogenerate.complete.along import everything
from alembic.autogenerate.context import AutogenContext
from alembic.autogenerate.spelled.facts import Fact
from alembic.autogenerate.spelled.mysql import existing_facts
from alembic.operations.ops.base import MigrateOperation
from alembic.operations.ops.column import AlterColumnOp, DropColumnOp
from alembic.operations.ops.script import UpgradeOps
from alembic.operations.ops.table import DropTableOp

_CHECKED = text("""
SELECT k.constraint_schema, k.table_name, k.constraint_name,
       k.check_clause = CONCAT('json_valid(`', k.constraint_name, '`)')
FROM information_schema.check_constraints k
JOIN information_schema.columns c ON c.table_schema = k.constraint_schema
  AND c.table_name = k.table_name AND c.column_name = k.constraint_name
""")

ColumnName = tuple["str | None", str, str]


def keep_inline_checks(context: AutogenContext, upgrade_ops: UpgradeOps) -> None:
    """Give dropped columns, and those of dropped tables, their checks; call a JSON column JSON."""
    ops = [op for op in everything(upgrade_ops) if _is_about_columns(op)]
    known = checked_columns(context) if ops else {}
    for op in ops if known else ():
        _correct(context, op, known)


def checked_columns(context: AutogenContext) -> dict[ColumnName, bool]:
    """The columns of a MariaDB database that may have a check of their own → whether they are JSON."""
    if not getattr(context.dialect, "is_mariadb", False) or context.connection is None:
        return {}
    default = context.dialect.default_schema_name
    return {
        (None if schema == default else schema, table, column): bool(is_json)
        for schema, table, column, is_json in context.connection.execute(_CHECKED)
    }


def correct_column(
    context: AutogenContext, place: tuple[str | None, str], column: Any, is_json: bool
) -> None:
    """Give a column of the table ``place`` its check, or call it JSON."""
    if is_json:
        column.type = mysql.JSON()
    else:
        _give_check(context, place, column)


def _is_about_columns(op: MigrateOperation) -> bool:
    if isinstance(op, AlterColumnOp):
        return isinstance(op.existing_type, mysql.LONGTEXT)
    return bool(_columns(op))


def _columns(op: Any) -> list[Any]:
    """The columns that the reverse of an op makes."""
    if isinstance(op, DropColumnOp) and op._reverse is not None:
        return [op._reverse.column]
    if isinstance(op, DropTableOp) and op._reverse is not None:
        return [item for item in op._reverse.columns if isinstance(item, Column)]
    return []


def _correct(context: AutogenContext, op: Any, known: dict[ColumnName, bool]) -> None:
    if isinstance(op, AlterColumnOp):
        if known.get((op.schema, op.table_name, op.column_name)):
            op.existing_type = mysql.JSON()
        return
    for column in _columns(op):
        is_json = known.get((op.schema, op.table_name, column.name))
        if is_json is not None:
            correct_column(context, (op.schema, op.table_name), column, is_json)


def _give_check(context: AutogenContext, place: tuple[str | None, str], column: Any) -> None:
    """The check, if it is the column's own and not one of the table by that name."""
    assert context.connection is not None
    facts = existing_facts(context.connection, [place])
    said = facts.get(Fact("inline", *place, column.name), "")
    is_there = any(isinstance(one, CheckConstraint) for one in column.constraints)
    if said and not is_there:
        escaped = as_text(said.removeprefix("(").removesuffix(")"))
        check: Any = CheckConstraint(text(escaped))
        check.parent = column
        column.constraints.add(check)
