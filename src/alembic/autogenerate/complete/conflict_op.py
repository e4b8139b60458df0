"""A column's ON CONFLICT clause as an op: rendered as ``alter_column`` with the keyword of SQLAlchemy's columns."""

from __future__ import annotations

from typing import Any

from alembic.autogenerate.context import AutogenContext
from alembic.autogenerate.render.directives import renderers
from alembic.autogenerate.render.values import identifier
from alembic.operations.base import Operations
from alembic.operations.ops.base import AlterTableOp


class ConflictOp(AlterTableOp):
    """Give NOT NULL or the primary key of a column another clause.

    ``kind`` ends the keyword: ``not_null``, ``primary_key``. ``had`` and ``has`` are words of SQLite, ''
    for no clause.
    """

    def __init__(
        self, table_name: str, schema: str | None, column_name: str, kind: str, had: str, has: str
    ) -> None:
        super().__init__(table_name, schema=schema)
        self.column_name = column_name
        self.kind = kind
        self.had = had
        self.has = has

    @property
    def keyword(self) -> str:
        """The keyword of ``alter_column`` that says it."""
        return f"sqlite_on_conflict_{self.kind}"

    def reverse(self) -> ConflictOp:
        """The clause that was."""
        return ConflictOp(
            self.table_name, self.schema, self.column_name, self.kind, self.has, self.had
        )

    def to_diff_tuple(self) -> tuple[Any, ...]:
        """``("modify_on_conflict", schema, table, column, kind, clause that was, clause that shall be)``."""
        place = (self.schema, self.table_name, self.column_name)
        return "modify_on_conflict", *place, self.kind, self.had or None, self.has or None


@Operations.implementation_for(ConflictOp)
def alter(operations: Operations, op: ConflictOp) -> None:
    """Rebuild the table with it."""
    with operations.batch_alter_table(op.table_name, schema=op.schema) as batch:
        said: dict[str, Any] = {op.keyword: op.has or None}
        batch.alter_column(op.column_name, **said)


@renderers.dispatch_for(ConflictOp)
def render(_context: AutogenContext, op: ConflictOp) -> str:
    """``batch_op.alter_column('x', sqlite_on_conflict_not_null='FAIL')``: SQLite's changes are batches."""
    return f"batch_op.alter_column({identifier(op.column_name)!r}, {op.keyword}={op.has or None!r})"
