"""The graph as an SVG picture: a row for each revision, newest first, its line to the left.

Dependencies are dashed. Each revision is a group ``<g class="revision" data-id="…">`` with its
message, file and date as its title, which a browser shows beside the pointer.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape, quoteattr

from alembic.draw.lanes import Line, Row, lay_out
from alembic.draw.marks import marks_of, one_line, printable
from alembic.results.revision import RevisionInfo

ROW, LANE, EDGE = 28, 18, 20  # pixels: height of a row, width of a lane, the margin
_LETTER = 8.6  # about the width of a letter, for the width of the picture
_MANY_LANES = 12
_LONGEST = 110  # letters of a message
_COLOURS = ("#2f6fde", "#d1603d", "#2a9d6f", "#8d5bd1", "#b58900", "#c2408f", "#3d8f9c", "#7a7a2e")
_STYLE = (
    "text{font:14px ui-monospace,monospace;fill:#222}.message{fill:#555}.mark{fill:#2a7f4f}"
    "path{fill:none;stroke-width:2}path.depends{stroke:#888;stroke-dasharray:4 4}"
    "circle{stroke:#fff;stroke-width:2}.current circle{stroke:#2a7f4f;stroke-width:4}"
)


def svg_text(revisions: Sequence[RevisionInfo]) -> str:
    """The picture, without a newline at the end."""
    return "\n".join(_elements(revisions))


def _elements(revisions: Sequence[RevisionInfo]) -> Iterator[str]:
    layout = lay_out([(each.revision, each.down_revisions) for each in revisions])
    places = {row.name: (number, row.lane) for number, row in enumerate(layout.rows)}
    lefts = [_left(row, layout.width) for row in layout.rows]
    ends = (left + len(_text(each)) * _LETTER for left, each in zip(lefts, revisions, strict=True))
    width, height = round(max(ends, default=0) + EDGE), len(revisions) * ROW + 2 * EDGE
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" role="img" aria-label="Revision graph">'
    )
    yield f"<style>{_STYLE}</style>"
    yield f'<rect class="paper" width="{width}" height="{height}" fill="#fff"/>'
    for line in layout.lines:
        yield f'<path d="{_way(line)}" stroke="{_COLOURS[line.lane % len(_COLOURS)]}"/>'
    for each in revisions:
        for other in each.depends_on:
            if other in places:
                way = _bow(places[each.revision], places[other])
                yield f'<path class="depends" d="{way}"/>'
    for left, each in zip(lefts, revisions, strict=True):
        yield _revision(each, places[each.revision], left)
    yield "</svg>"


def _revision(each: RevisionInfo, place: tuple[int, int], left: int) -> str:
    x, y = _point(place)
    kind = "revision current" if each.is_current else "revision"
    marks = "".join(f" ({mark})" for mark in marks_of(each))
    title = printable("\n".join(filter(None, (each.doc, f"File: {each.path}"))))
    return (
        f"<g class={quoteattr(kind)} data-id={quoteattr(each.revision)}>"
        f"<title>{escape(title)}</title>"
        f'<rect class="row" x="0" y="{y - ROW // 2}" width="100%" height="{ROW}" fill="transparent"/>'
        f'<circle cx="{x}" cy="{y}" r="6" fill="{_COLOURS[place[1] % len(_COLOURS)]}"/>'
        f'<text x="{left}" y="{y + 5}"><tspan class="id">{escape(each.revision)}</tspan>'
        f'<tspan class="mark">{escape(marks)}</tspan>'
        f'<tspan class="message"> {escape(_message(each))}</tspan></text></g>'
    )


def _left(row: Row, width: int) -> int:
    """Where the text of a row begins: in one column, or where that is far away, beside its lines."""
    if width > _MANY_LANES:
        width = max(len(row.beside), row.lane + 1)
    return 2 * EDGE + width * LANE


def _text(each: RevisionInfo) -> str:
    return f"{each.revision} {' '.join(marks_of(each))}     {_message(each)}"


def _message(each: RevisionInfo) -> str:
    message = printable(one_line(each.message))
    return message if len(message) <= _LONGEST else f"{message[: _LONGEST - 1]}…"


def _point(place: tuple[int, int]) -> tuple[int, int]:
    row, lane = place
    return EDGE + lane * LANE + LANE // 2, EDGE + row * ROW + ROW // 2


def _way(line: Line) -> str:
    """Out of the child, down in the lane, into the parent; a change of lane takes one row."""
    x, y = _point(line.start)
    x_end, y_end = _point(line.end)
    x_lane = _point((0, line.lane))[0]
    parts = [f"M{x} {y}"]
    if x_lane != x and y_end - y > ROW:
        parts.append(_curve(x, y, x_lane, y + ROW))
        x, y = x_lane, y + ROW
    if y_end - y > ROW:
        parts.append(f"V{y_end - ROW}")
        y = y_end - ROW
    parts.append(f"V{y_end}" if x == x_end else _curve(x, y, x_end, y_end))
    return "".join(parts)


def _curve(x: int, y: int, x_end: int, y_end: int) -> str:
    half = (y + y_end) // 2
    return f"C{x} {half} {x_end} {half} {x_end} {y_end}"


def _bow(start: tuple[int, int], end: tuple[int, int]) -> str:
    x, y = _point(start)
    x_end, y_end = _point(end)
    side = min(x, x_end) - LANE
    return f"M{x} {y}C{side} {y} {side} {y_end} {x_end} {y_end}"
