"""Pairs of models, kind by kind: what a table, a column, a constraint and an index can be otherwise.

For the round trips alone, with a complete comparison; the other way round as well.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from cases_base import ALL, MY, PG, SERVERS, Build, both, c, ck, columns, fk, i, nothing, pk, u
from cases_complete import case
from cases_more import Place
from sqlalchemy.dialects import mysql, postgresql

LITE = ("sqlite",)
NOMARIADB = ("sqlite", "postgresql")
X, Y, S = c("x"), c("y"), c("s", sa.String(20))
P = columns(pk, name="p")


def refers(*args: Any, **kw: Any) -> Build:
    """A table whose foreign key points to ``p``."""
    return both(P, columns(pk, X, fk(["x"], ["p.id"], **kw), *args))


def extended(name: str, build: Build) -> Build:
    """In a database with an extension."""

    def make(metadata: sa.MetaData) -> None:
        sa.event.listen(metadata, "before_create", sa.DDL(f"CREATE EXTENSION IF NOT EXISTS {name}"))
        build(metadata)

    return make


# --- constraints without a name ------------------------------------------------------------------
case("kind: unnamed check added", columns(pk, X), columns(pk, X, ck("x > 5")))
case("kind: unnamed check changed", columns(pk, X, ck("x > 5")), columns(pk, X, ck("x > 7")))
case(
    "kind: unnamed check, one of two",
    columns(pk, X, Y, ck("x > 5"), ck("y > 5")),
    columns(pk, X, Y, ck("x > 5"), ck("y > 8")),
)
case("kind: unnamed check named", columns(pk, X, ck("x > 5")), columns(pk, X, ck("x > 5", "ck_x")))
case("kind: unnamed key added", both(P, columns(pk, X)), refers())
case("kind: unnamed key of a table", P, refers())
case("kind: unnamed key of a new column", both(P, columns(pk)), refers())
case(
    "kind: unnamed key to a unique column",
    refers(),
    both(P, columns(pk, X, u("x", name="uq"))),
)
case(
    "kind: unnamed key to a unique column of another type",
    refers(),
    both(P, columns(pk, c("x", sa.BigInteger), u("x", name="uq"))),
)
case("kind: unnamed key, action", refers(), refers(ondelete="CASCADE"))
case(
    "kind: unnamed key, actions",
    refers(onupdate="CASCADE", ondelete="SET NULL"),
    refers(ondelete="CASCADE"),
)
case(
    "kind: unnamed key, other target",
    both(columns(pk, name="q"), refers()),
    both(P, columns(pk, name="q"), columns(pk, X, fk(["x"], ["q.id"]))),
)
case("kind: unnamed unique added", columns(pk, X), columns(pk, X, u("x")))
case("kind: unnamed unique wider", columns(pk, X, Y, u("x")), columns(pk, X, Y, u("x", "y")))
case("kind: unique column", columns(pk), columns(pk, c("x", sa.Integer, unique=True)))
case(
    "kind: unnamed unique, one of two", columns(pk, X, Y, u("x"), u("y")), columns(pk, X, Y, u("x"))
)
case("kind: key to itself", columns(pk, X), columns(pk, X, fk(["x"], ["t.id"])))

# --- checks --------------------------------------------------------------------------------------


def own_check(text: str | None = None, *more: Any, name: str | None = None) -> Build:
    """A check that is written in a column."""

    def x() -> sa.Column[Any]:
        given = () if text is None else (sa.CheckConstraint(text, name=name),)
        return sa.Column("x", sa.Integer, *given)

    return columns(pk, x, *more)


def checked_enum(*labels: str) -> Build:
    made = sa.Enum(*labels, name="e1", native_enum=False, create_constraint=True)
    return columns(pk, c("e", made))


case("kind: column's check added", own_check(), own_check("x > 5"))
case("kind: column's check changed", own_check("x > 5"), own_check("x > 7"))
case("kind: column with a check added", columns(pk), own_check("x > 5"))
case("kind: table with a column's check", nothing, own_check("x > 5"))
case("kind: column's check kept", own_check("x > 5"), own_check("x > 5", Y))
case("kind: column's named check", own_check(), own_check("x > 5", name="cki"), NOMARIADB)
case("kind: checked column dropped", columns(pk, X, ck("x > 5")), columns(pk))
case(
    "kind: check over two columns",
    columns(pk, X, ck("x > 5", "ck1")),
    columns(pk, X, Y, ck("x > y", "ck2")),
)
case("kind: boolean", columns(pk), columns(pk, c("b", sa.Boolean(create_constraint=True))))
case("kind: enum with a check", columns(pk), checked_enum("a", "b"))
case("kind: enum with a check, longer", checked_enum("a", "b"), checked_enum("a", "b", "cccc"))

# --- foreign keys --------------------------------------------------------------------------------
for action in ("CASCADE", "SET NULL", "RESTRICT"):
    # To InnoDB RESTRICT is what holds anyway.
    where = NOMARIADB if action == "RESTRICT" else ALL
    case(f"kind: on delete {action}", refers(name="f"), refers(name="f", ondelete=action), where)
    case(f"kind: on update {action}", refers(name="f"), refers(name="f", onupdate=action), where)
case("kind: deferrable", refers(name="f"), refers(name="f", deferrable=True), NOMARIADB)
case(
    "kind: deferred",
    refers(name="f", deferrable=True),
    refers(name="f", deferrable=True, initially="DEFERRED"),
    NOMARIADB,
)
case("kind: match full", refers(name="f"), refers(name="f", match="FULL"), NOMARIADB)
case(
    "kind: wider key and its target",
    both(P, columns(pk, X, fk(["x"], ["p.id"], name="f"))),
    both(
        columns(lambda: sa.Column("id", sa.BigInteger, primary_key=True), name="p"),
        columns(pk, c("x", sa.BigInteger), fk(["x"], ["p.id"], name="f")),
    ),
)
for name, before, after in (
    ("wider", i("ix", "x"), i("ix", "x", "y")),
    ("unique", i("ix", "x"), i("ix", "x", unique=True)),
    ("of another column", i("ix", "x"), i("ix", "y")),
    ("gone", u("x", name="ix"), i("iy", "y")),
):
    case(
        f"kind: index that a key needs: {name}",
        refers(Y, before, name="f"),
        refers(Y, after, name="f"),
    )

# --- identities ----------------------------------------------------------------------------------


def identity(*given: sa.Identity, type_: Any = sa.Integer) -> Build:
    return columns(
        pk, lambda: sa.Column("x", type_, *(one._copy() for one in given), nullable=False)
    )


IDENTITY = sa.Identity(always=True)
for name, changed in (
    ("by default", sa.Identity()),
    ("start", sa.Identity(always=True, start=100)),
    ("increment", sa.Identity(always=True, increment=5)),
    ("cache", sa.Identity(always=True, cache=20)),
    ("cycle", sa.Identity(always=True, cycle=True)),
    ("bounds", sa.Identity(always=True, minvalue=5, maxvalue=1000, start=5)),
    ("down", sa.Identity(always=True, increment=-1, minvalue=-1000, maxvalue=-1, start=-1)),
):
    case(f"kind: identity {name}", identity(IDENTITY), identity(changed), PG)
case("kind: identity added", identity(), identity(IDENTITY), PG)
case("kind: identity bigint", identity(IDENTITY), identity(IDENTITY, type_=sa.BigInteger), PG)
case(
    "kind: serial to identity",
    columns(pk),
    columns(lambda: sa.Column("id", sa.Integer, sa.Identity(), primary_key=True)),
    PG,
)
case(
    "kind: serial to bigserial",
    columns(pk),
    columns(lambda: sa.Column("id", sa.BigInteger, primary_key=True)),
    SERVERS,
)

# --- enums and domains ---------------------------------------------------------------------------


def enum(
    *labels: str, default: Any = None, is_array: bool = False, more: Any = (), **kw: Any
) -> Build:
    def build(metadata: sa.MetaData) -> None:
        type_: Any = sa.Enum(*labels, name="e1", **kw)
        type_ = postgresql.ARRAY(type_) if is_array else type_
        items = [make() for make in more]
        sa.Table("t", metadata, pk(), sa.Column("e", type_, server_default=default), *items)

    return build


A = sa.text("'{a}'::e1[]")
WHERE = i("ix", "e", postgresql_where=sa.text("e = 'a'"))
case("kind: enum array", enum("a", "b", is_array=True), enum("a", "x", "b", is_array=True), PG)
case(
    "kind: enum array with a default",
    enum("a", "b", is_array=True, default=A),
    enum("a", "c", is_array=True, default=A),
    PG,
)
case("kind: enum, default gone", enum("a", "b", default="b"), enum("a", "c", default="c"), PG)
case("kind: enum, default new", enum("a", "b", default="a"), enum("a", "b", "c", default="c"), PG)
case("kind: enum in another order", enum("a", "b", "c"), enum("c", "a", "b"), PG)
case("kind: enum of a schema", enum("a", "b", schema="public"), enum("a", "c", schema="public"), PG)
case("kind: enum in an index", enum("a", "b", more=[WHERE]), enum("a", "c", more=[WHERE]), PG)
case(
    "kind: enum in a check",
    enum("a", "b", more=[ck("e <> 'a'", "ck1")]),
    enum("a", "c", more=[ck("e <> 'a'", "ck1")]),
    PG,
)
case(
    "kind: enum to text",
    enum("a", "b", default="a"),
    columns(pk, c("e", sa.String(20), server_default="a")),
    PG,
)
case("kind: enum with signs", enum("a", "it's"), enum("a", "it's", '"q" :x %s'), PG)


def domain(**kw: Any) -> Build:
    return columns(pk, c("x", postgresql.DOMAIN("d1", sa.Integer, **kw)))


POSITIVE = {"check": "VALUE > 0", "constraint_name": "dck"}
case("kind: domain column", columns(pk), domain(**POSITIVE), PG)
case("kind: domain table", nothing, domain(not_null=True, default="5"), PG)
case(
    "kind: domain's check", domain(**POSITIVE), domain(check="VALUE > 5", constraint_name="dck"), PG
)
case("kind: domain's default", domain(default="5"), domain(default="6"), PG)
case("kind: domain not null", domain(), domain(not_null=True), PG)
case("kind: integer to domain", columns(pk, X), domain(), PG)

# --- what SQLite's tables can be -----------------------------------------------------------------
case("kind: strict", columns(pk, X), columns(pk, X, sqlite_strict=True), LITE)
case("kind: without rowid", columns(pk, X), columns(pk, X, sqlite_with_rowid=False), LITE)
case("kind: autoincrement", columns(pk, X), columns(pk, X, sqlite_autoincrement=True), LITE)
case("kind: strict, with a column", columns(pk, X), columns(pk, X, Y, sqlite_strict=True), LITE)
NOCASE = c("s", sa.String(20, collation="NOCASE"))
case("kind: collation", columns(pk, S), columns(pk, NOCASE), LITE)
case("kind: collated column", columns(pk), columns(pk, NOCASE), LITE)
case(
    "kind: collated index",
    columns(pk, S),
    columns(pk, S, lambda: sa.Index("ix", sa.text("s COLLATE NOCASE"))),
    LITE,
)

# --- what MySQL's columns, indexes and tables can be -----------------------------------------------
NOW = "CURRENT_TIMESTAMP"
for name, old, new in (
    ("unsigned", mysql.BIGINT(), mysql.BIGINT(unsigned=True)),
    ("display width", mysql.INTEGER(display_width=11), mysql.INTEGER(display_width=8)),
    ("zerofill", mysql.INTEGER(), mysql.INTEGER(zerofill=True, display_width=6, unsigned=True)),
    ("tiny", mysql.TINYINT(), mysql.SMALLINT()),
    ("moments", mysql.DATETIME(fsp=3), mysql.DATETIME(fsp=6)),
    ("time", mysql.TIME(), mysql.TIME(fsp=2)),
    ("timestamp", mysql.DATETIME(), mysql.TIMESTAMP()),
    ("long text", mysql.TEXT(), mysql.LONGTEXT()),
    ("binary", sa.BINARY(10), sa.VARBINARY(10)),
    ("set", mysql.SET("a", "b"), mysql.SET("a", "b", "c")),
    ("enum in another order", sa.Enum("a", "b"), sa.Enum("b", "a")),
    ("collation", sa.String(10), sa.String(10, collation="utf8mb4_bin")),
    ("bits", mysql.BIT(1), mysql.BIT(8)),
    ("json", sa.Text(), sa.JSON()),
    ("decimal", mysql.DECIMAL(10, 2), mysql.DECIMAL(10, 2, unsigned=True)),
):
    case(f"kind: mysql {name}", columns(pk, c("x", old)), columns(pk, c("x", new)), MY)
case("kind: mysql json added", columns(pk), columns(pk, c("x", sa.JSON, nullable=False)), MY)
case(
    "kind: mysql on update",
    columns(pk, c("x", mysql.TIMESTAMP, server_default=sa.text(NOW))),
    columns(pk, c("x", mysql.TIMESTAMP, server_default=sa.text(f"{NOW} ON UPDATE {NOW}"))),
    MY,
)
LONG = c("s", sa.String(50))
case(
    "kind: mysql fulltext",
    columns(pk, LONG, i("ft", "s")),
    columns(pk, LONG, i("ft", "s", mysql_prefix="FULLTEXT")),
    MY,
)
case(
    "kind: mysql lengths",
    columns(pk, S, c("r", sa.String(30)), i("ix", "s", "r", mysql_length={"s": 5})),
    columns(pk, S, c("r", sa.String(30)), i("ix", "s", "r", mysql_length={"s": 5, "r": 7})),
    MY,
)


def collated(collation: str) -> Build:
    own = c("s", sa.String(20, collation="utf8mb4_bin"))
    options = {"mysql_charset": "utf8mb4", "mysql_collate": collation}
    return columns(pk, own, c("r", sa.String(20)), **options)


case(
    "kind: mysql collation of a table",
    collated("utf8mb4_general_ci"),
    collated("utf8mb4_unicode_ci"),
    MY,
)
case(
    "kind: mysql row format",
    columns(pk, mysql_row_format="DYNAMIC"),
    columns(pk, mysql_row_format="COMPRESSED"),
    MY,
)

# --- names that are too long -----------------------------------------------------------------------
LETTERS = "c" * 55
WIDE = c(LETTERS)
TABLE = "t" * 40
for kind, item in (
    ("index", i("ix_" + "a" * 58, LETTERS)),
    ("unique", u(LETTERS)),
    ("check", ck(f"{LETTERS} > 5")),
):
    case(
        f"kind: long {kind}",
        columns(pk, WIDE, name=TABLE),
        columns(pk, WIDE, item, name=TABLE),
    )
for kind, item in (
    ("ix", lambda: sa.Index(None, LETTERS)),
    ("uq", u(LETTERS)),
    ("fk", fk([LETTERS], ["p.id"])),
):
    case(
        f"kind: long by convention: {kind}",
        both(P, columns(pk, WIDE)),
        both(P, columns(pk, WIDE, item)),
        naming={kind: f"{kind}_%(table_name)s_%(column_0_name)s_plus_some_more"},
    )

# --- extensions ------------------------------------------------------------------------------------
HSTORE = c("h", postgresql.HSTORE())
case("kind: hstore", extended("hstore", columns(pk)), extended("hstore", columns(pk, HSTORE)), PG)
case(
    "kind: trigram index",
    extended("pg_trgm", columns(pk, S)),
    extended(
        "pg_trgm",
        columns(pk, S, i("ix", "s", postgresql_using="gin", postgresql_ops={"s": "gin_trgm_ops"})),
    ),
    PG,
)
case(
    "kind: views of an extension",
    extended("pg_stat_statements", columns(pk)),
    extended("pg_stat_statements", columns(pk, X)),
    PG,
)


# --- what depends on what --------------------------------------------------------------------------
def points_to(name: str) -> Build:
    key = fk([f"{name}_id"], [f"{name}.id"])
    return both(columns(pk, name=name), columns(pk, c(f"{name}_id"), key))


I = sa.Integer
case("kind: table that is pointed to, replaced by another", points_to("p"), points_to("q"))
case(
    "kind: computed column before what it is computed from",
    columns(pk),
    columns(pk, lambda: sa.Column("y", I, sa.Computed("x * 2", persisted=True)), X),
)
for parent, child in (("p", "t"), ("z", "t"), ("t", "t")):
    is_one = parent == child
    plain, unique = ((c("u", unique=is_unique), X) for is_unique in (False, True))
    key_to = fk(["x"], [f"{parent}.u"], name="fk1")
    case(
        f"kind: unique column of {parent} and a foreign key of {child} to it",
        columns(pk, *plain) if is_one else both(columns(pk, *plain, name=parent), columns(pk, X)),
        columns(pk, *unique, key_to)
        if is_one
        else both(columns(pk, *unique, name=parent), columns(pk, X, key_to)),
    )
case(
    "kind: unique columns in another order",
    columns(pk, X, Y, u("x", "y", name="uq")),
    columns(pk, X, Y, u("y", "x", name="uq")),
)
case(
    "kind: unnamed unique columns in another order",
    columns(pk, X, Y, u("x", "y")),
    columns(pk, X, Y, u("y", "x")),
    (*LITE, "mariadb"),
)
CHECKED = sa.Enum("a", "b", "ccc", name="e1", native_enum=False, create_constraint=True)
case(
    "kind: text becomes an enum with a check",
    columns(pk, c("e", sa.String(1))),
    columns(pk, c("e", CHECKED)),
)
case(
    "kind: native enum becomes one with a check",
    columns(pk, c("e", sa.Enum("a", "b", "ccc", name="e1"))),
    columns(pk, c("e", CHECKED)),
    MY,
)
case(
    "kind: type that SQLAlchemy does not know",
    columns(pk, c("x", Place())),
    columns(pk, c("x", Place("GEOMETRY"))),
    (*LITE, "mariadb"),
)
case(
    "kind: NULL and the text of this name",
    columns(pk, c("s", sa.String(20), server_default=sa.text("NULL"))),
    columns(pk, c("s", sa.String(20), server_default="NULL")),
    (*LITE, "mariadb"),
)

case(
    "kind: primary key is another column, and the foreign keys to it",
    both(columns(pk, name="t"), columns(pk, X, fk(["x"], ["t.id"], name="fk1"), name="k")),
    both(
        columns(lambda: sa.Column("key", I, primary_key=True), name="t"),
        columns(pk, X, fk(["x"], ["t.key"], name="fk1"), name="k"),
    ),
)
case(
    "kind: key of two columns, the second of which counts",
    nothing,
    columns(
        lambda: sa.Column("a", I, primary_key=True),
        lambda: sa.Column("b", I, primary_key=True, autoincrement=True),
    ),
    SERVERS,
)

# --- MariaDB ---------------------------------------------------------------------------------------
case(
    "mysql default: one backslash and two",
    columns(pk, c("s", sa.String(20), server_default="a\\b")),
    columns(pk, c("s", sa.String(20), server_default="a\\\\b")),
    MY,
)
case(
    "mysql: counting column comes",
    columns(c("a", nullable=False)),
    columns(pk, c("a", nullable=False)),
    MY,
)
case(
    "mysql: counting column is another",
    columns(pk, X),
    columns(lambda: sa.Column("key", I, primary_key=True), X),
    MY,
)
case(
    "mysql: key that sets NULL, column that refuses it",
    both(P, columns(pk, X, fk(["x"], ["p.id"], name="fk1", ondelete="SET NULL"))),
    both(P, columns(pk, c("x", nullable=False), fk(["x"], ["p.id"], name="fk1"))),
    MY,
)
for kind, text_type in {
    "binary": mysql.VARCHAR(20, binary=True),
    "ascii": mysql.VARCHAR(20, ascii=True),
    "unicode": mysql.VARCHAR(20, unicode=True),
    "national": mysql.NVARCHAR(20),
}.items():
    case(f"mysql: text becomes {kind}", columns(pk, S), columns(pk, c("s", text_type)), MY)
case(
    "mysql: national text becomes longer",
    columns(pk, c("s", sa.NVARCHAR(20)), c("n", mysql.NCHAR(5))),
    columns(pk, c("s", sa.NVARCHAR(30)), c("n", mysql.NCHAR(6))),
    MY,
)
