import pytest
from drawn import Drawn, graph, revisions

from alembic.graph.errors import (
    BranchNameTaken,
    CycleDetected,
    DependencyCycleDetected,
    DependencyLoopDetected,
    DuplicateRevision,
    InvalidRevisionId,
    LoopDetected,
    MissingRevision,
    RevisionError,
)
from alembic.graph.map import RevisionMap
from alembic.graph.revision import Revision
from alembic.util.exc import CommandError


def test_nothing_is_read_before_something_is_asked():
    read = []
    revisions = RevisionMap(lambda: read.append("read") or [Revision("a", None)])
    assert read == []
    assert revisions.heads == ("a",)
    assert revisions.bases == ("a",)
    assert read == ["read"]


def test_a_map_without_revisions_has_no_ends():
    empty = RevisionMap(list)
    assert (empty.heads, empty.bases, empty.get_current_head()) == ((), (), None)
    assert list(empty.iterate_revisions("heads", "base")) == []


@pytest.mark.parametrize(
    ("drawing", "heads", "bases", "real_heads", "real_bases"),
    [
        ("a", "a", "a", "a", "a"),
        ("a -> b -> c", "c", "a", "c", "a"),
        ("a -> b -> c, b -> d", "c d", "a", "c d", "a"),
        ("a -> c, a -> b", "c b", "a", "c b", "a"),
        ("a -> b | c -> d", "d", "a", "d", "a"),
        ("a -> b, x -> y", "b y", "a x", "b y", "a x"),
        ("a -> b, x -> y; y needs b", "b y", "a x", "y", "a x"),
        ("a, x; x needs a", "a x", "a x", "x", "a"),
        ("a -> b, x; x needs feature, a is feature", "b x", "a x", "b x", "a"),
    ],
)
def test_ends_come_in_the_order_of_the_files(drawing, heads, bases, real_heads, real_bases):
    found = graph(drawing)
    assert " ".join(found.heads) == heads
    assert " ".join(found.bases) == bases
    assert " ".join(found._real_heads) == real_heads
    assert " ".join(found._real_bases) == real_bases


def test_a_revision_knows_its_place():
    found = graph("a -> b -> c, b -> d, c | d -> e, x; x needs b")
    b, e, x = map(found.get_revision, "bex")
    assert b.nextrev == {"c", "d"}
    assert b._all_nextrev == {"c", "d", "x"}
    assert (b.is_base, b.is_head, b.is_branch_point, b.is_merge_point) == (
        False,
        False,
        True,
        False,
    )
    assert (e.is_base, e.is_head, e.is_branch_point, e.is_merge_point) == (False, True, False, True)
    assert (x.is_base, x._is_real_base) == (True, False)
    assert x.down_revision is None
    assert x.dependencies == "b"
    assert e.down_revision == ("c", "d")


@pytest.mark.parametrize(
    ("drawing", "labels"),
    [
        ("a -> b -> c; a is one", {"a": "one", "b": "one", "c": "one"}),
        ("a -> b -> c; c is one", {"a": "one", "b": "one", "c": "one"}),
        ("a -> b -> c, b -> d; c is one", {"a": "", "b": "", "c": "one", "d": ""}),
        ("a -> b -> c | d; b is one", {"a": "", "b": "one", "c": "one", "d": "one"}),
        ("a -> b | c -> d; b is one, c is two", {"b": "one", "c": "two", "d": "one two"}),
        ("a -> b -> c, x; b is one, x needs a", {"a": "", "b": "one", "c": "one", "x": ""}),
        ("a -> b; a is one, a is two", {"a": "one two", "b": "one two"}),
    ],
)
def test_a_label_belongs_to_its_branch(drawing, labels):
    found = graph(drawing)
    assert {
        name: " ".join(sorted(found.get_revision(name).branch_labels)) for name in labels
    } == labels


@pytest.mark.parametrize(
    ("drawing", "kind", "culprits"),
    [
        ("a -> a", LoopDetected, ["a"]),
        ("a -> b, b -> b", LoopDetected, ["b"]),
        ("a; a needs a", DependencyLoopDetected, ["a"]),
        ("a -> b -> c -> a", CycleDetected, ["a", "b", "c"]),
        ("a -> b -> c -> a, c -> d -> e", CycleDetected, ["a", "b", "c"]),
        ("root -> a, a -> b -> c -> a, c -> d", CycleDetected, ["a", "b", "c"]),
        ("a, b; a needs b, b needs a", DependencyCycleDetected, ["a", "b"]),
        ("a -> b -> c; a needs c", DependencyCycleDetected, ["a", "b", "c"]),
        ("a -> b, x; a needs x, x needs b", DependencyCycleDetected, ["a", "b", "x"]),
    ],
)
def test_a_cycle_names_its_revisions_and_their_files(drawing, kind, culprits):
    with pytest.raises(CycleDetected) as caught:
        _ = graph(drawing).heads
    assert type(caught.value) is kind
    assert caught.value.revisions == culprits
    first, *files, advice = str(caught.value).splitlines()
    assert first == f"{kind.kind} is detected in revisions ({', '.join(culprits)})"
    assert files == [f"  {name}: versions/{name}_.py" for name in culprits]
    assert advice == f"Correct {kind.variables} in one of their files"


def test_a_loop_is_a_cycle_of_both_kinds():
    assert issubclass(DependencyLoopDetected, LoopDetected)
    assert issubclass(DependencyLoopDetected, DependencyCycleDetected)
    assert issubclass(RevisionError, CommandError)
    assert DependencyLoopDetected(["a"]).revisions == ["a"]


@pytest.mark.parametrize(
    ("parents", "needs", "variable"),
    [(("nowhere",), (), "down_revision"), ((), ("nowhere",), "depends_on")],
)
def test_a_missing_parent_names_who_misses_it(parents, needs, variable):
    orphan = Drawn("a", parents, needs, ())
    with pytest.raises(MissingRevision) as caught:
        _ = RevisionMap(lambda: [orphan]).heads
    error = caught.value
    assert (error.revision, error.path, error.missing) == ("a", "versions/a_.py", "nowhere")
    assert variable in str(error)
    assert "versions/a_.py" in str(error)


def test_a_parent_is_named_in_full():
    beginning = [Drawn("abcdef", (), (), ("feature",)), Drawn("b", ("abcd",), (), ())]
    with pytest.raises(MissingRevision):
        _ = RevisionMap(lambda: beginning).heads
    label = [Drawn("abcdef", (), (), ("feature",)), Drawn("b", ("feature",), (), ())]
    with pytest.raises(MissingRevision):
        _ = RevisionMap(lambda: label).heads


def test_two_files_with_one_id_are_both_named():
    one, two = Drawn("a", (), (), ()), Drawn("a", (), (), ())
    two.path = "versions/copy.py"
    with pytest.raises(DuplicateRevision, match="Revision a is present more than once") as caught:
        _ = RevisionMap(lambda: [one, two]).heads
    assert caught.value.paths == ("versions/a_.py", "versions/copy.py")
    assert all(path in str(caught.value) for path in caught.value.paths)


@pytest.mark.parametrize("drawing", ["a -> b; a is one, b is one", "a -> b; b is a", "a; a is a"])
def test_a_label_is_nobody_elses_name(drawing):
    with pytest.raises(BranchNameTaken, match="already used by revision a"):
        _ = graph(drawing).heads


@pytest.mark.parametrize(("name", "wrong"), [("a@b", "@"), ("a:+b", "+, :"), ("a-", "-")])
def test_an_id_holds_nothing_that_identifiers_are_written_with(name, wrong):
    with pytest.raises(InvalidRevisionId) as caught:
        Revision(name, None)
    assert str(caught.value) == (
        f"Character(s) '{wrong}' not allowed in revision identifier '{name}'; "
        "choose an id of letters and digits"
    )


def test_a_revision_can_be_added():
    found = graph("a -> b, x")
    found.add_revision(Drawn("c", ("b",), (), ()))
    assert (found.heads, found.bases) == (("x", "c"), ("a", "x"))
    assert found.get_revision("b").nextrev == {"c"}
    found.add_revision(Drawn("root", (), ("c",), ("feature",)))
    assert (found.heads, found._real_heads) == (("x", "c", "root"), ("x", "root"))
    assert found.bases == ("a", "x", "root")
    assert found.get_revision("feature").revision == "root"
    assert [each.revision for each in found.iterate_revisions("heads", "base")] == [
        "x",
        "root",
        "c",
        "b",
        "a",
    ]


@pytest.mark.parametrize(
    "revision",
    [
        Drawn("b", ("a",), (), ()),
        Drawn("c", ("b", "nowhere"), (), ()),
        Drawn("c", ("b",), ("nowhere",), ("other",)),
        Drawn("c", ("b",), (), ("b",)),
        Drawn("c", ("c",), (), ()),
    ],
)
@pytest.mark.parametrize("labels", ["", "; a is feature"])
def test_a_revision_that_does_not_fit_changes_nothing(revision, labels):
    found = graph(f"a -> b{labels}")
    assert found.heads == ("b",)
    with pytest.raises(RevisionError):
        found.add_revision(revision)
    assert (found.heads, found.bases) == (("b",), ("a",))
    assert found.get_revision("b").nextrev == set()


def test_a_revision_can_be_replaced():
    found = graph("a -> b, x; b is feature")
    found.add_revision(Drawn("b", ("x",), (), ("other",)), _replace=True)
    assert (found.heads, found.bases) == (("a", "b"), ("a", "x"))
    assert found.get_revision("x").nextrev == {"b"}
    assert found.get_revision("a").nextrev == set()
    assert found.get_revision("other").revision == "b"
    assert "feature" not in found._revision_map


def test_revisions_may_go_from_one_map_to_another():
    drawn = revisions("a -> b -> c; b is feature")
    assert RevisionMap(lambda: drawn).heads == ("c",)
    again = RevisionMap(lambda: drawn[:2])
    assert again.heads == ("b",)
    assert again.get_revision("b").is_head
