"""One migrator at a time: a session lock per database and version table.

The lock lives on a connection of its own, in autocommit, so that it opens no transaction and ends
with the process that holds it: a killed migrator leaves nothing to clear away. Waiters ask again
and again and never wait inside the database, where a waiting statement would hold a snapshot that
the winner's ``CREATE INDEX CONCURRENTLY`` waits for in turn. SQLite has no session locks: there a
lock on a file beside the database stands for them, in addition to the database's write lock.

    with migrators_turn(connection, "alembic_version", timeout=600):
        ...  # nobody else migrates this database

Where a database can't lock (a missing grant, a pooler that hands out another session for each
statement) that is logged once, and the run goes on without.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import os
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol, TextIO

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool
from sqlalchemy.util import await_only

from alembic.util.exc import CommandError

log = logging.getLogger(__name__)

DEFAULT_TIMEOUT = 600.0
"""Seconds that a migrator waits for its turn."""

_FIRST_PAUSE = 0.02
_LONGEST_PAUSE = 0.5
_SAYS_THAT_IT_WAITS_AFTER = 2.0


class LockTimeout(CommandError):
    """Another migrator kept the lock for longer than ``seconds``; ``holder`` says who, if known."""

    def __init__(self, version_table: str, seconds: float, holder: str | None) -> None:
        self.version_table = version_table
        self.seconds = seconds
        self.holder = holder
        who = f" by {holder}" if holder else ""
        super().__init__(
            f"Another migration of this database is running: its lock (table '{version_table}') "
            f"has been held{who} for all of the {seconds:g} seconds that were waited. Wait for it "
            "and run the command again, or give it longer with lock_timeout (--lock-timeout)"
        )


class CannotLock(Exception):
    """The database can't be locked; the message says why."""


class SessionLock(Protocol):
    """One way of locking a database."""

    def try_once(self) -> bool:
        """Take the lock if it is free; raises :class:`CannotLock` where that can't be asked."""

    def holder(self) -> str | None:
        """Who has it, as far as the database tells."""

    def release(self) -> None:
        """Give it back, and whatever was opened for it."""


@contextmanager
def migrators_turn(
    connection: Connection, version_table: str, timeout: float = DEFAULT_TIMEOUT
) -> Iterator[None]:
    """Hold the lock for ``version_table`` in the database of ``connection`` within the block.

    ``timeout`` is in seconds; raises :class:`LockTimeout` after it.
    """
    lock = _taken(connection, version_table, timeout)
    try:
        yield
    finally:
        if lock is not None:
            lock.release()


def _taken(connection: Connection, version_table: str, timeout: float) -> SessionLock | None:
    """The lock, once it is ours; None where this database can't lock, which is logged."""
    make = _LOCKS.get(connection.dialect.name)
    if make is None:
        return None
    lock: SessionLock | None = None
    try:
        lock = make(connection, version_table)
        _wait(lock, version_table, timeout, is_async=connection.dialect.is_async)
    except (CannotLock, SQLAlchemyError, OSError) as error:
        reason = str(error).strip().partition("\n")[0]
        log.warning("The database can't be locked for this migration, which goes on: %s", reason)
        _let_go(lock)
        return None
    except BaseException:
        _let_go(lock)
        raise
    return lock


def _wait(lock: SessionLock, version_table: str, timeout: float, *, is_async: bool) -> None:
    begun = time.monotonic()
    pause = _FIRST_PAUSE
    has_said_so = False
    while not lock.try_once():
        waited = time.monotonic() - begun
        if waited >= timeout:
            raise LockTimeout(version_table, timeout, lock.holder())
        if waited > _SAYS_THAT_IT_WAITS_AFTER and not has_said_so:
            has_said_so = True
            holder = lock.holder()
            log.info("Waiting for another migration%s", f" by {holder}" if holder else "")
        # Not all at the same moment: waiters drift apart.
        seconds = min(pause * random.uniform(0.5, 1.0), timeout - waited)  # noqa: S311
        if is_async:
            await_only(asyncio.sleep(seconds))
        else:
            time.sleep(seconds)
        pause = min(pause * 1.5, _LONGEST_PAUSE)


def _let_go(lock: SessionLock | None) -> None:
    if lock is not None:
        with suppress(SQLAlchemyError, OSError):
            lock.release()


class _OwnConnection:
    """A connection beside the one that migrates, made as its engine makes them, and in no pool."""

    def __init__(self, beside: Connection) -> None:
        engine = beside.engine
        pool = NullPool(
            engine.pool._creator,
            dialect=engine.dialect,
            _dispatch=engine.pool.dispatch,
        )
        self.connection = Engine(pool, engine.dialect, engine.url).connect()
        if self._driver_connection() is beside.connection.dbapi_connection:
            # An engine over one given connection: what it opens is the one that migrates.
            raise CannotLock("this engine has one connection only, which the migration needs")
        self.connection.execution_options(isolation_level="AUTOCOMMIT")

    def _driver_connection(self) -> object:
        return self.connection.connection.dbapi_connection

    def scalar(self, sql: str, **values: object) -> object:
        """The first value of what a query gives."""
        return self.connection.execute(text(sql), values).scalar()

    def row(self, sql: str, **values: object) -> tuple[object, ...] | None:
        """The first row of what a query gives."""
        found = self.connection.execute(text(sql), values).first()
        return None if found is None else tuple(found)

    def release(self) -> None:
        """Close it: the session ends, and its locks with it."""
        self.connection.close()


def _key(*names: str | None) -> bytes:
    return hashlib.sha256("\0".join(["alembic", *(name or "" for name in names)]).encode()).digest()


class _PostgresqlLock(_OwnConnection):
    """An advisory lock of the session (PostgreSQL manual, 13.3.5 Advisory Locks)."""

    _OURS = (
        "FROM pg_locks l WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1 "
        "AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database()) "
        "AND l.classid = CAST(:high AS oid) AND l.objid = CAST(:low AS oid)"
    )

    def __init__(self, beside: Connection, version_table: str) -> None:
        super().__init__(beside)
        number = int.from_bytes(_key(version_table)[:8], "big", signed=True)
        self._number = number
        self._halves = {"high": (number >> 32) & 0xFFFFFFFF, "low": number & 0xFFFFFFFF}

    def try_once(self) -> bool:
        if not self.scalar("SELECT pg_try_advisory_lock(:number)", number=self._number):
            return False
        query = f"SELECT count(*) {self._OURS} AND l.pid = pg_backend_pid()"
        if not self.scalar(query, **self._halves):
            raise CannotLock("a pooler gives each statement another session")
        return True

    def holder(self) -> str | None:
        found = self.row(
            "SELECT a.pid, a.usename, coalesce(a.client_hostname, host(a.client_addr), 'local'), "
            "a.application_name, to_char(a.backend_start, 'YYYY-MM-DD HH24:MI:SS TZ') "
            "FROM pg_stat_activity a WHERE a.pid = (SELECT l.pid " + self._OURS + " LIMIT 1)",
            **self._halves,
        )
        if found is None:
            return None
        pid, user, host, program, since = found
        name = f", {program}" if program else ""
        return f"server process {pid} ({user} from {host}{name}, connected since {since})"


class _MysqlLock(_OwnConnection):
    """A named lock of the session, the same in MariaDB (manual, GET_LOCK and IS_USED_LOCK).

    Names are the server's, of 64 characters at most: the database is part of them.
    """

    def __init__(self, beside: Connection, version_table: str) -> None:
        super().__init__(beside)
        database = self.scalar("SELECT database()")
        self._name = f"alembic-{_key(str(database), version_table).hex()[:40]}"

    def try_once(self) -> bool:
        got = self.scalar("SELECT GET_LOCK(:name, 0)", name=self._name)
        if got is None:
            raise CannotLock("GET_LOCK failed on the server")
        return bool(got)

    def holder(self) -> str | None:
        pid = self.scalar("SELECT IS_USED_LOCK(:name)", name=self._name)
        if pid is None:
            return None
        found = self.row(
            "SELECT user, host, time FROM information_schema.processlist WHERE id = :pid", pid=pid
        )
        if found is None:
            return f"connection {pid}"
        user, host, seconds = found
        return f"connection {pid} ({user} from {host}, for at least {seconds} seconds)"


class _MssqlLock(_OwnConnection):
    """An application lock of the session (Transact-SQL reference, sp_getapplock)."""

    def __init__(self, beside: Connection, version_table: str) -> None:
        super().__init__(beside)
        self._name = f"alembic-{_key(version_table).hex()[:40]}"

    def try_once(self) -> bool:
        got = self.scalar(
            "SET NOCOUNT ON; DECLARE @got int; EXEC @got = sp_getapplock @Resource = :name, "
            "@LockMode = 'Exclusive', @LockOwner = 'Session', @LockTimeout = 0; SELECT @got",
            name=self._name,
        )
        status = int(str(got))
        if status < -1:
            raise CannotLock(f"sp_getapplock returned {status}")
        return status >= 0

    def holder(self) -> str | None:
        found = self.row(
            "SELECT s.session_id, s.login_name, s.host_name, s.login_time "
            "FROM sys.dm_tran_locks l JOIN sys.dm_exec_sessions s "
            "ON s.session_id = l.request_session_id WHERE l.resource_type = 'APPLICATION' "
            "AND l.request_status = 'GRANT' AND l.resource_description LIKE :name",
            name=f"%{self._name[:32]}%",
        )
        if found is None:
            return None
        session, login, host, since = found
        return f"session {session} ({login} from {host}, connected since {since})"


class _OracleLock(_OwnConnection):
    """A user lock of the session, where DBMS_LOCK is granted (PL/SQL Packages, DBMS_LOCK)."""

    _EXCLUSIVE = 6
    _GRANTED = (0, 4)
    _TIMED_OUT = 1

    def __init__(self, beside: Connection, version_table: str) -> None:
        super().__init__(beside)
        cursor = self.connection.connection.cursor()
        handle = cursor.var(str)
        name = f"alembic-{_key(version_table).hex()[:40]}"
        cursor.callproc("dbms_lock.allocate_unique", [name, handle])
        self._cursor, self._handle = cursor, handle

    def try_once(self) -> bool:
        status = self._cursor.callfunc(
            "dbms_lock.request", int, [self._handle.getvalue(), self._EXCLUSIVE, 0, False]
        )
        if status not in {*self._GRANTED, self._TIMED_OUT}:
            raise CannotLock(f"dbms_lock.request returned {status}")
        return status in self._GRANTED

    def holder(self) -> str | None:
        return None


class _FileLock:
    """For SQLite: a locked file beside the database, which holds the process id of who locked it.

    The operating system ends the lock with the process. A memory database needs none.
    """

    SUFFIX = "-alembic-lock"

    def __init__(self, beside: Connection, version_table: str) -> None:
        self._path = _sqlite_file(beside, self.SUFFIX)
        self._file: TextIO | None = None

    def try_once(self) -> bool:
        if self._path is None:
            return True
        while True:
            file = self._path.open("a+", encoding="utf-8")
            if not _lock_file(file):
                file.close()
                return False
            if self._is_still_there(file):
                break
            file.close()  # its last holder has removed it since we opened it
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        self._file = file
        return True

    def _is_still_there(self, file: TextIO) -> bool:
        assert self._path is not None
        try:
            return os.path.samestat(os.fstat(file.fileno()), self._path.stat())
        except FileNotFoundError:
            return False

    def holder(self) -> str | None:
        try:
            pid = "" if self._path is None else self._path.read_text(encoding="utf-8").strip()
        except OSError:
            return None
        return f"process {pid}" if pid else None

    def release(self) -> None:
        if self._file is not None and self._path is not None:
            with suppress(OSError):  # Windows removes no open file; then it stays, unlocked
                self._path.unlink()
            self._file.close()
            self._file = None


def _sqlite_file(connection: Connection, suffix: str) -> Path | None:
    """The file beside the main database; None for a database in memory.

    Asked of the driver's own connection, so that no transaction begins on ours.
    """
    cursor = connection.connection.cursor()
    try:
        cursor.execute("PRAGMA database_list")
        rows = cursor.fetchall()
    finally:
        cursor.close()
    path = next((row[2] for row in rows if row[1] == "main"), "")
    return Path(f"{path}{suffix}") if path else None


def _lock_file(file: TextIO) -> bool:
    """Lock an open file for this process without waiting; false where another has it."""
    try:
        import fcntl
    except ImportError:  # Windows
        import msvcrt

        try:
            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
        except OSError:
            return False
        return True
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


_LOCKS: dict[str, Callable[[Connection, str], SessionLock]] = {
    "postgresql": _PostgresqlLock,
    "mysql": _MysqlLock,
    "mariadb": _MysqlLock,
    "mssql": _MssqlLock,
    "oracle": _OracleLock,
    "sqlite": _FileLock,
}
