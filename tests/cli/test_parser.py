"""The command line as it is typed: commands, options, usage errors."""

from __future__ import annotations

import pytest

from alembic.cli.main import CommandLine
from alembic.cli.parser import parameters
from alembic.cli.table import COMMANDS

# Our own.
LOCKS = "--no-lock --lock-timeout"
LIMITS = "--ddl-lock-timeout --ddl-statement-timeout"
# The options of the established release, command by command, and those of our own.
OPTIONS = {
    "branches": "-h --help -v --verbose --json",
    "check": "-h --help --json",
    "completion": "-h --help",
    "current": "-h --help --json -c --check-heads -v --verbose",
    "downgrade": f"-h --help --sql --tag --dry-run {LOCKS} {LIMITS}",
    "drift": "-h --help --scratch-url --json",
    "edit": "-h --help",
    "ensure_version": "-h --help --sql",
    "heads": "-h --help -v --verbose --resolve-dependencies --check --json",
    "history": "-h --help -r --rev-range -v --verbose -i --indicate-current "
    "--graph --format --json",
    "init": "-h --help -t --template --package",
    "list_templates": "-h --help --json",
    "merge": "-h --help -m --message --branch-label --rev-id --splice",
    "rebase": "-h --help --onto --force",
    "revision": "-h --help -m --message --autogenerate --sql --head --splice --branch-label "
    "--version-path --rev-id --depends-on --rename --fail-if-empty --skip-empty "
    "--from-database --against-scripts --stamp --scratch-url",
    "show": "-h --help --json",
    "stamp": f"-h --help --sql --tag --purge {LOCKS}",
    "upgrade": f"-h --help --sql --tag --dry-run {LOCKS} {LIMITS}",
}
ARGUMENTS = {
    "completion": ["shell"],
    "downgrade": ["revision"],
    "edit": ["rev"],
    "init": ["directory"],
    "merge": ["revisions"],
    "rebase": ["rev"],
    "show": ["rev"],
    "stamp": ["revisions"],
    "upgrade": ["revision"],
}


def test_every_command_is_there():
    assert [command.name for command in COMMANDS] == sorted(OPTIONS)


@pytest.mark.parametrize("name", OPTIONS)
def test_a_command_has_its_options(name):
    parser = CommandLine().subparsers.choices[name]
    found = {flag for action in parser._actions for flag in action.option_strings}
    assert found == set(OPTIONS[name].split())
    positional = [action.dest for action in parser._actions if not action.option_strings]
    assert positional == ARGUMENTS.get(name, [])


@pytest.mark.parametrize("name", OPTIONS)
def test_every_option_is_a_parameter_of_the_function(name):
    program = CommandLine()
    given = ["fish" if name == "completion" else "x"] if name in ARGUMENTS else []
    required = ["--onto", "y"] if name == "rebase" else []
    function, arguments, options = program.parser.parse_args([name, *given, *required]).cmd
    positional, optional = parameters(function)
    assert len(arguments) == len([each for each in positional if each not in options])
    assert set(options) - {"onto"} <= set(optional)


@pytest.mark.parametrize("name", [None, *OPTIONS])
def test_help_goes_to_standard_output(empty, name):
    done = empty.ok(*filter(None, [name]), "--help")
    assert done.err == ""
    assert done.out.startswith(f"usage: alembic {name or '[-h]'}")


def test_the_version_is_told(empty):
    assert empty.ok("--version").out == "alembic 1.21.0\n"


@pytest.mark.parametrize(
    ("argv", "told"),
    [
        ([], "too few arguments"),
        (["bogus"], "invalid choice: 'bogus'"),
        (["upgrade"], "the following arguments are required: revision"),
        (["downgrade"], "the following arguments are required: revision"),
        (["stamp"], "the following arguments are required: revisions"),
        (["merge"], "the following arguments are required: revisions"),
        (["show"], "the following arguments are required: rev"),
        (["edit"], "the following arguments are required: rev"),
        (["init"], "the following arguments are required: directory"),
        (["rebase", "a"], "the following arguments are required: --onto"),
        (["history", "extra"], "unrecognized arguments: extra"),
        (["heads", "--bogus"], "unrecognized arguments: --bogus"),
        (["--bogus", "heads"], "unrecognized arguments: --bogus"),
        (["revision", "-m"], "expected one argument"),
        (["-c"], "expected one argument"),
        (["upgrade", "head", "--sql=yes"], "ignored explicit argument 'yes'"),
        (["rebase", "a", "--onto"], "expected one argument"),
    ],
    ids=" ".join,
)
def test_a_usage_error_has_the_status_two_and_is_told_on_standard_error(empty, argv, told):
    done = empty.alembic(*argv)
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith("usage: alembic")
    assert told in done.err


def test_a_relative_target_is_no_option(project):
    project.revisions("a1 -> b1")
    project.ok("upgrade", "+1")
    project.ok("upgrade", "head")
    project.ok("downgrade", "-1")
    assert project.ok("current").lines == ["a1"]
    project.ok("downgrade", "b1:-1", "--sql")
