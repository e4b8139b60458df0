"""The new table while it is changed, where a server writes down what its tables are like.

SQLAlchemy's picture of a table lacks much that MySQL, MariaDB and PostgreSQL know. So what isn't
changed goes over in the server's own words: :class:`WrittenTable` keeps track of which those are.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from typing import ClassVar, Generic, Protocol, TypeVar

from sqlalchemy import ForeignKeyConstraint, PrimaryKeyConstraint, Table

from alembic.ddl.impl import DefaultImpl
from alembic.ddl.sqlite_schema.tokens import fold
from alembic.operations.batch.change import (
    AddConstraint,
    AlterColumn,
    Change,
    CreateIndex,
    DropColumn,
    DropConstraint,
    DropIndex,
)
from alembic.operations.batch.errors import ColumnNeeded
from alembic.operations.batch.move_reflected import Move
from alembic.operations.batch.new_table import ApplyBatchImpl, name_of
from alembic.operations.batch.request import Request
from alembic.operations.ops.constraint import (
    AddConstraintOp,
    CreateForeignKeyOp,
    CreatePrimaryKeyOp,
)


class WrittenPart(Protocol):
    """A key, constraint or index as the server spells it."""

    @property
    def name(self) -> str | None:
        """Its name, if it has one."""

    @property
    def is_primary(self) -> bool:
        """Whether it is the primary key."""

    @property
    def is_index(self) -> bool:
        """Whether it can be dropped as an index."""

    def mentions(self, column: str, /) -> bool:
        """Whether it speaks of a column."""


Definition = TypeVar("Definition")
Part = TypeVar("Part", bound=WrittenPart)


class WrittenTable(ApplyBatchImpl, ABC, Generic[Definition, Part]):
    """The new table; ``definitions`` and ``written`` are what goes over as the server spells it.

    Columns in ``told`` are declared by the caller of the batch, and so is what ``table_args`` name.
    """

    writes_references: ClassVar[bool]
    """Whether foreign keys are among ``written``; on MySQL a key may have the name of one."""

    def __init__(
        self,
        impl: DefaultImpl,
        table: Table,
        request: Request,
        order: tuple[tuple[str, ...], ...],
        told: Collection[str],
        definitions: Mapping[str, Definition],
        written: Sequence[Part],
    ) -> None:
        kwargs = dict(request.table_kwargs)
        super().__init__(impl, table, request.table_args, kwargs, partial_reordering=order)
        self.definitions = {
            name: definition
            for name, definition in definitions.items()
            if name in self.columns and name not in told
        }
        self.written = list(written)
        names = {getattr(item, "name", None) for item in request.table_args}
        self._forget(lambda part: part.name is not None and part.name in names)
        self._drop_named(names - {None})
        for name in definitions:
            if name not in self.columns:  # left out by include_columns
                self._drop_over(name)

    def apply(self, change: Change, returning: frozenset[str] = frozenset()) -> None:
        """Make one change."""
        if isinstance(change, DropIndex) and self._drop_written_index(change.name):
            return
        if isinstance(change, DropColumn):
            self._refuse_if_needed(change.name)
        references = {name_of(part) for part in self.parts if isinstance(part, CreateForeignKeyOp)}
        super().apply(change, returning)
        match change:
            case AlterColumn(name=name):
                self._redefine(change, name)
            case DropColumn(name=name):
                self.definitions.pop(name, None)
                if fold(name) not in returning:
                    self._drop_over(name)
            case AddConstraint(constraint=constraint) | DropConstraint(constraint=constraint):
                own = self._name(constraint)
                is_reference = isinstance(constraint, ForeignKeyConstraint) or own in references
                if isinstance(constraint, PrimaryKeyConstraint):
                    self._forget(lambda part: part.is_primary)
                elif own is not None and (self.writes_references or not is_reference):
                    self._forget(lambda part: part.name == own)
            case CreateIndex(index=index):
                self._forget(lambda part: part.name == str(index.name))
            case _:
                pass

    def move(self) -> Move:
        """What is to be made of the table."""
        move = super().move()
        names = {part.name for part in self.written}
        return replace(
            move,
            parts=tuple(part for part in move.parts if not self._is_written(part, names)),
            indexes=tuple(index for index in move.indexes if index.index_name not in names),
        )

    @abstractmethod
    def redefined(self, change: AlterColumn, existing: Definition) -> Definition | None:
        """The definition of a column after a change; None where SQLAlchemy is to say it."""

    @abstractmethod
    def is_computed_from(self, definition: Definition, column: str) -> bool:
        """Whether a column is computed from another one."""

    def _refuse_if_needed(self, column: str) -> None:
        for name, definition in self.definitions.items():
            if name != column and self.is_computed_from(definition, column):
                raise ColumnNeeded(column, self.table.name, name)

    def _redefine(self, change: AlterColumn, name: str) -> None:
        existing = self.definitions.pop(name, None)
        changed = None if existing is None else self.redefined(change, existing)
        if changed is not None:
            self.definitions[name] = changed

    def _is_written(self, part: AddConstraintOp, names: set[str | None]) -> bool:
        if isinstance(part, CreatePrimaryKeyOp):
            return any(each.is_primary for each in self.written)
        if isinstance(part, CreateForeignKeyOp) and not self.writes_references:
            return False
        return name_of(part) in names

    def _drop_written_index(self, name: str) -> bool:
        """Drop an index, also one that SQLAlchemy doesn't know, or takes for a constraint."""
        if not any(part.is_index and part.name == name for part in self.written):
            return False
        self._forget(lambda part: part.name == name)
        self._drop_named({name})
        return True

    def _drop_over(self, column: str) -> None:
        """Drop what speaks of a column; a primary key of several columns is made without it."""
        gone = {part.name for part in self.written if part.mentions(column) and not part.is_primary}
        self._forget(lambda part: part.mentions(column))
        self._drop_named(gone)

    def _drop_named(self, names: set[str | None]) -> None:
        self.indexes = [each for each in self.indexes if each.index_name not in names]
        self.parts = [
            part
            for part in self.parts
            if name_of(part) not in names
            or (isinstance(part, CreateForeignKeyOp) and not self.writes_references)
        ]

    def _forget(self, is_meant: Callable[[Part], bool]) -> None:
        """Give up the words for some parts: they are gone, or said anew."""
        self.written = [part for part in self.written if not is_meant(part)]
