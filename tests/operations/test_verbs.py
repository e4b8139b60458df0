"""Verbs: what arguments they refuse before anything is done, and what they hand on."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from alembic.util.exc import CommandError

# what is wrong → (call, what the message says)
REFUSED = {
    "a table without a name": (lambda op: op.create_table(""), "create_table"),
    "a table's name that is none": (lambda op: op.drop_table(None), "drop_table"),
    "a table of strings": (
        lambda op: op.create_table("t", "id"),
        "a Column, a constraint or an Index",
    ),
    "a column that is a name": (lambda op: op.add_column("t", "a"), "Column('name', String(50))"),
    "names in one string": (
        lambda op: op.create_unique_constraint("u", "t", "ab"),
        "as in ['ab']",
    ),
    "no names at all": (
        lambda op: op.create_index("i", "t", []),
        "a list of names and expressions",
    ),
    "an index over one string": (lambda op: op.create_index("i", "t", "ab"), "as in ['ab']"),
    "foreign keys that don't pair": (
        lambda op: op.create_foreign_key("f", "t", "p", ["a", "b"], ["id"]),
        "as many names as in local_cols",
    ),
    "a condition that is none": (
        lambda op: op.create_check_constraint("c", "t", True),
        "text or an expression",
    ),
    "an exclude constraint over nothing": (
        lambda op: op.create_exclude_constraint("x", "t"),
        "(column, operator)",
    ),
    "a type that is a string": (
        lambda op: op.alter_column("t", "a", type_="varchar"),
        "a type of SQLAlchemy",
    ),
    "a default that is a number": (
        lambda op: op.alter_column("t", "a", server_default=5),
        "text as it stands in DDL, as in '5'",
    ),
    "a misspelt keyword": (
        lambda op: op.alter_column("t", "a", nulable=False),
        "did you mean 'nullable'?",
    ),
    "a keyword of no dialect": (
        lambda op: op.alter_column("t", "a", zzz=5),
        "begins with its name",
    ),
    "a misspelt keyword of an index": (
        lambda op: op.create_index("i", "t", ["a"], uniqe=True),
        "did you mean 'unique'?",
    ),
    "a statement that is a number": (lambda op: op.execute(5), "text or a statement"),
    "rows that are one row": (
        lambda op: op.bulk_insert(sa.table("t", sa.column("a")), {"a": 1}),
        "a list (or iterator) of dictionaries",
    ),
    "rows for a name": (lambda op: op.bulk_insert("t", [{"a": 1}]), "sqlalchemy.table()"),
    "an index without a name to drop": (lambda op: op.drop_index(None), "drop_index"),
}


@pytest.mark.parametrize(("call", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_a_verb_refuses(operations, call, message):
    with pytest.raises(CommandError) as raised:
        call(operations)
    assert message in str(raised.value)
    assert isinstance(raised.value, TypeError)


PASSED_OVER = {
    "what only Column knows": (
        lambda op: op.alter_column("t", "a", nullable=False, unique=True),
        "can't change 'unique'",
    ),
    "what Column alone is given as an expression": (
        lambda op: op.alter_column("t", "a", nullable=False, onupdate=sa.func.now()),
        "can't change 'onupdate'",
    ),
    "a slip in a released revision": (
        lambda op: op.alter_column("t", "a", nullable=False, nulable=True),
        r"alter_column\(\) knows no keyword 'nulable'; did you mean 'nullable'\?",
    ),
    "a slip where a column goes": (
        lambda op: op.drop_column("t", "a", if_exist=True),
        r"drop_column\(\) knows no keyword 'if_exist'; did you mean 'if_exists'\?",
    ),
}


@pytest.mark.parametrize(("call", "warning"), PASSED_OVER.values(), ids=PASSED_OVER.keys())
def test_keywords_that_never_did_anything_are_warned_of(written, call, warning):
    with pytest.warns(UserWarning, match=warning):
        assert len(written(call, strict_keywords=False)) == 1


def test_a_keyword_of_any_installed_dialect_passes(written):
    call = lambda op: op.alter_column("t", "a", nullable=False, mysql_lock="none")  # noqa: E731
    assert written(call) == ["ALTER TABLE t ALTER COLUMN a SET NOT NULL"]


def test_create_table_gives_the_table(operations):
    table = operations.create_table(
        "t",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(20), index=True),
        sa.Column("other_id", sa.Integer, sa.ForeignKey("other.id")),
    )
    operations.bulk_insert(table, [{"id": 1, "name": "one"}])
    bind = operations.get_bind()
    assert bind.execute(sa.select(table.c.id, table.c.name)).fetchall() == [(1, "one")]
    assert [index["name"] for index in sa.inspect(bind).get_indexes("t")] == ["ix_t_name"]


def test_a_table_that_refers_to_a_column_of_its_own_must_have_it(operations):
    with pytest.raises(CommandError, match="refers to its column 'zz', which it hasn't"):
        operations.create_table(
            "t", sa.Column("id", sa.Integer), sa.Column("up", sa.Integer, sa.ForeignKey("t.zz"))
        )


def test_an_added_column_brings_its_constraints_and_index(written):
    column = sa.Column("a", sa.Integer, sa.ForeignKey("p.id", name="fk"), unique=True, index=True)
    assert written(lambda op: op.add_column("t", column, schema="s")) == [
        "ALTER TABLE s.t ADD COLUMN a INTEGER",
        "ALTER TABLE s.t ADD CONSTRAINT fk FOREIGN KEY(a) REFERENCES p (id)",
        "CREATE UNIQUE INDEX ix_s_t_a ON s.t (a)",
    ]


def test_an_added_column_may_say_its_reference_inline(written):
    column = sa.Column("a", sa.Integer, sa.ForeignKey("p.id", name="fk", ondelete="CASCADE"))
    assert written(lambda op: op.add_column("t", column, inline_references=True)) == [
        "ALTER TABLE t ADD COLUMN a INTEGER CONSTRAINT fk REFERENCES p (id) ON DELETE CASCADE"
    ]


def test_an_added_column_may_be_the_key_inline(written):
    column = sa.Column("a", sa.Integer, primary_key=True)
    (statement,) = written(lambda op: op.add_column("t", column, inline_primary_key=True))
    assert statement in {
        "ALTER TABLE t ADD COLUMN a INTEGER NOT NULL PRIMARY KEY",
        "ALTER TABLE t ADD COLUMN a SERIAL NOT NULL PRIMARY KEY",
    }


def test_a_name_of_one_letter_needs_no_list(written):
    def call(op) -> None:
        op.create_index("i", "t", "a")
        op.create_unique_constraint("u", "t", "a")

    assert written(call) == [
        "CREATE INDEX i ON t (a)",
        "ALTER TABLE t ADD CONSTRAINT u UNIQUE (a)",
    ]


def test_a_column_of_another_table_can_be_added(written):
    other = sa.Table("other", sa.MetaData(), sa.Column("a", sa.Integer))
    assert written(lambda op: op.add_column("t", other.c.a)) == [
        "ALTER TABLE t ADD COLUMN a INTEGER"
    ]


def test_if_exists_and_if_not_exists_are_said(written):
    def call(op) -> None:
        op.create_table("t", sa.Column("id", sa.Integer), if_not_exists=True)
        op.create_index("i", "t", ["id"], if_not_exists=True)
        op.add_column("t", sa.Column("a", sa.Integer), if_not_exists=True)
        op.drop_column("t", "a", if_exists=True)
        op.drop_index("i", if_exists=True)
        op.drop_constraint("c", "t", if_exists=True)
        op.drop_table("t", if_exists=True)

    assert written(call) == [
        "CREATE TABLE IF NOT EXISTS t ( id INTEGER )",
        "CREATE INDEX IF NOT EXISTS i ON t (id)",
        "ALTER TABLE t ADD COLUMN IF NOT EXISTS a INTEGER",
        "ALTER TABLE t DROP COLUMN IF EXISTS a",
        "DROP INDEX IF EXISTS i",
        "ALTER TABLE t DROP CONSTRAINT IF EXISTS c",
        "DROP TABLE IF EXISTS t",
    ]


def test_a_type_takes_its_check_along_and_brings_one(written):
    def call(op) -> None:
        op.alter_column(
            "t",
            "a",
            type_=sa.Enum("x", "y", name="ck_a", create_constraint=True, native_enum=False),
            existing_type=sa.Boolean(create_constraint=True, name="ck_old"),
        )

    assert written(call, "postgresql") == [
        "ALTER TABLE t ALTER COLUMN a TYPE VARCHAR(1)",
        "ALTER TABLE t ADD CONSTRAINT ck_a CHECK (a IN ('x', 'y'))",
    ]


def test_a_constraint_without_a_name_can_not_be_dropped(written):
    with pytest.raises(CommandError, match="can be dropped by its name only"):
        written(lambda op: op.drop_constraint(None, "t", type_="unique"))


def test_a_kind_of_constraint_that_there_is_none_of_is_refused(written):
    with pytest.raises(TypeError, match="'type' can be one of 'check', 'foreignkey', 'primary'"):
        written(lambda op: op.drop_constraint("c", "t", type_="uniq"))


# On SQLite, outside of a batch: (call, the table afterwards)
ALONE = {
    "NOT NULL": (
        lambda op: op.alter_column("t", "a", nullable=False),
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT NOT NULL, b INT DEFAULT 2)",
    ),
    "another name": (
        lambda op: op.alter_column("t", "a", new_column_name="c"),
        "CREATE TABLE t (id INTEGER PRIMARY KEY, c TEXT, b INT DEFAULT 2)",
    ),
    "a column less": (
        lambda op: op.drop_column("t", "b"),
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT)",
    ),
    "a column more": (
        lambda op: op.add_column("t", sa.Column("c", sa.Integer, sa.ForeignKey("p.id"))),
        (
            "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b INT DEFAULT 2, c INTEGER, "
            "FOREIGN KEY(c) REFERENCES p (id))"
        ),
    ),
    "a foreign key without a name": (
        lambda op: op.create_foreign_key(None, "t", "p", ["b"], ["id"], ondelete="CASCADE"),
        (
            "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b INT DEFAULT 2, "
            "FOREIGN KEY(b) REFERENCES p (id) ON DELETE CASCADE)"
        ),
    ),
    "a unique constraint": (
        lambda op: op.create_unique_constraint("uq", "t", ["a"]),
        (
            "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b INT DEFAULT 2, "
            "CONSTRAINT uq UNIQUE (a))"
        ),
    ),
    "a check, there and back": (
        lambda op: (
            op.create_check_constraint("ck", "t", "b > 0"),
            op.drop_constraint("ck", "t", type_="check"),
        ),
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b INT DEFAULT 2)",
    ),
    "a reference with a default, said with its column": (
        lambda op: op.add_column(
            "t",
            sa.Column("c", sa.Integer, sa.ForeignKey("p.id"), server_default="2"),
            inline_references=True,
        ),
        (
            "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b INT DEFAULT 2, "
            "c INTEGER DEFAULT '2' REFERENCES p (id))"
        ),
    ),
    "another default": (
        lambda op: op.alter_column("t", "b", server_default=sa.text("7"), type_=sa.BigInteger()),
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b BIGINT DEFAULT 7)",
    ),
}


@pytest.mark.parametrize(("call", "after"), ALONE.values(), ids=ALONE.keys())
def test_sqlite_rebuilds_outside_of_a_batch_too(operations, call, after):
    operations.execute("PRAGMA foreign_keys = ON")
    operations.execute("CREATE TABLE p (id INTEGER PRIMARY KEY)")
    operations.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b INT DEFAULT 2)")
    operations.execute("INSERT INTO p VALUES (2)")
    operations.execute("INSERT INTO t (id, a) VALUES (1, 'x')")
    call(operations)
    bind = operations.get_bind()
    assert bind.exec_driver_sql("SELECT sql FROM sqlite_master WHERE name = 't'").scalar() == after
    assert bind.exec_driver_sql("SELECT * FROM t").fetchone()[:2] == (1, "x")


def test_sqlite_rebuilds_for_a_key_that_is_said_with_its_column(operations):
    operations.execute("CREATE TABLE t (a TEXT)")
    operations.execute("INSERT INTO t VALUES ('x')")
    key = sa.Column("id", sa.Integer, primary_key=True)
    operations.add_column("t", key, inline_primary_key=True)
    bind = operations.get_bind()
    assert sa.inspect(bind).get_pk_constraint("t")["constrained_columns"] == ["id"]
    assert bind.exec_driver_sql("SELECT * FROM t").fetchall() == [("x", 1)]


def test_a_script_for_sqlite_says_that_constraints_need_a_batch(written):
    with pytest.raises(NotImplementedError, match="batch mode"):
        written(lambda op: op.create_unique_constraint("uq", "t", ["a"]), "sqlite")
