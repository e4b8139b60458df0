"""What a statement does, as far as its words tell."""

from __future__ import annotations

import pytest

from alembic.runtime.journal_catalog import (
    Kind,
    MysqlCatalog,
    is_question,
    kind_of,
    row_target,
    savepoint_of,
    temporary_table,
)
from alembic.runtime.journal_resume import _may_be_done_twice


@pytest.mark.parametrize(
    ("sql", "kind"),
    [
        ("CREATE TABLE t (id INTEGER)", Kind.DDL),
        ("\n-- a comment\n/* another */ ALTER TABLE t ADD x INTEGER", Kind.DDL),
        ("/*!40101 ALTER TABLE t ADD x INTEGER */", Kind.DDL),
        ("CREATE TEMPORARY TABLE t (id INTEGER)", Kind.READ),
        ("DROP TEMPORARY TABLE t", Kind.READ),
        ("(SELECT 1) UNION (SELECT 2)", Kind.READ),
        ("WITH a AS (SELECT 1) SELECT * FROM a", Kind.READ),
        ("WITH a AS (SELECT 1) DELETE FROM t USING a", Kind.DML),
        ("INSERT INTO t VALUES ('; COMMIT')", Kind.DML),
        ("replace into t values (1)", Kind.DML),
        ("CALL p()", Kind.DML),
        ("SET search_path = x", Kind.READ),
        ("VACUUM", Kind.READ),
        ("COMMIT", Kind.ENDS),
        ("ROLLBACK TO SAVEPOINT s", Kind.ENDS),
        ("", Kind.DDL),
    ],
)
def test_the_first_word_tells_what_a_statement_does(sql, kind):
    assert kind_of(sql) is kind


@pytest.mark.parametrize(
    ("sql", "asks"),
    [
        ("SELECT 1", True),
        ("show tables", True),
        ("WITH a AS (SELECT 1) SELECT * FROM a", True),
        ("WITH a AS (SELECT 1) INSERT INTO t SELECT * FROM a", False),
        ("SET x = 1", False),
        ("INSERT INTO t SELECT 1", False),
    ],
)
def test_a_question_is_what_wants_an_answer(sql, asks):
    assert is_question(sql) is asks


@pytest.mark.parametrize(
    ("sql", "name"),
    [
        ("INSERT INTO t VALUES (1)", "t"),
        ("INSERT IGNORE `my db`.`T` VALUES (1)", "t"),
        ('UPDATE "s"."t" SET x = 1', "t"),
        ("DELETE FROM t WHERE x", "t"),
        ("LOAD DATA INFILE 'x' INTO TABLE t", None),
    ],
)
def test_the_table_whose_rows_are_changed(sql, name):
    assert row_target(sql) == name


def test_a_temporary_table_is_known_by_its_name():
    assert temporary_table("CREATE TEMPORARY TABLE IF NOT EXISTS `Tmp` (id INTEGER)") == "tmp"
    assert temporary_table("CREATE TABLE temporary (id INTEGER)") is None


@pytest.mark.parametrize(
    ("sql", "found"),
    [
        ("SAVEPOINT sa_savepoint_1", ("sa_savepoint_1", False)),
        ("ROLLBACK TO SAVEPOINT s", ("s", True)),
        ("rollback work to s", ("s", True)),
        ("ROLLBACK", None),
        ("RELEASE SAVEPOINT s", None),
    ],
)
def test_a_savepoint_is_made_or_gone_back_to(sql, found):
    assert savepoint_of(sql) == found


@pytest.mark.parametrize(
    ("sql", "meant"),
    [
        ("CREATE TABLE IF NOT EXISTS a.`b c` (id INTEGER)", ("TABLE", "a.`b c`")),
        ("ALTER TABLE t RENAME u", ("TABLE", "t")),
        ("CREATE UNIQUE INDEX i ON t (x)", ("TABLE", "t")),
        ("DROP INDEX i ON t", ("TABLE", "t")),
        ("CREATE OR REPLACE VIEW v AS SELECT 1", ("VIEW", "v")),
        (
            "CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW BEGIN SET @a = 1; END",
            ("TRIGGER", "g"),
        ),
        ("DROP TABLE a, b", None),
        ("CREATE TABLE a (x INTEGER); CREATE TABLE b (x INTEGER)", None),
        ("CREATE USER u", None),
    ],
)
def test_what_a_statement_is_about_on_mysql(sql, meant):
    assert MysqlCatalog._meant(sql) == meant


@pytest.mark.parametrize(
    ("sql", "may"),
    [
        ("DELETE FROM t WHERE id = %(id)s", True),
        ("UPDATE t SET x=%(x)s, y=NULL WHERE t.id = %(id)s", True),
        ("UPDATE t SET x = 'a''b', y = now()", True),
        ("UPDATE t SET x = x + 1 WHERE id = 3", False),
        ("UPDATE t SET x = %(x)s, y = y * 2", False),
        ("INSERT INTO t VALUES (%(x)s)", False),
    ],
)
def test_what_may_be_done_twice(sql, may):
    assert _may_be_done_twice(sql) is may
