"""Pairs of models between which several things change at once, in one table or in several.

For the round trips alone, with a complete comparison; the other way round as well.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from cases_base import MY, PG, SERVERS, Build, both, c, ck, columns, fk, i, nothing, pk, u
from cases_complete import case

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
