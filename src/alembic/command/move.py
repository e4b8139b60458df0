"""rebase: move a revision on top of another by rewriting its parent."""

from __future__ import annotations

from collections.abc import Iterable

from alembic.command.passwords import masked
from alembic.config import Config
from alembic.script.conflict import first_of_its_own
from alembic.script.directory import ScriptDirectory
from alembic.script.rewrite_header import rewrite_down_revision
from alembic.script.script import Script
from alembic.util.exc import CommandError
from alembic.util.messaging import status
from alembic.util.values import to_tuple

_ALL = "To see all revisions and their parents:  alembic history"


class RebaseError(CommandError):
    """A revision stays where it is; fields ``revision``, ``onto`` and ``reason``."""

    def __init__(self, revision: str, onto: str, reason: str) -> None:
        self.revision = revision
        self.onto = onto
        self.reason = reason
        super().__init__(f"Can't rebase {revision} onto {onto}: {reason}")


class AlreadyApplied(RebaseError):
    """A database has the revision: its place in the history is a fact.

    ``reverse`` is what to move onto what instead, where that is possible.
    """

    def __init__(
        self, revision: str, onto: str, database: str, reverse: tuple[str, str] | None = None
    ) -> None:
        self.database = database
        self.reverse = reverse
        lines = [f"the database {database} has {revision} already."]
        if reverse is not None:
            lines.append(
                f"To put it below instead:  alembic rebase {reverse[0]} --onto {reverse[1]}"
            )
        lines.append(
            "To move it all the same:  downgrade it first; or say --force, and see to it yourself "
            "that every database has the new parent as well"
        )
        super().__init__(revision, onto, "\n".join(lines))


class DatabaseNotAsked(RebaseError):
    """Whether a database has the revision can't be told, as it can't be asked."""

    def __init__(self, revision: str, onto: str, problem: str) -> None:
        self.problem = problem
        super().__init__(
            revision,
            onto,
            f"the database can't be asked whether it has {revision} already ({problem}). "
            "Where no database has it, say --force",
        )


def rebase(config: Config, rev: str, onto: str, force: bool = False) -> None:
    """Make ``onto`` the parent of ``rev``: rewrite ``down_revision`` in its file.

    What builds on ``rev`` moves along. The configured database is asked first, and where it has
    ``rev`` already, nothing is done. Raises :class:`RebaseError`.

    :param rev: the revision to move.
    :param onto: its parent to be.
    :param force: ask no database.
    """
    script = ScriptDirectory.from_config(config)
    moved, target = _movable(script, rev, onto)
    if not force:
        _refuse_applied(config, script, moved, target)
    with status(f"Rewriting {moved.path}", **config.messaging_opts):
        rewrite_down_revision(moved.path, target.revision)


def _movable(script: ScriptDirectory, rev: str, onto: str) -> tuple[Script, Script]:
    """The two revisions; raises :class:`RebaseError` where one can't go on top of the other."""
    moved, target = script.get_revision(rev), script.get_revision(onto)
    if moved is None or target is None:
        name = rev if moved is None else onto
        raise RebaseError(rev, onto, f"{name} is no revision\n{_ALL}")
    names = (moved.revision, target.revision)
    if moved is target:
        raise RebaseError(*names, f"these are the same revision\n{_ALL}")
    if moved.revision in _with_all_below(script, [target]):
        problem = f"{names[1]} builds on {names[0]}, and can't be its parent too"
        raise RebaseError(*names, f"{problem}\n{_ALL}")
    if moved.is_merge_point:
        raise RebaseError(*names, f"{names[0]} joins several revisions; edit its file by hand")
    if moved.down_revision == target.revision:
        raise RebaseError(*names, f"{names[1]} is its parent already\n{_ALL}")
    return moved, target


def _refuse_applied(config: Config, script: ScriptDirectory, moved: Script, target: Script) -> None:
    # SQLAlchemy is loaded here, not for `alembic rebase --help`.
    from alembic.command.online import ask_databases

    names = (moved.revision, target.revision)
    asked = []

    def look(heads: tuple[str, ...], url: str) -> None:
        asked.append(url)
        applied = _with_all_below(script, script.get_recorded(heads))
        if moved.revision in applied:
            raise AlreadyApplied(*names, url, _reverse(script, moved, target, applied))

    try:
        ask_databases(config, script, look)
    except RebaseError:
        raise
    except Exception as error:
        # Whatever env.py or a driver raises: the question has no answer.
        problem = masked(str(error).strip().partition("\n")[0]) or type(error).__name__
        raise DatabaseNotAsked(*names, problem) from error
    if not asked:
        raise DatabaseNotAsked(*names, "env.py ran no migrations on any")


def _reverse(
    script: ScriptDirectory, moved: Script, target: Script, applied: set[str]
) -> tuple[str, str] | None:
    """The rebase that puts the line of ``target`` on top of that of ``moved``, where one can."""
    above = [
        head
        for head in script.get_heads()
        if moved.revision in _with_all_below(script, script.get_revisions(head))
    ]
    if len(above) != 1:
        return None
    first = first_of_its_own(script.revision_map, target.revision, above[0])
    return None if first is None or first in applied else (first, above[0])


def _with_all_below(script: ScriptDirectory, start: Iterable[Script]) -> set[str]:
    """The ids of revisions, of their ancestors, and of all that these depend on."""
    waiting = list(start)
    found: set[str] = set()
    while waiting:
        revision = waiting.pop()
        if revision.revision not in found:
            found.add(revision.revision)
            for names in (revision.down_revision, revision.dependencies):
                waiting.extend(script.get_revisions(to_tuple(names) or ()))
    return found
