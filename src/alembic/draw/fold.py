"""Where branches part: the graph above what all heads have in common, with its long runs folded."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from alembic.draw.lanes import Node

Parents = Mapping[str, Sequence[str]]


def where_they_part(parents: Parents, heads: Sequence[str]) -> set[str]:
    """What not every head has among its ancestors, and the revisions that all of that stands on."""
    lines = [_with_ancestors(parents, head) for head in heads]
    if not lines:
        return set()
    common = set.intersection(*lines)
    own = set.union(*lines) - common
    return own | {each for name in own for each in parents[name]} | common.intersection(heads)


def folded(nodes: Sequence[Node], kept: Collection[str]) -> tuple[list[Node], dict[str, int]]:
    """The same with each run of two or more nodes of one line, none of them in ``kept``, as one node.

    Such a node has the name of the first of its run; the dict tells how many a name stands for.
    """
    children: dict[str, list[str]] = {}
    for name, parents in nodes:
        for parent in parents:
            children.setdefault(parent, []).append(name)
    plain = {
        name
        for name, parents in nodes
        if name not in kept and len(parents) == 1 and len(children.get(name, ())) == 1
    }
    parent_of = {name: parents[0] for name, parents in nodes if name in plain}
    shown: list[Node] = []
    counts: dict[str, int] = {}
    swallowed: set[str] = set()
    for name, parents in nodes:
        if name in swallowed:
            continue
        if name not in plain:
            shown.append((name, parents))
            continue
        run = [name]
        while parent_of[run[-1]] in plain:
            run.append(parent_of[run[-1]])
        if len(run) > 1:
            counts[name] = len(run)
            swallowed.update(run)
        shown.append((name, (parent_of[run[-1]],)))
    return shown, counts


def _with_ancestors(parents: Parents, start: str) -> set[str]:
    found: set[str] = set()
    waiting: list[str] = [start]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting.extend(_known(parents, name))
    return found


def _known(parents: Parents, name: str) -> Iterable[str]:
    return parents.get(name, ())
