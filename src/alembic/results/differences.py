"""What the models ask for and the database has not: the answer of ``alembic check``."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One thing that a new revision would do.

    ``kind`` is the word of the tuple that ``compare_metadata`` returns ("add_column"); ``table`` and
    ``name`` (of the column, index, constraint …) are None where there is none. ``text`` says it in a
    line. ``upgrade_token`` tells several databases of one project apart: it is the one that env.py
    has configured.
    """

    kind: str
    schema: str | None
    table: str | None
    name: str | None
    text: str
    upgrade_token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PossibleRename:
    """A drop and an add that may be one rename.

    ``kind`` is "table", "column", "index", "constraint" or "enum value"; ``old`` has what it belongs
    to before it ("account.name"); ``flag`` is what ``revision --rename`` is given to make it one.
    """

    kind: str
    old: str
    new: str
    evidence: tuple[str, ...]
    flag: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Differences:
    """All that differs; nothing does where ``differences`` is empty."""

    differences: tuple[Difference, ...]
    possible_renames: tuple[PossibleRename, ...]
