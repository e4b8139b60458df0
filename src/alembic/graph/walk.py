"""Walks over nodes: ancestors and descendants, with dependencies or along parents only.

Nothing here recurses, and each revision is met once, so that a chain of any length is no matter.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from alembic.graph.revision import Revision

Nodes = Mapping[str, Revision]


def ancestors(nodes: Nodes, start: Iterable[str], *, dependencies: bool = True) -> set[str]:
    """``start`` and the ids of all that lies below it."""
    found: set[str] = set()
    waiting = list(start)
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found.add(name)
        node = nodes[name]
        waiting.extend(node._parents)
        if dependencies and node._requires:
            waiting.extend(node._requires)
    return found


def descendants(nodes: Nodes, start: Iterable[str], *, dependencies: bool = True) -> set[str]:
    """``start`` and the ids of all that lies above it."""
    found: set[str] = set()
    waiting = list(start)
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found.add(name)
        node = nodes[name]
        waiting.extend(node._children)
        if dependencies and node._dependents:
            waiting.extend(node._dependents)
    return found


def relatives(nodes: Nodes, start: Iterable[str], *, dependencies: bool = False) -> set[str]:
    """The ids of ``start``, of its ancestors and of its descendants: its lineage."""
    names = tuple(start)
    return ancestors(nodes, names, dependencies=dependencies) | descendants(
        nodes, names, dependencies=dependencies
    )


def tops(nodes: Nodes, members: Iterable[str], *, dependencies: bool = False) -> list[str]:
    """Those of ``members`` that are no ancestor of another of them, in their order."""
    names = list(dict.fromkeys(members))
    if len(names) < 2:
        return names
    below: set[str] = set()
    for name in names:
        below.update(nodes[name]._parents)
        if dependencies:
            below.update(nodes[name]._requires)
    covered = ancestors(nodes, below, dependencies=dependencies)
    return [name for name in names if name not in covered]
