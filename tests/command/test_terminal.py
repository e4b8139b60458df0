"""Listings at a terminal: a tree, and colours; in a pipe the lines of ever."""

from __future__ import annotations

import io
import re

import pytest

import projects
from alembic import command
from alembic.command.terminal import is_coloured
from alembic.config import Config
from projects import Project

COLOURS = re.compile(r"\x1b\[[\d;]*m")
HISTORY = """\
● d1 (blog) (head), step d1
├─╮
● │ b1, step b1
│ │ ● e4 (blog) (head), step e4
│ │ ● e3 (blog), step e3
│ │ ● e2 (blog), step e2
│ │ ● e1 (blog), step e1
│ │ │ ● x1 (head) (depends on c1), step x1
│ ├─╯
│ ● c1 (blog), step c1
├─╯
● a1, step a1
"""


@pytest.fixture
def branched(project) -> Project:
    project.revisions(
        "a1 -> b1, a1 -> c1, b1+c1 -> d1, c1 -> e1 -> e2 -> e3 -> e4, x1",
        c1={"labels": ("blog",)},
        x1={"depends_on": "c1"},
    )
    return project


@pytest.fixture
def terminal(monkeypatch):
    """Both streams are a terminal of today."""
    monkeypatch.setattr(projects.Stream, "isatty", lambda _stream: True, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)


def uncoloured(done) -> str:
    return COLOURS.sub("", done.out)


def test_history_is_a_tree_in_colours(branched, terminal):
    done = branched.ok("history")
    assert COLOURS.search(done.out)
    assert uncoloured(done) == HISTORY


@pytest.mark.parametrize("command", ["history", "heads", "branches"])
def test_no_color_and_a_dumb_terminal_have_the_tree_alone(branched, terminal, monkeypatch, command):
    coloured = branched.ok(command)
    assert COLOURS.search(coloured.out)
    monkeypatch.setenv("NO_COLOR", "1")
    assert branched.ok(command).out == uncoloured(coloured)
    monkeypatch.delenv("NO_COLOR")
    monkeypatch.setenv("TERM", "dumb")
    assert branched.ok(command).out == uncoloured(coloured)


def test_with_graph_a_pipe_has_the_tree_too(branched):
    assert branched.ok("history", "--graph").out == HISTORY


def test_where_the_output_has_no_lines_the_tree_is_of_ascii(branched, monkeypatch):
    monkeypatch.setattr(projects.Stream, "encoding", "ascii")
    assert branched.ok("history", "--graph", "-r", "c1:e2").out == (
        "* e2 (blog), step e2\n* e1 (blog), step e1\n* c1 (blog), step c1\n"
    )


def test_verbose_entries_stand_beside_the_line(branched):
    lines = branched.ok("history", "--graph", "-v", "-r", "a1:b1").lines
    assert lines[0] == "● Rev: b1"
    assert lines[1] == "│ Parent: a1"
    assert "● Rev: a1 (branchpoint)" in lines


def test_where_the_database_is_stands_in_the_tree(branched):
    branched.ok("upgrade", "e2")
    lines = branched.ok("history", "--graph", "-i", "-r", "e1:e3").lines
    assert lines == [
        "● e3 (blog), step e3",
        "● e2 (blog) (current), step e2",
        "● e1 (blog), step e1",
    ]


def test_several_heads_are_shown_as_far_as_they_part(branched, terminal):
    assert uncoloured(branched.ok("heads")) == (
        "● d1 (blog) (head), step d1\n"
        "├─╮\n"
        "● │ b1, step b1\n"
        "│ │ ● e4 (blog) (head), step e4\n"
        "│ │ ● … 3 revisions …\n"
        "│ │ │ ● x1 (head) (depends on c1), step x1\n"
        "│ ├─╯\n"
        "│ ● c1 (blog), step c1\n"
        "├─╯\n"
        "● a1, step a1\n"
    )


def test_one_head_is_one_line(project, terminal):
    project.revisions("a1 -> b1")
    assert uncoloured(project.ok("heads")) == "b1 (head), step b1\n"


def test_branches_are_small_trees(branched, terminal):
    assert uncoloured(branched.ok("branches")) == (
        "c1 (blog), step c1\n"
        "├─ d1 (blog) (head), step d1\n"
        "╰─ e1 (blog), step e1\n"
        "\n"
        "a1, step a1\n"
        "├─ b1, step b1\n"
        "╰─ c1 (blog), step c1\n"
        "\n"
    )


def test_a_long_message_keeps_its_lines_beside_the_tree(project):
    project.revision("a1", message="one\ntwo")
    project.revision("b1", "a1")
    assert project.ok("history", "--graph").out == "● b1 (head), step b1\n● a1, one\n  two\n"


@pytest.mark.parametrize(
    "forms", [("--graph", "--json"), ("--format", "dot", "--graph"), ("--format", "svg", "--json")]
)
def test_two_forms_of_one_listing_are_refused(branched, forms):
    done = branched.alembic("history", *forms)
    assert (done.status, done.out.count("●")) == (255, 0)
    assert "choose one of them" in done.both


@pytest.mark.parametrize("form", ["mermaid", "dot", "svg", "html"])
def test_a_picture_has_paths_as_they_are_within_the_project(branched, form):
    shown = branched.ok("history", "--format", form).out
    assert str(branched.folder) not in shown
    assert "d1" in shown


@pytest.mark.parametrize(
    ("form", "said"),
    [("mermaid", "Gr#246;#223;e"), *((form, "Gr&#246;&#223;e") for form in ("dot", "svg", "html"))],
)
@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_a_picture_loses_no_letter_where_the_terminal_is_not_utf_8(project, form, said, encoding):
    project.revision("a1", message="Größe")
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding=encoding)
    command.history(Config(project.folder / "alembic.ini", stdout=stream), format=form)
    stream.flush()
    assert said in raw.getvalue().decode("ascii")


def test_a_picture_shows_where_the_database_is(branched):
    branched.ok("upgrade", "b1")
    assert "(current)" not in branched.ok("history", "--format", "dot").out
    assert "b1 (current)" in branched.ok("history", "--format", "dot", "-i").out


class Terminal:
    def isatty(self):
        return True


@pytest.mark.parametrize(
    ("stream", "environ", "is_coloured_there"),
    [
        (Terminal(), {"TERM": "xterm"}, True),
        (Terminal(), {"TERM": "xterm", "NO_COLOR": ""}, True),
        (Terminal(), {"TERM": "xterm", "NO_COLOR": "1"}, False),
        (Terminal(), {"TERM": "dumb"}, False),
        (projects.Stream(), {"TERM": "xterm"}, False),
        (object(), {"TERM": "xterm"}, False),
    ],
)
def test_colours_are_for_terminals_whose_users_want_them(stream, environ, is_coloured_there):
    assert is_coloured(stream, environ) is is_coloured_there
