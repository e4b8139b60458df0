"""The order of listings. Programs read them: the tables hold what the established release gives."""

import sys

import pytest
from drawn import below, chain, graph, graphs, listed
from hypothesis import given, settings

from alembic.graph import order
from alembic.graph.map import RevisionMap
from alembic.graph.revision import Revision


def everything(revisions):
    return listed(revisions.iterate_revisions("heads", "base"))


@pytest.mark.parametrize(
    ("drawing", "order"),
    [
        ("a -> b -> c", "c b a"),
        ("a -> b -> c, b -> d", "c d b a"),
        ("a -> c, a -> b", "c b a"),
        ("a -> b -> c, b -> d, c | d -> e -> f", "f e c d b a"),
        ("a -> b -> c, b -> d, d | c -> e -> f", "f e d c b a"),
        ("a -> b, x -> y", "b a y x"),
        ("a -> b -> c, b -> d, c | d -> e -> f, x -> y; y needs c", "f e y x c d b a"),
        ("a -> b -> c, x -> y; b needs y", "c b a y x"),
        ("a -> b -> c -> d, b -> e -> f, d | f -> m -> n, x -> y -> z; y needs c",
         "n m d z y x c f e b a"),
        ("e, d, a -> b -> c; c needs a, b needs a", "e d c b a"),
        ("a -> b -> s, a -> t, b -> c -> u, c -> d", "s u d c t b a"),
        ("a -> b | c | d -> m, c -> k", "m b k c d a"),
    ],
)  # fmt: skip
def test_children_come_first_branch_by_branch(drawing, order):
    assert everything(graph(drawing)) == order


@pytest.mark.parametrize(
    ("upper", "lower", "order"),
    [
        ("n", "b", "n m d c f e b"),
        ("n", "e", "n m f e"),
        ("z", "x", "z y x"),
        ("heads", "c", "n m d c"),
        ("heads", ("c", "x"), "n m d z y x c"),
        ("le@head", "le@base", "n m d c f e b a"),
        ("lx@head", "lx@base", "z y x c b a"),
        ("heads", "lx@base", "z y x c b a"),
        ("d", "le@base", ""),
        ("heads", "-1", "n m z y"),
        ("+1", "c", "d c"),
        ("c+9", "c", "n m d c"),
        ("heads", "heads", "n z"),
        ("base", "base", ""),
    ],
)
def test_a_range_has_both_its_ends(upper, lower, order):
    found = graph(
        "a -> b -> c -> d, b -> e -> f, d | f -> m -> n, x -> y -> z;y needs c, x is lx, e is le"
    )
    ends = {"inclusive": True, "assert_relative_length": False}
    assert listed(found.iterate_revisions(upper, lower, **ends)) == order


def test_the_order_holds_across_what_a_range_leaves_out():
    # x doesn't follow a, and is not in the range; yet t is above c by way of it.
    found = graph("a -> b -> c -> u, a -> t, x; x needs c, t needs x")
    order = listed(found.iterate_revisions(("u", "t"), "a", inclusive=True))
    assert order == "u t c b a"


def by_definition(revisions):
    """The rule of the lanes, word for word: slow, and plainly right."""
    linked = revisions.linked
    lanes = [name for name in revisions.heads if name in revisions._real_heads]
    found, current = [], 0
    while lanes:
        name = lanes[current]
        leading = [
            lane
            for lane, other in enumerate(lanes)
            if lane != current and name in below(revisions, other)
        ]
        if leading:
            current = leading[0]
            continue
        found.append(name)
        parents = [
            each for each in linked.builds_on(revisions.get_revision(name)) if each not in lanes
        ]
        if parents:
            lanes[current] = parents[0]
            lanes.extend(parents[1:])
        else:
            del lanes[current]
            current = max(current - 1, 0)
    return " ".join(found)


@settings(max_examples=120, deadline=None)
@given(graphs())
def test_the_order_is_that_of_the_rule(revisions):
    assert everything(revisions) == by_definition(revisions)


@settings(max_examples=50, deadline=None)
@given(graphs())
def test_the_order_does_not_depend_on_how_a_lane_is_found(revisions):
    expected = everything(revisions)
    nearby, order._NEARBY = order._NEARBY, 0
    try:
        assert everything(revisions) == expected
    finally:
        order._NEARBY = nearby


@pytest.fixture
def little_room():
    """Room for a few calls inside one another, not for one a revision."""
    limit, depth, frame = sys.getrecursionlimit(), 0, sys._getframe()
    while frame is not None:
        depth, frame = depth + 1, frame.f_back
    sys.setrecursionlimit(depth + 60)
    yield
    sys.setrecursionlimit(limit)


def test_a_long_chain_is_no_matter(little_room):
    length = 20_000
    revisions = RevisionMap(lambda: chain(length))
    assert revisions.heads == (f"r{length - 1}",)
    found = list(revisions.iterate_revisions("head", "base"))
    assert [found[0].revision, found[-1].revision, len(found)] == ["r19999", "r0", length]
    assert revisions.get_revision("head").revision == "r19999"
    assert len(list(revisions.iterate_revisions("head", "r9", select_for_downgrade=True))) == 19_990
    assert [each.revision for each in revisions._get_all_current(("r19999",))] == ["r19999"]
    assert revisions.filter_for_lineage(("r5",), "r19999@head") == ("r5",)


def comb(teeth):
    """A trunk, and at each of its revisions a tooth, which is a head."""
    trunk = [Revision(f"t{n}", f"t{n - 1}" if n else None) for n in range(teeth)]
    return [*trunk, *(Revision(f"s{n}", f"t{n}") for n in range(teeth))]


def ladder(rungs):
    """Branches that meet again, one after the other."""
    found = [Revision("b0", None)]
    for n in range(rungs):
        found += [Revision(f"c{n}", f"b{n}"), Revision(f"d{n}", f"b{n}")]
        found.append(Revision(f"b{n + 1}", (f"c{n}", f"d{n}")))
    return found


def star(points):
    return [Revision("a", None), *(Revision(f"s{n}", "a") for n in range(points))]


def tangle(length):
    """Two lines that depend on each other at each step, and side revisions that depend on one."""
    found = [Revision("z", None)]
    for n in range(length):
        found.append(Revision(f"a{n}", f"a{n - 1}" if n else None, f"b{n - 1}" if n else None))
        found.append(Revision(f"b{n}", f"b{n - 1}" if n else None, f"a{n}"))
        found.append(Revision(f"s{n}", f"a{n}", "z"))
    return found


@pytest.mark.parametrize(
    "shape",
    [comb(2500), comb(2500)[::-1], ladder(1700), star(5000), tangle(1700)],
    ids=["comb", "comb from its teeth", "ladder", "star", "tangle"],
)  # fmt: skip
def test_the_work_grows_with_the_number_of_revisions(shape, little_room, monkeypatch):
    looks = []
    leads_to, nearby = order._Reach.leads_to, order._Listing._number_nearby
    monkeypatch.setattr(
        order._Reach, "leads_to", lambda *names: looks.append(1) or leads_to(*names)
    )
    monkeypatch.setattr(
        order._Listing, "_number_nearby", lambda *names: looks.append(1) or nearby(*names)
    )
    found = list(RevisionMap(lambda: shape).iterate_revisions("heads", "base"))
    assert len(found) == len(shape)
    assert len(looks) <= 3 * len(shape)
