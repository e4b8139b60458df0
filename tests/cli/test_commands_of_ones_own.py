"""Programs that embed the command line: their own name, their own commands."""

from __future__ import annotations

import pytest

from alembic.config import CommandLine, Config


def seed(config, table, message=None, sql=False, rev_id="none", unknown=5):
    """Fill a table
    with rows.

    More about it.
    """
    config.print_stdout(f"{table} {message} {sql} {rev_id} {unknown}")


@pytest.fixture
def program(project):
    program = CommandLine(prog="mine")
    program.register_command(seed)
    return program


def test_a_command_of_ones_own_is_run(program, capsys):
    program.main(["seed", "users", "-m", "hello", "--sql"])
    assert capsys.readouterr().out == "users hello True none 5\n"


def test_an_option_that_was_not_given_leaves_the_default(program, capsys):
    program.main(["seed", "users"])
    assert capsys.readouterr().out == "users None False none 5\n"


def test_its_first_paragraph_is_the_help(program, capsys):
    with pytest.raises(SystemExit):
        program.main(["--help"])
    shown = " ".join(capsys.readouterr().out.split())
    assert "usage: mine" in shown
    assert "seed Fill a table with rows." in shown


def test_its_arguments_are_checked(program, capsys):
    with pytest.raises(SystemExit) as left:
        program.main(["seed"])
    assert left.value.code == 2
    assert "the following arguments are required: table" in capsys.readouterr().err


def test_the_parsers_are_argparses(program, capsys):
    program.parser.add_argument("--mine")
    program.subparsers.choices["heads"].add_argument("--more", action="store_true")
    options = program.parser.parse_args(["--mine", "x", "heads", "--more"])
    assert (options.mine, options.more, options.cmd[0].__name__) == ("x", True, "heads")


def test_parsed_options_can_be_run_with_any_configuration(program, capsys):
    options = program.parser.parse_args(["seed", "users"])
    program.run_cmd(Config(cmd_opts=options), options)
    assert capsys.readouterr().out == "users None False none 5\n"


def test_a_decorated_function_and_a_method_are_commands_too(project, capsys):
    import functools

    def decorate(function):
        @functools.wraps(function)
        def call(*args, **kw):
            print("before")
            return function(*args, **kw)

        return call

    class Commands:
        def greet(self, config, name):
            config.print_stdout(f"hello {name}")

    program = CommandLine()
    program.register_command(decorate(seed))
    program.register_command(Commands().greet)
    program.main(["seed", "users"])
    program.main(["greet", "you"])
    assert capsys.readouterr().out == "before\nusers None False none 5\nhello you\n"
