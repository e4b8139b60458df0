"""Graph shapes drawn in text, and the commands that are tried on each.

::

    a1@shop -> b1, a1 -> c1, b1+c1 -> d1, x1/b1

Chains of revisions, separated by commas; ``b1+c1`` are the parents of a merge; behind ``@`` stand a
revision's branch labels (``@shop;till``), behind ``/`` the revisions that it depends on (``/b1;c1``).
A word that was drawn before means the same revision again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

SHAPES = {
    "nothing": "",
    "one": "a1",
    "line": "a1 -> a2 -> a3 -> a4",
    "line of mixed ids": "1f3a -> 9bc0 -> 00d7 -> ffe1 -> 1f4b",
    "fork": "a1 -> b1 -> b2, a1 -> c1 -> c2",
    "fork, labelled": "a1 -> b1@shop -> b2, a1 -> c1@till -> c2",
    "fork of three": "a1 -> b1, a1 -> c1, a1 -> d1 -> d2",
    "late fork": "a1 -> a2 -> a3 -> b1, a3 -> c1 -> c2",
    "diamond": "a1 -> b1, a1 -> c1, b1+c1 -> d1",
    "diamond and on": "a1 -> b1 -> b2, a1 -> c1, b2+c1 -> d1 -> e1",
    "two diamonds": "a1 -> b1, a1 -> c1, b1+c1 -> d1, d1 -> e1, d1 -> f1, e1+f1 -> g1",
    "diamond in a fork": "a1 -> b1 -> c1, b1 -> d1, c1+d1 -> e1, a1 -> x1",
    "merge of three": "a1 -> b1, a1 -> c1, a1 -> d1, b1+c1+d1 -> e1",
    "crossed merges": "a1 -> b1, a1 -> c1, b1+c1 -> d1, b1+c1 -> e1",
    "merge of a fork's own root": "a1 -> b1 -> c1, a1+c1 -> d1",
    "two bases": "a1 -> a2, x1 -> x2",
    "two bases, labelled": "a1@shop -> a2, x1@till -> x2 -> x3",
    "two bases joined": "a1@shop -> a2, x1@till -> x2, a2+x2 -> m1 -> m2",
    "three bases": "a1, b1 -> b2, c1",
    "dependency across bases": "a1@shop -> a2, x1@till -> x2/a2 -> x3",
    "dependency on a base": "a1@shop -> a2 -> a3, x1@till/a1",
    "dependency on a head": "a1@shop -> a2, x1@till -> x2/a2",
    "dependency on a label": "a1@shop -> a2, x1@till -> x2/shop -> x3",
    "dependencies both ways": "a1@shop -> a2/x1 -> a3, x1@till -> x2/a2",
    "several dependencies": "a1@shop -> a2, b1@bank -> b2, c1@cafe -> c2/a2;b1 -> c3/b2",
    "dependency within a fork": "a1 -> b1 -> b2, a1 -> c1 -> c2/b1",
    "dependency of a merge": "a1 -> b1, a1 -> c1, b1+c1 -> d1/x2, x1@till -> x2 -> x3",
    "dependency on an ancestor": "a1 -> a2 -> a3/a1 -> a4",
    "labels in the middle": "a1 -> a2@old;older -> a3 -> b1@new, a3 -> c1",
    "label on a merge": "a1 -> b1, a1 -> c1, b1+c1 -> d1@joined -> d2",
    "prefixes": "abc -> abd -> ab -> b, abc -> bcd",
    "ladder": "a1 -> b1, a1 -> c1, b1+c1 -> d1 -> e1, d1 -> f1 -> f2, e1+f2 -> g1 -> h1, g1 -> i1",
}

ENV = """\
import sqlalchemy as sa
from alembic import context

url = context.config.get_main_option("sqlalchemy.url")
if context.is_offline_mode():
    context.configure(url=url, literal_binds=True)
    with context.begin_transaction():
        context.run_migrations()
else:
    engine = sa.create_engine(url, poolclass=sa.pool.NullPool)
    if engine.dialect.name == "sqlite":
        # These databases need not outlive a power cut; to wait for the disk takes longer than all the rest.
        sa.event.listen(engine, "connect", lambda raw, _: raw.execute("PRAGMA synchronous = OFF"))
    with engine.connect() as connection:
        context.configure(connection=connection)
        with context.begin_transaction():
            context.run_migrations()
"""

TEMPLATE = '''\
"""${message}

Revision ID: ${up_revision}
Revises: ${down_revision | comma,n}
Create Date: ${create_date}

"""
from alembic import op
import sqlalchemy as sa
${imports if imports else ""}

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = ${repr(branch_labels)}
depends_on = ${repr(depends_on)}


def upgrade():
    ${upgrades if upgrades else "pass"}


def downgrade():
    ${downgrades if downgrades else "pass"}
'''

REVISION = '''\
"""step {rev}

Revision ID: {rev}
Revises: {revises}
Create Date: 2024-05-06 07:08:09.123456

"""
from alembic import op
import sqlalchemy as sa

revision = {rev!r}
down_revision = {down!r}
branch_labels = {labels!r}
depends_on = {depends!r}


def upgrade():
    op.create_table("t_{rev}", sa.Column("id", sa.Integer, primary_key=True))


def downgrade():
    op.drop_table("t_{rev}")
'''

BASE = {
    "alembic.ini": "[alembic]\nscript_location = migrations\nsqlalchemy.url = {url}\n",
    "migrations/env.py": ENV,
    "migrations/script.py.mako": TEMPLATE,
}
"""The files of a plain project, its revisions left out."""


@dataclass(frozen=True)
class Node:
    """One drawn revision."""

    rev: str
    down: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    depends: tuple[str, ...] = ()


def drawn(text: str) -> dict[str, Node]:
    """The revisions of a drawing, in the order in which they are drawn."""
    nodes: dict[str, Node] = {}
    for chain in filter(None, (part.strip() for part in text.split(","))):
        down: tuple[str, ...] = ()
        for place, word in enumerate(part.strip() for part in chain.split("->")):
            if "+" in word:
                down = tuple(word.split("+"))
                continue
            rev = re.split("[@/]", word)[0]
            labels = re.search("@([^/]+)", word)
            depends = re.search("/(.+)", word)
            if place or rev not in nodes:
                nodes[rev] = Node(
                    rev,
                    down,
                    tuple(labels[1].split(";")) if labels else (),
                    tuple(depends[1].split(";")) if depends else (),
                )
            down = (rev,)
    return nodes


def revision_files(text: str, folder: str = "migrations/versions") -> dict[str, str]:
    """The revision files of a drawing."""
    return {f"{folder}/{node.rev}_step.py": revision_text(node) for node in drawn(text).values()}


def revision_text(node: Node) -> str:
    return REVISION.format(
        rev=node.rev,
        revises=", ".join(node.down),
        down=_one_or_more(node.down),
        labels=_one_or_more(node.labels),
        depends=_one_or_more(node.depends),
    )


def _one_or_more(words: tuple[str, ...]) -> str | tuple[str, ...] | None:
    return words[0] if len(words) == 1 else words or None


LEFT_TO_CHANCE = {
    SHAPES["diamond in a fork"]: ("$ downgrade -1", "$ downgrade -2", "$ downgrade -99"),
}
"""Where the established release does one thing or another from run to run."""


def steps(text: str) -> list[str]:
    """Every command that is tried on a shape, see ``peer_driver`` for the words of the stage."""
    chance = LEFT_TO_CHANCE.get(text, ())
    return [
        step.replace("$", "alembic", 1) if step[0] == "$" else step
        for step in _steps(drawn(text))
        if step not in chance
    ]


def _steps(nodes: dict[str, Node]) -> Iterator[str]:
    revs = list(nodes)
    labels = [label for node in nodes.values() for label in node.labels]
    yield from _listings(revs, labels)
    yield from _from_empty(revs, labels)
    yield from _from_full(revs, labels)
    yield from _stamps(revs)
    yield from _scripts(nodes)
    yield from _creations(nodes, labels)


def _listings(revs: list[str], labels: list[str]) -> Iterator[str]:
    yield from ("$ heads", "$ heads -v", "$ heads --resolve-dependencies", "$ branches -v")
    yield from ("$ history", "$ history -v", "$ history -i")
    ends = ["base:heads", "-2:", ":+2"]
    ends += [
        each for label in labels[:1] for each in (f"{label}:", f":{label}@head", f"{label}@base:")
    ]
    if revs:
        middle, last = revs[len(revs) // 2], revs[-1]
        ends += [f":{middle}", f"{revs[0]}:{last}", f"{last}:{middle}", f"{last}-1:"]
    for each in ends:
        yield f"$ history --rev-range={each}"
    shown = [*revs[-1:], "head", "base", "h", *labels[:2]]
    shown += [
        each for label in labels[:1] for each in (f"{revs[0]}@{label}", f"{label}@{revs[-1]}")
    ]
    for each in shown:
        yield f"$ show {each}"


def _from_empty(revs: list[str], labels: list[str]) -> Iterator[str]:
    targets = [*revs[1::3], "head", "+1", "+2"]
    targets += [each.format(label) for label in labels[:2] for each in ("{}@head", "{}@+1")]
    if revs:
        targets += [f"{revs[0]}+1", f"{revs[-1]}-1", f"{revs[len(revs) // 2]}@head"]
    for target in targets:
        yield "empty"
        yield f"$ upgrade {target}"


def _from_full(revs: list[str], labels: list[str]) -> Iterator[str]:
    yield "empty"
    yield "$ upgrade heads"
    yield "save"
    yield "$ current"
    yield "$ current --check-heads"
    yield "$ history -i -v"
    yield "$ history -r -2:current"
    yield "$ upgrade +1"
    targets = [*revs[::3], "base", "-1", "-2", "-99"]
    targets += [each.format(label) for label in labels[:2] for each in ("{}@base", "{}@-1")]
    if revs:
        targets += [f"{revs[0]}@base", f"{revs[-1]}-1", f"{revs[-1]}@-1"]
    for target in targets:
        yield "load"
        yield f"$ downgrade {target}"
    yield "$ current -v"
    yield "$ upgrade heads"


def _stamps(revs: list[str]) -> Iterator[str]:
    for target in ("heads", " ".join(revs[1:3])):
        if target:
            yield "empty"
            yield f"$ stamp {target}"
    for target in ("head", "base", *revs[1:2], " ".join(revs[1:3]), "--purge heads"):
        if target:
            yield "load"
            yield f"$ stamp {target}"


def _scripts(nodes: dict[str, Node]) -> Iterator[str]:
    revs = list(nodes)
    yield "empty"
    yield "$ upgrade heads --sql"
    yield "$ stamp heads --sql"
    for rev in revs[-1:]:
        yield f"$ upgrade {revs[0]}:{rev} --sql"
        yield f"$ downgrade {rev}:base --sql"
        yield f"$ downgrade {rev}:{revs[0]} --sql"
        yield f"$ stamp {revs[0]}:{rev} --sql"


def _creations(nodes: dict[str, Node], labels: list[str]) -> Iterator[str]:
    revs = list(nodes)
    yield "$ revision -m next --rev-id n1"
    yield "fresh"
    yield "$ revision -m root --rev-id n1 --head base --branch-label fresh"
    yield "$ heads"
    yield "fresh"
    yield "$ merge -m joined --rev-id m9 heads"
    yield "$ history"
    yield "fresh"
    for label in labels[:2]:
        yield f"$ revision -m labelled --rev-id n1 --head {label}@head"
        yield "fresh"
    if len(revs) > 1:
        yield f"$ merge -m two --rev-id m9 {revs[-2]} {revs[-1]}"
        yield "fresh"
        yield f"$ revision -m spliced --rev-id n1 --head {revs[0]} --splice --depends-on {revs[-1]}"
        yield "$ heads"
        yield "$ history -v"
        yield "fresh"
        yield f"$ revision -m unspliced --rev-id n1 --head {revs[0]}"
        yield "fresh"
