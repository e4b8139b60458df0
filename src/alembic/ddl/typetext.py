"""Types by their text: whether a column's type in the database is what the models ask for.

Databases give a type back as a class of SQLAlchemy that is seldom the one that the models use. What
both sides share is how they are spelled in DDL, which is taken apart and compared::

    Params.read("VARCHAR(30) CHARACTER SET latin1")
    # Params("varchar", ["character", "set", "latin1"], ["30"], {})
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

_ARRAY = re.compile(r"\[\d*\]")
_PIECE = re.compile(r"""\s*(?:(\()|([^\s()]+))""")


class Params(NamedTuple):
    """A type's text in parts; all in lower case.

    ``token0`` is its first word, with ``[]`` where it is an array, of however many dimensions:
    databases don't keep them. ``tokens`` are the others, ``args`` stand in its brackets, those of
    the form ``name=value`` as ``kwargs``.
    """

    token0: str
    tokens: list[str]
    args: list[str]
    kwargs: dict[str, str]

    @classmethod
    def read(cls, text: str) -> Params:
        """Take a type's text apart."""
        text, dimensions = _ARRAY.subn("", text)
        words: list[str] = []
        args: list[str] = []
        kwargs: dict[str, str] = {}
        for word, inside in _pieces(text.lower()):
            if inside is None:
                words.append(word)
                continue
            for part in re.split(r"\s*,\s*", inside.strip()):
                name, equals, value = part.partition("=")
                if equals and name.strip().isidentifier():
                    kwargs[name.strip()] = value.strip()
                elif part:
                    args.append(part)
        first = words[0] if words else ""
        return cls(f"{first}[]" if dimensions else first, words[1:], args, kwargs)


def same_name(existing: Params, wanted: Params, synonyms: Iterable[set[str]]) -> bool:
    """Whether two types have one name, or names that the dialect takes for one."""
    if existing.token0 == wanted.token0:
        return True
    if existing.token0.endswith("[]") is not wanted.token0.endswith("[]"):
        return False
    first = {params.token0.removesuffix("[]") for params in (existing, wanted)}
    # A name may have several words, as "double precision" has.
    whole = {_whole_name(params) for params in (existing, wanted)}
    groups = [{name.lower() for name in group} for group in synonyms]
    return any(group >= first or group >= whole for group in groups)


def same_arguments(existing: Params, wanted: Params, extract: Sequence[str]) -> bool:
    """Whether what is said beside the name is the same.

    Where one side says more than the other, the database has filled in its own, and nothing can be
    told. ``extract`` are regular expressions: what their first group finds on both sides must agree.
    """
    if len(existing.tokens) == len(wanted.tokens) and existing.tokens != wanted.tokens:
        return False
    if len(existing.args) == len(wanted.args) and existing.args != wanted.args:
        return False
    texts = [" ".join(params.tokens) for params in (existing, wanted)]
    for pattern in extract:
        found, asked = (re.search(pattern, text) for text in texts)
        if found and asked and found[1] != asked[1]:
            return False
    return True


def _whole_name(params: Params) -> str:
    return " ".join([params.token0.removesuffix("[]"), *params.tokens])


def _pieces(text: str) -> Iterator[tuple[str, str | None]]:
    """Words as (word, None), brackets as ("", what is inside), brackets inside them included."""
    position = 0
    while (piece := _PIECE.match(text, position)) is not None:
        if piece[1]:
            end = _closing(text, piece.end())
            yield "", text[piece.end() : end]
            position = end + 1
        else:
            yield piece[2], None
            position = piece.end()


def _closing(text: str, start: int) -> int:
    """Where the bracket that was opened before ``start`` is closed; brackets in quotes don't count."""
    depth, quoted = 1, False
    for position in range(start, len(text)):
        character = text[position]
        if character == "'":
            quoted = not quoted
        elif not quoted:
            depth += (character == "(") - (character == ")")
            if not depth:
                return position
    return len(text)
