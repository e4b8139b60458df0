"""Completion in real shells: what is offered where the cursor stands."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import pytest

from alembic import command
from alembic.command.shell_completion import SHELLS, CompletionNotInstalled
from alembic.config import Config

pytest.importorskip("argcomplete", reason="the extra alembic[completion] is not installed")

BASH = """
eval "$(alembic completion bash)"
COMP_LINE=$1 COMP_POINT=${#1} COMP_TYPE=9 COMPREPLY=()
_python_argcomplete alembic
printf '%s\\n' "${COMPREPLY[@]}"
"""
FISH = "alembic completion fish | source; complete -C $argv[1]"


@pytest.fixture
def shell(project):
    """Asks bash how a line could go on."""
    project.revisions("a1 -> b2, a1 -> c3", c3={"labels": ("blog",)})
    project.write("bin/alembic", f'#!/bin/sh\nexec {sys.executable} -m alembic "$@"\n').chmod(0o755)
    path = os.pathsep.join((str(project.folder / "bin"), os.environ["PATH"]))

    def ask(program: str, *argv: str) -> list[str]:
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed")
        done = subprocess.run(
            [program, *argv],
            env={**os.environ, "PATH": path},
            capture_output=True,
            text=True,
            check=True,
        )
        return [line.strip() for line in done.stdout.splitlines()]

    return ask


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("alembic upg", ["upgrade"]),
        ("alembic upgrade ", ["head", "heads", "base", "blog@head", "a1", "b2", "c3"]),
        ("alembic rebase b2 --onto c", ["c3"]),
        ("alembic history --fo", ["--format"]),
        ("alembic history --format ", ["mermaid", "dot", "svg", "html"]),
        ("alembic completion ", ["bash", "zsh", "fish"]),
        ("alembic history -r a1:b", ["b2", "base", "blog@head"]),  # ":" parts words in bash
        ("alembic -c alem", ["alembic.ini"]),
        ("alembic init mi", ["migrations/"]),
        ("alembic revision --version-path migrations/v", ["migrations/versions/"]),
    ],
)
def test_bash_is_offered_commands_options_and_revisions(shell, line, words):
    assert sorted(shell("bash", "-c", BASH, "bash", line)) == sorted(words)


def test_fish_is_told_what_they_are(shell):
    found = shell("fish", "-c", FISH, "alembic upgrade b")
    assert "b2\tstep b2" in found


def test_fish_is_offered_files_too(shell):
    assert "alembic.ini" in shell("fish", "-c", FISH, "alembic -c alem")


def test_the_end_of_a_range_is_completed(shell):
    assert "a1:b2\tstep b2" in shell("fish", "-c", FISH, "alembic history -r a1:b")


def test_zsh_takes_the_script(shell):
    script = 'autoload -Uz compinit; compinit -u; eval "$(alembic completion zsh)"; echo $_comps[alembic]'
    assert shell("zsh", "-f", "-c", script)[-1] == "_python_argcomplete"


def test_a_project_that_cannot_be_read_offers_no_revisions(project, shell):
    project.write("migrations/versions/c3_step.py", "revision = 'b2'\ndown_revision = None\n")
    assert shell("bash", "-c", BASH, "bash", "alembic show b") == [""]


@pytest.mark.parametrize("name", SHELLS)
def test_the_script_is_printed(project, name):
    assert "alembic" in project.ok("completion", name).out


def test_without_the_library_the_error_says_how_to_install_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "argcomplete.shell_integration", None)
    with pytest.raises(CompletionNotInstalled, match=r"pip install 'alembic\[completion\]'"):
        command.completion(Config(), "bash")
