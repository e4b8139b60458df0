"""Migrations for a release whose batches lose triggers and indexes over expressions make them anew."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from alembic.util.failure import notes_of

OLD = "CREATE TRIGGER tr AFTER INSERT ON t BEGIN UPDATE t SET b = 'old' WHERE id = new.id; END"
NEW = "CREATE TRIGGER tr AFTER INSERT ON t BEGIN UPDATE t SET b = 'new' WHERE id = new.id; END"


@pytest.fixture
def table(database):
    database(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b TEXT)",
        OLD,
        "CREATE INDEX ix ON t (lower(a))",
        "CREATE INDEX plain ON t (a)",
    )
    return database


@pytest.mark.parametrize(
    "again",
    [
        NEW,
        sa.text(NEW),
        sa.DDL(NEW),
        NEW.replace("TRIGGER", "TRIGGER IF NOT EXISTS"),
        NEW.replace("CREATE TRIGGER tr", '-- once more\n create trigger main."TR"'),
    ],
    ids=["text", "text()", "DDL()", "if it is not there", "spelled otherwise"],
)
@pytest.mark.parametrize(
    "change",
    [lambda op: op.alter_column("a", nullable=False), lambda op: op.drop_column("a")],
    ids=["by a new table", "by ALTER"],
)
def test_a_trigger_is_made_anew_behind_a_batch(table, change, again):
    table("DROP INDEX ix")
    table.batch(change)
    assert table.sql("tr") == OLD
    table.op.execute(again)
    table(
        "INSERT INTO t (a) VALUES ('x')" if "a" in table.sql() else "INSERT INTO t (id) VALUES (1)"
    )
    assert [row[-1] for row in table.rows()] == ["new"]


def test_a_trigger_is_made_anew_by_the_connection_as_well(table):
    table.batch(lambda op: op.alter_column("a", nullable=False))
    table.op.get_bind().execute(sa.text(NEW))
    assert table.sql("tr") == NEW


@pytest.fixture
def filled(table):
    table.batch(lambda op: op.alter_column("b", nullable=True, server_default="x"))
    return table


def test_an_index_over_an_expression_is_made_anew_behind_a_batch(filled):
    filled.op.create_index("ix", "t", [sa.text("upper(a)")])
    assert filled.sql("ix") == "CREATE INDEX ix ON t (upper(a))"


@pytest.mark.parametrize(
    ("again", "there"),
    [
        (OLD, "trigger tr"),
        (NEW.replace("TRIGGER tr", "TRIGGER other"), "trigger other"),
        ("CREATE INDEX plain ON t (b)", "index plain"),
    ],
)
def test_what_no_batch_has_kept_is_not_made_twice(filled, again, there):
    filled("CREATE TRIGGER other AFTER DELETE ON t BEGIN SELECT 1; END")
    if there == "trigger tr":
        filled.op.execute(NEW)
    with pytest.raises(sa.exc.OperationalError, match=f"{there} already exists"):
        filled.op.execute(again)


def test_without_a_batch_a_trigger_is_not_made_twice(table):
    table.op.alter_column("t", "a", nullable=False)
    with pytest.raises(sa.exc.OperationalError, match="trigger tr already exists") as refused:
        table.op.execute(NEW)
    assert table.sql("tr") == OLD
    assert "op.execute('DROP TRIGGER IF EXISTS tr')" in "".join(notes_of(refused.value))


def test_a_temporary_trigger_is_made_anew_as_well(database):
    database(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT)",
        "CREATE TEMP TRIGGER tr AFTER INSERT ON t BEGIN SELECT 1; END",
    )
    database.batch(lambda op: op.alter_column("a", nullable=False))
    database.op.execute("CREATE TEMP TRIGGER tr AFTER DELETE ON t BEGIN SELECT 2; END")
    assert "AFTER DELETE" in database.sql("tr", "temp")
