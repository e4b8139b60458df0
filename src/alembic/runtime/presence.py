"""Presence: whether a table is there, and what is in it, asked while others may be making or dropping it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from typing import Any

from sqlalchemy import Connection, Executable, Table
from sqlalchemy.exc import DBAPIError

from alembic.ddl.driver_errors import mysql_code, sqlstate
from alembic.runtime.patience import Patience

# What MariaDB answers to DESCRIBE while another session's DDL is at work on the table:
# https://mariadb.com/kb/en/mariadb-error-code-reference/ (ER_WARN_I_S_SKIPPED_TABLE).
_BEING_MODIFIED = 1684
_LONGEST = 30.0
# No such table; on MySQL and MariaDB also that its definition has changed since the snapshot was taken.
_GONE = frozenset({1146, 1412, "42P01"})


def is_there(connection: Connection, table: Table) -> bool:
    """Whether the database has the table; waits for the end of a statement that is changing that."""
    patience = Patience(_LONGEST, is_async=connection.dialect.is_async)
    while True:
        try:
            return connection.dialect.has_table(connection, table.name, schema=table.schema)
        except DBAPIError as error:
            if mysql_code(error) != _BEING_MODIFIED or patience.is_over:
                raise
        patience.pause()


def rows_of_the_moment(
    connection: Connection, query: Executable, *, in_autocommit: bool
) -> Sequence[Any] | None:
    """The rows of a table that was there a moment ago; None where somebody has dropped it in between,
    or has made it anew behind our snapshot. The transaction goes on.
    """
    is_postgresql = connection.dialect.name == "postgresql" and not in_autocommit
    try:
        with connection.begin_nested() if is_postgresql else nullcontext():
            return connection.execute(query).all()
    except DBAPIError as error:
        if not _is_gone(error):
            raise
    return None


def _is_gone(error: DBAPIError) -> bool:
    # SQLite has one code for all that is wrong with a statement.
    is_gone_of_sqlite = str(error.orig).startswith("no such table")
    return is_gone_of_sqlite or bool({mysql_code(error), sqlstate(error)} & _GONE)
