"""Copies of columns that lose nothing.

SQLAlchemy's own copy of a MySQL ``ENUM`` is without its character set and collation.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, Enum

_OPTIONS_OF_TEXT = ("charset", "collation", "ascii", "unicode", "binary", "national")


def copy_of(column: Column[Any]) -> Column[Any]:
    """A copy that belongs to no table."""
    copy = column._copy()
    before, after = column.type, copy.type
    if isinstance(before, Enum) and after is not before:
        for option in _OPTIONS_OF_TEXT:
            if option in vars(before):
                setattr(after, option, getattr(before, option))
    return copy
