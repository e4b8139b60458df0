"""The established release and this project are given the same projects and the same commands.

Exit status, standard output, what is logged, files and databases are equal, but for the differences that
``docs/differences.md`` lists.
"""

from __future__ import annotations

import peer_compare
import peer_projects
import pytest
import shapes

PROJECTS = {
    f"{project.name} on {database}": (database, project)
    for project in peer_projects.all_projects()
    for database in project.databases
}
SHAPES = {name: shapes.steps(drawing) for name, drawing in shapes.SHAPES.items()}

pytestmark = [pytest.mark.differential, pytest.mark.xdist_group("differential")]


def _shape(name: str, both) -> tuple[list[str], set[str]]:
    problems: list[str] = []
    shown: set[str] = set()
    for line, theirs, ours in zip(
        SHAPES[name], both["peer"][name], both["ours"][name], strict=True
    ):
        found, seen = peer_compare.compare(line, theirs, ours, [])
        problems += found
        shown |= seen
    return problems, shown


def _project(name: str, both) -> tuple[list[str], set[str]]:
    problems: list[str] = []
    shown: set[str] = set()
    database, project = PROJECTS[name]
    for step, theirs, ours in zip(
        project.steps, both["peer"][name], both["ours"][name], strict=True
    ):
        if step.succeeds is not None and step.succeeds != (theirs["status"] == 0):
            problems.append(
                f"{step.line}: {theirs['status']} is not what the project is for\n"
                f"{theirs['output']}{theirs['error']}"
            )
        found, seen = peer_compare.compare(step.line, theirs, ours, step.marks_on(database))
        problems += found
        shown |= seen
    return problems, shown


@pytest.mark.parametrize("name", SHAPES)
def test_a_shape_is_answered_alike(name, answers):
    problems, _ = _shape(name, answers("shapes"))
    assert not problems, "\n\n".join(problems)


@pytest.mark.parametrize("name", PROJECTS)
def test_a_project_is_answered_alike(name, answers):
    problems, _ = _project(name, answers(PROJECTS[name][0]))
    assert not problems, "\n\n".join(problems)


def test_every_listed_difference_is_still_one(answers):
    """A difference that is gone is taken off the list; one that is seen stands on it."""
    shown = set()
    for group in peer_projects.GROUPS:
        both = answers(group)
        for name in both["peer"]:
            shown |= (_shape if name in SHAPES else _project)(name, both)[1]
    assert shown == peer_compare.listed()


def test_there_are_enough_of_both():
    assert len(SHAPES) >= 20
    assert len({project.name for _, project in PROJECTS.values()}) >= 15
