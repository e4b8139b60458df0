"""Version locations → scripts: list the files, ask the index, read what it doesn't know."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from types import ModuleType

from alembic.script.header import Header
from alembic.script.index import HeaderIndex
from alembic.script.listing import RevisionFile, UnreadableLocation, revision_files
from alembic.script.module import run_header
from alembic.script.script import Script
from alembic.util.messaging import warn


def load_scripts(
    locations: Sequence[str], *, recursive: bool = False, sourceless: bool = False
) -> Iterator[Script]:
    """The scripts of all locations, in the order of the locations and of the files' names.

    A file that two locations share is taken once, with a warning. Raises
    :class:`~alembic.script.errors.ScriptError` for files that can't be used; what a file raises
    that has to be run to be known passes through.
    """
    seen: set[str] | None = set() if len(locations) > 1 else None
    for location in locations:
        files = revision_files(location, recursive=recursive, sourceless=sourceless)
        yield from _load(location, files if seen is None else _once(files, seen))


def read_script(path: str) -> Script:
    """The script of one file as it is now, past the index."""
    header, module = _read_or_run(path)
    return Script.from_header(header, path, module)


def _load(location: str, files: Iterator[RevisionFile]) -> Iterator[Script]:
    index = HeaderIndex(location)
    start = len(location) + 1
    values_of = index.values_of
    for path, mtime_ns, size in files:
        name = path[start:]
        values = values_of(name, mtime_ns, size)
        if values:
            yield Script.from_values(path, *values)
            continue
        header, module = _read_or_run(path)
        if values is None:
            index.add(name, mtime_ns, size, header if module is None else None)
        yield Script.from_header(header, path, module)
    index.save()


def _read_or_run(path: str) -> tuple[Header, ModuleType | None]:
    """The header of a file, and its module where the file had to be run for it."""
    if path.endswith(".py"):
        # The parser of headers, with `ast` behind it, is for files that the index doesn't know.
        from alembic.script.read_header import read_header

        header = read_header(_read(path), path)
        if header is not None:
            return header, None
    module, header = run_header(path)
    return header, module


def _once(files: Iterator[RevisionFile], seen: set[str]) -> Iterator[RevisionFile]:
    for file in files:
        real = os.path.realpath(file[0])
        if real in seen:
            warn(
                f"File {real} loaded twice! ignoring. Please ensure version_locations is unique.",
                stacklevel=4,
            )
            continue
        seen.add(real)
        yield file


def _read(path: str) -> bytes:
    try:
        with open(path, "rb") as file:  # noqa: PTH123 - a string: there may be ten thousand
            return file.read()
    except OSError as error:
        raise UnreadableLocation(path, error.strerror or str(error)) from error
