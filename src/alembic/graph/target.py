"""Targets: what somebody typed to name a place in the graph, understood.

``parse`` reads a text, the rest of this room finds the revisions that it stands for::

    head  heads  base                   ends of the whole graph
    ae1027  ae10                        an id, or the beginning of one that is unique
    feature                             a label: the revision that carries it
    feature@head  ae1027@head           the end of one branch; also @heads, @base
    feature@ae1027                      a revision, which has to be of that branch
    +2  -1  ae1027+2  feature@head-1    a number of steps from there
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from alembic.graph.errors import (
    AmbiguousPrefix,
    AmbiguousWalk,
    MultipleHeads,
    NotAnIdentifier,
    ResolutionError,
)
from alembic.graph.link import Linked
from alembic.graph.revision import Revision
from alembic.graph.walk import ancestors, relatives
from alembic.util.frozen import frozen

TYPE_CHECKING = False  # typing's own takes longer to import than a listing has
if TYPE_CHECKING:
    from typing import TypeAlias, TypeVar

    R = TypeVar("R", bound=str | Revision)

Identifier: TypeAlias = str | Iterable[str] | None
"""What names revisions: a text, several texts, or None for the base."""

# Compiled when a text is seen that may be one: to compile it takes longer than many listings.
_RELATIVE = r"(?:(?P<branch>.+?)@)?(?P<start>\w+)?(?P<steps>[+-]\d+)"
_SIGNS = frozenset("+-")
_SHORTEST = 4
"""Names with fewer characters are not found by their beginning."""


@frozen
class Heads:
    """``heads``: all of them, or those of a branch; ``head``, where ``is_one``: the only one."""

    branch: str | None
    is_one: bool


@frozen
class Base:
    """``base``: before the first revision."""

    branch: str | None


@frozen
class Exact:
    """An id, the beginning of one, or a label."""

    branch: str | None
    name: str


@frozen
class Relative:
    """A number of ``steps`` up, or down where it is negative, from ``start`` or from where one is.

    ``text`` is the number as it was typed.
    """

    branch: str | None
    start: str | None
    steps: int
    text: str


Target: TypeAlias = Heads | Base | Exact


def parse(text: str) -> Target:
    """What ``text`` means; relative targets are left to :func:`parse_relative`."""
    before, at, after = text.partition("@")
    branch, name = (before or None, after) if at else (None, text)
    if name in {"head", "heads"}:
        return Heads(branch, name == "head")
    return Base(branch) if name == "base" else Exact(branch, name)


def parse_relative(text: Identifier) -> Relative | None:
    """What ``text`` means where it is a relative target; None where it is anything else."""
    if not isinstance(text, str) or _SIGNS.isdisjoint(text):
        return None
    match = re.fullmatch(_RELATIVE, text)
    if match is None:
        return None
    return Relative(match["branch"], match["start"], int(match["steps"]), match["steps"])


# -- from a text to names


def resolve(linked: Linked, identifier: Identifier) -> tuple[tuple[str, ...], str | None]:
    """The names that ``identifier`` stands for, and the branch that it mentions.

    ``head``, ``heads`` and ``base`` become ids; other names stay as they are.
    """
    if identifier is None:
        return (), None
    if not isinstance(identifier, str):
        return _texts(identifier), None
    match parse(identifier):
        case Base(branch):
            return (), branch
        case Exact(branch, name):
            return (name,), branch
        case Heads(branch, is_one):
            heads = linked.heads if branch or is_one else linked.real_heads
            if branch:
                heads = filter_for_lineage(linked, heads, branch)
            if is_one and len(heads) > 1:
                raise MultipleHeads(heads, f"{branch}@head" if branch else "head")
            return heads, branch


def find(linked: Linked, name: str, branch: str | None = None) -> Revision:
    """The revision with the id, the beginning of the id, or the label ``name``.

    Raises :class:`ResolutionError` where there is none, or where it isn't on ``branch``.
    """
    root = None if branch is None else _branch_root(linked, branch)
    found = linked.nodes.get(name)
    if found is None:
        found = _by_prefix(linked, name, branch)
    if root is not None and found.revision not in relatives(linked.nodes, [root.revision]):
        raise ResolutionError(f"Revision {name} is not a member of branch '{branch}'", name)
    return found


def get_one(linked: Linked, identifier: Identifier) -> Revision | None:
    """The revision that ``identifier`` names, None for the base.

    Raises :class:`MultipleHeads` where it names several.
    """
    names, branch = resolve(linked, identifier)
    if len(names) > 1:
        raise MultipleHeads(names, identifier if isinstance(identifier, str) else str(names))
    return find(linked, names[0], branch) if names else None


def get_many(linked: Linked, identifier: Identifier) -> tuple[Revision, ...]:
    """All revisions that ``identifier`` names; ``-2`` counts from the heads."""
    if identifier is not None and not isinstance(identifier, str):
        return tuple(found for each in _several(identifier) for found in get_many(linked, each))
    relative = parse_relative(identifier)
    if relative is not None and relative.start is None and relative.steps < 0:
        return tuple(node for node, _ in below_heads(linked, relative) if node is not None)
    names, branch = resolve(linked, identifier)
    return tuple(find(linked, name, branch) for name in names)


def get_all_current(linked: Linked, identifier: Identifier) -> tuple[Revision, ...]:
    """The revisions that ``identifier`` names, with what they depend on, without ancestors of these.

    These are the heads that a database has whose version rows ``identifier`` names.
    """
    nodes = linked.nodes
    present = ancestors(nodes, [each.revision for each in get_many(linked, identifier)])
    ends = [name for name in present if present.isdisjoint(nodes[name]._children)]
    return tuple(nodes[name] for name in sorted(ends))


def filter_for_lineage(
    linked: Linked,
    targets: Iterable[R],
    check_against: str | None,
    *,
    include_dependencies: bool = False,
) -> tuple[R, ...]:
    """Those of ``targets`` that are of one lineage with what ``check_against`` names."""
    names, branch = resolve(linked, check_against)
    roots = [find(linked, name).revision for name in ((branch, *names) if branch else names)]
    if not roots:
        return tuple(targets)
    lineage = relatives(linked.nodes, roots, dependencies=include_dependencies)
    return tuple(
        target
        for target in targets
        if (find(linked, target) if isinstance(target, str) else target).revision in lineage
    )


# -- steps


def walk(
    linked: Linked, start: Revision | None, steps: int, branch: str | None = None
) -> tuple[Revision | None, int]:
    """The revision ``steps`` above ``start``, or below it where ``steps`` is negative.

    None is the base. With it comes how many of the steps there was no way for. ``branch`` tells which
    way to take upwards. Raises :class:`AmbiguousWalk` where the way parts all the same.
    """
    current = start
    lineage = None
    if branch is not None and steps > 0:
        lineage = relatives(linked.nodes, [_branch_root(linked, branch).revision])
    for done in range(abs(steps)):
        if steps < 0 and current is None:
            return current, abs(steps) - done
        choices = _next(linked, current, is_up=steps > 0)
        if lineage is not None:
            choices = [name for name in choices if name in lineage]
        if len(choices) > 1:
            raise AmbiguousWalk(choices, None if current is None else current.revision)
        if not choices and (steps > 0 or (current is not None and current._parents)):
            return current, abs(steps) - done
        current = linked.nodes[choices[0]] if choices else None
    return current, 0


def _next(linked: Linked, current: Revision | None, *, is_up: bool) -> Sequence[str]:
    if current is None:
        return linked.bases
    return current._children if is_up else current._parents


def below_heads(linked: Linked, relative: Relative) -> list[tuple[Revision | None, int]]:
    """What :func:`walk` finds below each head, of a branch if ``relative`` mentions one."""
    heads = [linked.nodes[name] for name in linked.real_heads]
    return [
        walk(linked, head, relative.steps)
        for head in heads
        if relative.branch is None or relative.branch in head.branch_labels
    ]


def _branch_root(linked: Linked, branch: str) -> Revision:
    try:
        return find(linked, branch)
    except ResolutionError as error:
        raise ResolutionError(f"No such branch: '{branch}'", branch) from error


def _by_prefix(linked: Linked, prefix: str, branch: str | None) -> Revision:
    """The one revision whose id or label begins with ``prefix``; see :func:`find`."""
    names = [name for name in linked.nodes if len(name) >= _SHORTEST and name.startswith(prefix)]
    if not prefix:
        names = []
    if branch is not None:
        names = list(filter_for_lineage(linked, names, branch))
    if not names:
        hint = (
            "; please ensure at least four characters are present for partial revision identifier "
            "matches"
        )
        raise ResolutionError(
            f"No such revision or branch '{prefix}'{hint if len(prefix) < _SHORTEST else ''}",
            prefix,
        )
    if len(names) > 1:
        raise AmbiguousPrefix(prefix, names)
    return linked.nodes[names[0]]


def _texts(names: Iterable[str]) -> tuple[str, ...]:
    found = _several(names)
    if not all(isinstance(name, str) for name in found):
        raise NotAnIdentifier(found)
    return found


def _several(names: Iterable[str]) -> tuple[str, ...]:
    if not isinstance(names, Iterable):
        raise NotAnIdentifier(names)
    return tuple(names)
