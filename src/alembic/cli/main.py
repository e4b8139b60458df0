"""The program: parse what was typed, and run it.

A program that embeds the command line gives it its own name and its own commands::

    program = CommandLine(prog="myapp-db")
    program.register_command(seed)
    program.main(["upgrade", "head"])

``--help`` and ``--version`` end inside the parser. Running a command takes settings, messages and
reports of errors; :mod:`alembic.cli.run` has them, and is loaded once there is a command to run.
"""

from __future__ import annotations

import gc
import importlib
import os
import sys
from argparse import Namespace
from collections.abc import Callable, Sequence

from alembic.cli.parser import (
    CommandParser,
    command_filler,
    fill_command,
    parameters,
    program_parser,
)
from alembic.cli.table import COMMANDS

TYPE_CHECKING = False  # typing's own takes longer to import than this file takes to run
if TYPE_CHECKING:
    from typing import Any

    from alembic.config import Config


class CommandLine:
    """The command line as an object; ``parser`` and ``subparsers`` are argparse's."""

    def __init__(self, prog: str | None = None) -> None:
        self.parser = program_parser(prog)
        self.subparsers = self.parser.add_subparsers(
            parser_class=CommandParser,
            metavar="COMMAND",
            prog=self.parser.prog,  # else argparse lays out a whole help to find it
        )
        for command in COMMANDS:
            self.subparsers.add_parser(
                command.name,
                help=command.help,
                description=command.help,
                fill=command_filler(command),
            )

    def register_command(self, fn: Callable[..., Any]) -> None:
        """Add a command: ``fn(config, …)``, under its own name.

        Parameters without a default become arguments, others the options of that name where there
        is one (``message``, ``sql``, ``rev_id`` …). The first paragraph of the docstring is the help.
        """
        arguments, options = parameters(fn)
        paragraph = (fn.__doc__ or "").strip().split("\n\n")[0]
        summary = " ".join(paragraph.split()) or None
        self.subparsers.add_parser(
            fn.__name__,
            help=summary,
            description=summary,
            fill=lambda parser: fill_command(parser, fn, arguments, options),
        )

    def main(self, argv: Sequence[str] | None = None) -> None:
        """Run the command that ``argv`` (``sys.argv[1:]`` if None) asks for.

        A CommandError is printed, and SystemExit raised with status -1; what a migration or
        ``env.py`` raises passes through as it is.
        """
        options = self.parse(argv)
        self.run_cmd(run().configured(options), options)

    def parse(self, argv: Sequence[str] | None) -> Namespace:
        """The options in ``argv``; leaves with a usage error where no command is among them.

        Nothing at all is no mistake of a word: the commands are shown, and the status is that of a
        mistake, for scripts.
        """
        if "_ARGCOMPLETE" in os.environ:
            from alembic.cli.complete import answer  # a shell asks, and nobody else

            answer(self.parser)
        options, unknown = self.parser.parse_known_args(argv)
        if not hasattr(options, "cmd") and not unknown:
            self.parser.exit(
                2,
                f"{self.parser.format_overview()}\n{self.parser.prog}: error: too few arguments\n",
            )
        if unknown:
            from alembic.cli.mistakes import about_unknown  # for a mistake only

            name = options.cmd[0].__name__ if hasattr(options, "cmd") else ""
            command = self.subparsers.choices.get(name, self.parser)
            command.error(about_unknown(unknown, command, self.parser))
        return options

    def run_cmd(self, config: Config, options: Namespace) -> None:
        """Run the command in ``options.cmd``; errors are treated as :meth:`main` does."""
        run().run_command(config, options)


def main(argv: Sequence[str] | None = None, prog: str | None = None, **kwargs: Any) -> None:
    """Run the command line.

    With ``argv`` given, a program is calling: what a migration raises passes through to it.
    Without, this is the program itself, and the error is told to its user.
    """
    program = CommandLine(prog=prog)
    if argv is not None:
        program.main(argv)
        return
    if sys.stdout is None:  # closed by who started us
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115 - stays open
    options = program.parse(None)
    # Nearly all that a command makes stays until its end: at its usual pace the garbage collector
    # would look at ten thousand revisions many times over, and once more when all is done.
    gc.set_threshold(10_000)
    try:
        with run().told_to_the_user(options):
            program.run_cmd(run().configured(options), options)
    finally:
        gc.freeze()


def run() -> Any:
    """What running a command takes, loaded on first use."""
    return importlib.import_module("alembic.cli.run")
