"""Spans: which revisions lie between two places, for a listing, an upgrade or a downgrade."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from alembic.graph.errors import (
    AmbiguousStart,
    MultipleHeads,
    NotAlongBranch,
    NotOnBranch,
    NotOneTarget,
    OverlappingRevisions,
    RangeNotAncestorError,
    RelativeLengthError,
    WalkedTooFar,
)
from alembic.graph.link import Linked
from alembic.graph.order import children_first
from alembic.graph.revision import Revision
from alembic.graph.target import (
    Identifier,
    Relative,
    below_heads,
    filter_for_lineage,
    find,
    get_all_current,
    get_many,
    get_one,
    parse,
    parse_relative,
    resolve,
    walk,
)
from alembic.graph.walk import ancestors, descendants
from alembic.util.frozen import frozen
from alembic.util.messaging import warn


@frozen
class Span:
    """Revisions, and those of them that a listing begins with.

    ``has_gaps`` is false where everything between two of them is among them as well.
    """

    members: Collection[str]
    heads: Sequence[str]
    has_gaps: bool = False


def listed(linked: Linked, span: Span) -> list[Revision]:
    """The revisions of ``span``, children before parents."""
    nodes, members = linked.nodes, span.members
    builds_on = linked.builds_on
    if len(members) == len(linked.parents_first):
        below = {
            name: node._parents if not node._requires else builds_on(node)
            for name in linked.parents_first
            for node in (nodes[name],)
        }
    else:
        below = {
            name: tuple(each for each in builds_on(nodes[name]) if each in members)
            for name in members
        }
    heads = set(span.heads)
    in_order = [name for name in nodes if name in heads] if len(heads) > 1 else heads
    further_below = _across_gaps(linked, members) if span.has_gaps else None
    names = children_first(below, in_order, linked.parents_first, further_below)
    return [nodes[name] for name in names]


def _across_gaps(linked: Linked, members: Collection[str]) -> dict[str, tuple[str, ...]]:
    """The members that others are above of by way of revisions that are none."""
    nodes = linked.nodes
    between = ancestors(nodes, members) & descendants(nodes, members)
    between.difference_update(members)
    if not between:
        return {}
    lower: dict[str, set[str]] = {}
    for name in linked.parents_first:
        if name in between:
            found = lower[name] = set()
            for each in linked.builds_on(nodes[name]):
                found.update([each] if each in members else lower.get(each, ()))
    across = {}
    for name in members:
        around = [lower[each] for each in linked.builds_on(nodes[name]) if each in lower]
        if around:
            across[name] = tuple(sorted(set().union(*around)))
    return across


# -- upwards


def span_between(
    linked: Linked,
    upper: Identifier,
    lower: Identifier,
    *,
    implicit_base: bool = False,
    inclusive: bool = False,
    assert_relative_length: bool = True,
) -> Span:
    """What is above ``lower`` and not above ``upper``.

    With ``implicit_base`` also what ``upper`` needs though ``lower`` is not among its ancestors: what
    an upgrade runs. With ``inclusive`` also ``lower``.
    """
    nodes = linked.nodes
    tops = _upgrade_targets(linked, lower, upper, exactly=assert_relative_length)
    bottoms = _range_bottoms(linked, tops, lower, exactly=assert_relative_length)
    labels = _labels_in(linked, lower)
    if labels:
        tops = tuple(node for node in tops if not labels.isdisjoint(node.branch_labels))
    _refuse_overlaps(linked, tops)
    _refuse_overlaps(linked, bottoms)
    upper_names = [node.revision for node in tops]
    lower_names = [node.revision for node in bottoms]
    if not bottoms and set(linked.real_heads).issubset(upper_names):
        needed = set(linked.parents_first)  # all of them: no need to look
    else:
        needed = ancestors(nodes, upper_names)
    has_gaps = bool(bottoms) and not implicit_base
    if has_gaps:
        if not needed.issuperset(lower_names):
            raise RangeNotAncestorError(lower, upper)
        needed &= descendants(nodes, lower_names, dependencies=False)
        needed.difference_update(lower_names)
    elif bottoms:
        needed -= ancestors(nodes, lower_names)
    if inclusive:
        needed.update(lower_names)
    return Span(needed, upper_names, has_gaps)


def _range_bottoms(
    linked: Linked, tops: Sequence[Revision], lower: Identifier, *, exactly: bool
) -> tuple[Revision, ...]:
    """The revisions that ``lower`` names.

    ``-3`` counts from the heads, and where that is too far for one of them, from ``tops``.
    """
    relative = parse_relative(lower)
    is_counted = relative is not None and relative.start is None and relative.steps < 0
    if relative is None or not is_counted:
        return tuple(dict.fromkeys(get_many(linked, lower)))
    found = below_heads(linked, relative)
    if any(missing for _, missing in found):
        found = [walk(linked, node, relative.steps) for node in tops]
    if exactly and any(missing for _, missing in found):
        raise RelativeLengthError(relative.text, relative.steps)
    return tuple(dict.fromkeys(node for node, _ in found if node is not None))


def _labels_in(linked: Linked, lower: Identifier) -> frozenset[str]:
    """The label that the lower end of a range mentions, or those of the revision that it mentions.

    Such a range is about what carries one of them; where there is none, about everything.
    """
    branch = parse(lower).branch if isinstance(lower, str) else None
    if branch is None:
        return frozenset()
    node = find(linked, branch)
    return frozenset([branch]) if branch in node._own_labels else node.branch_labels


def _upgrade_targets(
    linked: Linked, current: Identifier, target: Identifier, *, exactly: bool
) -> tuple[Revision, ...]:
    relative = parse_relative(target)
    if relative is None:
        return get_many(linked, target)
    if relative.start is not None:
        found = _relative_to_named(linked, relative, exactly=exactly)
    else:
        found = _relative_to_current(linked, relative, current, exactly=exactly)
    return () if found is None else (found,)


def _relative_to_named(
    linked: Linked,
    relative: Relative,
    *,
    exactly: bool,
    error: type[RelativeLengthError] = RelativeLengthError,
) -> Revision | None:
    branch, start = relative.branch, relative.start
    name = f"{branch}@{start}" if branch else start
    try:
        names, _ = resolve(linked, name)
        # Going up, the branch tells which way to take; going down, it has to hold the start as well.
        origin = get_one(linked, name if relative.steps < 0 else names)
    except MultipleHeads as several:
        raise MultipleHeads(several.heads, f"{name}{relative.text}") from several
    found, missing = walk(linked, origin, relative.steps, branch)
    if missing and exactly:
        raise error(relative.text, relative.steps)
    return found


def _relative_to_current(
    linked: Linked, relative: Relative, current: Identifier, *, exactly: bool
) -> Revision | None:
    if relative.steps <= 0:
        raise RelativeLengthError(str(relative.steps), relative.steps)
    branch = relative.branch
    here = [node.revision for node in get_many(linked, current)]
    if branch is not None:
        here = _on_branch(linked, here, branch)
    if len(here) > 1:
        raise AmbiguousStart(here)
    start = linked.nodes[here[0]] if here else None
    found, missing = walk(linked, start, relative.steps, branch)
    if missing and (exactly or found is None):
        raise RelativeLengthError(relative.text, relative.steps)
    return found


def _on_branch(linked: Linked, names: Sequence[str], branch: str) -> list[str]:
    """Where a database with the heads ``names`` is on a branch: the highest that it has of it."""
    nodes = linked.nodes
    present = ancestors(nodes, names)
    found = set(filter_for_lineage(linked, present, branch))
    return sorted(name for name in found if found.isdisjoint(nodes[name]._all_nextrev))


def _refuse_overlaps(linked: Linked, revisions: Sequence[Revision]) -> None:
    """Raise :class:`OverlappingRevisions` where one of them is an ancestor of another."""
    if len(revisions) < 2:
        return
    nodes = linked.nodes
    names = [node.revision for node in revisions]
    below = {each for node in revisions for each in node._all_down_revisions}
    if ancestors(nodes, below).isdisjoint(names):
        return
    for node in revisions:
        below = ancestors(nodes, node._all_down_revisions)
        covered = [name for name in names if name in below]
        if covered:
            raise OverlappingRevisions(node.revision, covered)


# -- downwards


def span_to_drop(
    linked: Linked,
    current: Identifier,
    target: Identifier,
    *,
    inclusive: bool = False,
    assert_relative_length: bool = True,
) -> Span:
    """What has to go for ``current`` to come down to ``target``; with ``inclusive``, this as well."""
    nodes = linked.nodes
    branch, goal = _downgrade_target(linked, current, target, exactly=assert_relative_length)
    here = [node.revision for node in get_many(linked, current)]
    if goal is None:
        roots: Sequence[str] = linked.bases
        if branch is not None:
            roots = filter_for_lineage(linked, roots, branch)
    else:
        roots = [goal.revision] if inclusive else list(goal._children)
        if branch is not None and len(roots) > 1:
            within = ancestors(nodes, [find(linked, branch).revision], dependencies=False)
            choices, roots = roots, [name for name in roots if name in within]
            if not roots:
                raise NotAlongBranch(branch, goal.revision, choices)
    dropped = descendants(nodes, roots) & ancestors(nodes, here)
    if goal is not None and not dropped and goal.revision not in here:
        raise RangeNotAncestorError(goal.revision, current)
    return Span(dropped, here)


def _downgrade_target(
    linked: Linked, current: Identifier, target: Identifier, *, exactly: bool
) -> tuple[str | None, Revision | None]:
    """The branch that is meant, and where to; None is the base."""
    if target is None:
        return None, None
    if not isinstance(target, str):
        raise NotOneTarget(target)
    relative = parse_relative(target)
    if relative is None:
        parsed = parse(target)
        branch = parsed.branch
        names, _ = resolve(linked, target)
        if len(names) > 1:
            raise MultipleHeads(names, target)
        return branch, get_one(linked, names)
    if relative.start is not None:
        goal = _relative_to_named(linked, relative, exactly=exactly, error=WalkedTooFar)
        return relative.branch, goal
    if relative.steps >= 0:
        raise RelativeLengthError(relative.text, relative.steps)
    start = _downgrade_start(linked, current, relative)
    found, missing = walk(linked, start, relative.steps)
    if missing and exactly:
        raise RelativeLengthError(relative.text, relative.steps)
    return relative.branch or (start.revision if start is not None else None), found


def _downgrade_start(linked: Linked, current: Identifier, relative: Relative) -> Revision | None:
    branch = relative.branch
    current_heads = here = get_many(linked, current)
    if branch is not None:
        here = filter_for_lineage(linked, current_heads, branch) or filter_for_lineage(
            linked, get_all_current(linked, current), branch
        )
        if not here:
            raise NotOnBranch(branch, [node.revision for node in current_heads])
        if len(here) > 1:
            raise AmbiguousStart([node.revision for node in here], "downgrade")
    if len(here) > 1:
        warn(
            "downgrade -1 from multiple heads is ambiguous; this usage will be disallowed in a "
            "future release.",
            stacklevel=2,
        )
    return here[0] if here else None
