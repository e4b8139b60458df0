"""The journal's table: a row per statement of a step. It stands beside the version table, while it is needed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeAlias

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
    func,
    insert,
    select,
    update,
)

from alembic.runtime.journal_entries import DONE, Entry, HalfDone
from alembic.runtime.presence import is_there, rows_of_the_moment

Step: TypeAlias = "tuple[str, str]"
"""A revision's id, and "upgrade" or "downgrade"."""


class JournalTable:
    """The table in one database, spoken of over one connection.

    ``exists`` is None where that isn't known; ``has_rows`` says that there may be some;
    ``is_speaking`` that the statement on its way is the journal's own.
    """

    def __init__(
        self, connection: Connection, version_table: Table, in_autocommit: Callable[[], bool]
    ) -> None:
        self.connection = connection
        self.table = _beside(version_table, connection.dialect.name)
        self.exists: bool | None = None
        self.has_rows = False
        self.is_speaking = False
        self._in_autocommit = in_autocommit

    @contextmanager
    def own_statements(self) -> Iterator[None]:
        """Statements within the block are the journal's own, and not recorded."""
        was, self.is_speaking = self.is_speaking, True
        try:
            yield
        finally:
            self.is_speaking = was

    def is_there(self) -> bool:
        """Whether the database has the table."""
        if self.exists is None:
            with self.own_statements():
                self.exists = is_there(self.connection, self.table)
        return self.exists

    def create(self) -> None:
        """Make the table where it isn't there."""
        if not self.is_there():
            with self.own_statements():
                self.table.create(self.connection)
            self.exists = True

    def drop_if_empty(self) -> None:
        """Drop the table, unless rows are in it."""
        if not self.connection.scalar(select(func.count()).select_from(self.table)):
            self.table.drop(self.connection, checkfirst=True)
            self.exists = False

    # -- rows

    def half_done(self) -> HalfDone | None:
        """The step whose rows are there; None for none."""
        table = self.table.c
        asked = select(table.revision, table.direction, table.state)
        with self.own_statements():
            rows = rows_of_the_moment(
                self.connection,
                asked.order_by(table.revision, table.direction),
                in_autocommit=self._in_autocommit(),
            )
        self.exists = rows is not None
        if not rows:
            return None
        revision, direction, _ = rows[0]
        return HalfDone(revision, direction, sum(row[2] == DONE for row in rows))

    def read(self, step: Step) -> list[Entry]:
        """What is recorded of a step."""
        columns = [self.table.c[name] for name in Entry.__slots__]
        with self.own_statements():
            rows = self.connection.execute(select(*columns).where(*self._of(step)))
            return [Entry(*row) for row in rows]

    def write(self, step: Step, entries: list[Entry]) -> None:
        """Record statements of a step."""
        rows = [
            {
                "revision": step[0],
                "direction": step[1],
                **{name: getattr(entry, name) for name in Entry.__slots__},
            }
            for entry in entries
        ]
        with self.own_statements():
            self.connection.execute(insert(self.table).inline(), rows)
        self.has_rows = True

    def set_file(self, file: str | None) -> None:
        """Record that this file says what was done."""
        with self.own_statements():
            self.connection.execute(update(self.table).values(file=file))

    def set_state(self, step: Step, ordinal: int, state: str) -> None:
        """Record what became of a statement."""
        with self.own_statements():
            self.connection.execute(
                update(self.table).values(state=state).where(*self._of(step, ordinal))
            )

    def remove(self, step: Step, ordinal: int) -> None:
        """Take a statement off the record."""
        with self.own_statements():
            self.connection.execute(delete(self.table).where(*self._of(step, ordinal)))

    def clear(self) -> None:
        """Delete all rows."""
        if self.has_rows and self.is_there():
            with self.own_statements():
                self.connection.execute(delete(self.table))
        self.has_rows = False

    def _of(self, step: Step, ordinal: int | None = None) -> list[Any]:
        table = self.table.c
        where: list[Any] = [table.revision == step[0], table.direction == step[1]]
        return where if ordinal is None else [*where, table.ordinal == ordinal]


def _beside(version_table: Table, dialect: str) -> Table:
    """The table of the journal beside a version table, in a database of that dialect."""
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
        Column("statement", Text, nullable=False),
        Column("given", Text, nullable=False),
        Column("state", String(8), nullable=False),
        Column("file", String(64)),
        Column("before", String(64)),
        Column("affected", BigInteger),
        Column("last_row", BigInteger),
        Column("row_step", BigInteger),
        Column("answer", Text),
        PrimaryKeyConstraint("revision", "direction", "ordinal"),
        schema=version_table.schema,
        **keywords,
    )
