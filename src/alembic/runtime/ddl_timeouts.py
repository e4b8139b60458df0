"""Migrations that give up politely: a limit for the wait for a lock, and more than one try.

An ``ALTER TABLE`` that waits for a lock stops everybody who comes behind it, readers included. With
``ddl_lock_timeout`` the server ends the wait, the unit is rolled back, and after a pause it is tried
again; who was in the way is said. ``ddl_statement_timeout`` limits each statement.

PostgreSQL manual, 20.11 lock_timeout and statement_timeout; MariaDB manual, lock_wait_timeout,
innodb_lock_wait_timeout and max_statement_time (which MySQL hasn't).
"""

from __future__ import annotations

import math
import re
from contextlib import suppress

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from alembic.ddl.driver_errors import mysql_code, sqlstate
from alembic.runtime.session_locks import BACKEND, said_of_backend
from alembic.util.exc import CommandError
from alembic.util.failure import failure_of

LONGEST_PAUSE = 30.0
"""Seconds between two tries at most."""

_LOCK_NOT_AVAILABLE = "55P03"
_LOCK_WAIT_TIMEOUT = 1205
_NAME = r"(?:`[^`]+`|\"[^\"]+\"|[\w$]+)"
_TABLE = re.compile(
    r"\b(?:TABLE|ON|INTO|UPDATE|FROM|TRUNCATE)\s+(?:IF\s+EXISTS\s+|ONLY\s+)*"
    rf"({_NAME}(?:\.{_NAME})?)",
    re.IGNORECASE,
)


class StillLocked(CommandError):
    """A migration has waited ``tries`` times for a lock, and somebody has it still."""

    def __init__(self, error: DBAPIError, seconds: float, tries: int, blocker: str | None) -> None:
        self.seconds = seconds
        self.tries = tries
        self.blocker = blocker
        failure = failure_of(error)
        what = "A migration" if failure is None else f"The {failure.where}"
        left = "" if failure is None else f"; {failure.left.value}"
        times = "once" if tries == 1 else f"{tries} times"
        who = f", which is held by {blocker}" if blocker else ""
        statement = " ".join((error.statement or "").split())[:200]
        super().__init__(
            f"{what} has waited for a lock for {seconds:g} seconds, {times}{who}{left}. "
            "Run the command again when the lock is free, or give it longer with "
            f"ddl_lock_timeout (--ddl-lock-timeout)\n  {statement}"
        )


class DdlTimeouts:
    """The limits of one run on one connection, in seconds; None for no limit."""

    def __init__(self, connection: Connection, lock: float | None, statement: float | None) -> None:
        self._connection = connection
        self.lock = lock
        self._statement = statement
        self._before: dict[str, str] = {}

    @property
    def is_postgresql(self) -> bool:
        """Whether the server is PostgreSQL; else MySQL or MariaDB."""
        return self._connection.dialect.name == "postgresql"

    def begin(self) -> None:
        """Set the limits, and remember what they were; after a rollback it is done again."""
        for name, value in self._wanted().items():
            was = str(self._connection.scalar(text(self._question(name))))
            self._before.setdefault(name, was)
            self._set(name, value)

    def end(self) -> None:
        """Set them to what they were."""
        connection = self._connection
        if connection.closed or connection.invalidated:
            return
        was_inside = connection.in_transaction()
        with suppress(SQLAlchemyError):
            for name, value in self._before.items():
                self._set(name, value)
            if not was_inside:
                connection.commit()

    def is_lock_timeout(self, error: DBAPIError) -> bool:
        """Whether the server has ended a wait for a lock."""
        if self.is_postgresql:
            return sqlstate(error) == _LOCK_NOT_AVAILABLE
        return mysql_code(error) == _LOCK_WAIT_TIMEOUT

    def blocker(self, statement: str | None) -> str | None:
        """Who has locked what ``statement`` is about; None where the server doesn't tell."""
        found = _TABLE.search(statement or "")
        with suppress(SQLAlchemyError):
            if self.is_postgresql:
                return self._backend(None if found is None else found.group(1))
            return self._oldest_transaction()
        return None

    def _backend(self, table: str | None) -> str | None:
        row = self._connection.execute(
            text(
                f"{BACKEND.replace('SELECT ', 'SELECT a.state, a.xact_start, ', 1)} "
                "JOIN pg_locks l ON l.pid = a.pid WHERE l.granted AND l.locktype = 'relation' "
                "AND l.pid <> pg_backend_pid() AND l.database = "
                "(SELECT oid FROM pg_database WHERE datname = current_database()) "
                "AND (l.relation = to_regclass(:table) OR :table IS NULL AND l.mode LIKE '%Exclusive%') "
                "ORDER BY a.xact_start LIMIT 1"
            ),
            {"table": table},
        ).first()
        if row is None:
            return None
        state, since, *backend = row
        return (
            f"{said_of_backend(tuple(backend))}, {state}, in a transaction since {since:%H:%M:%S}"
        )

    def _oldest_transaction(self) -> str | None:
        row = self._connection.execute(
            text(
                "SELECT p.id, p.user, p.host, p.command, t.trx_started "
                "FROM information_schema.innodb_trx t JOIN information_schema.processlist p "
                "ON p.id = t.trx_mysql_thread_id WHERE p.id <> connection_id() "
                "AND p.db = database() ORDER BY t.trx_started LIMIT 1"
            )
        ).first()
        if row is None:
            return None
        session, user, host, command, since = row
        return (
            f"connection {session} ({user} from {host}, {command.lower()}), by all appearances: "
            f"it is in a transaction since {since:%H:%M:%S}"
        )

    def _wanted(self) -> dict[str, str]:
        wanted: dict[str, str] = {}
        if self.is_postgresql:
            if self.lock is not None:
                wanted["lock_timeout"] = f"{_milliseconds(self.lock)}ms"
            if self._statement is not None:
                wanted["statement_timeout"] = f"{_milliseconds(self._statement)}ms"
            return wanted
        if self.lock is not None:
            # Whole seconds, one at least.
            whole = str(max(1, math.ceil(self.lock)))
            wanted = {"lock_wait_timeout": whole, "innodb_lock_wait_timeout": whole}
        if self._statement is not None and getattr(self._connection.dialect, "is_mariadb", False):
            wanted["max_statement_time"] = f"{self._statement:.3f}"
        return wanted

    def _question(self, name: str) -> str:
        if self.is_postgresql:
            return f"SELECT current_setting('{name}')"
        return f"SELECT @@SESSION.{name}"

    def _set(self, name: str, value: str) -> None:
        if self.is_postgresql:
            sql = f"SELECT set_config('{name}', '{value}', false)"
        else:
            sql = f"SET SESSION {name} = {value}"
        self._connection.exec_driver_sql(sql)


def timeouts_of(
    connection: Connection, lock: float | None, statement: float | None
) -> DdlTimeouts | None:
    """The limits, None where none is asked for or the database knows of none."""
    if lock is None and statement is None:
        return None
    if connection.dialect.name not in {"postgresql", "mysql", "mariadb"}:
        return None
    return DdlTimeouts(connection, lock, statement)


def pause_before(attempt: int, seconds: float) -> float:
    """Seconds to wait before the ``attempt``-th try, counted from 2, where one waits ``seconds``."""
    return float(min(LONGEST_PAUSE, min(1.0, seconds) * 2 ** (attempt - 2)))


def _milliseconds(seconds: float) -> int:
    return max(1, round(seconds * 1000))
