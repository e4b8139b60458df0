import pytest
from drawn import carry_out, graph, graphs, tops
from hypothesis import given, settings, strategies as st

from alembic.graph.errors import RangeNotAncestorError
from alembic.graph.plan import downgrade_steps, upgrade_steps
from alembic.graph.step import RevisionStep, StampStep

DRAWING = "a -> b -> c, b -> d, c | d -> e, x -> y, p -> q; y needs c, q needs d"


@pytest.mark.parametrize(
    ("revision", "rows", "changes"),
    [
        ("a", "", "+a"),
        ("b", "a", "a>b"),
        ("d", "c", "+d"),
        ("d", "y", "+d"),
        ("e", "c d", "-c d>e"),
        ("e", "d y", "d>e"),
        ("x", "b", "+x"),
        ("y", "c x", "-x c>y"),
        ("y", "c d x", "-x c>y"),
        ("q", "p y", "p>q"),
    ],
)
def test_an_upgrade_changes_rows(revision, rows, changes):
    revisions = graph(DRAWING)
    step = RevisionStep(revisions, revisions.get_revision(revision), is_upgrade=True)
    assert " ".join(carry_out(step, set(rows.split()))) == changes


@pytest.mark.parametrize(
    ("revision", "rows", "changes"),
    [
        ("a", "a", "-a"),
        ("b", "b", "b>a"),
        ("c", "c", "c>b"),
        ("c", "c d", "-c"),
        ("c", "c x", "c>b"),
        ("d", "d y", "-d"),
        ("e", "e", "+c e>d"),
        ("e", "e y", "e>d"),
        ("e", "e q y", "-e"),
        ("y", "y", "+x y>c"),
        ("y", "e y", "y>x"),
        ("x", "b x", "-x"),
    ],
)
def test_a_downgrade_changes_rows(revision, rows, changes):
    revisions = graph(DRAWING)
    step = RevisionStep(revisions, revisions.get_revision(revision), is_upgrade=False)
    assert " ".join(carry_out(step, set(rows.split()))) == changes


def test_the_same_question_has_the_same_answer():
    revisions = graph(DRAWING)
    step = RevisionStep(revisions, revisions.get_revision("d"), is_upgrade=False)
    rows = {"d", "y"}
    assert [step.should_delete_branch(rows) for _ in range(3)] == [True, True, True]
    assert not step.should_delete_branch({"d"})
    assert step.should_delete_branch(rows)
    move, rows = RevisionStep(revisions, revisions.get_revision("c"), is_upgrade=False), {"c", "x"}
    assert [move.update_version_num(rows) for _ in range(3)] == [("c", "b")] * 3


@settings(max_examples=80, deadline=None)
@given(graphs(), st.data())
def test_the_rows_are_always_what_nothing_applied_builds_on(revisions, data):
    applied: set[str] = set()
    rows: set[str] = set()
    for target in (
        "heads",
        data.draw(st.sampled_from(revisions.linked.parents_first)),
        "heads",
        "base",
    ):
        make = upgrade_steps if target == "heads" else downgrade_steps
        try:
            steps = make(revisions, target, tuple(sorted(rows)))
        except RangeNotAncestorError:  # only dependencies lead there
            continue
        for step in steps:
            carry_out(step, rows)
            applied ^= {step.revision.revision}
            assert rows == tops(revisions, applied)
    assert rows == set()


@pytest.mark.parametrize(
    ("from_", "to", "is_upgrade", "branch_move", "rows", "changes"),
    [
        (None, "a", True, True, "", "+a"),
        ("a", None, False, True, "a b", "-a"),
        ("a", "b", True, False, "a", "a>b"),
        (("a", "b"), "c", True, False, "a b", "-a b>c"),
        ("c", ("a", "b"), False, False, "c", "+a c>b"),
        (("a", "b"), "c", True, False, "b", "b>c"),
        ("a", "b", True, False, "c", "+b"),
    ],
)
def test_a_stamp_changes_rows(from_, to, is_upgrade, branch_move, rows, changes):
    step = StampStep(from_, to, is_upgrade, branch_move)
    assert " ".join(carry_out(step, set(rows.split()))) == changes


@pytest.mark.parametrize(
    ("revision", "is_upgrade", "rows", "asked", "answer"),
    [
        ("d", True, "c", "should_create_branch", True),
        ("d", True, "b", "should_create_branch", False),
        ("c", False, "c d", "should_delete_branch", True),
        ("c", False, "c", "should_delete_branch", False),
        ("e", True, "c d", "should_merge_branches", True),
        ("e", True, "c", "should_merge_branches", False),
        ("e", False, "e", "should_unmerge_branches", True),
        ("b", False, "b", "should_unmerge_branches", False),
        ("e", True, "c d", "merge_branch_idents", (["c"], "d", "e")),
        ("e", False, "e", "unmerge_branch_idents", ("e", "d", ("c",))),
        ("b", True, "a", "update_version_num", ("a", "b")),
        ("b", False, "b", "update_version_num", ("b", "a")),
    ],
)
def test_a_step_can_be_asked_about_rows(revision, is_upgrade, rows, asked, answer):
    revisions = graph(DRAWING)
    step = RevisionStep(revisions, revisions.get_revision(revision), is_upgrade)
    assert getattr(step, asked)(set(rows.split())) == answer
    assert step.delete_version_num == step.insert_version_num == revision
