"""What a rename is, and how sure it is."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class Kind(enum.Enum):
    """What can be renamed."""

    TABLE = "table"
    COLUMN = "column"
    INDEX = "index"
    CONSTRAINT = "constraint"
    ENUM_VALUE = "enum value"
    SEQUENCE = "sequence"


@dataclass(frozen=True, slots=True)
class Rename:
    """One thing under two names.

    ``parent`` is the table that it belongs to, under the name that the database has for it, or the
    enum; None for a table.
    """

    kind: Kind
    schema: str | None
    parent: str | None
    old: str
    new: str

    @property
    def place(self) -> str:
        """The old name with what it belongs to: ``public.account.name``."""
        return ".".join(part for part in (self.schema, self.parent, self.old) if part)

    @property
    def flag(self) -> str:
        """What ``--rename`` is given to make it so."""
        return f"{self.place}={self.new}"

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
