"""Which statements of a step are done, where DDL commits by itself.

On MySQL, MariaDB and Oracle, and in any autocommit block, a migrator that is killed stops half-way
through a revision. The journal is a table beside the version table with a row per statement of the
step that is running: its ordinal, a fingerprint of its text, and whether it has begun or is done.
The next run goes through the revision again, and statements that are recorded as done are not sent
to the database; the one in doubt is looked up in the catalog::

    with journal.step("ae1", "upgrade"):
        migration_fn()

Rows of data between two DDL statements commit together with the journal's rows about them, since
both are written in the transaction that the next DDL ends. The table is made on demand, is empty
after each step, and is dropped after a clean run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    delete,
    event,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from alembic.runtime.journal_catalog import Catalog, Kind, catalog_of, fingerprint_of_text, kind_of
from alembic.util.exc import CommandError

_BEGUN, _DONE = "begun", "done"
_SHOWN_LENGTH = 500
# Done in place of a statement that is done already; nothing, on each database.
_NOTHING = {"mysql": "DO 0", "mariadb": "DO 0", "oracle": "BEGIN NULL; END;"}
_NOTHING_ELSEWHERE = "SELECT 1 WHERE 1 = 0"


@dataclass(frozen=True, slots=True)
class Entry:
    """One statement of a step. ``affected`` and ``last_row`` are what it told the migration."""

    ordinal: int
    fingerprint: str
    shown: str
    state: str
    before: str | None = None
    affected: int | None = None
    last_row: int | None = None


@dataclass(frozen=True, slots=True)
class HalfDone:
    """A step that stopped half-way: ``done`` statements of it are carried out."""

    revision: str
    direction: str
    done: int

    def __str__(self) -> str:
        count = "1 statement" if self.done == 1 else f"{self.done} statements"
        return f"{self.direction} of {self.revision} stopped half-way: {count} done"


class ChangedSinceStop(CommandError):
    """The file of a revision that stopped half-way says other statements now than were done."""

    def __init__(self, half: HalfDone, entry: Entry, now: str) -> None:
        self.half = half
        self.entry = entry
        super().__init__(
            f"The {half}. Its statement {entry.ordinal}, which is done, was:\n"
            f"  {entry.shown}\nand the revision file says now:\n  {_shown(now)}\n"
            "Put back what was done and change only what comes after it; or bring the database to "
            f"one side of {half.revision} by hand and run: alembic stamp REVISION"
        )


class InDoubt(CommandError):
    """Whether a statement was carried out before the process died can't be told."""

    def __init__(self, half: HalfDone, entry: Entry, why: str) -> None:
        self.half = half
        self.entry = entry
        super().__init__(
            f"The {half}. Whether statement {entry.ordinal} was carried out can't be told ({why}):"
            f"\n  {entry.shown}\nLook at the database. Bring it to one side of {half.revision} by "
            "hand and run: alembic stamp REVISION"
        )


class AnotherStepFirst(CommandError):
    """A step stopped half-way, and the run wants to begin with another one."""

    def __init__(self, half: HalfDone, wanted: str) -> None:
        self.half = half
        super().__init__(
            f"The {half}, so {wanted} can't begin. Finish it first: alembic {half.direction} "
            f"{'+1' if half.direction == 'upgrade' else '-1'}; or bring the database to one side "
            f"of {half.revision} by hand and run: alembic stamp REVISION"
        )


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
        self._table = _table_beside(version_table, connection.dialect.name)
        self._is_eager = is_eager
        self._in_autocommit = in_autocommit
        self._half: HalfDone | None = None
        self._has_looked = False
        self._has_rows = False
        self._exists: bool | None = None
        self._catalog: Catalog | None = None
        self._step: tuple[str, str] | None = None
        self._recorded: dict[int, Entry] = {}
        self._pending: list[Entry] = []
        self._ordinal = 0
        self._running: Entry | None = None
        self._skipped: Entry | None = None
        self._is_writing = False

    # -- what a run asks

    def half_done(self) -> HalfDone | None:
        """The step that stopped half-way before this run; None where none did."""
        if not self._has_looked:
            self._half = self._look() if self._is_there() else None
            self._has_rows = self._half is not None
            self._has_looked = True
        return self._half

    @contextmanager
    def step(self, revision: str, direction: str) -> Iterator[None]:
        """Record the statements within the block as those of a step; skip those that are done.

        Raises :class:`AnotherStepFirst`, :class:`ChangedSinceStop`, :class:`InDoubt`.
        """
        half = self.half_done()
        if half is not None and (half.revision, half.direction) != (revision, direction):
            raise AnotherStepFirst(half, f"the {direction} of {revision}")
        self._recorded = {} if half is None else self._read(half)
        self._step = (revision, direction)
        self._ordinal = 0
        self._pending = []
        event.listen(self._connection, "before_cursor_execute", self._before, retval=True)
        event.listen(self._connection, "after_cursor_execute", self._after)
        event.listen(self._connection, "commit", self._before_commit)
        try:
            yield
        except DBAPIError as error:
            self._forget_failed(error)
            raise
        finally:
            self._stop_listening()
            self._step = None
            self._pending = []

    def forget(self) -> None:
        """Delete all rows, in the transaction that is open: the step is done, or somebody stamps."""
        self.half_done()
        if self._has_rows:
            with self._own_statements():
                self._connection.execute(delete(self._table))
        self._half, self._has_rows = None, False

    def tidy(self) -> None:
        """Behind a run: drop the table, unless a step stopped half-way and left rows in it."""
        if not self._exists:
            return
        connection = self._connection
        with self._own_statements(), suppress(SQLAlchemyError):
            if connection.closed or connection.invalidated:
                return
            is_inside = connection.in_transaction()
            if not connection.scalar(select(func.count()).select_from(self._table)):
                self._table.drop(connection, checkfirst=True)
                self._exists = False
            if not is_inside:
                connection.commit()

    def flush(self) -> None:
        """Write down what is done so far: a commit is about to make it last."""
        if self._pending:
            entries, self._pending = self._pending, []
            self._write(entries)

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
        kind = Kind.READ if self._is_writing else kind_of(statement)
        if kind is Kind.ENDS:
            self.flush()
        if kind in {Kind.READ, Kind.ENDS}:
            return statement, parameters
        self._ordinal += 1
        if self._is_eager and self._ordinal == 1:
            # Making a table commits: so it is made while nothing has been done.
            self._create()
        entry = self._recorded.get(self._ordinal)
        if entry is not None and self._is_done(entry, statement):
            self._skipped = entry
            self._check_skippable(entry, context)
            nothing = _NOTHING.get(conn.dialect.name, _NOTHING_ELSEWHERE)
            return nothing, [] if executemany else conn.dialect.execute_sequence_format()
        self._running = Entry(
            self._ordinal, fingerprint_of_text(statement), _shown(statement), _BEGUN
        )
        if self._in_autocommit() or (self._is_eager and kind is Kind.DDL):
            self._write_begun(statement)
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
        if self._is_writing:
            return
        skipped, self._skipped = self._skipped, None
        if skipped is not None:
            self._tell_again(skipped, context)
            return
        entry, self._running = self._running, None
        if entry is None:
            return
        table = self._table.c
        if self._in_autocommit() or (self._is_eager and kind_of(statement) is Kind.DDL):
            with self._own_statements():
                self._connection.execute(
                    update(self._table)
                    .values({table.state: _DONE})
                    .where(*self._of_step(), table.ordinal == entry.ordinal)
                )
            return
        affected = cursor.rowcount if cursor.rowcount is not None else None
        last_row = getattr(cursor, "lastrowid", None)
        self._pending.append(
            Entry(
                entry.ordinal,
                entry.fingerprint,
                entry.shown,
                _DONE,
                affected=affected if isinstance(affected, int) and affected >= 0 else None,
                last_row=last_row if isinstance(last_row, int) else None,
            )
        )

    def _before_commit(self, conn: Connection) -> None:
        if not self._is_writing:
            self.flush()

    def _write_begun(self, statement: str) -> None:
        assert self._running is not None
        running, self._running = self._running, None
        before = None
        with self._own_statements():
            catalog = self._catalog = self._catalog or catalog_of(self._connection)
            if catalog is not None:
                before = catalog.before(statement)
        entry = Entry(running.ordinal, running.fingerprint, running.shown, _BEGUN, before)
        entries, self._pending = [*self._pending, entry], []
        self._write(entries)
        self._running = entry

    def _is_done(self, entry: Entry, statement: str) -> bool:
        """Whether a recorded statement is done; raises where it is another one, or in doubt."""
        half = HalfDone(*self._names(), sum(e.state == _DONE for e in self._recorded.values()))
        if entry.fingerprint != fingerprint_of_text(statement):
            raise ChangedSinceStop(half, entry, statement)
        if entry.state == _DONE:
            return True
        with self._own_statements():
            catalog = self._catalog = self._catalog or catalog_of(self._connection)
            done = None if catalog is None else catalog.is_done(statement, entry.before)
            if done is None:
                raise InDoubt(half, entry, "the catalog doesn't show it")
            table = self._table.c
            where = (*self._of_step(), table.ordinal == entry.ordinal)
            if done:
                self._connection.execute(
                    update(self._table).values({table.state: _DONE}).where(*where)
                )
            else:
                self._connection.execute(delete(self._table).where(*where))
        return done

    def _check_skippable(self, entry: Entry, context: Any) -> None:
        """Raise :class:`InDoubt` for a statement whose rows the migration would read."""
        compiled = getattr(context, "compiled", None)
        if compiled is not None and getattr(compiled, "effective_returning", None):
            half = HalfDone(*self._names(), len(self._recorded))
            raise InDoubt(half, entry, "it is done, and gave rows that the revision needs again")

    @staticmethod
    def _tell_again(entry: Entry, context: Any) -> None:
        """Have the result of a skipped statement say what it said when it was carried out."""
        if context is None:
            return
        if entry.affected is not None:
            context._rowcount = entry.affected  # a result's `rowcount` reads it
        if entry.last_row is not None:
            context.get_lastrowid = lambda: entry.last_row

    # -- the table

    def _is_there(self) -> bool:
        if self._exists is None:
            connection = self._connection
            with self._own_statements():
                self._exists = connection.dialect.has_table(
                    connection, self._table.name, schema=self._table.schema
                )
        return self._exists

    def _look(self) -> HalfDone | None:
        table = self._table.c
        with self._own_statements():
            rows = self._connection.execute(
                select(table.revision, table.direction, table.state).order_by(
                    table.revision, table.direction
                )
            ).all()
        if not rows:
            return None
        revision, direction, _ = rows[0]
        return HalfDone(revision, direction, sum(row[2] == _DONE for row in rows))

    def _read(self, half: HalfDone) -> dict[int, Entry]:
        table = self._table
        columns = [table.c[name] for name in Entry.__slots__]
        with self._own_statements():
            rows = self._connection.execute(
                select(*columns).where(
                    table.c.revision == half.revision, table.c.direction == half.direction
                )
            )
            return {row[0]: Entry(*row) for row in rows}

    def _write(self, entries: list[Entry]) -> None:
        revision, direction = self._names()
        rows = [
            {
                "revision": revision,
                "direction": direction,
                **{name: getattr(entry, name) for name in Entry.__slots__},
            }
            for entry in entries
        ]
        with self._own_statements():
            self._create()
            self._connection.execute(insert(self._table).inline(), rows)
        self._has_rows = True

    def _create(self) -> None:
        if not self._is_there():
            with self._own_statements():
                self._table.create(self._connection)
            self._exists = True

    def _forget_failed(self, error: DBAPIError) -> None:
        """A statement that the server refused was not carried out: nothing is in doubt."""
        running, self._running = self._running, None
        if running is None or running.state != _BEGUN or error.connection_invalidated:
            return
        if not (self._is_eager or self._in_autocommit()) or not self._exists:
            return
        with self._own_statements(), suppress(SQLAlchemyError):
            if self._connection.in_transaction():
                self._connection.rollback()
            self._connection.execute(
                delete(self._table).where(
                    *self._of_step(), self._table.c.ordinal == running.ordinal
                )
            )
            if self._connection.in_transaction():
                self._connection.commit()

    def _of_step(self) -> tuple[Any, Any]:
        revision, direction = self._names()
        return (self._table.c.revision == revision, self._table.c.direction == direction)

    def _names(self) -> tuple[str, str]:
        assert self._step is not None
        return self._step

    def _stop_listening(self) -> None:
        event.remove(self._connection, "before_cursor_execute", self._before)
        event.remove(self._connection, "after_cursor_execute", self._after)
        event.remove(self._connection, "commit", self._before_commit)

    @contextmanager
    def _own_statements(self) -> Iterator[None]:
        """Statements within the block are the journal's own, and not recorded."""
        was, self._is_writing = self._is_writing, True
        try:
            yield
        finally:
            self._is_writing = was


def _table_beside(version_table: Table, dialect: str) -> Table:
    # Its rows commit with those of the migration. SQLAlchemy loads the dialect of a keyword like
    # this one, so it is said where it is heard only.
    keywords: dict[str, Any] = (
        {f"{dialect}_engine": "InnoDB"} if dialect in {"mysql", "mariadb"} else {}
    )
    return Table(
        f"{version_table.name}_journal",
        MetaData(),
        Column("revision", String(255), nullable=False),
        Column("direction", String(16), nullable=False),
        Column("ordinal", Integer, nullable=False),
        Column("fingerprint", String(64), nullable=False),
        Column("shown", Text),
        Column("state", String(8), nullable=False),
        Column("before", String(64)),
        Column("affected", BigInteger),
        Column("last_row", BigInteger),
        PrimaryKeyConstraint("revision", "direction", "ordinal"),
        schema=version_table.schema,
        **keywords,
    )


def _shown(statement: str) -> str:
    line = " ".join(statement[: 4 * _SHOWN_LENGTH].split())
    return line if len(line) <= _SHOWN_LENGTH else line[: _SHOWN_LENGTH - 1] + "…"
