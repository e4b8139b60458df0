"""NameFilter: which things of a database the settings let a comparison see, and which not.

::

    [alembic:include]
    schemas = public, billing

    [alembic:exclude]
    tables = spatial_ref_sys, audit_*, staging.*
    columns = account.legacy_*

and the same as lists in ``pyproject.toml``, under ``[tool.alembic.include]`` and
``[tool.alembic.exclude]``. A pattern is a name or a shell pattern (``*``, ``?``, ``[ab]``, ``[!ab]``) for
each of the parts between its dots; parts that it leaves out may be anything. What stands in brackets
is no separator: ``[.]`` is a dot within a name, ``[,]`` a comma. Upper and lower case differ.

An include list narrows to what it names, an exclude list removes; where both speak of one thing,
exclude wins. The value knows nothing of a comparison; see :mod:`alembic.autogenerate.filters`.
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from alembic.config import Config
from alembic.config.files import SettingsError

PARTS = {
    "schemas": ("schema",),
    "tables": ("schema", "table"),
    "sequences": ("schema", "sequence"),
    "columns": ("schema", "table", "column"),
    "indexes": ("schema", "table", "index"),
    "constraints": ("schema", "table", "constraint"),
}
"""The lists, and the parts that a pattern of each may have; the last one is always there."""

Path: TypeAlias = tuple[str, ...]
"""The name of one thing after the names of what it stands in; as long as the ``PARTS`` of its list."""

_LISTS = ("include", "exclude")
# A piece in brackets is one of a shell pattern: a "]" that comes first in it is meant as such.
_PIECE = re.compile(r"\[!?\]?[^\]]*\]|.", re.DOTALL)
_COMMA = re.compile(r"[,\n]")
_DOT = re.compile(r"\.")


class UnusablePattern(SettingsError):
    """A pattern of an include or exclude list can't be understood."""

    def __init__(self, file: str | None, place: str, pattern: str, problem: str) -> None:
        self.pattern = pattern
        self.problem = problem
        super().__init__(file, f"{place}: the pattern {pattern!r} can't be used: {problem}")


@dataclass(frozen=True, slots=True)
class NamePattern:
    """One pattern. ``place`` is where it stands, ``[alembic:exclude] tables``."""

    text: str
    place: str
    parts: tuple[re.Pattern[str], ...] = field(compare=False, repr=False)

    def matches(self, path: Path) -> bool:
        """Whether it fits the end of ``path``, part by part."""
        named = path[len(path) - len(self.parts) :]
        return all(part.match(name) for part, name in zip(self.parts, named, strict=True))


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a thing is let in, and the patterns that fit it."""

    is_let_in: bool
    patterns: tuple[NamePattern, ...] = ()


Lists: TypeAlias = Mapping[str, tuple[NamePattern, ...]]


@dataclass(frozen=True, slots=True)
class NameFilter:
    """The include and exclude lists of a configuration, by the names of ``PARTS``.

    ``unknown`` are keys of their sections that are no list, each with its place.
    """

    include: Lists = field(default_factory=dict)
    exclude: Lists = field(default_factory=dict)
    unknown: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.include or self.exclude)

    def judge(self, kind: str, path: Path) -> Verdict:
        """Look up one thing in the lists of its kind; what it stands in has a verdict of its own."""
        wanted = self.include.get(kind, ())
        including = tuple(pattern for pattern in wanted if pattern.matches(path))
        excluding = tuple(
            pattern for pattern in self.exclude.get(kind, ()) if pattern.matches(path)
        )
        is_let_in = not excluding and bool(including or not wanted)
        return Verdict(is_let_in, (*including, *excluding))

    @property
    def patterns(self) -> tuple[NamePattern, ...]:
        """All patterns of all lists."""
        lists = (*self.include.values(), *self.exclude.values())
        return tuple(pattern for patterns in lists for pattern in patterns)


def name_filter(config: Config) -> NameFilter:
    """The lists of ``config``; raises :class:`UnusablePattern` and :class:`SettingsError`.

    Each list is that of the ini file's section ``[NAME:include]``, NAME being the main section
    (``-n NAME``), else of ``[alembic:include]``, else of the TOML file; the same for ``exclude``.
    """
    found: dict[str, Lists] = {}
    unknown: list[str] = []
    for name in _LISTS:
        sources = list(_sources(config, name))
        unknown.extend(
            f"{source.place(key)}"
            for source in sources
            for key in source.values
            if key not in PARTS
        )
        lists = {kind: _patterns(sources, kind) for kind in PARTS}
        found[name] = {kind: patterns for kind, patterns in lists.items() if patterns}
    return NameFilter(**found, unknown=tuple(unknown))


@dataclass(frozen=True, slots=True)
class _Source:
    """One section or table of a file."""

    file: str | None
    section: str
    values: Mapping[str, object]

    def place(self, key: str) -> str:
        return f"[{self.section}] {key}"


def _sources(config: Config, name: str) -> Iterator[_Source]:
    """Where the list ``name`` may stand, what counts first first."""
    sections = dict.fromkeys((f"{config.config_ini_section}:{name}", f"alembic:{name}"))
    for section in sections:
        # What every section has, such as `here`, is none of this one's.
        common = config.file_config.defaults()
        values: Mapping[str, object] = config.get_section(section) or {}
        own = {key: value for key, value in values.items() if key not in common}
        yield _Source(config.config_file_name, section, own)
    table = config.get_alembic_table(name)
    yield _Source(config.toml_file_name, f"tool.alembic.{name}", table)


def _patterns(sources: Sequence[_Source], kind: str) -> tuple[NamePattern, ...]:
    for source in sources:
        if kind in source.values:
            texts = _texts(source, kind)
            return tuple(_pattern(text, kind, source) for text in dict.fromkeys(texts))
    return ()


def _texts(source: _Source, kind: str) -> Iterator[str]:
    value = source.values[kind]
    if isinstance(value, str):
        parts = _split(value, _COMMA, kind, source)
        yield from filter(None, (part.strip() for part in parts))
    elif isinstance(value, list) and all(isinstance(item, str) for item in value):
        yield from value
    else:
        raise SettingsError(source.file, f"{source.place(kind)} must be a list of strings")


def _pattern(text: str, kind: str, source: _Source) -> NamePattern:
    parts = _split(text, _DOT, kind, source)
    place = source.place(kind)
    if not all(part.strip() for part in parts):
        problem = "a name is missing" + (" beside the dot" if len(parts) > 1 else "")
        raise UnusablePattern(source.file, place, text, problem)
    if len(parts) > len(PARTS[kind]):
        problem = f"it may have the parts {'.'.join(PARTS[kind])}; a dot within a name is [.]"
        raise UnusablePattern(source.file, place, text, problem)
    return NamePattern(text, place, tuple(re.compile(fnmatch.translate(part)) for part in parts))


def _split(text: str, separator: re.Pattern[str], kind: str, source: _Source) -> list[str]:
    """``text`` at each separator that doesn't stand in brackets."""
    parts = [""]
    for piece in _PIECE.finditer(text):
        if separator.fullmatch(piece[0]):
            parts.append("")
            continue
        if piece[0] == "[":
            begun = parts[-1].strip() + text[piece.start() :].rstrip()
            problem = "the bracket is not closed; a bracket itself is [[]"
            raise UnusablePattern(source.file, source.place(kind), begun, problem)
        parts[-1] += piece[0]
    return parts
