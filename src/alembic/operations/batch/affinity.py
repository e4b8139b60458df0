"""How SQLite keeps values by a declared type, and how they go over to another one.

Source: https://www.sqlite.org/datatype3.html#determination_of_column_affinity.
"""

from __future__ import annotations

from enum import Enum


class Affinity(Enum):
    """The five affinities of columns."""

    INTEGER = "INTEGER"
    TEXT = "TEXT"
    BLOB = "BLOB"
    REAL = "REAL"
    NUMERIC = "NUMERIC"


_RULES = (
    (("INT",), Affinity.INTEGER),
    (("CHAR", "CLOB", "TEXT"), Affinity.TEXT),
    (("BLOB",), Affinity.BLOB),
    (("REAL", "FLOA", "DOUB"), Affinity.REAL),
)
_BEYOND_64_BITS = "9223372036854775808.0"


def affinity_of(declared: str) -> Affinity:
    """The affinity of a column declared so; '' is no type at all."""
    if not declared:
        return Affinity.BLOB
    word = declared.upper()
    for parts, affinity in _RULES:
        if any(part in word for part in parts):
            return affinity
    return Affinity.NUMERIC


def converted(source: str, old: str, new: str) -> str:
    """The expression that takes ``source`` from one declared type over to another.

    Storing a value converts it by the column's affinity, and keeps it as it is where that would
    lose something ('abc' in an integer column). A CAST is needed where affinity does nothing: it is
    used for what loses nothing, and for fractions that become integers, which is what was asked for;
    of a number that 64 bits can't hold it would make the greatest that they can. ``CAST`` of text to a
    number or a date is never used: it makes 0 of 'abc' and 2024 of a date.
    """
    before, after = affinity_of(old), affinity_of(new)
    if before is after:
        return source
    if after in {Affinity.TEXT, Affinity.BLOB}:
        return f"CAST({source} AS {after.value})"
    if after is Affinity.INTEGER:
        is_fraction = f"typeof({source}) = 'real' AND abs({source}) < {_BEYOND_64_BITS}"
        return f"CASE WHEN {is_fraction} THEN CAST({source} AS INTEGER) ELSE {source} END"
    return source
