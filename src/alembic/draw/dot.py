"""The graph in the DOT language, for Graphviz: ``alembic history --format dot | dot -Tpdf``.

Dependencies are dashed. The language: https://graphviz.org/doc/info/lang.html
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from alembic.draw.marks import marks_of, one_line
from alembic.results.revision import RevisionInfo


def dot_text(revisions: Sequence[RevisionInfo]) -> str:
    """The text of the graph, without a newline at the end."""
    return "\n".join(_lines(revisions))


def _lines(revisions: Sequence[RevisionInfo]) -> Iterator[str]:
    shown = {each.revision for each in revisions}
    yield "digraph revisions {"
    yield "  rankdir=BT;"
    yield '  node [shape=box, style=rounded, fontname="sans-serif"];'
    for each in revisions:
        marks = "".join(f" ({mark})" for mark in marks_of(each))
        label = "\n".join(filter(None, (each.revision + marks, one_line(each.message))))
        label = _quoted(label.replace("&", "&amp;"))  # in a label, Graphviz reads HTML's names
        looks = ", penwidth=2" if each.is_head or each.is_current else ""
        yield f"  {_quoted(each.revision)} [label={label}{looks}];"
    for each in revisions:
        for parents, looks in ((each.down_revisions, ""), (each.depends_on, " [style=dashed]")):
            for parent in parents:
                if parent in shown:
                    yield f"  {_quoted(parent)} -> {_quoted(each.revision)}{looks};"
    yield "}"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
