"""Pairs of models: what the database has (``before``) and what the models ask for (``after``).

One list serves two suites: the differential tests, in which the established release and this project
compare and render the same pair, and the round trips, in which what was rendered is run. A case names
the backends that know its kind of object; ``{}`` options go to ``configure()``.
"""

from __future__ import annotations

from typing import Any

import cases_more as cases_more
import sqlalchemy as sa
from cases_base import (
    ALL,
    CASES as CASES,
    MY,
    PG,
    SERVERS,
    Case as Case,
    both,
    c,
    case,
    ck,
    columns,
    fk,
    i,
    nothing,
    pk,
    u,
)
from sqlalchemy.dialects import mysql, postgresql

T = columns(pk, c("x"))

# --- tables ------------------------------------------------------------------------------------
case("nothing changes", T, T)
case("table added", nothing, T)
case("table removed", T, nothing)
case("table added beside another", T, both(T, columns(pk, c("y", sa.String(20)), name="other")))
case(
    "two tables with a foreign key added",
    nothing,
    both(
        columns(pk, name="parent"),
        columns(pk, c("parent_id"), fk(["parent_id"], ["parent.id"]), name="child"),
    ),
)
case(
    "two tables with a foreign key removed",
    both(
        columns(pk, name="parent"),
        columns(pk, c("parent_id"), fk(["parent_id"], ["parent.id"], name="fk_p"), name="child"),
    ),
    nothing,
)
case(
    "table with everything added",
    both(columns(pk, name="parent")),
    both(
        columns(pk, name="parent"),
        columns(
            pk,
            c("name", sa.String(50), nullable=False),
            c("price", sa.Numeric(10, 2), server_default="0"),
            c("made", sa.DateTime, server_default=sa.func.now()),
            c("flag", sa.Boolean, nullable=False),
            c("parent_id", sa.Integer, index=True),
            u("name", "price", name="uq_name_price"),
            ck("price >= 0", "ck_price"),
            fk(["parent_id"], ["parent.id"], name="fk_parent", ondelete="CASCADE"),
            i("ix_t_name", "name", unique=True),
        ),
    ),
)
case("table with comment added", nothing, columns(pk, comment="what it's for"), SERVERS)
case("table comment added", columns(pk), columns(pk, comment="new"), SERVERS)
case("table comment changed", columns(pk, comment="old"), columns(pk, comment="new"), SERVERS)
case("table comment removed", columns(pk, comment="old"), columns(pk), SERVERS)
case(
    "composite primary key table",
    nothing,
    columns(c("a", primary_key=True), c("b", primary_key=True)),
)
case("table without a key", nothing, columns(c("a"), c("b", sa.Text)))

# --- columns -----------------------------------------------------------------------------------
case("column added", columns(pk), T)
case("column removed", T, columns(pk))
case("two columns added", columns(pk), columns(pk, c("b", sa.String(5)), c("a", sa.Date)))
case(
    "not null column added with default",
    columns(pk),
    columns(pk, c("n", sa.Integer, nullable=False, server_default="5")),
)
case(
    "column made not null",
    columns(pk, c("x", sa.String(10))),
    columns(pk, c("x", sa.String(10), nullable=False)),
)
case(
    "column made nullable",
    columns(pk, c("x", sa.String(10), nullable=False)),
    columns(pk, c("x", sa.String(10))),
)
case("column comment added", columns(pk, c("x")), columns(pk, c("x", comment="it's x")), SERVERS)
case(
    "column comment changed",
    columns(pk, c("x", comment="a")),
    columns(pk, c("x", comment="b")),
    SERVERS,
)
case("column comment removed", columns(pk, c("x", comment="a")), columns(pk, c("x")), SERVERS)
case("column with comment added", columns(pk), columns(pk, c("x", comment="a")), SERVERS)
case("indexed column added", columns(pk), columns(pk, c("x", index=True)))
case("unique column added", columns(pk), columns(pk, c("x", unique=True)))
case(
    "column with foreign key added",
    both(columns(pk, name="parent"), columns(pk)),
    both(
        columns(pk, name="parent"), columns(pk, lambda: sa.Column("p", sa.ForeignKey("parent.id")))
    ),
)
case("column renamed in the model", columns(pk, c("old_name")), columns(pk, c("new_name")))
case("reserved names", nothing, columns(pk, c("order"), c("select", sa.String(3)), name="group"))
case("name with capitals and spaces", nothing, columns(pk, c("My Column"), name="My Table"))
case(
    "key differs from name", columns(pk), columns(pk, lambda: sa.Column("x", sa.Integer, key="ex"))
)

# --- types -------------------------------------------------------------------------------------
TYPES: list[tuple[str, Any, Any, tuple[str, ...]]] = [
    ("length", sa.String(10), sa.String(20), ALL),
    ("integer to big", sa.Integer(), sa.BigInteger(), ALL),
    ("integer to small", sa.Integer(), sa.SmallInteger(), ALL),
    ("integer to string", sa.Integer(), sa.String(10), ALL),
    ("string to text", sa.String(10), sa.Text(), ALL),
    ("text to string", sa.Text(), sa.String(10), ALL),
    ("precision", sa.Numeric(8, 2), sa.Numeric(10, 2), ALL),
    ("scale", sa.Numeric(10, 2), sa.Numeric(10, 4), ALL),
    ("float to numeric", sa.Float(), sa.Numeric(10, 2), ALL),
    ("datetime to date", sa.DateTime(), sa.Date(), ALL),
    ("time zone", sa.DateTime(), sa.DateTime(timezone=True), PG),
    ("boolean to integer", sa.Boolean(), sa.Integer(), ALL),
    ("unicode same", sa.String(10), sa.Unicode(10), ALL),
    ("varchar same", sa.VARCHAR(10), sa.String(10), ALL),
    ("enum same", sa.Enum("a", "b", name="e1"), sa.Enum("a", "b", name="e1"), ALL),
    ("enum longer values", sa.Enum("a", "b", name="e1"), sa.Enum("a", "bbbbbb", name="e1"), ALL),
    ("string to enum", sa.String(10), sa.Enum("a", "b", name="e1", native_enum=False), ALL),
    ("binary", sa.LargeBinary(), sa.LargeBinary(), ALL),
    ("uuid", sa.Uuid(), sa.Uuid(), ALL),
    ("json", sa.JSON(), sa.JSON(), ALL),
    ("json to jsonb", postgresql.JSON(), postgresql.JSONB(), PG),
    ("array item", postgresql.ARRAY(sa.Integer), postgresql.ARRAY(sa.String(5)), PG),
    ("array length", postgresql.ARRAY(sa.String(5)), postgresql.ARRAY(sa.String(9)), PG),
    ("interval", postgresql.INTERVAL(), postgresql.INTERVAL(fields="DAY TO SECOND"), PG),
    ("interval precision", postgresql.INTERVAL(), postgresql.INTERVAL(precision=3), PG),
    ("timestamp precision", postgresql.TIMESTAMP(), postgresql.TIMESTAMP(precision=3), PG),
    ("time precision", postgresql.TIME(), postgresql.TIME(precision=3), PG),
    ("inet", postgresql.INET(), postgresql.CIDR(), PG),
    ("range", postgresql.INT4RANGE(), postgresql.INT8RANGE(), PG),
    ("bit", postgresql.BIT(3), postgresql.BIT(5), PG),
    ("double", sa.Float(), sa.Double(), SERVERS),
    ("tinyint", mysql.TINYINT(), mysql.TINYINT(1), MY),
    ("unsigned", mysql.INTEGER(), mysql.INTEGER(unsigned=True), MY),
    ("mediumtext", sa.Text(), mysql.MEDIUMTEXT(), MY),
    ("fsp", mysql.DATETIME(), mysql.DATETIME(fsp=6), MY),
    ("collation", mysql.VARCHAR(10), mysql.VARCHAR(10, collation="utf8mb4_bin"), MY),
    ("mysql enum", mysql.ENUM("a", "b"), mysql.ENUM("a", "b", "c"), MY),
    ("mysql set", mysql.SET("a", "b"), mysql.SET("a", "b", "c"), MY),
    ("year", mysql.YEAR(), sa.Integer(), MY),
]
for _name, _old, _new, _on in TYPES:
    case(f"type: {_name}", columns(pk, c("x", _old)), columns(pk, c("x", _new)), _on)
    case(f"type kept: {_name}", columns(pk, c("x", _new)), columns(pk, c("x", _new)), _on)
    case(f"type in a new table: {_name}", nothing, columns(pk, c("x", _new)), _on)
case(
    "type change not compared",
    columns(pk, c("x", sa.Integer)),
    columns(pk, c("x", sa.String(5))),
    compare_type=False,
)

# --- server defaults ---------------------------------------------------------------------------
DEFAULTS: list[tuple[str, Any, Any, Any, tuple[str, ...]]] = [
    ("added", sa.Integer, None, "5", ALL),
    ("removed", sa.Integer, "5", None, ALL),
    ("changed", sa.Integer, "5", "6", ALL),
    ("same", sa.Integer, "5", "5", ALL),
    ("string changed", sa.String(20), "a", "b", ALL),
    ("string same", sa.String(20), "a", "a", ALL),
    ("string with a quote", sa.String(20), "it's", "it's", ALL),
    ("string with a quote added", sa.String(20), None, "it's", ALL),
    ("text expression", sa.Integer, sa.text("5"), sa.text("6"), ALL),
    ("empty string", sa.String(20), "", "", ALL),
    ("function same", sa.DateTime, sa.func.now(), sa.func.now(), ALL),
    ("function added", sa.DateTime, None, sa.func.now(), ALL),
    (
        "current timestamp",
        sa.DateTime,
        sa.text("CURRENT_TIMESTAMP"),
        sa.text("CURRENT_TIMESTAMP"),
        ALL,
    ),
    ("boolean", sa.Boolean, sa.false(), sa.true(), ALL),
    ("boolean same", sa.Boolean, sa.true(), sa.true(), ALL),
    ("numeric", sa.Numeric(10, 2), "0", "0.00", ALL),
    ("json", postgresql.JSONB, sa.text("'{}'::jsonb"), sa.text("'{}'"), PG),
    ("cast", sa.String(20), sa.text("'a'::character varying"), "a", PG),
    ("uuid function", sa.Uuid, sa.text("gen_random_uuid()"), sa.text("gen_random_uuid()"), PG),
    ("array", postgresql.ARRAY(sa.Integer), sa.text("'{}'"), sa.text("'{1}'"), PG),
    (
        "on update",
        sa.TIMESTAMP,
        sa.text("CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP"),
        sa.text("CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP"),
        MY,
    ),
]
for _name, _type, _old, _new, _on in DEFAULTS:
    _before = columns(pk, c("x", _type, server_default=_old))
    _after = columns(pk, c("x", _type, server_default=_new))
    case(f"default: {_name}", _before, _after, _on, compare_server_default=True)
case(
    "default not compared",
    columns(pk, c("x", server_default="1")),
    columns(pk, c("x", server_default="2")),
)
case(
    "computed added",
    columns(pk, c("x")),
    columns(pk, c("x"), c("y", sa.Integer, sa.Computed("x * 2", persisted=True))),
)
case(
    "computed removed",
    columns(pk, c("x"), c("y", sa.Integer, sa.Computed("x * 2", persisted=True))),
    columns(pk, c("x")),
)
case(
    "computed same",
    columns(pk, c("x"), c("y", sa.Integer, sa.Computed("x * 2", persisted=True))),
    columns(pk, c("x"), c("y", sa.Integer, sa.Computed("x * 2", persisted=True))),
    compare_server_default=True,
)
case(
    "identity added",
    columns(pk, c("x", sa.Integer, nullable=False)),
    columns(pk, c("x", sa.Integer, sa.Identity(always=True), nullable=False)),
    PG,
    compare_server_default=True,
)
case(
    "identity removed",
    columns(pk, c("x", sa.Integer, sa.Identity(), nullable=False)),
    columns(pk, c("x", sa.Integer, nullable=False)),
    PG,
    compare_server_default=True,
)
case(
    "identity changed",
    columns(pk, c("x", sa.Integer, sa.Identity(), nullable=False)),
    columns(pk, c("x", sa.Integer, sa.Identity(always=True, start=5), nullable=False)),
    PG,
    compare_server_default=True,
)
case(
    "identity changed, defaults not compared",
    columns(pk, c("x", sa.Integer, sa.Identity(), nullable=False)),
    columns(pk, c("x", sa.Integer, sa.Identity(always=True, start=5), nullable=False)),
    PG,
)
case(
    "identity same",
    columns(pk, c("x", sa.Integer, sa.Identity(start=5), nullable=False)),
    columns(pk, c("x", sa.Integer, sa.Identity(start=5), nullable=False)),
    PG,
    compare_server_default=True,
)
case(
    "identity table added",
    nothing,
    columns(c("id", sa.Integer, sa.Identity(always=True, start=3, increment=2), primary_key=True)),
)
case("computed table added", nothing, columns(pk, c("x"), c("y", sa.Integer, sa.Computed("x * 2"))))

# --- constraints and indexes -------------------------------------------------------------------
X, Y = c("x"), c("y")
case("index added", columns(pk, X), columns(pk, X, i("ix", "x")))
case("index removed", columns(pk, X, i("ix", "x")), columns(pk, X))
case("index named as its column removed", columns(pk, X, i("x", "x")), columns(pk, X), MY)
case("index made unique", columns(pk, X, i("ix", "x")), columns(pk, X, i("ix", "x", unique=True)))
case("index column added", columns(pk, X, Y, i("ix", "x")), columns(pk, X, Y, i("ix", "x", "y")))
case(
    "index order changed",
    columns(pk, X, Y, i("ix", "x", "y")),
    columns(pk, X, Y, i("ix", "y", "x")),
)
case("index renamed", columns(pk, X, i("ix1", "x")), columns(pk, X, i("ix2", "x")))
case("column index flag", columns(pk, X), columns(pk, c("x", index=True)))
case("unique added", columns(pk, X), columns(pk, X, u("x", name="uq")))
case("unique removed", columns(pk, X, u("x", name="uq")), columns(pk, X))
case(
    "unique changed",
    columns(pk, X, Y, u("x", name="uq")),
    columns(pk, X, Y, u("x", "y", name="uq")),
)
case("unnamed unique same", columns(pk, X, u("x")), columns(pk, X, u("x")))
case("unnamed unique added", columns(pk, X), columns(pk, X, u("x")))
case("unnamed unique removed", columns(pk, X, u("x")), columns(pk, X))
case(
    "unique constraint to unique index",
    columns(pk, X, u("x", name="uq")),
    columns(pk, X, i("uq", "x", unique=True)),
)
case(
    "foreign key same",
    both(columns(pk, name="p"), columns(pk, X, fk(["x"], ["p.id"]))),
    both(columns(pk, name="p"), columns(pk, X, fk(["x"], ["p.id"]))),
)
case(
    "foreign key added",
    both(columns(pk, name="p"), columns(pk, X)),
    both(columns(pk, name="p"), columns(pk, X, fk(["x"], ["p.id"], name="fk1"))),
)
case(
    "unnamed foreign key added",
    both(columns(pk, name="p"), columns(pk, X)),
    both(columns(pk, name="p"), columns(pk, X, fk(["x"], ["p.id"]))),
)
case(
    "foreign key removed",
    both(columns(pk, name="p"), columns(pk, X, fk(["x"], ["p.id"], name="fk1"))),
    both(columns(pk, name="p"), columns(pk, X)),
)
case(
    "foreign key action added",
    both(columns(pk, name="p"), columns(pk, X, fk(["x"], ["p.id"], name="fk1"))),
    both(
        columns(pk, name="p"), columns(pk, X, fk(["x"], ["p.id"], name="fk1", ondelete="CASCADE"))
    ),
)
case(
    "foreign key action changed",
    both(
        columns(pk, name="p"), columns(pk, X, fk(["x"], ["p.id"], name="fk1", ondelete="SET NULL"))
    ),
    both(
        columns(pk, name="p"),
        columns(pk, X, fk(["x"], ["p.id"], name="fk1", ondelete="CASCADE", onupdate="CASCADE")),
    ),
)
case(
    "foreign key deferrable",
    both(columns(pk, name="p"), columns(pk, X, fk(["x"], ["p.id"], name="fk1"))),
    both(
        columns(pk, name="p"),
        columns(pk, X, fk(["x"], ["p.id"], name="fk1", deferrable=True, initially="DEFERRED")),
    ),
    ("sqlite", "postgresql"),
)
case(
    "foreign key target changed",
    both(
        columns(pk, name="p"),
        columns(pk, name="q"),
        columns(pk, X, fk(["x"], ["p.id"], name="fk1")),
    ),
    both(
        columns(pk, name="p"),
        columns(pk, name="q"),
        columns(pk, X, fk(["x"], ["q.id"], name="fk1")),
    ),
)
case("self referential table added", nothing, columns(pk, X, fk(["x"], ["t.id"], name="fk_self")))
case(
    "cycle of foreign keys added",
    nothing,
    both(
        columns(pk, c("q_id"), fk(["q_id"], ["q.id"], name="fk_pq", use_alter=True), name="p"),
        columns(pk, c("p_id"), fk(["p_id"], ["p.id"], name="fk_qp"), name="q"),
    ),
    SERVERS,
)
case("check in a new table", nothing, columns(pk, X, ck("x > 5", "ck1"), ck("x < 100")))
case(
    "primary key name",
    nothing,
    columns(c("id"), lambda: sa.PrimaryKeyConstraint("id", name="pk_custom")),
)
case(
    "naming convention",
    nothing,
    columns(
        pk, c("x", sa.Integer, index=True), c("y", sa.Integer, unique=True), ck("x > 5", "positive")
    ),
    naming={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    },
)
case(
    "naming convention, unique added",
    columns(pk, c("y", sa.Integer)),
    columns(pk, c("y", sa.Integer, unique=True)),
    naming={"uq": "uq_%(table_name)s_%(column_0_name)s", "pk": "pk_%(table_name)s"},
)
case(
    "unique deferrable",
    nothing,
    columns(pk, X, u("x", name="uq", deferrable=True, initially="DEFERRED")),
    PG,
)

# --- PostgreSQL indexes and constraints ----------------------------------------------------------
case(
    "pg index using",
    columns(pk, c("x", postgresql.JSONB)),
    columns(pk, c("x", postgresql.JSONB), i("ix", "x", postgresql_using="gin")),
    PG,
)
MANY_OPTIONS = {
    "postgresql_where": sa.text("x > 5"),
    "postgresql_using": "btree",
    "postgresql_include": ["y"],
}
case(
    "pg index options in the order given",
    columns(pk, X, Y, i("ix_old", "x", **MANY_OPTIONS)),
    columns(pk, X, Y, i("ix", "x", **MANY_OPTIONS)),
    on=PG,
)
case(
    "pg index where added",
    columns(pk, X, i("ix", "x")),
    columns(pk, X, lambda: sa.Index("ix", "x", postgresql_where=sa.text("x > 5"))),
    PG,
)
case(
    "pg index include",
    columns(pk, X, Y, i("ix", "x")),
    columns(pk, X, Y, i("ix", "x", postgresql_include=["y"])),
    PG,
)
case(
    "pg index expression",
    columns(pk, c("x", sa.String(5))),
    columns(pk, c("x", sa.String(5)), lambda: sa.Index("ix", sa.text("lower(x)"))),
    PG,
)
case(
    "pg index expression same",
    columns(pk, c("x", sa.String(5)), lambda: sa.Index("ix", sa.text("lower(x)"))),
    columns(pk, c("x", sa.String(5)), lambda: sa.Index("ix", sa.text("lower(x)"))),
    PG,
)
case(
    "pg index descending",
    columns(pk, X, i("ix", "x")),
    columns(pk, X, lambda: sa.Index("ix", sa.text("x DESC"))),
    PG,
)
case(
    "pg index nulls not distinct",
    columns(pk, X, i("ix", "x", unique=True)),
    columns(pk, X, i("ix", "x", unique=True, postgresql_nulls_not_distinct=True)),
    PG,
)
case(
    "pg unique nulls not distinct",
    columns(pk, X, u("x", name="uq")),
    columns(pk, X, u("x", name="uq", postgresql_nulls_not_distinct=True)),
    PG,
)
case(
    "pg exclude in a new table",
    nothing,
    columns(
        pk,
        c("r", postgresql.INT4RANGE),
        lambda: postgresql.ExcludeConstraint(("r", "&&"), name="ex", using="gist"),
    ),
    PG,
)
case(
    "pg index ops",
    columns(pk, c("x", sa.Text)),
    columns(pk, c("x", sa.Text), i("ix", "x", postgresql_ops={"x": "text_pattern_ops"})),
    PG,
)
case(
    "sqlite partial index",
    columns(pk, X),
    columns(pk, X, lambda: sa.Index("ix", "x", sqlite_where=sa.text("x > 5"))),
    ("sqlite",),
)
case(
    "sqlite expression index",
    columns(pk, c("x", sa.String(5))),
    columns(pk, c("x", sa.String(5)), lambda: sa.Index("ix", sa.text("lower(x)"))),
    ("sqlite",),
)

# --- MySQL ---------------------------------------------------------------------------------------
case(
    "mysql table options", nothing, columns(pk, mysql_engine="InnoDB", mysql_charset="utf8mb4"), MY
)
case(
    "mysql index length",
    columns(pk, c("x", sa.String(100))),
    columns(pk, c("x", sa.String(100)), i("ix", "x", mysql_length=10)),
    MY,
)
case(
    "mysql fulltext",
    columns(pk, c("x", sa.Text)),
    columns(pk, c("x", sa.Text), i("ix", "x", mysql_prefix="FULLTEXT")),
    MY,
)
case(
    "mysql autoincrement off",
    columns(pk),
    columns(lambda: sa.Column("id", sa.Integer, primary_key=True, autoincrement=False)),
    MY,
)

# --- rendering options ---------------------------------------------------------------------------
case("as batch", columns(pk, X), columns(pk, c("y", sa.String(5))), render_as_batch=True)
case(
    "prefixes",
    nothing,
    columns(pk, c("x", sa.String(5))),
    sqlalchemy_module_prefix="sqlalchemy.",
    alembic_module_prefix="alembic.",
)
case(
    "several changes at once",
    both(columns(pk, X, i("ix", "x")), columns(pk, name="gone")),
    both(columns(pk, c("x", sa.String(5), nullable=False), c("y")), columns(pk, name="came")),
)
