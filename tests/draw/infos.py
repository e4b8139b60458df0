"""Facts of drawn graphs, children before parents, as a listing gives them."""

from __future__ import annotations

from dataclasses import replace

from drawn import graph

from alembic.results.revision import RevisionInfo


def infos(drawing: str, **changes: dict) -> list[RevisionInfo]:
    """``infos("a -> b; b needs x", b={"message": "hello"})``."""
    found = graph(drawing)
    return [
        replace(_info(revision), **changes.get(revision.revision, {}))
        for revision in found.iterate_revisions(
            "heads", "base", inclusive=True, assert_relative_length=False
        )
    ]


def _info(revision) -> RevisionInfo:
    return RevisionInfo(
        revision=revision.revision,
        down_revisions=revision._parents,
        depends_on=revision._requires,
        children=tuple(sorted(revision._children)),
        dependents=tuple(sorted(revision._dependents)),
        branch_labels=tuple(sorted(revision.branch_labels)),
        message=revision.doc,
        doc=f"{revision.doc}\n\nmore about {revision.revision}",
        create_date="2026-01-02",
        path=revision.path,
        is_head=revision.is_head,
        is_base=revision.is_base,
        is_branch_point=revision.is_branch_point,
        is_merge_point=revision.is_merge_point,
    )
