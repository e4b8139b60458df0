"""Column definitions as servers show them: taken apart, changed, put together, without a server."""

from __future__ import annotations

import pytest

from alembic.ddl.mysql_schema.change import Wanted, needs_brackets, redefined, same_type
from alembic.ddl.mysql_schema.column import (
    CHECK,
    COLLATE,
    COMMENT,
    DEFAULT,
    GENERATED,
    NULL,
    ON_UPDATE,
    OTHER,
    TYPE,
    ColumnDefinition,
    renamed_in,
    unescaped,
)
from alembic.ddl.mysql_schema.table import TableText

# As MySQL 8.4 shows a table, with a column after each rule of
# https://dev.mysql.com/doc/refman/8.4/en/show-create-table.html
SHOWN = r"""CREATE TABLE `t` (
  `id` bigint unsigned NOT NULL AUTO_INCREMENT COMMENT 'key, (of) all',
  `a``b` varchar(20) COLLATE utf8mb4_bin NOT NULL DEFAULT 'x\\''y',
  `uuid` char(36) NOT NULL DEFAULT (uuid()),
  `hidden` int DEFAULT '5' /*!80023 INVISIBLE */,
  `place` point NOT NULL /*!80003 SRID 4326 */,
  `total` int GENERATED ALWAYS AS ((`id` + 1)) STORED NOT NULL COMMENT 'sum',
  `touched` datetime(6) DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6),
  `kind` enum('a,b','c)') CHARACTER SET latin1 COLLATE latin1_bin DEFAULT NULL,
  `part` int /*!50606 STORAGE DISK */ /*!50606 COLUMN_FORMAT DYNAMIC */ DEFAULT NULL,
  `opt` int DEFAULT NULL `engine_option`='x',
  PRIMARY KEY (`id`),
  KEY `k` (`a``b`(10)) USING BTREE,
  CONSTRAINT `c` CHECK ((`id` > 4)) /*!80016 NOT ENFORCED */
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='(t), `x` int'
/*!50100 PARTITION BY HASH (`id`) PARTITIONS 4 */"""


TABLE = TableText.read(SHOWN)


def read(text: str) -> ColumnDefinition:
    return ColumnDefinition.read(text)


def test_the_columns_of_a_table_are_found_whatever_stands_in_their_texts():
    assert list(TABLE.columns) == [
        *("id", "a`b", "uuid", "hidden", "place", "total", "touched", "kind", "part", "opt")
    ]


def test_every_definition_is_put_together_as_it_was():
    lines = SHOWN.replace(" DEFAULT NULL", "").splitlines()
    found = [str(definition) for definition in TABLE.columns.values()]
    assert found == [line.partition("` ")[2].removesuffix(",") for line in lines[1:11]]


def test_keys_and_checks_are_told_by_their_names():
    assert [(item.name, item.is_primary, item.is_index, item.is_check) for item in TABLE.items] == [
        ("PRIMARY", True, False, False),
        ("k", False, True, False),
        ("c", False, False, True),
    ]
    assert TABLE.items[2].text == "CONSTRAINT `c` CHECK ((`id` > 4)) /*!80016 NOT ENFORCED */"


def test_a_key_of_its_columns_name_keeps_it_when_the_column_gets_another():
    (key,) = TableText.read("CREATE TABLE `t` (\n `a` int,\n KEY `a` (`a` DESC)\n)").items
    assert key.renamed("a", "b").text == "KEY `a` (`b` DESC)"
    assert key.mentions("A")
    assert not key.mentions("b")


def test_options_are_keywords_and_partitions_are_apart():
    assert TABLE.keywords("mysql_") == {
        "mysql_engine": "InnoDB",
        "mysql_default_charset": "utf8mb4",
    }
    assert TABLE.partition == "HASH (`id`) PARTITIONS 4"
    table = TableText.read(
        "CREATE TABLE `t` (\n `a` int\n) `PAGE_COMPRESSED`='ON' UNION=(`b`,`c`) DATA DIRECTORY='/x''y'"
    )
    assert table.keywords("") == {
        "`page_compressed`": "'ON'",
        "union": "(`b`,`c`)",
        "data_directory": "/x'y",
    }
    assert table.partition == ""


@pytest.mark.parametrize(
    ("column", "kind", "text"),
    [
        ("id", TYPE, "bigint unsigned"),
        ("id", COMMENT, "COMMENT 'key, (of) all'"),
        ("a`b", COLLATE, "COLLATE utf8mb4_bin"),
        ("a`b", DEFAULT, r"DEFAULT 'x\\''y'"),
        ("uuid", DEFAULT, "DEFAULT (uuid())"),
        ("hidden", OTHER, "/*!80023 INVISIBLE */"),
        ("place", OTHER, "/*!80003 SRID 4326 */"),
        ("total", GENERATED, "GENERATED ALWAYS AS ((`id` + 1)) STORED"),
        ("total", NULL, "NOT NULL"),
        ("touched", DEFAULT, "DEFAULT CURRENT_TIMESTAMP(6)"),
        ("touched", ON_UPDATE, "ON UPDATE CURRENT_TIMESTAMP(6)"),
        ("kind", TYPE, "enum('a,b','c)')"),
        ("kind", DEFAULT, ""),
        ("opt", OTHER, "`engine_option`='x'"),
    ],
)
def test_clauses_are_told_apart(column, kind, text):
    assert TABLE.columns[column].of(kind) == text


def test_a_change_leaves_clauses_that_nobody_knows_where_they_are():
    part = TABLE.columns["part"]
    changed = redefined(part, Wanted(nullable=False, comment="'c'")).definition
    assert str(changed) == (
        "int /*!50606 STORAGE DISK */ /*!50606 COLUMN_FORMAT DYNAMIC */ NOT NULL COMMENT 'c'"
    )


def test_a_generated_column_keeps_its_expression():
    total = TABLE.columns["total"]
    changed = redefined(total, Wanted(type_="BIGINT", comment=None)).definition
    assert str(changed) == "BIGINT GENERATED ALWAYS AS ((`id` + 1)) STORED NOT NULL"


def test_a_check_follows_the_column_into_its_new_name():
    check = read("int CHECK (`a` > 4 and 'a' <> `b` and `a` < 9)").of(CHECK)
    assert renamed_in(check, "A", "c`d") == "CHECK (`c``d` > 4 and 'a' <> `b` and `c``d` < 9)"


def test_a_server_without_backslash_escapes_takes_strings_as_they_are():
    assert unescaped(r"varchar(5) DEFAULT 'a\\b''\n' COMMENT '\'") == (
        "varchar(5) DEFAULT 'a\\b''\n' COMMENT '\\'"
    ).replace("\\'", r"\'")


@pytest.mark.parametrize(
    ("existing", "given", "is_same"),
    [
        ("int(11)", "INTEGER", True),
        ("int(10) unsigned zerofill", "INTEGER", True),
        ("int(11)", "BIGINT", False),
        ("bigint", "BIGINT(20)", True),
        ("tinyint(1)", "BOOL", True),
        ("tinyint(4)", "BOOL", True),
        ("varchar(20) CHARACTER SET latin1", "VARCHAR(20)", True),
        ("varchar(20)", "VARCHAR(30)", False),
        ("varchar(20) CHARACTER SET latin1", "VARCHAR(20) CHARACTER SET utf8mb4", False),
        ("varchar(20) CHARACTER SET utf8mb3", "NATIONAL VARCHAR(20)", True),
        ("decimal(10,2)", "NUMERIC(10, 2)", True),
        ("decimal(10,2)", "NUMERIC", True),
        ("decimal(10,0)", "NUMERIC(10)", True),
        ("decimal(10,2)", "NUMERIC(10)", False),
        ("double", "DOUBLE PRECISION", True),
        ("double", "REAL", True),
        ("datetime(6)", "DATETIME", True),
        ("datetime(6)", "DATETIME(3)", False),
        ("datetime", "TIMESTAMP", False),
        ("mediumtext", "TEXT", False),
        ("json", "JSON", True),
        ("longtext CHECK (json_valid(`j`))", "JSON", True),
        ("longtext CHECK (json_valid(`j`))", "LONGTEXT", True),
        ("longtext", "JSON", False),
        ("enum('a','b, c')", "ENUM('a', 'b, c')", True),
        ("enum('a','b')", "ENUM('a','c')", False),
        ("year(4)", "YEAR", True),
        ("binary(1)", "BINARY(1)", True),
    ],
)
def test_a_type_is_known_by_its_other_names(existing, given, is_same):
    assert same_type(read(existing), given) is is_same


@pytest.mark.parametrize(
    ("existing", "type_", "kept"),
    [
        ("varchar(9) DEFAULT 'abc'", "VARCHAR(3)", "DEFAULT 'abc'"),
        ("varchar(9) DEFAULT 'abcd'", "VARCHAR(3)", ""),
        ("varchar(9) DEFAULT '12'", "INTEGER", "DEFAULT '12'"),
        ("varchar(9) DEFAULT 'no'", "BOOL", ""),
        ("int DEFAULT 300", "TINYINT UNSIGNED", ""),
        ("int DEFAULT 200", "TINYINT UNSIGNED", "DEFAULT 200"),
        ("int DEFAULT -1", "INTEGER UNSIGNED", ""),
        ("int DEFAULT 5", "VARCHAR(3)", "DEFAULT 5"),
        ("int DEFAULT 5", "DATETIME", ""),
        ("enum('a') DEFAULT 'a'", "ENUM('A','b')", "DEFAULT 'a'"),
        ("enum('a') DEFAULT 'a'", "ENUM('b')", ""),
        ("char(36) DEFAULT (uuid())", "VARCHAR(36)", "DEFAULT (uuid())"),
        ("char(36) DEFAULT (uuid())", "INTEGER", ""),
        ("datetime DEFAULT CURRENT_TIMESTAMP", "TIMESTAMP(6)", "DEFAULT current_timestamp(6)"),
        ("datetime DEFAULT CURRENT_TIMESTAMP", "DATE", ""),
        ("date DEFAULT '2024-01-02'", "DATE", "DEFAULT '2024-01-02'"),
    ],
)
def test_a_default_stays_where_the_new_type_can_have_it(existing, type_, kept):
    result = redefined(read(existing), Wanted(type_=type_))
    assert result.definition.of(DEFAULT) == kept
    assert bool(result.lost) is (kept == "")


@pytest.mark.parametrize(
    ("default", "needs"),
    [
        ("uuid()", True),
        ("a + 1", True),
        ("curdate()", True),
        ("(uuid())", False),
        ("'uuid()'", False),
        ("-5.2e3", False),
        ("b'101'", False),
        ("NULL", False),
        ("now()", False),
        ("CURRENT_TIMESTAMP(6)", False),
        ("now() ON UPDATE now()", False),
    ],
)
def test_an_expression_needs_brackets_and_a_value_does_not(default, needs):
    assert needs_brackets(default) is needs
