"""Run a revision file, and read its header from the module that comes of it.

Loaded by every listing, which runs no file: hence plain strings for paths, and nothing imported that
takes long.
"""

# ruff: noqa: PTH110, PTH116, PTH119, PTH123 - see above

from __future__ import annotations

import importlib.util
import os
import re
from collections.abc import Iterable
from types import ModuleType

from alembic.script.errors import NoRevisionId, RevisionFileError
from alembic.script.header import Header, Names
from alembic.util.pyfiles import load_module_py

TYPE_CHECKING = False  # typing's own takes longer to import than a listing has
if TYPE_CHECKING:
    from typing import Any

HEADER_NAMES = frozenset({"revision", "down_revision", "branch_labels", "depends_on", "__doc__"})
# A file of the first days carries its id in its name alone.
_ID_AS_NAME = re.compile(r"([a-f0-9]+)\.py")


def run_header(path: str) -> tuple[ModuleType, Header]:
    """Run the file and read the header of the module that comes of it.

    What the file raises passes through; its own syntax errors are a :class:`RevisionFileError`.
    """
    module = load_revision_module(path)
    return module, header_of_module(module, path)


def load_revision_module(path: str) -> ModuleType:
    """Run the revision file at ``path`` as a module that is in no ``sys.modules``."""
    name = re.sub(r"\W", "_", os.path.basename(path))
    try:
        return load_module_py(name, path)
    except SyntaxError as error:
        if error.filename != path:
            raise
        raise syntax_error_in(path, error) from error
    except ImportError as error:
        if error.path != path:
            raise
        # Byte code of another interpreter.
        raise RevisionFileError(path, None, error.msg) from error
    except FileNotFoundError as error:
        if os.path.exists(path):  # the file's own code missed another one
            raise
        raise RevisionFileError(path, None, "there is no such file") from error


def has_fresh_code(path: str) -> bool:
    """Whether Python has kept byte code of the file as it is now: then it can be compiled.

    What is looked at are the 16 bytes before the code: https://peps.python.org/pep-0552.
    """
    try:
        source = os.stat(path)
        with open(importlib.util.cache_from_source(path), "rb") as file:
            found = file.read(16)
    except (OSError, NotImplementedError):  # NotImplementedError: an interpreter without byte code
        return False
    state = (0, int(source.st_mtime), source.st_size)
    wanted = b"".join((number & 0xFFFFFFFF).to_bytes(4, "little") for number in state)
    return found == importlib.util.MAGIC_NUMBER + wanted


def header_of_module(module: ModuleType, path: str, revision: str | None = None) -> Header:
    """The header that a module's attributes say; ``revision`` wins over the module's own."""
    found = {name: getattr(module, name) for name in HEADER_NAMES if hasattr(module, name)}
    return checked_header(found if revision is None else {**found, "revision": revision}, path)


def syntax_error_in(path: str, error: SyntaxError) -> RevisionFileError:
    """A syntax error of the revision file as one message with its place."""
    if _is_in_another_encoding(path):
        problem = (
            "it is not UTF-8 text. Save it in this encoding, or let its first line name its own"
        )
        return RevisionFileError(path, error.lineno or None, problem)
    text = (error.text or "").strip()
    problem = f"{error.msg if not text else f'{error.msg}: {text}'}\nCorrect it there"
    return RevisionFileError(path, error.lineno or None, problem)


def has_cookie(source: bytes) -> bool:
    """Whether the file declares an encoding: in a few of those, bytes are not what they look like."""
    return any(b"coding" in line for line in source.split(b"\n", maxsplit=2)[:2])


def _is_in_another_encoding(path: str) -> bool:
    """Whether the file is no UTF-8, and doesn't say what it is in its place."""
    try:
        with open(path, "rb") as file:
            source = file.read()
        source.decode("utf-8")
    except UnicodeDecodeError:
        return not has_cookie(source)
    except OSError:  # it is gone by now
        return False
    return False


def checked_header(found: dict[str, Any], path: str) -> Header:
    """The header of what a file binds; raises :class:`RevisionFileError`, :class:`NoRevisionId`."""
    if "revision" not in found:
        by_name = _ID_AS_NAME.fullmatch(os.path.basename(path))
        if by_name is None:
            raise NoRevisionId(path)
        found = {**found, "revision": by_name.group(1)}
    revision = found["revision"]
    if not isinstance(revision, str) or not revision:
        raise RevisionFileError(path, None, f"'revision' must be a string, not {revision!r}")
    if "down_revision" not in found:
        problem = (
            "'down_revision' is not declared; write 'down_revision = None' in a first revision"
        )
        raise RevisionFileError(path, None, problem)
    doc = found.get("__doc__")
    return Header(
        revision,
        _names(found, "down_revision", path),
        _names(found, "depends_on", path),
        _names(found, "branch_labels", path),
        doc if isinstance(doc, str) else None,
    )


def _names(found: dict[str, Any], name: str, path: str) -> Names:
    value = found.get(name)
    if value is None or isinstance(value, str):
        return value
    items = _items(value)
    if items is None or not all(isinstance(item, str) for item in items):
        problem = f"{name!r} must be a string, a tuple of strings, or None, not {value!r}"
        raise RevisionFileError(path, None, problem)
    return items


def _items(value: Any) -> tuple[Any, ...] | None:
    if isinstance(value, set | frozenset):
        return tuple(sorted(value, key=str))
    return tuple(value) if isinstance(value, Iterable) else None
