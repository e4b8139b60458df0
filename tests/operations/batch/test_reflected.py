"""Rebuilds on PostgreSQL and MariaDB, and batches there that are plain ALTERs."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from alembic.operations.base import Operations
from alembic.operations.batch import errors
from alembic.runtime.migration import MigrationContext

BACKENDS = ["postgresql", "mariadb"]


@pytest.fixture(params=BACKENDS)
def connection(request):
    engine = sa.create_engine(request.getfixturevalue(f"{request.param}_url"))
    with engine.connect() as connection:
        yield connection
    engine.dispose()


@pytest.fixture
def table(connection):
    """A table with a bit of everything, and two rows."""
    metadata = sa.MetaData()
    sa.Table("parent", metadata, sa.Column("id", sa.Integer, primary_key=True))
    sa.Table(
        "t",
        metadata,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("a", sa.String(50), nullable=False, server_default="x", comment="the first"),
        sa.Column("b", sa.Integer, server_default="5"),
        sa.Column("p_id", sa.Integer),
        sa.Column("up", sa.Integer),
        sa.ForeignKeyConstraint(["p_id"], ["parent.id"], name="fk_p", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["up"], ["t.id"], name="fk_up"),
        sa.UniqueConstraint("a", name="uq_a"),
        sa.CheckConstraint("b > 0", name="ck_b"),
        sa.Index("ix_b", "b"),
        comment="a table",
    )
    metadata.create_all(connection)
    connection.exec_driver_sql("INSERT INTO parent VALUES (1)")
    connection.exec_driver_sql("INSERT INTO t (a, p_id) VALUES ('one', 1), ('two', 1)")
    connection.exec_driver_sql("UPDATE t SET up = id")
    connection.commit()
    return connection


def _batch(connection, change, **arguments) -> None:
    operations = Operations(MigrationContext.configure(connection))
    with operations.batch_alter_table("t", recreate="always", **arguments) as batch:
        change(batch)
    connection.commit()


def _read(connection) -> dict[str, object]:
    """What SQLAlchemy says of the table, apart from its columns."""
    inspector = sa.inspect(connection)
    return {
        "columns": [column["name"] for column in inspector.get_columns("t")],
        "key": inspector.get_pk_constraint("t")["constrained_columns"],
        "foreign keys": sorted(
            (key["name"], key["constrained_columns"], key["referred_table"], key["options"])
            for key in inspector.get_foreign_keys("t")
        ),
        "unique": sorted(
            (unique["name"], unique["column_names"])
            for unique in inspector.get_unique_constraints("t")
        ),
        "checks": sorted(check["name"] for check in inspector.get_check_constraints("t")),
        "indexes": sorted(
            (index["name"], index["column_names"])
            for index in inspector.get_indexes("t")
            if not index["unique"] and not index["name"].startswith("fk_")
        ),
        "comment": inspector.get_table_comment("t")["text"],
    }


def _rows(connection, columns: str) -> list[tuple]:
    found = connection.exec_driver_sql(f"SELECT {columns} FROM t ORDER BY 1")
    return [tuple(row) for row in found]


def test_nothing_is_lost_when_nothing_is_changed(table):
    before = _read(table)
    rows = _rows(table, "*")
    _batch(table, lambda _batch: None)
    assert _read(table) == before
    assert _rows(table, "*") == rows
    assert sa.inspect(table).get_columns("t")[1]["comment"] == "the first"
    assert not sa.inspect(table).has_table("_alembic_tmp_t")


def test_row_numbers_go_on_where_they_were(table):
    table.exec_driver_sql("UPDATE t SET up = NULL")
    table.exec_driver_sql("DELETE FROM t WHERE a = 'two'")
    _batch(table, lambda batch: batch.alter_column("id", new_column_name="number"))
    table.exec_driver_sql("INSERT INTO t (a) VALUES ('three')")
    numbers = _rows(table, "number, a")
    if table.dialect.name == "postgresql":
        assert numbers == [(1, "one"), (3, "three")]
    else:
        assert numbers[0] == (1, "one")
        assert len(numbers) == 2


def test_columns_are_added_at_their_place_renamed_and_dropped(table):
    def change(batch) -> None:
        batch.add_column(sa.Column("c", sa.Integer, server_default="7"), insert_after="id")
        batch.alter_column("a", new_column_name="name", type_=sa.String(70), nullable=True)
        batch.drop_column("b")

    _batch(table, change)
    found = _read(table)
    assert found["columns"] == ["id", "c", "name", "p_id", "up"]
    assert found["unique"] == [("uq_a", ["name"])]
    assert found["checks"] == []
    assert found["indexes"] == []
    assert _rows(table, "id, c, name") == [(1, 7, "one"), (2, 7, "two")]


def test_a_check_follows_a_renamed_column(table):
    _batch(table, lambda batch: batch.alter_column("b", new_column_name="size"))
    (check,) = sa.inspect(table).get_check_constraints("t")
    assert check["sqltext"].replace("`", "") == "size > 0"
    assert _read(table)["indexes"] == [("ix_b", ["size"])]


def test_values_go_over_to_another_type(table):
    _batch(
        table,
        lambda batch: (
            batch.drop_constraint("ck_b", type_="check"),
            batch.alter_column("b", type_=sa.String(20), server_default="9"),
        ),
    )
    assert _rows(table, "id, b") == [(1, "5"), (2, "5")]


def test_constraints_are_added_and_dropped(table):
    def change(batch) -> None:
        batch.drop_constraint("fk_p", type_="foreignkey")
        batch.drop_constraint("uq_a", type_="unique")
        batch.create_unique_constraint("uq_ab", ["a", "b"])
        batch.create_check_constraint("ck_a", sa.column("a") != "no")
        batch.create_foreign_key("fk_b", "parent", ["p_id"], ["id"])
        batch.create_index("ix_a", ["a"])
        batch.drop_index("ix_b")

    _batch(table, change)
    found = _read(table)
    assert [key[0] for key in found["foreign keys"]] == ["fk_b", "fk_up"]
    assert found["unique"] == [("uq_ab", ["a", "b"])]
    assert found["checks"] == ["ck_a", "ck_b"]
    assert ("ix_a", ["a"]) in found["indexes"]


def test_a_foreign_key_to_the_table_itself_still_does(table):
    _batch(table, lambda batch: batch.alter_column("a", nullable=True))
    with pytest.raises(sa.exc.IntegrityError):
        table.exec_driver_sql("INSERT INTO t (a, up) VALUES ('lost', 99)")


def test_columns_in_another_order(table):
    _batch(table, lambda _batch: None, partial_reordering=[("up", "b", "a", "id")])
    found = _read(table)["columns"]
    assert [name for name in found if name != "p_id"] == ["up", "b", "a", "id"]


def test_a_left_over_is_removed(table):
    table.exec_driver_sql("CREATE TABLE _alembic_tmp_t (id INTEGER)")
    _batch(table, lambda batch: batch.alter_column("a", nullable=True))
    assert not sa.inspect(table).has_table("_alembic_tmp_t")


def test_a_left_over_with_more_rows_is_left_alone(table):
    table.exec_driver_sql("CREATE TABLE _alembic_tmp_t (id INTEGER)")
    table.exec_driver_sql("INSERT INTO _alembic_tmp_t VALUES (1), (2), (3)")
    with pytest.raises(errors.LeftOverInTheWay, match="more rows"):
        _batch(table, lambda batch: batch.alter_column("a", nullable=True))


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (lambda batch: batch.drop_column("zz"), errors.NoSuchColumn),
        (lambda batch: batch.drop_constraint("zz"), errors.NoSuchConstraint),
        (lambda batch: batch.drop_index("zz"), errors.NoSuchIndex),
        (lambda batch: batch.create_unique_constraint(None, ["a"]), errors.ConstraintNeedsName),
        (lambda batch: batch.add_column(sa.Column("a", sa.Integer)), errors.ColumnExists),
    ],
)
def test_what_is_not_there_is_refused_before_anything_is_done(table, change, error):
    before = _read(table)
    with pytest.raises(error):
        _batch(table, change)
    table.rollback()
    assert _read(table) == before


def test_a_table_that_is_not_there_is_said_to_be_missing(connection):
    with pytest.raises(errors.NoSuchTable, match="'t'"):
        _batch(connection, lambda batch: batch.drop_column("a"))


def test_without_recreate_plain_alters_are_sent_in_their_order(table):
    operations = Operations(MigrationContext.configure(table))
    with operations.batch_alter_table("t") as batch:
        batch.drop_constraint("ck_b", type_="check")
        batch.add_column(sa.Column("c", sa.Integer))
        batch.execute("UPDATE t SET a = 'three' WHERE a = 'two'")
        batch.alter_column("a", new_column_name="name", existing_type=sa.String(50))
        batch.create_index("ix_c", ["c"])
    assert _read(table)["columns"] == ["id", "name", "b", "p_id", "up", "c"]
    assert ("ix_c", ["c"]) in _read(table)["indexes"]
    assert _rows(table, "id, name") == [(1, "one"), (2, "three")]


@pytest.fixture
def postgresql(postgresql_url):
    engine = sa.create_engine(postgresql_url)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


@pytest.mark.parametrize("kind", ["ALWAYS", "BY DEFAULT"])
def test_an_identity_column_goes_on_counting(postgresql, kind):
    postgresql.exec_driver_sql(
        f"CREATE TABLE t (id INT GENERATED {kind} AS IDENTITY PRIMARY KEY, a TEXT)"
    )
    postgresql.exec_driver_sql("INSERT INTO t (a) VALUES ('one'), ('two')")
    _batch(postgresql, lambda batch: batch.alter_column("a", nullable=False))
    postgresql.exec_driver_sql("INSERT INTO t (a) VALUES ('three')")
    assert _rows(postgresql, "id, a") == [(1, "one"), (2, "two"), (3, "three")]
    (identity,) = [
        column["identity"]
        for column in sa.inspect(postgresql).get_columns("t")
        if column.get("identity")
    ]
    assert identity["always"] is (kind == "ALWAYS")


def test_types_indexes_and_generated_columns_of_postgresql_stay(postgresql):
    postgresql.exec_driver_sql("CREATE TYPE mood AS ENUM ('good', 'bad')")
    postgresql.exec_driver_sql(
        "CREATE TABLE t (id INT PRIMARY KEY, m mood NOT NULL DEFAULT 'good', j JSONB, "
        "n INT GENERATED ALWAYS AS (id * 2) STORED, EXCLUDE USING btree (j WITH =))"
    )
    postgresql.exec_driver_sql("CREATE INDEX ix ON t USING gin (j) WHERE id > 0")
    postgresql.exec_driver_sql("INSERT INTO t (id, j) VALUES (1, '{}')")
    _batch(postgresql, lambda batch: batch.alter_column("j", nullable=False))
    assert _rows(postgresql, "id, m, n") == [(1, "good", 2)]
    definition = postgresql.exec_driver_sql(
        "SELECT indexdef FROM pg_indexes WHERE indexname = 'ix'"
    ).scalar()
    assert definition == "CREATE INDEX ix ON public.t USING gin (j) WHERE (id > 0)"


def test_a_schema_is_heeded(postgresql):
    postgresql.exec_driver_sql("CREATE SCHEMA s")
    postgresql.exec_driver_sql("CREATE TABLE s.t (id SERIAL PRIMARY KEY, a TEXT)")
    postgresql.exec_driver_sql("INSERT INTO s.t (a) VALUES ('one')")
    _batch(postgresql, lambda batch: batch.alter_column("a", nullable=False), schema="s")
    postgresql.exec_driver_sql("INSERT INTO s.t (a) VALUES ('two')")
    found = postgresql.exec_driver_sql("SELECT * FROM s.t ORDER BY id").fetchall()
    assert found == [(1, "one"), (2, "two")]


def test_a_described_table_without_constraints_keeps_the_key_that_its_columns_tell_of(table):
    model = sa.Table(
        "t",
        sa.MetaData(),
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("b", sa.Integer),
    )
    model.constraints = set()
    _batch(table, lambda batch: batch.alter_column("b", nullable=True), copy_from=model)
    assert _read(table)["key"] == ["id"]
