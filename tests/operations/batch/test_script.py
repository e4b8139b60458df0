"""A batch in a script (--sql): what is written, and that databases understand it."""

from __future__ import annotations

import sqlite3

import pytest
import sqlalchemy as sa

from alembic.operations.batch import errors
from alembic.util.exc import CommandError


def _table() -> sa.Table:
    return sa.Table(
        "t",
        sa.MetaData(),
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("a", sa.String(50), nullable=False),
        sa.Column("b", sa.Integer, server_default="5"),
        sa.CheckConstraint("b > 0", name="ck"),
        sa.UniqueConstraint("a", name="uq"),
        sa.ForeignKeyConstraint(["b"], ["parent.id"], name="fk"),
        sa.Index("ix_lower", sa.text("lower(a)")),
        sa.Index("ix_b", "b"),
    )


def _change(batch) -> None:
    batch.add_column(sa.Column("c", sa.Integer))
    batch.alter_column("a", new_column_name="name", nullable=True)
    batch.drop_constraint("ck")
    batch.create_index("ix_c", ["c"])


WRITTEN = """\
CREATE TABLE _alembic_tmp_t (
    id INTEGER NOT NULL, 
    name VARCHAR(50), 
    b INTEGER DEFAULT '5', 
    c INTEGER, 
    PRIMARY KEY (id), 
    CONSTRAINT uq UNIQUE (name), 
    CONSTRAINT fk FOREIGN KEY(b) REFERENCES parent (id)
);

INSERT INTO _alembic_tmp_t (id, name, b) SELECT t.id, t.a, t.b 
FROM t;

DROP TABLE t;

ALTER TABLE _alembic_tmp_t RENAME TO t;

CREATE INDEX ix_b ON t (b);

CREATE INDEX ix_lower ON t (lower(name));

CREATE INDEX ix_c ON t (c);

"""  # noqa: W291 - as SQLAlchemy writes it


def test_a_rebuild_is_written_down(script):
    assert script("sqlite", _change, copy_from=_table()) == WRITTEN


def test_sqlite_understands_what_is_written(script):
    connection = sqlite3.connect(":memory:")
    create = str(sa.schema.CreateTable(_table_with_parent()).compile(dialect=_sqlite()))
    connection.executescript(f"{create}; INSERT INTO t VALUES (1, 'x', 7);")
    connection.executescript(script("sqlite", _change, copy_from=_table()))
    assert connection.execute("SELECT id, name, b, c FROM t").fetchall() == [(1, "x", 7, None)]
    connection.close()


def _table_with_parent() -> sa.Table:
    table = _table()
    sa.Table("parent", table.metadata, sa.Column("id", sa.Integer))
    return table


def _sqlite() -> sa.engine.Dialect:
    return sa.create_engine("sqlite://").dialect


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql", "mysql"])
def test_a_table_that_nobody_describes_is_refused(script, dialect):
    with pytest.raises(CommandError) as raised:
        script(dialect, lambda batch: batch.drop_column("b"), recreate="always")
    assert str(raised.value) == (
        f"This operation cannot proceed in --sql mode; batch mode with dialect {dialect} requires "
        'a live database connection with which to reflect the table "t". To generate a batch SQL '
        'migration script using table "move and copy", a complete Table object should be passed to '
        'the "copy_from" argument of the batch_alter_table() method so that table reflection can '
        "be skipped."
    )


def test_what_alter_can_do_needs_no_description(script):
    def change(batch) -> None:
        batch.add_column(sa.Column("c", sa.Integer))
        batch.create_index("ix_c", ["c"])

    assert script("sqlite", change) == (
        "ALTER TABLE t ADD COLUMN c INTEGER;\n\nCREATE INDEX ix_c ON t (c);\n\n"
    )


def test_recreate_never_leaves_the_refusal_to_the_dialect(script):
    with pytest.raises(NotImplementedError, match="No support for ALTER of constraints"):
        script("sqlite", lambda batch: batch.drop_constraint("ck"), recreate="never")


def test_a_place_needs_a_description(script):
    with pytest.raises(errors.NeedsRecreate):
        script(
            "sqlite", lambda batch: batch.add_column(sa.Column("c", sa.Integer), insert_after="a")
        )


@pytest.mark.parametrize("recreate", ["auto", "never"])
def test_the_place_of_a_column_that_is_there_is_passed_over_by_alter(script, recreate):
    def change(batch) -> None:
        batch.alter_column("a", type_=sa.BigInteger(), insert_before="b")

    written = script("postgresql", change, recreate=recreate)
    assert written == "ALTER TABLE t ALTER COLUMN a TYPE BIGINT;\n\n"


def test_a_rebuild_is_written_down_for_other_databases(script):
    written = script("postgresql", _change, copy_from=_table(), recreate="always")
    statements = [" ".join(part.split()) for part in written.split(";\n")]
    assert statements[:6] == [
        "ALTER TABLE t DROP CONSTRAINT ck",
        "ALTER TABLE t DROP CONSTRAINT fk",
        "ALTER TABLE t DROP CONSTRAINT uq",
        (
            "CREATE TABLE _alembic_tmp_t ( id SERIAL NOT NULL, name VARCHAR(50), "
            "b INTEGER DEFAULT '5', c INTEGER, PRIMARY KEY (id), CONSTRAINT uq UNIQUE (name), "
            "CONSTRAINT fk FOREIGN KEY(b) REFERENCES parent (id) )"
        ),
        "INSERT INTO _alembic_tmp_t (id, name, b) SELECT t.id, t.a, t.b FROM t",
        "DROP TABLE t",
    ]
    assert "ALTER TABLE _alembic_tmp_t RENAME TO t" in statements


def test_plain_alters_are_written_down_in_their_order(script):
    def change(batch) -> None:
        batch.drop_column("b")
        batch.alter_column("a", nullable=True, new_column_name="name")
        batch.create_unique_constraint(None, ["a"])
        batch.create_table_comment("of names")

    assert script("postgresql", change).split(";\n\n")[:-1] == [
        "ALTER TABLE t DROP COLUMN b",
        "ALTER TABLE t ALTER COLUMN a DROP NOT NULL",
        "ALTER TABLE t RENAME a TO name",
        "ALTER TABLE t ADD UNIQUE (a)",
        "COMMENT ON TABLE t IS 'of names'",
    ]


def test_sql_server_is_allowed_to_copy_its_row_numbers(script):
    written = script(
        "mssql", lambda batch: batch.drop_column("b"), copy_from=_table(), recreate="always"
    )
    on = written.index("SET IDENTITY_INSERT _alembic_tmp_t ON")
    insert = written.index("INSERT INTO _alembic_tmp_t")
    assert on < insert < written.index("SET IDENTITY_INSERT _alembic_tmp_t OFF")
