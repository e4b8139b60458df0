"""The graph in characters: lanes to the left, text to the right.

::

    ● d4 (head), join them
    ├─╮
    │ ● c3, a column more
    ● │ b2, a table
    ├─╯
    ● a1, first
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from alembic.draw.lanes import Layout, Row

Paint = Callable[[str, int], str]
"""``(characters, lane) -> characters`` with the colour of that lane."""

_UNICODE = "●│─├┤┼╮╯┬┴"
_ASCII = "*|-||+.'.'"


@dataclass(frozen=True, slots=True)
class Signs:
    """The characters that lines are drawn of."""

    node: str
    down: str
    across: str
    right: str
    left: str
    cross: str
    opens: str
    joins: str
    opens_on: str
    joins_on: str


def signs_for(encoding: str | None) -> Signs:
    """Lines and bullets where ``encoding`` has them, else ASCII."""
    try:
        _UNICODE.encode(encoding or "ascii")
    except (UnicodeError, LookupError):
        return Signs(*_ASCII)
    return Signs(*_UNICODE)


def graph_lines(
    layout: Layout, texts: Mapping[str, Sequence[str]], signs: Signs, paint: Paint
) -> Iterator[str]:
    """The lines of the drawing; ``texts`` has those that stand beside each node."""
    before: Row | None = None
    for row in layout.rows:
        if before is not None and _looks_connected(before, row):
            yield _drawn([(signs.down if alive else " ", " ") for alive in row.above], paint)
        before = row
        if row.joins:
            yield _drawn(_joining(row, signs), paint)
        first, *rest = texts[row.name]
        alive = [*row.beside, *[False] * (row.lane + 1 - len(row.beside))]
        alive[row.lane] = True
        while not alive[-1]:
            alive.pop()
        cells = [(signs.down if each else " ", " ") for each in alive]
        cells[row.lane] = (signs.node, " ")
        yield _drawn(cells, paint, f" {first}".rstrip())
        if row.opens or row.meets:
            yield _drawn(_leaving(row, signs), paint)
        beside = [(signs.down if alive else " ", " ") for alive in _below(row)]
        for text in rest:
            yield _drawn(beside, paint, f" {text}".rstrip())


def plain(characters: str, lane: int) -> str:
    """No colour at all."""
    return characters


def _looks_connected(upper: Row, lower: Row) -> bool:
    """Whether two rows stand one below the other as if a line ran between them, and none does."""
    is_awaited = lower.lane < len(lower.above) and lower.above[lower.lane]
    return upper.lane == lower.lane and not upper.goes_on and not is_awaited


def _below(row: Row) -> list[bool]:
    """For each lane whether a line runs in it below the node."""
    width = max(len(row.beside), row.lane + 1, *(lane + 1 for lane in row.opens), 0)
    alive = [*row.beside, *[False] * (width - len(row.beside))]
    alive[row.lane] = row.goes_on
    for lane in row.opens:
        alive[lane] = True
    while len(alive) > row.lane + 1 and not alive[-1]:
        alive.pop()
    return alive


def _joining(row: Row, signs: Signs) -> list[tuple[str, str]]:
    last = max(row.joins)
    cells = []
    for lane, alive in enumerate(row.above):
        sign = signs.down if alive else " "
        if lane == row.lane:
            sign = signs.right
        elif lane == last:
            sign = signs.joins
        elif row.lane < lane < last:
            other = signs.cross if alive else signs.across
            sign = signs.joins_on if lane in row.joins else other
        cells.append((sign, signs.across if row.lane <= lane < last else " "))
    return cells


def _leaving(row: Row, signs: Signs) -> list[tuple[str, str]]:
    reached = (*row.opens, *row.meets)
    low, high = min(row.lane, *reached), max(row.lane, *reached)
    ends = {
        low: signs.right,
        high: signs.opens if high in row.opens else signs.left,
        row.lane: signs.cross
        if low < row.lane < high
        else (signs.right if row.lane < high else signs.left),
    }
    cells = []
    for lane, alive in enumerate(_below(row)):
        sign = signs.down if alive else " "
        if lane in ends:
            sign = ends[lane]
        elif low < lane < high:
            crossed = signs.cross if alive else signs.across
            sign = signs.opens_on if lane in row.opens else crossed
        cells.append((sign, signs.across if low <= lane < high else " "))
    return cells


def _drawn(cells: Sequence[tuple[str, str]], paint: Paint, text: str = "") -> str:
    """One line of the drawing; blanks at its end are left out."""
    last = max((lane for lane, (sign, _) in enumerate(cells) if sign != " "), default=-1)
    drawn = []
    for lane, (sign, filler) in enumerate(cells):
        if lane > last and not text:
            break
        drawn.append(sign if sign == " " else paint(sign, lane))
        if lane < last or (text and lane < len(cells) - 1):
            drawn.append(filler if filler == " " else paint(filler, lane + 1))
    return "".join(drawn) + text
