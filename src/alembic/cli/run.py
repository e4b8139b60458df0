"""Run one command: find its settings, call its function, tell what went wrong."""

from __future__ import annotations

import os
import select
import sys
import warnings
from argparse import Namespace
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from alembic.config import Config
from alembic.util.exc import CommandError
from alembic.util.messaging import NamedStream, msg, write_outstream

INTERRUPTED = 130  # 128 + SIGINT, as a shell reports it
NO_READER = 141  # 128 + SIGPIPE

_INI = "alembic.ini"
_TOML = "pyproject.toml"

TYPE_CHECKING = False  # typing's own takes longer to import than a listing has
if TYPE_CHECKING:
    from typing import NoReturn


class TooManyFiles(CommandError):
    """``-c`` was given several files of one kind."""

    def __init__(self, kind: str, files: Sequence[str]) -> None:
        self.files = tuple(files)
        what = (
            "only one ini file may be indicated"
            if kind == "ini"
            else f"{_TOML} indicated more than once"
        )
        super().__init__(f"{what}: {', '.join(files)}; choose one of them")


def configured(options: Namespace) -> Config:
    """The settings that the options ask for."""
    with _failures(options):
        ini, toml = settings_files(options.config or (), os.environ)
    return Config(file_=ini, toml_file=toml, ini_section=options.name, cmd_opts=options)


def settings_files(given: Sequence[str], environ: Mapping[str, str]) -> tuple[str, str]:
    """The ini file and the TOML file: those of ``-c``, else of ALEMBIC_CONFIG, else the usual ones."""
    found = {"ini": _INI, "toml": _TOML}
    for files in ([environ.get("ALEMBIC_CONFIG", "")], given):
        for kind, is_toml in (("ini", False), ("toml", True)):
            named = [file for file in files if file and file.endswith(".toml") is is_toml]
            if len(named) > 1:
                raise TooManyFiles(kind, named)
            found[kind] = named[0] if named else found[kind]
    return found["ini"], found["toml"]


def run_command(config: Config, options: Namespace) -> None:
    """Call the function in ``options.cmd`` with what its parameters were given.

    An option that wasn't given leaves the parameter its own default. A CommandError is printed,
    and SystemExit raised with status -1.
    """
    function, arguments, names = options.cmd
    given = {name: getattr(options, name, None) for name in names}
    with _failures(options):
        function(
            config,
            *(getattr(options, name) for name in arguments),
            **{name: value for name, value in given.items() if value is not None},
        )


@contextmanager
def told_to_the_user(options: Namespace) -> Iterator[None]:
    """Tell the user at the terminal what the block raises, and leave with a status that is not 0."""
    # What SQLAlchemy adds to its error about an asynchronous driver, which is told of below.
    warnings.filterwarnings(
        "ignore", "coroutine .+ was never awaited", module=r"sqlalchemy\.util\."
    )
    try:
        yield
        with NamedStream(sys.stdout):
            sys.stdout.flush()
    except KeyboardInterrupt as error:
        if options.raiseerr:
            raise
        write_outstream(sys.stderr, f"Interrupted.{_in_a_step(error)}\n")
        sys.exit(INTERRUPTED)
    except SystemExit as error:
        where = _in_a_step(error)
        if where:
            write_outstream(sys.stderr, f"The program was ended by the migration.{where}\n")
        raise
    except Exception as error:
        if isinstance(error, BrokenPipeError) and _nobody_reads():
            _throw_away_output()
            sys.exit(NO_READER)
        # What tells of a failure is loaded with the first.
        from alembic.cli.failure import print_in_full, report

        if options.raiseerr:
            if sys.excepthook is sys.__excepthook__:
                sys.excepthook = print_in_full
            raise
        write_outstream(sys.stderr, report(error))
        if isinstance(error, OSError) and error.filename == getattr(sys.stdout, "name", ""):
            _throw_away_output()
        sys.exit(1)


@contextmanager
def _failures(options: Namespace) -> Iterator[None]:
    try:
        yield
    except CommandError as error:
        if options.raiseerr:
            raise
        # What reads JSON reads standard output, and finds nothing else there.
        quiet = options.quiet or getattr(options, "json", False)
        _fail(_told_of(error), getattr(error, "listing", ()), quiet=quiet, status=error.exit_status)


def _told_of(error: CommandError) -> str:
    """The message, and where a step has raised it what it leaves in the database."""
    return f"{error}{_in_a_step(error)}"


def _in_a_step(error: BaseException) -> str:
    """A line, after a line end, of the step that has raised ``error``; empty where none has."""
    from alembic.util.failure import failure_of  # for what fails only

    failure = failure_of(error)
    if failure is None or failure.left.value in str(error):
        return ""
    return f"\nThis was in the {failure.where}; {failure.left.value}."


def _fail(message: str, listing: Sequence[str] = (), *, quiet: bool, status: int) -> NoReturn:
    """Print the message where the ecosystem looks for it: standard output, and the log if there is one.

    The lines of ``listing`` come after it on standard error: what a pipe reads stays the message alone.
    With ``-q`` standard output stays empty, and the message is on standard error.
    """
    import logging  # for what fails only

    log = logging.getLogger("alembic.util.messaging")
    if log.hasHandlers():
        log.error(message)
    elif quiet:
        write_outstream(sys.stderr, f"FAILED: {message}\n")
    # Only the first line is wrapped: those below may hold commands to paste.
    first, newline, rest = message.partition("\n")
    msg(f"FAILED: {first}", quiet=quiet)
    write_outstream(sys.stdout, rest, newline, quiet=quiet)
    sys.stdout.flush()
    for line in listing:
        write_outstream(sys.stderr, line, "\n", quiet=quiet)
    sys.exit(status)


def _throw_away_output() -> None:
    """What is left in the buffer of standard output must not fail again when the interpreter ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _nobody_reads() -> bool:
    """Whether standard output is a pipe that nobody reads any more (``alembic history | head``)."""
    try:
        output = sys.stdout.fileno()
        sys.stdout.flush()
    except BrokenPipeError:
        return True
    except (OSError, ValueError):  # no file of the system's
        return False
    # What could not be written has been thrown away already, so that nothing was left to flush.
    return _is_cut_off(output)


def _is_cut_off(output: int) -> bool:
    poll = getattr(select, "poll", None)
    if poll is None:  # Windows
        return False
    watching = poll()
    watching.register(output, 0)
    return any(event & (select.POLLERR | select.POLLHUP) for _, event in watching.poll(0))
