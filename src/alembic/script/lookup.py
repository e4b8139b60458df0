"""The graph's errors about identifiers, in the words of somebody who typed one on a command line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
from alembic.util.values import to_tuple

Identifier = str | Sequence[str] | None


class NoSuchRevision(ScriptError):
    """An identifier that names no revision, or several.

    ``candidates`` are those that it is the beginning of, ``alike`` those that are spelt like it.
    """

    def __init__(
        self, identifier: str, candidates: tuple[str, ...] = (), alike: tuple[str, ...] = ()
    ) -> None:
        self.identifier = identifier
        self.candidates = candidates
        self.alike = alike
        hint = f": it may be any of {', '.join(candidates)}" if candidates else ""
        lines = [f"Can't locate revision identified by {identifier!r}{hint}"]
        if alike:
            lines.append(f"Did you mean:  {' or '.join(alike)}")
        lines.append("To see all revisions:  alembic history")
        super().__init__("\n".join(lines))


class NotAmongFiles(NoSuchRevision):
    """The database is at a revision that no file has."""

    def __init__(self, identifier: str) -> None:
        super().__init__(identifier)
        sentence = (
            f"Can't locate revision identified by {identifier!r}: the database is at it, and no "
            "file has it. Is the file on another branch of the code, or was it removed?\n"
            "To see the revisions that have a file:  alembic history\n"
            "To tell the database where it is, running nothing:  alembic stamp --purge REVISION"
        )
        self.args = (sentence,)


class NotOneLine(ScriptError):
    """A range whose ends are not ancestor and descendant."""

    def __init__(self, start: str, end: str) -> None:
        self.start = start
        self.end = end
        super().__init__(
            f"Requested range {start}:{end} does not refer to ancestor/descendant revisions "
            "along the same branch\nTo see how they lie:  alembic history --graph"
        )


class NotATarget(ScriptError):
    """A target that the database's heads don't lead to. ``direction`` is upgrade or downgrade."""

    def __init__(self, target: str, direction: str) -> None:
        self.target = target
        self.direction = direction
        super().__init__(
            f"Destination {target} is not a valid {direction} target from current head(s)\n"
            "To see where the database is:  alembic history --graph --indicate-current"
        )


@contextmanager
def in_users_words(
    revisions: RevisionMap,
    *,
    several_heads: str | None = None,
    not_a_target: tuple[str, str] | None = None,
    span: tuple[str, str] | None = None,
    current: Identifier = None,
) -> Iterator[None]:
    """Translate what the graph raises within the block.

    ``several_heads`` is the sentence for several heads where one is needed, ``not_a_target`` a
    target and its direction, ``span`` the start and end that were typed, ``current`` what the database
    says that it is at.
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
        typed = str(error.argument)
        if typed in (to_tuple(current) or ()):
            raise NotAmongFiles(typed) from error
        alike = () if error.candidates else _alike(typed, revisions)
        raise NoSuchRevision(typed, error.candidates, alike) from error
    except RangeNotAncestorError as error:
        if not_a_target is not None:
            raise NotATarget(*not_a_target) from error
        start, end = span or (str(error.lower), str(error.upper))
        raise NotOneLine(start, end) from error


def _alike(typed: str, revisions: RevisionMap) -> tuple[str, ...]:
    """The ids, labels and words that are spelt like ``typed``."""
    from difflib import get_close_matches  # for a mistake only

    words = {*filter(None, revisions._revision_map), "head", "heads", "base", "current"}
    # A label is a word as well, of another branch than the one that was named with it.
    return tuple(get_close_matches(typed, sorted(words - {typed}), n=3, cutoff=0.7))
