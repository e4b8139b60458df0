"""Sphinx directives that write reference pages from what the project itself is.

``commands-reference``      the help of each command, by the groups that ``alembic --help`` shows
``operations-reference``    each operation, with what it says in each dialect, from the golden files
``autogenerate-coverage``   which kinds of change are tested on which database, from the test cases
``errors-reference``        the tree of errors, each with what it stands for and its fields
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

import alembic

ROOT = Path(__file__).parents[1]
GOLDEN = ROOT / "tests" / "golden" / "ddl"
CASES = (ROOT / "tests", ROOT / "tests" / "autogenerate")
DATABASES = {"sqlite": "SQLite", "postgresql": "PostgreSQL", "mariadb": "MariaDB"}
_VERB = re.compile(r"\bop\.(\w+)\(|\bbatch(?:_op)?\.(\w+)\(")
_NOT_SQL = ("==>", "=/=", "~~")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the directives."""
    app.add_directive("commands-reference", CommandsReference)
    app.add_directive("operations-reference", OperationsReference)
    app.add_directive("autogenerate-coverage", AutogenerateCoverage)
    app.add_directive("errors-reference", ErrorsReference)
    return {"parallel_read_safe": True}


class CommandsReference(SphinxDirective):
    """The help of each command as it is printed, in a section of its own."""

    def run(self) -> list[nodes.Node]:
        """The sections of the groups."""
        from alembic.cli.help import GROUPS

        return [
            _section(group.capitalize(), [self._command(name) for name in commands])
            for group, commands in GROUPS.items()
        ]

    def _command(self, name: str) -> nodes.section:
        from alembic.cli.main import CommandLine

        program = CommandLine(prog="alembic")
        parser = program.subparsers.choices[name]
        return _section(name, [_code(parser.format_help(), "text")], anchor=f"command-{name}")


class OperationsReference(SphinxDirective):
    """Each operation: the sentence of its docstring, then calls of it with their SQL."""

    def run(self) -> list[nodes.Node]:
        """A section for each operation, by name."""
        from alembic.operations import Operations

        found: dict[str, list[str]] = defaultdict(list)
        for block in _golden_blocks():
            names = _VERB.search(block)
            if names:
                found[names[1] or names[2]].append(block)
        sections = []
        for verb in sorted(found):
            method = getattr(Operations, verb, None)
            doc = (inspect.getdoc(method) or "").split("\n\n")[0].replace("``", "")
            body: list[nodes.Node] = [nodes.paragraph(text=doc)] if doc else []
            body += [_code(block, "text") for block in found[verb]]
            sections.append(_section(f"op.{verb}", body, anchor=f"operation-{verb}"))
        return list(sections)


class AutogenerateCoverage(SphinxDirective):
    """A table: the kinds of change, and the databases that they are tested on."""

    def run(self) -> list[nodes.Node]:
        """One table."""
        sys.path[:0] = [str(folder) for folder in CASES]
        try:
            from cases_complete import COMPLETE_CASES

            rest = ("kinds", "names", "postgresql", "servers", "sqlite")
            for more in (f"cases_{one}" for one in rest):
                importlib.import_module(more)
        finally:
            del sys.path[: len(CASES)]
        tested: dict[str, set[str]] = defaultdict(set)
        for case in COMPLETE_CASES:
            kind = case.name.removesuffix(", turned round").removeprefix("kind: ")
            tested[kind].update(case.on)
        rows = [
            (kind, *("yes" if database in tested[kind] else "" for database in DATABASES))
            for kind in sorted(tested)
        ]
        return [_table(("change", *DATABASES.values()), rows)]


class ErrorsReference(SphinxDirective):
    """The errors below CommandError as nested lists, those of one package together."""

    def run(self) -> list[nodes.Node]:
        """A section for each package."""
        from alembic.util.exc import CommandError

        for module in pkgutil.walk_packages(alembic.__path__, "alembic."):
            # The environment and the templates are run, not imported.
            if not re.search(r"\.(?:templates|stock_environment|__main__)\b", module.name):
                importlib.import_module(module.name)
        rooms: dict[str, list[type]] = defaultdict(list)
        for kind in CommandError.__subclasses__():
            rooms[kind.__module__.split(".")[1]].append(kind)
        return [
            _section(f"alembic.{room}", [self._list(kinds)], anchor=f"errors-{room}")
            for room, kinds in sorted(rooms.items())
        ]

    def _list(self, kinds: Iterable[type]) -> nodes.bullet_list:
        found = nodes.bullet_list()
        for kind in sorted(kinds, key=lambda each: (each.__module__, each.__name__)):
            name = f"{kind.__module__}.{kind.__name__}"
            sentence = inspect.cleandoc(kind.__doc__ or "").split("\n\n")[0]
            fields = re.findall(r"\bself\.(\w+) = ", inspect.getsource(kind))
            item = nodes.list_item()
            line = nodes.paragraph("", "", nodes.literal(name, name), nodes.Text(": "))
            for number, part in enumerate(sentence.split("``")):
                line += nodes.literal(part, part) if number % 2 else nodes.Text(part)
            if fields:
                line += nodes.Text(" Fields: ")
                line += nodes.literal("", ", ".join(dict.fromkeys(fields)))
            item += line
            if kind.__subclasses__():
                item += self._list(kind.__subclasses__())
            found += item
        return found


def _golden_blocks() -> Iterator[str]:
    for path in sorted(GOLDEN.glob("*.txt")):
        for block in path.read_text(encoding="utf-8").split("\n\n"):
            if not block.startswith(">>>"):
                continue
            kept: list[str] = []
            for line in block.splitlines():
                if line.startswith(("==>", "=/=")) or line.strip().startswith(_NOT_SQL):
                    continue
                if re.match(r"\w+20 ", line):  # of the older SQLAlchemy
                    break
                kept.append(line.removeprefix(">>> ").removeprefix("... "))
            yield "\n".join(kept)


def _section(title: str, body: Iterable[nodes.Node], anchor: str | None = None) -> nodes.section:
    section = nodes.section(ids=[anchor or nodes.make_id(title)])
    section += nodes.title(text=title)
    for each in body:
        section += each
    return section


def _code(text: str, language: str) -> nodes.literal_block:
    block = nodes.literal_block(text, text)
    block["language"] = language
    return block


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> nodes.table:
    group = nodes.tgroup(cols=len(head))
    for _ in head:
        group += nodes.colspec(colwidth=1)
    group += nodes.thead("", _row(head))
    group += nodes.tbody("", *(_row(row) for row in rows))
    table = nodes.table()
    table += group
    return table


def _row(texts: tuple[str, ...]) -> nodes.row:
    return nodes.row("", *(nodes.entry("", nodes.paragraph(text=text)) for text in texts))
