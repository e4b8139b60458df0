import pytest
from drawn import graph, graphs, listed
from hypothesis import given, settings

from alembic.graph.errors import (
    AmbiguousPrefix,
    AmbiguousWalk,
    MultipleHeads,
    NotAnIdentifier,
    ResolutionError,
    RevisionError,
)
from alembic.graph.map import RevisionMap
from alembic.graph.revision import Revision, is_revision, tuple_rev_as_scalar
from alembic.graph.target import (
    Base,
    Exact,
    Heads,
    Relative,
    find,
    get_one,
    parse,
    parse_relative,
    walk,
)

HINT = (
    "; please ensure at least four characters are present for partial revision identifier matches"
)


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("head", Heads(None, is_one=True)),
        ("heads", Heads(None, is_one=False)),
        ("base", Base(None)),
        ("ae10", Exact(None, "ae10")),
        ("feature@head", Heads("feature", is_one=True)),
        ("feature@heads", Heads("feature", is_one=False)),
        ("feature@base", Base("feature")),
        ("feature@ae10", Exact("feature", "ae10")),
        ("@ae10", Exact(None, "ae10")),
        ("a@b@head", Exact("a", "b@head")),
        ("HEAD", Exact(None, "HEAD")),
    ],
)
def test_a_text_means_one_thing(text, target):
    assert parse(text) == target


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("+2", Relative(None, None, 2, "+2")),
        ("-1", Relative(None, None, -1, "-1")),
        ("ae10+2", Relative(None, "ae10", 2, "+2")),
        ("head-1", Relative(None, "head", -1, "-1")),
        ("feature@+2", Relative("feature", None, 2, "+2")),
        ("feature@ae10-3", Relative("feature", "ae10", -3, "-3")),
        ("ae10", None),
        ("ae10+", None),
        ("+", None),
        ("1+x", None),
        (("+1",), None),
        (None, None),
    ],
)
def test_a_number_of_steps_is_told_apart(text, target):
    assert parse_relative(text) == target


@pytest.fixture
def revisions():
    return graph(
        "a -> b -> c, b -> d, c | d -> e -> f, x -> y; y needs c, x is lx, d is ld, d is other"
    )


@pytest.mark.parametrize(
    ("identifier", "found"),
    [
        ("a", "a"),
        ("heads", "f y"),
        ("base", ""),
        (None, ""),
        ("lx", "x"),
        ("lx@head", "y"),
        ("lx@heads", "y"),
        ("lx@base", ""),
        ("lx@y", "y"),
        ("lx@lx", "x"),
        ("ld@head", "f"),
        ("a@head", "f"),
        ("a@b", "b"),
        ("b@a", "a"),
        ("@a", "a"),
        (("a", "x"), "a x"),
        (["a", "a"], "a a"),
        (("lx@head", "heads"), "y f y"),
        ((), ""),
        ((None,), ""),
        ("-1", "e x"),
        ("lx@-1", "x"),
        ("lx@-2", ""),
        ("-9", ""),
    ],
)
def test_an_identifier_names_revisions(revisions, identifier, found):
    if identifier == "-9":
        with pytest.raises(AmbiguousWalk):
            revisions.get_revisions(identifier)
    else:
        assert listed(revisions.get_revisions(identifier)) == found


@pytest.mark.parametrize(
    ("identifier", "message"),
    [
        ("nope", "No such revision or branch 'nope'"),
        ("nope@head", "No such revision or branch 'nope'"),
        ("nope@a", "No such branch: 'nope'"),
        ("lx@nope", "No such revision or branch 'nope'"),
        ("lx@a", "Revision a is not a member of branch 'lx'"),
        ("ld@c", "Revision c is not a member of branch 'ld'"),
        ("no", f"No such revision or branch 'no'{HINT}"),
        ("a+2", f"No such revision or branch 'a+2'{HINT}"),
        ("a,b,x", "No such revision or branch 'a,b,x'"),
    ],
)
def test_what_names_nothing_is_said(revisions, identifier, message):
    for ask in (revisions.get_revision, revisions.get_revisions):
        with pytest.raises(ResolutionError) as caught:
            ask(identifier)
        assert str(caught.value) == message


@pytest.mark.parametrize("identifier", ["", "lx@"])
def test_nothing_names_nothing(revisions, identifier):
    with pytest.raises(ResolutionError):
        revisions.get_revision(identifier)


@pytest.mark.parametrize(
    ("identifier", "heads", "argument"),
    [
        ("head", ("f", "y"), "head"),
        ("heads", ("f", "y"), "heads"),
        (("a", "x"), ("a", "x"), "('a', 'x')"),
    ],
)
def test_one_revision_is_not_several(revisions, identifier, heads, argument):
    with pytest.raises(MultipleHeads) as caught:
        revisions.get_revision(identifier)
    assert (caught.value.heads, caught.value.argument) == (heads, argument)
    assert str(caught.value) == (
        f"Multiple heads are present for given argument '{argument}'; {', '.join(heads)}"
    )


def test_a_branch_with_two_heads_has_no_head():
    found = graph("a -> b, a -> c; a is one")
    with pytest.raises(MultipleHeads) as caught:
        found.get_current_head("one")
    assert caught.value.argument == "one@head"
    assert graph("a -> b, x; a is one").get_current_head("one") == "b"


def test_heads_are_those_that_nothing_depends_on_but_a_head_is_the_only_one():
    found = graph("a -> b, x; x needs b")
    assert listed(found.get_revisions("heads")) == "x"
    assert found.get_revision("heads").revision == "x"
    with pytest.raises(MultipleHeads):
        found.get_revision("head")


@pytest.mark.parametrize("given", [1, (1,), ("a", b"b")])
def test_an_identifier_is_text(revisions, given):
    with pytest.raises(NotAnIdentifier, match="is not a string; ensure database driver settings"):
        revisions.get_revision(given)


@pytest.fixture
def long_names():
    return RevisionMap(
        lambda: [
            Revision("abcdef1", None),
            Revision("abcdef2", "abcdef1", branch_labels="zzzlabel"),
            Revision("abcd3", "abcdef2"),
            Revision("xyz12", None, branch_labels="other"),
            Revision("zzzz1", "xyz12"),
            Revision("zq", "zzzz1"),
        ]
    )


@pytest.mark.parametrize(
    ("prefix", "found"),
    [
        ("zzzz", "zzzz1"),
        ("xy", "xyz12"),
        ("oth", "xyz12"),
        ("zzzl", "abcdef2"),
        ("other@zzz", "zzzz1"),
        ("abcd3", "abcd3"),
        ("oth@head", "zq"),
        ("zzzz@head", "zq"),
        ("oth@zzzz1", "zzzz1"),
    ],
)
def test_the_beginning_of_a_name_is_enough(long_names, prefix, found):
    assert long_names.get_revision(prefix).revision == found


@pytest.mark.parametrize(
    ("prefix", "candidates"),
    [
        ("abcd", ("abcdef1", "abcdef2", "abcd3")),
        ("abcdef", ("abcdef1", "abcdef2")),
        ("zz", ("zzzz1", "zzzlabel")),
        ("zzzlabel@abcdef", ("abcdef1", "abcdef2")),
    ],
)
def test_a_beginning_of_several_names_is_said_with_them(long_names, prefix, candidates):
    with pytest.raises(AmbiguousPrefix) as caught:
        long_names.get_revision(prefix)
    assert caught.value.candidates == candidates
    shown = ", ".join(map(repr, candidates))
    name = prefix.rpartition("@")[2]
    assert str(caught.value) == f"Multiple revisions start with '{name}': {shown}..."


@pytest.mark.parametrize("prefix", ["z", "zq@head@", "other@abcdef"])
def test_a_short_name_is_found_whole_only(long_names, prefix):
    with pytest.raises(ResolutionError):
        long_names.get_revision(prefix)


@pytest.mark.parametrize(
    ("targets", "against", "dependencies", "found"),
    [
        ("a b c d x", "ld", False, "a b d"),
        ("a b c d x", "y", False, "x"),
        ("a b c d x", "y", True, "a b c x"),
        ("f y", "lx@head", False, "y"),
        ("a x", None, False, "a x"),
        ("c e", "ld@c", False, "c e"),
    ],
)
def test_a_lineage_is_what_lies_above_and_below(revisions, targets, against, dependencies, found):
    names = targets.split()
    kept = revisions.filter_for_lineage(names, against, include_dependencies=dependencies)
    assert " ".join(kept) == found
    nodes = [revisions.get_revision(name) for name in names]
    kept = revisions.filter_for_lineage(nodes, against, include_dependencies=dependencies)
    assert listed(kept) == found


@pytest.mark.parametrize(
    ("heads", "current"), [(("y",), "c y"), (("e", "y"), "e y"), (("d",), "d"), ((), "")]
)
def test_what_a_database_has_is_also_what_its_revisions_need(revisions, heads, current):
    found = revisions._get_all_current(heads)
    assert " ".join(sorted(each.revision for each in found)) == current


@pytest.mark.parametrize(
    ("start", "steps", "branch", "end", "missing"),
    [
        ("a", 1, None, "b", 0),
        ("c", 2, None, "f", 0),
        ("b", 2, "ld", "e", 0),
        ("c", 9, None, "f", 7),
        (None, 1, "lx", "x", 0),
        ("y", -1, None, "x", 0),
        ("y", -2, None, None, 0),
        ("y", -5, None, None, 3),
        ("f", 0, None, "f", 0),
    ],
)
def test_a_walk_goes_as_far_as_there_is_a_way(revisions, start, steps, branch, end, missing):
    linked = revisions.linked
    found, left = walk(linked, get_one(linked, start), steps, branch)
    assert (None if found is None else found.revision, left) == (end, missing)


@pytest.mark.parametrize(
    ("start", "steps", "choices"), [("b", 1, "c d"), (None, 1, "a x"), ("f", -2, "c d")]
)
def test_a_walk_stops_where_the_way_parts(revisions, start, steps, choices):
    with pytest.raises(AmbiguousWalk, match="Ambiguous walk") as caught:
        walk(revisions.linked, get_one(revisions.linked, start), steps)
    assert " ".join(caught.value.choices) == choices


@settings(max_examples=50, deadline=None)
@given(graphs())
def test_each_id_names_its_revision(revisions):
    linked = revisions.linked
    for name in linked.parents_first:
        assert find(linked, name).revision == name
        lineage = set(revisions.filter_for_lineage(linked.parents_first, name))
        for other in linked.parents_first:
            if other in lineage:
                assert revisions.get_revision(f"{name}@{other}").revision == other
            else:
                with pytest.raises(RevisionError):
                    revisions.get_revision(f"{name}@{other}")


def test_older_helpers_stay():
    assert tuple_rev_as_scalar(("a",)) == "a"
    assert tuple_rev_as_scalar(("a", "b")) == ("a", "b")
    assert tuple_rev_as_scalar(()) is None
    revision = Revision("a", None)
    assert is_revision(revision) is revision
    with pytest.raises(AssertionError):
        is_revision("a")


def test_a_revision_prints_itself():
    assert repr(Revision("b", ("a",), "x", "feature")) == (
        "Revision('b', 'a', dependencies='x', branch_labels=('feature',))"
    )


def test_a_revision_can_be_told_what_follows_it():
    a, b = Revision("a", None), Revision("b", "a")
    a.add_nextrev(b)
    a.add_nextrev(b)
    assert a.nextrev == {"b"}
    assert not a.is_head
