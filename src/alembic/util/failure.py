"""StepFailure: which step of a run failed, and what is left of it in the database.

A migration's own exception keeps its type and its traceback on the way to the user. What the
runtime knows about the moment rides along as a value, for whoever prints one line about it::

    except Exception as error:
        failure = failure_of(error)
        if failure is not None:
            print(f"{failure.where}: {failure.left.value}")
"""

from __future__ import annotations

import enum
from dataclasses import dataclass

_ATTRIBUTE = "_alembic_step"
_CULPRIT = "_alembic_culprit"


class Left(enum.Enum):
    """What a failed run leaves behind; the value is the sentence for the user."""

    NOTHING = "the run was rolled back: the database is as it was before"
    EARLIER_STEPS = "this migration was rolled back; those before it are kept"
    PARTS = (
        "the database does not roll back DDL: what this migration has done is kept, and the next run "
        "goes on behind it; those migrations before it are kept too"
    )
    COMMITTED_PARTS = (
        "this run has committed in between (an autocommit block, or a commit of the migration's "
        "own): what came before that is kept, and the next run goes on behind it; what came after it "
        "was rolled back"
    )
    CALLERS = "the transaction belongs to the calling program, which decides what is kept"
    SCRIPT = "no database was touched; the script that was written is incomplete"


@dataclass(frozen=True, slots=True)
class StepFailure:
    """One step that failed. ``line`` is that of the revision file, None where it wasn't running."""

    direction: str
    revision: str
    path: str | None
    line: int | None
    left: Left

    @property
    def where(self) -> str:
        """``upgrade of ae1 (versions/ae1_users.py:12)``, as far as it is known."""
        place = "" if self.path is None else self.path
        if place and self.line is not None:
            place = f"{place}:{self.line}"
        return f"{self.direction} of {self.revision}" + (f" ({place})" if place else "")


@dataclass(frozen=True, slots=True)
class Culprit:
    """A comparator of somebody else's that failed; ``plugin`` is None for one that is in none."""

    comparator: str
    plugin: str | None


def note_culprit(error: BaseException, culprit: Culprit) -> None:
    """Hang ``culprit`` on ``error``, unless one that it has called has been hung there already."""
    if culprit_of(error) is None:
        try:
            setattr(error, _CULPRIT, culprit)
        except AttributeError:
            return  # an exception class with slots


def culprit_of(error: BaseException) -> Culprit | None:
    """What was hung on ``error`` by :func:`note_culprit`; None where nothing was."""
    found = getattr(error, _CULPRIT, None)
    return found if isinstance(found, Culprit) else None


def note_failure(error: BaseException, failure: StepFailure) -> None:
    """Hang ``failure`` on ``error``, unless a step inside this one has done so already."""
    if failure_of(error) is None:
        try:
            setattr(error, _ATTRIBUTE, failure)
        except AttributeError:
            # An exception class with slots takes no more attributes; it passes as it is.
            return


def failure_of(error: BaseException) -> StepFailure | None:
    """What was hung on ``error`` by :func:`note_failure`; None where nothing was."""
    found = getattr(error, _ATTRIBUTE, None)
    return found if isinstance(found, StepFailure) else None


def add_note(error: BaseException, note: str) -> None:
    """Add lines to what is printed of ``error``, as ``error.add_note()`` does from Python 3.11 on."""
    try:
        error.__notes__ = [*notes_of(error), note]  # type: ignore[attr-defined]
    except AttributeError:
        return  # an exception class with slots


def notes_of(error: BaseException) -> list[str]:
    """The notes of an exception."""
    return list(getattr(error, "__notes__", ()))


def line_in(error: BaseException, path: str) -> int | None:
    """The innermost line of the file ``path`` in the traceback of ``error``; None if it isn't there."""
    line = None
    traceback = error.__traceback__
    while traceback is not None:
        if traceback.tb_frame.f_code.co_filename == path:
            line = traceback.tb_lineno
        traceback = traceback.tb_next
    return line
