"""MigrationContext: one database, its heads, and the loop that takes it through steps.

It holds the connection (or the buffer of a script), the dialect's impl and the options, and knows
nothing of configuration files. A program can use it alone::

    with engine.connect() as connection:
        MigrationContext.configure(connection).get_current_heads()
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Mapping, MutableMapping
from contextlib import AbstractContextManager, nullcontext
from typing import Protocol, TextIO, cast

from sqlalchemy import Connection, Executable, Table, make_url
from sqlalchemy.engine import URL, Dialect
from sqlalchemy.engine.mock import MockConnection

from alembic.config import Config
from alembic.ddl.given import with_values
from alembic.ddl.impl import DefaultImpl
from alembic.graph.step import (
    MigrationInfo as MigrationInfo,
    MigrationStep as MigrationStep,
    RevisionStep as RevisionStep,
    StampStep as StampStep,
)
from alembic.runtime.errors import (
    NoDatabaseNamed as NoDatabaseNamed,
    NoMigrationsFunction as NoMigrationsFunction,
    NotAConnection as NotAConnection,
    StartingRevOnline as StartingRevOnline,
    check_connection,
)
from alembic.runtime.journal import Journal
from alembic.runtime.journal_entries import HalfDone
from alembic.runtime.options import SETTINGS, ContextOptions, OnVersionApplyFn, UserValue
from alembic.runtime.run import Run
from alembic.runtime.transaction import NoConnection, RunTransaction, Transactions
from alembic.runtime.version_table import (
    HeadMaintainer as HeadMaintainer,
    ManyHeadsRecorded,
    VersionTable,
)
from alembic.script.directory import ScriptDirectory

log = logging.getLogger(__name__)


class Surroundings(Protocol):
    """What is needed of the environment that a context was made by."""

    @property
    def config(self) -> Config | None:
        """The configuration, where there is one."""


def _settings(environment: Surroundings | None) -> dict[str, UserValue]:
    """What the settings files say about how to run."""
    config = None if environment is None else environment.config
    if config is None:
        return {}
    return {name: config.get_alembic_option(name) for name in SETTINGS}


class MigrationContext:
    """One database or one script, with its options and its place in the history.

    ``opts`` shows every option, those that Alembic doesn't know included, and may be written to.
    ``impl`` carries out operations, ``connection`` is None where only a dialect is known, and
    stands for the script where ``as_sql`` is true.
    """

    def __init__(
        self,
        dialect: Dialect,
        connection: Connection | None,
        opts: MutableMapping[str, UserValue],
        environment_context: Surroundings | None = None,
    ) -> None:
        self.options = options = ContextOptions.read(opts, _settings(environment_context))
        if options.starting_rev is not None and connection is not None and not options.as_sql:
            raise StartingRevOnline
        self.environment_context = environment_context
        self.opts = opts
        self.dialect = dialect
        self.script: ScriptDirectory | None = options.script
        self.as_sql = options.as_sql
        self.purge = options.purge
        self.output_buffer: TextIO = options.output_buffer or sys.stdout
        self.transactional_ddl = options.transactional_ddl
        self.version_table = options.version_table
        self.version_table_schema = options.version_table_schema
        self.on_version_apply_callbacks: tuple[OnVersionApplyFn, ...] = options.on_version_apply
        self.connection = self._script_connection() if self.as_sql else connection
        self.impl = DefaultImpl.get_by_dialect(dialect)(
            dialect,
            self.connection,
            self.as_sql,
            self.transactional_ddl,
            self.output_buffer,
            opts,
        )
        self._transactions = Transactions(
            self.impl,
            self.connection,
            as_sql=self.as_sql,
            per_migration=options.transaction_per_migration,
            makes_transactional=options.transactional_ddl is not False,
            lock_timeout=options.lock_timeout,
        )
        self._has_new_version_table = False
        self._version: Table = self.impl.version_table_impl(
            version_table=self.version_table,
            version_table_schema=self.version_table_schema,
            version_table_pk=options.version_table_pk,
        )
        self._journal = self._make_journal()
        self._log_beginning()

    @classmethod
    def configure(
        cls,
        connection: Connection | None = None,
        url: str | URL | None = None,
        dialect_name: str | None = None,
        dialect: Dialect | None = None,
        environment_context: Surroundings | None = None,
        dialect_opts: Mapping[str, UserValue] | None = None,
        opts: MutableMapping[str, UserValue] | None = None,
    ) -> MigrationContext:
        """A context for a connection, or for the dialect that a URL or a name stands for.

        The first of ``connection``, ``url``, ``dialect_name`` and ``dialect`` that is given
        counts. ``dialect_opts`` are arguments of the dialect's class. The connection is used and
        not closed. Raises :class:`NoDatabaseNamed` or :class:`NotAConnection`.
        """
        if connection is not None:
            check_connection(connection)
            dialect = connection.dialect
        elif url:
            dialect = make_url(url).get_dialect()(**(dialect_opts or {}))
        elif dialect_name:
            dialect = make_url(f"{dialect_name}://").get_dialect()(**(dialect_opts or {}))
        elif dialect is None:
            raise NoDatabaseNamed
        return cls(dialect, connection, {} if opts is None else opts, environment_context)

    @property
    def bind(self) -> Connection | None:
        """The connection; in a script, what stands for it and writes statements down."""
        return self.connection

    @property
    def config(self) -> Config | None:
        """The configuration of the environment, if there is one."""
        return None if self.environment_context is None else self.environment_context.config

    @property
    def strict_keywords(self) -> bool:
        """Whether unknown keywords of ``alter_column`` and ``drop_column`` are refused.

        A project has to say so, as its revisions may be older; without a project there are none.
        """
        is_strict = self.options.strict_keywords
        return self.config is None if is_strict is None else is_strict

    def get_current_revision(self) -> str | None:
        """The head of the database, None where it has none.

        Raises :class:`ManyHeadsRecorded` where there are several.
        """
        heads = self.get_current_heads()
        if len(heads) > 1:
            raise ManyHeadsRecorded(self.version_table, heads)
        return heads[0] if heads else None

    def get_current_heads(self) -> tuple[str, ...]:
        """The heads of the database as its table has them; of a script, those it starts from."""
        if self.as_sql:
            return self._starting_heads()
        table = self._versions()
        return table.heads() if table.exists() else ()

    def run_migrations(self, **kw: UserValue) -> None:
        """Run the steps that the command asks for; ``kw`` are handed to each migration function.

        An exception of a migration passes as it is; what is known of the moment hangs on it, see
        :mod:`alembic.util.failure`.
        """
        if self.options.fn is None:
            raise NoMigrationsFunction
        self.impl.start_migrations()
        Run(self, kw).carry_out()

    def stamp(self, script_directory: ScriptDirectory, revision: str) -> None:
        """Set the heads to ``revision`` without running a migration."""
        heads = self.get_current_heads()
        if not self.as_sql and not heads:
            self._ensure_version_table()
        maintainer = HeadMaintainer(self, heads)
        for step in script_directory._stamp_revs(revision, heads):
            maintainer.update_to_step(step)
        if self._journal is not None:
            self._journal.forget()

    def begin_transaction(
        self, _per_migration: bool = False
    ) -> AbstractContextManager[RunTransaction | None]:
        """The scope of a run, or of one migration, as a context manager.

        It gives a transaction with ``commit()`` and ``rollback()``, or None where nothing is
        begun: see :mod:`alembic.runtime.transaction`.
        """
        return self._transactions.scope(per_migration=_per_migration)

    def autocommit_block(self) -> AbstractContextManager[None]:
        """Run statements outside any transaction, for what databases refuse inside one.

        ::

            with op.get_context().autocommit_block():
                op.execute("ALTER TYPE mood ADD VALUE 'soso'")

        What the migration did before the block is committed, and a new transaction begins after
        it: should the migration fail there, its first part stays.
        """
        return self._transactions.autocommit_block()

    def execute(
        self,
        sql: Executable | str,
        execution_options: dict[str, UserValue] | None = None,
    ) -> None:
        """Run a statement, or write it to the script."""
        if self.connection is None:
            raise NoConnection
        self.impl.execute(sql, execution_options=execution_options)

    def half_done(self) -> HalfDone | None:
        """The step that was stopped half-way in this database; None where none was."""
        return None if self._journal is None else self._journal.half_done()

    def _make_journal(self) -> Journal | None:
        connection, transactions = self.connection, self._transactions
        if connection is None or self.as_sql or transactions.is_callers:
            return None
        journal = Journal(
            connection,
            self._version,
            is_eager=not transactions.is_transactional,
            in_autocommit=transactions.is_in_autocommit,
        )
        transactions.before_split = journal.flush
        self.impl.memory = journal
        return journal

    def _starting_heads(self) -> tuple[str, ...]:
        start = self.options.starting_rev
        if start is None or start == "base":
            return ()
        names = (start,) if isinstance(start, str) else tuple(start)
        if self.script is None:
            return names
        found = [self.script.get_revision(name) for name in names]
        return tuple(script.revision for script in found if script is not None)

    def _versions(self) -> VersionTable:
        # Made anew each time: dialect packages put a table of their own in `_version`.
        return VersionTable(self._version, self._transactions.connection)

    def _has_version_table(self) -> bool:
        """Whether the version table is in the database."""
        return self._versions().exists()

    def _ensure_version_table(self, purge: bool = False) -> None:
        """Create the version table where it is missing; with ``purge``, delete its rows."""
        versions = self._versions()
        if self.as_sql:
            versions.create()
            return
        connection = versions.connection
        with nullcontext() if connection.in_transaction() else connection.begin():
            if not versions.exists():
                versions.create()
                self._has_new_version_table = True
            elif purge:
                versions.clear()

    def _script_connection(self) -> Connection:
        """What stands for the connection in a script: statements sent to it are written down."""

        def write(statement: Executable, given: UserValue = None, *_args: UserValue) -> None:
            for one in with_values(statement, given, self.impl.sink):
                self.impl.execute(one)

        return cast("Connection", MockConnection(self.dialect, write))

    def _log_beginning(self) -> None:
        log.info("Context impl %s.", type(self.impl).__name__)
        if self.as_sql:
            log.info("Generating static SQL")
        kind = "" if self._transactions.is_transactional else "non-"
        log.info("Will assume %stransactional DDL.", kind)
