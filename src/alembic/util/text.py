"""Words over text: slug, wrap, quote, indent, paths as a person writes them."""

from __future__ import annotations

import os
import re

_NOT_WORD = re.compile(r"\W+")


def slug(message: str, length: int) -> str:
    """A message as part of a file name: its words in lower case, cut at a word within ``length`` characters."""
    text = "_".join(word for word in _NOT_WORD.split(message.lower()) if word)
    if len(text) <= length:
        return text
    cut = text[:length]
    return cut[: cut.rindex("_")] if "_" in cut else cut


def wrap(text: str, width: int, indent: str = "") -> list[str]:
    """The lines of ``text`` within ``width`` columns, each behind ``indent``; at least one line."""
    import textwrap  # text is wrapped for a person at a terminal only

    lines: list[str] = []
    for line in text.split("\n"):
        lines.extend(
            textwrap.wrap(line, width, initial_indent=indent, subsequent_indent=indent)
            or [indent.rstrip()]
        )
    return lines


def indented(text: str, prefix: str = "    ") -> str:
    """Every line of ``text``, empty ones too, behind ``prefix``."""
    return "\n".join(prefix + line for line in text.split("\n"))


def short_path(path: str) -> str:
    """``path`` as a person would type it: relative to the current folder where it lies below it."""
    try:
        relative = os.path.relpath(path)
    except (ValueError, OSError):  # another drive, or the current folder is gone
        return path
    return path if relative.startswith(os.pardir) else relative
