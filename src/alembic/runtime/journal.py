"""Which statements of a step are done, where DDL commits by itself.

On MySQL, MariaDB and Oracle, and in any autocommit block, a migrator that is killed stops half-way
through a revision. The journal is a table beside the version table with a row per statement of the
step that is running: its text, and whether it has begun or is done. The next run goes through the
revision again, and statements that are recorded as done are not sent to the database; the one in
doubt is looked up in the catalog::

    with journal.step("ae1", "upgrade", "versions/ae1_.py"):
        migration_fn()

Rows of data between two DDL statements commit together with the journal's rows about them, since
both are written in the transaction that the next DDL ends. The table is made on demand, is empty
after each step, and is dropped after a run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Table
from sqlalchemy.exc import SQLAlchemyError

from alembic.runtime.journal_entries import AnotherStepFirst, HalfDone
from alembic.runtime.journal_table import JournalTable

if TYPE_CHECKING:
    from alembic.runtime.journal_recorder import Recorder


class Journal:
    """The journal of one run on one connection.

    ``is_eager`` says that DDL commits by itself on this database. Elsewhere nothing is written
    before an autocommit block begins, which ``in_autocommit`` tells.
    """

    def __init__(
        self,
        connection: Connection,
        version_table: Table,
        *,
        is_eager: bool,
        in_autocommit: Callable[[], bool],
    ) -> None:
        self._connection = connection
        self._table = JournalTable(connection, version_table, in_autocommit)
        self._is_eager = is_eager
        self._in_autocommit = in_autocommit
        self._half: HalfDone | None = None
        self._has_looked = False
        self._recorder: Recorder | None = None

    def half_done(self) -> HalfDone | None:
        """The step that stopped half-way before this run; None where none did."""
        if not self._has_looked:
            self._half = self._table.half_done() if self._table.is_there() else None
            self._table.has_rows = self._half is not None
            self._has_looked = True
        return self._half

    @contextmanager
    def step(self, revision: str, direction: str, path: str | None = None) -> Iterator[None]:
        """Record the statements within the block as those of a step; skip those that are done.

        ``path`` is the revision's file. Raises :class:`AnotherStepFirst`,
        :class:`~alembic.runtime.journal_entries.ChangedSinceStop`,
        :class:`~alembic.runtime.journal_entries.InDoubt`.
        """
        half = self.half_done()
        if half is not None and (half.revision, half.direction) != (revision, direction):
            raise AnotherStepFirst(half, f"the {direction} of {revision}")
        if self._recorder is None:
            # A run that has nothing to do needs none.
            from alembic.runtime.journal_recorder import Recorder

            self._recorder = Recorder(
                self._table, is_eager=self._is_eager, in_autocommit=self._in_autocommit
            )
        with self._recorder.step((revision, direction), path, half):
            yield

    def forget(self) -> None:
        """Delete all rows, in the transaction that is open: the step is done, or somebody stamps."""
        self.half_done()
        self._table.clear()
        self._half = None

    def recall(self, question: str, ask: Callable[[], str]) -> str:
        """The answer of the database to ``question``; while a half-done step is gone through once
        more, the answer that it had when it was done.
        """
        return ask() if self._recorder is None else self._recorder.recall(question, ask)

    def look_again(self) -> None:
        """Forget what is known of the table: what was done since has been undone, or others came."""
        self._half, self._has_looked, self._table.exists = None, False, None

    @property
    def is_left_over(self) -> bool:
        """Whether the table is there though no step is half-done: its run died at the very end."""
        return self.half_done() is None and bool(self._table.exists)

    def flush(self) -> None:
        """Write down what is done so far: a commit is about to make it last."""
        if self._recorder is not None:
            self._recorder.flush()

    def tidy(self) -> None:
        """Behind a run: drop the table, unless a step stopped half-way and left rows in it."""
        if self._recorder is not None:
            self._recorder.stop_listening()
        connection = self._connection
        if not self._table.exists or connection.closed or connection.invalidated:
            return
        with suppress(SQLAlchemyError):
            is_inside = connection.in_transaction()
            self._table.drop_if_empty()
            if not is_inside:
                connection.commit()
