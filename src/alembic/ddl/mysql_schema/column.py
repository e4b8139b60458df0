"""A column's definition as MySQL and MariaDB spell it, taken apart into its clauses.

MODIFY and CHANGE replace the whole definition of a column: what isn't repeated is gone, see
https://dev.mysql.com/doc/refman/8.4/en/alter-table.html#alter-table-redefine-column. So a change
starts from the text that the server itself gives, and replaces the clauses that it is about::

    was = ColumnDefinition.read("int(11) NOT NULL DEFAULT 5 COMMENT 'n'")
    str(was.with_clause(NULL, "NULL"))      # int(11) NULL DEFAULT 5 COMMENT 'n'

Clauses that nobody here has heard of are kept where they stand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

TYPE = "type"
CHARSET = "charset"
COLLATE = "collate"
GENERATED = "generated"
NULL = "null"
AUTO_INCREMENT = "auto_increment"
DEFAULT = "default"
ON_UPDATE = "on update"
COMMENT = "comment"
CHECK = "check"
OTHER = "other"

_ORDER = (
    *(TYPE, CHARSET, COLLATE, GENERATED, NULL, AUTO_INCREMENT),
    *(DEFAULT, ON_UPDATE, COMMENT, CHECK),
)
"""The order in which clauses are spelled; a clause of another kind stays behind its neighbour."""

# https://mariadb.com/kb/en/create-table/#column-definitions,
# https://dev.mysql.com/doc/refman/8.4/en/create-table.html
_FIRST_WORDS = {
    "CHARACTER": CHARSET,
    "CHARSET": CHARSET,
    "COLLATE": COLLATE,
    "GENERATED": GENERATED,
    "AS": GENERATED,
    "NOT": NULL,
    "NULL": NULL,
    "AUTO_INCREMENT": AUTO_INCREMENT,
    "DEFAULT": DEFAULT,
    "ON": ON_UPDATE,
    "COMMENT": COMMENT,
    "CONSTRAINT": CHECK,
    "CHECK": CHECK,
    **dict.fromkeys(
        (
            *("COLUMN_FORMAT", "COMPRESSED", "ENGINE_ATTRIBUTE", "INVISIBLE", "KEY", "PRIMARY"),
            *("REF_SYSTEM_ID", "REFERENCES", "SECONDARY_ENGINE_ATTRIBUTE", "SRID", "STORAGE"),
            *("UNIQUE", "VISIBLE", "WITH", "WITHOUT"),
        ),
        OTHER,
    ),
}

TABLE_ITEMS = frozenset(
    {
        *("CHECK", "CONSTRAINT", "FOREIGN", "FULLTEXT", "INDEX", "KEY", "PERIOD", "PRIMARY"),
        *("SPATIAL", "UNIQUE", "VECTOR"),
    }
)
"""What begins an item of CREATE TABLE that is no column."""

_PIECE = re.compile(
    r"""
    (?P<name>    `(?:[^`]|``)*` | "(?:[^"]|"")*" )
  | (?P<string>  '(?:[^'\\]|\\.|'')*' )
  | (?P<comment> /\*.*?\*/ )
  | (?P<word>    [\w$.@]+ )
  | (?P<sign>    \S )
    """,
    re.VERBOSE | re.DOTALL,
)


class Token(NamedTuple):
    """A word, name, string, comment or sign; ``depth`` counts the brackets around it."""

    kind: str
    text: str
    start: int
    end: int
    depth: int

    @property
    def word(self) -> str:
        """The word in capitals; empty for what is no word."""
        return self.text.upper() if self.kind == "word" else ""

    @property
    def is_outer(self) -> bool:
        """Whether no brackets are around it; brackets themselves count as what they are in."""
        return self.depth == (self.kind == "sign" and self.text in {"(", ")"})


class Clause(NamedTuple):
    """One part of a definition; ``rank`` is its place among the others."""

    kind: str
    text: str
    rank: float


@dataclass(frozen=True, slots=True)
class ColumnDefinition:
    """What stands behind a column's name, in clauses."""

    clauses: tuple[Clause, ...]

    @classmethod
    def read(cls, text: str) -> ColumnDefinition:
        """Take a definition apart; ``DEFAULT NULL`` is left out, as it is what nothing means."""
        outer = [one for one in tokens(text) if one.is_outer]
        found: list[Clause] = []
        for kind, start, end in _spans(outer):
            clause = text[start:end].strip()
            if kind == OTHER:
                rank = found[-1].rank + 0.01 if found else 0.0
            else:
                rank = float(_ORDER.index(kind))
            if clause.upper() != "DEFAULT NULL":
                found.append(Clause(kind, clause, rank))
        return cls(tuple(found))

    def __str__(self) -> str:
        return " ".join(clause.text for clause in sorted(self.clauses, key=lambda one: one.rank))

    def __contains__(self, kind: str) -> bool:
        return any(clause.kind == kind for clause in self.clauses)

    def of(self, kind: str) -> str:
        """The text of the clause of this kind; empty where there is none."""
        return next((clause.text for clause in self.clauses if clause.kind == kind), "")

    def without(self, *kinds: str) -> ColumnDefinition:
        """The same without the clauses of these kinds."""
        return ColumnDefinition(tuple(one for one in self.clauses if one.kind not in kinds))

    def with_clause(self, kind: str, text: str) -> ColumnDefinition:
        """The same with this clause in place of any of its kind; with none where it is empty."""
        others = self.without(kind)
        if not text:
            return others
        clause = Clause(kind, text, float(_ORDER.index(kind)))
        return ColumnDefinition((*others.clauses, clause))

    @property
    def base(self) -> str:
        """The type's first word in small letters: ``int``, ``varchar``, ``enum``."""
        match = re.match(r"\w+", self.of(TYPE))
        return match[0].lower() if match else ""

    @property
    def arguments(self) -> str:
        """What stands in the type's brackets, without blanks; empty without brackets."""
        found = re.search(r"\((.*)\)", self.of(TYPE), re.DOTALL)
        return re.sub(r"\s+(?=(?:[^']*'[^']*')*[^']*$)", "", found[1]) if found else ""


def tokens(text: str) -> Iterator[Token]:
    """The tokens of a piece of SQL; brackets count as one deeper than what is around them."""
    depth = 0
    for match in _PIECE.finditer(text):
        sign = match[0] if match.lastgroup == "sign" else ""
        depth += sign == "("
        yield Token(match.lastgroup or "", match[0], match.start(), match.end(), depth)
        depth -= sign == ")"


def unquoted(name: str) -> str:
    """A name as it stands in SQL, without its quotes."""
    quote = name[:1]
    if quote not in {"`", '"'}:
        return name
    return name[1:-1].replace(quote * 2, quote)


def renamed_in(text: str, old: str, new: str) -> str:
    """An expression or a list of columns in which a column has another name, partitions aside.

    The server quotes every name in one.
    """
    pieces: list[str] = []
    position = 0
    before = ""
    for token in tokens(text):
        is_column = token.kind == "name" and before not in {"PARTITION", "SUBPARTITION"}
        if is_column and unquoted(token.text).lower() == old.lower():
            quote = token.text[0]
            pieces += (text[position : token.start], quote, new.replace(quote, quote * 2), quote)
            position = token.end
        before = token.word
    return "".join((*pieces, text[position:]))


def unescaped(text: str) -> str:
    """SQL for a server in the mode NO_BACKSLASH_ESCAPES, which shows its strings with them all the same.

    https://dev.mysql.com/doc/refman/8.4/en/sql-mode.html#sqlmode_no_backslash_escapes
    """
    pieces: list[str] = []
    position = 0
    for token in tokens(text):
        if token.kind == "string":
            pieces += (text[position : token.start], without_escapes(token.text))
            position = token.end
    return "".join((*pieces, text[position:]))


def without_escapes(text: str) -> str:
    """Text as it is, of which the server shows a backslash as two and the end of a line as one and an ``n``."""
    return re.sub(r"\\(.)", lambda found: _ESCAPES.get(found[1], found[1]), text)


_ESCAPES = {"0": "\0", "n": "\n", "r": "\r", "t": "\t", "Z": "\x1a"}


def _spans(outer: Sequence[Token]) -> Iterator[tuple[str, int, int]]:
    """(kind, start, end) of each clause; the first one is the type."""
    kind, first = TYPE, 0
    for index in range(len(outer)):
        begun = _kind_begun(outer, first, index, kind) if index else None
        if begun is not None:
            yield kind, outer[first].start, outer[index - 1].end
            kind, first = begun, index
    if outer:
        yield kind, outer[first].start, outer[-1].end


def _kind_begun(outer: Sequence[Token], first: int, index: int, kind: str) -> str | None:
    """The kind of clause that begins at ``index``; None within the clause that began at ``first``."""
    token, before = outer[index], outer[index - 1]
    if before.word in {"ALWAYS", "COLLATE", "DEFAULT", "NOT", "SET", "UPDATE"}:
        return None
    if token.kind == "comment" or (token.kind == "name" and kind != CHECK):
        # A comment that servers of some version read, or an option of the storage engine.
        return OTHER
    found = _FIRST_WORDS.get(token.word)
    if found is None:
        return None
    if found == CHARSET and token.word == "CHARACTER":
        following = outer[index + 1].word if index + 1 < len(outer) else ""
        return CHARSET if following == "SET" else None
    if found == CHECK and kind == CHECK and outer[first].word == "CONSTRAINT":
        return None
    return found
