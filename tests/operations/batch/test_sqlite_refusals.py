"""What a batch on SQLite refuses, with what message, and that the table is as it was then."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
import sqlalchemy as sa

from alembic.operations.batch import errors
from alembic.util.exc import CommandError
from alembic.util.failure import notes_of

TABLE = "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b INT, CONSTRAINT ck CHECK (b > 0))"
ROWS = [(1, "x", 2), (2, None, 3)]

# (change, error, what the message says)
REFUSED = {
    "a column that isn't there": (
        lambda op: op.drop_column("zz"),
        errors.NoSuchColumn,
        "No such column: 'zz' in table 't'. Its columns: 'id', 'a', 'b'.",
    ),
    "a change of a column that isn't there": (
        lambda op: op.alter_column("zz", nullable=False),
        KeyError,
        "'zz'",
    ),
    "a place beside a column that isn't there": (
        lambda op: op.add_column(sa.Column("c", sa.Integer), insert_after="zz"),
        errors.NoSuchColumn,
        "'zz'",
    ),
    "a name that is taken": (
        lambda op: op.alter_column("a", new_column_name="B"),
        errors.ColumnExists,
        "has a column 'b' already",
    ),
    "a new column of a name that is taken": (
        lambda op: (op.add_column(sa.Column("a", sa.Integer)), op.drop_column("b")),
        errors.ColumnExists,
        "'a'",
    ),
    "a clause for a constraint that isn't there": (
        lambda op: op.alter_column("a", sqlite_on_conflict_not_null="FAIL"),
        errors.NothingToConflict,
        "Column 'a' of table 't' has no NOT NULL that an ON CONFLICT clause could belong to",
    ),
    "a clause that there is none of": (
        lambda op: op.alter_column("id", sqlite_on_conflict_primary_key="NEVER"),
        errors.UnknownConflictAction,
        "each with ROLLBACK, ABORT, FAIL, IGNORE, REPLACE or None",
    ),
    "a constraint that isn't there": (
        lambda op: op.drop_constraint("nope"),
        errors.NoSuchConstraint,
        "No such constraint: 'nope' in table 't'. The names it has: 'ck'.",
    ),
    "an index taken for a constraint": (
        lambda op: op.drop_constraint("ix"),
        ValueError,
        "'ix' is an index: use drop_index()",
    ),
    "a constraint without a name": (
        lambda op: op.create_unique_constraint(None, ["a"]),
        ValueError,
        "Constraint must have a name (table 't'; the constraints it has: 'ck'). Give it one",
    ),
    "a constraint dropped without a name": (
        lambda op: op.drop_constraint(None),
        ValueError,
        "Those without one get theirs by batch_alter_table(naming_convention={...})",
    ),
    "a constraint over a column that isn't there": (
        lambda op: op.create_unique_constraint("uq", ["zz"]),
        errors.NoSuchColumn,
        "'zz'",
    ),
    "an index that isn't there": (
        lambda op: (op.drop_index("nope"), op.drop_column("a")),
        errors.NoSuchIndex,
        "Its indexes: 'ix'.",
    ),
    "an exclude constraint": (
        lambda op: op.create_exclude_constraint("x", ("a", "=")),
        NotImplementedError,
        "SQLite has no exclude constraints",
    ),
    "a constraint to validate": (
        lambda op: op.validate_constraint("ck"),
        NotImplementedError,
        "validate_constraint",
    ),
    "a condition that isn't closed": (
        lambda op: op.create_check_constraint("new", "(b > 0"),
        errors.ChangeNotUnderstood,
        "change of table 't' gives can't be read at its end (constraint 'new'). Correct its condition",
    ),
    "a default that is closed too soon": (
        lambda op: op.alter_column("b", server_default=sa.text("1) + (2")),
        errors.ChangeNotUnderstood,
        "can't be read from '+ (2))' on (column 'b'). Correct",
    ),
    "a view that would break": (
        lambda op: op.drop_column("b"),
        errors.BrokenByChange,
        "view 'v': no such column: b",
    ),
    "a trigger that would break": (
        lambda op: (op.execute("DROP VIEW v"), op.drop_column("b")),
        errors.BrokenByChange,
        "trigger 'tr' on 't': no such column: new.b",
    ),
}


@pytest.fixture
def table(database):
    database(
        TABLE,
        "CREATE INDEX ix ON t (a)",
        "CREATE VIEW v AS SELECT b FROM t",
        "CREATE TRIGGER tr AFTER INSERT ON t WHEN new.b > 9 BEGIN SELECT 1; END",
        "INSERT INTO t VALUES (1, 'x', 2), (2, NULL, 3)",
    )
    database.connection.commit()
    return database


@pytest.mark.parametrize(("change", "error", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_a_batch_refuses(table, change, error, message):
    with pytest.raises(error) as raised:
        table.batch(change)
    assert isinstance(raised.value, CommandError)
    assert message in str(raised.value)
    assert table.sql() == TABLE
    assert table.rows() == ROWS
    assert table.names() >= {"t", "ix", "tr"}


ALONE = {
    "a column that isn't there": (
        lambda op: op.drop_column("t", "zz"),
        "Table 't' has no column 'zz'. Its columns: 'a', 'b', 'id'.",
    ),
    "a new name for one that isn't there": (
        lambda op: op.alter_column("t", "zz", new_column_name="y"),
        "Table 't' has no column 'zz'. Its columns: 'a', 'b', 'id'.",
    ),
    "a name that is taken": (
        lambda op: op.alter_column("t", "a", new_column_name="b"),
        "Table 't' has a column 'b' already",
    ),
    "a column that is there": (
        lambda op: op.add_column("t", sa.Column("a", sa.DateTime, server_default=sa.func.now())),
        "Table 't' has a column 'a' already",
    ),
    "a table that isn't there": (
        lambda op: op.drop_column("nope", "a"),
        "There is no table 'nope'.",
    ),
    "a view": (lambda op: op.drop_column("v", "b"), "'v' is a view"),
    "the only column": (lambda op: op.drop_column("one", "x"), "Column 'x' is the only one"),
}


@pytest.mark.parametrize(("change", "note"), ALONE.values(), ids=ALONE.keys())
def test_an_op_alone_fails_as_the_alter_of_sqlite_does(table, change, note):
    table("CREATE TABLE one (x)")
    with pytest.raises(sa.exc.OperationalError) as raised:
        change(table.op)
    (told,) = notes_of(raised.value)
    assert told.startswith(note)
    assert table.sql() == TABLE


def test_what_sqlite_has_no_alter_for_fails_by_a_refusal(table):
    with pytest.raises(errors.NoSuchColumn):
        table.op.alter_column("t", "zz", nullable=False)


def test_a_batch_without_its_table_fails_as_the_reflection_does(table):
    with pytest.raises(sa.exc.NoSuchTableError) as raised:
        table.batch(lambda op: op.alter_column("a", nullable=False), "nope")
    assert str(raised.value) == "There is no table 'nope'. Create it, or correct the name."


READERS = {
    "a view": ('CREATE VIEW w AS SELECT "a" FROM t', "view 'w', where a name in double quotes"),
    "a temporary view": (
        'CREATE TEMP VIEW w (x) AS SELECT "a" FROM main.t',
        "view 'w', where a name in double quotes would be a string: no such column: a",
    ),
    "a trigger": (
        'CREATE TRIGGER w AFTER INSERT ON other BEGIN UPDATE t SET b = "A"; END',
        "trigger 'w' on 'other', where a name in double quotes would be a string",
    ),
    "a temporary trigger": (
        'CREATE TEMP TRIGGER w AFTER INSERT ON main.other BEGIN UPDATE t SET b = "a"; END',
        "trigger 'w' on 'other', where a name in double quotes would be a string",
    ),
    "a trigger in place of writes": (
        'CREATE TRIGGER w INSTEAD OF UPDATE OF b ON v BEGIN UPDATE t SET b = "a"; END',
        "trigger 'w' on 'v', where a name in double quotes would be a string",
    ),
    "a trigger that waits for the column": (
        'CREATE TRIGGER w AFTER UPDATE OF "a" ON t BEGIN SELECT 1; END',
        "trigger 'w' on 't': no column is left whose UPDATE sets it off",
    ),
    "a trigger with a string, and the column": (
        'CREATE TRIGGER w AFTER INSERT ON t BEGIN UPDATE other SET x = "a" WHERE x = new."a"; END',
        "trigger 'tr', 'w' on 't': no such column: new.a",
    ),
}


@pytest.mark.parametrize(("reader", "message"), READERS.values(), ids=READERS.keys())
@pytest.mark.parametrize("recreate", ["auto", "always"])
def test_what_a_column_goes_from_is_not_left_without_a_word(table, reader, message, recreate):
    table("CREATE TABLE other (x)", reader)
    with pytest.raises(errors.BrokenByChange) as raised:
        table.batch(lambda op: op.drop_column("a"), recreate=recreate)
    assert message in str(raised.value)
    assert table.sql() == TABLE
    left = table.connection.exec_driver_sql("SELECT name FROM temp.sqlite_master WHERE name <> 'w'")
    assert left.fetchall() == []


@pytest.mark.parametrize(
    "other",
    [
        'CREATE VIEW w AS SELECT b, "a" AS x FROM (SELECT b FROM t)',
        'CREATE VIEW w AS SELECT "a" FROM other',
        "CREATE VIEW w AS SELECT b, 'a' AS x FROM t",
        "CREATE TRIGGER w AFTER INSERT ON t BEGIN UPDATE t SET b = 'a'; END",
        "CREATE TRIGGER w AFTER UPDATE OF a, b ON t BEGIN SELECT 1; END",
        "CREATE TRIGGER w AFTER UPDATE OF gone ON t BEGIN SELECT 1; END",
    ],
)
def test_a_string_and_the_column_of_another_table_are_not_taken_for_the_column(database, other):
    database("CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b INT)", "CREATE TABLE other (a)")
    database(other)
    database.batch(lambda op: op.drop_column("a"))
    assert database.sql() == "CREATE TABLE t (id INTEGER PRIMARY KEY, b INT)"


def test_a_search_that_misses_a_column_is_told_of(database, caplog):
    database(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b TEXT)",
        "CREATE VIRTUAL TABLE found USING fts5(a, content='t', content_rowid='id')",
        "CREATE VIRTUAL TABLE other USING fts5(a, content='nowhere')",
        "INSERT INTO t VALUES (1, 'x', 'y')",
    )
    database.batch(lambda op: op.drop_column("b"))
    assert caplog.text == ""
    database.batch(lambda op: op.alter_column("a", new_column_name="c"))
    assert "Virtual table 'found' can't be read now: no such column: T.a" in caplog.text
    assert "other" not in caplog.text


@pytest.mark.parametrize(
    "change",
    [
        lambda op: op.alter_column("b", nullable=False),
        lambda op: op.create_unique_constraint("uq", ["b"]),
    ],
)
def test_a_batch_that_may_not_make_the_table_anew_says_so(table, change):
    with pytest.raises(CommandError) as raised:
        table.batch(change, recreate="never")
    (note,) = notes_of(raised.value)
    assert note.startswith("This batch says recreate='never'. Leave that out")
    assert table.sql() == TABLE


@pytest.mark.parametrize(
    "change",
    [
        lambda op: op.create_foreign_key("fk", "p", ["b"], ["id"], referent_schema="aux"),
        lambda op: op.add_column(sa.Column("c", sa.Integer, sa.ForeignKey("aux.p.id", name="fk"))),
    ],
)
def test_a_reference_into_another_file_is_told_of(table, caplog, change):
    table.connection.commit()
    table("ATTACH ':memory:' AS aux", "CREATE TABLE aux.p (id INTEGER PRIMARY KEY)")
    table.batch(change)
    assert "Table 't': the foreign key to 'aux.p.id' is left out" in caplog.text
    assert "REFERENCES" not in table.sql()


def test_rows_that_the_change_does_not_allow_stay(table):
    with pytest.raises(sa.exc.IntegrityError, match="NOT NULL") as raised:
        table.batch(lambda op: op.alter_column("a", nullable=False))
    (note,) = notes_of(raised.value)
    assert note.startswith("A row of table 't' doesn't fit what the change makes of it")
    assert table.sql() == TABLE
    assert table.rows() == ROWS
    assert "_alembic_tmp_t" not in table.names()


def test_a_new_column_that_rows_have_no_value_for_is_told_how_to_get_one(table):
    with pytest.raises(sa.exc.IntegrityError, match="NOT NULL") as raised:
        table.batch(
            lambda op: op.add_column(sa.Column("c", sa.Integer, nullable=False), insert_after="a")
        )
    (note,) = notes_of(raised.value)
    assert "Column 'c' is new and NOT NULL" in note
    assert "give it a server_default, or add it as nullable, fill it" in note
    assert table.sql() == TABLE


def test_rows_that_are_still_being_read_are_told_of(table):
    rows = iter(table.connection.exec_driver_sql("SELECT * FROM t"))
    next(rows)
    with pytest.raises(sa.exc.OperationalError, match="table is locked") as raised:
        table.batch(lambda op: op.alter_column("b", nullable=False))
    (note,) = notes_of(raised.value)
    assert "Rows of an earlier SELECT are still being read" in note
    assert table.sql() == TABLE


@pytest.mark.parametrize("conflict", ["IGNORE", "REPLACE"])
def test_no_conflict_clause_passes_over_rows(database, conflict):
    database(
        f"CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT UNIQUE ON CONFLICT {conflict})",
        "INSERT INTO t VALUES (1, '1'), (2, '1.0')",
    )
    with pytest.raises(sa.exc.IntegrityError, match="UNIQUE"):
        database.batch(lambda op: op.alter_column("a", type_=sa.Integer()))
    assert database.rows() == [(1, "1"), (2, "1.0")]


def test_what_came_before_in_the_same_transaction_stays(table):
    table("BEGIN", "INSERT INTO t VALUES (9, 'kept', 9)")
    with pytest.raises(sa.exc.IntegrityError):
        table.batch(lambda op: op.alter_column("a", nullable=False))
    assert (9, "kept", 9) in table.rows()


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        ("CREATE VIEW t AS SELECT 1 AS a", "view"),
        ("CREATE VIRTUAL TABLE t USING fts5(a)", "virtual table"),
    ],
)
def test_only_tables_are_altered(database, statement, kind):
    database(statement)
    with pytest.raises(errors.NotATable, match=f"'t' is a {kind}"):
        database.batch(lambda op: op.drop_column("a"))


def test_the_only_column_stays(database):
    database("CREATE TABLE t (a)")
    with pytest.raises(errors.LastColumn, match="drop the table instead"):
        database.batch(lambda op: op.drop_column("a"))


def test_a_column_that_another_is_computed_from_stays(database):
    database("CREATE TABLE t (id INT, a INT, b INT AS (a + 1))")
    with pytest.raises(errors.ColumnNeeded, match="'b' is computed from it"):
        database.batch(lambda op: op.drop_column("a"))


def test_an_order_that_goes_round_is_refused(table):
    with pytest.raises(errors.CircularOrder, match="'a', 'b'"):
        table.batch(
            lambda _op: None, recreate="always", partial_reordering=[("a", "b"), ("b", "a")]
        )


def test_an_order_of_columns_that_are_not_there_gets_a_warning_where_it_is_written(database):
    database("CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b INT)")
    with pytest.warns(UserWarning, match=r"names 'zz', which table 't' doesn't have") as said:
        database.batch(
            lambda op: (op.drop_column("b"), op.add_column(sa.Column("c", sa.Integer))),
            recreate="always",
            partial_reordering=[("c", "zz", "b", "id")],
        )
    assert [Path(one.filename).name for one in said] == ["conftest.py"]  # where the batch ends
    assert [row[1] for row in database.rows("pragma_table_info('t')")] == ["a", "c", "id"]


def test_an_order_that_no_new_table_heeds_gets_a_warning(table):
    with pytest.warns(UserWarning, match=r"needs no new one; pass recreate='always'"):
        table.batch(
            lambda op: op.add_column(sa.Column("c", sa.Integer)), partial_reordering=[("b", "a")]
        )


def test_a_word_for_recreate_that_is_none_is_refused(database):
    with pytest.raises(ValueError, match="recreate may be one of 'auto', 'always', or 'never'"):
        database.batch(lambda _op: None, recreate="sometimes")


def test_a_place_is_refused_where_alter_is_asked_for(table):
    with pytest.raises(errors.NeedsRecreate, match="please specify recreate='always'"):
        table.batch(
            lambda op: op.add_column(sa.Column("c", sa.Integer), insert_after="a"), recreate="never"
        )


@pytest.mark.parametrize("verb", ["create_table", "drop_table", "rename_table"])
def test_other_tables_are_no_business_of_a_batch(table, verb):
    with pytest.raises(NotImplementedError, match=rf"use op.{verb}\(\) outside"):
        table.batch(lambda op: getattr(op.impl, verb)(sa.table("t")))


def test_a_table_that_is_not_there_is_said_to_be_missing(database):
    with pytest.raises(errors.NoSuchTable, match=r"There is no table 't'. Create it"):
        database.batch(lambda op: op.drop_column("a"))


def test_a_foreign_key_that_rows_violate_is_refused_where_it_is_enforced(table):
    table("CREATE TABLE p (id INTEGER PRIMARY KEY)")
    table.connection.commit()
    table("PRAGMA foreign_keys=ON")
    with pytest.raises(errors.ForeignKeysViolated, match=r"2 row.* t row 1 refers to p"):
        table.batch(lambda op: op.create_foreign_key("fk", "p", ["b"], ["id"]))
    assert table.sql() == TABLE


REFERRED_IN_VAIN = {
    "a column that isn't there": (
        "idd",
        errors.NoSuchColumn,
        "No such column: 'idd' in table 'p'. Its columns: 'id', 'code'.",
    ),
    "a column that is no key": (
        "code",
        errors.NoKeyToReferTo,
        "its new foreign key refers to 'code' of 'p', which is no key there",
    ),
}


@pytest.mark.parametrize("case", REFERRED_IN_VAIN)
def test_a_foreign_key_that_finds_no_key_is_refused_where_it_is_enforced(table, case):
    column, error, message = REFERRED_IN_VAIN[case]
    table("CREATE TABLE p (id INTEGER PRIMARY KEY, code TEXT)")
    table.connection.commit()
    table("PRAGMA foreign_keys=ON")
    with pytest.raises(error) as raised:
        table.batch(lambda op: op.create_foreign_key("fk", "p", ["a"], [column]))
    assert message in str(raised.value)
    assert table.sql() == TABLE
    assert table.rows() == ROWS
    table("UPDATE t SET b = b + 1")  # a key that finds none would refuse it


def test_a_table_without_rows_may_wait_for_the_key(table):
    table("CREATE TABLE p (id INTEGER PRIMARY KEY, code TEXT)", "DELETE FROM t")
    table.connection.commit()
    table("PRAGMA foreign_keys=ON")
    table.batch(lambda op: op.create_foreign_key("fk", "p", ["a"], ["code"]))
    table("CREATE UNIQUE INDEX uq ON p (code)", "INSERT INTO p VALUES (1, 'x')")
    table("INSERT INTO t (a) VALUES ('x')")


@pytest.mark.parametrize("referred", ["later", "p", "t"])
def test_a_foreign_key_may_refer_to_what_is_a_key_and_to_a_table_to_come(table, referred):
    # The table has a trigger, which SQLite can't compile until the other table is there.
    table("CREATE TABLE p (id INTEGER PRIMARY KEY)", "UPDATE t SET b = NULL")
    table.connection.commit()
    table("PRAGMA foreign_keys=ON")
    table.batch(lambda op: op.create_foreign_key("fk", referred, ["b"], ["id"]))
    assert f"FOREIGN KEY(b) REFERENCES {referred} (id)" in table.sql()


def test_a_key_that_found_none_before_is_left_to_a_later_change(table):
    table("CREATE TABLE p (id INTEGER PRIMARY KEY, code TEXT)")
    table.batch(lambda op: op.create_foreign_key("fk", "p", ["a"], ["code"]))
    table.connection.commit()
    table("PRAGMA foreign_keys=ON")
    table.batch(lambda op: op.alter_column("b", type_=sa.BigInteger))
    assert "b BIGINT" in table.sql()


def test_a_foreign_key_that_rows_violate_is_warned_of_elsewhere(table, caplog):
    table("CREATE TABLE p (id INTEGER PRIMARY KEY)")
    with caplog.at_level(logging.WARNING):
        table.batch(lambda op: op.create_foreign_key("fk", "p", ["b"], ["id"]))
    assert "2 row(s) violate a foreign key" in caplog.text
    assert "CONSTRAINT fk FOREIGN KEY(b)" in table.sql()


KEY_OF_CHILDREN = (
    "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b INT, CONSTRAINT uq UNIQUE (a))",
    "CREATE TABLE child (a TEXT REFERENCES t (a))",
    "CREATE TRIGGER tr AFTER INSERT ON t BEGIN UPDATE t SET b = 1; END",
    "PRAGMA foreign_keys=ON",
)


@pytest.mark.parametrize("rows", [0, 1])
def test_a_key_that_children_refer_to_may_go_and_come_back(database, caplog, rows):
    database(*KEY_OF_CHILDREN)
    if rows:
        database("INSERT INTO t VALUES (1, 'x', 1)", "INSERT INTO child VALUES ('x')")
    with caplog.at_level(logging.WARNING):
        database.batch(lambda op: op.drop_constraint("uq"))
    assert ("can't be checked now: foreign key mismatch" in caplog.text) is bool(rows)
    database.batch(lambda op: op.create_unique_constraint("again", ["a"]))
    assert database.connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall() == []


def test_a_key_does_not_go_with_a_column_that_a_trigger_may_need(database):
    database(*KEY_OF_CHILDREN)
    with pytest.raises(errors.BrokenByChange, match="Give the foreign key another key to refer to"):
        database.batch(lambda op: (op.drop_constraint("uq"), op.drop_column("b")))
    assert database.sql() == KEY_OF_CHILDREN[0]


def test_sqlite_has_no_identity_to_make_of_a_column(table):
    with pytest.raises(errors.NoIdentity, match="Its INTEGER PRIMARY KEY counts by itself"):
        table.batch(lambda op: op.alter_column("b", server_default=sa.Identity()))
    assert table.sql() == TABLE


def test_a_type_that_sqlite_has_not_is_refused_in_a_batch_as_elsewhere(table):
    with pytest.raises(CommandError, match=r"dialect 'sqlite' can't render .*ARRAY; say it in its"):
        table.batch(lambda op: op.alter_column("b", type_=sa.ARRAY(sa.Integer)))
    assert table.sql() == TABLE
