"""The graph's errors about identifiers, in the words of somebody who typed one on a command line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from alembic.graph.errors import (
    AmbiguousStart,
    AmbiguousWalk,
    MultipleHeads,
    RangeNotAncestorError,
    ResolutionError,
)
from alembic.graph.map import RevisionMap
from alembic.script.conflict import SeveralHeads, WayParts
from alembic.script.errors import ScriptError


class NoSuchRevision(ScriptError):
    """An identifier that names no revision, or several. ``candidates`` are those it may mean."""

    def __init__(self, identifier: str, candidates: tuple[str, ...] = ()) -> None:
        self.identifier = identifier
        self.candidates = candidates
        hint = f": it may be any of {', '.join(candidates)}" if candidates else ""
        super().__init__(f"Can't locate revision identified by {identifier!r}{hint}")


class NotOneLine(ScriptError):
    """A range whose ends are not ancestor and descendant."""

    def __init__(self, start: str, end: str) -> None:
        self.start = start
        self.end = end
        super().__init__(
            f"Requested range {start}:{end} does not refer to ancestor/descendant revisions "
            "along the same branch"
        )


class NotATarget(ScriptError):
    """A target that the database's heads don't lead to. ``direction`` is upgrade or downgrade."""

    def __init__(self, target: str, direction: str) -> None:
        self.target = target
        self.direction = direction
        super().__init__(
            f"Destination {target} is not a valid {direction} target from current head(s)"
        )


@contextmanager
def in_users_words(
    revisions: RevisionMap,
    *,
    several_heads: str | None = None,
    not_a_target: tuple[str, str] | None = None,
    span: tuple[str, str] | None = None,
) -> Iterator[None]:
    """Translate what the graph raises within the block.

    ``several_heads`` is the sentence for several heads where one is needed, ``not_a_target`` a
    target and its direction, ``span`` the start and end that were typed.
    """
    try:
        yield
    except MultipleHeads as error:
        sentence = several_heads or (
            f"Multiple head revisions are present for given argument '{error.argument}'; please "
            f"specify a specific target revision, '<branchname>@{error.argument}' to narrow to a "
            "specific head, or 'heads' for all heads"
        )
        raise SeveralHeads(sentence, revisions, error.heads) from error
    except AmbiguousWalk as error:
        raise WayParts(str(error), revisions, error.choices) from error
    except AmbiguousStart as error:
        raise WayParts(str(error), revisions, sorted(error.current)) from error
    except ResolutionError as error:
        raise NoSuchRevision(str(error.argument), getattr(error, "candidates", ())) from error
    except RangeNotAncestorError as error:
        if not_a_target is not None:
            raise NotATarget(*not_a_target) from error
        start, end = span or (str(error.lower), str(error.upper))
        raise NotOneLine(start, end) from error
