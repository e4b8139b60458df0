"""A unit of work on SQLite as one real transaction: schema, rows and version row together.

The driver of the standard library begins a transaction before INSERT, UPDATE and DELETE only, so
that DDL before them would commit by itself. A unit therefore begins with ``BEGIN IMMEDIATE``, which
also takes the database's write lock: what is read after it nobody else can change.

Some statements do nothing inside a transaction, or fail there: ``PRAGMA foreign_keys = OFF``, by
which migrations protect the rows of child tables while they replace a table, ``VACUUM``,
``ATTACH``, ``PRAGMA journal_mode`` (SQLite manual, pragma.html and lang_vacuum.html). Where a
migration runs one, the unit is committed before it and begins anew behind it, so that the statement
means what it has always meant. The same is done where a migration opens a second connection, by
``op.get_bind().engine.begin()``: it would neither see what the unit has made nor get the lock.
Enforcement of foreign keys is what it was once the unit has ended.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, event

from alembic.runtime.patience import Patience
from alembic.util.exc import CommandError

_OUTSIDE = re.compile(
    r"\s*(?:VACUUM|ATTACH|DETACH|BEGIN|COMMIT|END|ROLLBACK(?!\s+(?:TRANSACTION\s+)?TO\b)"
    r"|PRAGMA\s+(?:\w+\s*\.\s*)?(?:foreign_keys|journal_mode|synchronous)\s*[=(])",
    re.IGNORECASE,
)
_AS_EVER = -1
"""``sqlite3.LEGACY_TRANSACTION_CONTROL``, which Python has from 3.12 on as it has `autocommit`."""
_ENDS = re.compile(r"\s*(?:COMMIT|END|ROLLBACK)\b", re.IGNORECASE)


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
        self._is_outside = False
        self._commits_each = False
        self._thread = 0

    def begin(self) -> None:
        """Begin in the driver; raises :class:`DatabaseBusy` after ``timeout`` seconds.

        What the connection had open is committed: it is ours, and can only hold what was done on
        the way here.
        """
        if self._has_begun:
            return
        self.let_go()
        self._was_enforcing = self._is_enforcing()
        self._take_over()
        try:
            self._begin_in_driver()
        except BaseException:
            self._give_back()
            raise
        self._has_begun = True
        event.listen(self._connection, "before_cursor_execute", self._before)
        event.listen(self._connection, "after_cursor_execute", self._after)
        self._thread = threading.get_ident()
        event.listen(self._connection.engine, "engine_connect", self._beside)

    @property
    def is_open(self) -> bool:
        """Whether it has begun and not ended: what is done is one transaction, whatever the driver's
        settings say.
        """
        return self._has_begun

    def let_go(self) -> None:
        """Before it begins: end what the driver has open, which may lock readers or writers out."""
        if not self._has_begun and self._driver.in_transaction:
            self._dbapi.commit()

    def end(self) -> None:
        """After commit or rollback: leave the connection as it was."""
        if not self._has_begun:
            return
        self._has_begun = False
        event.remove(self._connection, "before_cursor_execute", self._before)
        event.remove(self._connection, "after_cursor_execute", self._after)
        event.remove(self._connection.engine, "engine_connect", self._beside)
        if self._connection.closed or self._connection.invalidated:
            return
        if self._is_enforcing() is not self._was_enforcing:
            self._outside()
            self._rows(f"PRAGMA foreign_keys = {'ON' if self._was_enforcing else 'OFF'}")
        self._inside_again()
        self._give_back()

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
        if _OUTSIDE.match(statement):
            if self._is_inside():
                self._before_commit()
                if not _ENDS.match(statement):
                    self._outside()
        elif not self._is_inside():
            # The migration has committed, by itself or by what can't run inside.
            self._begin_in_driver()

    def _after(
        self,
        conn: Connection,
        cursor: Any,
        statement: str,
        parameters: Any,
        context: Any,
        executemany: bool,
    ) -> None:
        if self._is_outside and _OUTSIDE.match(statement):
            self._inside_again()

    def _beside(self, conn: Connection) -> None:
        """The migration opens another connection to the database."""
        if threading.get_ident() == self._thread and self._is_inside():
            self._before_commit()
            self._dbapi.commit()

    # -- the driver

    def _take_over(self) -> None:
        """Have the driver's commit() and rollback() do something, as they do by default."""
        self._commits_each = getattr(self._driver, "autocommit", None) is True
        if self._commits_each:
            self._driver.autocommit = _AS_EVER

    def _give_back(self) -> None:
        if self._commits_each:
            self._driver.autocommit = True

    def _is_inside(self) -> bool:
        return bool(self._driver.in_transaction) and not self._is_outside

    def _outside(self) -> None:
        """Commit, and have the driver begin nothing by itself."""
        self._dbapi.commit()
        if self._keeps_open:
            self._driver.autocommit = True
            self._is_outside = True

    def _inside_again(self) -> None:
        if self._is_outside:
            self._is_outside = False
            self._driver.autocommit = False

    @property
    def _keeps_open(self) -> bool:
        """Whether this driver keeps a transaction open at all times (sqlite3, `autocommit`)."""
        return getattr(self._driver, "autocommit", None) is False

    def _begin_in_driver(self) -> None:
        self._inside_again()
        if self._keeps_open and self._driver.in_transaction:
            # A write that changes nothing takes the lock.
            self._dbapi.commit()
            (version,) = self._rows("PRAGMA user_version")[0]
            self._dbapi.commit()  # what was read must not be old when the lock is had
            self._run_patiently(f"PRAGMA user_version = {version}")
        else:
            self._run_patiently("BEGIN IMMEDIATE")

    def _run_patiently(self, sql: str) -> None:
        """Run what takes the write lock, again and again while another has it."""
        patience = Patience(
            self._timeout, is_async=self._connection.dialect.is_async, first=0.01, longest=0.25
        )
        driver_waits = int(self._rows("PRAGMA busy_timeout")[0][0])
        if driver_waits > self._timeout * 1000:
            self._rows(f"PRAGMA busy_timeout = {int(self._timeout * 1000)}")
        try:
            while not self._has_run(sql):
                if patience.is_over:
                    raise DatabaseBusy(self._timeout)
                patience.pause()
        finally:
            self._rows(f"PRAGMA busy_timeout = {driver_waits}")

    def _has_run(self, sql: str) -> bool:
        try:
            self._rows(sql)
        except self._connection.dialect.loaded_dbapi.OperationalError as error:
            if not _is_busy(error):
                raise
            return False
        return True

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


def _is_busy(error: Exception) -> bool:
    """Whether it says SQLITE_BUSY or SQLITE_LOCKED; Python 3.10 does not tell, and is believed."""
    code = getattr(error, "sqlite_errorcode", None)
    return code is None or code & 0xFF in {5, 6}
