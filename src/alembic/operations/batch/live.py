"""A batch on a live SQLite database: SQLite's own ALTER where it is enough, else a new table.

All of it happens or nothing does: a savepoint is put around it, which is a transaction of its own
where none is running.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from typing import Any

from sqlalchemy import Column, Connection, MetaData, Table, literal_column
from sqlalchemy.exc import OperationalError
from sqlalchemy.types import TypeEngine

from alembic.ddl.impl import DefaultImpl
from alembic.ddl.sqlite_schema.model import ColumnText
from alembic.ddl.sqlite_schema.tokens import fold
from alembic.operations.batch.broken import broken, newly_broken, unreadable
from alembic.operations.batch.catalog import Catalog, Stored
from alembic.operations.batch.change import AlterColumn, Change, DropColumn
from alembic.operations.batch.closed import opened
from alembic.operations.batch.described import described
from alembic.operations.batch.draft import Cast, TableSource, Told
from alembic.operations.batch.errors import (
    BrokenByChange,
    ForeignKeysViolated,
    LeftOverInTheWay,
    NoSuchColumn,
)
from alembic.operations.batch.in_place import change_in_place, rename_columns, savepoint
from alembic.operations.batch.keys import (
    can_wait,
    is_tied,
    may_violate,
    refuse_without_key,
    to_come,
    told,
    violations,
)
from alembic.operations.batch.move import Way, can_switch, enforcement_off, rebuild
from alembic.operations.batch.names import Rename, Resolved, former_names, resolve
from alembic.operations.batch.owed import leave_to_migration
from alembic.operations.batch.request import Request
from alembic.operations.batch.rewrite import TableRewrite, rewrite
from alembic.operations.batch.spell import Spelling
from alembic.operations.batch.taken_along import note_taken_along
from alembic.operations.batch.told import told_by_listeners, under_new_names
from alembic.util.failure import add_note

log = logging.getLogger(__name__)


def change_table(
    impl: DefaultImpl, connection: Connection, request: Request, changes: Sequence[Change]
) -> None:
    """Make the changes; raises the errors of ``batch.errors``, with everything as it was."""
    catalog = Catalog.of(impl, connection, request.table, request.schema)
    stored = catalog.table(request.table)
    enforced = catalog.enforces_foreign_keys()
    way = _way(catalog, stored, changes, enforced=enforced)
    is_tied_up = way is Way.RENAME and enforced and is_tied(catalog, stored.name, changes)
    outside = _untied(catalog, stored) if is_tied_up else nullcontext(way)
    taken_along = catalog.taken_along(stored.name)
    leaving = _leaving(changes)
    unread = unreadable(catalog, stored.name) if leaving else {}
    # What may end the transaction can't be left to the end of the migration to be undone.
    is_undone_by_migration = catalog.is_in_transaction and not is_tied_up
    can_owe = request.is_block and impl.owed is not None and is_undone_by_migration
    with _told_of_open_results(), outside as way, savepoint(catalog, "alembic_batch"):
        before = broken(catalog, leaving)
        _Batch(impl, catalog, request, stored, way=way, enforced=enforced).make(changes)
        columns_gone = any(isinstance(change, DropColumn) for change in changes)
        defects = newly_broken(
            before,
            broken(catalog, leaving),
            columns_gone=columns_gone,
            to_come=to_come(catalog, stored.name),
        )
        if defects:
            error = BrokenByChange(stored.name, defects)
            if not can_owe:
                raise error
            leave_to_migration(impl, catalog, error, before, leaving)
    for name, why in (unreadable(catalog, stored.name) if leaving else {}).items():
        if name not in unread:
            log.warning("Virtual table %r can't be read now: %s. Create it anew", name, why)
    if request.is_block:
        note_taken_along(impl, connection, taken_along)


def _leaving(changes: Iterable[Change]) -> set[str]:
    """The names of columns, folded, that go with a column or from one."""
    return {
        fold(change.name)
        for change in changes
        if isinstance(change, DropColumn)
        or (isinstance(change, AlterColumn) and change.new_name is not None)
    }


def _way(catalog: Catalog, stored: Stored, changes: Sequence[Change], *, enforced: bool) -> Way:
    """How the table is replaced, if it has to be: with enforcement of foreign keys left on if it is
    on, as switching it off would end the transaction that is open.
    """
    if can_switch(catalog, stored):
        return Way.SWITCH
    if enforced and is_tied(catalog, stored.name, changes) and can_wait(catalog, stored.name):
        return Way.REFILL
    return Way.RENAME


@contextmanager
def _told_of_open_results() -> Iterator[None]:
    try:
        yield
    except OperationalError as error:
        if "table is locked" in str(error.orig):
            add_note(
                error,
                "Rows of an earlier SELECT are still being read on this connection: fetch all of "
                "them before a table changes.",
            )
        raise


@contextmanager
def _untied(catalog: Catalog, stored: Stored) -> Iterator[Way]:
    """The last two ways: to open the schema, or to let foreign keys be, which ends the transaction."""
    with opened(catalog.connection) as is_open:
        if is_open and can_switch(catalog, stored):
            yield Way.SWITCH
            return
    with enforcement_off(catalog):
        yield Way.RENAME


class _Batch:
    """One batch on its way."""

    def __init__(
        self,
        impl: DefaultImpl,
        catalog: Catalog,
        request: Request,
        stored: Stored,
        *,
        way: Way,
        enforced: bool,
    ) -> None:
        self.impl = impl
        self.catalog = catalog
        self.request = request
        self.stored = stored
        self.way = way
        self.enforced = enforced

    def make(self, changes: Sequence[Change]) -> None:
        """Renames first, then what ALTER can, or the rebuild."""
        doubt = self._remove_left_over()
        source = self._source()
        names = [column.name for column in source.text.columns]
        if self.request.copy_from is None:
            changes = [*self.request.left_out(names), *changes]
        resolved = resolve(source.text.name, names, changes, self.request.order)
        columns = under_new_names(self._told(source), resolved.renames)
        source, pending = self._rename(source, resolved)
        wanted = self._wanted(source, resolved, pending, columns)
        must_rebuild = self.request.always or bool(pending) or self.request.copy_from is not None
        if not must_rebuild and change_in_place(self.catalog, source, resolved.changes, wanted):
            return
        if doubt is not None:
            raise doubt
        self._rebuild(wanted)

    def _remove_left_over(self) -> LeftOverInTheWay | None:
        try:
            self.catalog.remove_left_over(self.stored.name)
        except LeftOverInTheWay as doubt:
            return doubt
        return None

    def _source(self) -> TableSource:
        if self.request.copy_from is None:
            return self.catalog.source(self.stored)
        source = described(self.request.copy_from, self.impl.dialect)
        there = self.catalog.ask(
            "SELECT name FROM pragma_table_xinfo(?, ?)", self.stored.name, self.catalog.schema
        )
        # In quotes, a name that is no column would be a string to SQLite.
        for column in source.text.columns:
            if all(fold(column.name) != fold(row[0]) for row in there):
                raise NoSuchColumn(column.name, self.stored.name, [row[0] for row in there])
        return source

    def _rename(
        self, source: TableSource, resolved: Resolved
    ) -> tuple[TableSource, tuple[Rename, ...]]:
        """The table with its columns renamed, and the renames that SQLite left to us."""
        if not resolved.renames:
            return source, ()
        if not rename_columns(self.catalog, self.stored.name, resolved.renames):
            return source, resolved.renames
        self.stored = self.catalog.table(self.stored.name)
        if self.request.copy_from is None:
            return self.catalog.source(self.stored), ()
        renamed = rewrite(source, (), self._spelling(source), renames=resolved.renames)
        return TableSource(renamed.text, renamed.indexes), ()

    def _wanted(
        self,
        source: TableSource,
        resolved: Resolved,
        pending: Sequence[Rename],
        columns: tuple[Told, ...],
    ) -> TableRewrite:
        wishes = self.request.wishes(
            resolved.order,
            columns=columns,
            cast=_cast_of(self.impl, resolved.changes),
            former={} if pending else former_names(resolved.renames),
        )
        return rewrite(source, resolved.changes, self._spelling(source), wishes, pending)

    def _spelling(self, source: TableSource) -> Spelling:
        return Spelling(self.impl.dialect, strict=source.text.strict)

    def _told(self, source: TableSource) -> tuple[Told, ...]:
        """What ``reflect_args``, and listeners to the reflection, say of columns."""
        given = self.request.told
        if not self.request.reflect_kwargs or self.request.copy_from is not None:
            return given
        plain, heard = self._reflected(), self._reflected(**self.request.reflect_kwargs)
        known = {fold(told.name) for told in given}
        found = told_by_listeners(plain, heard, self._spelling(source))
        return (*given, *(told for told in found if fold(told.name) not in known))

    def _reflected(self, **kw: Any) -> Table:
        options = {"resolve_fks": False, **kw}
        return Table(
            self.stored.name,
            MetaData(),
            schema=self.request.schema,
            autoload_with=self.catalog.connection,
            **options,
        )

    def _rebuild(self, wanted: TableRewrite) -> None:
        if lost := wanted.lost_row_id:
            log.warning(
                "Table %r: SQLite fills column %r in by itself no longer, as it does for an INTEGER "
                "PRIMARY KEY alone. An INTEGER of SQLite holds 64 bits; a type for all databases is "
                "BigInteger().with_variant(Integer(), 'sqlite')",
                self.stored.name,
                lost,
            )
        concerned = self._concerned(wanted)
        before = violations(self.catalog, concerned)
        rebuild(self.catalog, self.stored, wanted, self.way)
        if self.enforced and wanted.adds_foreign_key and self.catalog.has_rows(self.stored.name):
            refuse_without_key(self.catalog, wanted)
        found = violations(self.catalog, concerned).since(before)
        if found.rows and self.enforced:
            raise ForeignKeysViolated(self.stored.name, told(found.rows))
        if found.rows:
            log.warning(
                "Table %r: %d row(s) violate a foreign key, and SQLite doesn't enforce foreign "
                "keys on this connection: %s",
                self.stored.name,
                found.rows.total(),
                "; ".join(told(found.rows)[:5]),
            )
        for why in found.unchecked.values():
            log.warning("Table %r: foreign keys can't be checked now: %s", self.stored.name, why)

    def _concerned(self, wanted: TableRewrite) -> Iterable[str]:
        if not may_violate(wanted):
            return ()
        return {self.stored.name, *self.catalog.children(self.stored.name)}


def _cast_of(impl: DefaultImpl, changes: Sequence[Change]) -> Cast | None:
    """The cast of a dialect package that overrides the hook; ours is that of ``affinity``."""
    hook = "cast_for_batch_migrate"
    owner = next(cls for cls in type(impl).__mro__ if hook in vars(cls))
    if owner.__module__.startswith("alembic.ddl."):
        return None
    existing = {
        fold(change.name): change.existing_type
        for change in changes
        if isinstance(change, AlterColumn)
    }

    def cast(column: ColumnText, new: TypeEngine[Any], declared: str, source: str) -> str:
        transfer: dict[str, Any] = {"expr": literal_column(source)}
        before: Column[Any] = Column(column.name, existing.get(fold(column.name)))
        impl.cast_for_batch_migrate(before, transfer, new)
        compiled = transfer["expr"].compile(
            dialect=impl.dialect, compile_kwargs={"literal_binds": True}
        )
        return str(compiled)

    return cast
