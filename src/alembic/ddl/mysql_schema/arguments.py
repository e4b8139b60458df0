"""The keywords of indexes and constraints that SQLAlchemy's dialect doesn't know.

They are made known when one of them is first used, whatever dialect is spoken then: to do it at once
would load SQLAlchemy's MySQL dialect in every project.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable

from sqlalchemy import (
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    PrimaryKeyConstraint,
    UniqueConstraint,
)

_DIALECTS = ("mysql", "mariadb")
_NAMES = ("algorithm", "lock")
_KEYWORDS = frozenset(f"{dialect}_{name}" for dialect in _DIALECTS for name in _NAMES)


def allow(keywords: Iterable[str]) -> None:
    """Have SQLAlchemy's classes take ``mysql_algorithm`` and ``mysql_lock`` if they are among these."""
    if not _KEYWORDS.isdisjoint(keywords):
        _allow_all()


@functools.cache
def _allow_all() -> None:
    for class_ in (
        *(CheckConstraint, ForeignKeyConstraint, Index),
        *(PrimaryKeyConstraint, UniqueConstraint),
    ):
        for dialect in _DIALECTS:
            for name in _NAMES:
                class_.argument_for(dialect, name, None)
