"""Attempts: a run whose statements don't wait for long; where a lock isn't free it ends, and begins anew.

A migration that waits for a table's lock stops whoever comes behind it, so it gives up, leaves the
others a pause that grows, and tries again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from sqlalchemy.exc import DBAPIError

from alembic.runtime.ddl_timeouts import DdlTimeouts, StillLocked, pause_before, timeouts_of
from alembic.runtime.journal import Journal
from alembic.runtime.options import ContextOptions
from alembic.runtime.patience import sleep
from alembic.runtime.transaction import Transactions

log = logging.getLogger("alembic.runtime.migration")


class Attempts:
    """The attempts of one run, within the limits that its options name."""

    def __init__(
        self, options: ContextOptions, transactions: Transactions, journal: Journal | None
    ) -> None:
        self._options = options
        self._transactions = transactions
        self._journal = journal

    def carry_out(self, run: Callable[[], None]) -> None:
        """Call ``run`` until it comes to its end.

        Raises :class:`~alembic.runtime.ddl_timeouts.StillLocked` after the last attempt.
        """
        options = self._options
        limits = timeouts_of(
            self._transactions.connection, options.ddl_lock_timeout, options.ddl_statement_timeout
        )
        if limits is None:
            run()
            return
        attempt = 1
        try:
            while not self._has_run(run, limits, attempt):
                attempt += 1
        finally:
            limits.end()

    def _has_run(self, run: Callable[[], None], limits: DdlTimeouts, attempt: int) -> bool:
        """Run within ``limits``; false where a lock wasn't free, and after a pause."""
        limits.begin()
        try:
            with self._transactions.attempt():
                run()
        except DBAPIError as error:
            if limits.lock is None or not limits.is_lock_timeout(error):
                raise
            blocker = limits.blocker(error.statement)
            if attempt > self._options.ddl_lock_retries:
                raise StillLocked(error, limits.lock, attempt, blocker) from error
            pause = pause_before(attempt + 1, limits.lock)
            held = f", held by {blocker}" if blocker else ""
            log.warning("No lock within %g seconds%s: again in %g", limits.lock, held, pause)
            if self._journal is not None:
                self._journal.look_again()
            sleep(pause, is_async=self._transactions.connection.dialect.is_async)
            return False
        return True
