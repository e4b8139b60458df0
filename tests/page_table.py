"""Figures of a run as a table of a page, between two marks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

BEGIN, END = "<!-- figures -->", "<!-- end of figures -->"


def write(page: Path, head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Put the table between the two marks of the page."""
    before, _, rest = page.read_text("utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    lines = [_line(head), _line(["---"] * len(head)), *map(_line, rows)]
    text = before + "\n".join([BEGIN, *lines, END]) + after
    page.write_text(text, encoding="utf-8", newline="\n")


def _line(cells: Sequence[object]) -> str:
    return f"| {' | '.join(map(str, cells))} |"
