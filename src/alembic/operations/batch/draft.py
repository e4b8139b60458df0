"""A table while it is being rewritten: its text, its indexes, and where its values come from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy.types import TypeEngine

from alembic.ddl.sqlite_schema.model import ColumnText, ConstraintText, TableText
from alembic.ddl.sqlite_schema.tokens import fold, quote
from alembic.operations.batch.change import Default
from alembic.operations.batch.errors import NoSuchColumn
from alembic.operations.batch.spell import Spelling

Cast = Callable[[ColumnText, TypeEngine[Any], str, str], str]
"""(column as it was, its new type, that type as declared, source expression) → expression."""


@dataclass(frozen=True, slots=True)
class StoredIndex:
    """An index as ``sqlite_master`` has it."""

    name: str
    sql: str


@dataclass(frozen=True, slots=True)
class TableSource:
    """What a rewrite starts from: the table's own text and its indexes."""

    text: TableText
    indexes: tuple[StoredIndex, ...] = ()


@dataclass(frozen=True, slots=True)
class Told:
    """What is told of a column that is there; None and, of the default, False say "as it is"."""

    name: str
    type_: TypeEngine[Any] | None = None
    nullable: bool | None = None
    default: Default = False

    def named(self, name: str) -> Told:
        """The same of a column of another name."""
        return replace(self, name=name)


@dataclass(frozen=True, slots=True)
class Wishes:
    """What ``batch_alter_table`` was told beside the changes.

    ``columns`` are to be declared as told (``reflect_args``), ``args`` to be added where they are
    missing. In what ``is_block``, and no op alone, a new constraint must have a name, and the rows
    that there are get a new column's own default. ``former`` tells, by the folded name of a column
    that has been renamed, the name that a naming convention is to see.
    """

    args: tuple[Any, ...] = ()
    kwargs: Mapping[str, Any] = field(default_factory=dict)
    columns: tuple[Told, ...] = ()
    naming_convention: Mapping[str, str] | None = None
    order: tuple[tuple[str, ...], ...] = ()
    is_block: bool = True
    cast: Cast | None = None
    former: Mapping[str, str] = field(default_factory=dict)


class Draft:
    """The state of a rewrite.

    ``sources`` tells, by the folded name of a column, the SQL expression over the old table that
    its values come from; a new column and a generated one have none. ``returning`` has the folded
    names of columns that are dropped and then added again, as a way to declare them anew, and
    ``leaving`` those of all that are dropped.
    """

    def __init__(self, source: TableSource, spelling: Spelling, wishes: Wishes) -> None:
        self.text = source.text
        self.indexes = list(source.indexes)
        self.new_indexes: list[StoredIndex] = []
        self.sources = {
            fold(column.name): quote(column.name)
            for column in source.text.columns
            if not column.is_generated
        }
        self.spelling = spelling
        self.wishes = wishes
        self.returning: frozenset[str] = frozenset()
        self.leaving: frozenset[str] = frozenset()
        self.places: list[tuple[str, str]] = []
        self.new_key: list[str] = []
        self.adds_foreign_key = False

    def column(self, name: str) -> ColumnText:
        """The column of this name; raises NoSuchColumn."""
        found = self.text.column(name)
        if found is None:
            existing = [column.name for column in self.text.columns]
            raise NoSuchColumn(name, self.text.name, existing)
        return found

    def constraint_names(self) -> list[str]:
        """The names of its constraints, in their order."""
        return [found.name for _, found in self.text.all_constraints() if found.name is not None]

    def drop_indexes(self, doomed: Iterable[StoredIndex]) -> None:
        """Forget indexes that can't be any more."""
        gone = set(doomed)
        self.indexes = [index for index in self.indexes if index not in gone]

    def constraints_where(
        self, is_meant: Callable[[ColumnText | None, ConstraintText], bool]
    ) -> ConstraintText | None:
        """The first constraint that is meant."""
        return next(
            (found for column, found in self.text.all_constraints() if is_meant(column, found)),
            None,
        )
