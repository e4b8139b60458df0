"""What cases are made of: a list of them, and short words for tables and their parts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

ALL = ("sqlite", "postgresql", "mariadb")
PG = ("postgresql",)
MY = ("mariadb",)
PG21 = PG if tuple(map(int, sa.__version__.split(".")[:2])) >= (2, 1) else ()
"""Where SQLAlchemy knows PostgreSQL's storage options of tables."""
SERVERS = ("postgresql", "mariadb")

Build = Callable[[sa.MetaData], Any]


@dataclass(frozen=True)
class Case:
    """One pair of models."""

    name: str
    before: Build
    after: Build
    on: tuple[str, ...] = ALL
    options: dict[str, Any] = field(default_factory=dict)
    naming: dict[str, str] | None = None


CASES: list[Case] = []


def case(name: str, before: Build, after: Build, on: tuple[str, ...] = ALL, **options: Any) -> None:
    naming = options.pop("naming", None)
    CASES.append(Case(name, before, after, on, options, naming))


def nothing(_: sa.MetaData) -> None:
    return None


def columns(*items: Callable[[], Any], name: str = "t", **kw: Any) -> Build:
    """A table whose items are made anew for each metadata."""

    def build(metadata: sa.MetaData) -> sa.Table:
        return sa.Table(name, metadata, *(item() for item in items), **kw)

    return build


def both(*builds: Build) -> Build:
    def build(metadata: sa.MetaData) -> None:
        for one in builds:
            one(metadata)

    return build


def pk() -> sa.Column[int]:
    return sa.Column("id", sa.Integer, primary_key=True)


def c(name: str, type_: Any = sa.Integer, *args: Any, **kw: Any) -> Callable[[], sa.Column[Any]]:
    return lambda: sa.Column(name, type_, *args, **kw)


def i(name: str, *cols: str, **kw: Any) -> Callable[[], sa.Index]:
    return lambda: sa.Index(name, *cols, **kw)


def u(*cols: str, **kw: Any) -> Callable[[], sa.UniqueConstraint]:
    return lambda: sa.UniqueConstraint(*cols, **kw)


def fk(cols: list[str], refs: list[str], **kw: Any) -> Callable[[], sa.ForeignKeyConstraint]:
    return lambda: sa.ForeignKeyConstraint(cols, refs, **kw)


def ck(text: str, name: str | None = None) -> Callable[[], sa.CheckConstraint]:
    return lambda: sa.CheckConstraint(text, name=name)
