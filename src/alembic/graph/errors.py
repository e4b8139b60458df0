"""What can be wrong with a graph, or with an identifier that names a place in it.

::

    CommandError
    └── RevisionError                   anything below
        ├── ResolutionError             an identifier names nothing
        │   └── AmbiguousPrefix         … or several things
        ├── MultipleHeads               one head was asked for, and there are several
        ├── RangeNotAncestorError       the ends of a range are not ancestor and descendant
        ├── CycleDetected               revisions that are their own ancestors
        │   ├── LoopDetected            … one that names itself
        │   └── DependencyCycleDetected … through a dependency
        ├── MissingRevision             a parent or dependency that no file has
        ├── DuplicateRevision           two files with one id
        └── …                           see the classes

Each has its fields. Those that blame revisions name their files, where the revisions have a ``path``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from alembic.util.exc import CommandError
from alembic.util.text import short_path

TYPE_CHECKING = False  # typing's own takes longer to import than a listing has
if TYPE_CHECKING:
    from typing import Protocol

    class Blamed(Protocol):
        """A revision, as far as an error needs it; it may have a ``path``."""

        revision: str


Identifier = str | Iterable[str] | None

_HOW_FAR = "To see where the database is:  alembic history --indicate-current"


class RevisionError(CommandError):
    """Something about the graph, or about an identifier."""


class InvalidRevisionId(RevisionError):
    """A revision id with characters that identifiers are written with.

    ``path`` is that of the file which has it; None where it is to be given to a new one.
    """

    def __init__(self, revision: str, characters: Sequence[str], path: str | None = None) -> None:
        self.revision = revision
        self.characters = tuple(characters)
        self.path = path
        place = "" if path is None else f" ({short_path(path)})"
        super().__init__(
            f"Character(s) '{', '.join(characters)}' not allowed in revision identifier "
            f"'{revision}'{place}; choose an id of letters and digits"
        )


class NotAnIdentifier(RevisionError):
    """Something that is no text was given as an identifier, by a database driver for example."""

    def __init__(self, given: object) -> None:
        self.given = given
        super().__init__(
            f"revision identifier {given!r} is not a string; ensure database driver settings are "
            "correct"
        )


class ResolutionError(RevisionError):
    """An identifier that names nothing. ``argument`` is what was given."""

    candidates: tuple[str, ...] = ()
    """What the identifier may have meant."""

    def __init__(self, message: str, argument: str) -> None:
        super().__init__(message)
        self.argument = argument


class AmbiguousPrefix(ResolutionError):
    """The beginning of several ids or labels, which are ``candidates``."""

    def __init__(self, prefix: str, candidates: Sequence[str]) -> None:
        shown = ", ".join(repr(candidate) for candidate in candidates[:3])
        super().__init__(f"Multiple revisions start with '{prefix}': {shown}...", prefix)
        self.candidates = tuple(candidates)


class MultipleHeads(RevisionError):
    """One revision was asked for by ``argument``, which names all of ``heads``."""

    def __init__(self, heads: Sequence[str], argument: str | None) -> None:
        self.heads = tuple(heads)
        self.argument = argument
        super().__init__(
            f"Multiple heads are present for given argument '{argument}'; {', '.join(heads)}"
        )


class RangeNotAncestorError(RevisionError):
    """``lower`` is not among the ancestors of ``upper``."""

    def __init__(self, lower: Identifier, upper: Identifier) -> None:
        self.lower = lower
        self.upper = upper
        super().__init__(
            f"Revision {lower or 'base'} is not an ancestor of revision {upper or 'base'}"
        )


class OverlappingRevisions(RevisionError):
    """Several revisions were asked for, and one is an ancestor of another."""

    def __init__(self, revision: str, ancestors: Sequence[str]) -> None:
        self.revision = revision
        self.ancestors = tuple(ancestors)
        super().__init__(
            f"Requested revision {revision} overlaps with other requested revisions "
            f"{', '.join(ancestors)}; {revision} includes them\n"
            "Where the database is at all of these, to leave that one in its version table:  "
            f"alembic stamp --purge {revision}"
        )


class AmbiguousWalk(RevisionError):
    """A relative target where the way parts: ``choices`` are the ids that it could go on with."""

    def __init__(self, choices: Sequence[str], start: str | None) -> None:
        self.choices = tuple(choices)
        self.start = start
        place = "the base" if start is None else start
        super().__init__(f"Ambiguous walk: from {place} it may go on to {' or '.join(choices)}")


class AmbiguousStart(RevisionError):
    """A relative target, and several revisions that it may count from."""

    def __init__(self, current: Sequence[str], direction: str = "upgrade") -> None:
        self.current = tuple(current)
        self.direction = direction
        super().__init__(
            f"Ambiguous {direction} from multiple current revisions: it may count from "
            f"{' or '.join(current)}"
        )


class RelativeLengthError(RevisionError):
    """A relative target that is further away than the graph reaches. ``steps`` is its number."""

    def __init__(self, target: str, steps: int) -> None:
        self.target = target
        self.steps = steps
        super().__init__(
            f"Relative revision {target} didn't produce {abs(steps)} migrations\n{_HOW_FAR}"
        )


class WalkedTooFar(RelativeLengthError):
    """The same, counted from a revision that was named."""

    def __init__(self, target: str, steps: int) -> None:
        super().__init__(target, steps)
        end = "last head" if steps > 0 else "base"
        self.args = (f"Walked too far: {target} leads beyond the {end}\n{_HOW_FAR}",)


class NotOnBranch(RevisionError):
    """A relative target with a branch that none of the current revisions belongs to."""

    def __init__(self, branch: str, current: Sequence[str]) -> None:
        self.branch = branch
        self.current = tuple(current)
        where = f"none of {', '.join(current)} is" if current else "there is nothing"
        super().__init__(
            f"Not a valid downgrade target from current heads: {where} on branch '{branch}'\n"
            f"{_HOW_FAR}"
        )


class NotAlongBranch(RevisionError):
    """A downgrade of one branch to where several part, none of ``choices`` leading to the branch.

    It is refused, so that nothing is taken down by mistake.
    """

    def __init__(self, branch: str, target: str, choices: Sequence[str]) -> None:
        self.branch = branch
        self.target = target
        self.choices = tuple(choices)
        super().__init__(
            f"Not a valid downgrade target from current heads: after {target} come "
            f"{' and '.join(choices)}, and branch '{branch}' doesn't tell which of them is meant. "
            f"Name one of them, or {target} without a branch"
        )


class NotOneTarget(RevisionError):
    """A downgrade goes to one place; something else than text was given."""

    def __init__(self, given: object) -> None:
        self.given = given
        super().__init__(f"Expected downgrade target in string form, got {given!r}")


class BranchNameTaken(RevisionError):
    """A label that is another revision's label or id."""

    def __init__(self, label: str, revision: Blamed, taken_by: Blamed) -> None:
        self.label = label
        self.revision = revision.revision
        self.taken_by = taken_by.revision
        super().__init__(
            f"Branch name {label!r} in revision {revision.revision} already used by revision "
            f"{taken_by.revision}{_files([revision, taken_by])}\n"
            "Give one of them another label in branch_labels"
        )


class DuplicateRevision(RevisionError):
    """Two files with the same revision id; ``paths`` are those of the files, where there are."""

    def __init__(self, first: Blamed, second: Blamed) -> None:
        self.revision = first.revision
        self.paths = tuple(path for path in map(_path, (first, second)) if path is not None)
        places = f": {' and '.join(map(short_path, self.paths))}" if self.paths else ""
        super().__init__(
            f"Revision {first.revision} is present more than once{places}. "
            "Give one of them another id, or remove its file"
        )


class MissingRevision(RevisionError):
    """A revision names a parent or a dependency that is not there.

    ``missing`` is the name, ``revision`` and ``path`` are those of the revision that names it.
    """

    def __init__(self, revision: Blamed, missing: str, variable: str) -> None:
        self.revision = revision.revision
        self.path = _path(revision)
        self.missing = missing
        self.variable = variable
        place = "" if self.path is None else f" ({short_path(self.path)})"
        super().__init__(
            f"Revision {missing} referenced from {variable} of revision {self.revision}{place} is "
            "not present. Put its file back, or correct the name"
        )


class CycleDetected(RevisionError):
    """Revisions each of which is an ancestor of all others."""

    kind = "Cycle"
    variables = "down_revision"

    def __init__(self, revisions: Sequence[str], blamed: Iterable[Blamed] = ()) -> None:
        self.revisions = revisions
        super().__init__(
            f"{self.kind} is detected in revisions ({', '.join(revisions)}){_files(blamed)}\n"
            f"Correct {self.variables} in one of their files"
        )


class DependencyCycleDetected(CycleDetected):
    """Revisions each of which has all others as ancestors or dependencies."""

    kind = "Dependency cycle"
    variables = "down_revision or depends_on"


class LoopDetected(CycleDetected):
    """A revision that is its own parent."""

    kind = "Self-loop"

    def __init__(self, revision: str, blamed: Iterable[Blamed] = ()) -> None:
        super().__init__([revision], blamed)


class DependencyLoopDetected(DependencyCycleDetected, LoopDetected):
    """A revision that depends on itself."""

    kind = "Dependency self-loop"

    def __init__(self, revision: str | Sequence[str], blamed: Iterable[Blamed] = ()) -> None:
        name = revision if isinstance(revision, str) else revision[0]
        LoopDetected.__init__(self, name, blamed)


class MissingFunction(RevisionError):
    """A file without the function that a step needs: ``function`` is ``upgrade`` or ``downgrade``."""

    def __init__(self, revision: Blamed, function: str) -> None:
        self.revision = revision.revision
        self.path = _path(revision)
        self.function = function
        place = f" in {short_path(self.path)}" if self.path is not None else ""
        super().__init__(
            f"Revision {self.revision} has no function {function}(){place}: it can't be "
            f"{function}d. Add the function, or choose another target"
        )


class NotRun(RevisionError):
    """A function that can't just be called: calling it has made a ``kind``, which runs nothing."""

    def __init__(self, revision: Blamed, function: str, kind: str) -> None:
        self.revision = revision.revision
        self.path = _path(revision)
        self.function = function
        self.kind = kind
        place = f" in {short_path(self.path)}" if self.path is not None else ""
        super().__init__(
            f"The function {function}() of revision {self.revision}{place} is a {kind}, which runs "
            f"nothing when it is called. Write it as a plain function: without async, and without "
            "yield; op.run_async() runs what is asynchronous"
        )


def _path(revision: Blamed) -> str | None:
    path = getattr(revision, "path", None)
    return None if path is None else str(path)


def _files(blamed: Iterable[Blamed]) -> str:
    """A line with the file of each revision that has one."""
    found = {each.revision: _path(each) for each in blamed}
    return "".join(
        f"\n  {revision}: {short_path(path)}" for revision, path in found.items() if path
    )
