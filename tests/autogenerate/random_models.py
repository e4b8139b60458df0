"""Models by chance: a few tables out of small pools of names, so that two of them have much in common.

What has no name in one model has none in the other: a name that the models leave out is no difference.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from cases_base import Build
from hypothesis import strategies as st
from sqlalchemy.dialects import mysql, postgresql

TYPES: dict[str, list[Any]] = {
    "all": [
        sa.Integer(),
        sa.BigInteger(),
        sa.String(10),
        sa.String(30),
        sa.Text(),
        sa.Numeric(10, 2),
        sa.Numeric(12, 4),
        sa.Date(),
        sa.DateTime(),
        sa.Boolean(),
        sa.LargeBinary(),
    ],
    "sqlite": [sa.String(10, collation="NOCASE"), sa.JSON()],
    "postgresql": [
        postgresql.JSONB(),
        postgresql.ARRAY(sa.Integer()),
        postgresql.TIMESTAMP(timezone=True, precision=3),
        postgresql.INTERVAL(fields="DAY TO SECOND"),
        postgresql.BIT(5),
        sa.String(10, collation="C"),
        sa.Uuid(),
    ],
    "mariadb": [
        mysql.INTEGER(unsigned=True),
        mysql.DATETIME(fsp=6),
        mysql.VARCHAR(10, charset="latin1"),
        mysql.ENUM("a", "b"),
        mysql.ENUM("a", "x", "b"),
        sa.JSON(),
    ],
}
DEFAULTS = {
    sa.Integer: ["0", "7"],
    sa.BigInteger: ["0"],
    sa.String: ["", "it's", "a: %b"],
    sa.Numeric: ["0", "1.50"],
    sa.DateTime: [sa.func.now()],
}
OPTIONS: dict[str, list[dict[str, Any]]] = {
    "sqlite": [{}, {}, {"sqlite_autoincrement": True}, {"sqlite_with_rowid": False}],
    "postgresql": [{}, {}, {"prefixes": ["UNLOGGED"]}],
}
NAMES = ("a", "b", "c", "d")
NUMBERS = (sa.Integer, sa.BigInteger, sa.Numeric)


Drawn = tuple[str, dict[str, dict[str, Any]], list[Callable[[], Any]], dict[str, Any]]
"""(table, column → what is said of it, makers of the rest, options)."""


@dataclass(frozen=True)
class Models:
    """A function that fills a metadata; a failing example shows what is in it."""

    tables: list[Drawn]

    def __call__(self, metadata: sa.MetaData) -> None:
        sa.Table("p", metadata, sa.Column("id", sa.Integer, primary_key=True))
        for name, held, made, options in self.tables:
            sa.Table(
                name,
                metadata,
                sa.Column("id", sa.Integer, primary_key=True),
                *(sa.Column(key, **said) for key, said in sorted(held.items())),
                *(make() for make in made),
                **options,
            )


@st.composite
def columns(draw: st.DrawFn, backend: str) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for name in draw(st.lists(st.sampled_from(NAMES), unique=True, min_size=1)):
        type_ = draw(st.sampled_from(TYPES["all"] + TYPES[backend]))
        defaults = [None, *DEFAULTS.get(type(type_), [])]
        found[name] = {
            "type_": type_,
            "nullable": draw(st.booleans()),
            "server_default": draw(st.sampled_from(defaults)),
        }
        if backend == "sqlite" and not found[name]["nullable"]:
            clause = draw(st.sampled_from([None, None, "FAIL", "IGNORE"]))
            found[name] |= {"sqlite_on_conflict_not_null": clause} if clause else {}
    return found


@st.composite
def items(draw: st.DrawFn, backend: str, held: dict[str, dict[str, Any]]) -> list[Any]:
    """Makers of constraints and indexes over columns that can have them."""
    numbers = [name for name in NAMES if name in held and isinstance(held[name]["type_"], NUMBERS)]
    plain = [name for name in numbers if isinstance(held[name]["type_"], sa.Integer)]
    made: list[Any] = []
    for name in numbers:
        bound = draw(st.sampled_from([None, None, 5, 7]))
        if bound is not None:
            label = None if name == "c" else f"ck_{name}"
            made.append(lambda n=name, b=bound, k=label: sa.CheckConstraint(f"{n} > {b}", name=k))
    for wide in draw(st.lists(st.sampled_from([("a",), ("b",), ("a", "b")]), unique=True)):
        if set(wide) <= set(numbers):
            name = None if wide == ("b",) else f"uq_{'_'.join(wide)}"
            clause = draw(st.sampled_from([None, None, "FAIL"])) if backend == "sqlite" else None
            said = {"sqlite_on_conflict": clause} if clause else {}
            made.append(lambda w=wide, k=name, o=said: sa.UniqueConstraint(*w, name=k, **o))
    for index in draw(st.lists(st.sampled_from(["c", "d", "cd", "sum", "where"]), unique=True)):
        if set(index) <= set(numbers):
            unique = draw(st.booleans())
            made.append(lambda x=index, q=unique: sa.Index(f"ix_{x}", *x, unique=q))
        elif index == "sum" and {"c", "d"} <= set(numbers) and backend != "mariadb":
            sum_ = sa.text(draw(st.sampled_from(["(c + d)", "(c * d) DESC"])))
            made.append(lambda e=sum_: sa.Index("ix_sum", e))
        elif index == "where" and "d" in numbers and backend != "mariadb":
            bound = sa.text(f"d > {draw(st.integers(1, 3))}")
            made.append(lambda w=bound: sa.Index("ix_w", "d", **{f"{backend}_where": w}))
    for name in plain:
        if held[name]["type_"].__class__ is sa.Integer and draw(st.booleans()):
            label = None if name in "ac" else f"fk_{name}"
            action = draw(st.sampled_from([None, "CASCADE"]))
            made.append(
                lambda n=name, k=label, a=action: sa.ForeignKeyConstraint(
                    [n], ["p.id"], name=k, ondelete=a
                )
            )
    return made


@st.composite
def models(draw: st.DrawFn, backend: str) -> Build:
    """A function that fills a metadata."""
    tables: list[Drawn] = []
    for name in draw(st.lists(st.sampled_from(["t", "s"]), unique=True, min_size=1)):
        held = draw(columns(backend))
        # Names of indexes are there once in a database, but for MySQL's.
        made = draw(items(backend, held)) if name == "t" else []
        options = draw(st.sampled_from(OPTIONS.get(backend, [{}])))
        tables.append((name, held, made, options))

    return Models(tables)
