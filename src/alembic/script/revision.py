"""The documented old place of the graph's names (a door)."""

from __future__ import annotations

from alembic.graph.errors import (
    CycleDetected as CycleDetected,
    DependencyCycleDetected as DependencyCycleDetected,
    DependencyLoopDetected as DependencyLoopDetected,
    LoopDetected as LoopDetected,
    MultipleHeads as MultipleHeads,
    RangeNotAncestorError as RangeNotAncestorError,
    ResolutionError as ResolutionError,
    RevisionError as RevisionError,
)
from alembic.graph.map import RevisionMap as RevisionMap
from alembic.graph.revision import (
    Revision as Revision,
    is_revision as is_revision,
    tuple_rev_as_scalar as tuple_rev_as_scalar,
)

__all__ = [
    "CycleDetected",
    "DependencyCycleDetected",
    "DependencyLoopDetected",
    "LoopDetected",
    "MultipleHeads",
    "RangeNotAncestorError",
    "ResolutionError",
    "Revision",
    "RevisionError",
    "RevisionMap",
    "is_revision",
    "tuple_rev_as_scalar",
]
