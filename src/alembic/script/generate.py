"""A new revision: file name, text, file.

What the new revision is and where it goes has been decided by then (:class:`NewRevision`). Here its
file is named after ``file_template``, its text rendered from ``script.py.mako``, and the text is
compiled before a file is made of it: a generated file is always valid Python, and its docstring
gives the message back as it was typed.
"""

from __future__ import annotations

import ast
import datetime as dt
import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from alembic.script.errors import ScriptError, short_path
from alembic.script.listing import is_meant
from alembic.script.template import Template, TemplateError, TemplateValue, encoded

_WORD = re.compile(r"\w+")
_PLACEHOLDER = "the message goes here"
# Characters that may mean something else, or nothing, inside a string literal.
_RISKY = re.compile(r"""[\\\x00-\x08\x0a-\x1f\x7f\ud800-\udfff]|"{2}|'{2}|["']\Z|\A["']""")
_BACKSLASH = re.compile(r"\\")
_QUOTE = re.compile(r"""["']""")
_SURROGATE = re.compile(r"\\ud[89a-f]")
_UNUSUAL = re.compile(r"[^\x20-\x7e]")


class InvalidFileTemplate(ScriptError):
    """``file_template`` can't be filled, or leads to where no revision file may be."""

    def __init__(self, template: str, problem: str) -> None:
        self.template = template
        super().__init__(
            f"Can't name a revision file by file_template {template!r}: {problem}; "
            "correct it in the settings"
        )


class UnknownTimezone(ScriptError):
    """``timezone`` names no time zone that this system knows."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(
            f"Can't locate timezone: {name}. Zones are named as Europe/Berlin is; a system without "
            "a zone database needs the package tzdata (pip install 'alembic[tz]')"
        )


@dataclass(frozen=True, slots=True)
class FileNaming:
    """How new files are named: the settings of that."""

    file_template: str
    truncate_slug_length: int
    is_recursive: bool


def creation_date(timezone: str | None) -> dt.datetime:
    """Now, in the zone of that name with its offset; local time without one where there is no name."""
    if not timezone:
        return dt.datetime.now()  # noqa: DTZ005 - local time is what the setting asks for
    return dt.datetime.now(_zone(timezone))


def _zone(name: str) -> dt.tzinfo:
    import zoneinfo  # for projects that name a time zone

    for spelling in (name, name.upper(), name.title()):
        try:
            return zoneinfo.ZoneInfo(spelling)
        except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
            continue
    raise UnknownTimezone(name)


def slug(message: str, length: int) -> str:
    """The words of a message as part of a file name, cut after a word at ``length`` characters.

    What was cut ends with ``_``.
    """
    text = "_".join(_WORD.findall(message)).lower()
    if len(text) <= length:
        return text
    return text[:length].rsplit("_", 1)[0] + "_"


def file_path(
    location: str, naming: FileNaming, revision: str, message: str, date: dt.datetime
) -> str:
    """The path of a new file below the version location; raises :class:`InvalidFileTemplate`."""
    template = naming.file_template
    tokens = {
        "rev": revision,
        "slug": slug(message, naming.truncate_slug_length),
        "epoch": int(date.timestamp()),
        "year": date.year,
        "month": date.month,
        "day": date.day,
        "hour": date.hour,
        "minute": date.minute,
        "second": date.second,
    }
    try:
        name = template % tokens
    except KeyError as error:
        problem = f"there is no {error.args[0]!r}, only {', '.join(tokens)}"
        raise InvalidFileTemplate(template, problem) from error
    except (TypeError, ValueError) as error:
        raise InvalidFileTemplate(template, str(error)) from error
    path = Path(location, f"{name}.py")
    if not is_meant(path.name):
        raise InvalidFileTemplate(template, f"a file {path.name} is not taken for a revision")
    folder = Path(os.path.normpath(path.parent))
    if folder != Path(os.path.normpath(location)):
        _refuse_folder(folder, location, naming)
    return str(path)


def _refuse_folder(folder: Path, location: str, naming: FileNaming) -> None:
    if not folder.is_relative_to(os.path.normpath(location)):
        problem = f"it leads out of {short_path(location)}"
        raise InvalidFileTemplate(naming.file_template, problem)
    if not naming.is_recursive:
        problem = (
            f"it puts files into folders of {short_path(location)}, where they are found only with "
            "recursive_version_locations = true"
        )
        raise InvalidFileTemplate(naming.file_template, problem)


def revision_text(template: Template, values: Mapping[str, TemplateValue], encoding: str) -> bytes:
    """The bytes of a revision file: ``template`` filled with ``values``, valid Python for certain.

    ``values["message"]`` is what the person typed. Where a template puts it raw between quotes, it is
    escaped as far as needed for the docstring to give it back. Raises :class:`TemplateError`.
    """
    message = str(values["message"])

    def render(text: str) -> bytes:
        return encoded(template, template.render({**values, "message": text}), encoding)

    if not _RISKY.search(message) and _can_encode(message, encoding):
        source = render(message)
        _parse(template, source)
        return source
    return _with_risky_message(template, render, message)


def _with_risky_message(template: Template, render: Callable[[str], bytes], message: str) -> bytes:
    # A harmless message shows what the docstring must be, wherever the template puts its message.
    sample = _parse(template, render(_PLACEHOLDER))
    wanted = ast.get_docstring(sample, clean=False)
    if wanted is not None:
        wanted = wanted.replace(_PLACEHOLDER, re.sub(r"\r\n?", "\n", message))
    failure: TemplateError | None = None
    compiled: bytes | None = None
    for spelling in _spellings(message):
        try:
            source = render(spelling)
            tree = _parse(template, source)
        except TemplateError as error:
            failure = failure or error
            continue
        if len(tree.body) != len(sample.body):
            continue  # a part of the message has become a statement
        if ast.get_docstring(tree, clean=False) == wanted:
            return source
        compiled = compiled or source
    if compiled is None:
        raise failure or TemplateError(template.path, None, "it makes code of the message")
    return compiled


def _spellings(message: str) -> Iterator[str]:
    """``message`` as it may stand inside a string literal, the least changed first."""
    doubled = _BACKSLASH.sub(r"\\\\", message)
    if doubled == message:
        yield message
    yield doubled
    quoted = _QUOTE.sub(r"\\\g<0>", doubled)
    yield quoted
    yield _UNUSUAL.sub(_as_escape, quoted)
    if doubled != message:
        yield message
    # Python 3.13 compiles no docstring with half of a surrogate pair in it: its escape, as a text.
    yield _SURROGATE.sub(r"\\\g<0>", _UNUSUAL.sub(_as_escape, quoted))


def _as_escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _can_encode(message: str, encoding: str) -> bool:
    """Whether ``message`` survives in a file of that encoding, which Python reads as UTF-8."""
    try:
        return message.encode(encoding) == message.encode("utf-8")
    except (UnicodeEncodeError, LookupError):
        return False


def _parse(template: Template, source: bytes) -> ast.Module:
    """The syntax tree of a rendered file; raises :class:`TemplateError` where it can't be compiled."""
    try:
        tree = ast.parse(source)
        compile(tree, "<rendered>", "exec", dont_inherit=True)
    except SyntaxError as error:
        problem = f"what it gives is not valid Python: {error.msg}"
        if error.text:
            problem += f", in {error.text.strip()!r}"
        raise TemplateError(template.path, None, problem) from error
    except ValueError as error:  # null bytes
        problem = f"what it gives is not valid Python: {error}"
        raise TemplateError(template.path, None, problem) from error
    return tree
