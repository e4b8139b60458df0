"""What is known of a table in the database's own spelling.

Two spellings of a type, a default, a condition are compared only after the database has spelled
both. A *fact* is one such text, under what it is about::

    Fact("check", None, "account", "positive")  →  "CHECK ((balance > 0))"

Kinds: ``type``, ``default``, ``computed``, ``identity`` (of a column), ``primary``, ``unique``, ``check``,
``exclude`` (by the constraint's name), ``index``, and ``option`` (of the table); of PostgreSQL also ``inherited``
(a column or a constraint that comes from a parent) and ``tablespace`` (of an index or, without one, of the table); of MySQL also
``inline``, ``counts`` and ``definition`` (of a column), ``using`` (of an index); of SQLite ``conflict`` (of
a constraint, by its kind and name).
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple


class Fact(NamedTuple):
    """What a text is about: ``item`` is a column, a constraint, an index or an option."""

    kind: str
    schema: str | None
    table: str
    item: str


Facts = dict[Fact, str]

TableName = tuple["str | None", str]


@dataclass(frozen=True)
class Spelled:
    """The facts of both sides. ``unknown`` holds the tables that could not be asked about."""

    existing: Facts = field(default_factory=dict)
    wanted: Facts = field(default_factory=dict)
    unknown: frozenset[TableName] = frozenset()

    def knows(self, schema: str | None, table: str) -> bool:
        """Whether both sides of a table are known."""
        return (schema, table) in self._tables

    @functools.cached_property
    def _tables(self) -> frozenset[TableName]:
        return frozenset((fact.schema, fact.table) for fact in self.wanted) - self.unknown

    @functools.cached_property
    def _by_table(self) -> dict[int, dict[tuple[str, str | None, str], list[tuple[str, str]]]]:
        """Side → (kind, schema, table) → (item, text), sorted."""
        sides: dict[int, dict[tuple[str, str | None, str], list[tuple[str, str]]]] = {}
        for side in (self.existing, self.wanted):
            found = sides.setdefault(id(side), {})
            for fact, said in sorted(side.items(), key=lambda pair: pair[0].item):
                found.setdefault((fact.kind, fact.schema, fact.table), []).append((fact.item, said))
        return sides

    def differ(self, kind: str, schema: str | None, table: str, item: str) -> bool | None:
        """Whether the two sides say different things; None where one of them isn't known."""
        fact = Fact(kind, schema, table, item)
        existing, wanted = self.existing.get(fact), self.wanted.get(fact)
        if existing is None or wanted is None:
            return None
        return existing != wanted

    def items(
        self, side: Facts, kind: str, schema: str | None, table: str
    ) -> Iterator[tuple[str, str]]:
        """(item, text) of a kind on one side, in the items' order."""
        yield from self._by_table[id(side)].get((kind, schema, table), ())
