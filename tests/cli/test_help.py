"""What people read first: ``alembic`` alone, and ``--help``."""

from __future__ import annotations

import re
import shlex

import pytest

from alembic.cli.help import FIRST_STEPS, GROUPS
from alembic.cli.main import CommandLine
from alembic.cli.table import COMMANDS

EXAMPLES = [
    line
    for group in GROUPS.values()
    for examples in group.values()
    for line, _ in (*examples, *FIRST_STEPS)
]


def grouped(text: str) -> dict[str, list[str]]:
    """Group → commands, as the help shows them."""
    sections = re.findall(r"^(\w+) commands:\n((?:    .*\n)+)", text, re.MULTILINE)
    return {title: re.findall(r"^    (\w+)", body, re.MULTILINE) for title, body in sections}


def test_every_command_stands_in_one_group():
    in_groups = [name for group in GROUPS.values() for name in group]
    assert sorted(in_groups) == sorted(command.name for command in COMMANDS)


def test_the_help_has_the_commands_in_groups_and_what_they_do(empty):
    shown = empty.ok("--help").out
    assert grouped(shown) == {title: list(group) for title, group in GROUPS.items()}
    for command in COMMANDS:
        assert command.help in shown


def test_alembic_alone_says_how_to_begin_and_lists_the_commands(empty):
    done = empty.alembic()
    assert (done.status, done.out) == (2, "")
    assert grouped(done.err).keys() == GROUPS.keys()
    assert "alembic init migrations" in done.err
    assert done.err.endswith("\nalembic: error: too few arguments\n")


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_the_help_of_a_command_ends_with_examples(empty, command):
    examples = empty.ok(command.name, "--help").out.partition("\nexamples:\n")[2].splitlines()
    assert examples
    assert all(f"alembic {command.name}" in line for line in examples)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_the_help_of_a_command_says_what_it_does(empty, command):
    _, said, *_ = empty.ok(command.name, "--help").out.split("\n\n")
    assert " ".join(said.split()) == command.help


@pytest.mark.parametrize("line", dict.fromkeys(EXAMPLES))
def test_an_example_is_understood(line):
    typed = re.sub(r'^eval "\$\((.*)\)"$', r"\1", line)
    _, *argv = shlex.split(re.split(r" [>|] ", typed)[0])
    assert CommandLine(prog="alembic").parser.parse_args(argv).cmd


def test_examples_have_the_name_of_the_program(capsys):
    with pytest.raises(SystemExit):
        CommandLine(prog="shop-db").main(["upgrade", "--help"])
    assert "    shop-db upgrade head " in capsys.readouterr().out


def test_a_command_of_ones_own_stands_below_the_groups(capsys):
    def seed(config):
        """Fill the shop with goods."""

    program = CommandLine(prog="shop-db")
    program.register_command(seed)
    with pytest.raises(SystemExit):
        program.main(["--help"])
    shown = capsys.readouterr().out
    assert grouped(shown)["other"] == ["seed"]
    with pytest.raises(SystemExit):
        program.main(["seed", "--help"])
    shown = capsys.readouterr().out
    assert "Fill the shop with goods." in shown
    assert "examples" not in shown
