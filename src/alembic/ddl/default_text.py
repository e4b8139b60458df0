"""Server defaults by their text: whether two spellings of an expression are one to the database.

A database gives a default back in its own spelling: in brackets, with its own name for a function, with
a number in quotes. Both texts are taken apart into tokens and compared in one spelling::

    Spelling(functions={"current_timestamp": "getdate()"}).canonical("((5))") == ("5",)
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

_TOKEN = re.compile(
    r"""
    (?P<string> [nN]?'(?:[^']|'')*' )
  | (?P<name>   "[^"]*" | `[^`]*` | \[[^\]]*\] )
  | (?P<number> (?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)? )
  | (?P<word>   [^\W\d][\w$]* )
  | (?P<sign>   \S )
    """,
    re.VERBOSE,
)
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")


@dataclass(frozen=True, slots=True)
class Spelling:
    """How one database spells defaults.

    ``words`` are words (in small letters) that stand for others: ``now`` for ``current_timestamp``;
    empty brackets behind a word are left out. With ``numbers_in_quotes`` a number is the same with
    and without quotes.
    """

    words: Mapping[str, str] = field(default_factory=dict)
    numbers_in_quotes: bool = True

    def canonical(self, text: str | None) -> tuple[str, ...]:
        """The tokens of a default in one spelling; () for none, which NULL is as well."""
        if text is None:
            return ()
        found = self._unbracketed(self._tokens(text.strip()))
        return () if found == ("null",) else found

    def are_same(self, first: str | None, second: str | None) -> bool:
        """Whether two defaults are one to the database."""
        return first == second or self.canonical(first) == self.canonical(second)

    def _tokens(self, text: str) -> tuple[str, ...]:
        found: list[str] = []
        for match in _TOKEN.finditer(text):
            token = match[0]
            if match.lastgroup == "string":
                token = self._string(token.lstrip("nN"))
            elif match.lastgroup == "number":
                token = _plain_number(token)
            elif match.lastgroup == "name":
                token = token[1:-1].lower()
            else:
                token = self.words.get(token.lower(), token.lower())
            found.append(token)
            if found[-2:] == ["(", ")"] and len(found) > 2 and found[-3].isidentifier():
                del found[-2:]
        return tuple(found)

    def _string(self, token: str) -> str:
        inside = token[1:-1]
        if self.numbers_in_quotes and _NUMBER.fullmatch(inside):
            return _plain_number(inside)
        return token

    def _unbracketed(self, found: tuple[str, ...]) -> tuple[str, ...]:
        """Without brackets around the whole, and around a single value."""
        while len(found) > 2 and found[0] == "(" and _closes_at_end(found):
            found = found[1:-1]
        result: list[str] = []
        for piece in found:
            result.append(piece)
            is_call = len(result) > 3 and result[-4].isidentifier()
            if piece == ")" and len(result) > 2 and result[-3] == "(" and not is_call:
                result[-3:] = [result[-2]]
        if len(result) == 2 and result[0] in {"-", "+"} and _NUMBER.fullmatch(result[1]):
            result = ["".join(result).removeprefix("+")]
        return tuple(result)


def _closes_at_end(found: tuple[str, ...]) -> bool:
    depth = 0
    for position, piece in enumerate(found):
        depth += (piece == "(") - (piece == ")")
        if not depth:
            return position == len(found) - 1
    return False


def _plain_number(text: str) -> str:
    """A number without zeroes that say nothing."""
    sign = "-" if text[0] == "-" else ""
    whole, point, rest = text.lstrip("+-").partition(".")
    if "e" in rest.lower() or "e" in whole.lower():
        return text.lower()
    rest = rest.rstrip("0")
    whole = whole.lstrip("0") or "0"
    return f"{sign}{whole}.{rest}" if point and rest else f"{sign}{whole}"
