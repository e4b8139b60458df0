"""A rebuilt table is part of the unit around it: it is undone with what precedes it, and committed with it."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from alembic.operations.batch.errors import BrokenByChange, ForeignKeysViolated

START = (
    "CREATE TABLE parent (id INTEGER PRIMARY KEY, name VARCHAR(20))",
    "CREATE TABLE child (id INTEGER PRIMARY KEY, up INTEGER REFERENCES parent ON DELETE CASCADE)",
    "CREATE INDEX ix ON parent (name)",
    "CREATE VIEW names AS SELECT name FROM parent",
    "CREATE TRIGGER log AFTER INSERT ON parent BEGIN UPDATE child SET up = up; END",
    "INSERT INTO parent VALUES (1, 'x'), (9, 'y')",
    "INSERT INTO child VALUES (5, 1)",
)
REBUILD = """
op.execute("INSERT INTO parent VALUES (2, 'new')")
op.execute("CREATE TABLE before (id INTEGER)")
with op.batch_alter_table("parent") as batch_op:
    batch_op.alter_column("name", nullable=False, new_column_name="title")
    batch_op.create_check_constraint("ck", "title <> ''")
op.create_unique_constraint("uq", "child", ["up"])
"""
REBUILD_AGAIN = """
op.execute("DELETE FROM parent WHERE id = 9")
with op.batch_alter_table("parent", recreate="always") as batch_op:
    batch_op.drop_constraint("ck")
"""
FAIL = 'op.execute("INSERT INTO nowhere VALUES (1)")'


@pytest.fixture(params=["enforced", "not enforced"])
def database(request, sqlite_url):
    engine = sa.create_engine(sqlite_url)
    is_enforced = request.param == "enforced"

    @sa.event.listens_for(engine, "connect")
    def connected(connection, _record) -> None:
        connection.execute(f"PRAGMA foreign_keys = {'ON' if is_enforced else 'OFF'}")

    with engine.begin() as connection:
        for statement in START:
            connection.exec_driver_sql(statement)
    yield engine, is_enforced
    engine.dispose()


def state(engine):
    """All that the database holds, and what it is like."""
    with engine.connect() as connection:
        ask = lambda sql: connection.exec_driver_sql(sql).fetchall()  # noqa: E731
        schema = ask("SELECT type, name, sql FROM sqlite_master ORDER BY type, name")
        names = [name for kind, name, _ in schema if kind == "table"]
        assert ask("PRAGMA integrity_check") == [("ok",)]
        assert ask("PRAGMA foreign_key_check") == []
        return schema, {name: ask(f'SELECT rowid, * FROM "{name}"') for name in names}


def test_a_failure_after_a_rebuild_undoes_all_of_it(history, database):
    engine, is_enforced = database
    history.add("a", up=REBUILD + FAIL)
    before = state(engine)
    with engine.connect() as connection:
        with pytest.raises(sa.exc.OperationalError, match="nowhere"):
            history.run(connection)
        found = connection.exec_driver_sql("PRAGMA foreign_keys").scalar()
    assert state(engine) == before
    assert bool(found) is is_enforced


def test_a_failure_undoes_drop_and_rename_as_well(history, database, monkeypatch):
    """Where the schema is closed to edits, and no key is enforced that would have to be let go."""
    monkeypatch.setattr("alembic.operations.batch.live.can_switch", lambda *_: False)
    engine, _ = database
    history.add("a", up=REBUILD + FAIL)
    before = state(engine)
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
        connection.rollback()
        with pytest.raises(sa.exc.OperationalError, match="nowhere"):
            history.run(connection)
    assert state(engine) == before


def test_a_later_migration_undoes_an_earlier_rebuild_of_the_same_unit(history, database):
    engine, _ = database
    history.add("a", up=REBUILD).add("b", "a", up=FAIL)
    before = state(engine)
    with engine.connect() as connection, pytest.raises(sa.exc.OperationalError, match="nowhere"):
        history.run(connection)
    assert state(engine) == before


def test_each_migration_may_be_a_unit(history, database):
    engine, _ = database
    history.add("a", up=REBUILD).add("b", "a", up=REBUILD_AGAIN + FAIL)
    with engine.connect() as connection:
        history.run(connection, "a")
    after = state(engine)
    with engine.connect() as connection, pytest.raises(sa.exc.OperationalError, match="nowhere"):
        history.run(connection, transaction_per_migration=True)
    assert state(engine) == after
    assert after[1]["alembic_version"] == [(1, "a")]


def test_a_rebuild_that_does_well_keeps_the_rows_of_children(history, database):
    engine, _ = database
    history.add("a", up=REBUILD)
    with engine.connect() as connection:
        history.run(connection)
    schema, rows = state(engine)
    assert rows["parent"] == [(1, 1, "x"), (2, 2, "new"), (9, 9, "y")]
    assert rows["child"] == [(5, 5, 1)]
    assert {name for _, name, _ in schema} >= {"ix", "names", "log", "before", "parent", "child"}


@pytest.fixture
def closed(monkeypatch):
    """A schema that nobody may edit, as with SQLITE_DBCONFIG_DEFENSIVE."""
    monkeypatch.setattr("alembic.operations.batch.live.can_switch", lambda *_: False)


def enforcing(sqlite_url, action=""):
    """An engine whose connections enforce foreign keys, and a child with this ON DELETE clause."""
    engine = sa.create_engine(sqlite_url)

    @sa.event.listens_for(engine, "connect")
    def connected(connection, _record) -> None:
        connection.execute("PRAGMA foreign_keys = ON")

    with engine.begin() as connection:
        for statement in START:
            connection.exec_driver_sql(statement.replace(" ON DELETE CASCADE", action))
    return engine


@pytest.mark.usefixtures("closed")
@pytest.mark.parametrize("action", ["", " ON DELETE RESTRICT"])
def test_a_closed_schema_splits_no_unit_where_children_have_no_actions(history, sqlite_url, action):
    engine = enforcing(sqlite_url, action)
    history.add("a", up=REBUILD + FAIL)
    before = state(engine)
    with engine.connect() as connection, pytest.raises(sa.exc.OperationalError, match="nowhere"):
        history.run(connection)
    assert state(engine) == before
    history.add("a", up=REBUILD + REBUILD_AGAIN)
    with engine.connect() as connection:
        history.run(connection)
        assert connection.exec_driver_sql("PRAGMA defer_foreign_keys").scalar() == 0
        with pytest.raises(sa.exc.IntegrityError):
            connection.exec_driver_sql("DELETE FROM parent WHERE id = 1")
    schema, rows = state(engine)
    assert rows["parent"] == [(1, 1, "x"), (2, 2, "new")]
    assert rows["child"] == [(5, 5, 1)]
    assert {name for _, name, _ in schema} >= {"ix", "names", "log", "before"}
    engine.dispose()


@pytest.mark.usefixtures("closed")
@pytest.mark.parametrize("action", [" ON DELETE CASCADE", " ON DELETE SET NULL"])
def test_rows_of_children_with_actions_are_worth_more_than_one_unit(history, sqlite_url, action):
    """Enforcement has to be let go for the time of the rebuild, which ends the transaction."""
    engine = enforcing(sqlite_url, action)
    history.add("a", up=REBUILD + REBUILD_AGAIN)
    with engine.connect() as connection:
        history.run(connection)
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
    schema, rows = state(engine)
    assert rows["parent"] == [(1, 1, "x"), (2, 2, "new")]
    assert rows["child"] == [(5, 5, 1)]
    assert "alembic_version_journal" not in {name for _, name, _ in schema}
    engine.dispose()


@pytest.mark.usefixtures("closed")
def test_rows_that_a_refilled_table_does_not_allow_are_named_and_all_is_undone(history, sqlite_url):
    engine = enforcing(sqlite_url)
    history.add(
        "a",
        up='op.execute("INSERT INTO parent VALUES (2, NULL)")\n'
        'op.create_foreign_key("fk", "parent", "child", ["id"], ["id"])',
    )
    before = state(engine)
    with engine.connect() as connection, pytest.raises(ForeignKeysViolated, match="3 row"):
        history.run(connection)
    assert state(engine) == before
    engine.dispose()


def test_behind_the_run_a_trigger_that_was_kept_is_not_made_twice(history, database):
    engine, _ = database
    history.add("a", up=REBUILD)
    with engine.connect() as connection:
        history.run(connection)
        with pytest.raises(sa.exc.OperationalError, match="trigger log already exists"):
            connection.exec_driver_sql(START[4])


DROPS_WHAT_A_TRIGGER_READS = """
op.execute("CREATE TRIGGER echo AFTER UPDATE ON parent BEGIN SELECT new.name; END")
op.execute("CREATE TRIGGER still AFTER DELETE ON parent BEGIN SELECT old.id; END")
with op.batch_alter_table("parent") as batch_op:
    batch_op.drop_index("ix")
    batch_op.drop_column("name")
"""


def test_a_trigger_that_loses_its_column_may_be_made_anew_by_the_same_migration(history, database):
    engine, _ = database
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP VIEW names")
    again = """op.execute("CREATE TRIGGER echo AFTER UPDATE ON parent BEGIN SELECT new.id; END")"""
    history.add("a", up=DROPS_WHAT_A_TRIGGER_READS + again)
    with engine.connect() as connection:
        history.run(connection)
    schema, rows = state(engine)
    triggers = {name: sql for kind, name, sql in schema if kind == "trigger"}
    assert set(triggers) == {"echo", "still", "log"}
    assert "new.id" in triggers["echo"]
    assert [row[1:] for row in rows["parent"]] == [(1,), (9,)]


def test_a_trigger_that_loses_its_column_and_is_not_made_anew_undoes_the_migration(
    history, database
):
    engine, _ = database
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP VIEW names")
    history.add(
        "a", up=DROPS_WHAT_A_TRIGGER_READS + 'op.execute("CREATE TABLE later (id INTEGER)")'
    )
    before = state(engine)
    with (
        engine.connect() as connection,
        pytest.raises(
            BrokenByChange, match=r"no such column: new\.name.*create them anew after it"
        ),
    ):
        history.run(connection)
    assert state(engine) == before
