"""A unit of work on SQLite as one real transaction: schema, rows and version row together.

The driver of the standard library begins a transaction before INSERT, UPDATE and DELETE only, so
that DDL before them would commit by itself. A unit therefore begins with ``BEGIN IMMEDIATE``, which
also takes the database's write lock: what is read after it nobody else can change.

Some statements do nothing inside a transaction, or fail there: ``PRAGMA foreign_keys = OFF``, by
which migrations protect the rows of child tables while they replace a table, ``VACUUM``,
``ATTACH``, ``PRAGMA journal_mode`` (SQLite manual, pragma.html and lang_vacuum.html). Where a
migration runs one, the unit is committed before it and begins anew behind it, so that the statement
means what it has always meant. Enforcement of foreign keys is what it was once the unit has ended.
"""

from __future__ import annotations

import random
import re
import sqlite3
import time
from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, event

from alembic.util.exc import CommandError

_FIRST_PAUSE = 0.01
_LONGEST_PAUSE = 0.25
_OUTSIDE = re.compile(
    r"\s*(?:VACUUM|ATTACH|DETACH|BEGIN|COMMIT|END|ROLLBACK(?!\s+(?:TRANSACTION\s+)?TO\b)"
    r"|PRAGMA\s+(?:\w+\s*\.\s*)?(?:foreign_keys|journal_mode|synchronous)\s*[=(])",
    re.IGNORECASE,
)


class DatabaseBusy(CommandError):
    """The write lock of the database could not be had within ``seconds``."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        super().__init__(
            f"The database is locked by another program, for all of the {seconds:g} seconds that "
            "were waited. Run the command again, or give it longer with lock_timeout "
            "(--lock-timeout)"
        )


class SqliteUnit:
    """One unit on one connection, from :meth:`begin` to :meth:`end`.

    ``timeout`` is in seconds; ``before_commit`` is called before the unit is committed for a
    statement that can't run inside it.
    """

    def __init__(
        self, connection: Connection, timeout: float, before_commit: Callable[[], None]
    ) -> None:
        self._connection = connection
        self._timeout = timeout
        self._before_commit = before_commit
        self._was_enforcing = False
        self._has_begun = False

    def begin(self) -> None:
        """Begin in the driver; raises :class:`DatabaseBusy` after ``timeout`` seconds.

        What the connection had open is committed: it is ours, and can only hold what was done on
        the way here.
        """
        if self._has_begun:
            return
        self._was_enforcing = self._is_enforcing()
        self._begin_in_driver()
        self._has_begun = True
        event.listen(self._connection, "before_cursor_execute", self._before)
        event.listen(self._connection, "after_cursor_execute", self._after)
        event.listen(self._connection, "begin", self._anew)

    def end(self) -> None:
        """After commit or rollback: leave enforcement as it was."""
        if not self._has_begun:
            return
        self._has_begun = False
        event.remove(self._connection, "before_cursor_execute", self._before)
        event.remove(self._connection, "after_cursor_execute", self._after)
        event.remove(self._connection, "begin", self._anew)
        if self._connection.closed or self._connection.invalidated:
            return
        if self._is_enforcing() is not self._was_enforcing:
            self._rows(f"PRAGMA foreign_keys = {'ON' if self._was_enforcing else 'OFF'}")

    # -- statements on their way

    def _before(
        self,
        conn: Connection,
        cursor: Any,
        statement: str,
        parameters: Any,
        context: Any,
        executemany: bool,
    ) -> None:
        if _OUTSIDE.match(statement) and self._driver.in_transaction:
            self._before_commit()
            if not statement.lstrip().upper().startswith(("COMMIT", "END", "ROLLBACK")):
                self._dbapi.commit()

    def _after(
        self,
        conn: Connection,
        cursor: Any,
        statement: str,
        parameters: Any,
        context: Any,
        executemany: bool,
    ) -> None:
        if _OUTSIDE.match(statement) and not self._driver.in_transaction:
            self._begin_in_driver()

    def _anew(self, conn: Connection) -> None:
        """A migration has committed by itself: what comes next is in a real transaction too."""
        if not self._driver.in_transaction:
            self._begin_in_driver()

    # -- the driver

    def _begin_in_driver(self) -> None:
        driver = self._driver
        if driver.in_transaction:
            self._dbapi.commit()
        if getattr(driver, "autocommit", None) is False:
            # This driver keeps a transaction open at all times (sqlite3, Connection.autocommit):
            # a write that changes nothing takes the lock.
            (version,) = self._rows("PRAGMA user_version")[0]
            self._run_patiently(f"PRAGMA user_version = {version}")
        else:
            self._run_patiently("BEGIN IMMEDIATE")

    def _run_patiently(self, sql: str) -> None:
        """Run what takes the write lock, again and again while another has it."""
        deadline = time.monotonic() + self._timeout
        pause = _FIRST_PAUSE
        while True:
            try:
                self._rows(sql)
            except sqlite3.OperationalError as error:
                if not _is_busy(error):
                    raise
                if time.monotonic() >= deadline:
                    raise DatabaseBusy(self._timeout) from error
            else:
                return
            time.sleep(pause * random.uniform(0.5, 1.0))  # noqa: S311 - waiters drift apart
            pause = min(pause * 1.5, _LONGEST_PAUSE)

    def _is_enforcing(self) -> bool:
        return bool(self._rows("PRAGMA foreign_keys")[0][0])

    @property
    def _dbapi(self) -> Any:
        return self._connection.connection

    @property
    def _driver(self) -> Any:
        return self._dbapi.driver_connection

    def _rows(self, sql: str) -> list[Any]:
        # The driver's own cursor: SQLAlchemy would begin a transaction of its own.
        cursor = self._dbapi.cursor()
        try:
            cursor.execute(sql)
            return list(cursor.fetchall())
        finally:
            cursor.close()


def _is_busy(error: sqlite3.OperationalError) -> bool:
    """Whether it says SQLITE_BUSY or SQLITE_LOCKED; Python 3.10 does not tell, and is believed."""
    code = getattr(error, "sqlite_errorcode", None)
    return code is None or code & 0xFF in {5, 6}
