"""Pairs of models between which several things change at once, in one table or in several.

For the round trips alone, with a complete comparison; the other way round as well.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from cases_base import MY, PG, SERVERS, Build, both, c, ck, columns, fk, i, nothing, pk, u
from cases_complete import case
from cases_more import QUOTED, in_quoted
from sqlalchemy.dialects import postgresql

X, Y = c("x"), c("y")
ID_STAYS = c("id", nullable=False, autoincrement=False)
X_IS_KEY = c("x", primary_key=True, autoincrement=False)
LONG_ID = c("id", sa.BigInteger, primary_key=True)


def pointing(to: str, type_: Any = sa.Integer, *more: Any) -> Build:
    """A table u whose column points to ``to``."""
    return columns(pk, c("r", type_), fk(["r"], [to]), *more, name="u")


# --- a new table, and what it points to ------------------------------------------------------------
case(
    "new table to a new primary key",
    columns(pk, c("x", nullable=False)),
    both(columns(ID_STAYS, X_IS_KEY), pointing("t.x")),
    SERVERS,
)
case(
    "new table to a new unique constraint",
    columns(pk, X),
    both(columns(pk, X, u("x")), pointing("t.x")),
    SERVERS,
)
case(
    "new table to a new column",
    columns(pk),
    both(columns(pk, X, i("ix", "x", unique=True)), pointing("t.x")),
    SERVERS,
)
case(
    "new table to a column of another type",
    columns(pk),
    both(columns(LONG_ID), pointing("t.id", sa.BigInteger)),
    SERVERS,
)
case(
    "new table to a new unique constraint, and back",
    columns(pk, X),
    both(columns(pk, X, Y, u("x"), fk(["y"], ["u.id"], name="fk1")), pointing("t.x")),
    SERVERS,
)
case(
    "new tables that point to each other, by keys without a name",
    nothing,
    both(
        columns(pk, X, fk(["x"], ["u.id"])),
        pointing("t.id"),
        columns(pk, X, Y, fk(["x"], ["t.id"]), fk(["y"], ["v.id"]), name="v"),
    ),
    SERVERS,
)

# --- MariaDB: the counting column and the key ----------------------------------------------------------
SAID = "it's 100% :x \\s"
case(
    "another column counts",
    columns(c("id", primary_key=True, comment=SAID), c("x", nullable=False, comment="x")),
    columns(
        c("id", nullable=False, comment=SAID),
        c("x", sa.BigInteger, primary_key=True, autoincrement=True, comment="x"),
    ),
    MY,
)
case(
    "no longer counting, with a comment",
    columns(c("id", primary_key=True, comment="old")),
    columns(c("id", primary_key=True, autoincrement=False, comment=SAID)),
    MY,
)
case(
    "out of the key, and then NULL",
    columns(X_IS_KEY, c("y", primary_key=True, comment="y")),
    columns(X_IS_KEY, c("y", sa.BigInteger, server_default="1", comment=SAID)),
    MY,
)
case(
    "a key that is pointed to becomes the primary key",
    both(columns(pk, c("x", nullable=False), i("ix", "x", unique=True)), pointing("t.x")),
    both(columns(X_IS_KEY), pointing("t.x")),
    MY,
)
case(
    "check over a column that gets another type",
    columns(pk, c("x", sa.String(5)), ck("x <> ''", "ck")),
    columns(pk, X, ck("x > 0", "ck")),
    MY,
)
P = columns(pk, name="p")
case(
    "an engine without foreign keys, and the key goes",
    both(P, columns(pk, X, fk(["x"], ["p.id"]), mysql_engine="InnoDB")),
    both(P, columns(pk, X, mysql_engine="MyISAM")),
    MY,
)
case(
    "a table goes that points to a key which goes, and is pointed to",
    both(columns(pk, X, Y, u("x"), fk(["y"], ["u.id"])), pointing("t.x")),
    columns(pk, X),
    PG,
)


# --- PostgreSQL: an enum that gets a value, and what uses it at once -----------------------------------
def enum(*more: str) -> Any:
    return sa.Enum("a", "b", *more, name="en")


def grown(*items: Any) -> Build:
    return columns(pk, c("x", enum("c")), *items)


ENUM = columns(pk, c("x", enum()))
case(
    "enum with a value that a new table has as its default",
    ENUM,
    both(grown(), columns(pk, c("y", enum("c"), server_default="c"), name="u")),
    PG,
)
case(
    "enum with a value that a new column has as its default",
    ENUM,
    grown(c("y", enum("c"), server_default="c")),
    PG,
)
case(
    "enum with a value that a new column is computed from",
    ENUM,
    grown(c("y", sa.Boolean, sa.Computed("x = 'c'", persisted=True))),
    PG,
)
case(
    "enum with a value that a new table and its array, its check and its index have, and a new key",
    ENUM,
    both(
        grown(c("u_id"), i("ix", "x", "u_id"), fk(["u_id"], ["u.id"])),
        columns(
            *(pk, c("y", sa.ARRAY(enum("c")), server_default="{a,c}"), c("z", enum("c"))),
            *(ck("z <> 'c'"), c("t_id"), fk(["t_id"], ["t.id"])),
            lambda: sa.Index("ixz", "id", postgresql_where=sa.text("z = 'c'")),
            name="u",
        ),
    ),
    PG,
)
case(
    "enum that gets one value and loses another, with columns that have them as their defaults",
    columns(pk, c("x", enum("c")), c("old", enum("c"), server_default="c", index=True)),
    columns(pk, c("x", enum("d")), c("new", enum("d"), server_default="d", index=True)),
    PG,
)
case(
    "enum with a value that a text has which becomes it",
    columns(pk, c("x", enum()), c("y", sa.Text)),
    grown(c("y", enum("c"))),
    PG,
)

# --- PostgreSQL: a named type that changes, and what leaves it or is made anew at once -------------------
ABC, B_IS = enum("c"), sa.Computed("x = 'c'", persisted=True)
OLD = c("y", enum("c"), server_default="c")
case(
    "enum that loses the value which a column has that becomes a text",
    columns(pk, c("x", ABC), OLD, ck("y <> 'a'", "ck"), i("ix", "y")),
    columns(
        *(pk, c("x", enum()), c("y", sa.String(9), server_default="c")),
        *(ck("y <> 'a'", "ck"), i("ix", "y")),
    ),
    PG,
)
case(
    "enum that loses the value which a column has that becomes another enum",
    columns(pk, c("x", ABC), OLD),
    columns(pk, c("x", enum()), c("y", sa.Enum("c", "d", name="en2"), server_default="c")),
    PG,
)
case(
    "enum that loses the value which a column is computed from, by another expression then",
    columns(pk, c("x", ABC), c("y", sa.Boolean, B_IS, index=True)),
    columns(pk, c("x", enum()), c("y", sa.Boolean, sa.Computed("x = 'a'"), index=True)),
    PG,
)
case(
    "enum that loses a value with a column, from which another one is computed no more",
    columns(pk, c("x", ABC), OLD, c("z", sa.Boolean, sa.Computed("y = x"))),
    columns(pk, c("x", enum()), c("z", sa.Boolean, sa.Computed("x = 'a'"))),
    PG,
)
case(
    "enum that loses a value with a column and an exclude constraint, in the schema by its name",
    columns(
        *(pk, c("x", ABC), OLD, c("z", sa.Boolean, B_IS), c("r", postgresql.INT4RANGE)),
        lambda: postgresql.ExcludeConstraint(("r", "&&"), name="ex", where=sa.text("y = 'c'")),
        schema="public",
    ),
    columns(pk, c("x", enum()), c("r", postgresql.INT4RANGE), schema="public"),
    PG,
)
case(
    "enum with a value that an exclude constraint of a new table has",
    ENUM,
    both(
        grown(),
        columns(
            *(pk, c("y", enum("c"))),
            lambda: postgresql.ExcludeConstraint(
                ("id", "="), name="ex", where=sa.text("y = 'c'"), using="btree"
            ),
            name="u",
        ),
    ),
    PG,
)
EN2 = sa.Enum("a", name="en2"), sa.Enum("a", "b", name="en2")
case(
    "enum that loses a value with a table which has another enum as well, that gets one",
    both(columns(pk, c("x", ABC), c("z", EN2[0])), columns(pk, OLD, c("z", EN2[0]), name="u")),
    columns(pk, c("x", enum()), c("z", EN2[1])),
    PG,
)
case(
    "enum that gets a value and becomes an array, with its default",
    columns(pk, c("x", enum(), server_default="a"), c("y", enum())),
    columns(pk, c("x", sa.ARRAY(enum("c")), server_default="{a}"), c("y", enum("c"))),
    PG,
)
case(
    "enum whose column is computed from another of it",
    columns(pk, c("x", enum()), c("y", enum(), sa.Computed("x"))),
    columns(pk, c("x", enum("c")), c("y", enum("c"), sa.Computed("x"))),
    PG,
)
case(
    "enum with a value that stands beside a quoted name",
    in_quoted(columns(pk, c("x", sa.Enum("a", name="en", schema=QUOTED)), schema=QUOTED)),
    in_quoted(
        columns(
            *(pk, c("x", sa.Enum("a", "b", name="en", schema=QUOTED)), ck("x <> 'b'", "ck")),
            schema=QUOTED,
        )
    ),
    PG,
    include_schemas=True,
)


def of_domain(base: Any, *items: Any, **kw: Any) -> Build:
    return columns(pk, c("x", postgresql.DOMAIN("dom", base, **kw)), *items)


MORE_THAN_7 = ck("x > 7", "ck")
case(
    "domain over another number, in a check, an index and a computed column",
    of_domain(
        *(sa.Integer, MORE_THAN_7, c("y", sa.Integer, sa.Computed("x + 1"))),
        lambda: sa.Index("ix", "id", postgresql_where=sa.text("x > 7")),
    ),
    of_domain(
        *(sa.BigInteger, MORE_THAN_7, c("y", sa.Integer, sa.Computed("x + 1"))),
        lambda: sa.Index("ix", "id", postgresql_where=sa.text("x > 7")),
    ),
    PG,
)
case(
    "domain over a number where its check and its computed column spoke of a text",
    of_domain(sa.Text, ck("x LIKE '7%'", "ck"), c("y", sa.Text, sa.Computed("x || '7'"))),
    of_domain(sa.Integer, MORE_THAN_7, c("y", sa.Text, sa.Computed("x + 7"))),
    PG,
)
DEFAULT_OF_GONE = c("y", postgresql.DOMAIN("dom", sa.Text), server_default="seven")
case(
    "domain over a number when the column and the table go whose default is a text",
    both(of_domain(sa.Text, DEFAULT_OF_GONE), columns(pk, DEFAULT_OF_GONE, name="u")),
    of_domain(sa.Integer),
    PG,
)
