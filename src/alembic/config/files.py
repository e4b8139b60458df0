"""Read an ini file, a TOML file, and the references in their values.

A value may refer to others by ``%(name)s``; ``%%`` is a percent sign, and so is any other ``%``.
Nothing of a value is ever in a message: it may hold a password.
"""

from __future__ import annotations

import configparser
import re
from collections.abc import Callable, Iterator, Mapping

from alembic.util.exc import CommandError

TYPE_CHECKING = False  # typing's own takes longer to import than this file takes to run
if TYPE_CHECKING:
    from typing import Any, TypeAlias

    TomlValue: TypeAlias = Any  # of a TOML file: text, number, boolean, date, list or table

NOT_UTF8 = "the file is not UTF-8 text; save it in this encoding"

_REFERENCE = re.compile(r"%(?:%|\((?P<name>[^()]+)\)s)")


class SettingsError(CommandError):
    """Settings can't be read; fields ``file``, ``reason`` and ``line`` (None where unknown)."""

    def __init__(self, file: str | None, reason: str, line: int | None = None) -> None:
        self.file = file
        self.reason = reason
        self.line = line
        place = "the configuration" if file is None else file
        super().__init__(f"{place}, line {line}: {reason}" if line else f"{place}: {reason}")


def new_ini(defaults: Mapping[str, str]) -> configparser.ConfigParser:
    """An empty ini configuration; ``defaults`` are in every section."""
    return configparser.ConfigParser(dict(defaults), interpolation=LenientInterpolation())


def read_ini(parser: configparser.ConfigParser, file: str) -> None:
    """Read ``file`` into ``parser``; a file that isn't there is an empty one."""
    try:
        with open(file, encoding="utf-8-sig") as lines:  # noqa: PTH123 - any path-like text
            parser.read_file(lines, source=file)
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return
    except (OSError, UnicodeDecodeError, configparser.Error) as error:
        line, reason = _ini_problem(error)
        raise SettingsError(file, reason, line) from error


def _ini_problem(error: Exception) -> tuple[int | None, str]:
    """Line and reason; the standard library's own text would show what stands in the line."""
    match error:
        case configparser.MissingSectionHeaderError(lineno=line):
            return line, "this stands before the first section; begin the file with [alembic]"
        case configparser.ParsingError(errors=[(line, _), *_]):
            reason = "this is neither a [section] nor a setting of the form `key = value`"
            return line, f"{reason}; correct it, or put a # before it"
        case configparser.DuplicateSectionError(section=section, lineno=line):
            return line, f"the section [{section}] is here for the second time; make them one"
        case configparser.DuplicateOptionError(section=section, option=option, lineno=line):
            reason = f"{option!r} is set for the second time in section [{section}]"
            return line, f"{reason}; keep one of the two"
        case UnicodeDecodeError():
            return None, NOT_UTF8
        case OSError():
            return None, f"the file can't be read ({error.strerror})"
        case _:
            return None, "the file can't be understood"


def references(text: str) -> Iterator[str]:
    """The names that ``text`` refers to."""
    return (match["name"] for match in _REFERENCE.finditer(text) if match["name"])


def fill(text: str, values: Mapping[str, str], key: Callable[[str], str] = str) -> str:
    """``text`` with its references replaced; raises KeyError with the name that ``values`` lacks."""

    def replaced(match: re.Match[str]) -> str:
        name = match["name"]
        return "%" if name is None else str(values[key(name)])

    return _REFERENCE.sub(replaced, text)


def literal(text: str) -> str:
    """``text`` with what would be read as a reference or a doubled percent sign spelled out."""
    return re.sub("%(?=[%(])", "%%", text)


def fill_toml(value: TomlValue, values: Mapping[str, str]) -> TomlValue:
    """A TOML value with the references in all its texts replaced."""
    if isinstance(value, str):
        return fill(value, values)
    if isinstance(value, list):
        return [fill_toml(item, values) for item in value]
    if isinstance(value, dict):
        return {key: fill_toml(item, values) for key, item in value.items()}
    return value


class LenientInterpolation(configparser.Interpolation):
    """``%(name)s`` and ``%%`` as ever; a percent sign before anything else stands for itself."""

    def before_get(
        self,
        parser: configparser.RawConfigParser,  # type: ignore[override]
        section: str,
        option: str,
        value: str,
        defaults: Mapping[str, str],
    ) -> str:
        """The value as it is read; raises InterpolationError for a reference to nothing."""

        def filled(text: str, depth: int) -> str:
            if depth > configparser.MAX_INTERPOLATION_DEPTH:
                raise configparser.InterpolationDepthError(option, section, value)
            keys = {parser.optionxform(name) for name in references(text)}
            values = {key: filled(defaults[key], depth + 1) for key in keys}
            return fill(text, values, parser.optionxform)

        try:
            return filled(value, 1)
        except KeyError as error:
            name = str(error.args[0])
            raise configparser.InterpolationMissingOptionError(
                option, section, value, name
            ) from None
