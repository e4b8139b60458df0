"""SQLite's own spelling: SQL text cut into tokens, and names as SQLite compares them.

Every character belongs to exactly one token, so joining the tokens gives the text back::

    >>> "".join(token.text for token in tokenize('a "b" -- c'))
    'a "b" -- c'

Source: https://www.sqlite.org/lang_keywords.html, https://www.sqlite.org/lang_comment.html and
https://www.sqlite.org/draft/tokenreq.html.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from alembic.util.exc import CommandError


class Kind(Enum):
    """What a token is."""

    SPACE = "space"
    COMMENT = "comment"
    BLOB = "blob"
    STRING = "string"
    QUOTED = "quoted"
    NUMBER = "number"
    WORD = "word"
    SYMBOL = "symbol"


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of SQL text; ``start`` is the offset of its first character."""

    kind: Kind
    text: str
    start: int

    @property
    def end(self) -> int:
        """The offset after its last character."""
        return self.start + len(self.text)

    @property
    def is_trivia(self) -> bool:
        """Whether SQLite reads over it: white space and comments."""
        return self.kind in _TRIVIA

    @property
    def is_name(self) -> bool:
        """Whether it can be a name; SQLite takes strings in single quotes for names as well."""
        return self.kind in _NAMES

    @property
    def word(self) -> str:
        """A bare word in upper case, a symbol as it is; '' for all else."""
        if self.kind is Kind.WORD:
            return _upper(self.text)
        return self.text if self.kind is Kind.SYMBOL else ""

    @property
    def name(self) -> str:
        """The name that it stands for, without its quotes."""
        return unquote(self.text)


class SchemaNotUnderstood(CommandError):
    """SQLite accepted a text of which this project can't tell the parts."""

    def __init__(self, sql: str, offset: int, expected: str) -> None:
        before, after = sql[:offset], sql[offset : offset + 40]
        super().__init__(
            f"Can't read the table's own SQL at line {before.count(chr(10)) + 1}: expected "
            f"{expected}, found {after!r}. The table was left as it is; give its structure with "
            "batch_alter_table(copy_from=Table(...)) to change it nevertheless."
        )
        self.sql = sql
        self.offset = offset
        self.expected = expected
        self.found = after


_TRIVIA = frozenset({Kind.SPACE, Kind.COMMENT})
_NAMES = frozenset({Kind.WORD, Kind.QUOTED, Kind.STRING})
_TOKEN = re.compile(
    r"""
    (?P<space>[ \t\n\f\r]+)
  | (?P<comment>--[^\n]*|/\*.*?(?:\*/|\Z))
  | (?P<blob>[xX]'[0-9A-Fa-f]*')
  | (?P<string>'(?:[^']|'')*')
  | (?P<quoted>"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\])
  | (?P<number>0[xX][0-9A-Fa-f_]+|(?:[0-9][0-9_]*(?:\.[0-9_]*)?|\.[0-9][0-9_]*)(?:[eE][+-]?[0-9_]+)?)
  | (?P<word>[A-Za-z_$\u0080-\U0010ffff][A-Za-z0-9_$\u0080-\U0010ffff]*)
  | (?P<symbol>\|\||->>|->|<<|>>|<=|>=|<>|==|!=|.)
    """,
    re.VERBOSE | re.DOTALL,
)
_KINDS = {kind.value: kind for kind in Kind}
_CLOSING = {'"': '"', "'": "'", "`": "`", "[": "]"}
_TO_LOWER = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}
_TO_UPPER = {code + 32: code for code in range(ord("A"), ord("Z") + 1)}


def tokenize(sql: str) -> list[Token]:
    """``sql`` as tokens, white space and comments included."""
    return [
        Token(_KINDS[found.lastgroup or "symbol"], found.group(), found.start())
        for found in _TOKEN.finditer(sql)
    ]


def quote(name: str) -> str:
    """``name`` in double quotes."""
    return '"' + name.replace('"', '""') + '"'


def quote_text(value: str) -> str:
    """``value`` as a string literal."""
    return "'" + value.replace("'", "''") + "'"


def unquote(text: str) -> str:
    """The name that ``text`` spells, in any of SQLite's four quotes or in none."""
    closing = _CLOSING.get(text[:1])
    if closing is None or len(text) < 2 or text[-1] != closing:
        return text
    inner = text[1:-1]
    return inner if closing == "]" else inner.replace(closing * 2, closing)


def fold(name: str) -> str:
    """``name`` as SQLite compares it: ASCII letters without case, all others as they are."""
    return name.translate(_TO_LOWER)


def same_name(one: str | None, other: str | None) -> bool:
    """Whether SQLite takes the two for one name; None is no name at all."""
    return one is not None and other is not None and fold(one) == fold(other)


def _upper(word: str) -> str:
    return word.translate(_TO_UPPER)
