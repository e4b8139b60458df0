"""Asking a person at the terminal whether something was renamed. It is loaded for a comparison only."""

from __future__ import annotations

import sys
from collections.abc import Callable

from alembic.autogenerate.renames.model import Suspicion
from alembic.command.output import is_terminal
from alembic.config import Config
from alembic.util.messaging import write_outstream

_ANSWERS = {"y": True, "yes": True, "n": False, "no": False, "": False}


def asker(config: Config) -> Callable[[Suspicion], bool] | None:
    """What asks; None where nobody would answer.

    Somebody does where the command line was used, with a terminal at both ends and without ``-q``:
    a script, a pipe, a program with settings of its own is never kept waiting.
    """
    options = config.cmd_opts
    if options is None or getattr(options, "quiet", False):
        return None
    stdin = sys.stdin
    is_person = stdin is not None and stdin.isatty() and is_terminal(config)
    return _ask if is_person else None


def _ask(suspicion: Suspicion) -> bool:
    rename = suspicion.rename
    question = (
        f"Was {rename.kind.value} {rename.place} renamed to {rename.new}? "
        f"({', '.join(suspicion.evidence)}) [y/N] "
    )
    while True:
        # input() would write the question to standard error, which may be going into a file.
        write_outstream(sys.stdout, question)
        sys.stdout.flush()
        answer = sys.stdin.readline()
        if not answer:  # the end of the input
            write_outstream(sys.stdout, "\n")
            return False
        if answer.strip().lower() in _ANSWERS:
            return _ANSWERS[answer.strip().lower()]
