"""What a database has: the names in a table, and where they are asked for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple, Protocol

from alembic.ddl.absent.names import Kind, Place, Thing


class Names(NamedTuple):
    """What a table has; of the ``unclear`` kinds it may have more, or less."""

    things: frozenset[Thing]
    unclear: frozenset[Kind] = frozenset()
    ignores_case: bool = False

    def has(self, thing: Thing) -> bool:
        """Whether there is such a thing."""
        if not self.ignores_case:
            return thing in self.things
        kind, name = thing
        return name.lower() in {its.lower() for its in self.of(kind)}

    def of(self, kind: Kind) -> list[str]:
        """The names of one kind, sorted."""
        return sorted(name for its_kind, name in self.things if its_kind is kind)

    def changed(
        self, adds: Iterable[Thing], drops: Iterable[Thing], unclear: frozenset[Kind]
    ) -> Names:
        """The same after a change, of which more is not known for the ``unclear`` kinds."""
        things = self.things.difference(drops).union(adds)
        return self._replace(things=things, unclear=self.unclear | unclear)


class Catalog(Protocol):
    """What a database has, as the statement met it that was refused."""

    def names(self, table: Place) -> Names | None:
        """What a table has; None where there is no such table."""

    def places(self, kind: Kind, alike: Place) -> list[Place]:
        """The tables or indexes of the schema of ``alike``, and those of its name in others."""
