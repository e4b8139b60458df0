"""Pairs of models that say something of a whole table of MariaDB: comments and options.

For the round trips alone, with a complete comparison; the other way round as well.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from cases_base import MY, Build, both, c, ck, columns, fk, i, nothing, pk, u
from cases_complete import case
from sqlalchemy.dialects import mysql

SAID = 'it\'s 100% \\ "q" :x'

# --- a comment among the options ----------------------------------------------------------------------
case("mysql_comment", columns(pk), columns(pk, mysql_comment=SAID), MY)
case("mysql_comment changed", columns(pk, mysql_comment="old"), columns(pk, mysql_comment=SAID), MY)
case("mysql_comment for comment", columns(pk, comment="old"), columns(pk, mysql_comment="new"), MY)
case("mysql_comment of a new table", nothing, columns(pk, mysql_comment=SAID), MY)
case(
    "mysql_comment beside a comment, which is the table's",
    columns(pk, mysql_comment="old"),
    columns(pk, comment="new", mysql_comment="not this"),
    MY,
)

# --- the block size, which keys keep --------------------------------------------------------------------
PARTS = (c("a"), c("b", sa.String(20)), c("d", sa.Text))
KEYS = (
    u("a", name="uq_a"),
    i("ix_b", "b", mysql_using="hash"),
    i("ix b's `q`", "b", "a", mysql_length={"b": 5}),
    i("ft_d", "d", mysql_prefix="FULLTEXT"),
)


def sized(size: str | None, *items: Any, **kw: Any) -> Build:
    said = {} if size is None else {"mysql_key_block_size": size}
    return columns(pk, *PARTS, *items, **said, **kw)


case("mysql block size", sized(None), sized("8"), MY)
case("mysql block size changed, under all kinds of keys", sized("8", *KEYS), sized("4", *KEYS), MY)
case(
    "mysql block size said no more, under all kinds of keys",
    sized("8", *KEYS),
    sized(None, *KEYS),
    MY,
)
case(
    "mysql block size and format",
    sized("8", *KEYS, mysql_row_format="COMPRESSED"),
    sized(None, *KEYS, mysql_row_format="DYNAMIC"),
    MY,
)
case(
    "mysql block size and other keys",
    sized("8", i("ix_1", "a"), i("ix_2", "a", "b")),
    sized("4", i("ix_2", "b"), i("ix_3", "b", "a")),
    MY,
)
case(
    "mysql block size of tables with a foreign key",
    both(
        columns(pk, name="p", mysql_key_block_size="8"),
        columns(pk, c("p"), fk(["p"], ["p.id"], name="fk_p"), mysql_key_block_size="8"),
    ),
    both(columns(pk, name="p"), columns(pk, c("p"), fk(["p"], ["p.id"], name="fk_p"))),
    MY,
)

# --- the engine along with what only one engine knows ---------------------------------------------------
case(
    "mysql engine and format",
    columns(pk, mysql_engine="InnoDB", mysql_row_format="COMPRESSED"),
    columns(pk, mysql_engine="MyISAM", mysql_row_format="FIXED"),
    MY,
)
case(
    "mysql engine, format said no more",
    columns(pk, mysql_engine="MyISAM", mysql_row_format="FIXED"),
    columns(pk, mysql_engine="InnoDB"),
    MY,
)

# --- characters -----------------------------------------------------------------------------------------
TEXTS = (
    c("a", sa.Text),
    c("b", mysql.TINYTEXT(), nullable=False),
    c("d", mysql.MEDIUMTEXT(), comment="it's"),
    c("e", mysql.TEXT(charset="ascii")),
)
NARROW, WIDE = {"mysql_charset": "latin1"}, {"mysql_charset": "utf8mb4"}
case(
    "mysql character set over texts", columns(pk, *TEXTS, **NARROW), columns(pk, *TEXTS, **WIDE), MY
)
case(
    "mysql character set, texts come and go",
    columns(pk, c("a", sa.Text), c("b", mysql.VARCHAR(9, charset="ascii")), **NARROW),
    columns(pk, c("d", sa.Text), c("e", mysql.VARCHAR(9, charset="ascii")), **WIDE),
    MY,
)


def pointing(name: str | None, **kw: Any) -> Build:
    code = c("code", sa.String(9), nullable=False)
    return both(
        columns(code, lambda: sa.PrimaryKeyConstraint("code"), name="p", **kw),
        columns(pk, code, fk(["code"], ["p.code"], name=name), **kw),
    )


case(
    "mysql character set under a foreign key",
    pointing("fk_p", **NARROW),
    pointing("fk_p", **WIDE),
    MY,
)
case(
    "mysql character set under a key without a name",
    pointing(None, **NARROW),
    pointing(None, **WIDE),
    MY,
)

# --- tables that are dropped, and names that the catalog takes for one ----------------------------------
case(
    "mysql table with options that reflection doesn't show",
    nothing,
    columns(
        pk, mysql_stats_persistent="1", mysql_stats_sample_pages="20", mysql_key_block_size="8"
    ),
    MY,
)
for one, other in (("Item", "item"), ("cafe", "café")):
    case(
        f"mysql tables {one} and {other}",
        columns(pk, c("a"), name=one),
        both(
            columns(pk, c("a"), name=one),
            columns(
                pk,
                c("a", index=True),
                c("b", sa.String(20), server_default="x", comment="of this one"),
                ck("a > 0", "ck_a"),
                fk(["b"], [f"{other}.b"], name="fk_b"),
                u("b", name="uq_b"),
                name=other,
            ),
        ),
        MY,
    )
