"""The algebra of version rows: what a step does to the heads of a database.

The heads are the revisions that a database has, without those below others. They are rows of a table,
and a step becomes as few statements on them as can be::

    upgrade    a -> b, with the row a           MoveHead("a", "b")
    upgrade    a -> c, with the row b           InsertHead("c"): a branch begins
    upgrade    b, c -> d, with both rows        DeleteHead("b"), MoveHead("c", "d"): branches meet
    downgrade  d -> b, c                        InsertHead("b"), MoveHead("d", "c")

Dependencies count like parents: a row that something else builds on is no head.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence, Set as AbstractSet

from alembic.graph.map import RevisionMap
from alembic.graph.revision import Revision
from alembic.graph.walk import ancestors
from alembic.util.frozen import frozen

TYPE_CHECKING = False  # typing's own takes longer to import than a listing has
if TYPE_CHECKING:
    from typing import Protocol, TypeAlias

    class HeadsStep(Protocol):
        """What is asked of a step here."""

        def changes(self, heads: AbstractSet[str]) -> Sequence[HeadChange]:
            """What it does to ``heads``."""


@frozen
class InsertHead:
    """A new row."""

    version: str


@frozen
class DeleteHead:
    """A row that goes."""

    version: str


@frozen
class MoveHead:
    """A row with ``old`` that gets ``new``."""

    old: str
    new: str


HeadChange: TypeAlias = InsertHead | DeleteHead | MoveHead


def head_changes(step: HeadsStep, heads: AbstractSet[str]) -> Sequence[HeadChange]:
    """What ``step`` does to ``heads``, in the order in which it is to be done."""
    return step.changes(heads)


def changes_of_upgrade(
    revisions: RevisionMap, revision: Revision, heads: AbstractSet[str]
) -> list[HeadChange]:
    """What ``revision`` does to the heads when it is applied."""
    name = revision.revision
    vars(revisions).pop("_applied", None)
    met = [each for each in revision._all_down_revisions if each in heads]
    if not met:
        return [InsertHead(name)]
    return [*map(DeleteHead, met[:-1]), MoveHead(met[-1], name)]


def changes_of_downgrade(
    revisions: RevisionMap, revision: Revision, heads: AbstractSet[str]
) -> list[HeadChange]:
    """What ``revision`` does to the heads when it is taken back."""
    name = revision.revision
    left = _left_alone(revisions, revision, heads)
    if not left:
        return [DeleteHead(name)]
    return [*map(InsertHead, left[:-1]), MoveHead(name, left[-1])]


def _left_alone(
    revisions: RevisionMap, revision: Revision, heads: AbstractSet[str]
) -> Sequence[str]:
    """Those below ``revision`` that nothing which stays builds on."""
    name, below = revision.revision, revision._all_down_revisions
    # Taken out, so that no other thread has it at the same time.
    applied = vars(revisions).pop("_applied", None)
    if not isinstance(applied, _Applied) or name not in heads or not applied.is_about(heads):
        if len(below) < 2 and heads <= {name}:
            return below
        applied = _Applied(revisions, {*heads, name})
    left = applied.drop(revision, heads)
    vars(revisions)["_applied"] = applied
    return left


class _Applied:
    """What a database has while it is taken down: how many of the revisions present build on each.

    One downgrade after another asks for what the one before has left. So it is kept with the map, and
    used again where it is about the same heads.
    """

    def __init__(self, revisions: RevisionMap, heads: Collection[str]) -> None:
        nodes = revisions._revision_map
        self.heads = set(heads)
        self.above = dict.fromkeys(ancestors(nodes, heads), 0)
        for name in self.above:
            for each in nodes[name]._all_down_revisions:
                self.above[each] += 1
        self.asked_for: AbstractSet[str] | None = None
        self.gone = ""
        self.left: list[str] = []

    def is_about(self, heads: AbstractSet[str]) -> bool:
        """Whether ``heads`` are what was left last.

        There may be thousands of them. If this is the very set that was asked for last time, and it
        was only taken down since, a look at what had to change in it is enough.
        """
        if heads is not self.asked_for or len(heads) != len(self.heads):
            return self.heads == heads
        return self.gone not in heads and all(each in heads for each in self.left)

    def drop(self, revision: Revision, heads: AbstractSet[str]) -> list[str]:
        """Take ``revision`` away, for who asks about ``heads``; those below it that are heads then."""
        left = []
        for each in revision._all_down_revisions:
            self.above[each] -= 1
            if not self.above[each]:
                left.append(each)
        self.heads.discard(revision.revision)
        self.heads.update(left)
        self.asked_for, self.gone, self.left = heads, revision.revision, left
        return left
