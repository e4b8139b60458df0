"""More pairs of models: check constraints, schemas, filters, rendering of every kind of thing.

Named by :mod:`cases`, whose list they join.
"""

from __future__ import annotations

import enum
from typing import Any

import sqlalchemy as sa
from cases_base import (
    ALL,
    MY,
    PG,
    PG21,
    SERVERS,
    Build,
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

BY_NAME = ["alembic.autogenerate.*", "alembic.ext.checkconstraint_byname"]
X, Y = c("x"), c("y")
CONVENTION = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Color(enum.Enum):
    RED = 1
    GREEN = 2


class Money(sa.types.TypeDecorator[Any]):
    """A type of the user's own."""

    impl = sa.Numeric
    cache_ok = True


class Place(sa.types.UserDefinedType[Any]):
    """A type that no dialect of SQLAlchemy has a name for."""

    cache_ok = True

    def __init__(self, name: str = "POINT") -> None:
        self.name = name

    def get_col_spec(self, **_: Any) -> str:
        return self.name


class Point(sa.types.UserDefinedType[Any]):
    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        return "INTEGER"


# --- check constraints by name -------------------------------------------------------------------
case(
    "check added",
    columns(pk, X),
    columns(pk, X, ck("x > 5", "ck1")),
    autogenerate_plugins=BY_NAME,
)
case(
    "check removed",
    columns(pk, X, ck("x > 5", "ck1")),
    columns(pk, X),
    autogenerate_plugins=BY_NAME,
)
case(
    "check renamed",
    columns(pk, X, ck("x > 5", "ck1"), ck("x > 6", "ck2")),
    columns(pk, X, ck("x > 5", "ck0"), ck("x > 6", "ck2")),
    autogenerate_plugins=BY_NAME,
)
case(
    "check changed under its name",
    columns(pk, X, ck("x > 5", "ck1")),
    columns(pk, X, ck("x > 7", "ck1")),
    autogenerate_plugins=BY_NAME,
)
case(
    "check of a type and a convention",
    columns(pk, c("e", sa.Enum("a", "b", name="e1", native_enum=False, create_constraint=True))),
    columns(pk, c("e", sa.Enum("a", "b", name="e2", native_enum=False, create_constraint=True))),
    naming=CONVENTION,
    autogenerate_plugins=BY_NAME,
)
case(
    "check added as batch",
    columns(pk, X),
    columns(pk, X, ck("x > 5", "ck1")),
    autogenerate_plugins=BY_NAME,
    render_as_batch=True,
)
case("check not compared", columns(pk, X, ck("x > 5", "ck1")), columns(pk, X))
case(
    "checks of types in a new table",
    nothing,
    columns(
        pk,
        c("b", sa.Boolean(create_constraint=True, name="b_ok")),
        c("e", sa.Enum("a", "b", name="e1", native_enum=False, create_constraint=True)),
        c("f", sa.Enum("a", "it's", name="f1", native_enum=False)),
    ),
)
case(
    "check with an expression",
    nothing,
    lambda m: (
        t := sa.Table("t", m, pk(), X(), sa.Column("s", sa.String(9))),
        t.append_constraint(
            sa.CheckConstraint(sa.and_(t.c.x > 5, t.c.s != "it's 5%"), name="ck_e")
        ),
    ),
)

# --- schemas -------------------------------------------------------------------------------------


def in_other(build: Build) -> Build:
    """The same after the schema "other" has been made."""

    def made(metadata: sa.MetaData) -> None:
        sa.event.listen(metadata, "before_create", sa.DDL("CREATE SCHEMA IF NOT EXISTS other"))
        build(metadata)

    return made


QUOTED = "o's"


def in_quoted(build: Build) -> Build:
    """The same after a schema with a quote in its name has been made."""

    def made(metadata: sa.MetaData) -> None:
        created = sa.DDL(f'CREATE SCHEMA IF NOT EXISTS "{QUOTED}"')
        sa.event.listen(metadata, "before_create", created)
        build(metadata)

    return made


def of_schema(name: str, build: Build) -> Build:
    """The same where the metadata has a schema, which nothing in it names."""

    def made(metadata: sa.MetaData) -> None:
        metadata.schema = name
        build(metadata)

    return made


POINTED = both(columns(pk, name="p"), columns(pk, lambda: sa.Column("x", sa.ForeignKey("p.id"))))
NAMED = columns(pk, c("x", sa.Integer, index=True), c("y", unique=True), schema="public")
case(
    "schema of the models kept",
    in_other(of_schema("other", POINTED)),
    in_other(of_schema("other", POINTED)),
    PG,
    include_schemas=True,
)
case("default schema by its name kept", NAMED, NAMED, PG, include_schemas=True)
case("default schema by its name kept, others not looked for", NAMED, NAMED, PG)
OTHER = columns(pk, c("x", sa.Integer, index=True), c("y", unique=True), schema="other")
case("table in a schema added", in_other(nothing), in_other(OTHER), PG, include_schemas=True)
case("table in a schema removed", in_other(OTHER), in_other(nothing), PG, include_schemas=True)
case("table in a schema kept", in_other(OTHER), in_other(OTHER), PG, include_schemas=True)
case("table in a schema not looked for", in_other(OTHER), in_other(nothing), PG)
case(
    "column, index and key in a schema",
    in_other(
        both(
            columns(pk, c("x"), c("z"), i("ix_x", "x"), name="t", schema="other"),
            columns(pk, name="p"),
        )
    ),
    in_other(
        both(
            columns(
                pk,
                c("x", sa.String(9), nullable=False),
                c("y"),
                u("y", name="uq_y"),
                fk(["y"], ["p.id"], name="fk_y"),
                name="t",
                schema="other",
            ),
            columns(pk, name="p"),
        )
    ),
    PG,
    include_schemas=True,
)
case(
    "column in a schema as batch",
    in_other(columns(pk, schema="other")),
    in_other(columns(pk, X, schema="other")),
    PG,
    include_schemas=True,
    render_as_batch=True,
)
case(
    "foreign key across schemas",
    in_other(both(columns(pk, name="p", schema="other"), columns(pk, X))),
    in_other(
        both(
            columns(pk, name="p", schema="other"),
            columns(pk, X, fk(["x"], ["other.p.id"], name="fk_x")),
        )
    ),
    PG,
    include_schemas=True,
)
case(
    "foreign key across schemas kept",
    in_other(
        both(
            columns(pk, name="p", schema="other"),
            columns(pk, X, fk(["x"], ["other.p.id"], name="fk_x")),
        )
    ),
    in_other(
        both(
            columns(pk, name="p", schema="other"),
            columns(pk, X, fk(["x"], ["other.p.id"], name="fk_x")),
        )
    ),
    PG,
    include_schemas=True,
)
case(
    "table comment in a schema",
    in_other(columns(pk, schema="other")),
    in_other(columns(pk, schema="other", comment="here")),
    PG,
    include_schemas=True,
)

# --- filters -------------------------------------------------------------------------------------
MUCH = both(
    columns(pk, X, Y, i("ix", "x"), u("y", name="uq")),
    columns(pk, name="gone"),
)
MORE = both(
    columns(pk, X, c("z"), i("ix2", "x"), u("z", name="uq2")),
    columns(pk, name="came"),
)
for _kind in ("table", "column", "index", "unique_constraint"):
    case(
        f"include_object without {_kind}",
        MUCH,
        MORE,
        include_object=lambda _o, _n, type_, _r, _c, kind=_kind: type_ != kind,
    )
    case(
        f"include_name without {_kind}",
        MUCH,
        MORE,
        include_name=lambda _n, type_, _p, kind=_kind: type_ != kind,
    )
case(
    "include_object without reflected ones",
    MUCH,
    MORE,
    include_object=lambda _o, _n, _t, reflected, to: not (reflected and to is None),
)
case(
    "include_object without foreign keys",
    both(columns(pk, name="p"), columns(pk, X, fk(["x"], ["p.id"], name="fk1"))),
    both(columns(pk, name="p"), columns(pk, X)),
    include_object=lambda _o, _n, type_, _r, _c: type_ != "foreign_key_constraint",
)
case(
    "include_name without foreign keys",
    both(columns(pk, name="p"), columns(pk, X, fk(["x"], ["p.id"], name="fk1"))),
    both(columns(pk, name="p"), columns(pk, X)),
    include_name=lambda _n, type_, _p: type_ != "foreign_key_constraint",
)
case("include_name without the schema", MUCH, MORE, include_name=lambda _n, t, _p: t != "schema")

# --- comparison by the user's function -------------------------------------------------------------
LONG, SHORT = columns(pk, c("x", sa.String(10))), columns(pk, c("x", sa.String(5)))
for _answer in (None, True, False):
    case(f"compare_type says {_answer}", LONG, SHORT, compare_type=lambda *_, a=_answer: a)
    case(
        f"compare_type says {_answer} of equal types",
        LONG,
        LONG,
        compare_type=lambda *_, a=_answer: a,
    )
    case(
        f"compare_server_default says {_answer}",
        columns(pk, c("x", server_default="1")),
        columns(pk, c("x", server_default="2")),
        compare_server_default=lambda *_, a=_answer: a,
    )
case(
    "without the plugin of types",
    LONG,
    columns(pk, c("x", sa.String(5), nullable=False)),
    autogenerate_plugins=["alembic.autogenerate.*", "~alembic.autogenerate.types"],
)
case(
    "without the plugin of constraints",
    MUCH,
    MORE,
    autogenerate_plugins=["alembic.autogenerate.*", "~alembic.autogenerate.constraints"],
)
case(
    "tables only",
    MUCH,
    MORE,
    autogenerate_plugins=["alembic.autogenerate.schemas", "alembic.autogenerate.tables"],
)

# --- rendered types ------------------------------------------------------------------------------
RENDERED: list[tuple[str, Any, tuple[str, ...]]] = [
    ("enum class", sa.Enum(Color, name="color"), ALL),
    ("enum of a schema", sa.Enum("a", name="e1", schema="main"), ("sqlite",)),
    ("enum not native", sa.Enum("a", "b", name="e1", native_enum=False, length=30), ALL),
    ("interval", sa.Interval(), ALL),
    ("pickle", sa.PickleType(), ALL),
    ("unicode text", sa.UnicodeText(), ALL),
    ("numeric of floats", sa.Numeric(10, 2, asdecimal=False), ALL),
    ("float precision", sa.Float(precision=24), ALL),
    ("time zone", sa.DateTime(timezone=True), ALL),
    ("collation", sa.String(20, collation="utf8mb4_bin"), MY),
    ("variant", sa.String(20).with_variant(mysql.VARCHAR(30), "mysql"), ALL),
    (
        "variants",
        sa.Text()
        .with_variant(postgresql.JSONB(), "postgresql")
        .with_variant(mysql.LONGTEXT(), "mysql", "mariadb"),
        ALL,
    ),
    ("decorated", Money(12, 3), ALL),
    ("user defined", Point(), ALL),
    ("json without nulls", sa.JSON(none_as_null=True), ALL),
    ("pg array of arrays", postgresql.ARRAY(sa.Integer, dimensions=2), PG),
    ("generic array", sa.ARRAY(sa.String(5)), PG),
    ("pg array of an enum", postgresql.ARRAY(sa.Enum("a", name="e1")), PG),
    ("pg enum", postgresql.ENUM("a", "b", name="e1"), PG),
    ("pg enum not created", postgresql.ENUM("a", "b", name="e1", create_type=False), ()),
    ("pg domain", postgresql.DOMAIN("positive", sa.Integer, check="VALUE > 0"), PG),
    ("pg tsvector", postgresql.TSVECTOR(), PG),
    ("pg macaddr", postgresql.MACADDR(), PG),
    ("pg money", postgresql.MONEY(), PG),
    ("pg bytea", postgresql.BYTEA(), PG),
    ("pg varbit", postgresql.BIT(varying=True), PG),
    ("pg multirange", postgresql.INT4MULTIRANGE(), PG),
    ("pg timestamp", postgresql.TIMESTAMP(True, 3), PG),
    ("mysql set", mysql.SET("a", "b"), MY),
    ("mysql bit", mysql.BIT(3), MY),
    ("mysql decimal", mysql.DECIMAL(10, 3, unsigned=True), MY),
    ("mysql double", mysql.DOUBLE(asdecimal=False), MY),
    ("mysql enum collation", mysql.ENUM("a", "b", collation="utf8mb4_bin"), MY),
    ("mysql blob", mysql.MEDIUMBLOB(), MY),
    ("mysql text charset", mysql.TEXT(charset="latin1"), MY),
]
for _name, _type, _on in RENDERED:
    case(f"rendered type: {_name}", nothing, columns(pk, c("x", _type)), _on)
    case(f"type kept, {_name}", columns(pk, c("x", _type)), columns(pk, c("x", _type)), _on)
    case(
        f"rendered type with a prefix: {_name}",
        nothing,
        columns(pk, c("x", _type)),
        _on[:1],
        user_module_prefix="mine.",
    )


def render_item(kind: str, item: Any, context: Any) -> Any:
    if kind == "type" and isinstance(item, Money):
        context.imports.add("from mine import Money")
        return "Money(12)"
    if kind == "server_default" and item is not None:
        return "mine.default()"
    if kind in {"unique", "check", "primary_key", "foreign_key", "column"}:
        context.imports.add(f"# asked for {kind}")
    return False


case(
    "render_item",
    nothing,
    columns(
        pk,
        c("x", Money(12, 3), server_default="5"),
        c("y", sa.Integer, unique=True),
        ck("y > 0"),
        fk(["y"], ["t.id"]),
    ),
    render_item=render_item,
)

# --- rendered columns ------------------------------------------------------------------------------
COLUMNS: list[tuple[str, Any, tuple[str, ...]]] = [
    ("fetched value", c("x", sa.Integer, server_default=sa.FetchedValue()), ALL),
    ("percent in a default", c("x", sa.String(9), server_default="5%"), ALL),
    (
        "backslash in a default",
        c("x", sa.String(9), server_default="a\\b"),
        ("sqlite", "postgresql"),
    ),
    ("colon in a default", c("x", sa.String(9), server_default=sa.text("':a'")), ("sqlite",)),
    ("function default", c("x", sa.DateTime, server_default=sa.func.current_timestamp()), ALL),
    ("autoincrement", c("x", sa.Integer, autoincrement=False), ALL),
    ("info and doc", c("x", sa.Integer, info={"a": 1}, doc="it"), ALL),
    ("comment with quotes", c("x", sa.Integer, comment='it\'s "x"'), ALL),
    ("python default", c("x", sa.Integer, default=5, onupdate=6), ALL),
    ("sequence", c("x", sa.Integer, sa.Sequence("seq_x")), PG),
    ("identity", c("x", sa.Integer, sa.Identity(start=5, cycle=True), nullable=False), PG),
    (
        "computed",
        c("x", sa.Integer, sa.Computed("id + 1", persisted=True)),
        ("sqlite", "postgresql"),
    ),
    ("virtual", c("x", sa.Integer, sa.Computed("1 + 1", persisted=False)), ("sqlite", "mariadb")),
    (
        "dialect keyword",
        c("x", sa.Integer, sqlite_on_conflict_not_null="FAIL", nullable=False),
        ALL,
    ),
    ("quoted name", c(sa.sql.quoted_name("Weird", quote=True)), ALL),
    ("unicode name", c("größe"), ALL),
]
for _name, _column, _on in COLUMNS:
    case(f"column in a new table: {_name}", nothing, columns(pk, _column), _on)
    case(f"column added: {_name}", columns(pk), columns(pk, _column), _on)
    case(f"column removed: {_name}", columns(pk, _column), columns(pk), _on)
    case(f"column kept: {_name}", columns(pk, _column), columns(pk, _column), _on)

# --- rendered tables -------------------------------------------------------------------------------
case("table with prefixes", nothing, columns(pk, prefixes=["TEMPORARY"]), ("sqlite",))
case("table with info", nothing, columns(pk, info={"kind": "list"}))
case("sqlite table options", nothing, columns(pk, sqlite_strict=True), ("sqlite",))
case("sqlite autoincrement", nothing, columns(pk, sqlite_autoincrement=True), ("sqlite",))
case("pg partitioned", nothing, columns(pk, postgresql_partition_by="RANGE (id)"), PG)
case("pg table options", nothing, columns(pk, postgresql_with={"fillfactor": 50}), PG21)
case("foreign table options", nothing, columns(pk, oracle_compress=True))
case("very wide table", nothing, columns(pk, *(c(f"c{n}") for n in range(260))), ("sqlite",))
case(
    "composite foreign key",
    nothing,
    both(
        columns(c("a", primary_key=True), c("b", primary_key=True), name="p"),
        columns(pk, X, Y, fk(["x", "y"], ["p.a", "p.b"], name="fk_xy", onupdate="CASCADE")),
    ),
)
case(
    "foreign key to a column by its key",
    nothing,
    both(
        columns(lambda: sa.Column("id", sa.Integer, primary_key=True, key="number"), name="p"),
        columns(pk, lambda: sa.Column("x", sa.Integer, key="y"), fk(["y"], ["p.number"])),
    ),
)
case(
    "foreign key options",
    nothing,
    both(
        columns(pk, name="p"),
        columns(
            pk,
            X,
            fk(
                ["x"],
                ["p.id"],
                name="fk_x",
                match="FULL",
                deferrable=True,
                initially="DEFERRED",
            ),
        ),
    ),
    ("sqlite", "postgresql"),
)
case(
    "foreign key to a table that is nowhere else",
    both(columns(pk, name="p"), columns(pk, X)),
    both(columns(pk, name="p"), columns(pk, lambda: sa.Column("x", sa.ForeignKey("p.id")))),
)
case(
    "unique with an option",
    nothing,
    columns(pk, X, u("x", name="uq", sqlite_on_conflict="IGNORE")),
)
case(
    "convention, everything",
    both(columns(pk, name="p"), columns(pk, X)),
    both(
        columns(pk, name="p"),
        columns(
            pk,
            c("x", sa.Integer, index=True, unique=True),
            lambda: sa.Column("p_id", sa.ForeignKey("p.id"), unique=True),
        ),
    ),
    naming=CONVENTION,
)
case(
    "convention, everything gone",
    both(
        columns(pk, name="p"),
        columns(
            pk,
            c("x", sa.Integer, index=True, unique=True),
            lambda: sa.Column("p_id", sa.ForeignKey("p.id"), unique=True),
        ),
    ),
    both(columns(pk, name="p"), columns(pk, X)),
    naming=CONVENTION,
)
case(
    "table with everything removed",
    both(
        columns(pk, name="parent"),
        columns(
            pk,
            c("name", sa.String(50), nullable=False),
            c("price", sa.Numeric(10, 2), server_default="0"),
            c("parent_id", sa.Integer, index=True),
            u("name", "price", name="uq_name_price"),
            ck("price >= 0", "ck_price"),
            fk(["parent_id"], ["parent.id"], name="fk_parent", ondelete="CASCADE"),
            i("ix_t_name", "name", unique=True),
        ),
    ),
    columns(pk, name="parent"),
)

# --- rendered indexes ------------------------------------------------------------------------------


def ix(name: str, make: Any, **kw: Any) -> Build:
    """A table with an index over expressions of its columns."""

    def build(metadata: sa.MetaData) -> None:
        t = sa.Table("t", metadata, pk(), X(), sa.Column("s", sa.String(20)))
        sa.Index(name, *make(t), **kw)

    return build


PLAIN = columns(pk, X, c("s", sa.String(20)))
INDEXES: list[tuple[str, Any, tuple[str, ...]]] = [
    ("function", ix("ix", lambda t: [sa.func.lower(t.c.s)]), ("sqlite", "postgresql")),
    ("descending", ix("ix", lambda t: [t.c.x.desc()]), ALL),
    (
        "function and column",
        ix("ix", lambda t: [t.c.x, sa.func.lower(t.c.s)]),
        ("sqlite", "postgresql"),
    ),
    ("nulls last", ix("ix", lambda t: [t.c.x.desc().nulls_last()]), PG),
    ("column and descending", ix("ix", lambda t: [t.c.s, t.c.x.desc()]), ALL),
    ("where", ix("ix", lambda t: [t.c.x], postgresql_where=sa.text("x > 5")), PG),
    (
        "where by expression",
        ix("ix", lambda t: [t.c.x], postgresql_where=sa.column("x") > 5),
        PG,
    ),
    ("with", ix("ix", lambda t: [t.c.x], postgresql_with={"fillfactor": 50}), PG),
    ("concurrently", ix("ix", lambda t: [t.c.x], postgresql_concurrently=False), PG),
    ("using hash", ix("ix", lambda t: [t.c.x], postgresql_using="hash"), PG),
    ("mysql using", ix("ix", lambda t: [t.c.x], mysql_using="btree"), MY),
    ("mysql lengths", ix("ix", lambda t: [t.c.s, t.c.x], mysql_length={"s": 5}), MY),
    ("literal", ix("ix", lambda _: [sa.literal_column("(x + 1)")]), ("postgresql",)),
    ("operator class", ix("ix", lambda _: [sa.text("lower(s) text_pattern_ops")]), PG),
    ("of a foreign dialect", ix("ix", lambda t: [t.c.x], mssql_include=["s"]), ALL),
]
for _name, _build, _on in INDEXES:
    case(f"index added: {_name}", PLAIN, _build, _on)
    case(f"index removed: {_name}", _build, PLAIN, _on)
    case(f"index kept: {_name}", _build, _build, _on)
    case(f"index in a new table: {_name}", nothing, _build, _on)

# --- several columns of one alteration, batches ------------------------------------------------------
case(
    "everything of a column",
    columns(pk, c("x", sa.Integer, server_default="5", comment="old")),
    columns(pk, c("x", sa.String(9), server_default="6", nullable=False, comment="new")),
    SERVERS,
    compare_server_default=True,
)
case(
    "everything of a column, as batch",
    columns(pk, c("x", sa.Integer, server_default="5", comment="old")),
    columns(pk, c("x", sa.String(9), server_default="6", nullable=False, comment="new")),
    SERVERS,
    compare_server_default=True,
    render_as_batch=True,
)
case(
    "everything of a table, as batch",
    both(
        columns(pk, name="p"),
        columns(
            pk,
            c("x", sa.String(5)),
            c("y"),
            i("ix", "x"),
            u("y", name="uq"),
            fk(["y"], ["p.id"], name="fk1"),
        ),
    ),
    both(
        columns(pk, name="p"),
        columns(
            pk,
            c("x", sa.String(9), nullable=False),
            c("z"),
            i("ix2", "x", unique=True),
            u("z", name="uq2"),
            fk(["z"], ["p.id"], name="fk2", ondelete="CASCADE"),
            comment="new",
        ),
    ),
    render_as_batch=True,
)
case(
    "primary key column made big",
    columns(pk),
    columns(lambda: sa.Column("id", sa.BigInteger, primary_key=True)),
)
case(
    "many tables at once",
    both(*(columns(pk, X, name=f"t{n}") for n in range(5))),
    both(*(columns(pk, Y, name=f"t{n}") for n in range(2, 8))),
)
case(
    "chain of foreign keys added",
    nothing,
    both(
        columns(pk, X, fk(["x"], ["b.id"], name="fk_ab"), name="a"),
        columns(pk, X, fk(["x"], ["c.id"], name="fk_bc"), name="b"),
        columns(pk, name="c"),
    ),
)
case(
    "two indexes and two keys changed",
    both(
        columns(pk, name="p"),
        columns(
            pk,
            X,
            Y,
            i("ix_b", "x"),
            i("ix_a", "y"),
            u("x", name="uq_b"),
            u("y", name="uq_a"),
            fk(["x"], ["p.id"], name="fk_b"),
            fk(["y"], ["p.id"], name="fk_a"),
        ),
    ),
    both(
        columns(pk, name="p"),
        columns(
            pk,
            X,
            Y,
            i("ix_b", "x", "y"),
            i("ix_c", "y"),
            u("x", "y", name="uq_b"),
            u("y", name="uq_c"),
            fk(["x"], ["p.id"], name="fk_b", ondelete="CASCADE"),
            fk(["y"], ["p.id"], name="fk_c"),
        ),
    ),
)
