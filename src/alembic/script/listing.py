"""Which files of a version location are revisions, in the order in which they are read.

Files of one folder come by name, then its subfolders by name where the listing is recursive, each
with its own. Without source (*sourceless*), byte code stands for a file whose ``.py`` is missing:
beside it, or in ``__pycache__`` after the folder's own files.
"""

# ruff: noqa: PTH113, PTH118, PTH122, PTH208 - plain strings: there may be ten thousand

from __future__ import annotations

import os
import re
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from alembic.script.errors import ScriptError, short_path

_PYCACHE = "__pycache__"
_NOT_MEANT = (".#", "__init__")
# In __pycache__ a name carries the interpreter and the level of optimisation (PEP 3147, PEP 488).
_CACHED = rf"(?P<stem>.+)\.{re.escape(sys.implementation.cache_tag or 'none')}(?:\.opt-\w+)?\.pyc"


class UnreadableLocation(ScriptError):
    """A version location, or a file in it, that the system doesn't let us read."""

    def __init__(self, path: str, reason: str) -> None:
        self.path = path
        super().__init__(
            f"Can't read revision files at {short_path(path)}: {reason}. "
            "Make it readable, or take it away"
        )


class LocationIsFile(ScriptError):
    """A version location that is no folder."""

    def __init__(self, location: str) -> None:
        self.location = location
        super().__init__(
            f"The version location {short_path(location)} is a file; name a folder in "
            "version_locations"
        )


RevisionFile = tuple[str, int, int]
"""One file as it stood when it was listed: path, modification time in nanoseconds, size in bytes."""


def revision_files(
    location: str, *, recursive: bool = False, sourceless: bool = False
) -> Iterator[RevisionFile]:
    """The revision files below the folder ``location``; none where there is no such folder.

    Raises :class:`UnreadableLocation` and :class:`LocationIsFile`. Links to folders are not followed,
    so that no circle of them can catch us.
    """
    if os.path.isfile(location):
        raise LocationIsFile(location)
    waiting = [location]
    while waiting:
        folder = waiting.pop()
        suffixes = (".py", ".pyc") if sourceless else (".py",)
        files, folders = _entries(folder, suffixes, with_folders=recursive)
        start = os.path.join(folder, "")
        if sourceless:
            files += _only_compiled(start, files)
        for name, mtime_ns, size in files:
            yield start + name, mtime_ns, size
        if recursive:
            waiting.extend(start + name for name in reversed(folders) if name != _PYCACHE)


def _only_compiled(start: str, files: list[RevisionFile]) -> list[RevisionFile]:
    """Take byte code with a source out of ``files``; give what ``__pycache__`` has beyond them."""
    names = {name for name, *_ in files}
    files[:] = [
        file
        for file in files
        if file[0].endswith(".py") or f"{file[0].removesuffix('.pyc')}.py" not in names
    ]
    taken = {os.path.splitext(name)[0] for name in names}
    found: list[RevisionFile] = []
    cached, _ = _entries(start + _PYCACHE, (".pyc",))
    for name, mtime_ns, size in sorted(cached, key=_plain_before_optimised):
        match = re.fullmatch(_CACHED, name)
        if match is not None and match["stem"] not in taken:
            taken.add(match["stem"])
            found.append((os.path.join(_PYCACHE, name), mtime_ns, size))
    return found


def _plain_before_optimised(file: RevisionFile) -> tuple[str, int]:
    name, *_ = file
    return name.removesuffix(".pyc").partition(".opt-")[0], len(name)


def is_meant(name: str) -> bool:
    """Not what marks a package, and not what an editor leaves beside a file that it has open."""
    return not name.startswith(_NOT_MEANT)


def _entries(
    folder: str, suffixes: tuple[str, ...], *, with_folders: bool = False
) -> tuple[list[RevisionFile], list[str]]:
    """The files of ``folder`` that are meant, by name, and its folders; links to folders are neither."""
    try:
        with _opened(folder) as place:
            names = os.listdir(folder if place is None else place)
            names.sort()
            found = _files(folder, place, names, suffixes)
            return found, _folders(folder, place, names) if with_folders else []
    except (FileNotFoundError, NotADirectoryError):
        return [], []
    except OSError as error:
        raise UnreadableLocation(folder, error.strerror or str(error)) from error


@contextmanager
def _opened(folder: str) -> Iterator[int | None]:
    """The open folder, to look at its files from, where the system allows that; else None.

    To find the way to each of ten thousand files anew takes a tenth of the time of a listing.
    """
    if os.listdir not in os.supports_fd or os.stat not in os.supports_dir_fd:
        yield None
        return
    place = os.open(folder, os.O_RDONLY)
    try:
        yield place
    finally:
        os.close(place)


def _files(
    folder: str, place: int | None, names: list[str], suffixes: tuple[str, ...]
) -> list[RevisionFile]:
    start = os.path.join(folder, "") if place is None else ""
    files: list[RevisionFile] = []
    for name in names:
        if name.endswith(suffixes) and not name.startswith(_NOT_MEANT):
            try:
                found = os.stat(start + name, dir_fd=place)
            except OSError as error:
                path = os.path.join(folder, name)
                raise UnreadableLocation(path, error.strerror or str(error)) from error
            if stat.S_ISREG(found.st_mode):  # to read a pipe would be to wait
                files.append((name, found.st_mtime_ns, found.st_size))
    return files


def _folders(folder: str, place: int | None, names: list[str]) -> list[str]:
    start = os.path.join(folder, "") if place is None else ""
    folders: list[str] = []
    for name in names:
        with suppress(FileNotFoundError):
            if stat.S_ISDIR(os.stat(start + name, dir_fd=place, follow_symlinks=False).st_mode):
                folders.append(name)
    return folders
