"""Differences in words, as `check` lists them."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from alembic.autogenerate.describe import described


def _table():
    return sa.Table(
        "shelf",
        sa.MetaData(),
        sa.Column("id", sa.Integer),
        sa.Column("room", sa.ForeignKey("room.id", name="fk")),
        sa.PrimaryKeyConstraint("id", name="pk"),
        sa.UniqueConstraint("room", name="uq"),
        sa.CheckConstraint("id > 1", name="ck"),
        postgresql.ExcludeConstraint(("room", "="), name="ex"),
        sa.Index("ix", "room"),
    )


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("pk", "add primary key pk on shelf (id)"),
        ("uq", "add unique constraint uq on shelf (room)"),
        ("fk", "add foreign key fk on shelf (room) to room.id"),
        ("ck", "add check constraint ck on shelf: id > 1"),
        ("ex", "add exclude constraint ex on shelf (room)"),
        ("ix", "add index ix on shelf (room)"),
    ],
)
def test_an_item_of_a_table_is_called_by_its_kind(name, text):
    table = _table()
    (item,) = (one for one in (*table.constraints, *table.indexes) if one.name == name)
    (said,) = described((f"add_{'index' if name == 'ix' else 'constraint'}", item), "upgrades")
    assert (said.text, said.table, said.name) == (text, "shelf", name)
