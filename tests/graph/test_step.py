from types import SimpleNamespace

import pytest
from drawn import Drawn, graph

from alembic.graph.errors import MissingFunction
from alembic.graph.map import RevisionMap
from alembic.graph.step import MigrationStep, RevisionStep, StampStep


class Lazy(Drawn):
    """A revision whose module is loaded when it is asked for."""

    loaded = 0

    @property
    def module(self):
        self.loaded += 1
        return SimpleNamespace(upgrade=lambda **kw: self.ran.append(kw))

    @module.setter
    def module(self, _value):
        self.ran = []


@pytest.fixture
def lazy():
    revision = Lazy("b", (), (), ())
    return RevisionMap(lambda: [revision]), revision


def test_a_module_is_loaded_when_its_step_is_run(lazy):
    revisions, revision = lazy
    step = MigrationStep.upgrade_from_script(revisions, revision)
    assert str(step) == "upgrade  -> b, step b"
    assert revision.loaded == 0
    step.migration_fn(flavour="mint")
    assert (revision.loaded, revision.ran) == (1, [{"flavour": "mint"}])


def test_a_missing_function_matters_when_it_is_run(lazy):
    step = MigrationStep.downgrade_from_script(*lazy)
    with pytest.raises(MissingFunction) as caught:
        step.migration_fn()
    error = caught.value
    assert (error.revision, error.path, error.function) == ("b", "versions/b_.py", "downgrade")
    assert "versions/b_.py" in str(error)
    assert "downgrade()" in str(error)


@pytest.mark.parametrize(
    ("revision", "is_upgrade", "says"),
    [
        ("a", True, "upgrade  -> a, step a"),
        ("b", True, "upgrade a -> b, step b"),
        ("d", True, "upgrade b, c -> d, step d"),
        ("d", False, "downgrade d -> b, c, step d"),
        ("a", False, "downgrade a -> , step a"),
        ("y", True, "upgrade x -> y, step y"),
    ],
)
def test_a_step_says_where_it_leads(revision, is_upgrade, says):
    revisions = graph("a -> b | c -> d, x -> y; y needs b")
    step = RevisionStep(revisions, revisions.get_revision(revision), is_upgrade)
    assert str(step) == says
    assert step.short_log == says.rpartition(", step")[0]
    assert step.is_downgrade is not is_upgrade
    assert step.name == ("upgrade" if is_upgrade else "downgrade")


def test_a_step_without_a_message_says_less():
    revisions = graph("a")
    revision = revisions.get_revision("a")
    revision.doc = ""
    assert str(RevisionStep(revisions, revision, is_upgrade=True)) == "upgrade  -> a"


@pytest.mark.parametrize("is_upgrade", [True, False])
def test_a_step_tells_parents_from_dependencies(is_upgrade):
    revisions = graph("a -> b, x -> y; y needs b")
    step = RevisionStep(revisions, revisions.get_revision("y"), is_upgrade)
    lower = step.from_revisions if is_upgrade else step.to_revisions
    parents = step.from_revisions_no_deps if is_upgrade else step.to_revisions_no_deps
    assert (lower, parents) == (("x", "b"), ("x",))
    upper = step.to_revisions if is_upgrade else step.from_revisions
    assert upper == ("y",)
    assert upper == (step.to_revisions_no_deps if is_upgrade else step.from_revisions_no_deps)


def test_a_dependency_of_an_ancestor_is_not_told_again():
    revisions = graph("x, a -> b; a needs x, b needs x")
    step = RevisionStep(revisions, revisions.get_revision("b"), is_upgrade=True)
    assert step.from_revisions == ("a",)


@pytest.mark.parametrize("is_upgrade", [True, False])
def test_callbacks_are_told_of_a_step(is_upgrade):
    revisions = graph("a -> b, x -> y; y needs b")
    info = RevisionStep(revisions, revisions.get_revision("y"), is_upgrade).info
    y, lower = revisions.get_revision("y"), revisions.get_revisions(("x", "b"))
    assert (info.is_upgrade, info.is_stamp, info.is_migration) == (is_upgrade, False, True)
    assert (info.up_revision_id, info.up_revision_ids) == ("y", ("y",))
    assert info.down_revision_ids == ("x", "b")
    assert (info.up_revision, info.up_revisions, info.down_revisions) == (y, (y,), lower)
    source, destination = (lower, (y,)) if is_upgrade else ((y,), lower)
    assert (info.source_revisions, info.destination_revisions) == (source, destination)
    assert info.source_revision_ids == tuple(each.revision for each in source)
    assert info.destination_revision_ids == tuple(each.revision for each in destination)


def test_callbacks_are_told_of_a_stamp():
    revisions = graph("a -> b | c -> d")
    step = StampStep(("b", "c"), "a", False, False, revisions)
    info = step.info
    assert (info.is_stamp, info.is_migration, info.is_upgrade) == (True, False, False)
    assert (info.up_revision_id, info.up_revision_ids) == ("b", ("b", "c"))
    assert info.down_revision_ids == info.destination_revision_ids == ("a",)
    assert info.source_revision_ids == ("b", "c")
    base = StampStep("a", None, False, True, revisions).info
    assert (base.down_revision_ids, base.down_revisions) == ((), ())
    first = StampStep(None, "a", True, True, revisions).info
    assert (first.up_revision_id, first.source_revision_ids) == ("a", ())


def test_a_stamp_runs_nothing():
    step = StampStep("a", "b", True, False)
    assert str(step) == "stamp_revision a -> b"
    assert step.doc is None
    assert step.migration_fn(anything=1) is None
    assert step.stamp_revision() is None
    assert (step.delete_version_num, step.insert_version_num) == ("a", "b")
