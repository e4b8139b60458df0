"""The graph as a Mermaid flowchart, for Markdown pages: the newest revision at the top.

Dependencies are dotted. The language: https://mermaid.js.org/syntax/flowchart.html
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from alembic.draw.marks import marks_of, one_line
from alembic.results.revision import RevisionInfo

# What a quoted text can't hold as it is: https://mermaid.js.org/syntax/flowchart.html#special-characters-that-break-syntax
_ESCAPED = str.maketrans(
    {"#": "#35;", '"': "#quot;", "<": "#lt;", ">": "#gt;", "&": "#amp;", "`": "#96;"}
)


def mermaid_text(revisions: Sequence[RevisionInfo]) -> str:
    """The text of the flowchart, without a newline at the end."""
    return "\n".join(_lines(revisions))


def _lines(revisions: Sequence[RevisionInfo]) -> Iterator[str]:
    numbers = {each.revision: number for number, each in enumerate(revisions)}
    yield "flowchart BT"
    for each in revisions:
        number = numbers[each.revision]
        marks = "".join(f" ({mark})" for mark in marks_of(each))
        message = one_line(each.message).translate(_ESCAPED)
        below = f"<br/>{message}" if message else ""
        yield f'    r{number}["<b>{each.revision.translate(_ESCAPED)}</b>{marks}{below}"]'
        for parents, arrow in ((each.down_revisions, "-->"), (each.depends_on, "-.->")):
            for parent in parents:
                if parent in numbers:
                    yield f"    r{numbers[parent]} {arrow} r{number}"
    heads = [f"r{numbers[each.revision]}" for each in revisions if each.is_head]
    current = [f"r{numbers[each.revision]}" for each in revisions if each.is_current]
    if heads:
        yield "    classDef head stroke-width:3px"
        yield f"    class {','.join(heads)} head"
    if current:
        yield "    classDef current stroke:#2a7,stroke-width:3px"
        yield f"    class {','.join(current)} current"
