"""SchemaObjects: SQLAlchemy's objects from names and types."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from alembic.operations.schemaobj import SchemaObjects


class _Options:
    def __init__(self, metadata: object) -> None:
        self.opts = {"target_metadata": metadata}


def test_tables_that_foreign_keys_name_are_at_hand():
    table = SchemaObjects().table(
        "t",
        sa.Column("a", sa.Integer, sa.ForeignKey("s.p.id")),
        sa.Column("b", sa.Integer),
        sa.ForeignKeyConstraint(["b"], ["q.x"]),
    )
    assert set(table.metadata.tables) == {"t", "s.p", "q"}
    assert {key.target_fullname for key in table.foreign_keys} == {"s.p.id", "q.x"}
    assert table.metadata.tables["s.p"].c.keys() == ["id"]


def test_items_of_another_table_are_copied():
    other = sa.Table(
        "other", sa.MetaData(), sa.Column("a", sa.Integer), sa.UniqueConstraint("a", name="uq")
    )
    unique = next(each for each in other.constraints if each.name == "uq")
    table = SchemaObjects().table("t", other.c.a, unique)
    assert table.c.a is not other.c.a
    (copied,) = [each for each in table.constraints if each.name == "uq"]
    assert list(copied.columns) == [table.c.a]
    assert unique.table is other


def test_a_naming_convention_names_what_has_no_name():
    metadata = sa.MetaData(naming_convention={"uq": "uq_%(table_name)s_%(column_0_name)s"})
    assert SchemaObjects(_Options(metadata)).unique_constraint(None, "t", ["a"]).name == "uq_t_a"
    assert SchemaObjects(_Options([metadata])).unique_constraint(None, "t", ["a"]).name is None


def test_a_foreign_key_to_the_table_itself_stays_in_it():
    key = SchemaObjects().foreign_key_constraint("fk", "t", "t", ["up"], ["id"])
    assert key.elements[0].column.table is key.table
    elsewhere = SchemaObjects().foreign_key_constraint(
        "fk", "t", "t", ["up"], ["id"], source_schema="a", referent_schema="b"
    )
    assert elsewhere.elements[0].column.table is not elsewhere.table


def test_an_index_is_over_names_and_expressions():
    index = SchemaObjects().index(
        "ix", "t", ["a", sa.text("lower(b)"), sa.column("c").desc()], schema="s", unique=True
    )
    assert str(sa.schema.CreateIndex(index)) == (
        "CREATE UNIQUE INDEX ix ON s.t (a, lower(b), c DESC)"
    )


@pytest.mark.parametrize(
    ("kind", "cls"),
    [
        ("foreignkey", sa.ForeignKeyConstraint),
        ("primary", sa.PrimaryKeyConstraint),
        ("unique", sa.UniqueConstraint),
        ("check", sa.CheckConstraint),
        (None, sa.Constraint),
    ],
)
def test_a_constraint_is_known_by_name_and_kind(kind, cls):
    constraint = SchemaObjects().generic_constraint("c", "t", kind, schema="s")
    assert type(constraint) is cls
    assert (constraint.name, constraint.table.fullname) == ("c", "s.t")
