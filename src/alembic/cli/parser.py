"""argparse made of the table of commands.

A command's own parser stays empty until that command is chosen: ``alembic --help`` builds one
parser, not seventeen, and the file of a command's function is loaded when it is going to run.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Callable

from alembic.cli.table import ARGUMENTS, OPTIONS, PROGRAM_OPTIONS, Argument, Command, Option

TYPE_CHECKING = False  # typing's own takes longer to import than this file takes to run
if TYPE_CHECKING:
    from typing import Any, NoReturn


class CommandParser(argparse.ArgumentParser):
    """The parser of one command; whoever touches it first has it filled by ``fill``."""

    def __init__(self, fill: Callable[[CommandParser], None], **settings: object) -> None:
        self._waiting = (fill, settings)

    def __getattr__(self, name: str) -> object:
        # Reached for what the parser has not yet: all of argparse's own attributes, until the
        # first of them is asked for.
        waiting = self.__dict__.pop("_waiting", None)
        if waiting is None:
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        fill, settings = waiting
        super().__init__(**{"formatter_class": help_formatter, **settings})
        fill(self)
        return getattr(self, name)

    def format_help(self) -> str:
        """The help of argparse, and examples of the command."""
        program, _, command = self.prog.rpartition(" ")
        return f"{super().format_help()}{_help().examples_of(command, program)}"

    def error(self, message: str) -> NoReturn:
        """Print the usage, the message, where to read on; leave with status 2."""
        super().error(_with_advice(message, self.prog))

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        _check_value(super()._check_value, action, value, self.prog)


class ProgramParser(argparse.ArgumentParser):
    """The parser of the program: its help has the commands in groups."""

    def format_help(self) -> str:
        """The usage, the commands in groups, the options of the program."""
        formatter = self._get_formatter()
        for group in self._action_groups:
            if group is not self._positionals:
                formatter.start_section(group.title)
                formatter.add_text(group.description)
                formatter.add_arguments(group._group_actions)
                formatter.end_section()
        return "\n".join((self.format_overview(), formatter.format_help(), _help().more(self.prog)))

    def format_overview(self) -> str:
        """The help without the options: what ``alembic`` alone shows."""
        commands = [
            (each.dest, each.help or "")
            for action in self._actions
            if isinstance(action, argparse._SubParsersAction)
            for each in action._choices_actions
        ]
        return f"{self.format_usage()}\n{_help().overview(self.prog, commands)}"

    def error(self, message: str) -> NoReturn:
        """Print the usage, the message, where to read on; leave with status 2."""
        super().error(_with_advice(message, self.prog))

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        _check_value(super()._check_value, action, value, self.prog)


def _with_advice(message: str, prog: str) -> str:
    from alembic.cli.mistakes import with_advice  # for a mistake only

    return with_advice(message, prog)


def _check_value(
    check: Callable[..., None], action: argparse.Action, value: Any, prog: str
) -> None:
    """Check with ``check`` whether ``value`` is one of the choices; say which is like it."""
    try:
        check(action, value)
    except argparse.ArgumentError as error:
        from alembic.cli.mistakes import about_choice  # for a mistake only

        is_command = isinstance(action, argparse._SubParsersAction)
        error.message += about_choice(value, action.choices or (), prog, is_command=is_command)
        raise


def _help() -> Any:
    """The words of the help, loaded when somebody reads them."""
    return importlib.import_module("alembic.cli.help")


def program_parser(prog: str | None) -> ProgramParser:
    """The parser of what stands before the command."""
    parser = ProgramParser(prog=prog, formatter_class=help_formatter)
    version = importlib.import_module("alembic").__version__
    parser.add_argument("--version", action="version", version=f"%(prog)s {version}")
    for name, option in PROGRAM_OPTIONS.items():
        add_option(parser, name, option)
    return parser


def help_formatter(prog: str) -> argparse.HelpFormatter:
    """The layout of argparse at the terminal's width, as argparse finds it, but without ``shutil``.

    That module and the compressors behind it take a tenth of the time of ``--version``.
    """
    try:
        columns = int(os.environ.get("COLUMNS", "0"))
    except ValueError:
        columns = 0
    if columns <= 0:
        try:
            columns = os.get_terminal_size(sys.__stdout__.fileno()).columns  # type: ignore[union-attr]
        except (AttributeError, ValueError, OSError):  # no standard output, or no terminal
            columns = 0
    return argparse.HelpFormatter(prog, width=(columns or 80) - 2)


def command_filler(command: Command) -> Callable[[CommandParser], None]:
    """What fills the parser of a command of ours."""

    def fill(parser: CommandParser) -> None:
        room = importlib.import_module(f"alembic.command.{command.room}")
        fill_command(parser, getattr(room, command.name), command.arguments, command.options)

    return fill


def fill_command(
    parser: argparse.ArgumentParser,
    function: Callable[..., object],
    arguments: tuple[str, ...],
    options: tuple[str, ...],
) -> None:
    """Give ``parser`` the arguments and options of ``function``, by the names of its parameters.

    The parsed options then have ``cmd``: (function, names of arguments, names of options). An
    argument that the table doesn't know is taken as a text; such an option is left out.
    """
    for name in options:
        if name in OPTIONS:
            add_option(parser, name, OPTIONS[name])
    for name in arguments:
        add_argument(parser, name, ARGUMENTS.get(name, Argument()))
    parser.set_defaults(cmd=(function, list(arguments), list(options)))


def add_option(parser: argparse.ArgumentParser, name: str, option: Option) -> None:
    """Add one option, as argparse says it."""
    if option.kind == "flag":
        parser.add_argument(*option.flags, dest=name, action="store_true", help=option.help)
        return
    parser.add_argument(
        *option.flags,
        dest=name,
        action="append" if option.kind == "list" else "store",
        default=option.default,
        required=option.required,
        choices=option.choices or None,
        help=option.help,
    )


def add_argument(parser: argparse.ArgumentParser, name: str, argument: Argument) -> None:
    """Add one positional argument, as argparse says it."""
    parser.add_argument(
        name,
        nargs="+" if argument.many else None,
        choices=argument.choices or None,
        help=argument.help,
    )


def parameters(function: Callable[..., object]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The parameters of ``function`` after the first: those without a default, those with one.

    Keyword-only ones are none of them. This is a small part of what ``inspect`` knows, which
    takes longer to import than a command takes to run.
    """
    while hasattr(function, "__wrapped__"):
        function = function.__wrapped__
    skipped = 1 + hasattr(function, "__self__")
    function = getattr(function, "__func__", function)
    code = function.__code__
    names = code.co_varnames[skipped : code.co_argcount]
    without_default = len(names) - len(function.__defaults__ or ())
    return names[:without_default], names[without_default:]
