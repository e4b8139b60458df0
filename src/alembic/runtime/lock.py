"""One migrator at a time, per database and version table.

The lock is held twice. On a connection of its own, in autocommit, it is asked for again and again:
a waiter never waits inside the database, where a waiting statement would hold a snapshot that the
winner's ``CREATE INDEX CONCURRENTLY`` waits for in turn. Whose turn it is then marks the session
that migrates as well. A killed migrator's own connection is gone at once, but the server may still
be at work on its last statement, or its commit; the mark goes when that is over::

    with MigratorsTurn(connection, "alembic_version", timeout=600):
        ...  # nobody else migrates this database, and nobody's work is still going on

SQLite has no session locks: there a lock on a file beside the database stands for them, in addition
to the database's write lock. Where a database can't lock (a missing grant, one connection only) that
is logged once, and the run goes on without.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress

from sqlalchemy import Connection, select, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from alembic.runtime.own_runs import WaitsForItself, own_locks, place_of, schema_now
from alembic.runtime.patience import DEFAULT_TIMEOUT, Patience
from alembic.runtime.session_locks import (
    HOLDER,
    USED_BY,
    CannotLock as CannotLock,
    LockTimeout as LockTimeout,
    PostgresqlLock,
    SessionLock,
    advisory_halves,
    advisory_key,
    lock_name,
    lock_of,
    said_of_backend,
    said_of_connection,
)

log = logging.getLogger(__name__)

_SAYS_THAT_IT_WAITS_AFTER = 2.0
_SHOWS_THAT_IT_LIVES_EACH = 5.0
_TIMES_TO_CONNECT_AGAIN = 5


class MigratorsTurn:
    """A context manager: holds the lock for ``version_table`` in the database of ``connection``.

    ``timeout`` is in seconds; entering raises :class:`LockTimeout` after it. Entering asks nothing
    of ``connection`` that would hold a snapshot while it waits, if ``let_go`` ends what is open.
    """

    def __init__(
        self,
        connection: Connection,
        version_table: str,
        *,
        schema: str | None = None,
        timeout: float = DEFAULT_TIMEOUT,
        let_go: Callable[[], None] = lambda: None,
    ) -> None:
        self._connection = connection
        self._version_table = version_table
        self._timeout = timeout
        self._let_go = let_go
        self._names = (*_place(connection, schema), version_table)
        self._own = (place_of(connection), *self._names)
        self._held: list[SessionLock] = []
        self._has_said_so = False
        self._alive_at = 0.0
        self._driver_error: type[Exception] = connection.dialect.loaded_dbapi.Error

    def __enter__(self) -> None:
        is_async = self._connection.dialect.is_async
        self._patience = Patience(self._timeout, is_async=is_async)
        self._let_go()
        self._held = self._take()
        if self._held:
            own_locks.note(self._own)
        self._let_go()  # what was seen before is old

    def __exit__(self, *_error: object) -> None:
        if self._held:
            own_locks.forget(self._own)
        for each in reversed(self._held):
            _release(each)
        self._held = []

    def _take(self) -> list[SessionLock]:
        """What is held, once it is our turn; nothing where this database can't lock, which is
        logged.
        """
        try:
            lock = self._taken()
        except (CannotLock, SQLAlchemyError, OSError, self._driver_error) as error:
            if isinstance(error, DBAPIError) and error.connection_invalidated:
                raise  # the database itself is gone
            reason = str(error).strip().partition("\n")[0]
            log.warning(
                "The database can't be locked for this migration, which goes on: %s", reason
            )
            return []
        if lock is None:
            return []
        make = _MARKS.get(self._connection.dialect.name)
        if make is None or (isinstance(lock, PostgresqlLock) and lock.is_pooled):
            return [lock]
        mark = make(self._connection, self._names)
        try:
            while not mark.try_once():
                self._let_go()
                self._pause(mark)
        except BaseException:
            _release(lock)
            raise
        return [lock, mark]

    def _taken(self) -> SessionLock | None:
        lock: SessionLock | None = None
        failures = 0
        try:
            while True:
                try:
                    lock = lock or lock_of(self._connection, self._names)
                    if lock is None or lock.try_once():
                        return lock
                except DBAPIError as error:
                    # A lost connection, or too many for now: a wait is what this is anyway.
                    failures += 1
                    is_passing = error.connection_invalidated or lock is None
                    if not is_passing or failures > _TIMES_TO_CONNECT_AGAIN:
                        raise
                    _release(lock)
                    lock = None
                self._pause(lock)
        except BaseException:
            _release(lock)
            raise

    def _pause(self, lock: SessionLock | None) -> None:
        if own_locks.is_ours(self._own):
            raise WaitsForItself(self._version_table)
        patience = self._patience
        if patience.is_over:
            raise LockTimeout(
                self._version_table, self._timeout, None if lock is None else lock.holder()
            )
        if patience.waited > _SAYS_THAT_IT_WAITS_AFTER and not self._has_said_so:
            self._has_said_so = True
            holder = None if lock is None else lock.holder()
            log.info("Waiting for another migration%s", f" by {holder}" if holder else "")
        if patience.waited - self._alive_at > _SHOWS_THAT_IT_LIVES_EACH:
            self._alive_at = patience.waited
            if self._connection.in_transaction():
                # Servers may end a session that does nothing inside a transaction.
                self._connection.scalar(select(1))
                self._let_go()
        patience.pause()


def _release(lock: SessionLock | None) -> None:
    if lock is not None:
        with suppress(SQLAlchemyError, OSError):
            lock.release()


def _place(connection: Connection, schema: str | None) -> tuple[str, ...]:
    """Where the version table is, beyond what each connection to this URL has in common."""
    if schema is not None and connection.dialect.name == "postgresql":
        return "", schema
    return schema_now(connection), schema or ""


class _PostgresqlMark:
    """A second advisory lock, on the session that migrates: of the session, not of a transaction,
    so that it outlasts commits. It is given back, as the session may live on in a pool.
    """

    def __init__(self, connection: Connection, names: tuple[str, ...]) -> None:
        self._connection = connection
        self._key = advisory_key((*names, "at work"))

    def try_once(self) -> bool:
        query = text("SELECT pg_try_advisory_lock(:key)")
        return bool(self._connection.scalar(query, {"key": self._key}))

    def holder(self) -> str | None:
        row = self._connection.execute(text(HOLDER), advisory_halves(self._key)).first()
        return None if row is None else said_of_backend(tuple(row))

    def release(self) -> None:
        _run_beside(self._connection, "SELECT pg_advisory_unlock(:key)", key=self._key)


class _MysqlMark:
    """A second named lock, on the session that migrates. It opens no transaction."""

    def __init__(self, connection: Connection, names: tuple[str, ...]) -> None:
        self._connection = connection
        self._name = lock_name((*names, "at work"))

    def try_once(self) -> bool:
        query = text("SELECT GET_LOCK(:name, 0)")
        return bool(self._connection.scalar(query, {"name": self._name}))

    def holder(self) -> str | None:
        row = self._connection.execute(text(USED_BY), {"name": self._name}).first()
        return None if row is None else said_of_connection(tuple(row))

    def release(self) -> None:
        _run_beside(self._connection, "SELECT RELEASE_LOCK(:name)", name=self._name)


def _run_beside(connection: Connection, sql: str, **values: object) -> None:
    """Run a query for what it does to the session, and leave no transaction behind."""
    if connection.closed or connection.invalidated:
        return
    was_inside = connection.in_transaction()
    try:
        connection.execute(text(sql), values)
        if not was_inside:
            connection.commit()
    except SQLAlchemyError:
        # A session that can't be asked must not go back to a pool with the lock on it.
        connection.invalidate()


_MARKS: dict[str, Callable[[Connection, tuple[str, ...]], SessionLock]] = {
    "postgresql": _PostgresqlMark,
    "mysql": _MysqlMark,
    "mariadb": _MysqlMark,
}
