"""Pairs of models, kind by kind: what SQLite's tables alone can be, and what else its grammar has.

For the round trips, with a complete comparison; the other way round as well.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from cases_base import Build, both, c, ck, columns, fk, i, nothing, pk, u
from cases_complete import case
from cases_more import Place
from sqlalchemy.dialects import sqlite

LITE = ("sqlite",)
X, Y, S = c("x"), c("y"), c("s", sa.String(20))
P = columns(pk, name="p")
A, B = c("a", sa.Integer, nullable=False), c("b", sa.Integer, nullable=False)


def key(*names: str, **kw: Any) -> Any:
    return lambda: sa.PrimaryKeyConstraint(*names, **kw)


def index(*parts: Any, **kw: Any) -> Any:
    return lambda: sa.Index("ix", *parts, **kw)


def check(text: str, **kw: Any) -> Any:
    return lambda: sa.CheckConstraint(text, **kw)


# --- ON CONFLICT -----------------------------------------------------------------------------------
FAIL = {"sqlite_on_conflict_not_null": "FAIL"}
IGNORE = {"sqlite_on_conflict_not_null": "IGNORE"}
NEEDED = c("x", nullable=False, **FAIL)
case("sqlite: conflict of NOT NULL", columns(pk, c("x", nullable=False)), columns(pk, NEEDED), LITE)
case(
    "sqlite: other conflict",
    columns(pk, c("x", nullable=False, **IGNORE)),
    columns(pk, NEEDED),
    LITE,
)
case("sqlite: conflict with NOT NULL", columns(pk, X), columns(pk, NEEDED), LITE)
case(
    "sqlite: conflict of a new column",
    columns(pk),
    columns(pk, c("x", nullable=False, server_default="1", **FAIL)),
    LITE,
)
case(
    "sqlite: conflict stays with another type",
    columns(pk, NEEDED),
    columns(pk, c("x", sa.BigInteger, nullable=False, **FAIL)),
    LITE,
)
UNIQUE = c("x", unique=True, sqlite_on_conflict_unique="FAIL")
case("sqlite: conflict of a column", columns(pk, c("x", unique=True)), columns(pk, UNIQUE), LITE)
case("sqlite: conflict with a column's UNIQUE", columns(pk, X), columns(pk, UNIQUE), LITE)
case("sqlite: conflict with a unique column", columns(pk), columns(pk, UNIQUE), LITE)
case(
    "sqlite: conflict of a unique constraint",
    columns(pk, X, u("x", name="uq")),
    columns(pk, X, u("x", name="uq", sqlite_on_conflict="IGNORE")),
    LITE,
)
case(
    "sqlite: conflict of a wider unique constraint",
    columns(pk, X, Y, u("x", name="uq", sqlite_on_conflict="FAIL")),
    columns(pk, X, Y, u("x", "y", name="uq", sqlite_on_conflict="IGNORE")),
    LITE,
)
case(
    "sqlite: conflict of an unnamed unique constraint",
    columns(pk, X, Y, u("x", "y")),
    columns(pk, X, Y, u("x", "y", sqlite_on_conflict="REPLACE")),
    LITE,
)
case(
    "sqlite: conflict of a check",
    columns(pk, X, check("x > 5", name="ck")),
    columns(pk, X, check("x > 5", name="ck", sqlite_on_conflict="IGNORE")),
    LITE,
)
case(
    "sqlite: conflict of an unnamed check",
    columns(pk, X, check("x > 5")),
    columns(pk, X, check("x > 5", sqlite_on_conflict="IGNORE")),
    LITE,
)
ROW_ID = c("id", primary_key=True, sqlite_on_conflict_primary_key="FAIL")
case("sqlite: conflict of a row id", columns(pk, X), columns(ROW_ID, X), LITE)
case(
    "sqlite: conflict of AUTOINCREMENT",
    columns(pk, X, sqlite_autoincrement=True),
    columns(ROW_ID, X, sqlite_autoincrement=True),
    LITE,
)
case(
    "sqlite: conflict with AUTOINCREMENT",
    columns(pk, X),
    columns(ROW_ID, X, sqlite_autoincrement=True),
    LITE,
)
case(
    "sqlite: conflict of a primary key",
    columns(A, B, key("a", "b", name="pk")),
    columns(A, B, key("a", "b", name="pk", sqlite_on_conflict="REPLACE")),
    LITE,
)
case(
    "sqlite: conflict of a wider primary key",
    columns(A, B, key("a", name="pk", sqlite_on_conflict="FAIL")),
    columns(A, B, key("a", "b", name="pk", sqlite_on_conflict="REPLACE")),
    LITE,
)
case(
    "sqlite: conflict of a renamed primary key",
    columns(A, key("a", name="pk1", sqlite_on_conflict="FAIL")),
    columns(A, key("a", name="pk2", sqlite_on_conflict="FAIL")),
    LITE,
)
case(
    "sqlite: table with conflicts",
    nothing,
    both(
        columns(
            ROW_ID,
            NEEDED,
            c("y", unique=True, sqlite_on_conflict_unique="FAIL"),
            u("x", "y", name="uq", sqlite_on_conflict="REPLACE"),
            check("x > 5", name="ck", sqlite_on_conflict="IGNORE"),
        ),
        columns(A, B, key("a", "b", name="pk", sqlite_on_conflict="REPLACE"), name="several"),
        columns(ROW_ID, X, sqlite_autoincrement=True, name="counting"),
    ),
    LITE,
)

# --- options of tables -----------------------------------------------------------------------------
for word, options in (
    ("STRICT", {"sqlite_strict": True}),
    ("WITHOUT ROWID", {"sqlite_with_rowid": False}),
    ("AUTOINCREMENT", {"sqlite_autoincrement": True}),
):
    case(f"sqlite: {word} table", nothing, columns(pk, X, **options), LITE)
    case(
        f"sqlite: column of a {word} table", columns(pk, **options), columns(pk, X, **options), LITE
    )
case(
    "sqlite: STRICT, WITHOUT ROWID",
    columns(pk, X),
    columns(pk, X, sqlite_strict=True, sqlite_with_rowid=False),
    LITE,
)
TEXT_KEY = c("b", sa.String(5), primary_key=True)
case(
    "sqlite: WITHOUT ROWID, several keys",
    columns(c("a", primary_key=True), TEXT_KEY),
    columns(c("a", primary_key=True), TEXT_KEY, sqlite_with_rowid=False),
    LITE,
)

# --- collations ------------------------------------------------------------------------------------
NOCASE, RTRIM = (c("s", sa.String(20, collation=one)) for one in ("NOCASE", "RTRIM"))
case("sqlite: other collation", columns(pk, NOCASE), columns(pk, RTRIM), LITE)
case("sqlite: collation and type", columns(pk, NOCASE), columns(pk, c("s", sa.Text)), LITE)
case(
    "sqlite: collation of a unique column",
    columns(pk, S, u("s", name="uq")),
    columns(pk, NOCASE, u("s", name="uq")),
    LITE,
)

# --- indexes ---------------------------------------------------------------------------------------
LOWER = sa.text("lower(s)")
PARTS: tuple[tuple[str, Any, Any], ...] = (
    (
        "partial unique",
        index("x", unique=True),
        index("x", unique=True, sqlite_where=sa.text("x > 5")),
    ),
    ("partial, no longer", index("x", sqlite_where=sa.text("s IS NULL")), index("x")),
    ("expression, descending", index(LOWER), index(sa.text("lower(s) DESC"))),
    ("expression, unique", index(LOWER), index(LOWER, unique=True)),
    ("expression, partial", index(LOWER), index(LOWER, sqlite_where=sa.text("x > 1"))),
    ("column to expression", index("x"), index("x", LOWER)),
    ("descending, one of two", index("x", "s"), index("x", sa.text("s DESC"))),
    ("collation, descending", index("s"), index(sa.text("s COLLATE NOCASE DESC"))),
)
for name, old, new in PARTS:
    case(f"sqlite: index {name}", columns(pk, X, S, old), columns(pk, X, S, new), LITE)


# --- generated columns -----------------------------------------------------------------------------
def computed(text: str, *more: Any, persisted: bool, type_: Any = sa.Integer, **kw: Any) -> Build:
    return columns(pk, X, c("y", type_, sa.Computed(text, persisted=persisted), **kw), *more)


case("sqlite: virtual column", columns(pk, X), computed("x * 2", persisted=False), LITE)
case(
    "sqlite: virtual column, changed",
    computed("x * 2", persisted=False),
    computed("x * 3", persisted=False),
    LITE,
)
case(
    "sqlite: virtual column, indexed",
    columns(pk, X),
    computed("x * 2", i("ix", "y"), persisted=False),
    LITE,
)
case(
    "sqlite: stored column, other type",
    computed("x * 2", persisted=True),
    computed("x * 2", persisted=True, type_=sa.Text),
    LITE,
)
case(
    "sqlite: stored column, checked",
    computed("x * 2", persisted=True),
    computed("x * 2", ck("y > 3", "ck"), u("y", name="uq"), persisted=True),
    LITE,
)


case(
    "sqlite: stored column, made plain and checked",
    computed("x * 2", ck("y > 3", "ck"), i("ix", "y"), persisted=True),
    columns(pk, X, c("y", nullable=False, server_default="5"), ck("y > 3", "ck"), i("ix", "y")),
    LITE,
)


# --- foreign keys ----------------------------------------------------------------------------------
def refers(**kw: Any) -> Build:
    return both(P, columns(pk, X, fk(["x"], ["p.id"], **kw)))


for word, old, new in (
    ("deferrable", {}, {"deferrable": True}),
    ("deferred", {}, {"deferrable": True, "initially": "DEFERRED"}),
    (
        "immediate",
        {"deferrable": True, "initially": "DEFERRED"},
        {"deferrable": True, "initially": "IMMEDIATE"},
    ),
    ("set default", {"ondelete": "SET DEFAULT"}, {"ondelete": "RESTRICT"}),
    ("on update", {"onupdate": "SET NULL"}, {"ondelete": "SET NULL"}),
):
    case(f"sqlite: key {word}", refers(name="f", **old), refers(name="f", **new), LITE)
    case(f"sqlite: unnamed key {word}", refers(**old), refers(**new), LITE)
case("sqlite: key gets a name", refers(), refers(name="f"), LITE, once=True)
case(
    "sqlite: key to itself",
    columns(pk, X),
    columns(pk, X, fk(["x"], ["t.id"])),
    LITE,
)

# --- names, tables as a whole ----------------------------------------------------------------------
case("capitals of a column", columns(pk, c("name")), columns(pk, c("Name")), (*LITE, "mariadb"))
case("sqlite: capitals of a table", columns(pk, X), columns(pk, X, name="T"), LITE)
case(
    "sqlite: table with every kind of index",
    nothing,
    columns(
        pk,
        X,
        S,
        lambda: sa.Index("i1", LOWER),
        lambda: sa.Index("i2", LOWER, unique=True, sqlite_where=sa.text("x > 3")),
        lambda: sa.Index("i3", "x", sqlite_where=sa.text("x > 5")),
        lambda: sa.Index("i4", sa.text("x DESC"), "s"),
        lambda: sa.Index("i5", sa.text("s COLLATE NOCASE")),
    ),
    LITE,
)
case(
    "sqlite: column with a check",
    columns(pk),
    columns(pk, lambda: sa.Column("x", sa.Integer, sa.CheckConstraint("x > 4", name="ck"))),
    LITE,
)
case(
    "sqlite: no primary key any more",
    columns(c("a", nullable=False), key("a", name="pk")),
    columns(c("a")),
    LITE,
)

for name in ('a"b', "a)b", "[a]"):
    case(
        f"sqlite: unique {name}",
        columns(pk, c(name), X, u(name)),
        columns(pk, c(name), X, u("x", name)),
        LITE,
    )
case(
    "sqlite: constraints with quotes in their names",
    both(columns(pk, name='p"p'), columns(pk, c('a"b'), name='t"t')),
    both(
        columns(pk, name='p"p'),
        columns(
            pk,
            c('a"b'),
            fk(['a"b'], ['p"p.id'], name='f"k'),
            u('a"b', name='u"u'),
            ck('"a""b" > 3', 'c"k'),
            name='t"t',
        ),
    ),
    LITE,
)

# --- what has no name ------------------------------------------------------------------------------
case("sqlite: unnamed primary key", columns(A, B), columns(A, B, key("a")), LITE)
case("sqlite: unnamed primary key moved", columns(A, B, key("a")), columns(A, B, key("b")), LITE)
case(
    "sqlite: primary key gets a name",
    columns(A, key("a")),
    columns(A, key("a", name="k")),
    LITE,
    once=True,
)
case(
    "sqlite: STRICT, and types that it does not take",
    columns(pk, c("x", sa.String(5)), S),
    columns(pk, c("x", sa.Text), sqlite_strict=True),
    LITE,
)

# --- types of one affinity, which SQLAlchemy takes for each other ----------------------------------
for words, type_ in {
    "citext": sa.Text(),
    "INT": sa.Integer(),
    "integer(8)": sa.Integer(),
    "BOOL": sa.Boolean(),
    "decimal(8, 2)": sa.Numeric(8, 2),
}.items():
    case(
        f"sqlite: type {words}",
        columns(pk, c("x", Place(words))),
        columns(pk, c("x", type_)),
        LITE,
    )
for kind, format_, regexp in (
    (sqlite.DATE, "%(year)04d%(month)02d%(day)02d", r"(\d{4})(\d\d)(\d\d)"),
    (sqlite.DATETIME, "%(year)04d%(month)02d%(day)02d%(hour)02d", None),
    (sqlite.TIME, "%(hour)02d%(minute)02d", None),
):
    case(
        f"sqlite: {kind.__name__} stored in another way",
        columns(pk, c("x", kind())),
        columns(pk, c("x", kind(storage_format=format_, regexp=regexp))),
        LITE,
    )

# --- a name that an index and a table have in turn -------------------------------------------------
case(
    "an index's name for a new table",
    columns(pk, X, i("thing", "x")),
    both(columns(pk, X), columns(pk, c("y"), name="thing")),
    ("sqlite", "postgresql"),
)
case(
    "sqlite: a default in double quotes",
    columns(pk),
    columns(pk, c("x", sa.Text, server_default=sa.text('"it""s"'))),
    LITE,
)
