"""What a user is told of an exception: the frames of their own files, what failed, what to do next.

Frames of this package, of SQLAlchemy and of other installed packages are left out; ``--raiseerr``
shows them. Where a database can't be reached there is no frame at all. An exception that never
went through a file of the user's is an error of this package, and is shown whole. SQLAlchemy is
recognised by the names in the traceback and never imported. Passwords in URLs are masked.
"""

from __future__ import annotations

import os
import re
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from types import FrameType, TracebackType

from alembic.command.passwords import masked
from alembic.util.failure import Culprit, culprit_of, failure_of, notes_of
from alembic.util.messaging import obfuscate_url_pw, write_outstream

_FOREIGN = frozenset({"alembic", "asyncio", "greenlet", "mako", "sqlalchemy"})
_INSTALLED = re.compile(r"[/\\](?:site|dist)-packages[/\\]")
_STANDARD_LIBRARY = str(Path(os.__file__).parent) + os.sep
_MAKES_ENGINES = frozenset(
    {
        "async_engine_from_config",
        "create_async_engine",
        "create_engine",
        "engine_from_config",
        "get_dialect",
        "make_url",
    }
)
# Where a driver's module has another name than its package, or needs more than it.
_PACKAGES = {
    "MySQLdb": "mysqlclient",
    "psycopg": '"psycopg[binary]"',
    "psycopg2": "psycopg2-binary",
}
_CONNECTS = frozenset({"raw_connection"})
_STREAMS = {"<stdout>": "standard output", "<stderr>": "standard error"}


def report(error: BaseException) -> str:
    """The whole text for standard error, newline at the end."""
    lines = (
        _unusable_database(error)
        or _unusable_logging(error)
        or _unusable_file(error)
        or _failed_code(error)
    )
    return masked("\n".join(lines) + "\n")


def print_in_full(
    _kind: type[BaseException], error: BaseException, _traceback: TracebackType | None
) -> None:
    """Print what nobody has caught, as Python does, but for passwords; a ``sys.excepthook``."""
    lines = [*traceback.format_exception(error), *_notes(error)]
    write_outstream(sys.stderr, masked("".join(lines)))


def _unusable_database(error: BaseException) -> list[str]:
    """The lines for an engine that can't be made, or that can't connect; empty for other errors."""
    below = _below_user(error.__traceback__)
    reason = _first_line(getattr(error, "orig", None) or error)
    hint = "Look at sqlalchemy.url in the settings, or at what env.py connects with"
    for frame in below:
        if not _is_of(frame, "sqlalchemy"):
            continue
        if frame.f_code.co_name in _CONNECTS:
            url = getattr(frame.f_locals.get("self"), "url", None)
            where = f" to {obfuscate_url_pw(url)}" if url is not None else ""
            part, at, _host = str(getattr(url, "host", None) or "").rpartition("@")
            if at:  # an @ in the password: what is behind the first one is taken for the host
                reason = reason.replace(part, "***")
                hint = f"An @ in a password is spelled %40. {hint}"
            if type(error).__name__ == "MissingGreenlet":
                reason = (
                    "an asynchronous driver, which needs an env.py that calls context.run(), or one "
                    "like that of the template async"
                )
            return [f"FAILED: can't connect{where}: {reason}", f"{hint}; is the database there?"]
        if frame.f_code.co_name in _MAKES_ENGINES:
            if isinstance(error, KeyError):
                reason = f"the database's {reason} is not set"
            elif isinstance(error, ValueError) and "invalid literal for int()" in reason:
                # What stands there may be a part of the password.
                reason = (
                    "the port in the URL of the database is not a number; in a password, @ : and / "
                    "are spelled %40, %3A and %2F (with %% for % in an ini file)"
                )
            elif isinstance(error, ModuleNotFoundError):
                package = _PACKAGES.get(str(error.name), error.name)
                return [
                    f"FAILED: {reason}; the driver of this database is not installed. {hint}.",
                    f"To install it:  pip install {package}",
                ]
            elif type(error).__name__ == "NoSuchModuleError":
                # The first error of many a newcomer: `alembic init` writes driver://…
                reason = f"{reason}; nothing of this name is installed"
                hint = (
                    "Name your database in sqlalchemy.url, which a new alembic.ini leaves at driver://…, "
                    "or in what env.py connects with"
                )
            return [
                f"FAILED: {reason}",
                f"{hint}. A URL reads dialect+driver://user@host/database.",
            ]
    return []


def _unusable_logging(error: BaseException) -> list[str]:
    """The lines for settings that ``logging.config`` can't use; empty for other errors."""
    for frame in _below_user(error.__traceback__):
        if _is_of(frame, "logging") and frame.f_code.co_name == "fileConfig":
            file = _short(str(frame.f_locals.get("fname", "the settings")))
            reason = _first_line(error)
            if isinstance(error, KeyError):
                reason = f"{reason!r} is missing"
            wanted = "[loggers], [handlers] and [formatters] and those that they name"
            return [
                f"FAILED: {file}: logging can't be set up: {reason}",
                f"Correct the sections {wanted}, or leave fileConfig() out of env.py.",
            ]
    return []


def _unusable_file(error: BaseException) -> list[str]:
    """The lines for a file of ours to read or write that can't be; empty for other errors."""
    if not isinstance(error, OSError) or not error.filename:
        return []
    if error.filename in _STREAMS:
        return [f"FAILED: {_STREAMS[error.filename]} can't be written: {error.strerror}"]
    if _user_frames(error.__traceback__):
        return []
    return [f"FAILED: {error.filename}: {error.strerror or error}"]


def _failed_code(error: BaseException) -> list[str]:
    frames = _user_frames(error.__traceback__)
    failure, culprit = failure_of(error), culprit_of(error)
    if culprit is not None:
        return ["".join(_told(error)).rstrip(), _blamed(culprit)]
    if (failure is None or failure.line is None) and _is_refused_by_database(error):
        refused = "the database has refused a statement of Alembic's own"
        if failure is not None:
            refused = f"{failure.where}: {refused}; {failure.left.value}"
        advice = "Look at the database, and at what its user may do; --raiseerr shows every frame."
        return ["".join(_told(error)).rstrip(), f"FAILED: {refused}. {advice}"]
    if not frames and not isinstance(error, SyntaxError) and failure is None:
        return [
            "".join(traceback.format_exception(error)).rstrip(),
            "FAILED: this is an error of Alembic itself; please report it with the lines above.",
        ]
    text = "".join(_told(error)).rstrip()
    if failure is not None:
        where = f"{failure.where}; {failure.left.value}"
    elif isinstance(error, SyntaxError):
        where = f"{_short(error.filename or '?')}:{error.lineno}"
    else:
        where = f"{_short(frames[-1].filename)}:{frames[-1].lineno}"
    advice = "Mend it and run the command again"
    if isinstance(error, UnicodeEncodeError) and any(
        _is_of(frame, "alembic") for frame in _below_user(error.__traceback__)
    ):
        advice = "What it is written to takes UTF-8 with PYTHONIOENCODING=utf-8 in the environment"
    return [text, f"FAILED: {where}. {advice}; --raiseerr shows every frame."]


def _is_refused_by_database(error: BaseException) -> bool:
    """Whether it is a database error (PEP 249 names the class) of a statement that we have made."""
    below = _below_user(error.__traceback__)
    is_ours = bool(below) and _is_of(below[0], "alembic")
    return is_ours and any(kind.__name__ == "DatabaseError" for kind in type(error).__mro__)


def _blamed(culprit: Culprit) -> str:
    """The line for a comparator that isn't ours."""
    if culprit.plugin is None:
        return (
            f"FAILED: the comparator {culprit.comparator} of autogenerate. Mend it, or do without the "
            "package that adds it; --raiseerr shows every frame."
        )
    return (
        f"FAILED: the comparator {culprit.comparator} of the plugin {culprit.plugin}. Mend it, or leave "
        f"the plugin out: ~{culprit.plugin} in autogenerate_plugins; --raiseerr shows every frame."
    )


def _told(error: BaseException) -> Iterator[str]:
    """The user's frames and the message, those of the causes first, as Python prints them."""
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause is not None and _user_frames(cause.__traceback__):
        yield from _told(cause)
        yield "\nWhich led to this one:\n\n"
    frames = _user_frames(error.__traceback__)
    if frames:
        yield "Traceback (most recent call last):\n"
        yield from traceback.StackSummary.from_list(frames).format()
    yield from traceback.format_exception_only(error)
    yield from _notes(error)


def _notes(error: BaseException) -> Iterator[str]:
    """The notes of an exception, which Python itself prints from 3.11 on."""
    if sys.version_info < (3, 11):
        yield from (f"{note}\n" for note in notes_of(error))


def _user_frames(start: TracebackType | None) -> list[traceback.FrameSummary]:
    summaries = traceback.extract_tb(start)
    frames = (frame for frame, _ in traceback.walk_tb(start))
    return [summary for summary, frame in zip(summaries, frames, strict=True) if _is_users(frame)]


def _below_user(start: TracebackType | None) -> list[FrameType]:
    """The frames below the innermost one of the user's own."""
    frames = [frame for frame, _ in traceback.walk_tb(start)]
    last = max((place for place, frame in enumerate(frames) if _is_users(frame)), default=-1)
    return frames[last + 1 :]


def _is_users(frame: FrameType) -> bool:
    """Whether the file of ``frame`` is the user's: run by us by its path, or not installed."""
    path = frame.f_code.co_filename
    if path.startswith("<") or any(_is_of(frame, package) for package in _FOREIGN):
        return False
    # env.py and revision files are run by their path, wherever they lie, and are in no package.
    if str(frame.f_globals.get("__name__", "")).endswith("_py"):
        return True
    return not _INSTALLED.search(path) and not path.startswith(_STANDARD_LIBRARY)


def _is_of(frame: FrameType, package: str) -> bool:
    return str(frame.f_globals.get("__name__", "")).partition(".")[0] == package


def _first_line(error: object) -> str:
    if isinstance(error, KeyError) and error.args:
        return str(error.args[0])
    return str(error).strip().partition("\n")[0]


def _short(path: str) -> str:
    """``path`` from the working directory, where it lies in it."""
    try:
        relative = os.path.relpath(path)
    except ValueError:  # on Windows, another drive
        return path
    return path if relative.startswith(os.pardir) else relative
