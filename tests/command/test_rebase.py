"""rebase: the parent changes and nothing else, and only where no database has the revision."""

from __future__ import annotations

import pytest


@pytest.fixture
def forked(project):
    project.revisions("a1 -> b1, a1 -> c1 -> d1")
    return project


def test_the_file_changes_in_its_parent_only(forked):
    before = forked.read("migrations/versions/c1_step.py")
    done = forked.ok("rebase", "c1", "--onto", "b1")
    path = forked.folder / "migrations/versions/c1_step.py"
    assert done.lines == [f"Rewriting {path} ...  done"]
    assert path.read_text() == before.replace("Revises: a1", "Revises: b1").replace(
        "down_revision = 'a1'", "down_revision = 'b1'"
    )
    assert [line.partition(",")[0] for line in forked.ok("history").lines] == [
        "c1 -> d1 (head)",
        "b1 -> c1",
        "a1 -> b1",
        "<base> -> a1",
    ]


def test_identifiers_may_be_labels(forked):
    forked.revision("b1", "a1", labels=("mine",))
    forked.ok("rebase", "c1", "--onto", "mine@head")
    assert "down_revision = 'b1'" in forked.read("migrations/versions/c1_step.py")


def test_a_revision_that_builds_on_nothing_can_be_moved(project):
    project.revisions("a1, b1 -> c1")
    project.ok("rebase", "b1", "--onto", "a1")
    assert project.ok("heads").lines == ["c1 (head)"]


@pytest.mark.parametrize("at", ["c1", "d1"])
def test_what_the_database_has_is_not_moved(forked, at):
    forked.ok("upgrade", at)
    before = forked.files()
    done = forked.alembic("rebase", "c1", "--onto", "b1")
    assert done.status == 255
    assert "has c1 already" in " ".join(done.out.split())
    assert "--force" in done.out
    assert "To put it below instead:  alembic rebase b1 --onto d1\n" in done.out
    assert forked.files() == before
    forked.ok("rebase", "c1", "--onto", "b1", "--force")
    assert forked.ok("heads").lines == ["d1 (head)"]


def test_the_other_way_round_is_advised_where_it_goes(forked):
    forked.ok("upgrade", "heads")
    done = forked.alembic("rebase", "c1", "--onto", "b1")
    assert done.status == 255
    assert "instead" not in done.out


def test_what_is_advised_is_done_when_it_is_pasted(forked):
    forked.ok("upgrade", "d1")
    told = forked.alembic("rebase", "c1", "--onto", "b1").out
    (advised,) = (line for line in told.splitlines() if line.startswith("To put it below"))
    forked.ok(*advised.partition(":  alembic ")[2].split())
    forked.ok("upgrade", "head")
    assert forked.ok("current").lines == ["b1 (head)"]


def test_what_something_applied_depends_on_is_not_moved(project):
    project.revisions("a1 -> b1, a1 -> c1, d1", d1={"depends_on": "c1"})
    project.ok("upgrade", "d1")
    assert "has c1 already" in " ".join(project.alembic("rebase", "c1", "--onto", "b1").out.split())


@pytest.mark.parametrize(
    ("files", "url", "said"),
    [
        ({"migrations/env.py": "raise ValueError('no')\n"}, None, "(no)"),
        ({"migrations/env.py": "pass\n"}, None, "ran no migrations"),
        ({}, "postgresql+psycopg://u:hunter2@127.0.0.1:1/x", "127.0.0.1"),
        ({}, "nosuchdialect://u:hunter2@h/x", "nosuchdialect"),
    ],
)
def test_a_database_that_cannot_be_asked_may_have_it(forked, files, url, said):
    for name, text in files.items():
        forked.write(name, text)
    if url is not None:
        forked.ini(f"sqlalchemy.url = {url}")
    before = forked.files()
    done = forked.alembic("rebase", "c1", "--onto", "b1")
    told = " ".join(done.both.split())
    assert done.status == 255
    assert "can't be asked whether it has c1 already" in told
    assert said in told
    assert "hunter2" not in told
    assert "Traceback" not in told
    assert forked.files() == before
    forked.ok("rebase", "c1", "--onto", "b1", "--force")


def test_a_merge_is_left_to_a_person(project):
    project.revisions("a1 -> b1, a1 -> c1, b1+c1 -> d1, a1 -> e1")
    done = project.alembic("rebase", "d1", "--onto", "e1", "--force")
    assert "joins several revisions" in " ".join(done.out.split())


def test_a_parent_that_is_computed_is_left_to_a_person(forked):
    forked.write(
        "migrations/versions/x1.py",
        "revision = 'x1'\ndown_revision = 'a' + '1'\ndef upgrade(): pass\n",
    )
    before = forked.files()
    done = forked.alembic("rebase", "x1", "--onto", "b1", "--force")
    assert done.status == 255
    assert "x1.py, line 2" in done.out
    assert forked.files() == before
