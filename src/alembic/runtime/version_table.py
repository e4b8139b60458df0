"""VersionTable and HeadMaintainer: where the heads are kept, and how a step changes them.

The table has one column and a row per head. What a step does to the rows is decided by
:func:`alembic.graph.heads.head_changes`; here it is carried out, and a row that isn't what it was
when the run began is noticed: someone else has been at work.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import (
    Connection,
    Executable,
    Table,
    bindparam,
    delete,
    insert,
    literal_column,
    select,
    update,
)
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql import ColumnElement
from sqlalchemy.sql.dml import Insert, Update
from typing_extensions import assert_never

from alembic.ddl.impl import DefaultImpl
from alembic.ddl.sink import ScriptSink, Spelled
from alembic.graph.heads import DeleteHead, HeadChange, InsertHead, MoveHead, head_changes
from alembic.graph.step import MigrationStep
from alembic.runtime.presence import is_there
from alembic.util.exc import CommandError

# One logger for all that a run says: programs filter by this name.
log = logging.getLogger("alembic.runtime.migration")

_COLUMN = "version_num"
# What stands for the ids in the text of a statement that is spelled once for all of them.
_OLD, _NEW = "alembic-old-head", "alembic-new-head"


class ManyHeadsRecorded(CommandError):
    """One revision was asked for, and the version table holds several heads."""

    def __init__(self, version_table: str, heads: tuple[str, ...]) -> None:
        super().__init__(
            f"Version table '{version_table}' has more than one head present; "
            "please use get_current_heads()"
        )
        self.version_table = version_table
        self.heads = heads


class VersionRowChanged(CommandError):
    """A row of the version table isn't what this run has read or written: another run changed it.

    ``found`` is the number of rows that the statement met instead of one.
    """

    def __init__(self, what: str, version_table: str, found: int) -> None:
        super().__init__(
            f"Online migration expected to match one row when {what} in "
            f"'{version_table}'; {found} found. Another run may have changed it meanwhile.\n"
            "To see where the database is:  alembic current"
        )
        self.version_table = version_table
        self.found = found


class IdTooLong(CommandError):
    """The version table's column doesn't hold the id of a revision."""

    def __init__(self, version: str, version_table: str, width: int) -> None:
        self.version = version
        self.width = width
        super().__init__(
            f"The id {version!r} has {len(version)} characters, and the database refuses it: column "
            f"{_COLUMN} of '{version_table}' is made for {width}. Widen the column, or give the "
            "revision a shorter id"
        )


@dataclass(frozen=True, slots=True)
class VersionTable:
    """The version table in the database."""

    table: Table
    connection: Connection

    def exists(self) -> bool:
        """Whether it is there."""
        return is_there(self.connection, self.table)

    def create(self) -> None:
        """Create it; it must not be there."""
        self.table.create(self.connection, checkfirst=False)

    def heads(self) -> tuple[str, ...]:
        """Its rows in the order in which the database gives them; the table must be there.

        A relative downgrade of several heads begins at the first of them.
        """
        rows = self.connection.execute(select(self.table.c[_COLUMN])).scalars()
        return tuple(rows)

    def clear(self) -> None:
        """Delete all rows."""
        self.connection.execute(delete(self.table))


class HeadsHost(Protocol):
    """What a HeadMaintainer needs of the migration context."""

    _version: Table
    impl: DefaultImpl
    as_sql: bool
    version_table: str


class HeadMaintainer:
    """The heads of one database while steps are run; ``heads`` is the set of them now."""

    def __init__(self, context: HeadsHost, heads: Iterable[str]) -> None:
        self.context = context
        self.heads = set(heads)
        make = _WrittenRows if context.as_sql else _BoundRows
        self._rows: _Rows = make(context._version, context.impl)

    def update_to_step(self, step: MigrationStep) -> None:
        """Change the rows to what they are once ``step`` is done.

        Raises :class:`VersionRowChanged` where a row isn't there any more.
        """
        for change in head_changes(step, self.heads):
            self._apply(change)

    def _apply(self, change: HeadChange) -> None:
        match change:
            case InsertHead(version):
                log.debug("new branch insert %s", version)
                self.heads.add(version)
                self._insert_version(version)
            case DeleteHead(version):
                log.debug("branch delete %s", version)
                self.heads.discard(version)
                self._delete_version(version)
            case MoveHead(old, new):
                log.debug("update %s to %s", old, new)
                self.heads.discard(old)
                self.heads.add(new)
                self._update_version(old, new)
            case _:
                assert_never(change)

    def _insert_version(self, version: str) -> None:
        self._rows.insert(version)

    def _delete_version(self, version: str) -> None:
        found = self._rows.delete(version)
        if found not in {None, 1}:
            raise VersionRowChanged(f"deleting '{version}'", self.context.version_table, found)

    def _update_version(self, from_: str, to_: str) -> None:
        found = self._rows.update(from_, to_)
        if found not in {None, 1}:
            what = f"updating '{from_}' to '{to_}'"
            raise VersionRowChanged(what, self.context.version_table, found)


class _Rows(Protocol):
    """The three statements on rows; update and delete tell how many they met, if that is known."""

    def insert(self, version: str) -> None: ...

    def delete(self, version: str) -> int | None: ...

    def update(self, old: str, new: str) -> int | None: ...


class _BoundRows:
    """In a database: statements made once, the values bound to them."""

    def __init__(self, table: Table, impl: DefaultImpl) -> None:
        column = table.c[_COLUMN]
        self._table = table
        self._impl = impl
        # Inline: nobody reads back the key, so that no RETURNING is asked for.
        self._insert = insert(table).values({column: bindparam("head")}).inline()
        self._delete = delete(table).where(column == bindparam("head"))
        self._update = (
            update(table).values({column: bindparam("head")}).where(column == bindparam("old_head"))
        )

    def insert(self, version: str) -> None:
        self._execute(self._insert, head=version)

    def delete(self, version: str) -> int | None:
        return self._execute(self._delete, head=version)

    def update(self, old: str, new: str) -> int | None:
        return self._execute(self._update, head=new, old_head=old)

    def _execute(self, statement: Executable, *, head: str, **values: str) -> int | None:
        try:
            result = self._impl._exec(statement, params={"head": head, **values})
        except DBAPIError as error:
            width = getattr(self._table.c[_COLUMN].type, "length", None)
            if width is None or len(head) <= width:
                raise
            raise IdTooLong(head, self._table.name, width) from error
        if result is None or not self._impl.dialect.supports_sane_rowcount:
            return None
        return result.rowcount


class _WrittenRows:
    """In a script: the values are part of the text."""

    def __init__(self, table: Table, impl: DefaultImpl) -> None:
        self._table = table
        self._column = table.c[_COLUMN]
        self._impl = impl
        self._update: str | None = None
        # Oracle returns the key into a variable, which a script doesn't have.
        compiled = self._insert("").compile(dialect=impl.dialect)
        self._inline = bool(compiled.params)

    def insert(self, version: str) -> None:
        statement = self._insert(version)
        self._write(statement.inline() if self._inline else statement)

    def delete(self, version: str) -> None:
        self._write(delete(self._table).where(self._column == _spelled(version)))

    def update(self, old: str, new: str) -> None:
        sink = self._impl.sink
        if not (_is_plain(old) and _is_plain(new) and isinstance(sink, ScriptSink)):
            self._write(self._moved(old, new))
            return
        # There is one for nearly every revision, and to spell it takes longer than all the rest.
        if self._update is None:
            self._update = sink.spell(self._moved(_OLD, _NEW))
        self._write(
            Spelled(self._update.replace(f"'{_OLD}'", f"'{old}'").replace(f"'{_NEW}'", f"'{new}'"))
        )

    def _moved(self, old: str, new: str) -> Update:
        statement = update(self._table).values({self._column: _spelled(new)})
        return statement.where(self._column == _spelled(old))

    def _insert(self, version: str) -> Insert:
        return insert(self._table).values({self._column: _spelled(version)})

    def _write(self, statement: Executable) -> None:
        self._impl._exec(statement)


def _is_plain(version: str) -> bool:
    """Whether an id is spelled the same in every database."""
    return version.isascii() and version.isalnum()


def _spelled(version: str) -> ColumnElement[str]:
    quoted = version.replace("'", "''")
    return literal_column(f"'{quoted}'")
