"""Projects to measure on: chains, and graphs of branches, merges and dependencies.

Each contender gets a copy of its own, so that nobody profits from another's caches.
"""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

ENV = Path(__file__).parents[1] / "src" / "alembic" / "templates" / "generic"

# A file that was changed a moment ago may change again unnoticed; these are a day old.
_WRITTEN = 1_700_000_000_123_456_789

_INI = """\
[alembic]
script_location = %(here)s/migrations
prepend_sys_path = .
path_separator = os
sqlalchemy.url = URL

[loggers]
keys = root,sqlalchemy,alembic

[handlers]
keys = console

[formatters]
keys = generic

[logger_root]
level = WARNING
handlers = console
qualname =

[logger_sqlalchemy]
level = WARNING
handlers =
qualname = sqlalchemy.engine

[logger_alembic]
level = INFO
handlers =
qualname = alembic

[handler_console]
class = StreamHandler
args = (sys.stderr,)
level = NOTSET
formatter = generic

[formatter_generic]
format = %(levelname)-5.5s [%(name)s] %(message)s
datefmt = %H:%M:%S
"""

_REVISION = '''\
"""{message}

Revision ID: {revision}
Revises:{shown}
Create Date: 2026-01-01 12:00:00.000000
"""

from collections.abc import Sequence

import sqlalchemy as sa

from alembic import op

revision: str = {revision!r}
down_revision: str | Sequence[str] | None = {down!r}
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = {depends_on!r}


def upgrade() -> None:
    {upgrade}


def downgrade() -> None:
    {downgrade}
'''

_CREATE = """op.create_table(
        "t{n}",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(50), nullable=False),
        sa.Column("created_at", sa.DateTime, server_default=sa.func.now()),
    )"""
_INSERT = """op.execute("INSERT INTO t{n} (id, name, note) VALUES ({n}, 'first', 'note')")"""
# What revision number k of each four does to table t{n}: up, down, and the plain SQL of it.
_CHANGES = (
    (
        _CREATE,
        'op.drop_table("t{n}")',
        (
            "CREATE TABLE t{n} (id INTEGER NOT NULL, name VARCHAR(50) NOT NULL, "
            "created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP, PRIMARY KEY (id))"
        ),
    ),
    (
        'op.add_column("t{n}", sa.Column("note", sa.String(200), nullable=True))',
        'op.drop_column("t{n}", "note")',
        "ALTER TABLE t{n} ADD COLUMN note VARCHAR(200)",
    ),
    (
        'op.create_index("ix_t{n}_name", "t{n}", ["name"])',
        'op.drop_index("ix_t{n}_name", table_name="t{n}")',
        "CREATE INDEX ix_t{n}_name ON t{n} (name)",
    ),
    (
        _INSERT,
        'op.execute("DELETE FROM t{n}")',
        "INSERT INTO t{n} (id, name, note) VALUES ({n}, 'first', 'note')",
    ),
)


@dataclass(frozen=True, slots=True)
class Node:
    """One revision to be written; ``change`` is the number of what it does, None for nothing."""

    revision: str
    down: tuple[str, ...]
    depends_on: str | None = None
    change: int | None = None


@dataclass(frozen=True, slots=True)
class Shape:
    """Which revisions: a ``chain`` or a ``graph`` of ``size``; with changes, or with none."""

    kind: str
    size: int
    has_changes: bool = False

    @property
    def head(self) -> str:
        """The id of the only head."""
        return identifier(self.size - 1)

    def nodes(self) -> list[Node]:
        """The revisions, parents first; the last one is the only head."""
        if self.kind == "graph":
            return list(_graph(self.size))
        names = [identifier(number) for number in range(self.size)]
        return [
            Node(name, tuple(names[max(0, n - 1) : n]), change=n if self.has_changes else None)
            for n, name in enumerate(names)
        ]


def identifier(number: int) -> str:
    """An id of twelve hexadecimal digits that looks like any other, the same in each run."""
    return f"{(number + 1) * 0x9E3779B97F4A7 % (1 << 48):012x}"


def _graph(size: int) -> Iterator[Node]:
    """Branches of a few revisions that merge again, some of which depend on one elsewhere."""
    chance = random.Random(size)
    made: list[str] = []
    heads: list[str] = []
    while len(made) < size - 1:
        revision = identifier(len(made))
        kind = chance.random()
        down: tuple[str, ...] = ()
        depends_on = None
        if not made:
            pass
        elif len(heads) > 6 or (kind < 0.15 and len(heads) > 1):
            down = tuple(chance.sample(heads, 2))
        elif kind < 0.32:
            down = (chance.choice(made[-30:]),)
        else:
            down = (chance.choice(heads),)
            if kind < 0.4:
                depends_on = chance.choice(made[-30:])
        if depends_on in down:
            depends_on = None
        yield Node(revision, down, depends_on)
        made.append(revision)
        heads = [head for head in heads if head not in down] + [revision]
    yield Node(identifier(size - 1), tuple(heads))


def write(folder: Path, shape: Shape, url: str) -> None:
    """Write the project: settings, the stock env.py, and the revision files."""
    versions = folder / "migrations" / "versions"
    versions.mkdir(parents=True)
    (folder / "alembic.ini").write_text(_INI.replace("URL", url))
    for name in ("env.py", "script.py.mako"):
        shutil.copy(ENV / name, folder / "migrations" / name)
    nodes = shape.nodes()
    for number, node in enumerate(nodes):
        path = versions / f"{node.revision}_step_{number}.py"
        path.write_text(_text(node, number))
        os.utime(path, ns=(_WRITTEN, _WRITTEN + number * 1_000_000))
    (folder / "statements.sql").write_text(";\n".join(_statements(nodes)))


def _text(node: Node, number: int) -> str:
    upgrade, downgrade, _ = _change(node)
    down: str | tuple[str, ...] | None = node.down if len(node.down) > 1 else None
    if len(node.down) == 1:
        down = node.down[0]
    return _REVISION.format(
        message=f"step {number}",
        revision=node.revision,
        shown=" " + ", ".join(node.down) if node.down else "",
        down=down,
        depends_on=node.depends_on,
        upgrade=upgrade,
        downgrade=downgrade,
    )


def _change(node: Node) -> tuple[str, str, str]:
    if node.change is None:
        return "pass", "pass", ""
    table = node.change - node.change % len(_CHANGES)
    up, down, sql = (text.format(n=table) for text in _CHANGES[node.change % len(_CHANGES)])
    return up, down, sql


def _statements(nodes: Sequence[Node]) -> Iterator[str]:
    """What the bare driver runs: the changes, and the version row of each revision."""
    yield (
        "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, "
        "CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))"
    )
    yield "INSERT INTO alembic_version (version_num) VALUES ('')"
    for node in nodes:
        sql = _change(node)[2]
        if sql:
            yield sql
        yield f"UPDATE alembic_version SET version_num = '{node.revision}'"


def forget_caches(folder: Path) -> None:
    """Remove byte code and whatever else lies beside it."""
    for cache in list(folder.rglob("__pycache__")):
        shutil.rmtree(cache)


def put_at_head(database: Path, shape: Shape) -> None:
    """Write the version table of an SQLite database, at the head of ``shape``."""
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute(next(_statements(())))
        connection.execute("INSERT INTO alembic_version VALUES (?)", (shape.head,))
