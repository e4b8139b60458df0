"""A page of the documentation, carried out as its reader would.

What a reader types and must see stands in ``console`` blocks::

    ```console
    $ alembic current
    5d1c1a2f7b0e (head)
    ```

A line of output that is only ``...`` stands for any lines, and one that ends so for any end. A command must succeed, unless a line that
begins with ``FAILED`` or ``ERROR`` is expected of it. Ids of revisions are others each time: each on
the page stands for one of the project's. Files stand in code blocks with a caption::

    ```{code-block} python
    :caption: shop/models.py             the whole file
    :caption: in migrations/env.py       what is to be changed in it: imports, names, functions
    :caption: in alembic.ini             keys
    :caption: in versions/*_author.py    of the one file that is meant
    ```

The first lines of a page may say ``<!-- carried out on postgresql -->``; the URL that it uses then
stands for that of a database of the tests.
"""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import permutations
from pathlib import Path

HOME = "/home/ada/"
_FENCE = re.compile(
    r"^(?P<fence>`{3,})(?P<kind>\{code-block\} )?(?P<language>\w+)\n(?P<body>.*?)^(?P=fence)$",
    re.MULTILINE | re.DOTALL,
)
_CAPTION = re.compile(r"^:caption: (?P<caption>.+)\n\n?")
_ID = re.compile(r"(?<![0-9a-zA-Z])[0-9a-f]{12}(?![0-9a-zA-Z])")
_TIME = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)?")
_DATABASE = re.compile(r"<!-- carried out on (\w+) -->")
URLS = {
    "sqlite": "sqlite:///shop.db",
    "postgresql": "postgresql+psycopg://localhost/shop",
    "mariadb": "mariadb+pymysql://localhost/shop",
}


@dataclass(frozen=True, slots=True)
class Command:
    """A line that is typed, and the lines that it prints; none where the page leaves them out."""

    line: int
    typed: str
    expected: list[str]

    @property
    def fails(self) -> bool:
        return any(text.startswith(("FAILED", "ERROR")) for text in self.expected)


@dataclass(frozen=True, slots=True)
class File:
    """A file that is written or, with ``is_change``, changed."""

    line: int
    path: str
    text: str
    is_change: bool


@dataclass(frozen=True, slots=True)
class Page:
    """What is done on a page, in order; ``database`` is None for a page that is only read."""

    path: Path
    database: str | None
    parts: list[Command | File]


def read_page(path: Path) -> Page:
    text = path.read_text(encoding="utf-8")
    found = _DATABASE.search(text)
    return Page(path, found and found[1], list(_parts(text)))


def _parts(text: str) -> Iterator[Command | File]:
    for block in _FENCE.finditer(text):
        line = text.count("\n", 0, block.start()) + 1
        if block["language"] == "console":
            yield from _commands(block["body"], line)
        caption = _CAPTION.match(block["body"]) if block["kind"] else None
        if caption:
            is_change = caption["caption"].startswith("in ")
            name = caption["caption"].removeprefix("in ").strip()
            yield File(line, name, block["body"][caption.end() :], is_change)


def _commands(body: str, line: int) -> Iterator[Command]:
    typed: str | None = None
    start, output = line, []
    for number, text in enumerate(body.splitlines(), line + 1):
        if text.startswith("$ "):
            if typed is not None:
                yield Command(start, typed, output)
            start, typed, output = number, text[2:], []
        elif typed is not None and typed.endswith("\\"):
            typed = typed[:-1] + text.strip()
        else:
            output.append(text)
    if typed is not None:
        yield Command(start, typed, output)


class Reader:
    """Who follows a page, in a folder of their own."""

    def __init__(self, folder: Path, page: Page, url: str) -> None:
        self.folder = folder
        self.page = page
        self._replaced = {URLS[page.database or "sqlite"]: url}
        self._ids: dict[str, str] = {}

    def follow(self) -> None:
        for part in self.page.parts:
            if isinstance(part, File):
                self._write(part)
            else:
                self._type(part)

    def _type(self, command: Command) -> None:
        ended = subprocess.run(
            self._here(command.typed),
            shell=True,
            cwd=self.folder,
            env={
                **os.environ,
                "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
                "COLUMNS": "100",
                "PYTHONPATH": "",
                "PYTHONUNBUFFERED": "1",
                "PYTHONWARNINGS": "ignore",
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            text=True,
            check=False,
        )
        shown = self._there(ended.stdout)
        told = f"{self.page.path.name}:{command.line}: {command.typed}\n{shown}"
        assert (ended.returncode != 0) == command.fails, told
        if command.expected:
            self._compare(command.expected, shown.splitlines(), told)

    def _compare(self, expected: list[str], shown: list[str], told: str) -> None:
        before = self._ids
        # A short list is in the order of its ids, which chance has drawn.
        orders = permutations(shown) if len(shown) == 2 else iter([shown])
        problem = ""
        for order in orders:
            self._ids = before
            problem = self._difference(expected, list(order))
            if not problem:
                return
        raise AssertionError(f"{problem}\n{told}")

    def _difference(self, expected: list[str], left: list[str]) -> str:
        """What isn't as expected; nothing where all is."""
        skips = False
        for text in expected:
            if text.strip() == "...":
                skips = True
                continue
            while skips and left and not self._is_same(text, left[0]):
                left.pop(0)
            if not left or not self._is_same(text, left[0]):
                return f"not seen: {text}\nbut: {left[0] if left else 'nothing'}"
            left.pop(0)
            skips = False
        return f"seen beyond: {left}" if any(left) and not skips else ""

    def _is_same(self, expected: str, shown: str) -> bool:
        """Whether the lines are the same, but for times, and ids that stand for others."""
        wanted, found = (_TIME.sub("TIME", text.rstrip()) for text in (expected, shown))
        if wanted.endswith(" ..."):
            wanted = wanted.removesuffix("...")
            found = found[: len(wanted)]
        if _ID.sub("ID", wanted) != _ID.sub("ID", found):
            return False
        pairs = list(zip(_ID.findall(wanted), _ID.findall(found), strict=True))
        known = dict(self._ids)
        for name, actual in pairs:
            if known.setdefault(name, actual) != actual:
                return False
        if len(set(known.values())) != len(known):
            return False
        self._ids = known
        return True

    def _here(self, text: str) -> str:
        """What the page says, in terms of this folder, database and project."""
        for name, actual in self._replaced.items():
            text = text.replace(name, actual)
        text = text.replace(HOME, f"{self.folder.parent}/")
        return _ID.sub(lambda found: self._ids.get(found[0], found[0]), text)

    def _there(self, text: str) -> str:
        for name, actual in self._replaced.items():
            text = text.replace(actual, name)
        return text.replace(f"{self.folder.parent}/", HOME)

    def _write(self, file: File) -> None:
        where = f"{self.page.path.name}:{file.line}: {file.path}"
        text = self._here(file.text)
        if not file.is_change:
            path = self.folder / file.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            return
        found = sorted(self.folder.glob(file.path))
        assert len(found) == 1, f"{where}: {len(found)} files are meant"
        before = found[0].read_text(encoding="utf-8")
        change = _with_keys if found[0].suffix == ".ini" else _with_statements
        found[0].write_text(change(before, text), encoding="utf-8")


def _with_keys(text: str, change: str) -> str:
    """An ini file with keys of its first section set."""
    for line in change.splitlines():
        key = line.partition("=")[0].strip()
        if not key or key.startswith(("[", "#")):
            continue
        text, count = re.subn(
            rf"(?m)^(?:# *)?{re.escape(key)} *=.*$", lambda _, said=line: said, text, count=1
        )
        assert count, f"no key {key} in the file"
    return text


def _with_statements(text: str, change: str) -> str:
    """A Python file with functions and names of another meaning; what is new stands before them."""
    new: list[str] = []
    lines, first = text.splitlines(keepends=True), None
    for statement in ast.parse(change).body:
        said = _said(change, statement)
        place = _place(text, statement)
        if place is None:
            new.append(said)
            continue
        assert place.end_lineno is not None
        text = "".join(
            (*lines[: place.lineno - 1], said, *lines[place.end_lineno :]),
        )
        lines = text.splitlines(keepends=True)
        first = min(first or place.lineno, place.lineno)
    if new:
        at = len(lines) if first is None else first - 1
        lines[at:at] = [*new, "\n"] if first is not None else ["\n", "\n", *new]
    return "".join(lines)


def _said(text: str, statement: ast.stmt) -> str:
    return "".join(text.splitlines(keepends=True)[statement.lineno - 1 : statement.end_lineno])


def _place(text: str, statement: ast.stmt) -> ast.stmt | None:
    names = _names(statement)
    for each in ast.parse(text).body:
        if names and _names(each) == names:
            return each
    return None


def _names(statement: ast.stmt) -> tuple[str, ...]:
    match statement:
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
            return (name,)
        case ast.Assign(targets=[ast.Name(id=name)]):
            return (name,)
        case ast.AnnAssign(target=ast.Name(id=name)):
            return (name,)
    return ()
