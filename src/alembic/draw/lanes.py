"""Lanes: a row and a column for each node of a graph, and the way of each line between them.

The nodes come children before parents, one row each. A line leaves its child, runs down in a lane
of its own and ends at the parent, in whose row lanes that wait for it come together::

    lay_out([("d", ("b", "c")), ("c", ("a",)), ("b", ("a",)), ("a", ())])

    ●      d: opens lane 1
    ├─╮
    │ ●    c
    ● │    b
    ├─╯
    ●      a: lane 1 joins it
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

Node = tuple[str, Sequence[str]]
"""A name, and the names that lines go to; those that are in no row have no line."""


@dataclass(frozen=True, slots=True)
class Row:
    """One node in its lane, and what happens in the lanes around it; lanes count from 0.

    ``above`` and ``beside`` tell for each lane whether a line runs in it before others have joined
    the node, and next to the node. ``joins`` are lanes that end here, ``opens`` those that begin,
    ``meets`` those of others that a line of this node runs into; ``goes_on`` is whether its own
    lane does.
    """

    name: str
    lane: int
    above: tuple[bool, ...]
    beside: tuple[bool, ...]
    joins: tuple[int, ...]
    opens: tuple[int, ...]
    meets: tuple[int, ...]
    goes_on: bool


@dataclass(frozen=True, slots=True)
class Line:
    """The way from a child to a parent: (row, lane) of both, and the lane in between."""

    start: tuple[int, int]
    lane: int
    end: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Layout:
    """All rows from top to bottom, and all lines; ``width`` is the number of lanes."""

    rows: tuple[Row, ...]
    lines: tuple[Line, ...]
    width: int


@dataclass(slots=True)
class _Lane:
    """A line on its way down to ``goal``, with the (row, lane) of each child that it comes from."""

    goal: str
    starts: list[tuple[int, int]] = field(default_factory=list)


def lay_out(nodes: Sequence[Node]) -> Layout:
    """Give each node its row and lane."""
    names = {name for name, _ in nodes}
    lanes: list[_Lane | None] = []
    rows: list[Row] = []
    lines: list[Line] = []
    width = 0
    for number, (name, goals) in enumerate(nodes):
        above = tuple(each is not None for each in lanes)
        waiting = [index for index, each in enumerate(lanes) if each and each.goal == name]
        own = waiting[0] if waiting else _free(lanes, 0)
        for index in waiting:
            lane = lanes[index]
            assert lane is not None
            lines.extend(Line(start, index, (number, own)) for start in lane.starts)
            lanes[index] = None
        beside = tuple(each is not None for each in lanes)
        shown = [goal for goal in dict.fromkeys(goals) if goal in names]
        opens, meets = _leave(lanes, (number, own), shown)
        rows.append(
            Row(name, own, above, beside, tuple(waiting[1:]), opens, meets, goes_on=bool(shown))
        )
        width = max(width, len(lanes))
        while lanes and lanes[-1] is None:
            lanes.pop()
    return Layout(tuple(rows), tuple(lines), width)


def _leave(
    lanes: list[_Lane | None], place: tuple[int, int], goals: Sequence[str]
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Put the lines of a node on their way; the lanes that they open, and those they run into."""
    own = place[1]
    opens: list[int] = []
    meets: list[int] = []
    for goal in goals[:1]:
        lanes[own] = _Lane(goal, [place])
    for goal in goals[1:]:
        found = next((index for index, each in enumerate(lanes) if each and each.goal == goal), -1)
        if found >= 0:
            lane = lanes[found]
            meets.append(found)
        else:
            found = _free(lanes, own + 1)
            lane = lanes[found] = _Lane(goal)
            opens.append(found)
        assert lane is not None
        lane.starts.append(place)
    return tuple(opens), tuple(meets)


def _free(lanes: list[_Lane | None], start: int) -> int:
    """The first free lane from ``start`` on; one more is made where there is none."""
    for index in range(start, len(lanes)):
        if lanes[index] is None:
            return index
    lanes.extend([None] * (max(start - len(lanes), 0) + 1))
    return len(lanes) - 1
