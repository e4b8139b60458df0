"""Kinds of thing that have names, and places where they are."""

from __future__ import annotations

import enum


class Kind(enum.Enum):
    """What can be missing; the value is its word, and the plural of it."""

    TABLE = ("table", "tables")
    COLUMN = ("column", "columns")
    CONSTRAINT = ("constraint", "constraints")
    INDEX = ("index", "indexes")

    @property
    def word(self) -> str:
        """Its word."""
        return self.value[0]

    @property
    def one(self) -> str:
        """One of them."""
        return f"an {self.word}" if self.word.startswith("i") else f"a {self.word}"

    @property
    def plural(self) -> str:
        """Several of them."""
        return self.value[1]


Thing = tuple[Kind, str]
"""A part of a table: (kind, name)."""

Place = tuple[str | None, str]
"""(schema, name) of a table or an index; a schema of None is the one that is meant without a name."""
