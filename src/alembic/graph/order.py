"""The order in which revisions are listed: children before parents, branch by branch.

Scripts read these listings, so the order is fixed. A listing follows several *lanes*, one for each
head to begin with:

- it goes down the current lane, from each revision to its first parent; other parents open lanes of
  their own at the end, unless a lane waits there already;
- at a revision that another lane still leads to, it turns to the first such lane;
- where a lane ends, it turns to the one before it.

The rule as it stands would search all lanes at each turn. What keeps it linear: whether a revision
can be listed is a count of its children to come; mostly there are but a few revisions above it left,
among which the lane is found; else the search begins where one pass over the graph has shown that it
may, never moves back, and whether a lane leads to a revision is one bit.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence

_LISTED = -1
"""In place of the number of children that are still to come."""
_NEARBY = 32
"""How many revisions are looked at one by one, before all lanes are."""

Below = Mapping[str, tuple[str, ...]]


def children_first(
    below: Below,
    heads: Iterable[str],
    parents_first: Sequence[str],
    further_below: Below | None = None,
) -> list[str]:
    """The ids in ``below`` that ``heads`` lead to, each after all that have it as a parent.

    ``below`` tells the parents of each revision, those in ``below`` only. ``parents_first`` are the
    same ids, and maybe others, in any order that has parents before their children.
    ``further_below`` tells of revisions in ``below`` that others are above of by way of revisions
    that are not: no lane goes that way, yet the order holds.
    """
    return _Listing(below, heads, parents_first, further_below or {}).run()


class _Listing:
    """The lanes of one listing while it is made."""

    def __init__(
        self,
        below: Below,
        heads: Iterable[str],
        parents_first: Sequence[str],
        further_below: Below,
    ) -> None:
        self.below = below
        self.further_below = further_below
        self.parents_first = parents_first
        self.to_come = dict.fromkeys(below, 0)
        for parents in (*below.values(), *further_below.values()):
            for parent in parents:
                self.to_come[parent] += 1
        # A head that another one depends on has its turn when that has been listed.
        self.lanes = [head for head in heads if self.to_come.get(head) == 0]
        # The lanes' numbers, ascending as lanes are only ever added at the end.
        self.numbers = list(range(len(self.lanes)))
        self.opened = len(self.lanes)
        self.waiting = dict(zip(self.lanes, self.numbers, strict=True))
        """The number of the lane that each revision waits in."""
        self.reach: _Reach | None = None

    def run(self) -> list[str]:
        below, lanes, to_come = self.below, self.lanes, self.to_come
        further_below, waiting = self.further_below, self.waiting
        listed: list[str] = []
        current = 0
        while lanes:
            name = lanes[current]
            if to_come[name]:
                current = self._lane_to(name, current)
                continue
            del waiting[name]
            to_come[name] = _LISTED
            listed.append(name)
            parents = below[name]
            while (
                len(parents) == 1
                and to_come[parents[0]] == 1
                and parents[0] not in waiting
                and not further_below
            ):
                # Straight down, which is most of the way in most projects.
                name = parents[0]
                to_come[name] = _LISTED
                listed.append(name)
                parents = below[name]
            for parent in (*parents, *further_below[name]) if name in further_below else parents:
                to_come[parent] -= 1
            following = [parent for parent in parents if parent not in waiting]
            if following:
                lanes[current] = following[0]
                waiting[following[0]] = self.numbers[current]
                self._open(following[1:])
            else:
                del lanes[current], self.numbers[current]
                current = max(current - 1, 0)
        return listed

    def _open(self, names: Sequence[str]) -> None:
        for name in names:
            self.lanes.append(name)
            self.numbers.append(self.opened)
            self.waiting[name] = self.opened
            self.opened += 1

    def _lane_to(self, name: str, current: int) -> int:
        """The first lane, other than the current one, that leads to ``name``."""
        reach = self.reach
        if reach is None:
            further = self.further_below
            all_below = {
                each: (*parents, *further.get(each, ())) if further else parents
                for each, parents in self.below.items()
            }
            reach = self.reach = _Reach(all_below, self.parents_first, self.waiting)
        number = self._number_nearby(name, reach)
        if number is not None:
            return bisect_left(self.numbers, number)
        lane = bisect_left(self.numbers, reach.first_number[name])
        while lane == current or not reach.leads_to(self.lanes[lane], name):
            lane += 1
        reach.first_number[name] = self.numbers[lane]
        return lane

    def _number_nearby(self, name: str, reach: _Reach) -> int | None:
        """The number of the first lane that leads to ``name``, by a look at all above it.

        None where that is more than a few revisions.
        """
        above, to_come, waiting = reach.above, self.to_come, self.waiting
        found: list[int] = []
        seen = {name}
        search = [name]
        while search:
            higher = above[search.pop()]
            if len(seen) + len(higher) > _NEARBY:
                return None
            for each in higher:
                if each not in seen and to_come[each] != _LISTED:
                    seen.add(each)
                    search.append(each)
                    if each in waiting:
                        found.append(waiting[each])
        return min(found)


class _Reach:
    """Which revision leads to which, for all pairs.

    Revisions in a row, without a branch or a merge between them, are one *stretch*; a stretch has the
    set of the stretches below it as the bits of a number.
    """

    def __init__(
        self, below: Below, parents_first: Sequence[str], numbers: Mapping[str, int]
    ) -> None:
        names = [name for name in parents_first if name in below]
        above: dict[str, list[str]] = {name: [] for name in names}
        for name in names:
            for parent in below[name]:
                above[parent].append(name)
        self.above = above
        self.place: dict[str, tuple[int, int]] = {}
        """The stretch of each revision, and its height there."""
        self.lower: list[int] = []
        for name in names:
            self._place(name, below[name])
        self.first_number = self._first_numbers(below, names, numbers)
        """For each revision a number that no lane which leads to it is below.

        Lanes lead to ever less as they go down, so that what is found once stays true.
        """

    def _place(self, name: str, parents: tuple[str, ...]) -> None:
        if len(parents) == 1 and len(self.above[parents[0]]) == 1:
            stretch, height = self.place[parents[0]]
            self.place[name] = (stretch, height + 1)
            return
        bits = 0
        for parent in parents:
            stretch = self.place[parent][0]
            bits |= self.lower[stretch] | (1 << stretch)
        self.place[name] = (len(self.lower), 0)
        self.lower.append(bits)

    @staticmethod
    def _first_numbers(
        below: Below, names: Sequence[str], numbers: Mapping[str, int]
    ) -> dict[str, int]:
        none = len(names) + len(numbers)
        first = {name: numbers.get(name, none) for name in names}
        for name in reversed(names):
            number = first[name]
            for parent in below[name]:
                first[parent] = min(first[parent], number)
        return first

    def leads_to(self, upper: str, lower: str) -> bool:
        """Whether ``upper``, another revision, has ``lower`` among its ancestors."""
        stretch, height = self.place[upper]
        lower_stretch, lower_height = self.place[lower]
        if stretch == lower_stretch:
            return height > lower_height
        return bool(self.lower[stretch] >> lower_stretch & 1)
