"""Answer a shell that asks how a line could go on. It is loaded when a shell asks.

The shell's script (``alembic completion bash``) runs the program with ``_ARGCOMPLETE`` set; what is
on the line it tells in other variables, and argcomplete answers from the parsers.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from alembic.cli.run import configured
from alembic.command.shell_completion import revision_words, template_words
from alembic.util.exc import CommandError

_Names = Callable[[str], Iterable[str]]
_FILES = frozenset({"config"})
_FOLDERS = frozenset({"directory", "version_path"})
_REVISIONS = frozenset({"revision", "revisions", "rev", "onto", "head", "depends_on", "rev_range"})


def answer(parser: argparse.ArgumentParser) -> None:
    """Print the words that may stand at the cursor, and leave; does nothing without argcomplete."""
    try:
        import argcomplete
    except ImportError:
        return
    completers = argcomplete.completers
    words: Any = _Words(completers.FilesCompleter(), completers.DirectoriesCompleter())
    argcomplete.autocomplete(parser, always_complete_options=False, default_completer=words)


class _Words:
    """The words for an argument or an option, by its name; argcomplete calls it.

    ``files`` and ``folders`` list what begins with a text: of the three shells bash alone looks for
    files where it is offered nothing.
    """

    def __init__(self, files: _Names, folders: _Names) -> None:
        self._files = files
        self._folders = folders

    def __call__(
        self,
        *,
        action: argparse.Action,
        parsed_args: argparse.Namespace,
        prefix: str,
        **_others: Any,
    ) -> Mapping[str, str] | Iterable[str]:
        if action.dest in _FILES:
            return self._files(prefix)
        if action.dest in _FOLDERS:
            return self._folders(prefix)
        try:
            if action.dest in _REVISIONS:
                start, colon, _ = prefix.rpartition(":")
                words = revision_words(configured(parsed_args))
                return {f"{start}{colon}{word}": told for word, told in words.items()}
            if action.dest == "template":
                return template_words(configured(parsed_args))
        except (CommandError, SystemExit):
            return {}  # a project that can't be read has no words; a command will say why
        return {}
