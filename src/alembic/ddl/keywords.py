"""The keywords of indexes and constraints that SQLAlchemy's dialects don't know.

They are made known when one of them is first used, whatever dialect is spoken then: to do it at once
would load SQLAlchemy's MySQL and PostgreSQL dialects in every project.
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
from sqlalchemy.sql.base import DialectKWArgs

Classes = tuple[type[DialectKWArgs], ...]

_KEYS: Classes = (PrimaryKeyConstraint, UniqueConstraint)
_ALL: Classes = (*_KEYS, CheckConstraint, ForeignKeyConstraint, Index)
_CLASSES: dict[str, dict[str, Classes]] = {
    "mysql": {"algorithm": _ALL, "lock": _ALL},
    "mariadb": {"algorithm": _ALL, "lock": _ALL},
    "postgresql": {"using_index": _KEYS},
}
_DIALECTS = {f"{dialect}_{name}": dialect for dialect, names in _CLASSES.items() for name in names}


def allow(keywords: Iterable[str]) -> None:
    """Have SQLAlchemy's classes take what is ours among ``keywords``, as ``mysql_lock`` is."""
    for keyword in keywords:
        if keyword in _DIALECTS:
            _allow_all_of(_DIALECTS[keyword])


@functools.cache
def _allow_all_of(dialect: str) -> None:
    for name, classes in _CLASSES[dialect].items():
        for class_ in classes:
            class_.argument_for(dialect, name, None)
