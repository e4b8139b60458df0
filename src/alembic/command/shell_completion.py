"""Completion in a shell: the script that a shell reads once, and the words that it offers."""

from __future__ import annotations

from alembic.command.output import print_text
from alembic.command.templates import template_names, template_summary
from alembic.config import Config
from alembic.script.directory import ScriptDirectory
from alembic.script.script import Script
from alembic.util.exc import CommandError

SHELLS = ("bash", "zsh", "fish")
_PROGRAM = "alembic"


class CompletionNotInstalled(CommandError):
    """The library that speaks with shells isn't there."""

    def __init__(self) -> None:
        super().__init__(
            "Completion needs the package argcomplete, which an extra brings along.\n"
            "To install it:  pip install 'alembic[completion]'"
        )


class UnknownShell(CommandError):
    """There is no completion for a shell of that name."""

    def __init__(self, shell: str) -> None:
        self.shell = shell
        super().__init__(f"There is no completion for {shell!r}; there is: {', '.join(SHELLS)}")


def completion(config: Config, shell: str) -> None:
    """Print what makes a shell complete commands, options and revisions.

    :param shell: bash, zsh or fish.

    Raises :class:`CompletionNotInstalled`.
    """
    if shell not in SHELLS:
        raise UnknownShell(shell)
    try:
        # An extra, for this command and for what it sets up.
        from argcomplete.shell_integration import shellcode
    except ImportError as error:
        raise CompletionNotInstalled from error
    print_text(config, shellcode([_PROGRAM], shell=shell).strip("\n"))


def revision_words(config: Config) -> dict[str, str]:
    """What may name a revision, each with a description; raises CommandError."""
    script = ScriptDirectory.from_config(config)
    words = {
        "head": "the newest revision",
        "heads": "all newest revisions",
        "base": "the beginning",
    }
    labels: dict[str, str] = {}
    ids: dict[str, str] = {}
    for each in script.walk_revisions():
        ids[each.revision] = _message(each)
        labels.update({f"{label}@head": f"the newest of {label}" for label in each._own_labels})
    return {**words, **labels, **ids}


def template_words(config: Config) -> dict[str, str]:
    """The templates of ``init``, each with its description."""
    return {name: template_summary(config, name) for name in template_names(config)}


def _message(script: Script) -> str:
    return script.doc.partition("\n")[0]
