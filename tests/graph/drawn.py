"""Graphs drawn as text, and graphs at random.

::

    graph("a -> b -> c, b -> d, c | d -> e")      a branch and its merge
    graph("a -> b, x -> y; y needs b")            two roots, and a dependency
    graph("a -> b; b is feature")                 a label

Revisions come in the order in which they are first named.
"""

from __future__ import annotations

from hypothesis import strategies as st

from alembic.graph.heads import DeleteHead, InsertHead, MoveHead, head_changes
from alembic.graph.map import RevisionMap
from alembic.graph.revision import Revision


class Drawn(Revision):
    """A revision with what a script has besides: a path, a message, a module."""

    def __init__(self, name, parents, needs, labels):
        super().__init__(name, parents, dependencies=needs or None, branch_labels=labels or None)
        self.path = f"versions/{name}_.py"
        self.doc = f"step {name}"
        self.module = None


def revisions(drawing: str) -> list[Drawn]:
    chains, *clauses = drawing.split(";")
    parents: dict[str, list[str]] = {}
    for chain in filter(None, map(str.strip, chains.split(","))):
        before: list[str] = []
        for link in chain.split("->"):
            names = [name.strip() for name in link.split("|")]
            for name in names:
                parents.setdefault(name, []).extend(before)
            before = names
    needs: dict[str, list[str]] = {}
    labels: dict[str, list[str]] = {}
    for clause in ",".join(clauses).split(","):
        if clause.strip():
            name, verb, value = clause.split()
            {"needs": needs, "is": labels}[verb].setdefault(name, []).append(value)
    return [
        Drawn(name, tuple(below), tuple(needs.get(name, ())), tuple(labels.get(name, ())))
        for name, below in parents.items()
    ]


def graph(drawing: str) -> RevisionMap:
    return RevisionMap(lambda: revisions(drawing))


def listed(found) -> str:
    """Ids of revisions, a blank between them."""
    return " ".join(revision.revision for revision in found)


def chain(length: int) -> list[Revision]:
    return [Revision(f"r{n}", f"r{n - 1}" if n else None) for n in range(length)]


@st.composite
def graphs(draw, most=12):
    """A map of revisions with branches, merges, roots and dependencies, in any order."""
    found = []
    for n in range(draw(st.integers(1, most))):
        earlier = st.sampled_from([f"r{m}" for m in range(n)]) if n else st.nothing()
        parents = draw(st.lists(earlier, max_size=min(n, 2), unique=True))
        needs = draw(st.lists(earlier, max_size=min(n, 1), unique=True))
        found.append(Revision(f"r{n}", tuple(parents), dependencies=tuple(needs)))
    shuffled = draw(st.permutations(found))
    return RevisionMap(lambda: shuffled)


def below(revisions: RevisionMap, name: str) -> set[str]:
    """The ids of what ``name`` is built on, and of itself: by definition, not by speed."""
    node = revisions.get_revision(name)
    return {name}.union(*(below(revisions, each) for each in node._all_down_revisions))


def tops(revisions: RevisionMap, names) -> set[str]:
    return {
        name
        for name in names
        if not any(name != other and name in below(revisions, other) for other in names)
    }


def carry_out(step, heads: set[str]) -> list[str]:
    """Do to ``heads`` what ``step`` does, as strictly as a database would; the changes as text."""
    said = []
    for change in list(head_changes(step, heads)):
        match change:
            case InsertHead(version):
                assert version not in heads
                heads.add(version)
                said.append(f"+{version}")
            case DeleteHead(version):
                heads.remove(version)
                said.append(f"-{version}")
            case MoveHead(old, new):
                heads.remove(old)
                assert new not in heads
                heads.add(new)
                said.append(f"{old}>{new}")
    return said
