"""Answer a shell that asks how a line could go on. It is loaded when a shell asks.

The shell's script (``alembic completion bash``) runs the program with ``_ARGCOMPLETE`` set; what is
on the line it tells in other variables, and argcomplete answers from the parsers.
"""

from __future__ import annotations

import argparse
from typing import Any

from alembic.cli.run import configured
from alembic.command.shell_completion import revision_words, template_words
from alembic.util.exc import CommandError

_REVISIONS = frozenset({"revision", "revisions", "rev", "onto", "head", "depends_on", "rev_range"})


def answer(parser: argparse.ArgumentParser) -> None:
    """Print the words that may stand at the cursor, and leave; does nothing without argcomplete."""
    try:
        import argcomplete
    except ImportError:
        return
    words: Any = _Words()
    argcomplete.autocomplete(parser, always_complete_options=False, default_completer=words)


class _Words:
    """The words for an argument or an option, by its name; argcomplete calls it."""

    def __call__(
        self, *, action: argparse.Action, parsed_args: argparse.Namespace, **_others: Any
    ) -> dict[str, str]:
        try:
            if action.dest in _REVISIONS:
                return revision_words(configured(parsed_args))
            if action.dest == "template":
                return template_words(configured(parsed_args))
        except (CommandError, SystemExit):
            return {}  # a project that can't be read has no words; a command will say why
        return {}
