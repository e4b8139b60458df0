"""Verbs on rows, and plain SQL: execute and bulk insert."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Executable, Table, TableClause

from alembic.operations.ops.data import BulkInsertOp, ExecuteSQLOp, Row
from alembic.operations.verbs.arguments import check_rows, check_statement
from alembic.operations.verbs.base import BatchVerbs, PlainVerbs


class DataVerbs(PlainVerbs):
    """Verbs on rows, and plain SQL."""

    def execute(
        self, sqltext: Executable | str, *, execution_options: dict[str, Any] | None = None
    ) -> None:
        """Execute a statement, or write it to the script.

        ::

            op.execute("UPDATE account SET name = 'new'")
            op.execute(account.update().where(account.c.name == "old").values(name="new"))

        Text is taken as it stands but for ``:name``, which is a bound parameter (a backslash
        before the colon keeps it). No result comes back: ``op.get_bind()`` gives the connection.

        :param sqltext: text, or a statement of SQLAlchemy.
        :param execution_options: options for ``Connection.execution_options``.
        """
        check_statement("execute", sqltext, execution_options)
        return self._carry_out(ExecuteSQLOp(sqltext, execution_options=execution_options))

    def bulk_insert(
        self, table: Table | TableClause, rows: Iterable[Row], *, multiinsert: bool = True
    ) -> None:
        """Insert rows.

        ::

            account = sa.table("account", sa.column("id", Integer), sa.column("name", String))
            op.bulk_insert(account, [{"id": 1, "name": "cash"}, {"id": 2, "name": "bank"}])

        :param table: a table, as ``op.create_table()`` gives it or made for the purpose with
            ``sqlalchemy.table()``; its types say how values are written.
        :param rows: dictionaries, column → value; an iterator is read as it goes, so that memory
            stays flat.
        :param multiinsert: send many rows with each statement. Without it every row is a
            statement of its own, in which SQL functions and ``op.inline_literal()`` may stand.
        """
        check_rows("bulk_insert", table, rows)
        self.invoke(BulkInsertOp(table, rows, multiinsert=multiinsert))


class BatchDataVerbs(BatchVerbs):
    """Plain SQL within a batch."""

    def execute(
        self, sqltext: Executable | str, *, execution_options: dict[str, Any] | None = None
    ) -> None:
        """Execute a statement at once, before the changes of the batch are made.

        :param sqltext: text, or a statement of SQLAlchemy.
        :param execution_options: options for ``Connection.execution_options``.
        """
        check_statement("execute", sqltext, execution_options)
        return self._carry_out(ExecuteSQLOp(sqltext, execution_options=execution_options))
