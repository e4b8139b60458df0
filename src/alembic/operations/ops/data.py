"""Ops on rows, and plain SQL: execute and bulk insert."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Executable, Table, TableClause

from alembic.operations.ops.base import MigrateOperation, VerbForm

Row = Mapping[str, Any]
"""Column → value."""


class ExecuteSQLOp(MigrateOperation):
    """Execute a statement: text, or an expression of SQLAlchemy."""

    execute = VerbForm()
    batch_execute = VerbForm()

    def __init__(
        self, sqltext: Executable | str, *, execution_options: dict[str, Any] | None = None
    ) -> None:
        self.sqltext = sqltext
        self.execution_options = execution_options

    def to_diff_tuple(self) -> tuple[str, Executable | str]:
        """``("execute", statement)``."""
        return "execute", self.sqltext


class BulkInsertOp(MigrateOperation):
    """Insert rows; ``rows`` may be an iterator, which is read once, when the op is carried out."""

    bulk_insert = VerbForm()

    def __init__(
        self, table: Table | TableClause, rows: Iterable[Row], *, multiinsert: bool = True
    ) -> None:
        self.table = table
        self.rows = rows
        self.multiinsert = multiinsert
