"""``--json``: the listings for programs, which are the results of the typed interface."""

from __future__ import annotations

import dataclasses
import json

import pytest

from alembic.results.database import Current
from alembic.results.revision import RevisionInfo, TemplateInfo
from alembic.results.to_json import as_data
from projects import Project

MULTIPLE = """
from alembic import context
from sqlalchemy import create_engine

for name in ("one", "two"):
    with create_engine(f"sqlite:///{name}.db").connect() as connection:
        context.configure(connection=connection, upgrade_token=f"{name}_up")
        with context.begin_transaction():
            context.run_migrations()
"""


def names(result: type) -> list[str]:
    return [field.name for field in dataclasses.fields(result)]


@pytest.fixture
def branched(project) -> Project:
    project.revisions(
        "a1 -> b1, a1 -> c1, b1+c1 -> d1, x1",
        c1={"labels": ("blog",), "message": 'say "hi" ø ünïcode'},
        x1={"depends_on": "blog"},
    )
    return project


def listed(project, *argv):
    return json.loads(project.ok(*argv, "--json").out)


@pytest.mark.parametrize(
    "argv",
    [("history",), ("heads",), ("branches",), ("show", "heads"), ("show", "b1")],
    ids=" ".join,
)
def test_a_listing_of_revisions_has_the_fields_of_their_facts(branched, argv):
    found = listed(branched, *argv)
    assert found
    assert all(list(each) == names(RevisionInfo) for each in found)


def test_history_has_the_revisions_in_the_order_of_the_lines(branched):
    lines = [line.split(" -> ")[1].split()[0].strip(",") for line in branched.ok("history").lines]
    assert [each["revision"] for each in listed(branched, "history")] == lines


def test_everything_is_told_of_a_revision(branched):
    (told,) = listed(branched, "show", "c1")
    assert told == {
        "revision": "c1",
        "down_revisions": ["a1"],
        "depends_on": [],
        "children": ["d1"],
        "dependents": ["x1"],
        "branch_labels": ["blog"],
        "message": 'say "hi" ø ünïcode',
        "doc": 'say "hi" ø ünïcode\n\nRevision ID: c1\nRevises: a1',
        "create_date": None,
        "path": str(branched.folder / "migrations/versions/c1_step.py"),
        "is_head": False,
        "is_base": False,
        "is_branch_point": False,
        "is_merge_point": False,
        "is_current": None,
    }


def test_json_is_ascii_so_that_no_pipe_spoils_it(branched):
    assert branched.ok("show", "c1", "--json").out.isascii()


def test_the_date_of_a_revision_is_that_of_its_file(project):
    project.ok("revision", "-m", "first", "--rev-id", "a1")
    (told,) = listed(project, "heads")
    assert f"Create Date: {told['create_date']}\n" in project.read(
        "migrations/versions/a1_first.py"
    )


def test_lists_are_cut_as_the_lines_are(branched):
    assert [each["revision"] for each in listed(branched, "history", "-r", "a1:b1")] == ["b1", "a1"]
    assert [each["revision"] for each in listed(branched, "heads", "--resolve-dependencies")] == [
        line.split()[0] for line in branched.ok("heads", "--resolve-dependencies").lines
    ]
    assert [each["revision"] for each in listed(branched, "branches")] == ["a1"]


def test_nothing_to_list_is_an_empty_list(project):
    for argv in (("history",), ("heads",), ("branches",)):
        assert listed(project, *argv) == []


def test_where_a_database_was_asked_the_revisions_say_whether_it_is_there(branched):
    branched.ok("upgrade", "b1")
    told = {each["revision"]: each["is_current"] for each in listed(branched, "history", "-i")}
    assert told == {"a1": False, "b1": True, "c1": False, "d1": False, "x1": False}
    (current,) = listed(branched, "show", "current")
    assert (current["revision"], current["is_current"]) == ("b1", True)


def test_current_tells_of_each_database(branched):
    branched.ok("upgrade", "heads")
    (told,) = listed(branched, "current")
    assert list(told) == names(Current)
    assert (told["database"], told["heads"]) == ("sqlite:///x.db", ["d1", "x1"])
    assert [each["revision"] for each in told["revisions"]] == ["d1", "x1"]
    assert (told["is_at_head"], told["half_done"]) == (True, None)


def test_several_databases_are_one_list(branched):
    branched.write("migrations/env.py", MULTIPLE)
    branched.ok("upgrade", "b1")
    assert [each["database"] for each in listed(branched, "current")] == [
        "sqlite:///one.db",
        "sqlite:///two.db",
    ]
    assert len(listed(branched, "history", "-i")) == 5


def test_current_with_json_fails_where_heads_are_missing(branched):
    branched.ok("upgrade", "b1")
    done = branched.alembic("current", "--json", "--check-heads")
    assert (done.status, done.out) == (255, "")
    assert done.err.startswith("FAILED: Database is not on all head revisions\n")
    branched.ok("upgrade", "heads")
    assert listed(branched, "current", "--check-heads")[0]["is_at_head"] is True


def test_templates_are_listed_with_their_folders(project):
    told = listed(project, "list_templates")
    assert all(list(each) == names(TemplateInfo) for each in told)
    assert "generic" in [each["name"] for each in told]


def test_a_value_that_json_does_not_know_is_refused():
    with pytest.raises(TypeError, match="set has no place in JSON"):
        as_data({"a": {1, 2}})
