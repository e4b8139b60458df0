"""Give a revision file another parent, and leave every other byte as it is.

Two places change: the value of ``down_revision`` and the ``Revises:`` line of the docstring. Line
ends, encoding, quotes, comments, annotations and the file's mode stay. A value that the file
computes is refused: only a person knows what was meant.

>>> rewrite_down_revision("versions/c1_users.py", "b1")
"""

from __future__ import annotations

import ast
import importlib.util
import io
import re
import tokenize
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from alembic.script.errors import RevisionFileError, ScriptError, short_path
from alembic.script.header import Names
from alembic.script.module import syntax_error_in
from alembic.script.read_header import read_header
from alembic.script.whole_file import write_over
from alembic.util.values import to_tuple

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|\Z)")
# The ids of the line, and not what a person has written behind them.
_REVISES = re.compile(
    r"(?:^|(?<=\r))[ \t]*Revises:(?P<blank>[ \t]*)(?P<ids>(?:[^\s,\"']+(?:,[ \t]*[^\s,\"']+)*)?)",
    re.MULTILINE,
)


class ComputedParent(ScriptError):
    """``down_revision`` is no plain value, so that it can't be rewritten."""

    def __init__(self, path: str, line: int | None) -> None:
        self.path = path
        self.line = line
        where = short_path(path) if line is None else f"{short_path(path)}, line {line}"
        super().__init__(
            f"Can't rewrite down_revision in {where}: it is computed, or set more than once. "
            "Edit the file by hand."
        )


@dataclass(frozen=True, slots=True)
class _Edit:
    """Replace the characters from ``start`` to ``end`` by ``text``."""

    start: int
    end: int
    text: str


def rewrite_down_revision(path: str, down: Names) -> None:
    """Make ``down`` the parent, or parents, of the revision in the file at ``path``.

    Raises :class:`ComputedParent`, :class:`~alembic.script.errors.RevisionFileError`,
    :class:`~alembic.script.whole_file.CantWrite`; the file is unchanged then.
    """
    write_over(path, rewritten(_read(path), path, down))
    # Byte code is told by whole seconds and the size: two changes in one second may look the same.
    with suppress(OSError, NotImplementedError):
        Path(importlib.util.cache_from_source(path)).unlink()


def rewritten(source: bytes, path: str, down: Names) -> bytes:
    """What the file holds afterwards."""
    text, encoding = _decoded(source, path)
    try:
        body = ast.parse(source, path).body
    except SyntaxError as error:
        raise syntax_error_in(path, error) from error
    header = read_header(source, path)
    value = _parent_value(body, path)
    if header is None:
        raise ComputedParent(path, value.lineno)
    offsets = _Offsets(text)
    edits = [*_value_edits(value, to_tuple(down, default=()) or (), text, offsets)]
    edits.extend(_docstring_edits(body, to_tuple(down, default=()) or (), text, offsets))
    for edit in sorted(edits, key=lambda edit: edit.start, reverse=True):
        text = text[: edit.start] + edit.text + text[edit.end :]
    result = _encoded(text, encoding, path)
    after = read_header(result, path)
    if after is None or to_tuple(after.down, default=()) != to_tuple(down, default=()):
        raise ComputedParent(path, value.lineno)
    return result


def _read(path: str) -> bytes:
    if not path.endswith(".py"):
        raise RevisionFileError(path, None, "it has no source to rewrite")
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise RevisionFileError(path, None, error.strerror or str(error)) from error


def _decoded(source: bytes, path: str) -> tuple[str, str]:
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(source).readline)
        text = source.decode(encoding)
    except (SyntaxError, UnicodeDecodeError) as error:
        raise RevisionFileError(path, None, str(error)) from error
    if text.encode(encoding) != source:
        raise RevisionFileError(
            path, None, f"its encoding {encoding} can't be written back as it was"
        )
    return text, encoding


def _encoded(text: str, encoding: str, path: str) -> bytes:
    try:
        return text.encode(encoding)
    except UnicodeEncodeError as error:
        raise RevisionFileError(
            path, None, f"its encoding {encoding} has no such letters"
        ) from error


class _Offsets:
    """Places of the parser (line from 1, column in bytes of UTF-8) as places in the text."""

    def __init__(self, text: str) -> None:
        self._lines = [match[0] for match in _LINE.finditer(text)]
        self._starts = [0]
        for line in self._lines:
            self._starts.append(self._starts[-1] + len(line))

    def of(self, line: int, column: int) -> int:
        before = self._lines[line - 1].encode("utf-8")[:column]
        return self._starts[line - 1] + len(before.decode("utf-8"))

    def span(self, node: ast.expr) -> tuple[int, int]:
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        start = self.of(node.lineno, node.col_offset)
        return start, self.of(node.end_lineno, node.end_col_offset)


def _parent_value(body: list[ast.stmt], path: str) -> ast.expr:
    found = [statement for statement in body if _binds_parent(statement)]
    line = found[-1].lineno if found else None
    if len(found) != 1:
        raise ComputedParent(path, line)
    statement = found[0]
    is_plain = isinstance(statement, ast.AnnAssign) or (
        isinstance(statement, ast.Assign) and len(statement.targets) == 1
    )
    value: ast.expr | None = getattr(statement, "value", None)
    if not is_plain or value is None:
        raise ComputedParent(path, line)
    return value


def _binds_parent(statement: ast.stmt) -> bool:
    targets: list[ast.expr] = []
    if isinstance(statement, ast.AnnAssign) and statement.value is not None:
        targets = [statement.target]
    elif isinstance(statement, ast.Assign):
        targets = statement.targets
    return any(isinstance(target, ast.Name) and target.id == "down_revision" for target in targets)


def _value_edits(
    value: ast.expr, down: tuple[str, ...], text: str, offsets: _Offsets
) -> Iterator[_Edit]:
    """As little as possible: where as many names stand there as before, each in its own place."""
    if isinstance(value, ast.Tuple | ast.List) and len(value.elts) == len(down):
        for element, name in zip(value.elts, down, strict=True):
            if not isinstance(element, ast.Constant) or element.value != name:
                yield _replacement(element, (name,), text, offsets)
    else:
        yield _replacement(value, down, text, offsets)


def _replacement(node: ast.expr, down: tuple[str, ...], text: str, offsets: _Offsets) -> _Edit:
    start, end = offsets.span(node)
    quote = '"' if '"' in text[start:end] else "'"
    names = [_quoted(name, quote) for name in down]
    if len(names) == 1:
        return _Edit(start, end, names[0])
    return _Edit(start, end, f"({', '.join(names)})" if names else "None")


def _quoted(name: str, quote: str) -> str:
    text = repr(name)
    return f'"{text[1:-1]}"' if quote == '"' and not set("'\"") & set(name) else text


def _docstring_edits(
    body: list[ast.stmt], down: tuple[str, ...], text: str, offsets: _Offsets
) -> Iterator[_Edit]:
    first = body[0]
    if not isinstance(first, ast.Expr) or not isinstance(first.value, ast.Constant):
        return
    if not isinstance(first.value.value, str):
        return
    start, end = offsets.span(first.value)
    match = _REVISES.search(text[:end], start)
    if match is None:
        return
    blank = match["blank"] or (" " if down else "")
    yield _Edit(match.start("blank"), match.end("ids"), blank + ", ".join(down))
