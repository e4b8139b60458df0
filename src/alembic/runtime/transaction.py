"""Transaction scopes of a run: the whole run, each migration, or an autocommit block.

Which of them is a real transaction follows from four facts::

    connection inside a transaction when configured   → the caller's: no scope of ours does anything
    script (--sql)                                     → BEGIN and COMMIT are written, none is done
    database with transactional DDL                    → one for the run, or one per migration
    database without                                   → one per migration: its rows at least

Every transaction of a run begins and ends in :class:`Transactions`; where the driver's own BEGIN
does not make one of schema and rows (SQLite), :class:`~alembic.runtime.sqlite_unit.SqliteUnit` does.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from types import TracebackType
from typing import Protocol

from sqlalchemy import Connection, text
from sqlalchemy.engine import RootTransaction
from sqlalchemy.exc import SQLAlchemyError
from typing_extensions import Self

from alembic.runtime.patience import DEFAULT_TIMEOUT
from alembic.runtime.said_inside import SaidInside
from alembic.runtime.sqlite_unit import SqliteUnit
from alembic.util.exc import CommandError
from alembic.util.failure import Left

log = logging.getLogger(__name__)

AUTOCOMMIT = "AUTOCOMMIT"
# At these levels a transaction goes on seeing what it saw first.
_SNAPSHOTS = frozenset({"REPEATABLE READ", "SERIALIZABLE", "SNAPSHOT"})
# Whether another session of PostgreSQL waits for a lock that this one has: the migrator whose turn it
# is, perhaps, for a table that env.py has read.
_IN_THE_WAY = (
    "SELECT EXISTS (SELECT FROM pg_locks l WHERE NOT l.granted AND l.pid <> pg_backend_pid() "
    "AND pg_backend_pid() = ANY (pg_blocking_pids(l.pid)))"
)


class TransactionalImpl(Protocol):
    """What is needed of the dialect's impl."""

    transactional_ddl: bool

    def emit_begin(self) -> None:
        """Write the words that begin a transaction to the script."""

    def emit_commit(self) -> None:
        """Write the words that end it."""


class NoConnection(CommandError):
    """Something needs a database, and the context was configured without one."""

    def __init__(self) -> None:
        super().__init__(
            "This needs a database connection, and configure() was given none: "
            "pass connection=…, or write a script with --sql"
        )


class AutocommitBlockRefused(CommandError):
    """autocommit_block() inside a transaction that isn't ours to commit."""

    def __init__(self, whose: str) -> None:
        super().__init__(
            f"autocommit_block() would have to commit a transaction that {whose}; "
            "commit it first, or let Alembic begin it: pass an idle connection to configure() "
            "and call run_migrations() inside `with context.begin_transaction():`"
        )


class RunTransaction:
    """A transaction of a run, in the database: a context manager with commit() and rollback().

    Begins, or joins the one that a statement on the idle connection has begun, when it is made.
    """

    def __init__(self, owner: Transactions, connection: Connection) -> None:
        self._owner = owner
        self._connection = connection
        self._transaction = self._begin()

    @property
    def is_active(self) -> bool:
        """Whether it can still be committed."""
        return self._transaction.is_active

    def commit(self) -> None:
        """Commit what was done in it.

        A migration may have committed by itself; what came after is in a transaction that the
        connection began on its own, and belongs to the same unit.
        """
        try:
            if self._transaction.is_active:
                self._transaction.commit()
            elif self._connection.in_transaction():
                self._connection.commit()
        finally:
            self._owner.closed(self)

    def rollback(self) -> None:
        """Undo what was done in it, as far as the database can."""
        try:
            if self._transaction.is_active:
                self._transaction.rollback()
            elif self._connection.in_transaction():
                self._connection.rollback()
        finally:
            self._owner.closed(self)

    def suspend(self) -> None:
        """Commit, to go on with :meth:`resume`."""
        if self._connection.in_transaction():
            self._connection.commit()

    def resume(self) -> None:
        """Begin anew after :meth:`suspend`."""
        self._transaction = self._begin()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if kind is None:
            self.commit()
            return
        try:
            self.rollback()
        except SQLAlchemyError:
            # The connection is gone, and the transaction with it. What the user needs to see is
            # the error that is on its way.
            log.debug("can't roll back", exc_info=True)

    def _begin(self) -> RootTransaction:
        running = self._connection.get_transaction()
        return self._connection.begin() if running is None else running


class Transactions:
    """Opens the scopes of one migration context."""

    def __init__(
        self,
        impl: TransactionalImpl,
        connection: Connection | None,
        *,
        as_sql: bool,
        per_migration: bool,
        makes_transactional: bool = True,
        lock_timeout: float = DEFAULT_TIMEOUT,
    ) -> None:
        self.impl = impl
        self.as_sql = as_sql
        self.per_migration = per_migration
        self.is_callers = connection is not None and not as_sql and connection.in_transaction()
        self._connection = connection
        self._behind = ExitStack()
        self.before_split: Callable[[], None] = lambda: None
        self._makes_transactional = makes_transactional
        self._unit: SqliteUnit | None = None
        is_ours = connection is not None and not as_sql and not self.is_callers
        if connection is not None and is_ours and connection.dialect.name == "sqlite":
            self._unit = SqliteUnit(connection, lock_timeout, self._split)
        self._open: RunTransaction | None = None
        self._script_is_open = False
        self._in_autocommit = False
        self._has_committed = False
        self._has_turn = False
        self._inside = SaidInside(connection if is_ours and self._unit is None else None)

    def scope(self, *, per_migration: bool) -> AbstractContextManager[RunTransaction | None]:
        """The transaction for a migration, or for the run; does nothing where that is not the unit
        or where one is open already.
        """
        if self.is_callers or self._open is not None or self._script_is_open:
            return nullcontext()
        if self.as_sql:
            is_unit = self.impl.transactional_ddl and per_migration is self.per_migration
            return self._in_script() if is_unit else nullcontext()
        if per_migration is not (self.per_migration or not self.is_transactional):
            return nullcontext()
        self._has_committed = False
        is_joined = self.connection.in_transaction()
        self._open = RunTransaction(self, self.connection)
        if not per_migration:
            self._inside.watch(is_joined=is_joined)
        return self._open

    @contextmanager
    def autocommit_block(self) -> Iterator[None]:
        """Leave the transaction for the block: what ran before is committed, a new one begins after.

        Raises :class:`AutocommitBlockRefused` where the transaction isn't ours.
        """
        if self._in_autocommit:
            yield
        elif self.as_sql:
            with self._outside_script():
                yield
        else:
            with self._outside(self.connection):
                yield

    @property
    def connection(self) -> Connection:
        """The connection of the run; raises :class:`NoConnection` where there is none."""
        if self._connection is None:
            raise NoConnection
        return self._connection

    @property
    def is_transactional(self) -> bool:
        """Whether DDL is undone by a rollback."""
        return self.impl.transactional_ddl or (self._unit is not None and self._makes_transactional)

    def is_in_autocommit(self) -> bool:
        """Whether each statement commits by itself at this moment."""
        if self._unit is not None and self._unit.is_open:
            return False
        return self._in_autocommit or is_in_autocommit(self.connection)

    def begin_run(self) -> None:
        """What is said from here on, the run says."""
        if not self.as_sql and not self.is_callers:
            self._inside.begin_run(
                is_foreign=self._open is None and self.connection.in_transaction()
            )

    def settle_unit(self) -> None:
        """The steps are about to run. Nobody has opened a transaction for the run: then SQLite,
        which needs none, gets one for each migration.
        """
        if self._unit is not None and self._open is None:
            self.per_migration = True

    def start_writing(self) -> None:
        """The open unit is about to change something: on SQLite, take its write lock.

        Nothing that was read before it holds any longer.
        """
        if self._unit is not None and self._open is not None:
            self._unit.begin()

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """A part of the open unit that is undone when it fails, so that it can be tried again; what
        was done in the unit before is kept. Without an open unit it does nothing.
        """
        unit = self._open
        if unit is None:
            yield
            return
        # MySQL's DDL ends savepoints, whatever the unit is said to be.
        has_savepoints = self.connection.dialect.name == "postgresql"
        savepoint = self.connection.begin_nested() if has_savepoints else None
        try:
            yield
        except BaseException:
            if savepoint is not None and savepoint.is_active:
                savepoint.rollback()
            else:  # or the migration has committed in between
                self.connection.rollback()
                unit.resume()
            raise
        if savepoint is not None and savepoint.is_active:
            savepoint.commit()

    def refresh(self) -> None:
        """Have the next query see what others have committed by now, and hold up nobody until then:
        no snapshot, no transaction that has had one, none of SQLite's read locks.

        A transaction in which ``env.py`` has said something is kept, unless that would do harm.
        """
        connection = self.connection
        if self.is_callers:
            return
        if self._unit is not None:
            self._unit.let_go()
            return
        if not connection.in_transaction():
            return
        if self._inside.is_used and self._may_be_kept(connection):
            return
        if self._open is None:
            connection.commit()
        else:
            self._open.suspend()
            self._open.resume()
            self._inside.say_again()

    def _may_be_kept(self, connection: Connection) -> bool:
        """Whether the open transaction sees what others commit, and is in nobody's way."""
        if not self.is_transactional:
            return False
        if connection.dialect.name == "postgresql" and connection.scalar(text(_IN_THE_WAY)):
            return False
        return _level_now(connection) not in _SNAPSHOTS  # last: see there

    @contextmanager
    def held_until_closed(self, held: AbstractContextManager[None]) -> Iterator[None]:
        """Enter ``held``, and leave it once the unit that is open has ended; without one, behind
        the block.
        """
        if self._has_turn:
            yield
        elif self._open is None:
            with held:
                yield
        else:
            self._behind.enter_context(held)
            self._has_turn = True
            yield

    def _split(self) -> None:
        """The unit is about to be committed, for a statement that can't run inside it."""
        self._has_committed = True
        self.before_split()

    def closed(self, transaction: RunTransaction) -> None:
        """``transaction`` has ended."""
        self._inside.end()
        if self._unit is not None:
            self._unit.end()
        if self._open is transaction:
            self._open = None
            self._has_turn = False
            self._behind.close()

    def left(self) -> Left:
        """What an error at this moment leaves in the database, once it has passed the scopes."""
        if self.as_sql:
            return Left.SCRIPT
        if self.is_callers:
            return Left.CALLERS
        if not self.is_transactional or (not self._in_autocommit and self.is_in_autocommit()):
            return Left.PARTS
        if self._in_autocommit or self._has_committed or not self._is_intact():
            return Left.COMMITTED_PARTS
        return Left.EARLIER_STEPS if self.per_migration else Left.NOTHING

    def _is_intact(self) -> bool:
        return self._open is None or self._open.is_active

    @contextmanager
    def _in_script(self) -> Iterator[None]:
        self.impl.emit_begin()
        self._script_is_open = True
        try:
            yield
        finally:
            self._script_is_open = False
        self.impl.emit_commit()

    @contextmanager
    def _outside_script(self) -> Iterator[None]:
        if not self._script_is_open:
            yield
            return
        self.impl.emit_commit()
        self._script_is_open = False
        yield
        self._script_is_open = True
        self.impl.emit_begin()

    @contextmanager
    def _outside(self, connection: Connection) -> Iterator[None]:
        if self.is_callers:
            raise AutocommitBlockRefused("belongs to the calling program")
        transaction = self._open
        if transaction is None and connection.in_transaction():
            raise AutocommitBlockRefused("an earlier statement on this connection has begun")
        level = isolation_level(connection)
        if transaction is not None:
            transaction.suspend()
            self._has_committed = True
            if self._unit is not None:
                self._unit.end()
        with self._autocommit(connection, level):
            yield
        if transaction is not None:
            transaction.resume()
            self.start_writing()

    @contextmanager
    def _autocommit(self, connection: Connection, level: str | None) -> Iterator[None]:
        connection.execution_options(isolation_level=AUTOCOMMIT)
        self._in_autocommit = True
        try:
            yield
            if connection.in_transaction():
                connection.commit()
        except BaseException:
            if connection.in_transaction():
                connection.rollback()
            raise
        finally:
            self._in_autocommit = False
            _restore(connection, level)


def isolation_level(connection: Connection) -> str | None:
    """The level that the connection works at, autocommit included; None where it can't be told."""
    if is_in_autocommit(connection):
        return AUTOCOMMIT
    chosen: str | None = connection.get_execution_options().get("isolation_level")
    if chosen is not None:
        return chosen
    try:
        # The question itself makes some drivers begin; so it is asked inside a transaction.
        with connection.begin() if not connection.in_transaction() else nullcontext():
            return connection.get_isolation_level()
    except NotImplementedError:
        return connection.default_isolation_level


def _level_now(connection: Connection) -> str | None:
    """The level of the open transaction.

    The question has a use of its own: on PostgreSQL a driver may leave the query before it open, and
    with it the snapshot, until the next one; this one needs no snapshot.
    """
    try:
        return connection.get_isolation_level()
    except NotImplementedError:
        return connection.default_isolation_level


def is_in_autocommit(connection: Connection) -> bool:
    """Whether each statement commits by itself, as far as that can be told without asking the server.

    Servers go on reporting a level of their own on a connection in autocommit.
    """
    if connection.invalidated:
        return False
    chosen: str | None = connection.get_execution_options().get("isolation_level")
    if chosen is not None:
        return chosen == AUTOCOMMIT
    driver_connection = connection.connection.dbapi_connection
    # Neither every release of SQLAlchemy 2.0 nor every dialect has this question.
    detect = getattr(connection.dialect, "detect_autocommit_setting", None)
    if detect is None or driver_connection is None:
        return False
    try:
        return bool(detect(driver_connection))
    except NotImplementedError:
        return False


def _restore(connection: Connection, level: str | None) -> None:
    """Take the connection back to ``level``, unless it was lost in between."""
    if connection.closed or connection.invalidated:
        return
    if level is not None:
        connection.execution_options(isolation_level=level)
        return
    driver_connection = connection.connection.dbapi_connection
    if driver_connection is not None:
        connection.dialect.reset_isolation_level(driver_connection)
