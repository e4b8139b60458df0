"""Write a file whole or not at all: under another name first, then by one rename.

Whoever looks at the path sees the old content or the new one, never a part of it, and a run that is
killed leaves at most a stray ``.tmp`` file that no listing takes for a revision.
"""

from __future__ import annotations

import os
import secrets
import stat
from contextlib import suppress
from pathlib import Path

from alembic.script.errors import ScriptError, short_path

_EXISTS = "the file exists already"
_OTHER_NAME = "Remove it, or choose a file_template that gives another name"
_LOOK = "Look at its name, at the rights of its folder and at the space that is left"


class CantWrite(ScriptError):
    """The system doesn't let us write a file. ``reason`` is in the system's words."""

    def __init__(self, path: str, reason: str, advice: str = _LOOK) -> None:
        self.path = path
        self.reason = reason
        super().__init__(f"Can't write {short_path(path)}: {reason}. Nothing was changed. {advice}")


def write_new(path: str, content: bytes) -> None:
    """Write a file that must not be there yet; raises :class:`CantWrite`, also if it is."""
    temporary = _write_beside(Path(path), content, 0o666)
    try:
        try:
            Path(path).hardlink_to(temporary)  # unlike a rename, it fails where `path` exists
        except FileExistsError as error:
            raise CantWrite(path, _EXISTS, _OTHER_NAME) from error
        except OSError:  # a file system without hard links
            if os.path.lexists(path):
                raise CantWrite(path, _EXISTS, _OTHER_NAME) from None
            _rename(temporary, Path(path))
    finally:
        temporary.unlink(missing_ok=True)


def write_over(path: str, content: bytes) -> None:
    """Replace what the file at ``path`` holds, or make it; its mode stays. Raises :class:`CantWrite`."""
    target = Path(path).resolve()  # a link stays a link
    mode = None
    with suppress(FileNotFoundError):
        mode = stat.S_IMODE(target.stat().st_mode)
    temporary = _write_beside(target, content, 0o666 if mode is None else 0o600)
    try:
        if mode is not None:
            temporary.chmod(mode)
        _rename(temporary, target)
    finally:
        temporary.unlink(missing_ok=True)


def make_folder(path: Path) -> list[Path]:
    """Make a folder and those above it; what was made, the innermost first.

    Raises :class:`CantWrite`, and leaves nothing behind then.
    """
    missing = [folder for folder in (path, *path.parents) if not folder.exists()]
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        remove_folders(missing)
        raise CantWrite(str(path), error.strerror or str(error)) from error
    return missing


def remove_folders(folders: list[Path]) -> None:
    """Take back what :func:`make_folder` made; a folder that holds something by now stays."""
    for folder in folders:
        with suppress(OSError):
            folder.rmdir()


def _write_beside(path: Path, content: bytes, mode: int) -> Path:
    temporary = path.with_name(f".{path.name[:60]}.{secrets.token_hex(4)}.tmp")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    try:
        descriptor = os.open(temporary, flags, mode)
    except OSError as error:
        raise CantWrite(str(path), error.strerror or str(error)) from error
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise CantWrite(str(path), error.strerror or str(error)) from error
    return temporary


def _rename(temporary: Path, path: Path) -> None:
    try:
        temporary.replace(path)
    except OSError as error:
        raise CantWrite(str(path), error.strerror or str(error)) from error
