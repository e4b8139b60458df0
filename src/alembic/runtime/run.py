"""Run: the loop that takes one database through its steps, safely.

::

    read the heads → nothing to do: end, with no lock taken
    wait for our turn → read the heads again, plan again
    for each step: transaction → journal → migration → version row
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Protocol

from sqlalchemy import Connection

from alembic.graph.step import MigrationStep, RevisionStep
from alembic.runtime.journal import Journal
from alembic.runtime.journal_entries import AnotherStepFirst
from alembic.runtime.options import ContextOptions, OnVersionApplyFn, UserValue
from alembic.runtime.transaction import Transactions
from alembic.runtime.version_table import HeadMaintainer, HeadsHost
from alembic.util.failure import StepFailure, line_in, note_failure

# One logger for all that a run says: programs filter by this name.
log = logging.getLogger("alembic.runtime.migration")

Heads = tuple[str, ...]


class RunHost(HeadsHost, Protocol):
    """What a run needs of the migration context."""

    options: ContextOptions
    connection: Connection | None
    version_table_schema: str | None
    on_version_apply_callbacks: tuple[OnVersionApplyFn, ...]
    _transactions: Transactions
    _journal: Journal | None
    _has_new_version_table: bool

    def get_current_heads(self) -> Heads:
        """The heads of the database."""

    def _has_version_table(self) -> bool:
        """Whether the version table is in the database."""

    def _ensure_version_table(self, purge: bool = False) -> None:
        """Create the version table where it is missing; with ``purge``, delete its rows."""


class Run:
    """One run of one context; ``arguments`` are handed to each migration function."""

    def __init__(self, context: RunHost, arguments: dict[str, UserValue]) -> None:
        self._context = context
        self._arguments = arguments
        self._options = context.options
        self._transactions = context._transactions
        self._journal = context._journal

    def carry_out(self) -> None:
        """Run the steps that the command asks for."""
        options, transactions = self._options, self._transactions
        transactions.begin_run()
        heads = () if options.purge else self._context.get_current_heads()
        steps = self._plan(heads)
        if options.preview is not None:
            options.preview(self._context, steps, self._arguments)
            return
        if options.as_sql or options.dont_mutate or transactions.is_callers:
            if transactions.is_callers and not options.dont_mutate:
                steps = list(steps)
                self._note_callers(heads, steps)
            self._prepare_version_table(heads)
            self._run_steps(steps, heads)
            return
        transactions.settle_unit()
        waiting = list(steps)
        if not waiting and not self._has_else_to_do(heads):
            return
        with transactions.held_until_closed(self._turn()):
            try:
                self._run_in_turn(heads, waiting)
            finally:
                if self._journal is not None:
                    self._journal.tidy()

    def _run_in_turn(self, heads: Heads, steps: list[MigrationStep]) -> None:
        options = self._options
        if options.ddl_lock_timeout is None and options.ddl_statement_timeout is None:
            self._run_once(heads, steps)
            return
        from alembic.runtime.attempts import Attempts

        attempts = Attempts(options, self._transactions, self._journal)
        attempts.carry_out(lambda: self._run_once(heads, steps))

    def _run_once(self, heads: Heads, steps: list[MigrationStep]) -> None:
        self._transactions.start_writing()
        if self._journal is not None:
            # What was there before our turn came may have been that of a run at work.
            self._journal.look_again()
        heads, steps = self._as_it_is_now(heads, steps)
        self._refuse_half_done(steps)
        self._prepare_version_table(heads)
        if self._options.ends_half_done and self._journal is not None:
            with self._transactions.scope(per_migration=True):
                self._journal.forget()
        self._run_steps(steps, heads)

    def _run_steps(self, steps: Iterable[MigrationStep], heads: Heads) -> None:
        context, transactions = self._context, self._transactions
        maintainer = HeadMaintainer(context, heads)
        has_run = False
        if self._options.watcher is not None:
            steps = tuple(steps)
            self._options.watcher.begin(steps)
        try:
            for step in steps:
                with transactions.scope(per_migration=True):
                    transactions.start_writing()
                    if context.as_sql and not has_run and not heads:
                        context._ensure_version_table()
                    self._run_step(step, maintainer)
                has_run = True
            if context._has_new_version_table and not has_run:
                # No migration has committed the new version table along with its own work.
                with transactions.scope(per_migration=True):
                    pass
        finally:
            context.impl.memo.clear()

    def _run_step(self, step: MigrationStep, maintainer: HeadMaintainer) -> None:
        watcher = self._options.watcher
        if watcher is None:
            self._do_step(step, maintainer)
            return
        from alembic.runtime.watcher import statements_told

        watcher.begin_step(step)
        with statements_told(self._context.connection, watcher.statement):
            self._do_step(step, maintainer)
        watcher.end_step(step, maintainer.heads)

    def _do_step(self, step: MigrationStep, maintainer: HeadMaintainer) -> None:
        context, journal = self._context, self._journal
        log.info("Running %s", step)
        if context.as_sql:
            context.impl.static_output(f"-- Running {step.short_log}")
        try:
            with self._recorded(step), self._owing():
                step.migration_fn(**self._arguments)
            maintainer.update_to_step(step)
            if journal is not None:
                journal.forget()
            for callback in context.on_version_apply_callbacks:
                callback(
                    ctx=context,
                    step=step.info,
                    heads=set(maintainer.heads),
                    run_args=self._arguments,
                )
            step.forget()
        except BaseException as error:  # where an interrupt and sys.exit() were is told as well
            self._note_failure(step, error)
            raise

    def _recorded(self, step: MigrationStep) -> AbstractContextManager[None]:
        """The journal's eye on a step that runs code; a stamp runs none."""
        if self._journal is None or not isinstance(step, RevisionStep):
            return nullcontext()
        path = getattr(step.revision, "path", None)
        return self._journal.step(step.revision.revision, step.name, path)

    @contextmanager
    def _owing(self) -> Iterator[None]:
        """Within the block something may be left to be made before its end."""
        impl = self._context.impl
        impl.owed = {}
        try:
            yield
            for error in impl.owed.values():
                raise error
        finally:
            impl.owed = None

    def _note_failure(self, step: MigrationStep, error: BaseException) -> None:
        revision = step.revision if isinstance(step, RevisionStep) else None
        path = getattr(revision, "path", None)
        failure = StepFailure(
            direction=step.name if revision is not None else "stamp",
            revision=revision.revision if revision is not None else step.short_log.split(" ", 1)[1],
            path=path,
            line=None if path is None else line_in(error, path),
            left=self._transactions.left(),
        )
        note_failure(error, failure)

    def _note_callers(self, heads: Heads, steps: list[MigrationStep]) -> None:
        """Raises :class:`~alembic.runtime.own_runs.WaitsForItself`."""
        if not steps and not self._has_else_to_do(heads):
            return
        from alembic.runtime.own_runs import own_transactions

        own_transactions.note(
            self._transactions.connection,
            self._options.version_table,
            self._options.version_table_schema,
        )

    def _plan(self, heads: Heads) -> Iterable[MigrationStep]:
        assert self._options.fn is not None
        return self._options.fn(heads, self._context)

    def _turn(self) -> AbstractContextManager[None]:
        """The lock of this database and version table, unless the settings do without."""
        if not self._options.lock:
            return nullcontext()
        # Most runs find nothing to do, and don't get here.
        from alembic.runtime.lock import MigratorsTurn

        return MigratorsTurn(
            self._transactions.connection,
            self._options.version_table,
            schema=self._options.version_table_schema,
            timeout=self._options.lock_timeout,
            let_go=self._transactions.refresh,
        )

    def _as_it_is_now(
        self, heads: Heads, steps: list[MigrationStep]
    ) -> tuple[Heads, list[MigrationStep]]:
        """Heads and steps anew, now that it is our turn: another migrator may have been here."""
        if self._options.purge:
            return heads, steps
        now = self._context.get_current_heads()
        return (heads, steps) if now == heads else (now, list(self._plan(now)))

    def _refuse_half_done(self, steps: list[MigrationStep]) -> None:
        """Raise AnotherStepFirst where there is no step to run and one is half-done: the heads don't
        tell of it. Where there are steps, the first of them sees to it.
        """
        options, journal = self._options, self._journal
        if steps or journal is None or options.ends_half_done or not options.destination_rev:
            return
        half = journal.half_done()
        if half is not None:
            raise AnotherStepFirst(half, None)

    def _has_else_to_do(self, heads: Heads) -> bool:
        """Whether there is something to do besides the steps: a version table to make or to empty,
        what an interrupted run has left, or one that is at work just now.
        """
        options, journal = self._options, self._journal
        if options.purge or (not heads and not self._context._has_version_table()):
            return True
        if journal is None or not (options.ends_half_done or options.destination_rev):
            return False
        return journal.half_done() is not None or journal.is_left_over

    def _prepare_version_table(self, heads: Heads) -> None:
        """Make the version table where it is missing; empty it where that was asked for."""
        if self._options.purge:
            self._context._ensure_version_table(purge=True)
        elif not heads and not self._options.as_sql and not self._options.dont_mutate:
            self._context._ensure_version_table()
