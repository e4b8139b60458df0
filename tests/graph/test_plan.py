"""Plans: the steps between the heads of a database and a target, as the established release has them."""

import pytest
from drawn import Drawn, below, carry_out, graph, graphs, tops
from hypothesis import given, settings, strategies as st

from alembic.graph.errors import (
    AmbiguousStart,
    AmbiguousWalk,
    MultipleHeads,
    NotAlongBranch,
    NotOnBranch,
    NotOneTarget,
    OverlappingRevisions,
    RangeNotAncestorError,
    RelativeLengthError,
    ResolutionError,
    RevisionError,
    WalkedTooFar,
)
from alembic.graph.map import RevisionMap
from alembic.graph.plan import downgrade_steps, stamp_steps, upgrade_steps


@pytest.fixture
def revisions():
    return graph(
        "a -> b -> c -> d, b -> e -> f, d | f -> m -> n, x -> y -> z;y needs c, x is lx, e is le"
    )


def plan(make, revisions, target, heads):
    steps = make(revisions, target, tuple(heads.split()))
    return " ".join(step.revision.revision for step in steps)


@pytest.mark.parametrize(
    ("target", "heads", "steps"),
    [
        ("heads", "", "a b e f c x y z d m n"),
        ("heads", "b", "e f c x y z d m n"),
        ("heads", "n z", ""),
        ("heads", "x", "a b e f c y z d m n"),
        ("n", "", "a b e f c d m n"),
        ("z", "", "a b c x y z"),
        ("z", "b", "c x y z"),
        ("c", "b", "c"),
        ("a", "b", ""),
        ("base", "b", ""),
        (None, "b", ""),
        (("c", "e"), "b", "e c"),
        (("z", "n"), "c e", "f x y z d m n"),
        ("lx@head", "b", "c x y z"),
        ("le@head", "c e", "f d m n"),
        ("le@f", "b", "e f"),
        ("+1", "x", "a b c y"),
        ("+2", "x", "a b c y z"),
        ("+1", "a", "b"),
        ("le@+1", "b", "e"),
        ("le@+1", "c e", "f"),
        ("le@+1", "x", "a"),
        ("lx@+1", "b", "x"),
        ("lx@+1", "b x", "c y"),
        ("a+1", "", "a b"),
        ("c+2", "b", "e f c d m"),
        ("n-1", "b", "e f c d m"),
        ("z-1", "c e", "x y"),
        ("lx@x+1", "x", "a b c y"),
        ("lx@base+1", "", "x"),
        ("c@c+1", "b", "c d"),
        ("a-1", "b", ""),
    ],
)
def test_an_upgrade_brings_what_the_target_needs(revisions, target, heads, steps):
    assert plan(upgrade_steps, revisions, target, heads) == steps


@pytest.mark.parametrize(
    ("target", "heads", "error", "says"),
    [
        ("head", "b", MultipleHeads, "given argument 'head'"),
        ("head-1", "b", MultipleHeads, "given argument 'head-1'"),
        ("nope", "b", ResolutionError, "'nope'"),
        ("lx@c", "b", ResolutionError, "not a member of branch 'lx'"),
        ("+1", "b", AmbiguousWalk, "from b it may go on to c or e"),
        ("+1", "", AmbiguousWalk, "from the base it may go on to a or x"),
        ("b+1", "", AmbiguousWalk, "from b"),
        ("m-1", "", AmbiguousWalk, "from m it may go on to d or f"),
        ("+1", "c e", AmbiguousStart, "multiple current revisions: it may count from c or e"),
        ("a@+1", "c e", AmbiguousStart, "c or e"),
        ("-1", "b", RelativeLengthError, "Relative revision -1 didn't produce 1 migrations"),
        ("+0", "b", RelativeLengthError, "Relative revision 0 didn't produce 0 migrations"),
        ("+9", "x", RelativeLengthError, "Relative revision .9 didn't produce 9 migrations"),
        ("c+9", "", RelativeLengthError, "Relative revision .9 didn't produce 9 migrations"),
        (("c", "d"), "", OverlappingRevisions, "d overlaps with other requested revisions c"),
        (("c", "z"), "", OverlappingRevisions, "z overlaps with other requested revisions c"),
        ("n", "c b", OverlappingRevisions, "c overlaps with other requested revisions b"),
    ],
)
def test_an_upgrade_that_can_not_be_is_refused(revisions, target, heads, error, says):
    with pytest.raises(error, match=says):
        plan(upgrade_steps, revisions, target, heads)


@pytest.mark.parametrize(
    ("target", "heads", "steps"),
    [
        ("base", "n", "n m d c f e b a"),
        (None, "n", "n m d c f e b a"),
        ("a", "n", "n m d c f e b"),
        ("c", "n", "n m d"),
        ("n", "n", ""),
        ("-1", "n", "n"),
        ("-2", "z", "z y"),
        ("-3", "z", "z y x"),
        ("n-1", "n", "n"),
        ("a+1", "n", "n m d c f e"),
        ("a", "z", "z y c b"),
        ("base", "z", "z y x c b a"),
        ("lx@base", "z", "z y x"),
        ("lx@base", "n", ""),
        ("le@base", "z", "z y c b a"),
        ("le@f", "n", "n m"),
        ("le@-1", "n", "n"),
        ("n@-1", "z", "z y c"),
        ("c+2", "n", "n"),
        ("b", "d f", "d c f e"),
        ("c@b", "d f", "d c"),
        ("lx@-1", "c z", "z"),
        ("base", "", ""),
    ],
)
def test_a_downgrade_takes_what_builds_on_the_target(revisions, target, heads, steps):
    assert plan(downgrade_steps, revisions, target, heads) == steps


@pytest.mark.parametrize(
    ("target", "heads", "error", "says"),
    [
        ("z", "n", RangeNotAncestorError, "z is not an ancestor"),
        ("c", "z", RangeNotAncestorError, "c is not an ancestor"),
        ("a", "", RangeNotAncestorError, "a is not an ancestor"),
        ("heads", "n", MultipleHeads, "given argument 'heads'"),
        ("+1", "n", RelativeLengthError, "Relative revision .1 didn't produce 1 migrations"),
        ("-0", "n", RelativeLengthError, "Relative revision -0 didn't produce 0 migrations"),
        ("-9", "z", RelativeLengthError, "Relative revision -9 didn't produce 9 migrations"),
        ("z-9", "z", WalkedTooFar, "Walked too far: -9 leads beyond the base"),
        ("z+1", "z", WalkedTooFar, r"Walked too far: \+1 leads beyond the last head"),
        ("-2", "n", AmbiguousWalk, "from m"),
        ("lx@-1", "n", NotOnBranch, "none of n is on branch 'lx'"),
        ("lx@-1", "", NotOnBranch, "there is nothing on branch 'lx'"),
        ("a@-1", "c e", AmbiguousStart, "Ambiguous downgrade .* from c or e"),
        ("a@b", "d f", NotAlongBranch, "after b come c and e, and branch 'a' doesn't tell"),
        (("c", "e"), "n", NotOneTarget, "Expected downgrade target in string form"),
        ("nope", "n", ResolutionError, "'nope'"),
    ],
)
def test_a_downgrade_that_can_not_be_is_refused(revisions, target, heads, error, says):
    with pytest.raises(error, match=says):
        plan(downgrade_steps, revisions, target, heads)


def test_one_step_down_from_several_heads_is_taken_from_the_first_with_a_warning(revisions):
    with pytest.warns(UserWarning, match="downgrade -1 from multiple heads is ambiguous"):
        assert plan(downgrade_steps, revisions, "-1", "n z") == "n"


@pytest.mark.parametrize(
    ("target", "heads", "steps", "left"),
    [
        ("c", "", "stamp_revision  -> c", "c"),
        ("c", "c", "", "c"),
        ("n", "c", "stamp_revision c -> n", "n"),
        ("m", "c e", "stamp_revision c, e -> m", "m"),
        ("a", "n", "stamp_revision n -> a", "a"),
        ("a", "z", "stamp_revision z -> a", "a"),
        ("z", "n", "stamp_revision  -> z", "n z"),
        ("e", "c", "stamp_revision  -> e", "c e"),
        ("heads", "n", "stamp_revision  -> z", "n z"),
        ("heads", "b", "stamp_revision b -> n | stamp_revision b -> z", "n z"),
        ("base", "n z", "stamp_revision n ->  | stamp_revision z -> ", ""),
        ("lx@base", "n z", "stamp_revision z -> ", "n"),
        ("le@base", "n x", "stamp_revision n -> ", "x"),
        ((), "n", "stamp_revision n -> ", ""),
        (None, "n", "stamp_revision n -> ", ""),
        (("c", "e"), "b", "stamp_revision b -> c | stamp_revision b -> e", "c e"),
        (("c", "e"), "n", "stamp_revision n -> c | stamp_revision n -> e", "c e"),
        (("n", "x"), "c x", "stamp_revision c -> n", "n x"),
        ("lx@head", "x", "stamp_revision x -> z", "z"),
        ("le@b", "c f", "stamp_revision c, f -> b", "b"),
    ],
)
def test_a_stamp_moves_the_rows_of_its_branch(revisions, target, heads, steps, left):
    rows = set(heads.split())
    found = stamp_steps(revisions, target, tuple(heads.split()))
    assert " | ".join(map(str, found)) == steps
    for step in found:
        carry_out(step, rows)
    assert " ".join(sorted(rows)) == left


@pytest.mark.parametrize("target", ["+1", "-1", "n-1", "lx@+1"])
def test_a_stamp_is_not_relative(revisions, target):
    with pytest.raises(ResolutionError, match="A stamp takes no relative target"):
        stamp_steps(revisions, target, ("n",))


def chosen(draw, revisions) -> tuple[str, ...]:
    names = revisions.linked.parents_first
    return tuple(sorted(tops(revisions, draw(st.sets(st.sampled_from(names), max_size=3)))))


@settings(max_examples=80, deadline=None)
@given(graphs(), st.data())
def test_an_upgrade_runs_what_is_missing_once_and_in_order(revisions, data):
    heads = chosen(data.draw, revisions)
    has = set().union(*(below(revisions, head) for head in heads))
    target = data.draw(st.sampled_from(revisions.linked.parents_first))
    steps = upgrade_steps(revisions, target, heads)
    assert {step.revision.revision for step in steps} == below(revisions, target) - has
    for step in steps:
        assert has.issuperset(step.revision._all_down_revisions)
        assert step.revision.revision not in has
        has.add(step.revision.revision)


@settings(max_examples=80, deadline=None)
@given(graphs(), st.data())
def test_a_downgrade_takes_nothing_away_from_under_another(revisions, data):
    heads = chosen(data.draw, revisions)
    has = set().union(*(below(revisions, head) for head in heads))
    target = data.draw(st.sampled_from([*sorted(has), "base"]))
    try:
        steps = downgrade_steps(revisions, target, heads)
    except RevisionError:
        return
    for step in steps:
        name = step.revision.revision
        assert not any(name != other and name in below(revisions, other) for other in has)
        has.remove(name)
    assert target == "base" or target in has
    assert target != "base" or not has


def test_a_plan_of_a_long_chain_loads_no_module():
    revisions = RevisionMap(
        lambda: [Drawn(f"r{n}", (f"r{n - 1}",) if n else (), (), ()) for n in range(5_000)]
    )
    up = upgrade_steps(revisions, "head", ())
    rows: set[str] = set()
    assert [carry_out(step, rows) for step in up][:2] == [["+r0"], ["r0>r1"]]
    assert rows == {"r4999"}
    for step in downgrade_steps(revisions, "base", ("r4999",)):
        carry_out(step, rows)
    assert rows == set()
