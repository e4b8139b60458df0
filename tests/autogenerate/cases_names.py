"""Pairs of models whose names need care: in statements, in ``sa.text``, in what a database gives back.

For the round trips alone, with a complete comparison; the other way round as well.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from cases_base import MY, PG, SERVERS, Build, both, c, ck, columns, i, nothing, pk, u
from cases_complete import case
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateSchema

NAMES = ("a.b", "a%sb", ":ab", 'a"b', "a'b", "two words", "größe", "Upper", "select", "a\\b", "a`b")


def table(name: str, more: Callable[[sa.Table], Any] | None = None, **kw: Any) -> Build:
    """A table whose columns are called so too, and what is said of it afterwards."""

    def build(metadata: sa.MetaData) -> None:
        made = sa.Table(
            "t",
            metadata,
            sa.Column("id", sa.Integer, primary_key=True),
            sa.Column(name, sa.String(40)),
            sa.Column("x", sa.Integer),
            **kw,
        )
        if more is not None:
            more(made)

    return build


def check(name: str) -> Callable[[sa.Table], Any]:
    return lambda t: t.append_constraint(sa.CheckConstraint(t.c[name] != name, name="ck"))


def refers(name: str, *, is_there: bool = True, **kw: Any) -> Build:
    """Two tables, one pointing to the other, which has this name; the columns too."""

    def build(metadata: sa.MetaData) -> None:
        p = sa.Table(name, metadata, sa.Column(name, sa.Integer, primary_key=True))
        t = sa.Table("t", metadata, pk(), sa.Column(name, sa.Integer))
        if is_there:
            t.append_constraint(sa.ForeignKeyConstraint([t.c[name]], [p.c[name]], name="fk1", **kw))

    return build


def computed(name: str) -> Callable[[sa.Table], Any]:
    return lambda t: t.append_column(
        sa.Column("y", sa.String(50), sa.Computed(t.c[name] + "x", persisted=True))
    )


def in_schema(name: str, build: Build) -> Build:
    """The same after the schema of this name has been made."""

    def made(metadata: sa.MetaData) -> None:
        created = CreateSchema(name, if_not_exists=True)
        sa.event.listen(metadata, "before_create", created)
        build(metadata)

    return made


for name in NAMES:
    N = c(name)
    case(
        f"name {name}: columns and constraints",
        columns(pk, name=name),
        columns(
            pk, N, c("x"), u(name, name="uu"), i("ix", name), ck("x > 3", f"{name}_ck"), name=name
        ),
        SERVERS,
    )
    case(f"name {name}: comment", columns(pk, N), columns(pk, c(name, comment=name)), SERVERS)
    case(f"name {name}: check", table(name), table(name, check(name)), PG)
    case(
        f"name {name}: default",
        columns(pk, c("x", sa.String(40))),
        columns(pk, c("x", sa.String(40), server_default=name)),
        SERVERS,
    )
    case(f"name {name}: index", table(name), table(name, lambda t: sa.Index("ix", t.c.x)), SERVERS)
    case(
        f"name {name}: index over an expression",
        table(name),
        table(
            name,
            lambda t, name=name: sa.Index(
                "ix", sa.func.lower(t.c[name]), postgresql_where=t.c[name] == name
            ),
        ),
        PG,
    )
    case(f"name {name}: enum", columns(pk), columns(pk, c("e", sa.Enum("a", name, name=name))), PG)
    case(
        f"name {name}: values of an enum",
        columns(pk, c("e", sa.Enum("a", "b", name=name))),
        columns(pk, c("e", sa.Enum("a", name, name=name), server_default=name)),
        PG,
    )
    case(
        f"name {name}: domain",
        columns(pk),
        columns(pk, c("x", postgresql.DOMAIN(name, sa.Integer, check="VALUE > 5"))),
        PG,
    )
    case(
        f"name {name}: sequence",
        columns(pk),
        both(columns(pk), lambda metadata, name=name: sa.Sequence(name, metadata=metadata)),
        SERVERS,
    )
    case(
        f"name {name}: primary key",
        columns(c(name, nullable=False)),
        columns(c(name, nullable=False), lambda name=name: sa.PrimaryKeyConstraint(name)),
        SERVERS,
    )
    case(
        f"name {name}: exclusion",
        columns(pk, c(name, postgresql.INT4RANGE)),
        columns(
            pk,
            c(name, postgresql.INT4RANGE),
            lambda name=name: postgresql.ExcludeConstraint(
                (sa.column(name), "&&"), name=name, using="gist"
            ),
        ),
        PG,
    )
    case(f"name {name}: computed", table(name), table(name, computed(name)), PG)
    case(
        f"name {name}: identity",
        columns(pk, c(name, sa.Integer, sa.Identity()), name=name),
        columns(pk, c(name, sa.Integer, sa.Identity(always=True, increment=5)), name=name),
        PG,
    )
    case(
        f"name {name}: schema",
        in_schema(name, columns(pk, c("x"), c("y", sa.Text), schema=name)),
        in_schema(name, columns(pk, c("x", sa.BigInteger), c("z"), schema=name)),
        PG,
        include_schemas=True,
    )
    case(
        f"name {name}: sequence in a new schema",
        columns(pk),
        in_schema(
            name,
            both(
                columns(pk),
                lambda metadata, name=name: sa.Sequence(name, metadata=metadata, schema=name),
            ),
        ),
        PG,
        include_schemas=True,
        once=True,
    )
    case(
        f"name {name}: unlogged",
        columns(pk, name=name),
        columns(pk, name=name, prefixes=["UNLOGGED"]),
        PG,
    )
    case(
        f"name {name}: engine",
        columns(pk, name=name, mysql_engine="InnoDB"),
        columns(pk, name=name, mysql_engine="MyISAM"),
        MY,
    )
    case(
        f"name {name}: counting",
        columns(pk, name=name),
        columns(lambda: sa.Column("id", sa.BigInteger, primary_key=True), name=name),
        SERVERS,
    )

# PostgreSQL's reflection takes a bracket in the name of a type for its length.
for name in (*NAMES, "a(b)"):
    case(f"name {name}: foreign key", refers(name, is_there=False), refers(name), SERVERS)
    case(f"name {name}: foreign key's table", nothing, refers(name), SERVERS)
    case(
        f"name {name}: foreign key's action",
        refers(name),
        refers(name, ondelete="CASCADE"),
        SERVERS,
    )

# --- as long as a name can be ------------------------------------------------------------------------
MOST = "n" * 63
LONG = {"c": "c" * 50, "t": "t" * 50}
case(
    "name of most letters: enum",
    columns(pk, c("e", sa.Enum("a", "b", name=MOST))),
    columns(pk, c("e", sa.Enum("a", "c", "d", name=MOST))),
    PG,
)
case(
    "name of most letters: sequence of a column",
    columns(lambda: sa.Column(LONG["c"], sa.Integer, primary_key=True), name=LONG["t"]),
    columns(
        lambda: sa.Column(LONG["c"], sa.Integer, primary_key=True, autoincrement=False),
        name=LONG["t"],
    ),
    PG,
)
