"""PostgreSQL's expressions as texts that can be compared.

The server gives back what it has understood: names in lower case, casts wherever it has made one,
brackets around most of it. Here both spellings are brought to one::

    normalised("lower((name)::text)") == normalised("LOWER(name)")
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_TOKEN = re.compile(
    r"""
      (?P<space>\s+)
    | (?P<text>[eE]?'(?:[^']|'')*')
    | (?P<name>"(?:[^"]|"")+"|[^\W\d][\w$]*)
    | (?P<number>\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+)
    | (?P<cast>::)
    | (?P<other>[()\[\],.;]|[-+*/<>=~!@#%^&|`?:]+|.)
    """,
    re.VERBOSE | re.DOTALL,
)
_PLAIN_NAME = re.compile(r"[a-z_][a-z0-9_$]*\Z")
_MORE_WORDS = {
    "character": {"varying"},
    "bit": {"varying"},
    "double": {"precision"},
    "timestamp": {"with", "without"},
    "time": {"with", "without"},
    "with": {"time"},
    "without": {"time"},
    "varying": {"with", "without"},
}
"""What may follow a word within the name of a type."""

# How ascending and descending are said where they are what they are by themselves, see
# https://www.postgresql.org/docs/current/indexes-ordering.html
_ORDERS = {
    ("asc", "nulls", "last"): (),
    ("asc", "nulls", "first"): ("nulls", "first"),
    ("asc",): (),
    ("desc", "nulls", "first"): ("desc",),
    ("desc", "nulls", "last"): ("desc", "nulls", "last"),
    ("nulls", "last"): (),
}


def normalised(text: str) -> str:
    """An expression without casts and needless brackets, names in one spelling."""
    return " ".join(_without_brackets(_without_casts(_tokens(text))))


def normalised_index_element(text: str) -> str:
    """The same for an element of an index, without its operator class and the order that it has anyway."""
    tokens = _tokens(text)
    for said, meant in _ORDERS.items():
        if len(tokens) > len(said) and tuple(tokens[-len(said) :]) == said:
            return " ".join([*_inner(tokens[: -len(said)]), *meant])
    return " ".join(_inner(tokens))


def _inner(tokens: Sequence[str]) -> list[str]:
    return _without_brackets(_without_casts(list(_without_operator_class(tokens))))


def _without_operator_class(tokens: Sequence[str]) -> Sequence[str]:
    """Reflection tells it beside the expression: https://www.postgresql.org/docs/current/indexes-opclass.html."""
    words = 3 if tokens[-2:-1] == ["."] else 1  # a schema, a dot, a name
    return tokens[:-words] if len(tokens) > words and tokens[-1].endswith("_ops") else tokens


def _tokens(text: str) -> list[str]:
    found: list[str] = []
    for match in _TOKEN.finditer(text):
        word = match[0]
        if match["space"]:
            continue
        if match["name"]:
            word = _one_spelling(word)
        found.append(word)
    return found


def _one_spelling(name: str) -> str:
    if not name.startswith('"'):
        return name.lower()
    inside = name[1:-1]
    return inside if _PLAIN_NAME.match(inside) else name


def _without_casts(tokens: list[str]) -> list[str]:
    """Take out ``::type``, and ``cast(… as type)`` around what it casts."""
    kept: list[str] = []
    position = 0
    while position < len(tokens):
        if tokens[position] == "::":
            position = _after_type(tokens, position + 1)
        elif tokens[position] == "cast" and tokens[position + 1 : position + 2] == ["("]:
            end = _closing(tokens, position + 1)
            inside = _without_casts(tokens[position + 2 : end])
            as_ = _last_as(inside)
            kept += ["(", *inside[:as_], ")"]
            position = end + 1
        else:
            kept.append(tokens[position])
            position += 1
    return kept


def _last_as(tokens: Sequence[str]) -> int:
    depth, found = 0, len(tokens)
    for position, word in enumerate(tokens):
        depth += (word == "(") - (word == ")")
        if word == "as" and not depth:
            found = position
    return found


def _after_type(tokens: Sequence[str], position: int) -> int:
    """The position behind the name of a type: ``schema.name``, ``character varying(3)[]`` and the like."""
    last = ""
    while position < len(tokens):
        word = tokens[position]
        if last == "" or word in _MORE_WORDS.get(last, ()) or last == ".":
            last = word
        elif word == ".":
            last = "."
        elif last == "time" and word == "zone":
            last = word
        elif word == "(" and _closing(tokens, position) - position in {2, 4}:
            position = _closing(tokens, position)
        elif word == "[" and tokens[position + 1 : position + 2] == ["]"]:
            position += 1
        else:
            break
        position += 1
    return position


def _without_brackets(tokens: list[str]) -> list[str]:
    """Take out the brackets around the whole, around a single word, and doubled ones."""
    changed = True
    while changed:
        changed = False
        for position, word in enumerate(tokens):
            if word != "(":
                continue
            end = _closing(tokens, position)
            is_call = position > 0 and _is_name(tokens[position - 1])
            is_whole = position == 0 and end == len(tokens) - 1
            is_single = end == position + 2 and not is_call
            is_doubled = tokens[position + 1 : position + 2] == ["("] and (
                _closing(tokens, position + 1) == end - 1
            )
            if is_whole or is_single or is_doubled:
                tokens = [*tokens[:position], *tokens[position + 1 : end], *tokens[end + 1 :]]
                changed = True
                break
    return tokens


def _is_name(word: str) -> bool:
    return word.startswith('"') or _PLAIN_NAME.match(word) is not None


def _closing(tokens: Sequence[str], opening: int) -> int:
    depth = 0
    for position in range(opening, len(tokens)):
        depth += (tokens[position] == "(") - (tokens[position] == ")")
        if not depth:
            return position
    return len(tokens) - 1
