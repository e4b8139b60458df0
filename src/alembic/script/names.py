"""Which ids and labels a new revision may have: those that a command understands afterwards.

Files that are there already may have any; this is about what is written anew.
"""

from __future__ import annotations

import re
from pathlib import Path

from alembic.graph.revision import Revision
from alembic.script.errors import ScriptError

_SEPARATORS = frozenset("/\\\0")
_RESERVED = frozenset({"head", "heads", "base", "current"})
# What has a meaning of its own in front of, or behind, a label: `label@head`, `a:b`, `label+2`.
_NOT_IN_LABELS = re.compile(r"[@:]|[+-]\d+\Z|\A[+-]")


class UnusableRevisionId(ScriptError):
    """A revision id that no file, or no command, could be given."""

    def __init__(self, revision: str, problem: str) -> None:
        self.revision = revision
        super().__init__(
            f"Revision identifier {revision!r} can't be used: {problem}; choose another one"
        )


class UnusableLabel(ScriptError):
    """A branch label that no command could be given."""

    def __init__(self, label: str, problem: str) -> None:
        self.label = label
        super().__init__(f"Branch label {label!r} can't be used: {problem}; choose another one")


def refuse_unusable_id(revision: str) -> None:
    """Raise :class:`UnusableRevisionId`, or RevisionError for signs that mean something else."""
    if (
        not revision.isprintable()
        or revision.startswith(".")
        or not _SEPARATORS.isdisjoint(revision)
        or Path(revision).name != revision
    ):
        raise UnusableRevisionId(
            revision,
            "it becomes part of a file name, and may hold neither slashes nor control characters, "
            "nor begin with a dot",
        )
    if problem := _means_something_else(revision):
        raise UnusableRevisionId(revision, problem)
    Revision.verify_rev_id(revision)


def refuse_unusable_label(label: str) -> None:
    """Raise :class:`UnusableLabel`."""
    if found := _NOT_IN_LABELS.search(label):
        raise UnusableLabel(label, f"{found[0]!r} has a meaning of its own in a target")
    if problem := _means_something_else(label):
        raise UnusableLabel(label, problem)


def _means_something_else(name: str) -> str | None:
    if name in _RESERVED:
        return "commands understand this word in another way"
    if not name or name != name.strip() or not name.isprintable():
        return "it is empty, has blanks around it, or control characters in it"
    return None
