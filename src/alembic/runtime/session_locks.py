"""How each database locks: a lock of a session, on a connection beside the one that migrates.

Each class here is a :class:`SessionLock`; :mod:`alembic.runtime.lock` says when which is taken. A
session's lock ends with the session, so that a killed migrator leaves nothing to clear away.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol, TextIO

from sqlalchemy import Connection, text

from alembic.ddl.beside import OneConnectionOnly, connect_beside
from alembic.util.exc import CommandError


class LockTimeout(CommandError):
    """Another migrator kept the lock for longer than ``seconds``; ``holder`` says who, if known."""

    def __init__(self, version_table: str, seconds: float, holder: str | None) -> None:
        self.version_table = version_table
        self.seconds = seconds
        self.holder = holder
        who = f" by {holder}" if holder else ""
        super().__init__(
            f"Another migration of this database is running: its lock (table '{version_table}') "
            f"has been held{who} for all of the {seconds:g} seconds that were waited. Nothing was "
            "changed. Wait for it and run the command again, or give it longer with lock_timeout "
            "(--lock-timeout)"
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


def lock_of(connection: Connection, names: tuple[str, ...]) -> SessionLock | None:
    """The lock that stands for ``names`` in the database of ``connection``, not taken yet; None
    where nobody has said how to lock this kind of database.
    """
    make = _LOCKS.get(connection.dialect.name)
    return None if make is None else make(connection, names)


def key_of(names: tuple[str, ...]) -> bytes:
    """A short stand-in for ``names``, the same on every machine."""
    return hashlib.sha256("\0".join(["alembic", *names]).encode()).digest()


class _OwnConnection:
    """A connection beside the one that migrates, in autocommit: a lock on it opens no transaction."""

    def __init__(self, beside: Connection, names: tuple[str, ...]) -> None:
        try:
            self.connection = connect_beside(beside)
        except OneConnectionOnly as error:
            raise CannotLock(
                "this engine has one connection only, which the migration needs"
            ) from error
        self._names = names
        try:
            self._prepare()
        except BaseException:
            self.connection.close()
            raise

    def _prepare(self) -> None:
        """Make ready for the first try."""

    def scalar(self, sql: str, **values: object) -> Any:
        """The first value of what a query gives."""
        return self.connection.execute(text(sql), values).scalar()

    def row(self, sql: str, **values: object) -> tuple[object, ...] | None:
        """The first row of what a query gives."""
        found = self.connection.execute(text(sql), values).first()
        return None if found is None else tuple(found)

    def release(self) -> None:
        """Close it: the session ends, and its locks with it."""
        self.connection.close()


class PostgresqlLock(_OwnConnection):
    """An advisory lock of the session (PostgreSQL manual, 13.3.5 Advisory Locks).

    Behind a pooler the session may not be ours alone: it hands out one of its sessions for each
    transaction. There the lock is one of a transaction that stays open, which a pooler must keep
    together, and which holds no snapshot between its statements, so that nobody waits for it.
    """

    def _prepare(self) -> None:
        self._key = advisory_key(self._names)
        server = self.scalar("SELECT pg_backend_pid()")
        # Idle is all that this session is, for hours perhaps; servers may close idle sessions.
        self.scalar(
            "SELECT set_config(name, '0', false) FROM pg_settings WHERE name = 'idle_session_timeout'"
        )
        ours = _backend_pid(self.connection.connection.driver_connection)
        self.is_pooled = ours is not None and ours != server
        self.connection.commit()
        if self.is_pooled:
            self.connection.execution_options(isolation_level="READ COMMITTED")

    def try_once(self) -> bool:
        """Take it if it is free."""
        if self.is_pooled:
            if not self.scalar("SELECT pg_try_advisory_xact_lock(:key)", key=self._key):
                self.connection.rollback()
                return False
            # A driver may leave the query above open, and with it its snapshot; this ends it.
            self.connection.exec_driver_sql(
                "SET LOCAL idle_in_transaction_session_timeout = 0"
            ).close()
            return True
        if not self.scalar("SELECT pg_try_advisory_lock(:key)", key=self._key):
            return False
        query = f"SELECT count(*) {_GRANTED} AND l.pid = pg_backend_pid()"
        if not self.scalar(query, **advisory_halves(self._key)):
            raise CannotLock("a pooler gives each statement another session")
        return True

    def holder(self) -> str | None:
        """The server process that has it."""
        found = self.row(HOLDER, **advisory_halves(self._key))
        if self.is_pooled:
            self.connection.rollback()
        return None if found is None else said_of_backend(found)


_GRANTED = (
    "FROM pg_locks l WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1 "
    "AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database()) "
    "AND l.classid = CAST(:high AS oid) AND l.objid = CAST(:low AS oid)"
)
BACKEND = (
    "SELECT a.pid, a.usename, coalesce(a.client_hostname, host(a.client_addr), 'local'), "
    "a.application_name, to_char(a.backend_start, 'YYYY-MM-DD HH24:MI:SS TZ') "
    "FROM pg_stat_activity a"
)
HOLDER = f"{BACKEND} WHERE a.pid = (SELECT l.pid {_GRANTED} LIMIT 1)"


def said_of_backend(row: tuple[object, ...]) -> str:
    """A row of what :data:`BACKEND` asks for, in words."""
    pid, user, host, program, since = row
    name = f", {program}" if program else ""
    return f"server process {pid} ({user} from {host}{name}, connected since {since})"


def advisory_key(names: tuple[str, ...]) -> int:
    """The number of an advisory lock."""
    return int.from_bytes(key_of(names)[:8], "big", signed=True)


def advisory_halves(key: int) -> dict[str, int]:
    """A number as ``pg_locks`` shows it."""
    return {"high": (key >> 32) & 0xFFFFFFFF, "low": key & 0xFFFFFFFF}


def _backend_pid(driver: Any) -> int | None:
    """The server process that the driver was told of when it connected; None if it doesn't say."""
    if hasattr(driver, "get_server_pid"):  # asyncpg
        return int(driver.get_server_pid())
    pid = getattr(getattr(driver, "info", None), "backend_pid", None)  # psycopg, psycopg2
    return pid if isinstance(pid, int) else None


class _MysqlLock(_OwnConnection):
    """A named lock of the session, the same in MariaDB (manual, GET_LOCK and IS_USED_LOCK)."""

    def _prepare(self) -> None:
        self._name = lock_name(self._names)
        # The session is idle for as long as the migration takes; servers close idle sessions.
        self.connection.exec_driver_sql("SET SESSION wait_timeout = 2147483")

    def try_once(self) -> bool:
        got = self.scalar("SELECT GET_LOCK(:name, 0)", name=self._name)
        if got is None:
            raise CannotLock("GET_LOCK failed on the server")
        if got and not self.scalar("SELECT IS_USED_LOCK(:name) = CONNECTION_ID()", name=self._name):
            raise CannotLock("a pooler gives each statement another session")
        return bool(got)

    def holder(self) -> str | None:
        found = self.row(USED_BY, name=self._name)
        return None if found is None else said_of_connection(found)


USED_BY = (
    "SELECT id, user, host, time FROM information_schema.processlist WHERE id = IS_USED_LOCK(:name)"
)


def said_of_connection(row: tuple[object, ...]) -> str:
    """A row of :data:`USED_BY` in words."""
    pid, user, host, seconds = row
    return f"connection {pid} ({user} from {host}, for at least {seconds} seconds)"


def lock_name(names: tuple[str, ...]) -> str:
    """A name of 64 characters at most, which is what MySQL takes. Names are the server's, not the
    database's: the database is one of ``names``.
    """
    return f"alembic-{key_of(names).hex()[:40]}"


class _MssqlLock(_OwnConnection):
    """An application lock of the session (Transact-SQL reference, sp_getapplock)."""

    def _prepare(self) -> None:
        self._name = lock_name(self._names)

    def try_once(self) -> bool:
        got = self.scalar(
            "SET NOCOUNT ON; DECLARE @got int; EXEC @got = sp_getapplock @Resource = :name, "
            "@LockMode = 'Exclusive', @LockOwner = 'Session', @LockTimeout = 0; SELECT @got",
            name=self._name,
        )
        status = int(got)
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

    def _prepare(self) -> None:
        cursor = self.connection.connection.cursor()
        handle = cursor.var(str)
        cursor.callproc("dbms_lock.allocate_unique", [lock_name(self._names), handle])
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

    def __init__(self, beside: Connection, names: tuple[str, ...]) -> None:
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


_LOCKS: dict[str, Callable[[Connection, tuple[str, ...]], SessionLock]] = {
    "postgresql": PostgresqlLock,
    "mysql": _MysqlLock,
    "mariadb": _MysqlLock,
    "mssql": _MssqlLock,
    "oracle": _OracleLock,
    "sqlite": _FileLock,
}
