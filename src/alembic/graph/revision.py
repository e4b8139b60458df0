"""Revision: one node of the graph.

A revision knows the names of its parents. What comes after it is told by the map that it is put in::

    RevisionMap(lambda: [Revision("a", None), Revision("b", "a")])

Links are ids, not objects: a graph of ten thousand revisions is a flat thing for the garbage collector.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from alembic.graph.errors import InvalidRevisionId
from alembic.util.values import to_tuple

TYPE_CHECKING = False  # typing's own takes longer to import than a listing has
if TYPE_CHECKING:
    from typing import Any

Ids = str | tuple[str, ...] | None

_NOTHING: frozenset[str] = frozenset()
_RESERVED = frozenset("@:+-")


class Revision:
    """One revision.

    ``revision`` is its id, ``down_revision`` the id of its parent, a tuple of several, or None.
    ``dependencies`` are ids or labels of revisions that have to be there before it, ``branch_labels``
    the labels of the branches that it belongs to: its own ones, and once it is in a map, those of its
    branch.
    """

    revision: str
    down_revision: Ids = None
    dependencies: Ids = None
    branch_labels: frozenset[str] = _NOTHING

    _parents: tuple[str, ...] = ()
    _requires: tuple[str, ...] = ()
    """The ids that ``dependencies`` stand for, in this order."""
    _children: Sequence[str] = ()
    _dependents: Sequence[str] = ()
    _own_labels: tuple[str, ...] = ()

    def __init__(
        self,
        revision: str,
        down_revision: Ids,
        dependencies: Ids = None,
        branch_labels: Ids = None,
    ) -> None:
        """Raises :class:`InvalidRevisionId`."""
        if not revision.isalnum():  # nearly all are, and it is the shortest way to know
            self.verify_rev_id(revision)
        self.revision = revision
        if type(down_revision) is str and down_revision:  # nearly all, in the shortest way
            self.down_revision = down_revision
            self._parents = (down_revision,)
        elif down_revision:
            self.down_revision = tuple_rev_as_scalar(down_revision)
            self._parents = _unique(down_revision)
        if dependencies:
            self.dependencies = tuple_rev_as_scalar(dependencies)
        if branch_labels:
            self._own_labels = _unique(branch_labels)
            self.branch_labels = frozenset(self._own_labels)

    @classmethod
    def verify_rev_id(cls, revision: str) -> None:
        """Raise :class:`InvalidRevisionId` for an id that holds one of ``@ : + -``."""
        if not _RESERVED.isdisjoint(revision):
            raise InvalidRevisionId(revision, sorted(_RESERVED.intersection(revision)))

    def add_nextrev(self, revision: Revision) -> None:
        """Take note of a revision that names this one as its parent or its dependency."""
        if self.revision in revision._parents and revision.revision not in self._children:
            self._children = (*self._children, revision.revision)
        if self.revision in revision._requires and revision.revision not in self._dependents:
            self._dependents = (*self._dependents, revision.revision)

    @property
    def nextrev(self) -> frozenset[str]:
        """The ids of the revisions that have this one as a parent."""
        return frozenset(self._children)

    @property
    def _all_nextrev(self) -> frozenset[str]:
        """The same with those that depend on it."""
        return frozenset((*self._children, *self._dependents))

    @property
    def _all_down_revisions(self) -> tuple[str, ...]:
        """The ids of parents and dependencies."""
        if not self._requires:
            return self._parents
        return tuple(dict.fromkeys((*self._parents, *self._requires)))

    @property
    def _versioned_down_revisions(self) -> tuple[str, ...]:
        """The ids of the parents."""
        return self._parents

    @property
    def is_head(self) -> bool:
        """Whether no revision has this one as a parent."""
        return not self._children

    @property
    def _is_real_head(self) -> bool:
        """Whether no revision has it as a parent or a dependency."""
        return not self._children and not self._dependents

    @property
    def is_base(self) -> bool:
        """Whether it has no parent."""
        return not self._parents

    @property
    def _is_real_base(self) -> bool:
        """Whether it has neither a parent nor a dependency."""
        return not self._parents and not self.dependencies

    @property
    def is_branch_point(self) -> bool:
        """Whether several revisions have it as a parent."""
        return len(self._children) > 1

    @property
    def _is_real_branch_point(self) -> bool:
        """Whether several revisions have it as a parent or a dependency."""
        return len(self._all_nextrev) > 1

    @property
    def is_merge_point(self) -> bool:
        """Whether it has several parents."""
        return len(self._parents) > 1

    def __repr__(self) -> str:
        given = [repr(self.revision), repr(self.down_revision)]
        if self.dependencies:
            given.append(f"dependencies={self.dependencies!r}")
        if self._own_labels:
            given.append(f"branch_labels={self._own_labels!r}")
        return f"{type(self).__name__}({', '.join(given)})"


def tuple_rev_as_scalar(rev: Any) -> Any:
    """None for nothing, the one id where there is one, else the ids as they are."""
    if not rev:
        return None
    if isinstance(rev, str):
        return rev
    ids = tuple(rev)
    return ids[0] if len(ids) == 1 else ids


def is_revision(rev: Any) -> Any:
    """``rev``, which must be a revision; raises AssertionError otherwise."""
    assert isinstance(rev, Revision)
    return rev


def _unique(ids: str | Iterable[str]) -> tuple[str, ...]:
    return (ids,) if isinstance(ids, str) else tuple(dict.fromkeys(to_tuple(ids) or ()))
