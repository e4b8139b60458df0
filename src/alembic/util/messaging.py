"""Status, warning and error lines on a terminal; no other room below ``command`` prints.

A status line reads ``Generating versions/ae1.py ...  done``. Text goes to standard output, and is
wrapped at the terminal's width where standard output is one.
"""

from __future__ import annotations

import re
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from alembic.util.text import wrap
from alembic.util.values import format_as_comma

__all__ = [
    "err",
    "format_as_comma",
    "msg",
    "obfuscate_url_pw",
    "status",
    "warn",
    "warn_deprecated",
    "write_outstream",
]

TYPE_CHECKING = False  # typing's own takes longer to import than this file takes to run
if TYPE_CHECKING:
    from typing import NoReturn, TextIO

# The secret part of "driver://user:secret@host"; the user may be empty, the secret may hold an "@".
_URL_PASSWORD = re.compile(r"^(?P<head>[\w+]+://[^:/@?]*):(?P<secret>[^/?]*|.*?)@(?=[^@]*$)")
_QUERY_SECRET = re.compile(r"(?i)(?<=[?&;])((?:password|passwd|pwd)=)[^&;]*")


def write_outstream(stream: TextIO, *text: str, quiet: bool = False) -> None:
    """Write ``text`` in the encoding of ``stream``, if it has one; what that can't say becomes ``?``."""
    if quiet:
        return
    whole = "".join(text)
    encoding = getattr(stream, "encoding", None)
    if encoding and not whole.isascii():
        whole = whole.encode(encoding, "replace").decode(encoding)
    with NamedStream(stream):
        stream.write(whole)


class NamedStream:
    """Within the block, an OSError says which stream it is that can't be written to.

    Each statement of a script is written within one, for which a generator would take too long.
    """

    __slots__ = ("_stream",)

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def __enter__(self) -> None:
        """Nothing has to be done before."""

    def __exit__(self, kind: object, error: BaseException | None, frames: object) -> None:
        """Name the stream."""
        if isinstance(error, OSError):
            error.filename = getattr(self._stream, "name", None)


@contextmanager
def status(status_msg: str, newline: bool = False, quiet: bool = False) -> Iterator[None]:
    """Print ``status_msg ...`` before the block and ``done`` or ``FAILED`` after it."""
    msg(f"{status_msg} ...", newline=newline, flush=True, quiet=quiet)
    try:
        yield
    except BaseException:
        write_outstream(sys.stdout, "  FAILED\n", quiet=quiet)
        raise
    write_outstream(sys.stdout, "  done\n", quiet=quiet)


def err(message: str, quiet: bool = False) -> NoReturn:
    """Say that the command failed and leave with exit status 255."""
    import logging  # for what fails only

    logging.getLogger(__name__).error(message)
    msg(f"FAILED: {message}", quiet=quiet)
    sys.exit(-1)


def msg(msg: str, newline: bool = True, flush: bool = False, quiet: bool = False) -> None:  # noqa: A002, RUF100
    """Print one message; at a terminal it is wrapped at the width with an indent of two."""
    if quiet:
        return
    *lines, last = _wrapped(msg) if sys.stdout.isatty() else [msg]
    for line in lines:
        write_outstream(sys.stdout, line, "\n")
    write_outstream(sys.stdout, last, "\n" if newline else "")
    if flush:
        sys.stdout.flush()


def _wrapped(text: str) -> list[str]:
    import shutil  # with compressors behind it; for a person at a terminal only

    width = shutil.get_terminal_size().columns
    return wrap(text, width, indent="  ") if width > 4 else [text]


def warn(msg: str, stacklevel: int = 2) -> None:
    """A UserWarning at the caller."""
    warnings.warn(msg, UserWarning, stacklevel=stacklevel)


def warn_outside(msg: str) -> None:
    """A UserWarning at the line of the user's own code that led here."""
    frame: FrameType | None = sys._getframe(1)
    level = 3  # of the caller of this function, seen from within warn()
    while frame is not None and _is_within(str(frame.f_globals.get("__name__"))):
        frame = frame.f_back
        level += 1
    warn(msg, level)


def _is_within(module: str) -> bool:
    """Whether it is a module of ours, or what a ``with`` block is left by."""
    return module.startswith("alembic.") or module == "contextlib"


def warn_deprecated(msg: str, stacklevel: int = 2) -> None:
    """A DeprecationWarning at the caller."""
    warnings.warn(msg, DeprecationWarning, stacklevel=stacklevel)


def obfuscate_url_pw(input_url: object) -> str:
    """A database URL as text with its passwords as ``***``.

    Anything that prints as a URL is taken. The text is not parsed further, so that a URL that is
    wrong elsewhere can still be shown in an error.
    """
    render = getattr(input_url, "render_as_string", None)
    text = render(hide_password=False) if render is not None else str(input_url)
    text = _URL_PASSWORD.sub(r"\g<head>:***@", text)
    return _QUERY_SECRET.sub(r"\1***", text)
