"""Several heads where one is asked for: which files they are, and the ways out, ready to paste."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from alembic.graph.map import RevisionMap
from alembic.graph.revision import Revision
from alembic.script.errors import ScriptError, short_path
from alembic.script.script import Script
from alembic.util.values import to_tuple

_MANY = 5  # heads, above which a line that names each of them is no help


class SeveralHeads(ScriptError):
    """There are several heads, and the command has to choose one.

    ``sentence`` is what can't be done, ``heads`` are the ids, ``advice`` lines to paste.
    """

    def __init__(self, sentence: str, revisions: RevisionMap, heads: Sequence[str]) -> None:
        self.sentence = sentence
        self.heads = tuple(heads)
        self.advice = ways_out(revisions, self.heads)
        super().__init__(
            "\n".join((sentence, *describe_heads(revisions, self.heads), *self.advice))
        )


class WayParts(ScriptError):
    """A relative target where there are several revisions to go on with, or to count from.

    ``sentence`` is what can't be done, ``choices`` are the ids, ``advice`` lines to paste.
    """

    def __init__(self, sentence: str, revisions: RevisionMap, choices: Sequence[str]) -> None:
        self.sentence = sentence
        self.choices = tuple(choices)
        heads = revisions._real_heads
        self.advice = (
            f"To go on with one of them:  name it, {' or '.join(self.choices)}, in place of a number",
            *(ways_out(revisions, heads) if len(heads) > 1 else ()),
        )
        described = describe_heads(revisions, self.choices)
        super().__init__("\n".join((sentence, *described, *self.advice)))


def describe_heads(revisions: RevisionMap, heads: Iterable[str]) -> list[str]:
    """A line for each head: its id, its message, its file."""
    return [_described(revisions.get_revision(head)) for head in heads]


def ways_out(revisions: RevisionMap, heads: Sequence[str]) -> tuple[str, ...]:
    """What a person may do about several heads: merge them, or put one on top of another."""
    if len(heads) > _MANY:
        return (f'To join them:  alembic merge -m "merge {len(heads)} heads" heads',)
    lines = [f'To join them:  alembic merge -m "merge {" and ".join(heads)}" {" ".join(heads)}']
    if len(heads) == 2:
        moved = first_of_its_own(revisions, heads[1], heads[0])
        if moved is not None:
            lines.append(
                f"To put one on top of the other:  alembic rebase {moved} --onto {heads[0]}"
            )
    return tuple(lines)


def first_of_its_own(revisions: RevisionMap, head: str, other: str) -> str | None:
    """The revision with which the line to ``head`` leaves that of ``other``.

    None where that is no single revision with a single parent in common: merges lie in between, or
    the two have no ancestor in common.
    """
    common = _with_ancestors(revisions, other)
    current = head
    while True:
        parents = _parents(revisions, current)
        if len(parents) != 1:
            return None
        if parents[0] in common:
            return current
        current = parents[0]


def _with_ancestors(revisions: RevisionMap, revision: str) -> set[str]:
    found: set[str] = set()
    waiting = [revision]
    while waiting:
        current = waiting.pop()
        if current not in found:
            found.add(current)
            waiting.extend(_parents(revisions, current))
    return found


def _parents(revisions: RevisionMap, revision: str) -> tuple[str, ...]:
    found = revisions.get_revision(revision)
    return to_tuple(found.down_revision, default=()) or () if found is not None else ()


def _described(revision: Revision | None) -> str:
    if not isinstance(revision, Script):
        return f"  {revision.revision if revision is not None else None}"
    message = revision.doc.partition("\n")[0]
    return f"  {revision.revision} ({message}): {short_path(revision.path)}"
