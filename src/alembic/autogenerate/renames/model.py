"""What a rename is, and how sure it is."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass

from alembic.autogenerate.spelled.facts import TableName


class Kind(enum.Enum):
    """What can be renamed."""

    TABLE = "table"
    SCHEMA = "schema of a table"
    COLUMN = "column"
    INDEX = "index"
    CONSTRAINT = "constraint"
    ENUM_VALUE = "enum value"
    SEQUENCE = "sequence"


@dataclass(frozen=True, slots=True)
class Rename:
    """One thing under two names.

    ``parent`` is the table that it belongs to, under the name that the database has for it, or the
    enum; None for a table. A table that goes to another schema has a rename of kind SCHEMA: ``parent``
    is the table, ``old`` and ``new`` are the schemas by their names, the default one's included.
    """

    kind: Kind
    schema: str | None
    parent: str | None
    old: str
    new: str

    @property
    def place(self) -> str:
        """The old name with what it belongs to: ``public.account.name``."""
        if self.kind is Kind.SCHEMA:
            return f"{self.old}.{self.parent}"
        return ".".join(part for part in (self.schema, self.parent, self.old) if part)

    @property
    def flag(self) -> str:
        """What ``--rename`` is given to make it so."""
        name = f"{self.new}.{self.parent}" if self.kind is Kind.SCHEMA else self.new
        return f"{self.place}={name}"

    def __str__(self) -> str:
        return f"{self.kind.value} {self.place!r} to {self.new!r}"


@dataclass(frozen=True, slots=True)
class Suspicion:
    """A rename that somebody has to confirm; ``evidence`` are phrases, ``score`` orders suspicions."""

    rename: Rename
    evidence: tuple[str, ...]
    score: float

    def __str__(self) -> str:
        return f"{self.rename} ({', '.join(self.evidence)})"


def old_places(renames: Sequence[Rename], default_schema: str | None) -> dict[TableName, TableName]:
    """Where the models have a table → where the database has it, of those that have another name or schema."""
    places: dict[TableName, TableName] = {}
    for one in renames:
        if one.kind is Kind.TABLE:
            places[one.schema, one.old] = (one.schema, one.new)
    for one in renames:
        if one.kind is Kind.SCHEMA:
            old = (one.schema, str(one.parent))
            name = places.get(old, old)[1]
            places[old] = (None if one.new == default_schema else one.new, name)
    return {new: old for old, new in places.items()}
