"""Golden SQL: files of blocks, each a call and below it what every dialect says.

::

    >>> op.alter_column("account", "name", new_column_name="title")
    postgresql   ALTER TABLE account RENAME name TO title;
    sqlite       ALTER TABLE account RENAME COLUMN name TO title;
    ==> "title" in columns("account")

``>>>`` and ``...`` are Python, the lines with a dialect's name are written by ``make golden``: a line
for each statement, ``!!`` before an error, ``~~`` before a warning. A dialect that is named in
``FOLLOWS`` shows where it says something else than the one that it follows.

A dialect with ``20`` behind its name (``oracle20``) is what SQLAlchemy 2.0 makes of it, where that
is something else; ``make golden20`` writes these lines.

``==>`` are facts that hold once the call was made on a database, an expression over the functions of
``database.py``; ``==> postgresql: fact`` is for one database, ``==> not postgresql: reason`` keeps the
block from one, ``==> not a script for sqlite: reason`` its script. ``=/= dialect, dialect: reason`` says where the established release writes another text,
``=/= order: reason`` that it writes the statements in an order of chance. What both refuse is alike,
each has its words for it.

The module is read by the interpreters of both releases.
"""

from __future__ import annotations

import io
import json
import re
import sys
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import mssql, mysql, oracle, postgresql, sqlite

from alembic.migration import MigrationContext
from alembic.operations import Operations, ops

FOLDER = Path(__file__).parents[1] / "golden" / "ddl"
DIALECTS = ("postgresql", "mysql", "mariadb", "mssql", "oracle", "sqlite")
FOLLOWS = {"mariadb": "mysql"}
OLDER = "20"
IS_OLDER = sa.__version__.startswith("2.0.")
WIDTH = 13

NAMES: dict[str, Any] = {
    **{name: value for name, value in vars(sa).items() if not name.startswith("_")},
    "sa": sa,
    "ops": ops,
    "mssql": mssql,
    "mysql": mysql,
    "oracle": oracle,
    "postgresql": postgresql,
    "sqlite": sqlite,
}
"""What the calls may name: all of SQLAlchemy, its dialects, and the ops."""


@dataclass
class Block:
    """A call, what is said of it, and what the file has below it."""

    file: str
    line: int
    call: list[str] = field(default_factory=list)
    said: dict[str, list[str]] = field(default_factory=dict)
    facts: list[str] = field(default_factory=list)
    differences: dict[str, str] = field(default_factory=dict)

    @property
    def code(self) -> str:
        return "\n".join(line[4:] for line in self.call)

    @property
    def id(self) -> str:
        return f"{Path(self.file).stem}:{self.line}"

    def facts_for(self, database: str) -> list[str]:
        found: list[str] = []
        for fact in self.facts:
            name, colon, rest = fact.partition(": ")
            if colon and name.removeprefix("not a script for ").removeprefix("not ") in DIALECTS:
                if name == database:
                    found.append(rest)
            else:
                found.append(fact)
        return found

    def reason_against(self, database: str) -> str | None:
        own = Path(self.file).stem
        if own in DIALECTS and own not in {database, FOLLOWS.get(database)}:
            return f"it is of {own} only"
        for fact in self.facts:
            if fact.startswith(f"not {database}: "):
                return fact.partition(": ")[2]
        refused = any(line.startswith("!!") for line in self.said_in(database))
        # SQLite does online what a script can't: it rebuilds the table.
        return "it is refused" if refused and not self.facts_for(database) else None

    def reason_against_script(self, database: str) -> str | None:
        for fact in self.facts:
            if fact.startswith(f"not a script for {database}: "):
                return fact.partition(": ")[2]
        return None

    def said_in(self, dialect: str) -> list[str]:
        """What the file has for a dialect, in the series of SQLAlchemy that runs."""
        older = self.said.get(dialect + OLDER) if IS_OLDER else None
        return self.said_in_newest(dialect) if older is None else older

    def said_in_newest(self, dialect: str) -> list[str]:
        return self.said.get(dialect, self.said.get(FOLLOWS.get(dialect, ""), []))

    def differs(self, of_the_peer: dict[str, list[str]]) -> set[str]:
        """The dialects of which the established release says something else."""
        as_said = sorted if "order" in self.differences else list
        return {
            dialect
            for dialect, said in of_the_peer.items()
            if as_said(_alike(said)) != as_said(_alike(self.said_in(dialect)))
        }


def _alike(said: list[str]) -> list[str]:
    return ["!!" if line.startswith("!!") else line for line in said]


def files() -> list[Path]:
    return sorted(FOLDER.glob("*.txt"))


def read(path: Path) -> list[Block | str]:
    """The blocks of a file, and the lines between them as they are."""
    parts: list[Block | str] = []
    block: Block | None = None
    dialect = ""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.startswith(">>> ") and (block is None or block.said or block.facts):
            block = Block(path.name, number, [line])
            parts.append(block)
        elif block is None or not line.strip():
            block = None
            parts.append(line)
        elif line.startswith((">>> ", "... ")):
            block.call.append(line)
        elif line.startswith("==> "):
            block.facts.append(line[4:])
        elif line.startswith("=/= "):
            names, _, reason = line[4:].partition(": ")
            block.differences.update(dict.fromkeys(names.split(", "), reason))
        else:
            dialect = line[:WIDTH].strip() or dialect
            block.said.setdefault(dialect, []).append(line[WIDTH:])
    return parts


def blocks() -> list[Block]:
    return [part for path in files() for part in read(path) if isinstance(part, Block)]


def rewritten(path: Path) -> str:
    """The text of a file with what the dialects say now."""
    lines: list[str] = []
    for part in read(path):
        if isinstance(part, str):
            lines.append(part)
            continue
        lines += part.call
        for dialect, said in now(part).items():
            first, *others = said
            lines.append(f"{dialect:<{WIDTH}}{first}")
            lines += [f"{'':<{WIDTH}}{other}" for other in others]
        lines += [f"==> {fact}" for fact in part.facts]
        lines += [f"=/= {names}: {reason}" for names, reason in _by_reason(part.differences)]
    return "\n".join(lines).rstrip() + "\n"


def _by_reason(differences: dict[str, str]) -> Iterator[tuple[str, str]]:
    for reason in dict.fromkeys(differences.values()):
        yield ", ".join(name for name, why in differences.items() if why == reason), reason


def now(block: Block) -> dict[str, list[str]]:
    """What a block is to have below it: lines of the other series of SQLAlchemy stay."""
    said = {dialect: say(block.code, dialect) for dialect in DIALECTS}
    found: dict[str, list[str]] = {}
    for dialect, lines in said.items():
        newest = block.said.get(dialect) if IS_OLDER else lines
        if newest is not None and (IS_OLDER or lines != said.get(FOLLOWS.get(dialect, ""))):
            found[dialect] = newest
        tagged = dialect + OLDER
        older = block.said.get(tagged)
        if IS_OLDER:
            older = None if lines == block.said_in_newest(dialect) else lines
        if older is not None:
            found[tagged] = older
    return found


def say(code: str, dialect: str) -> list[str]:
    """The statements that a call writes into a script, a line each."""
    error = ""
    buffer = io.StringIO()
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        try:
            write(code, dialect, buffer)
        except Exception as problem:  # noqa: BLE001 - an error is an answer too
            error = f"!! {(str(problem) or type(problem).__name__).splitlines()[0]}"
    lines = list(_statements(buffer.getvalue()))
    lines += [f"~~ {one.message}" for one in warned]
    if error:
        lines.append(re.sub(r" at 0x[0-9a-f]+", "", error))
    return lines or ["-- nothing"]


def write(code: str, dialect: str, buffer: io.StringIO, **options: Any) -> None:
    """Write the script of a call."""
    options |= {"as_sql": True, "output_buffer": buffer, "target_metadata": sa.MetaData()}
    run(code, Operations(MigrationContext.configure(dialect_name=dialect, opts=options)))


def run(code: str, operations: Any) -> None:
    exec(compile(code, "<golden>", "exec"), {**NAMES, "op": operations})


def _statements(script: str) -> Iterator[str]:
    """Each statement in a line; a separator of batches stays with the statement before it."""
    pending: list[str] = []
    for piece in script.split("\n\n"):
        text = re.sub(r"\s*\n\s*", " ", piece).strip()
        if text in {"GO", "/"} and pending:
            pending[-1] += f" {text}"
        elif text:
            pending.append(text)
    yield from pending


def main(codes: Iterable[str]) -> dict[str, dict[str, list[str]]]:
    return {code: {dialect: say(code, dialect) for dialect in DIALECTS} for code in codes}


if __name__ == "__main__":
    json.dump(main(json.load(sys.stdin)), sys.stdout)
