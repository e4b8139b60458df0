"""Pairs of models, kind by kind: what PostgreSQL and MariaDB know beside what others know too.

For the round trips alone, with a complete comparison; the other way round as well.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from cases_base import MY, PG, PG21, Build, both, c, columns, fk, i, nothing, pk, u
from cases_complete import case
from sqlalchemy.dialects import mysql, postgresql

X, Y, S = c("x"), c("y"), c("s", sa.String(20))
A, B = c("a", nullable=False), c("b", nullable=False)
P = columns(pk, name="p")
SAID = "it's 100% :x"


def key(*names: str, **kw: Any) -> Any:
    return lambda: sa.PrimaryKeyConstraint(*names, **kw)


def ck(text: str, **kw: Any) -> Any:
    return lambda: sa.CheckConstraint(text, **kw)


# --- PostgreSQL: comments on constraints ---------------------------------------------------------
COMMENTED: list[tuple[str, Any, Build]] = [
    (
        "unique",
        lambda **kw: columns(pk, X, u("x", name="uq", **kw)),
        columns(pk, X),
    ),
    ("check", lambda **kw: columns(pk, X, ck("x > 5", name="ck", **kw)), columns(pk, X)),
    ("primary key", lambda **kw: columns(A, key("a", name="pk_t", **kw)), columns(A)),
    (
        "foreign key",
        lambda **kw: both(P, columns(pk, X, fk(["x"], ["p.id"], name="fk1", **kw))),
        both(P, columns(pk, X)),
    ),
]
for kind, made, without in COMMENTED:
    case(f"comment on {kind}", made(), made(comment=SAID), PG)
    case(f"comment on {kind}, changed", made(comment="old"), made(comment=SAID), PG)
    case(f"comment on {kind}, with it", without, made(comment=SAID), PG)
    case(f"comment on {kind}, with the table", nothing, made(comment=SAID), PG)
case(
    "comment on what changes",
    columns(pk, X, Y, u("x", name="uq", comment="a"), ck("x > 5", name="ck", comment="b")),
    columns(pk, X, Y, u("x", "y", name="uq", comment="c"), ck("x > 6", name="ck", comment="d")),
    PG,
)

case(
    "table with a column's named check",
    nothing,
    columns(pk, lambda: sa.Column("x", sa.Integer, sa.CheckConstraint("x > 5", name="ck"))),
    PG,
)

# --- PostgreSQL: constraints and indexes ---------------------------------------------------------
case(
    "primary key deferrable",
    columns(A, key("a", name="pk1")),
    columns(A, key("a", name="pk1", deferrable=True)),
    PG,
)
case(
    "primary key deferred",
    columns(A, key("a", name="pk1", deferrable=True)),
    columns(A, key("a", name="pk1", deferrable=True, initially="DEFERRED")),
    PG,
)
case(
    "primary key include",
    columns(A, B, key("a", name="pk1")),
    columns(A, B, key("a", name="pk1", postgresql_include=["b"])),
    PG,
)
case(
    "unique unnamed deferrable",
    columns(pk, X, u("x")),
    columns(pk, X, u("x", deferrable=True)),
    PG,
)
case(
    "unique deferred",
    columns(pk, X, u("x", name="uq", deferrable=True)),
    columns(pk, X, u("x", name="uq", deferrable=True, initially="DEFERRED")),
    PG,
)


def exclusion(**kw: Any) -> Build:
    return columns(
        pk,
        c("r", postgresql.INT4RANGE),
        lambda: postgresql.ExcludeConstraint(("r", "&&"), name="ex", **kw),
    )


case("exclusion deferrable", exclusion(), exclusion(deferrable=True), PG)
case("exclusion where", exclusion(), exclusion(where=sa.text("id > 5")), PG)
PATTERNS = columns(
    pk,
    S,
    lambda: postgresql.ExcludeConstraint(
        ("s", "="), name="ex", using="btree", ops={"s": "text_pattern_ops"}
    ),
)
case("exclusion with an operator class", columns(pk, S), PATTERNS, PG)
case("exclusion with an operator class, with its table", nothing, PATTERNS, PG)
case("exclusion by another method", exclusion(), exclusion(using="spgist"), PG)
case("exclusion of a dropped table", nothing, exclusion(deferrable=True), PG)


def index(*made: Any, **kw: Any) -> Build:
    return columns(pk, X, S, lambda: sa.Index("ix", *made, **kw))


case("index collation", index("s"), index(sa.text('s COLLATE "C"')), PG)
case(
    "index collation and operator class",
    index("s"),
    index(sa.text('s COLLATE "C" text_pattern_ops'), sa.text("lower(s) DESC")),
    PG,
)
case("index nulls", index("x"), index(sa.text("x DESC NULLS LAST")), PG)


def of_signature_length(length: int) -> Build:
    said = {"words": f"tsvector_ops(siglen={length})"}
    made = i("ix", "words", postgresql_using="gist", postgresql_ops=said)
    return columns(pk, c("words", postgresql.TSVECTOR), made)


case("index, setting of its operator class", of_signature_length(32), of_signature_length(64), PG)

# --- the same key more than once ---------------------------------------------------------------------
REFERS = [fk(["x"], ["t.id"], name="fk1", ondelete="CASCADE"), fk(["x"], ["t.id"])]
NAMED = fk(["x"], ["t.id"], name="a_key")
case("foreign key twice", columns(pk, X, fk(["x"], ["t.id"]), NAMED), columns(pk, X, NAMED), PG)
case("foreign key twice, otherwise", columns(pk, X, *REFERS), columns(pk, X, REFERS[0]), PG)
case("unique, and by itself", columns(pk, X, u("x", name="uq"), u("x")), columns(pk, X), MY)
case(
    "unique without a name, otherwise",
    columns(pk, X, Y, u("x", postgresql_include=["y"])),
    columns(pk, X, Y, u("x", deferrable=True)),
    PG,
)

# --- PostgreSQL: tables --------------------------------------------------------------------------
case("table unlogged, dropped", nothing, columns(pk, X, prefixes=["UNLOGGED"]), PG)
case("table partitioned, dropped", nothing, columns(pk, postgresql_partition_by="RANGE (id)"), PG)
case(
    "table storage, true or false",
    columns(pk, postgresql_with={"autovacuum_enabled": True}),
    columns(pk, postgresql_with={"autovacuum_enabled": False}),
    PG21,
)

# --- MariaDB: indexes ----------------------------------------------------------------------------
MEMORY = {"mysql_engine": "MEMORY"}


def kept(method: str | None, *, unique: bool = False, **kw: Any) -> Build:
    given = {} if method is None else {"mysql_using": method}
    return columns(pk, X, i("ix", "x", unique=unique, **given), **kw)


case("mysql method", kept("hash", **MEMORY), kept("btree", **MEMORY), MY)
case("mysql method said", kept(None, **MEMORY), kept("btree", **MEMORY), MY)
case(
    "mysql method, unique",
    kept(None, unique=True, **MEMORY),
    kept("btree", unique=True, **MEMORY),
    MY,
)
case("mysql method added", columns(pk, X, **MEMORY), kept("btree", **MEMORY), MY)
case("mysql method of InnoDB", columns(pk, X), kept("hash"), MY)
case(
    "mysql method of InnoDB, kept",
    kept("hash"),
    columns(pk, X, Y, i("ix", "x", mysql_using="hash")),
    MY,
)
case(
    "mysql unique index's length",
    columns(pk, S, i("uq", "s", unique=True)),
    columns(pk, S, i("uq", "s", unique=True, mysql_length=5)),
    MY,
)

# --- MariaDB: defaults that reflection overlooks -----------------------------------------------------
NOW, DAY = "CURRENT_TIMESTAMP", "'2001-01-01 00:00:00'"
DEFAULTS: list[tuple[str, Any, str | None, str | None]] = [
    ("on update alone", mysql.DATETIME(), None, f"NULL ON UPDATE {NOW}"),
    ("on update beside a text", mysql.DATETIME(), f"{DAY} ON UPDATE {NOW}", DAY),
    ("on update beside other texts", mysql.DATETIME(), f"{DAY} ON UPDATE {NOW}", "'2002-01-01'"),
    ("moments", mysql.DATETIME(fsp=6), f"{NOW}(6)", f"{NOW}(6) ON UPDATE {NOW}(6)"),
    ("expression", sa.String(40), "(uuid())", "(concat('a', 'b'))"),
    ("expression gone", sa.String(40), "(uuid())", None),
    ("expression of several parts", sa.Integer, "(if(1 = 1, 2, 4))", "(round(3.5) + 1)"),
    ("expression of brackets", sa.DateTime, "(curdate() + interval 1 day)", "(curdate())"),
    ("bits", mysql.BIT(4), "b'1'", "b'0101'"),
    ("text", sa.Text(), "('x')", "('y')"),
]
for name, type_, old, new in DEFAULTS:
    before, after = (None if one is None else sa.text(one) for one in (old, new))
    case(
        f"mysql default: {name}",
        columns(pk, c("x", type_, server_default=before)),
        columns(pk, c("x", type_, server_default=after)),
        MY,
    )


def counting(**kw: Any) -> Build:
    return lambda metadata: sa.Sequence("s", metadata=metadata, **kw)


for step, start in ((2, 5), (-2, -5)):
    case(
        f"mysql sequence by {step}, bounds said no more",
        counting(increment=step, start=start, minvalue=-9, maxvalue=99),
        counting(increment=step),
        MY,
    )
case(
    "mysql engine, an option left by Aria",
    columns(pk, mysql_engine="Aria"),
    columns(pk, mysql_engine="InnoDB"),
    MY,
)
UTF8 = {"charset": "utf8mb4", "collation": "utf8mb4_bin"}
case(
    "mysql json and text of its characters",
    columns(pk, c("x", sa.JSON)),
    columns(pk, c("x", mysql.LONGTEXT(**UTF8))),
    MY,
)
VALUES = ("it's", "\\", "c\\\\d", "e,f", 'g"h', "100%", ":x", "i\nj")
for one in (mysql.ENUM, mysql.SET):
    type_ = one(*(value for value in VALUES if "," not in value or one is mysql.ENUM))
    case(
        f"mysql values of {one.__name__}",
        columns(pk, c("x", one("it's"))),
        columns(pk, c("x", type_), c("y", type_, server_default="\\")),
        MY,
    )

# --- MariaDB: computed columns and options -----------------------------------------------------------


def computed(type_: Any = sa.Integer, **kw: Any) -> Build:
    return columns(pk, X, lambda: sa.Column("y", type_, sa.Computed("x + 1", persisted=True), **kw))


case("mysql computed, type", computed(), computed(sa.BigInteger), MY)
case("mysql computed, comment", computed(), computed(comment="c"), MY)


def stands(text: str | None, **kw: Any) -> Build:
    """A column that is computed, or plain, and what stands on it."""
    given = () if text is None else (sa.Computed(text, **kw),)
    checks = [ck("y > 3", name="c1"), ck("y > x - 100", name="c2")]
    indexes = [i("ix", "y"), i("both", "x", "y"), u("y", name="uq")]
    return columns(pk, X, lambda: sa.Column("y", sa.Integer, *given), *checks, *indexes)


STORED, VIRTUAL = {"persisted": True}, {"persisted": False}
case("mysql computed, changed under all", stands("x + 1", **STORED), stands("x + 2", **STORED), MY)
case("mysql computed, kind under all", stands("x + 1", **STORED), stands("x + 1", **VIRTUAL), MY)
case("mysql stored, plain under all", stands("x + 1", **STORED), stands(None), MY)
case("mysql virtual, plain under all", stands("x + 1", **VIRTUAL), stands(None), MY)
case(
    "mysql computed, all at once",
    columns(
        pk, X, lambda: sa.Column("y", sa.Integer, sa.Computed("x + 1", **VIRTUAL), comment="a")
    ),
    columns(pk, X, c("y", sa.BigInteger, nullable=False, server_default="5", comment="b")),
    MY,
)

# --- MariaDB: foreign keys -------------------------------------------------------------------------
TWO = [fk(["x"], ["p.id"], name="f1"), fk(["y"], ["p.id"], name="f2")]
TURNED = [fk(["x"], ["p.id"], name="f2"), fk(["y"], ["p.id"], name="f1")]
case(
    "mysql names of two keys change places",
    both(P, columns(pk, X, Y, *TWO)),
    both(P, columns(pk, X, Y, *TURNED)),
    MY,
    once=True,
)

# --- MariaDB: partitions -----------------------------------------------------------------------------
HASH = {"mysql_partition_by": "HASH(id)", "mysql_partitions": "4"}
LISTS = {
    "mysql_partition_by": "LIST(id) (PARTITION p0 VALUES IN (1, 2), PARTITION p1 VALUES IN (3))"
}
case("mysql partitions", columns(pk), columns(pk, **HASH), MY, once=True)
case("mysql partitions by lists", columns(pk, **HASH), columns(pk, **LISTS), MY)
case("mysql partitioned table", nothing, columns(pk, **LISTS), MY)
case("mysql partitioned table, column", columns(pk, **LISTS), columns(pk, X, **LISTS), MY)
case(
    "mysql page compression",
    columns(pk),
    columns(pk, mysql_page_compressed="1", mysql_page_compression_level="3"),
    MY,
)
for option, old_value, new_value in (
    ("avg_row_length", "10", "20"),
    ("checksum", "0", "1"),
    ("delay_key_write", "0", "1"),
    ("max_rows", "100", "200"),
    ("min_rows", "10", "20"),
    ("pack_keys", "0", "1"),
    ("stats_auto_recalc", "0", "1"),
    ("stats_persistent", "0", "1"),
    ("stats_sample_pages", "10", "20"),
):
    case(
        f"mysql option {option}, said no more",
        columns(pk, **{f"mysql_{option}": new_value}),
        columns(pk),
        MY,
    )
    case(
        f"mysql option {option}",
        columns(pk, **{f"mysql_{option}": old_value}),
        columns(pk, **{f"mysql_{option}": new_value}),
        MY,
    )
