"""Changes of one batch are made at once: a drop finds what a dropped column has taken along."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from alembic.operations.base import Operations
from alembic.operations.batch import errors
from alembic.runtime.migration import MigrationContext

NAMES = {"uq", "ck", "fk", "ix", "ux", "pk"}


@pytest.fixture
def table(engine):
    """A table whose column ``b`` is part of one thing of each kind, and a row."""
    metadata = sa.MetaData()
    sa.Table("parent", metadata, sa.Column("id", sa.Integer, primary_key=True))
    sa.Table(
        "t",
        metadata,
        sa.Column("a", sa.Integer, nullable=False),
        sa.Column("b", sa.Integer, nullable=False),
        sa.Column("c", sa.Integer),
        sa.PrimaryKeyConstraint("a", name="pk"),
        sa.UniqueConstraint("a", "b", name="uq"),
        sa.CheckConstraint("b > 1", name="ck"),
        sa.ForeignKeyConstraint(["b"], ["parent.id"], name="fk"),
        sa.Index("ix", "b", "c"),
        sa.Index("ux", "b", unique=True),
    )
    with engine.connect() as connection:
        metadata.create_all(connection)
        connection.exec_driver_sql("INSERT INTO parent VALUES (2)")
        connection.exec_driver_sql("INSERT INTO t VALUES (1, 2, 3)")
        connection.commit()
        yield connection


def _batch(connection, change) -> None:
    operations = Operations(MigrationContext.configure(connection))
    with operations.batch_alter_table("t", recreate="always") as batch:
        change(batch)
    connection.commit()


def _names(connection) -> set[str]:
    inspector = sa.inspect(connection)
    found = [
        *inspector.get_unique_constraints("t"),
        *inspector.get_check_constraints("t"),
        *inspector.get_foreign_keys("t"),
        *inspector.get_indexes("t"),
        inspector.get_pk_constraint("t"),
    ]
    return {each["name"] for each in found} & NAMES


def test_a_column_dropped_and_added_again_is_declared_anew_and_what_is_over_it_stays(table):
    before = _names(table)

    def change(batch):
        batch.drop_column("b")
        batch.add_column(sa.Column("b", sa.Integer(), server_default="2"), insert_before="c")

    _batch(table, change)
    columns = {each["name"]: each for each in sa.inspect(table).get_columns("t")}
    assert list(columns) == ["a", "b", "c"]
    assert columns["b"]["nullable"]
    assert _names(table) == before
    assert table.exec_driver_sql("SELECT * FROM t").fetchall() == [(1, 2, 3)]


def test_what_is_over_a_column_may_be_dropped_after_it(table):
    def change(batch):
        batch.drop_column("b")
        batch.drop_index("ix")
        batch.drop_constraint("uq", type_="unique")
        batch.drop_constraint("ck", type_="check")
        batch.drop_constraint("fk", type_="foreignkey")
        batch.create_unique_constraint("uq", ["c"])

    _batch(table, change)
    (unique,) = sa.inspect(table).get_unique_constraints("t")
    assert (unique["name"], unique["column_names"]) == ("uq", ["c"])
    assert _names(table) - {"pk"} <= {"uq"}


def test_what_the_batch_itself_adds_is_dropped_in_its_turn(sqlite_url):
    engine = sa.create_engine(sqlite_url)
    with engine.connect() as connection:
        connection.exec_driver_sql("CREATE TABLE t (a INT, b INT)")

        def change(batch):
            batch.drop_column("b")
            batch.create_index("ix", ["a"])
            batch.drop_index("ix")

        _batch(connection, change)
        assert sa.inspect(connection).get_indexes("t") == []
    engine.dispose()


def test_what_is_not_there_at_all_is_still_an_error(table):
    def change(batch):
        batch.drop_column("c")
        batch.drop_index("nowhere")

    with pytest.raises(errors.NoSuchIndex):
        _batch(table, change)


def test_a_check_without_a_name_goes_with_a_column_that_is_declared_anew(sqlite_url):
    """It says what the values of the old column were: ``CHECK (b IN (0, 1))`` of a Boolean."""
    engine = sa.create_engine(sqlite_url)
    with engine.connect() as connection:
        connection.exec_driver_sql(
            "CREATE TABLE t (a INT, b INT, CHECK (b IN (0, 1)), CHECK (a > 0), CONSTRAINT c CHECK (b < 9))"
        )
        connection.exec_driver_sql("INSERT INTO t VALUES (1, 1)")

        def change(batch):
            batch.drop_column("b")
            batch.add_column(sa.Column("b", sa.Integer, server_default="5"))

        _batch(connection, change)
        checks = {each["sqltext"] for each in sa.inspect(connection).get_check_constraints("t")}
        assert checks == {"a > 0", "b < 9"}
        assert connection.exec_driver_sql("SELECT * FROM t").fetchall() == [(1, 5)]
    engine.dispose()


def test_a_new_column_may_take_the_name_of_one_that_is_renamed(sqlite_url):
    engine = sa.create_engine(sqlite_url)
    with engine.connect() as connection:
        connection.exec_driver_sql("CREATE TABLE t (a INT, b TEXT CHECK (b <> ''))")
        connection.exec_driver_sql("INSERT INTO t VALUES (1, 'x')")

        def change(batch):
            batch.alter_column("b", new_column_name="old")
            batch.add_column(sa.Column("b", sa.Integer, server_default="5"))
            batch.create_unique_constraint("uq", ["b"])
            batch.create_index("ix", ["old"])
            batch.alter_column("b", nullable=False)

        _batch(connection, change)
        inspector = sa.inspect(connection)
        assert {each["name"]: each["nullable"] for each in inspector.get_columns("t")} == {
            "a": True,
            "old": True,
            "b": False,
        }
        assert inspector.get_unique_constraints("t")[0]["column_names"] == ["b"]
        assert inspector.get_indexes("t")[0]["column_names"] == ["old"]
        assert inspector.get_check_constraints("t")[0]["sqltext"] == "old <> ''"
        assert connection.exec_driver_sql("SELECT * FROM t").fetchall() == [(1, "x", 5)]
    engine.dispose()


def test_a_new_column_may_be_renamed_before_it_is_there(table):
    def change(batch):
        batch.add_column(sa.Column("d", sa.Integer))
        batch.create_index("ix_d", ["d"])
        batch.alter_column("d", new_column_name="e")

    _batch(table, change)
    inspector = sa.inspect(table)
    assert [each["name"] for each in inspector.get_columns("t")] == ["a", "b", "c", "e"]
    assert ["e"] in [each["column_names"] for each in inspector.get_indexes("t")]
