"""The graph in characters, and the lanes that every picture has."""

from __future__ import annotations

import pytest
from drawn import graph, graphs
from hypothesis import HealthCheck, given, settings

from alembic.draw.fold import folded, where_they_part
from alembic.draw.lanes import lay_out
from alembic.draw.text import graph_lines, plain, signs_for

# A busy machine is no fault of a picture.
pictured = settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def nodes(found):
    listed = found.iterate_revisions("heads", "base", inclusive=True, assert_relative_length=False)
    return [(each.revision, each._parents) for each in listed]


def drawn(listed, encoding="utf-8", **texts):
    blocks = {name: texts.get(name, [name]) for name, _ in listed}
    return "\n".join(graph_lines(lay_out(listed), blocks, signs_for(encoding), plain))


PICTURES = {
    "a line": (
        "a -> b -> c",
        """
● c
● b
● a
""",
    ),
    "a branch and its merge": (
        "a -> b -> d, a -> c -> d",
        """
● d
├─╮
● │ b
│ ● c
├─╯
● a
""",
    ),
    "three heads of one base": (
        "a -> b, a -> c, a -> d",
        """
● b
│ ● c
│ │ ● d
├─┴─╯
● a
""",
    ),
    "a merge of three": (
        "a -> b, a -> c, a -> d, b | c | d -> e",
        """
● e
├─┬─╮
● │ │ b
│ ● │ c
│ │ ● d
├─┴─╯
● a
""",
    ),
    "a line that others cross": (
        "a -> b -> d, a -> c -> d, c -> e, b -> f, c -> f",
        """
● d
├─╮
│ │ ● f
│ ├─┤
│ │ │ ● e
├─┼─╯ │
● │   │ b
│ ├───╯
│ ● c
├─╯
● a
""",
    ),
    "two roots": (
        "a -> b, x -> y",
        """
● b
● a

● y
● x
""",
    ),
    "a root beside a line": (
        "a -> b -> c, x -> c, a -> z, y -> z",
        """
● c
├─╮
● │ b
│ │ ● z
│ │ ├─╮
│ │ │ ● y
├─┼─╯
● │ a
  ● x
""",
    ),
    "a dependency, which has no line": (
        "a -> b, x; b needs x",
        """
● b
● a

● x
""",
    ),
    "nothing": ("", "\n\n"),
}


@pytest.mark.parametrize("name", PICTURES)
def test_the_lines_are_drawn(name):
    drawing, picture = PICTURES[name]
    assert f"\n{drawn(nodes(graph(drawing)))}\n" == picture


def test_where_the_output_has_no_lines_they_are_drawn_of_ascii():
    picture = drawn(nodes(graph("a -> b -> d, a -> c -> d")), encoding="ascii")
    assert picture == "* d\n|-.\n* | b\n| * c\n|-'\n* a"
    assert signs_for("latin-1") == signs_for(None) == signs_for("no such encoding")


def test_several_lines_stand_beside_the_line():
    listed = nodes(graph("a -> b, a -> c"))
    assert drawn(listed, c=["c", "", "more"], b=["b", "more"], a=["a", "more"]) == (
        "● b\n│ more\n│ ● c\n│ │\n│ │ more\n├─╯\n● a\n  more"
    )


def test_what_is_not_listed_has_no_line():
    assert drawn([("c", ("b",)), ("x", ("y", "c"))]) == "● c\n\n● x"


def test_each_line_has_the_colour_of_its_lane():
    listed = nodes(graph("a -> b -> d, a -> c -> d"))
    blocks = {name: [name] for name, _ in listed}
    painted = graph_lines(
        lay_out(listed), blocks, signs_for("utf-8"), lambda sign, lane: f"{lane}{sign}"
    )
    assert list(painted) == ["0● d", "0├1─1╮", "0● 1│ b", "0│ 1● c", "0├1─1╯", "0● a"]


@pictured
@given(graphs())
def test_every_parent_that_is_listed_is_reached_by_a_line(found):
    listed = nodes(found)
    layout = lay_out(listed)
    place = {row.name: (number, row.lane) for number, row in enumerate(layout.rows)}
    wanted = sorted((place[name], place[parent]) for name, parents in listed for parent in parents)
    assert sorted((line.start, line.end) for line in layout.lines) == wanted


@pictured
@given(graphs())
def test_no_two_lines_to_different_parents_run_in_one_lane(found):
    layout = lay_out(nodes(found))
    taken: dict[tuple[int, int], tuple[int, int]] = {}
    for line in layout.lines:
        for row in range(line.start[0] + 1, line.end[0]):
            assert taken.setdefault((row, line.lane), line.end) == line.end
    for number, row in enumerate(layout.rows):
        assert (number, row.lane) not in taken
        assert row.lane < layout.width


@pictured
@given(graphs())
def test_every_revision_is_drawn_once_beside_its_node(found):
    lines = drawn(nodes(found)).splitlines()
    named = [line.split()[-1] for line in lines if "●" in line]
    assert named == [name for name, _ in nodes(found)]


# -- where branches part


def parted(drawing, *heads):
    listed = nodes(graph(drawing))
    return where_they_part(dict(listed), heads)


def test_heads_part_above_what_they_have_in_common():
    assert parted("z -> a -> b -> c, a -> d", "c", "d") == {"a", "b", "c", "d"}


def test_heads_with_nothing_in_common_are_shown_whole():
    assert parted("a -> b, x -> y", "b", "y") == {"a", "b", "x", "y"}


def test_one_head_stands_alone():
    assert parted("a -> b", "b") == {"b"}


def test_runs_of_revisions_are_folded_and_what_is_kept_is_not():
    listed = nodes(graph("a -> b -> c -> d -> e, a -> x -> y -> z"))
    shown, counts = folded(listed, kept={"x", "y"})
    assert shown == [
        ("e", ("d",)),
        ("d", ("a",)),
        ("z", ("y",)),
        ("y", ("x",)),
        ("x", ("a",)),
        ("a", ()),
    ]
    assert counts == {"d": 3}


@pictured
@given(graphs())
def test_folding_loses_no_revision_and_keeps_heads_bases_and_forks(found):
    listed = nodes(found)
    shown, counts = folded(listed, kept=())
    assert sum(counts.get(name, 1) for name, _ in shown) == len(listed)
    names = {name for name, _ in shown}
    assert all(parent in names for _, parents in shown for parent in parents)
    kept = {
        each.revision
        for each in map(found.get_revision, dict(listed))
        if each.is_head or each.is_base or each.is_branch_point or each.is_merge_point
    }
    assert kept <= names
