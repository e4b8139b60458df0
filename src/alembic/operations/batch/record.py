"""BatchOperationsImpl: gathers the verbs of a batch, then alters the table or rebuilds it.

``batch_alter_table`` makes one; the ops within the block call its verbs as they would call those
of a dialect's impl, which is asked in the end whether it can alter (``requires_recreate_in_batch``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Column, Constraint, Index, Table, TableClause, exc
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeEngine

from alembic.ddl.impl import DefaultImpl
from alembic.ddl.unsayable import NotSayable
from alembic.operations.batch.change import AlterColumn, Change, Recorded, understand
from alembic.operations.batch.errors import (
    REFUSED_BY_ALTER,
    NeedsRecreate,
    NotInBatch,
    ReflectionOffline,
    UnknownRecreate,
)
from alembic.operations.batch.live import change_table
from alembic.operations.batch.request import Request
from alembic.operations.batch.script import write_rebuild
from alembic.operations.host import DialectKeyword
from alembic.operations.unnamed import NameNeeded, constraint_names
from alembic.operations.verbs.base import Invoker
from alembic.util.exc import CommandError
from alembic.util.failure import add_note, notes_of
from alembic.util.messaging import warn_outside
from alembic.util.values import immutabledict

SQLITE = "sqlite"
PLACES = ("insert_before", "insert_after")
_NEVER = (
    "This batch says recreate='never'. Leave that out, and the table is made anew where SQLite has no "
    "ALTER for a change."
)


class BatchOperationsImpl:
    """Records verbs about one table; :meth:`flush` carries them out.

    ``batch`` is the list of :class:`Recorded` that dialects read to decide.
    """

    def __init__(
        self,
        operations: Invoker,
        table_name: str,
        schema: str | None = None,
        recreate: str = "auto",
        copy_from: Table | None = None,
        table_args: tuple[Any, ...] = (),
        table_kwargs: Mapping[str, Any] = immutabledict({}),
        reflect_args: tuple[Any, ...] = (),
        reflect_kwargs: Mapping[str, Any] = immutabledict({}),
        naming_convention: Mapping[str, str] | None = None,
        partial_reordering: Iterable[Iterable[str]] | None = None,
        *,
        is_block: bool = True,
    ) -> None:
        if recreate not in ("auto", "always", "never"):
            raise UnknownRecreate(recreate)
        self.operations = operations
        self.table_name = table_name
        self.schema = schema
        self.recreate = recreate
        self.copy_from = copy_from
        self.table_args = table_args
        self.table_kwargs = dict(table_kwargs)
        self.reflect_args = reflect_args
        self.reflect_kwargs = dict(reflect_kwargs)
        self.naming_convention = naming_convention
        self.partial_reordering = tuple(tuple(names) for names in partial_reordering or ())
        self.is_block = is_block
        self.batch: list[Recorded] = []

    @property
    def dialect(self) -> Dialect:
        """The dialect that is spoken."""
        return self.impl.dialect

    @property
    def impl(self) -> DefaultImpl:
        """The dialect's own impl."""
        return self.operations.migration_context.impl

    def flush(self) -> None:
        """Alter the table, or rebuild it.

        An op alone that SQLite has an ALTER for fails as that does, for which migrations look out.
        """
        if not self._should_recreate():
            self._alter()
            return
        try:
            self._rebuild()
        except REFUSED_BY_ALTER as refusal:
            if self.is_block or not all(_is_alter(call) for call in self.batch):
                raise
            try:
                self._alter()
            except exc.DBAPIError as error:
                if not notes_of(error):
                    add_note(error, str(refusal))
                raise error from None
            raise

    # --- verbs ----------------------------------------------------------------------------------

    def add_column(self, table_name: str, column: Column[Any], **kw: DialectKeyword) -> None:
        """Record a new column."""
        self._record("add_column", table_name, column, **kw)

    def alter_column(self, table_name: str, column_name: str, **kw: DialectKeyword) -> None:
        """Record a changed column."""
        self._record("alter_column", table_name, column_name, **kw)

    def drop_column(self, table_name: str, column: Column[Any], **kw: DialectKeyword) -> None:
        """Record a column less."""
        self._record("drop_column", table_name, column, **kw)

    def create_column_comment(self, column: Column[Any]) -> None:
        """Record the comment of a new column."""
        self._record("create_column_comment", column)

    def add_constraint(self, const: Constraint, **kw: DialectKeyword) -> None:
        """Record a new constraint."""
        self._record("add_constraint", const, **kw)

    def drop_constraint(self, const: Constraint, **kw: DialectKeyword) -> None:
        """Record a constraint less."""
        self._record("drop_constraint", const, **kw)

    def validate_constraint(
        self, constraint_name: str, table_name: str, schema: str | None = None
    ) -> None:
        """Record that the rows are to be checked; SQLite, which has nothing to check, refuses."""
        if self.dialect.name == SQLITE:
            self.impl.validate_constraint(constraint_name, table_name, schema=schema)
        self._record("validate_constraint", constraint_name, table_name, schema=schema)

    def create_index(self, index: Index, **kw: DialectKeyword) -> None:
        """Record a new index."""
        self._record("create_index", index, **kw)

    def drop_index(self, index: Index, **kw: DialectKeyword) -> None:
        """Record an index less."""
        self._record("drop_index", index, **kw)

    def create_table_comment(self, table: Table) -> None:
        """Record the table's new comment."""
        self._record("create_table_comment", table)

    def drop_table_comment(self, table: Table) -> None:
        """Record that the table has no comment any more."""
        self._record("drop_table_comment", table)

    def rename_table(self, *args: Any, **kw: DialectKeyword) -> None:
        """Refused: the batch is about a table by its name."""
        raise NotInBatch("rename_table", self.table_name)

    def create_table(self, table: Table, **kw: DialectKeyword) -> None:
        """Refused: another table."""
        raise NotInBatch("create_table", self.table_name)

    def drop_table(self, table: Table, **kw: DialectKeyword) -> None:
        """Refused: there would be nothing to alter."""
        raise NotInBatch("drop_table", self.table_name)

    def bulk_insert(
        self, table: TableClause, rows: Iterable[Mapping[str, Any]], multiinsert: bool = True
    ) -> None:
        """Insert rows at once, as statements within a batch are executed at once."""
        self.impl.bulk_insert(table, rows, multiinsert=multiinsert)

    def cast_for_batch_migrate(
        self, existing: Column[Any], existing_transfer: dict[str, Any], new_type: TypeEngine[Any]
    ) -> None:
        """The dialect's cast."""
        self.impl.cast_for_batch_migrate(existing, existing_transfer, new_type)

    # --- carrying out ---------------------------------------------------------------------------

    def _record(self, verb: str, *args: Any, **kw: Any) -> None:
        self.batch.append(Recorded(verb, args, kw))

    def _should_recreate(self) -> bool:
        if self.recreate == "auto":
            return self._needs_place() or self.impl.requires_recreate_in_batch(self)
        return self.recreate == "always"

    def _needs_place(self) -> bool:
        """Whether a column is to stand at a place, and the table can be rebuilt for it on SQLite."""
        if self.dialect.name != SQLITE or (self.impl.as_sql and self.copy_from is None):
            return False
        return any(_place(call) for call in self.batch)

    def _alter(self) -> None:
        """Have the dialect's own verbs called, in their order.

        The place of a column that is there is passed over, as ``partial_reordering`` is.
        """
        if any(_place(call) for call in self.batch if call.verb == "add_column"):
            raise NeedsRecreate
        if self.partial_reordering and self.dialect.name == SQLITE:
            warn_outside(
                f"partial_reordering is used only where table {self.table_name!r} is made anew, "
                "and this batch needs no new one; pass recreate='always'"
            )
        for verb, args, kw in self.batch:
            given = {key: value for key, value in kw.items() if key not in PLACES}
            try:
                getattr(self.impl, verb)(*args, **given)
            except exc.CompileError as error:
                if verb != "drop_constraint" or isinstance(args[0].name, str):
                    raise
                host = self.operations.migration_context
                names = constraint_names(host, self.table_name, self.schema)
                raise NameNeeded(self.table_name, names) from error
            except CommandError as error:
                if self.recreate == "never" and self.dialect.name == SQLITE:
                    add_note(error, _NEVER)
                raise

    def _rebuild(self) -> None:
        if self.impl.as_sql and self.copy_from is None:
            raise ReflectionOffline(self.table_name, self.dialect.name)
        try:
            self._carry_out(self._request(), understand(self.batch))
        except exc.CompileError as error:
            if isinstance(error, CommandError):
                raise
            raise NotSayable(error, self.dialect) from error

    def _carry_out(self, request: Request, changes: Sequence[Change]) -> None:
        connection = self.operations.migration_context.connection
        if self.dialect.name != SQLITE:
            # With it come the rooms of two dialects, which batches on SQLite do without.
            from alembic.operations.batch.reflected import rebuild_reflected

            rebuild_reflected(self.impl, connection, request, changes)
            return
        changes = [each.on_sqlite if isinstance(each, AlterColumn) else each for each in changes]
        if self.impl.as_sql:
            assert self.copy_from is not None
            write_rebuild(self.impl, self.copy_from, request, changes)
        else:
            assert connection is not None, "a batch needs a connection"
            change_table(self.impl, connection, request, changes)

    def _request(self) -> Request:
        return Request(
            table=self.table_name,
            schema=self.schema,
            always=self.recreate == "always",
            copy_from=self.copy_from,
            table_args=self.table_args,
            table_kwargs=self.table_kwargs,
            reflect_args=self.reflect_args,
            reflect_kwargs=self.reflect_kwargs,
            naming_convention=self.naming_convention,
            order=self.partial_reordering,
            is_block=self.is_block,
        )


def _is_alter(call: Recorded) -> bool:
    """Whether SQLite has an ALTER for it: ADD, DROP, or RENAME COLUMN."""
    if call.verb != "alter_column":
        return call.verb in {"add_column", "drop_column"}
    (change,) = understand([call])
    return isinstance(change, AlterColumn) and change.on_sqlite.is_without_effect


def _place(call: Recorded) -> bool:
    return any(call.kw.get(place) for place in PLACES)
