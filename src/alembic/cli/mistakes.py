"""What was meant by something that the command line doesn't know. It is loaded for a mistake."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from difflib import get_close_matches

# Words of other tools for what a command of ours does.
_ELSEWHERE = {
    "apply": "upgrade",
    "down": "downgrade",
    "generate": "revision",
    "list": "history",
    "log": "history",
    "makemigrations": "revision",
    "migrate": "upgrade",
    "new": "revision",
    "rollback": "downgrade",
    "status": "current",
    "up": "upgrade",
}


def meant(typed: str, known: Iterable[str], before: str = "") -> str:
    """A line with the words of ``known`` that ``typed`` may stand for, a newline before it.

    ``before`` stands before each of them; the text is empty where nothing is like it.
    """
    words = list(known)
    found = get_close_matches(typed, words, n=3, cutoff=0.7)
    if not found and _ELSEWHERE.get(typed) in words:
        found = [_ELSEWHERE[typed]]
    return "\nDid you mean:  " + " or ".join(before + word for word in found) if found else ""


def with_advice(message: str, prog: str) -> str:
    """The message of a usage error, and where to read on unless a line of it says what was meant."""
    return message if "\n" in message else f"{message}\nTo see what it takes:  {prog} --help"


def about_choice(typed: object, choices: Iterable[object], prog: str, *, is_command: bool) -> str:
    """What to say below the error for a text that is none of the choices."""
    words = [str(each) for each in choices]
    if not is_command:
        return meant(str(typed), words)
    hint = meant(str(typed), words, f"{prog} ")
    return hint or f"\nTo see all commands:  {prog} --help"


def about_unknown(
    unknown: Sequence[str], command: argparse.ArgumentParser, program: argparse.ArgumentParser
) -> str:
    """What to say of arguments that neither ``command`` nor ``program`` takes where they stand."""
    text = f"unrecognized arguments: {' '.join(unknown)}"
    for typed in unknown:
        option = typed.partition("=")[0]
        if not option.startswith("-"):
            continue
        if option in program._option_string_actions:
            return f"{text}\n{option} stands before the command:  {program.prog} {option} … COMMAND"
        hint = meant(option, command._option_string_actions)
        return text + (hint or meant(option, program._option_string_actions, f"{program.prog} "))
    return text
