"""Plans: from the heads of a database and a target to steps, in the order in which they are run."""

from __future__ import annotations

from alembic.graph.errors import ResolutionError
from alembic.graph.map import RevisionMap
from alembic.graph.revision import Revision
from alembic.graph.step import RevisionStep, StampStep
from alembic.graph.target import Identifier, parse, parse_relative
from alembic.graph.walk import ancestors, descendants, relatives


def upgrade_steps(
    revisions: RevisionMap, target: Identifier, heads: Identifier
) -> list[RevisionStep]:
    """What takes a database with ``heads`` up to ``target``, what that depends on included."""
    found = list(revisions.iterate_revisions(target, heads, implicit_base=True))
    return [RevisionStep(revisions, each, is_upgrade=True) for each in reversed(found)]


def downgrade_steps(
    revisions: RevisionMap, target: Identifier, heads: Identifier
) -> list[RevisionStep]:
    """What takes a database with ``heads`` down to ``target``, what builds on that included."""
    found = revisions.iterate_revisions(heads, target, select_for_downgrade=True)
    return [RevisionStep(revisions, each, is_upgrade=False) for each in found]


def stamp_steps(revisions: RevisionMap, target: Identifier, heads: Identifier) -> list[StampStep]:
    """What sets the heads of a database to ``target`` where it is on the same branch with them.

    A target above heads moves them up, one below heads moves them down, any other gets a row of its
    own.
    """
    wanted = (target,) if target is None or isinstance(target, str) else tuple(target)
    here = [node.revision for node in revisions.get_revisions(heads)]
    steps: list[StampStep] = []
    for each in wanted or ("base",):
        steps.extend(_stamped(revisions, each, here))
    return steps


def _stamped(revisions: RevisionMap, target: str | None, heads: list[str]) -> list[StampStep]:
    if parse_relative(target) is not None:
        raise ResolutionError(
            f"A stamp takes no relative target, and {target!r} is one", str(target)
        )
    branch = parse(target).branch if target is not None else None
    found = revisions.get_revisions(target)
    if not found:
        return [
            StampStep(head, None, is_upgrade=False, branch_move=True, revision_map=revisions)
            for head in _of_lineage(revisions, heads, branch)
        ]
    return [
        _moved(revisions, node, _of_lineage(revisions, heads, branch, node))
        for node in found
        if node.revision not in heads
    ]


def _moved(revisions: RevisionMap, target: Revision, heads: list[str]) -> StampStep:
    """The step that makes ``heads``, which are of its lineage or branch, one row with ``target``."""
    nodes, name = revisions._revision_map, target.revision
    is_below = bool(heads) and not descendants(nodes, [name]).isdisjoint(heads)
    is_row_moved = is_below or (bool(heads) and not ancestors(nodes, [name]).isdisjoint(heads))
    return StampStep(
        heads if is_row_moved else None,
        name,
        is_upgrade=not is_below,
        branch_move=not is_row_moved,
        revision_map=revisions,
    )


def _of_lineage(
    revisions: RevisionMap, heads: list[str], branch: str | None, target: Revision | None = None
) -> list[str]:
    """Those of ``heads`` that are related to the branch or the target; all where there is neither."""
    nodes = revisions._revision_map
    roots = [target.revision] if target is not None else []
    if branch is not None:
        roots.extend(node.revision for node in revisions.get_revisions(branch))
    if not roots or not heads:
        return heads
    lineage = relatives(nodes, roots, dependencies=True)
    return [head for head in heads if head in lineage]
