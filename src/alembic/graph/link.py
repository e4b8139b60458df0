"""Linked: revisions put together. Who follows whom, which are heads and bases, which labels reach where.

Linking is where a graph that makes no sense is refused: an id used twice, a parent that isn't there,
a circle. Each error names the revisions and their files.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cached_property

from alembic.graph.errors import (
    BranchNameTaken,
    CycleDetected,
    DependencyCycleDetected,
    DependencyLoopDetected,
    DuplicateRevision,
    LoopDetected,
    MissingRevision,
    RevisionError,
)
from alembic.graph.revision import Revision
from alembic.util.garbage import paused_collection
from alembic.util.values import to_tuple


class Linked:
    """The revisions of one map, linked.

    ``nodes`` finds a revision by its id or by a label of its own, ids in the order in which the
    revisions came, labels after them; ``parents_first`` holds the ids in an order that has parents
    and dependencies before what builds on them.
    """

    def __init__(self, revisions: Iterable[Revision]) -> None:
        """Raises :class:`~alembic.graph.errors.RevisionError` of the kind that applies."""
        with paused_collection():
            nodes = self.nodes = _by_id(revisions)
        self._all = tuple(nodes.values())
        _add_labels(nodes, self._all)
        _link_all(nodes, self._all)
        self.parents_first = _parents_first(nodes, self._all)
        _spread_labels(nodes, self.parents_first, self._all)
        self.heads = tuple(node.revision for node in self._all if not node._children)
        self.bases = tuple(node.revision for node in self._all if not node._parents)

    def add(self, revision: Revision, *, replace: bool = False) -> None:
        """Add a revision to the end, or put it in the place of the one with its id.

        Where it doesn't fit, the error of the constructor is raised and nothing has changed.
        """
        before = self._all
        name = revision.revision
        try:
            if replace:
                Linked.__init__(
                    self, [revision if node.revision == name else node for node in before]
                )
            elif revision._own_labels or len(self.nodes) > len(before):
                # Labels spread over a whole branch: they are worked out anew.
                Linked.__init__(self, [*before, revision])
            else:
                self._append(revision)
        except RevisionError:
            Linked.__init__(self, before)
            raise
        finally:
            vars(self).pop("_with_own_dependencies", None)

    def _append(self, revision: Revision) -> None:
        name, nodes = revision.revision, self.nodes
        if name in nodes:
            raise DuplicateRevision(nodes[name], revision)
        _unlink(revision)
        _link_all({**nodes, name: revision}, (revision,))
        if name in revision._all_down_revisions:
            raise _cycle_among({name: revision}, {name})
        nodes[name] = revision
        self._all = (*self._all, revision)
        self.parents_first.append(name)
        self.heads = (*(each for each in self.heads if not nodes[each]._children), name)
        if not revision._parents:
            self.bases = (*self.bases, name)

    @property
    def real_heads(self) -> tuple[str, ...]:
        """The heads that no revision depends on."""
        return tuple(name for name in self.heads if not self.nodes[name]._dependents)

    @property
    def real_bases(self) -> tuple[str, ...]:
        """The bases that depend on no revision."""
        return tuple(name for name in self.bases if not self.nodes[name]._requires)

    def builds_on(self, node: Revision) -> tuple[str, ...]:
        """The ids of its parents and of what it depends on, but for what an ancestor depends on too."""
        if not node._requires:
            return node._parents
        return self._with_own_dependencies[node.revision]

    @cached_property
    def _with_own_dependencies(self) -> dict[str, tuple[str, ...]]:
        """For each revision with dependencies: its parents and those dependencies.

        Left out is what one of its ancestors, along parents only, depends on as well.
        """
        shared = _shared_dependencies(self._all)
        bit = {name: 1 << number for number, name in enumerate(shared)}
        inherited: dict[str, int] = {}
        left = {node.revision: len(node._children) for node in self._all}
        found: dict[str, tuple[str, ...]] = {}
        for name in self.parents_first:
            node = self.nodes[name]
            known = 0
            for parent in node._parents:
                known |= inherited.get(parent, 0)
                left[parent] -= 1
                if not left[parent]:
                    inherited.pop(parent, None)
            if node._requires:
                own = [each for each in node._requires if not bit.get(each, 0) & known]
                found[name] = tuple(dict.fromkeys((*node._parents, *own)))
                for each in node._requires:
                    known |= bit.get(each, 0)
            if known:
                inherited[name] = known
        return found


def _by_id(revisions: Iterable[Revision]) -> dict[str, Revision]:
    nodes: dict[str, Revision] = {}
    for node in revisions:
        first = nodes.setdefault(node.revision, node)
        if first is not node:
            raise DuplicateRevision(first, node)
        if node._children or node._dependents or node._requires:  # of another map
            _unlink(node)
    return nodes


def _unlink(node: Revision) -> None:
    """Forget the links of another map, or of this one before a change."""
    if node._children or node._dependents or node._requires:
        node._children = node._dependents = node._requires = ()
    if node.branch_labels:
        node.branch_labels = frozenset(node._own_labels)


def _add_labels(nodes: dict[str, Revision], all_nodes: Iterable[Revision]) -> None:
    for node in all_nodes:
        for label in node._own_labels:
            holder = nodes.setdefault(label, node)
            if holder is not node or label == node.revision:
                raise BranchNameTaken(label, node, holder)


def _link_all(nodes: Mapping[str, Revision], all_nodes: Iterable[Revision]) -> None:
    """Link each revision with its parents and dependencies."""
    for node in all_nodes:
        for parent in node._parents:
            below = nodes.get(parent)
            if below is None or below.revision != parent:
                raise MissingRevision(node, parent, "down_revision")
            if below._children:
                below._children = _with(below._children, node.revision)
            else:
                below._children = (node.revision,)
        if node.dependencies:
            _link_dependencies(nodes, node)


def _link_dependencies(nodes: Mapping[str, Revision], node: Revision) -> None:
    required: dict[str, Revision] = {}
    for dependency in to_tuple(node.dependencies) or ():
        below = nodes.get(dependency)
        if below is None:
            raise MissingRevision(node, dependency, "depends_on")
        required[below.revision] = below
    node._requires = tuple(required)
    for below in required.values():
        below._dependents = _with(below._dependents, node.revision)


def _with(names: Sequence[str], name: str) -> Sequence[str]:
    """``names`` and ``name``: a tuple of one as long as it is one, else a list that grows in place."""
    if isinstance(names, list):
        names.append(name)
        return names
    return [*names, name] if names else (name,)


def _parents_first(nodes: Mapping[str, Revision], all_nodes: Collection[Revision]) -> list[str]:
    """The ids with parents and dependencies first; raises :class:`CycleDetected`."""
    # Of what builds on several: how many of those are still to come. The rest has no need of it.
    to_come: dict[str, int] = {}
    ready: list[str] = []
    for node in all_nodes:
        count = len(node._parents) + len(node._requires)
        if not count:
            ready.append(node.revision)
        elif count > 1:
            to_come[node.revision] = count
    for name in ready:  # it grows on the way
        node = nodes[name]
        for above in (*node._children, *node._dependents) if node._dependents else node._children:
            if above in to_come:
                to_come[above] -= 1
                if to_come[above]:
                    continue
            ready.append(above)
    if len(ready) != len(all_nodes):
        raise _cycle_among(nodes, {node.revision for node in all_nodes}.difference(ready))
    return ready


def _cycle_among(nodes: Mapping[str, Revision], names: set[str]) -> CycleDetected:
    """The error for a cycle that is known to be among ``names``.

    The shortest kind is told first: a revision that names itself, then a cycle of parents.
    """
    ordered = sorted(names)
    for name in ordered:
        if name in nodes[name]._parents:
            return LoopDetected(name, [nodes[name]])
    for name in ordered:
        if name in nodes[name]._requires:
            return DependencyLoopDetected(name, [nodes[name]])
    cycle = _find_cycle({name: nodes[name]._parents for name in ordered})
    if cycle:
        return CycleDetected(cycle, [nodes[name] for name in cycle])
    cycle = _find_cycle({name: nodes[name]._all_down_revisions for name in ordered})
    return DependencyCycleDetected(cycle, [nodes[name] for name in cycle])


def _find_cycle(below: Mapping[str, tuple[str, ...]]) -> list[str]:
    """The ids of one cycle, sorted; none where there is none."""
    to_come = {name: sum(each in below for each in names) for name, names in below.items()}
    above: dict[str, list[str]] = {name: [] for name in below}
    for name, names in below.items():
        for each in names:
            if each in below:
                above[each].append(name)
    ready = [name for name, count in to_come.items() if not count]
    for name in ready:  # it grows on the way
        del to_come[name]
        for each in above[name]:
            to_come[each] -= 1
            if not to_come[each]:
                ready.append(each)
    if not to_come:
        return []
    # Whatever is left has a parent that is left: going down leads into a cycle.
    path: dict[str, int] = {}
    name = next(iter(to_come))
    while name not in path:
        path[name] = len(path)
        name = next(each for each in below[name] if each in to_come)
    return sorted(each for each, place in path.items() if place >= path[name])


def _spread_labels(
    nodes: Mapping[str, Revision], parents_first: list[str], all_nodes: Iterable[Revision]
) -> None:
    """Give each revision the labels of its branch.

    A label is known to all that is above its revision; and where that is a single row of revisions up
    to a head, also below it, down to where the row leaves another branch.
    """
    if not any(node._own_labels for node in all_nodes):
        return
    in_row: set[str] = set()
    for name in reversed(parents_first):
        node = nodes[name]
        if node.is_merge_point or node._is_real_branch_point:
            continue
        if node._children:
            above = node._children[0]
            if above not in in_row:
                continue
            node.branch_labels = _union(node.branch_labels, nodes[above].branch_labels)
        in_row.add(name)
    for name in parents_first:
        node = nodes[name]
        for parent in node._parents:
            node.branch_labels = _union(node.branch_labels, nodes[parent].branch_labels)


def _union(labels: frozenset[str], more: frozenset[str]) -> frozenset[str]:
    """Both; one of the two themselves where it holds the other, which saves memory."""
    if labels <= more:
        return more
    return labels if more <= labels else labels | more


def _shared_dependencies(all_nodes: Iterable[Revision]) -> list[str]:
    """The ids that several revisions depend on."""
    count: dict[str, int] = {}
    for node in all_nodes:
        for name in node._requires:
            count[name] = count.get(name, 0) + 1
    return [name for name, times in count.items() if times > 1]
