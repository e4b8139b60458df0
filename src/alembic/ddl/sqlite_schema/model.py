"""The parts of a ``CREATE TABLE`` text, each with the place where it stands in it.

A span is a pair of offsets into the text; ``sql[slice(*span)]`` is the part as it was written.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from alembic.ddl.sqlite_schema.tokens import Token, same_name

Span = tuple[int, int]


class ConstraintKind(Enum):
    """What a constraint of a column or a table is, in SQLite's words."""

    NOT_NULL = "NOT NULL"
    NULL = "NULL"
    PRIMARY_KEY = "PRIMARY KEY"
    UNIQUE = "UNIQUE"
    CHECK = "CHECK"
    DEFAULT = "DEFAULT"
    COLLATE = "COLLATE"
    FOREIGN_KEY = "FOREIGN KEY"
    DEFERRABLE = "DEFERRABLE"
    GENERATED = "GENERATED"
    NAME_ALONE = "CONSTRAINT"


@dataclass(frozen=True, slots=True)
class Reference:
    """The parent side of a foreign key; ``columns`` is empty where the primary key is meant."""

    table: str
    table_span: Span
    columns: tuple[str, ...]
    columns_span: Span
    options: str


@dataclass(frozen=True, slots=True)
class ConstraintText:
    """One constraint, of a column or of the table.

    ``span`` begins at its ``CONSTRAINT name``, if it has one; ``body`` after that. ``columns`` are
    the columns it lists itself, for one of a column that column. ``value`` is what stands behind
    the keyword: the expression of a CHECK, a DEFAULT or a generated column, the name of a COLLATE.
    """

    kind: ConstraintKind
    name: str | None
    span: Span
    body: Span
    columns: tuple[str, ...] = ()
    value: Span | None = None
    reference: Reference | None = None
    words: tuple[str, ...] = ()

    @property
    def on_conflict(self) -> str:
        """What becomes of a row that breaks it (``FAIL``, ``IGNORE`` …); '' where nothing is said.

        Source: https://www.sqlite.org/lang_conflict.html.
        """
        words = self.words[:-1] if self.words[-1:] == ("AUTOINCREMENT",) else self.words
        return words[-1] if words[-3:-1] == ("ON", "CONFLICT") else ""


@dataclass(frozen=True, slots=True)
class ColumnText:
    """One column; ``type_span`` is empty, and stands after the name, where no type is declared."""

    name: str
    span: Span
    name_span: Span
    type_span: Span
    constraints: tuple[ConstraintText, ...]

    def of_kind(self, *kinds: ConstraintKind) -> tuple[ConstraintText, ...]:
        """Its own constraints of these kinds."""
        return tuple(found for found in self.constraints if found.kind in kinds)

    @property
    def is_generated(self) -> bool:
        """Whether its value is computed from other columns."""
        return bool(self.of_kind(ConstraintKind.GENERATED))


@dataclass(frozen=True, slots=True)
class TableText:
    """A ``CREATE TABLE`` text and its parts.

    ``body`` spans what is between the outer parentheses, ``options`` the words after them.
    """

    sql: str
    name: str
    name_span: Span
    columns: tuple[ColumnText, ...]
    constraints: tuple[ConstraintText, ...]
    body: Span
    options: tuple[str, ...]
    tokens: tuple[Token, ...]

    @property
    def without_rowid(self) -> bool:
        """Whether the table is kept by its primary key alone."""
        return "ROWID" in self.options

    @property
    def strict(self) -> bool:
        """Whether SQLite enforces the declared types."""
        return "STRICT" in self.options

    def column(self, name: str) -> ColumnText | None:
        """The column of this name, as SQLite compares names."""
        return next((found for found in self.columns if same_name(found.name, name)), None)

    def text(self, span: Span) -> str:
        """The part of the text that ``span`` names."""
        return self.sql[span[0] : span[1]]

    def tokens_in(self, span: Span) -> tuple[Token, ...]:
        """The tokens of a part, without white space and comments."""
        return tuple(
            token
            for token in self.tokens
            if span[0] <= token.start and token.end <= span[1] and not token.is_trivia
        )

    def type_of(self, column: ColumnText) -> str:
        """The declared type as written; '' where there is none."""
        return self.text(column.type_span)

    def all_constraints(self) -> tuple[tuple[ColumnText | None, ConstraintText], ...]:
        """Every constraint with the column that it stands in, None for those of the table."""
        inline = [(column, found) for column in self.columns for found in column.constraints]
        return (*inline, *((None, found) for found in self.constraints))

    @property
    def primary_key(self) -> tuple[str, ...]:
        """The names of the primary key's columns, as the text spells them."""
        for _, found in self.all_constraints():
            if found.kind is ConstraintKind.PRIMARY_KEY:
                return found.columns
        return ()

    @property
    def rowid_column(self) -> str | None:
        """The column that is another name of the row id.

        Source: https://www.sqlite.org/lang_createtable.html#rowid: a single primary key column
        declared as exactly INTEGER; DESC inside the column's own definition is the one exception.
        """
        if self.without_rowid:
            return None
        for inside, found in self.all_constraints():
            if found.kind is not ConstraintKind.PRIMARY_KEY or len(found.columns) != 1:
                continue
            column = self.column(found.columns[0])
            if column is None or self.type_of(column).upper() != "INTEGER":
                return None
            return None if inside is not None and "DESC" in found.words else column.name
        return None
