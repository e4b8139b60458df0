"""The journal's recorder: it sees the statements of a step on their way to the database.

What is new is recorded; what is done already, by a run that stopped half-way, is not sent once more.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, event
from sqlalchemy.exc import SQLAlchemyError

from alembic.runtime.journal_catalog import (
    Catalog,
    Kind,
    catalog_of,
    fingerprint_of_text,
    kind_of,
    may_return_rows,
    row_target,
    savepoint_of,
    temporary_table,
)
from alembic.runtime.journal_entries import (
    BEGUN,
    DONE,
    TOLD,
    UNDONE,
    Entry,
    HalfDone,
    InDoubt,
    kept,
)
from alembic.runtime.journal_sent import Sent, nothing_like, tell_again
from alembic.runtime.journal_table import JournalTable, Step

if TYPE_CHECKING:
    from alembic.runtime.journal_resume import Resume

_SPEAKS_OF_TEMPORARY = re.compile(r"\bTEMP", re.IGNORECASE)


class Recorder:
    """Records the statements of one step after the other on the connection of the journal's table.

    ``is_eager`` says that DDL commits by itself on this database; ``in_autocommit`` tells whether
    every statement does at the moment.
    """

    def __init__(
        self, table: JournalTable, *, is_eager: bool, in_autocommit: Callable[[], bool]
    ) -> None:
        self._table = table
        self._connection = table.connection
        self._is_eager = is_eager
        self._in_autocommit = in_autocommit
        self._catalog: Catalog | None = None
        self._is_listening = False
        self._step: Step | None = None
        self._path: str | None = None
        self._file: str | None = None
        self._resume: Resume | None = None
        self._pending: list[Sent] = []
        self._savepoints: dict[str, int] = {}
        self._temporary: set[str] = set()
        self._unsettled: list[tuple[int, str]] = []
        self._ordinal = 0
        self._running: Sent | None = None
        self._session: Any = None
        self._skipped: tuple[Entry, int] | None = None

    @contextmanager
    def step(self, step: Step, path: str | None, half: HalfDone | None) -> Iterator[None]:
        """Record the statements within the block; skip what is done of ``half``, the same step."""
        self._step, self._path, self._file = step, path, None
        self._pending, self._running, self._unsettled = [], None, []
        self._savepoints.clear()
        self._temporary.clear()
        self._resume = None
        if half is not None:
            # Not loaded by the runs, nearly all, that find nothing half-done.
            from alembic.runtime.journal_resume import Resume

            self._resume = Resume(half, self._table.read(step), self._file_now())
        self._ordinal = 0 if self._resume is None else self._resume.last
        self._listen()
        try:
            yield
            if self._resume is not None:
                self._resume.check_end()
        except BaseException:
            self._settle_failed()
            raise
        finally:
            self._step = self._resume = None
            self._pending = []

    def recall(self, question: str, ask: Callable[[], str]) -> str:
        """The database's answer, and within a step that is gone through once more its former one."""
        if self._step is None or not (self._is_eager or self._in_autocommit()):
            return ask()
        known = None if self._resume is None else self._resume.recall(question)
        answer = ask() if known is None else known
        if known is None:
            self._ordinal += 1
            sent = Sent(self._ordinal, question, None)
            sent.answer = answer
            self._pending.append(sent)
        return answer

    def flush(self) -> None:
        """Write down what is done so far."""
        if self._pending:
            sent, self._pending = self._pending, []
            self._savepoints.clear()
            self._write([self._entry(each) for each in sent])

    # -- statements on their way

    def _before(
        self,
        conn: Connection,
        cursor: Any,
        statement: str,
        parameters: Any,
        context: Any,
        executemany: bool,
    ) -> tuple[str, Any]:
        if self._table.is_speaking or self._step is None:
            return statement, parameters
        self._note_refused()
        kind = kind_of(statement)
        if kind is Kind.READ or kind is Kind.ENDS:
            self._passes(statement, kind)
            return statement, parameters
        if self._temporary and row_target(statement) in self._temporary:
            return statement, parameters
        if self._is_eager and not self._table.exists:
            # Making a table commits: so it is made while nothing has been done.
            self._table.create()
        met = None if self._resume is None else self._match(statement, parameters, kind)
        if met is not None:
            self._skipped = met
            self._check_skippable(met[0], statement, context)
            nothing = nothing_like(*met, conn.dialect, self._table.table)
            return nothing, [] if executemany else conn.dialect.execute_sequence_format()
        self._ordinal += 1
        self._running = Sent(self._ordinal, statement, parameters)
        self._session = conn.connection.dbapi_connection
        if self._commits_by_itself(kind):
            self._write_begun(self._running)
        return statement, parameters

    def _after(
        self,
        conn: Connection,
        cursor: Any,
        statement: str,
        parameters: Any,
        context: Any,
        executemany: bool,
    ) -> None:
        if self._table.is_speaking or self._step is None:
            return
        skipped, self._skipped = self._skipped, None
        if skipped is not None:
            tell_again(*skipped, context)
            return
        sent, self._running = self._running, None
        if sent is None:
            return
        if sent.is_written:
            # What was written before is committed by now; this is not.
            self._unsettled = [(sent.ordinal, DONE)]
            self._set_state(sent.ordinal, DONE)
            return
        sent.tell(cursor.rowcount, getattr(cursor, "lastrowid", None))
        # A loop over rows is one entry, not thousands; a savepoint parts what may be taken back.
        starts_anew = len(self._pending) in self._savepoints.values()
        if starts_anew or not self._pending or not self._pending[-1].goes_on(sent):
            self._pending.append(sent)

    def _note_refused(self) -> None:
        """Note what the server has refused and the migration has caught: it has to do so again."""
        sent, self._running = self._running, None
        # In a new session nobody knows what became of a statement of the one that was lost.
        if sent is None or self._session is not self._connection.connection.dbapi_connection:
            return
        sent.is_undone = True
        if sent.is_written:
            self._unsettled.append((sent.ordinal, UNDONE))
            self._set_state(sent.ordinal, UNDONE)
        else:
            self._pending.append(sent)

    def _passes(self, statement: str, kind: Kind) -> None:
        """Note what a statement that isn't recorded does to those that are."""
        if _SPEAKS_OF_TEMPORARY.search(statement) and (name := temporary_table(statement)):
            self._temporary.add(name)
        savepoint = savepoint_of(statement)
        if savepoint is not None:
            name, goes_back = savepoint
            if goes_back:
                for sent in self._pending[self._savepoints.get(name, 0) :]:
                    sent.is_undone = True
            else:
                self._savepoints[name] = len(self._pending)
        elif kind is Kind.ENDS and statement.lstrip()[:8].upper() == "ROLLBACK":
            self._undone(self._connection)
        elif kind is Kind.ENDS:
            self.flush()

    def _before_commit(self, conn: Connection) -> None:
        if not self._table.is_speaking and self._step is not None:
            self._note_refused()
            self.flush()

    def _undone(self, conn: Connection) -> None:
        """A rollback has undone what was to be written down, and perhaps the making of the table."""
        self._pending = []
        self._table.exists = None

    def _commits_by_itself(self, kind: Kind) -> bool:
        return self._in_autocommit() or (self._is_eager and kind is Kind.DDL)

    def _write_begun(self, sent: Sent) -> None:
        before = None
        with self._table.own_statements():
            catalog = self._catalog = self._catalog or catalog_of(self._connection)
            if catalog is not None:
                before = catalog.before(sent.statement)
        sent.before = before
        earlier, self._pending = self._pending, []
        self._savepoints.clear()
        self._write([*map(self._entry, earlier), self._entry(sent, BEGUN)])
        sent.is_written = True

    def _match(self, statement: str, parameters: Any, kind: Kind) -> tuple[Entry, int] | None:
        """The recorded statement that this one is, if it is done, and which time of it; raises
        where that is in doubt.
        """
        resume = self._resume
        assert resume is not None
        met = resume.match(statement, parameters, kind)
        if met is None or met[0].state == DONE:
            return met
        entry, _ = met
        with self._table.own_statements():
            catalog = self._catalog = self._catalog or catalog_of(self._connection)
            done = None if catalog is None else catalog.is_done(statement, entry.before)
            if done is None:
                why = "it had begun, and the catalog doesn't tell whether it was carried out"
                raise InDoubt(resume.half, entry, why)
        if done:
            self._set_state(entry.ordinal, DONE)
            return met
        self._remove(entry.ordinal)
        return None

    def _check_skippable(self, entry: Entry, statement: str, context: Any) -> None:
        """Raise :class:`InDoubt` for a statement whose rows the migration would read."""
        compiled = getattr(context, "compiled", None)
        if may_return_rows(statement) or getattr(compiled, "effective_returning", None):
            assert self._resume is not None
            why = "it is done, and gave rows that the revision needs again"
            raise InDoubt(self._resume.half, entry, why)

    # -- what is written

    def _entry(self, sent: Sent, state: str = DONE) -> Entry:
        if sent.answer is not None or sent.is_undone:
            state = TOLD if sent.answer is not None else UNDONE
        return Entry(
            sent.ordinal,
            fingerprint_of_text(sent.statement),
            kept(sent.statement),
            "".join(sent.given),
            state,
            file=self._file_now(),
            before=sent.before,
            affected=sent.affected,
            last_row=sent.last_row,
            row_step=sent.row_step,
            answer=sent.answer,
        )

    def _write(self, entries: list[Entry]) -> None:
        assert self._step is not None
        self._table.create()
        resume = self._resume
        if resume is not None and not resume.is_same_file and resume.is_over:
            # What was done is said by the mended file as well.
            self._table.set_file(self._file_now())
            resume.is_same_file = True
        self._table.write(self._step, entries)

    def _set_state(self, ordinal: int, state: str) -> None:
        assert self._step is not None
        self._table.set_state(self._step, ordinal, state)

    def _remove(self, ordinal: int) -> None:
        assert self._step is not None
        self._table.remove(self._step, ordinal)

    def _settle_failed(self) -> None:
        """The step has failed: what is done stays done, and a statement that the server refused was
        not carried out, so that nothing is in doubt.
        """
        sent, self._running = self._running, None
        connection = self._connection
        refused = sent if sent is not None and sent.is_written else None
        if connection.closed or connection.invalidated or not (refused or self._unsettled):
            return
        with self._table.own_statements(), suppress(SQLAlchemyError):
            if connection.in_transaction():
                connection.rollback()
            for ordinal, state in self._unsettled:
                self._set_state(ordinal, state)
            if refused is not None:
                if self._catalog is not None:
                    self._catalog.clear_away(refused.statement)
                self._remove(refused.ordinal)
            if connection.in_transaction():
                connection.commit()

    def _file_now(self) -> str | None:
        if self._file is None and self._path is not None:
            with suppress(OSError):
                self._file = hashlib.sha256(Path(self._path).read_bytes()).hexdigest()[:40]
        return self._file

    # -- listening

    def _listen(self) -> None:
        # Once for the whole run: to listen takes longer than a step with one statement.
        if not self._is_listening:
            self._is_listening = True
            connection = self._connection
            event.listen(connection, "before_cursor_execute", self._before, retval=True)
            event.listen(connection, "after_cursor_execute", self._after)
            event.listen(connection, "commit", self._before_commit)
            event.listen(connection, "rollback", self._undone)

    def stop_listening(self) -> None:
        """Let statements pass unseen."""
        if self._is_listening:
            self._is_listening = False
            connection = self._connection
            event.remove(connection, "before_cursor_execute", self._before)
            event.remove(connection, "after_cursor_execute", self._after)
            event.remove(connection, "commit", self._before_commit)
            event.remove(connection, "rollback", self._undone)
