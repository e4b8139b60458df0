"""A batch on SQLite in the surroundings that there are: schemas, drivers, transactions, left-overs."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3

import pytest
import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.ext.asyncio import create_async_engine

from alembic.operations.base import Operations
from alembic.operations.batch import errors
from alembic.operations.batch.closed import DEFENSIVE
from alembic.operations.batch.move import can_switch
from alembic.runtime.migration import MigrationContext

TABLE = "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT)"


def _not_null(op) -> None:
    op.alter_column("a", nullable=False)


def test_a_temporary_table_goes_before(database):
    database(
        TABLE,
        "CREATE TEMP TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a TEXT UNIQUE)",
        "CREATE INDEX temp.ix ON t (a DESC)",
        "CREATE TEMP TRIGGER tr AFTER INSERT ON t BEGIN SELECT 1; END",
        "INSERT INTO temp.t VALUES (5, 'x')",
    )
    database.batch(_not_null)
    assert database.sql(schema="temp") == (
        "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a TEXT UNIQUE NOT NULL)"
    )
    assert database.sql("ix", "temp") == "CREATE INDEX ix ON t (a DESC)"
    assert "AFTER INSERT ON t" in (database.sql("tr", "temp") or "")
    assert database.sql() == TABLE
    assert database.rows() == [(5, "x")]


def test_a_temporary_table_does_not_stand_for_one_of_the_database(database):
    database(
        "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a TEXT)",
        "CREATE INDEX ix ON t (a DESC)",
        "INSERT INTO t VALUES (50, 'gone'), (5, 'x')",
        "DELETE FROM t WHERE id = 50",
        "CREATE TEMP TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a TEXT)",
        "CREATE TEMP TABLE _alembic_tmp_t (id INTEGER PRIMARY KEY, a TEXT)",
        "INSERT INTO temp.t VALUES (7, 'temporary')",
    )
    database.batch(_not_null, schema="main")
    assert "a TEXT NOT NULL" in (database.sql() or "")
    assert database.sql("ix") == "CREATE INDEX ix ON t (a DESC)"
    assert database.rows("main.t") == [(5, "x")]
    assert database.rows("main.sqlite_sequence") == [("t", 50)]
    assert database.rows("temp.t") == [(7, "temporary")]
    assert database.rows("temp.sqlite_sequence") == [("t", 7)]
    assert database.rows("temp._alembic_tmp_t") == []


@pytest.mark.parametrize(
    ("statement", "shadow"),
    [
        (
            "CREATE TRIGGER other.tr AFTER INSERT ON t BEGIN UPDATE t SET a = 1; END",
            "CREATE TABLE t (id INT)",
        ),
        ("CREATE VIEW other.v AS SELECT a FROM t", "CREATE VIEW v AS SELECT 1"),
        ("CREATE VIEW other.v AS SELECT a FROM t", "CREATE TEMP VIEW v AS SELECT 1"),
    ],
)
def test_what_breaks_is_found_behind_others_of_its_name(database, statement, shadow):
    database(
        "ATTACH ':memory:' AS other", "CREATE TABLE other.t (id INT, a TEXT)", statement, shadow
    )
    with pytest.raises(errors.BrokenByChange, match="no such column: a"):
        database.batch(lambda op: op.drop_column("a"), schema="other")
    assert database.sql(schema="other") == "CREATE TABLE t (id INT, a TEXT)"


def test_an_attached_database_is_a_schema(database):
    database(
        "ATTACH ':memory:' AS other",
        TABLE,
        "CREATE TABLE other.t (id INTEGER PRIMARY KEY, a TEXT)",
        "CREATE TABLE other.child (t_id REFERENCES t ON DELETE CASCADE)",
        "CREATE UNIQUE INDEX other.ix ON t (a) WHERE a > ''",
        "CREATE TRIGGER other.tr AFTER INSERT ON t BEGIN SELECT 1; END",
        "INSERT INTO other.t VALUES (5, 'x')",
        "INSERT INTO other.child VALUES (5)",
    )
    database.batch(lambda op: (_not_null(op), op.create_index("made", ["a"])), schema="other")
    assert (
        database.sql(schema="other") == "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT NOT NULL)"
    )
    assert database.sql("ix", "other") == "CREATE UNIQUE INDEX ix ON t (a) WHERE a > ''"
    assert database.sql("made", "other") == "CREATE INDEX made ON t (a)"
    assert database.sql("tr", "other") is not None
    assert database.sql() == TABLE
    assert database.rows("other.t") == [(5, "x")]
    assert database.rows("other.child") == [(5,)]


def test_a_left_over_of_an_older_tool_is_removed(database):
    database(
        TABLE,
        "INSERT INTO t VALUES (1, 'x')",
        "CREATE TABLE _alembic_tmp_t (id INTEGER NOT NULL, a TEXT NOT NULL, PRIMARY KEY (id))",
        "INSERT INTO _alembic_tmp_t VALUES (1, 'x')",
    )
    database.batch(_not_null)
    assert database.names() == {"t"}
    assert database.rows() == [(1, "x")]


def test_a_left_over_is_removed_though_alter_is_enough(database):
    database(TABLE, "CREATE TABLE _alembic_tmp_t (id INTEGER)")
    database.batch(lambda op: op.drop_column("a"))
    assert database.names() == {"t"}


@pytest.mark.parametrize(
    ("statements", "why"),
    [
        (["CREATE VIEW _alembic_tmp_t AS SELECT 1 AS id"], "it is a view"),
        (["CREATE TABLE _alembic_tmp_t (zz)"], "it has no column in common"),
        (
            ["CREATE TABLE _alembic_tmp_t (id)", "INSERT INTO _alembic_tmp_t VALUES (1), (2)"],
            "it has more rows than 't'",
        ),
        (
            [
                "CREATE TABLE _alembic_tmp_t (id INTEGER PRIMARY KEY)",
                "CREATE TABLE child (x REFERENCES _alembic_tmp_t)",
            ],
            "foreign keys refer to it",
        ),
        (
            [
                "CREATE TABLE _alembic_tmp_t (id)",
                "CREATE TRIGGER tr AFTER INSERT ON _alembic_tmp_t BEGIN SELECT 1; END",
            ],
            "it has triggers",
        ),
    ],
)
def test_what_may_be_something_else_is_left_alone(database, statements, why):
    database(TABLE, *statements)
    with pytest.raises(errors.LeftOverInTheWay, match=why):
        database.batch(_not_null)
    assert "_alembic_tmp_t" in database.names()


def test_a_left_over_that_may_be_the_table_itself_is_told_of(database):
    database("CREATE TABLE _alembic_tmp_t (id INTEGER PRIMARY KEY, a TEXT)")
    with pytest.raises(errors.NoSuchTable, match='ALTER TABLE "_alembic_tmp_t" RENAME TO "t"'):
        database.batch(_not_null)


def test_an_asynchronous_driver_rebuilds_as_well(tmp_path):
    def migrate(connection: sa.Connection) -> None:
        operations = Operations(MigrationContext.configure(connection))
        with operations.batch_alter_table("t") as batch:
            batch.alter_column("a", nullable=False, new_column_name="b")

    async def run() -> list[tuple]:
        engine = create_async_engine(f"sqlite+aiosqlite:///{tmp_path / 'async.db'}")
        async with engine.begin() as connection:
            await connection.exec_driver_sql("PRAGMA foreign_keys=ON")
            await connection.exec_driver_sql(TABLE)
            await connection.exec_driver_sql(
                "CREATE TABLE child (x REFERENCES t ON DELETE CASCADE)"
            )
            await connection.exec_driver_sql("INSERT INTO t VALUES (7, 'x')")
            await connection.exec_driver_sql("INSERT INTO child VALUES (7)")
            await connection.run_sync(migrate)
        async with engine.connect() as connection:
            found = await connection.exec_driver_sql(
                "SELECT sql, (SELECT b FROM t), (SELECT x FROM child) FROM sqlite_master "
                "WHERE name = 't'"
            )
            rows = found.fetchall()
        await engine.dispose()
        return rows

    assert [tuple(row) for row in asyncio.run(run())] == [
        ("CREATE TABLE t (id INTEGER PRIMARY KEY, b TEXT NOT NULL)", "x", 7)
    ]


def _with_real_transactions(url: str) -> sa.Engine:
    """SQLAlchemy's recipe: the driver begins nothing, BEGIN is sent."""
    engine = sa.create_engine(url)

    @event.listens_for(engine, "connect")
    def connected(connection, _record) -> None:
        connection.isolation_level = None
        connection.execute("PRAGMA foreign_keys=ON")

    @event.listens_for(engine, "begin")
    def begun(connection) -> None:
        connection.exec_driver_sql("BEGIN")

    return engine


def test_a_batch_is_part_of_the_transaction_around_it(sqlite_url):
    engine = _with_real_transactions(sqlite_url)
    with engine.begin() as connection:
        connection.exec_driver_sql(TABLE)
        connection.exec_driver_sql("CREATE TABLE child (x REFERENCES t ON DELETE CASCADE)")
        connection.exec_driver_sql("INSERT INTO t VALUES (1, 'x')")
        connection.exec_driver_sql("INSERT INTO child VALUES (1)")
    with engine.connect() as connection:
        transaction = connection.begin()
        operations = Operations(MigrationContext.configure(connection))
        connection.exec_driver_sql("UPDATE t SET a = 'changed'")
        with operations.batch_alter_table("t") as batch:
            batch.alter_column("a", nullable=False)
        transaction.rollback()
        assert connection.exec_driver_sql("SELECT * FROM t").fetchall() == [(1, "x")]
        found = connection.exec_driver_sql("SELECT sql FROM sqlite_master WHERE name = 't'")
        assert found.scalar() == TABLE
        connection.rollback()
        with connection.begin():
            operations = Operations(MigrationContext.configure(connection))
            with operations.batch_alter_table("t") as batch:
                batch.alter_column("a", nullable=False)
        assert connection.exec_driver_sql("SELECT * FROM child").fetchall() == [(1,)]
    engine.dispose()


def test_other_connections_see_the_new_table(sqlite_url):
    engine = sa.create_engine(sqlite_url)
    with engine.connect() as connection, engine.connect() as other:
        connection.exec_driver_sql(TABLE)
        connection.exec_driver_sql("INSERT INTO t VALUES (1, 'x')")
        connection.commit()
        assert other.exec_driver_sql("SELECT * FROM t").fetchall() == [(1, "x")]
        other.rollback()
        with Operations(MigrationContext.configure(connection)).batch_alter_table("t") as batch:
            batch.add_column(sa.Column("b", sa.Integer, server_default="5"), insert_before="a")
        connection.commit()
        assert other.exec_driver_sql("SELECT * FROM t").fetchall() == [(1, 5, "x")]
    engine.dispose()


def test_a_batch_killed_at_any_statement_is_made_wholly_or_not_at_all(tmp_path):
    path = tmp_path / "killed.db"
    engine = sa.create_engine(f"sqlite:///{path}")
    moments: list[str] = []

    def before(_connection, _cursor, statement, *_) -> None:
        """Keep the files as a process would leave them that is killed now."""
        into = tmp_path / f"moment{len(moments)}"
        into.mkdir()
        for file in tmp_path.glob("killed.db*"):
            shutil.copy(file, into)
        moments.append(statement)

    with engine.connect() as connection:
        connection.exec_driver_sql(TABLE)
        connection.exec_driver_sql("CREATE INDEX ix ON t (a)")
        connection.exec_driver_sql("CREATE TABLE child (x REFERENCES t ON DELETE CASCADE)")
        connection.exec_driver_sql("INSERT INTO t VALUES (7, 'x')")
        connection.exec_driver_sql("INSERT INTO child VALUES (7)")
        connection.commit()
        connection.exec_driver_sql("PRAGMA foreign_keys=ON")
        connection.exec_driver_sql("PRAGMA cache_spill=1")
        operations = Operations(MigrationContext.configure(connection))
        event.listen(connection, "before_cursor_execute", before)
        with operations.batch_alter_table("t") as batch:
            batch.alter_column("a", nullable=False)
        event.remove(connection, "before_cursor_execute", before)
        connection.exec_driver_sql("SELECT 1")
    engine.dispose()
    assert [one for one in moments if one.startswith("UPDATE")]
    states = {_state(tmp_path / f"moment{number}" / "killed.db") for number in range(len(moments))}
    assert states == {(TABLE, "x", 7, "CREATE INDEX ix ON t (a)", "ok")}
    made = "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT NOT NULL)"
    assert _state(path) == (made, "x", 7, "CREATE INDEX ix ON t (a)", "ok")


def _state(path) -> tuple:
    connection = sqlite3.connect(path)
    found = connection.execute(
        "SELECT (SELECT sql FROM sqlite_master WHERE name = 't'), (SELECT a FROM t), "
        "(SELECT x FROM child), (SELECT sql FROM sqlite_master WHERE name = 'ix'), "
        "(SELECT * FROM pragma_integrity_check)"
    ).fetchone()
    names = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
    connection.close()
    assert names == {"t", "ix", "child"}
    return found


@pytest.fixture
def parent(database):
    """A table that much hangs on."""
    database(
        "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a TEXT CHECK (t.a > ''))",
        "CREATE TABLE child (x REFERENCES t ON DELETE CASCADE)",
        "CREATE VIEW v AS SELECT a FROM t",
        "CREATE TRIGGER tr AFTER INSERT ON t BEGIN SELECT 1; END",
        "INSERT INTO t VALUES (50, 'gone'), (7, 'x')",
        "DELETE FROM t WHERE id = 50",
        "INSERT INTO child VALUES (7)",
    )
    database.connection.commit()
    database("PRAGMA foreign_keys=ON")
    return database


def test_a_schema_that_can_not_be_edited_is_changed_by_drop_and_rename(parent):
    """As with SQLITE_DBCONFIG_DEFENSIVE, which Python can't set before 3.12."""
    refused = []

    def authorize(action, table, *_):
        # SQLite itself edits sqlite_master as well; the first to try is the question whether we may.
        if action == sqlite3.SQLITE_UPDATE and table == "sqlite_master" and not refused:
            refused.append(table)
            return sqlite3.SQLITE_DENY
        return sqlite3.SQLITE_OK

    driver = parent.connection.connection.driver_connection
    driver.set_authorizer(authorize)
    parent.batch(_not_null)
    driver.set_authorizer(lambda *_: sqlite3.SQLITE_OK)  # None takes it off as of Python 3.11
    assert refused
    assert parent.sql() == (
        "CREATE TABLE \"t\" (id INTEGER PRIMARY KEY AUTOINCREMENT, a TEXT CHECK (a > '') NOT NULL)"
    )
    assert parent.names() == {"t", "child", "v", "tr"}
    assert parent.rows() == [(7, "x")]
    assert parent.rows("child") == [(7,)]
    assert parent.rows("sqlite_sequence") == [("t", 50)]
    assert parent.connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1


class Defensive(sqlite3.Connection):
    """A connection that is closed to edits of its schema, and can be opened."""

    has_setconfig = hasattr(sqlite3.Connection, "setconfig")

    def close_schema(self) -> None:
        self.is_closed = True
        self.said: list[bool] = []
        if self.has_setconfig:
            super().setconfig(DEFENSIVE, True)

    def getconfig(self, option: int) -> bool:
        assert option == DEFENSIVE
        return self.is_closed

    def setconfig(self, option: int, enable: bool) -> None:
        assert option == DEFENSIVE
        self.is_closed = enable
        self.said.append(enable)
        if self.has_setconfig:
            super().setconfig(option, enable)


def test_a_schema_is_opened_rather_than_children_with_actions_given_up(monkeypatch, sqlite_url):
    """So the rebuild is part of the transaction, and the schema is closed again behind it."""
    monkeypatch.setattr(
        "alembic.operations.batch.live.can_switch",
        lambda catalog, stored: (
            not catalog.connection.connection.driver_connection.is_closed
            and can_switch(catalog, stored)
        ),
    )
    engine = sa.create_engine(sqlite_url, connect_args={"factory": Defensive})
    with engine.connect() as connection:
        connection.exec_driver_sql(TABLE)
        connection.exec_driver_sql("CREATE TABLE child (x REFERENCES t ON DELETE CASCADE)")
        connection.exec_driver_sql("INSERT INTO t VALUES (1, 'x')")
        connection.exec_driver_sql("INSERT INTO child VALUES (1)")
        connection.commit()
        connection.exec_driver_sql("PRAGMA foreign_keys=ON")
        driver = connection.connection.driver_connection
        driver.close_schema()
        connection.exec_driver_sql("BEGIN")
        operations = Operations(MigrationContext.configure(connection))
        operations.alter_column("t", "a", nullable=False)
        assert driver.said == [False, True]
        assert driver.in_transaction
        made = "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT NOT NULL)"
        found = "SELECT sql, (SELECT x FROM child) FROM sqlite_master WHERE name = 't'"
        assert connection.exec_driver_sql(found).fetchall() == [(made, 1)]
        connection.rollback()
        assert connection.exec_driver_sql(found).fetchall() == [(TABLE, 1)]
        connection.exec_driver_sql("INSERT INTO t VALUES (2, NULL)")
        connection.commit()
        with pytest.raises(sa.exc.IntegrityError):
            operations.alter_column("t", "a", nullable=False)
        assert driver.said == [False, True, False, True]
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
    engine.dispose()


def test_child_rows_are_not_risked_where_nothing_can_be_done(parent, monkeypatch):
    monkeypatch.setattr("alembic.operations.batch.live.can_switch", lambda *_: False)
    parent("BEGIN")
    with pytest.raises(errors.ForeignKeysEnforced, match="the rows of 'child' refer to it"):
        parent.batch(_not_null)
    assert parent.rows("child") == [(7,)]
    assert parent.rows() == [(7, "x")]


def test_foreign_keys_stay_enforced_after_a_refusal(database):
    database("PRAGMA foreign_keys=ON", TABLE, "INSERT INTO t VALUES (1, NULL)")
    database.connection.commit()
    with pytest.raises(sa.exc.IntegrityError):
        database.batch(_not_null)
    assert database.connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1


def test_enforcement_goes_on_where_no_key_is_concerned(database, monkeypatch):
    """To switch it off would end the transaction that is open."""
    monkeypatch.setattr("alembic.operations.batch.live.can_switch", lambda *_: False)
    database("PRAGMA foreign_keys=ON", TABLE, "INSERT INTO t VALUES (1, 'x')")
    database.connection.commit()
    said = []
    driver = database.connection.connection.driver_connection
    driver.set_trace_callback(said.append)
    database.batch(_not_null)
    driver.set_trace_callback(None)
    assert [one for one in said if one.startswith("PRAGMA foreign_keys=")] == []
    assert database.rows() == [(1, "x")]
    assert "NOT NULL" in database.sql()


def test_a_key_that_sqlite_fills_in_no_longer_is_warned_of(database, caplog):
    database("CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT)")
    both = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    database.batch(lambda op: op.alter_column("id", type_=both, nullable=False))
    assert caplog.text == ""
    database.batch(lambda op: op.alter_column("id", type_=sa.BigInteger()))
    assert "SQLite fills column 'id' in by itself no longer" in caplog.text
    caplog.clear()
    database.batch(_not_null)
    assert caplog.text == ""
