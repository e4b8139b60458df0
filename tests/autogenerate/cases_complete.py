"""Pairs of models that only a complete comparison tells apart: for the round trips alone."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from cases_base import (
    ALL,
    MY,
    PG,
    PG21,
    SERVERS,
    Build,
    Case,
    both,
    c,
    ck,
    columns,
    fk,
    i,
    nothing,
    pk,
    u,
)
from cases_more import in_other
from sqlalchemy.dialects import mysql, postgresql

COMPLETE_CASES: list[Case] = []


def case(name: str, before: Build, after: Build, on: tuple[str, ...] = ALL, **kw: Any) -> None:
    """A pair and, unless it is said ``once``, the same pair turned round."""
    naming, is_once = kw.pop("naming", None), kw.pop("once", False)
    COMPLETE_CASES.append(Case(name, before, after, on, kw, naming))
    if not is_once:
        COMPLETE_CASES.append(Case(f"{name}, turned round", after, before, on, kw, naming))


X, Y, S = c("x"), c("y"), c("s", sa.String(20))
NOSQLITE = SERVERS
EXPRESSIONS = ("sqlite", "postgresql")

# --- checks --------------------------------------------------------------------------------------
case("check added", columns(pk, X), columns(pk, X, ck("x > 5", "ck1")))
case("check changed", columns(pk, X, ck("x > 5", "ck1")), columns(pk, X, ck("x > 7", "ck1")))
case("check renamed", columns(pk, X, ck("x > 5", "ck1")), columns(pk, X, ck("x > 5", "ck2")))
case("check unnamed added", columns(pk, X), columns(pk, X, ck("x > 5")), SERVERS)
case("check unnamed kept", columns(pk, X, ck("x > 5")), columns(pk, X, ck("x > 5"), Y))
case(
    "checks unnamed, one of two changed",
    columns(pk, X, Y, ck("x > 5"), ck("y > 5")),
    columns(pk, X, Y, ck("x > 5"), ck("y > 7")),
    PG,
)
case(
    "check with quotes",
    columns(pk, S),
    columns(pk, S, ck("s <> 'it''s' AND s NOT LIKE '%x%'", "ck1")),
)
case(
    "check of an enum",
    columns(pk, c("e", sa.Enum("a", "b", name="e1", native_enum=False, create_constraint=True))),
    columns(
        pk, c("e", sa.Enum("a", "b", "c", name="e1", native_enum=False, create_constraint=True))
    ),
    EXPRESSIONS,
)

# --- primary keys --------------------------------------------------------------------------------
A, B = c("a", sa.Integer, nullable=False), c("b", sa.Integer, nullable=False)


def key(*names: str, name: str | None = None) -> Any:
    return lambda: sa.PrimaryKeyConstraint(*names, name=name)


case("primary key added", columns(A, B), columns(A, B, key("a", name="pk_t")))
case(
    "primary key moved", columns(A, B, key("a", name="pk_t")), columns(A, B, key("b", name="pk_t"))
)
case(
    "primary key wider",
    columns(A, B, key("a", name="pk_t")),
    columns(A, B, key("a", "b", name="pk_t")),
)
case(
    "primary key renamed",
    columns(A, B, key("a", name="pk1")),
    columns(A, B, key("a", name="pk2")),
    EXPRESSIONS,
)

# --- foreign keys ----------------------------------------------------------------------------------
P = columns(pk, name="p")
case(
    "foreign key renamed",
    both(P, columns(pk, X, fk(["x"], ["p.id"], name="fk1"))),
    both(P, columns(pk, X, fk(["x"], ["p.id"], name="fk2"))),
)
case(
    "foreign key unnamed added",
    both(P, columns(pk, X)),
    both(P, columns(pk, X, fk(["x"], ["p.id"]))),
    SERVERS,
)
case(
    "foreign key match and deferral",
    both(P, columns(pk, X, fk(["x"], ["p.id"], name="fk1"))),
    both(
        P,
        columns(
            pk,
            X,
            fk(["x"], ["p.id"], name="fk1", deferrable=True, initially="DEFERRED", match="FULL"),
        ),
    ),
    EXPRESSIONS,
)
case(
    "cycle of foreign keys",
    nothing,
    both(
        columns(pk, c("b_id"), fk(["b_id"], ["b.id"], name="fk_ab"), name="a"),
        columns(pk, c("a_id"), fk(["a_id"], ["a.id"], name="fk_ba"), name="b"),
    ),
    SERVERS,
)
case(
    "foreign key loses its index",
    both(P, columns(pk, X, i("ix", "x"), fk(["x"], ["p.id"], name="fk1"))),
    both(P, columns(pk, X, fk(["x"], ["p.id"], name="fk1"))),
    EXPRESSIONS,
)

# --- unique constraints ------------------------------------------------------------------------------
case("unique unnamed added", columns(pk, X), columns(pk, X, u("x")), SERVERS)
case("unique unnamed of two", columns(pk, X, Y), columns(pk, X, Y, u("x"), u("x", "y")), SERVERS)
case("unique renamed", columns(pk, X, u("x", name="u1")), columns(pk, X, u("x", name="u2")))
case(
    "unique deferrable",
    columns(pk, X, u("x", name="u1")),
    columns(pk, X, u("x", name="u1", deferrable=True, initially="DEFERRED")),
    PG,
)
case(
    "unique include",
    columns(pk, X, Y, u("x", name="u1")),
    columns(pk, X, Y, u("x", name="u1", postgresql_include=["y"])),
    PG,
)

# --- types ---------------------------------------------------------------------------------------
TYPES: list[tuple[str, Any, Any, tuple[str, ...]]] = [
    ("float precision", sa.Float(24), sa.Float(53), PG),
    ("timestamp precision", postgresql.TIMESTAMP(), postgresql.TIMESTAMP(precision=3), PG),
    ("time zone", sa.DateTime(), sa.DateTime(timezone=True), PG),
    ("interval fields", postgresql.INTERVAL(), postgresql.INTERVAL(fields="DAY TO SECOND"), PG),
    ("collation pg", sa.String(10), sa.String(10, collation="C"), PG),
    ("array items", postgresql.ARRAY(sa.String(5)), postgresql.ARRAY(sa.String(9)), PG),
    ("bit varying", postgresql.BIT(5), postgresql.BIT(5, varying=True), PG),
    ("int to boolean", sa.Integer(), sa.Boolean(), PG),
    ("text to json", sa.Text(), postgresql.JSONB(), PG),
    ("text to uuid", sa.Text(), sa.Uuid(), PG),
    ("text to integer", sa.Text(), sa.Integer(), ALL),
    ("text to enum", sa.Text(), sa.Enum("a", "b", name="e9"), PG),
    ("enum to enum", sa.Enum("a", "b", name="e8"), sa.Enum("a", "c", name="e9"), PG),
    ("range", postgresql.DATERANGE(), postgresql.TSRANGE(), PG),
    ("unsigned", mysql.INTEGER(), mysql.INTEGER(unsigned=True), MY),
    ("fsp", mysql.DATETIME(), mysql.DATETIME(fsp=6), MY),
    ("charset", mysql.VARCHAR(10), mysql.VARCHAR(10, charset="latin1"), MY),
    ("enum of mysql", mysql.ENUM("a", "b"), mysql.ENUM("a", "x", "b"), MY),
    ("collation sqlite", sa.String(10), sa.String(10, collation="NOCASE"), ("sqlite",)),
    ("varchar length", sa.String(10), sa.String(20), ALL),
    ("numeric scale", sa.Numeric(10, 2), sa.Numeric(12, 4), ALL),
]
for _name, _old, _new, _on in TYPES:
    case(f"type {_name}", columns(pk, c("x", _old)), columns(pk, c("x", _new)), _on)
case(
    "type with a default",
    columns(pk, c("x", sa.String(5), server_default="5")),
    columns(pk, c("x", sa.Integer, server_default="6")),
)

# --- enums -----------------------------------------------------------------------------------------


def enum(*labels: str, default: str | None = None, name: str = "e1") -> Build:
    return columns(pk, c("e", sa.Enum(*labels, name=name), server_default=default))


case("enum value at the end", enum("a", "b"), enum("a", "b", "c"), PG)
case("enum value in the middle", enum("a", "b"), enum("a", "x", "b"), PG)
case("enum value first", enum("a", "b"), enum("x", "a", "b"), PG)
case("enum value renamed", enum("a", "b"), enum("a", "c"), PG)
case("enum with a default", enum("a", "b", default="a"), enum("a", "c", default="a"), PG)
case("enum column added", columns(pk), enum("a", "b"), PG)
case("enum table added", nothing, enum("a", "it's: b"), PG)
case(
    "enum of two tables added",
    nothing,
    both(
        columns(pk, c("e", sa.Enum("a", name="e1")), name="t1"),
        columns(pk, c("e", sa.Enum("a", name="e1")), name="t2"),
    ),
    PG,
)
case(
    "enum array",
    columns(pk, c("e", postgresql.ARRAY(sa.Enum("a", "b", name="e1")))),
    columns(pk, c("e", postgresql.ARRAY(sa.Enum("a", "c", name="e1")))),
    PG,
)

# --- defaults, computed, identity --------------------------------------------------------------------
DEFAULTS: list[tuple[str, Any, Any, Any, tuple[str, ...]]] = [
    ("function", sa.DateTime, None, sa.func.now(), ALL),
    ("expression", sa.Integer, sa.text("(1 + 2)"), sa.text("(1 + 3)"), ALL),
    ("json", postgresql.JSONB, sa.text("'{}'::jsonb"), sa.text("""'{"a": 1}'::jsonb"""), PG),
    ("json text", sa.JSON, sa.text("'[]'"), sa.text("""'{"a": 1}'"""), PG),
    ("quotes", sa.String(20), "it's", 'it"s', ALL),
    ("boolean", sa.Boolean, sa.false(), sa.true(), ALL),
    ("date", sa.Date, None, sa.text("'2020-01-01'"), ALL),
    ("null", sa.Integer, None, "7", ALL),
]
for _name, _type, _old, _new, _on in DEFAULTS:
    case(
        f"default {_name}",
        columns(pk, c("x", _type, server_default=_old)),
        columns(pk, c("x", _type, server_default=_new)),
        _on,
    )


def computed(text: str | None, persisted: bool | None = True) -> Build:
    def build(metadata: sa.MetaData) -> None:
        given = () if text is None else (sa.Computed(text, persisted=persisted),)
        sa.Table("t", metadata, pk(), X(), sa.Column("y", sa.Integer, *given))

    return build


case("computed changed", computed("x * 2"), computed("x * 3"))
case("computed made plain", computed("x * 2"), computed(None))
case("computed kind", computed("x * 2"), computed("x * 2", persisted=False), ("sqlite", "mariadb"))


def identity(**kw: Any) -> Build:
    def build(metadata: sa.MetaData) -> None:
        given = (sa.Identity(**kw),) if kw else ()
        sa.Table("t", metadata, pk(), sa.Column("x", sa.Integer, *given, nullable=False))

    return build


case("identity added", identity(), identity(always=True, start=3), PG)
case("identity changed", identity(always=False), identity(always=True, increment=5), PG)

# --- sequences, options, exclusions ------------------------------------------------------------------


def sequence(**kw: Any) -> Build:
    return lambda metadata: sa.Sequence("seq1", metadata=metadata, **kw)


case("sequence", both(columns(pk), nothing), both(columns(pk), sequence(start=5)), ("postgresql",))
case("sequence changed", sequence(increment=2), sequence(increment=3, cycle=True), PG)
case("table storage", columns(pk), columns(pk, postgresql_with={"fillfactor": 50}), PG21)
case("table unlogged", columns(pk), columns(pk, prefixes=["UNLOGGED"]), PG)
case("table engine", columns(pk, mysql_engine="InnoDB"), columns(pk, mysql_engine="MyISAM"), MY)
case(
    "table charset",
    columns(pk, S, mysql_charset="utf8mb4", mysql_collate="utf8mb4_general_ci"),
    columns(pk, S, mysql_charset="latin1", mysql_collate="latin1_bin"),
    MY,
)


def exclusion(operator: str | None, **kw: Any) -> Build:
    items = (
        ()
        if operator is None
        else (lambda: postgresql.ExcludeConstraint(("r", operator), name="ex", using="gist", **kw),)
    )
    return columns(pk, c("r", postgresql.INT4RANGE), *items)


case("exclusion added", exclusion(None), exclusion("&&"), PG)
case("exclusion changed", exclusion("&&"), exclusion("="), PG)

# --- indexes -----------------------------------------------------------------------------------------
TWO = columns(pk, X, S)


def index(*made: Any, **kw: Any) -> Build:
    return columns(pk, X, S, lambda: sa.Index("ix", *made, **kw))


INDEXES: list[tuple[str, Build, Build, tuple[str, ...]]] = [
    ("expression", TWO, index(sa.text("lower(s)")), EXPRESSIONS),
    ("expression changed", index(sa.text("lower(s)")), index(sa.text("upper(s)")), EXPRESSIONS),
    ("predicate pg", index("x"), index("x", postgresql_where=sa.text("x > 5")), PG),
    (
        "predicate changed pg",
        index("x", postgresql_where=sa.text("x > 6")),
        index("x", postgresql_where=sa.text("x > 5")),
        PG,
    ),
    (
        "predicate sqlite",
        index("x", sqlite_where=sa.text("x > 6")),
        index("x", sqlite_where=sa.text("x > 5")),
        ("sqlite",),
    ),
    (
        "predicate with a colon",
        index("x"),
        index("x", sqlite_where=sa.text("s <> ' \\:a b' AND s <> 'x::y'")),
        ("sqlite",),
    ),
    ("method", index("x"), index("x", postgresql_using="hash"), PG),
    ("operator class", index("s"), index("s", postgresql_ops={"s": "text_pattern_ops"}), PG),
    ("include", index("x"), index("x", postgresql_include=["s"]), PG),
    ("storage", index("x"), index("x", postgresql_with={"fillfactor": 50}), PG),
    (
        "nulls not distinct",
        index("x", unique=True),
        index("x", unique=True, postgresql_nulls_not_distinct=True),
        PG,
    ),
    ("direction", index("x"), index(sa.text("x DESC")), ALL),
    ("order", index("x", "s"), index("s", "x"), ALL),
    ("length", index("s"), index("s", mysql_length=5), MY),
    (
        "fulltext",
        columns(pk, c("s", sa.Text)),
        columns(pk, c("s", sa.Text), i("ix", "s", mysql_prefix="FULLTEXT")),
        MY,
    ),
]
for _name, _before, _after, _on in INDEXES:
    case(f"index {_name}", _before, _after, _on)

# --- comments, autoincrement ---------------------------------------------------------------------------
case(
    "comments",
    columns(pk, c("x", comment="a: 'b'")),
    columns(pk, c("x", comment="100% \\ b"), comment="t"),
    SERVERS,
)
case(
    "autoincrement",
    columns(pk),
    columns(lambda: sa.Column("id", sa.Integer, primary_key=True, autoincrement=False)),
    SERVERS,
)
COMPLETE_CASES.append(
    Case(
        "schema added",
        nothing,
        in_other(columns(pk, c("x", index=True), schema="other")),
        PG,
        {"include_schemas": True},
    )
)
