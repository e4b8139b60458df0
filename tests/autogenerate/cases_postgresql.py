"""Pairs of models for PostgreSQL whose tables hold rows, or whose parts stand on one another.

For the round trips alone, with a complete comparison; the other way round as well.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from cases_base import PG, PG21, Build, both, c, ck, columns, fk, i, nothing, pk, u
from cases_complete import case
from cases_more import QUOTED, in_other, in_quoted, of_schema
from sqlalchemy.dialects import postgresql

A, X = c("a"), c("x")
NN = {"nullable": False}


def holding(build: Build, *statements: str) -> Build:
    """The same with these statements run when the tables are made."""

    def made(metadata: sa.MetaData) -> None:
        build(metadata)
        for statement in statements:
            said = sa.DDL(statement.replace("%", "%%"))
            sa.event.listen(metadata, "after_create", said)

    return made


def of_type(type_: Any, value: str | None = None, **kw: Any) -> Build:
    """A table with one column of the type, and a row with the value in it."""
    build = columns(pk, c("x", type_, **kw))
    return build if value is None else holding(build, f"INSERT INTO t (x) VALUES ({value})")


def key(*names: str, **kw: Any) -> Any:
    return lambda: sa.PrimaryKeyConstraint(*names, **kw)


class Short(sa.types.TypeDecorator[str]):
    impl = sa.String(4)
    cache_ok = True


# --- values come along ------------------------------------------------------------------------------
UUID = "'12345678-1234-1234-1234-123456789012'"
MOVED: list[tuple[str, Any, str, Any, str]] = [
    (
        "range to multirange",
        postgresql.INT4RANGE,
        "'[1,3)'",
        postgresql.INT4MULTIRANGE,
        "'{[1,3)}'",
    ),
    (
        "array of ranges",
        postgresql.ARRAY(postgresql.INT4RANGE),
        "'{\"[1,3)\"}'",
        postgresql.ARRAY(postgresql.INT8RANGE),
        "'{\"[1,3)\"}'",
    ),
    ("uuid to hex", sa.Uuid, UUID, sa.Uuid(native_uuid=False), f"replace({UUID}, '-', '')"),
    ("value to array", sa.Integer, "7", postgresql.ARRAY(sa.Integer), "'{7}'"),
    ("array to json", postgresql.ARRAY(sa.Integer), "'{1,2}'", postgresql.JSONB, "'[1, 2]'"),
    ("money", postgresql.MONEY, "5", sa.Numeric(12, 2), "5"),
    (
        "hardware address",
        postgresql.MACADDR,
        "'08:00:2b:01:02:03'",
        postgresql.MACADDR8,
        "'08:00:2b:ff:fe:01:02:03'",
    ),
    (
        "interval precision",
        sa.Interval(second_precision=3),
        "'1 day'",
        sa.Interval(second_precision=5),
        "'1 day'",
    ),
]
for _name, _had, _value, _has, _moved in MOVED:
    case(f"values moved: {_name}", of_type(_had, _value), of_type(_has, _moved), PG)

# --- generated columns, and what stands on them -------------------------------------------------------


def generated(expression: str, type_: Any = sa.Integer, *more: Any, source: Any = A) -> Build:
    build = columns(pk, source, c("x", type_, sa.Computed(expression), comment="c"), *more)
    return holding(build, "INSERT INTO t (a) VALUES (5)")


ON_IT = (i("ix", "x", unique=True), u("x", "a", name="uq"), ck("x > 0", "ck"))
PLAIN = holding(columns(pk, A, c("x", comment="c"), *ON_IT), "INSERT INTO t (a, x) VALUES (5, 7)")
case(
    "generated, indexed",
    generated("a + 1", sa.Integer, *ON_IT),
    generated("a + 2", sa.Integer, *ON_IT),
    PG,
)
case("generated, made plain", generated("a + 1", sa.Integer, *ON_IT), PLAIN, PG)
case(
    "generated, to a default",
    generated("a + 1"),
    columns(pk, A, c("x", server_default="3", comment="c")),
    PG,
)
case(
    "generated from what gets another type",
    generated("a + 1", sa.Integer, i("ix", "x")),
    generated("a + 1", sa.Integer, i("ix", "x"), source=c("a", sa.BigInteger)),
    PG,
)
case(
    "generated anew from what gets another type",
    generated("a + 1"),
    generated("a + 2", source=c("a", sa.BigInteger)),
    PG,
)
case(
    "generated from what gets another type, and no more",
    generated("a + 1"),
    columns(pk, c("a", sa.BigInteger)),
    PG,
)
case("generated of another type", generated("a"), generated("a", sa.Text), PG)
case(
    "generated primary key",
    columns(A, c("x", sa.Integer, sa.Computed("a + 1"), nullable=False), key("x")),
    columns(A, c("x", sa.Integer, sa.Computed("a + 2"), nullable=False), key("x")),
    PG,
)

# --- keys that others point to ------------------------------------------------------------------------


def pointed(*items: Any, to: str = "a", type_: Any = sa.Integer) -> Build:
    p = columns(c("a", type_, nullable=False, autoincrement=False), *items, name="p")
    t = columns(pk, c("x", type_), fk(["x"], [f"p.{to}"], name="fk1", ondelete="CASCADE"))
    return both(p, t)


case(
    "pointed to: primary key renamed",
    pointed(key("a", name="k1")),
    pointed(key("a", name="k2")),
    PG,
)
case(
    "pointed to: unique made anew",
    pointed(u("a", name="uq")),
    pointed(u("a", name="uq", postgresql_nulls_not_distinct=True)),
    PG,
)
case("pointed to: of another type", pointed(key("a")), pointed(key("a"), type_=sa.Text), PG)
case(
    "primary key gone, its column may be NULL",
    columns(c("a", **NN), X, key("a")),
    columns(A, X),
    PG,
)
case(
    "unique in another order",
    columns(pk, A, X, u("a", "x", name="uq")),
    columns(pk, A, X, u("x", "a", name="uq")),
    PG,
)
case(
    "index goes to another table",
    both(columns(pk, X, i("ix", "x"), name="a"), columns(pk, X, name="b")),
    both(columns(pk, X, name="a"), columns(pk, X, i("ix", "x"), name="b")),
    PG,
)
case(
    "condition of an index that lists texts",
    columns(pk, c("s", sa.String(9)), i("ix", "s", postgresql_where=sa.text("s IN ('a', 'b')"))),
    columns(pk, c("s", sa.String(9)), i("ix", "s")),
    PG,
)
case(
    "operator class of an expression",
    columns(pk, c("s", sa.Text)),
    columns(
        pk,
        c("s", sa.Text),
        lambda: sa.Index(
            "ix",
            sa.func.lower(sa.column("s")).label("low"),
            postgresql_ops={"low": "text_pattern_ops"},
        ),
    ),
    PG,
)

# --- columns that count ---------------------------------------------------------------------------------
ROWS = ("INSERT INTO t (x) VALUES (1), (2)",)
PLAIN_ID = holding(
    columns(c("id", autoincrement=False, primary_key=True), X), "INSERT INTO t VALUES (4, 1)"
)


def counting(*args: Any, type_: Any = sa.Integer) -> Build:
    return holding(columns(c("id", type_, *args, primary_key=True), X), *ROWS)


case("serial to a bigger identity", counting(), counting(sa.Identity(), type_=sa.BigInteger), PG)
case("plain to identity", PLAIN_ID, counting(sa.Identity()), PG)
case("NULL to identity", columns(pk, X), columns(pk, c("x", sa.Integer, sa.Identity())), PG)
case(
    "identity with bounds of its type",
    counting(sa.Identity(maxvalue=100)),
    counting(sa.Identity(maxvalue=5_000_000_000), type_=sa.BigInteger),
    PG,
)
case("serial for rows that are there", holding(columns(X), *ROWS), counting(), PG)
case(
    "serial gives way",
    columns(c("old", primary_key=True), X),
    columns(c("new", sa.Text, primary_key=True), X),
    PG,
)

IN_QUOTED = {"schema": QUOTED}
for _name, _id in (
    ("is one", c("id", primary_key=True)),
    ("gives way to an identity", c("id", sa.Integer, sa.Identity(), primary_key=True)),
    ("counts no more", c("id", primary_key=True, autoincrement=False)),
    ("goes", c("no", sa.Text)),
):
    case(
        f"serial in a schema with a quote in its name {_name}",
        in_quoted(columns(pk, X, name="o'k", **IN_QUOTED)),
        in_quoted(columns(_id, X, c("y"), name="o'k", **IN_QUOTED)),
        PG,
        include_schemas=True,
    )
case(
    "serial key to UUID",
    columns(c("id", primary_key=True)),
    columns(c("id", sa.Uuid, primary_key=True)),
    PG,
)

# --- sequences ------------------------------------------------------------------------------------------


def sequence(**kw: Any) -> Build:
    return lambda metadata: sa.Sequence("seq1", metadata=metadata, **kw)


case("sequence of another type", sequence(), sequence(data_type=sa.SmallInteger), PG)
case("sequence turned round", sequence(), sequence(increment=-1), PG)
case("sequence with a greater minimum", sequence(), sequence(minvalue=5), PG)


def counting(metadata: sa.MetaData, name: str = "seq1") -> None:
    """A key that a sequence of the models' counts."""
    following = sa.Sequence(name, metadata=metadata).next_value()
    sa.Table("t", metadata, c("id", primary_key=True, server_default=following)())


def counting_by_the_same(metadata: sa.MetaData) -> None:
    """A key that the models count by a sequence of the name that SERIAL gives."""
    counting(metadata, "t_id_seq")


def counted_elsewhere(metadata: sa.MetaData) -> None:
    """A key for which SQLAlchemy asks a sequence of the name that SERIAL gives."""
    sa.Table("t", metadata, sa.Column("id", sa.Integer, sa.Sequence("t_id_seq"), primary_key=True))


case("SERIAL whose sequence the models name in its default", columns(pk), counting_by_the_same, PG)
case("SERIAL whose sequence SQLAlchemy asks", columns(pk), counted_elsewhere, PG)
case("SERIAL that a sequence of the models' counts", columns(pk), counting, PG)
case("table that a sequence of the models' counts", nothing, counting, PG)
case(
    "SERIAL that gets a default",
    columns(c("id", primary_key=True)),
    columns(c("id", primary_key=True, server_default="7")),
    PG,
)

# --- types with a name --------------------------------------------------------------------------------


def domain(base: Any, **kw: Any) -> Build:
    made = postgresql.DOMAIN("dom", base, check="VALUE <> '7'", constraint_name="c1", **kw)
    return of_type(made, "'3'", server_default=sa.text("'5'"))


def labels(*values: str, **kw: Any) -> sa.Enum:
    return sa.Enum(*values, name="en", **kw)


case("domain over another type", domain(sa.Text), domain(sa.String(9), collation="C"), PG)
case(
    "enum value gone with its check",
    columns(
        pk,
        c("e", labels("a", "b", "c")),
        ck("e <> 'c'", "ck"),
        lambda: sa.Index("ix", "id", postgresql_where=sa.text("e = 'c'")),
    ),
    columns(pk, c("e", labels("a", "b"))),
    PG,
)
case(
    "enum that a column is computed from",
    columns(
        pk, c("e", labels("a", "b", "c")), c("x", sa.Boolean, sa.Computed("e = 'a'"), index=True)
    ),
    columns(pk, c("e", labels("a", "c")), c("x", sa.Boolean, sa.Computed("e = 'a'"), index=True)),
    PG,
)


def pointing(*values: str) -> Build:
    unique = u("e", name="uq")
    key = fk(["points_to"], ["t.e"], name="fk1")
    return columns(pk, c("e", labels(*values)), c("points_to", labels(*values)), unique, key)


def excluding(*values: str) -> Build:
    return columns(
        *(pk, c("e", labels(*values)), c("r", postgresql.INT4RANGE)),
        lambda: postgresql.ExcludeConstraint(("r", "&&"), name="ex", where=sa.text("e = 'a'")),
    )


def parted_with(*values: str) -> Build:
    return holding(
        columns(pk, c("e", labels(*values)), postgresql_partition_by="RANGE (id)"),
        "CREATE TABLE IF NOT EXISTS t_1 PARTITION OF t FOR VALUES FROM (0) TO (100)",
        "INSERT INTO t (e) VALUES ('a')",
    )


for _build in (pointing, excluding, parted_with):
    _name = f"enum of what is {_build.__name__.replace('_with', '')}, made anew"
    case(_name, _build("a", "b"), _build("b", "a"), PG)
case(
    "enum in another schema",
    in_other(of_type(labels("a", "b"))),
    in_other(of_type(labels("a", "b", schema="other"))),
    PG,
)

OWNED = columns(pk, name="q")


def owning(*values: str, build: Build = OWNED) -> Build:
    """An enum that is made with the metadata, and a table which doesn't use it."""
    return lambda metadata: (labels(*values, metadata=metadata), build(metadata))


case("enum that no table uses", OWNED, owning("a", "b"), PG)
case("enum that no table uses, with another value", owning("a"), owning("a", "b"), PG)
case(
    "enum that no table uses any more",
    lambda metadata: columns(pk, c("e", labels("a", metadata=metadata)), name="q")(metadata),
    owning("a"),
    PG,
)
case("domain and all that it says goes", columns(pk), domain(sa.String(9), not_null=True), PG)

case(
    "domain that no table uses",
    OWNED,
    lambda metadata: (postgresql.DOMAIN("dom", sa.String(5), metadata=metadata), OWNED(metadata)),
    PG,
)

# --- schemas --------------------------------------------------------------------------------------------


def of_all_kinds(type_: Any, *items: Any) -> Build:
    made = postgresql.DOMAIN("dom", sa.Integer)
    table = columns(pk, c("x", type_), c("d", made), c("p"), fk(["p"], ["p.id"]), *items)
    return both(columns(pk, name="p"), sequence(), table)


def grown() -> Build:
    """Anew for each case: a type that has been in one schema stays there."""
    return of_all_kinds(
        sa.BigInteger, c("e", labels("a")), i("ix", "x"), ck("x > 0", "ck"), u("p", name="uq")
    )


case(
    "default schema by its name",
    of_schema("public", of_all_kinds(sa.Integer, c("e", labels("a", "b")), i("ix", "p"))),
    of_schema("public", grown()),
    PG,
)
case(
    "schema of the models",
    in_other(of_schema("other", of_all_kinds(sa.Integer))),
    in_other(of_schema("other", grown())),
    PG,
    include_schemas=True,
)


def calling(build: Build) -> Build:
    """The same beside a function in another schema."""

    def made(metadata: sa.MetaData) -> None:
        said = sa.DDL(
            "CREATE OR REPLACE FUNCTION other.f(x int) RETURNS int IMMUTABLE RETURN x + 1"
        )
        in_other(lambda metadata: sa.event.listen(metadata, "before_create", said))(metadata)
        build(metadata)

    return made


for _schema in (None, "other"):
    case(
        f"functions in {'the schema of their table' if _schema else 'another schema'}",
        calling(columns(pk, X, schema=_schema)),
        calling(
            columns(
                *(pk, X, ck("other.f(x) > 0", "ck")),
                lambda: sa.Index(
                    "ix", sa.text("other.f(x)"), postgresql_where=sa.text("other.f(x) > 3")
                ),
                schema=_schema,
            )
        ),
        PG,
        include_schemas=True,
    )

# --- comments -------------------------------------------------------------------------------------------


def commented(said: str) -> Build:
    unique = u("x", name="uq", comment=said)
    return columns(pk, c("x", comment=said), unique, comment=said)


case("comments of a table, a column and a constraint", commented("one"), commented("two"), PG)

# --- constraints that aren't valid ------------------------------------------------------------------------


def unchecked(*, is_valid: bool) -> Build:
    said: dict[str, Any] = {} if is_valid else {"postgresql_not_valid": True}
    build = columns(
        *(pk, X),
        lambda: sa.CheckConstraint("x > 0", name="ck", **said),
        fk(["x"], ["t.id"], name="fk1", **said),
    )
    if is_valid:
        return build
    # CREATE TABLE has them valid, whatever is said.
    kept = ("CHECK (x > 0)", "ck"), ("FOREIGN KEY (x) REFERENCES t (id)", "fk1")
    return holding(
        build,
        *(
            f"ALTER TABLE t DROP CONSTRAINT {name}, ADD CONSTRAINT {name} {what} NOT VALID"
            for what, name in kept
        ),
    )


case("constraints become valid", unchecked(is_valid=False), unchecked(is_valid=True), PG, once=True)
case("constraints that aren't valid go", unchecked(is_valid=False), columns(pk, X), PG, once=True)

# --- what belongs to something else ---------------------------------------------------------------------


def parted(*items: Any) -> Build:
    key = c("id", autoincrement=False, primary_key=True)
    return holding(
        columns(key, *items, postgresql_partition_by="RANGE (id)"),
        "CREATE TABLE IF NOT EXISTS t_1 PARTITION OF t FOR VALUES FROM (0) TO (100)",
    )


def heirs(*items: Any) -> Build:
    parent = columns(pk, X, ck("x > 0", "ck"), name="parent")
    return both(parent, columns(c("y"), *items, postgresql_inherits="parent", name="child"))


case("partitions left alone", parted(), parted(X), PG)
case("what is inherited left alone", heirs(), heirs(c("z", sa.Text)), PG)
case("parent and heir", columns(pk), both(columns(pk), heirs()), PG)
case(
    "storage of long values",
    columns(pk, c("s", sa.Text)),
    columns(pk, c("s", sa.Text), postgresql_with={"toast.autovacuum_enabled": "false"}),
    PG21,
)
case(
    "storage of long values of a table that has none",
    columns(pk, c("x", sa.Integer), postgresql_with={"fillfactor": 70}),
    columns(
        pk,
        c("x", sa.Integer),
        postgresql_with={"fillfactor": 80, "toast.autovacuum_enabled": "false"},
    ),
    PG21,
)
case(
    "foreign key by the name of a check",
    columns(pk, c("x", sa.Integer), ck("x > 0", "handed_on")),
    columns(pk, c("x", sa.Integer), fk(["x"], ["t.id"], name="handed_on")),
    PG,
)
case(
    "index by the name of an exclude constraint",
    columns(
        pk,
        c("x", postgresql.INT4RANGE),
        lambda: postgresql.ExcludeConstraint(("x", "&&"), name="given_up"),
    ),
    columns(
        pk, c("x", postgresql.INT4RANGE), lambda: sa.Index("given_up", "x", postgresql_using="gist")
    ),
    PG,
)
case(
    "storage option in capitals",
    columns(pk, c("x", sa.Integer)),
    columns(pk, c("x", sa.Integer), postgresql_with={"FILLFACTOR": 80}),
    PG21,
)
