"""alter_column on MariaDB: what the change doesn't name is as it was, read from the catalog."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import mysql

from alembic.ddl.mysql_schema.catalog import UnknownColumn
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext

COLUMNS = {
    "plain": "int",
    "not_null": "int NOT NULL",
    "number": "int NOT NULL DEFAULT 5",
    "unsigned": "int(5) unsigned zerofill NOT NULL DEFAULT 7 COMMENT 'counts'",
    "text_default": r"varchar(40) NOT NULL DEFAULT 'it''s 50% \\ of \"x\", (y)' COMMENT 'a, b'",
    "latin": "varchar(20) CHARACTER SET latin1 COLLATE latin1_german2_ci NOT NULL DEFAULT 'x'",
    "binary_text": "text COLLATE utf8mb4_bin COMMENT 'DEFAULT 5, CHECK (x)'",
    "invisible": "int INVISIBLE DEFAULT 3 COMMENT 'hidden'",
    "checked": "int NOT NULL DEFAULT 5 CHECK (checked > 4)",
    "enumerated": "enum('x','y''z, (') CHARACTER SET latin1 NOT NULL DEFAULT 'x'",
    "expression": "varchar(40) NOT NULL DEFAULT (concat('a', '%', `latin`)) COMMENT 'c'",
    "touched": "timestamp(3) NOT NULL DEFAULT current_timestamp(3) ON UPDATE current_timestamp(3)",
    "moment": "datetime NULL DEFAULT NULL ON UPDATE current_timestamp() COMMENT 'last'",
    "document": "json COMMENT 'j'",
    "packed": "varchar(100) COMPRESSED NOT NULL DEFAULT 'p'",
    "bits": "bit(3) NOT NULL DEFAULT b'101'",
    "price": "decimal(10,2) NOT NULL DEFAULT 1.50",
    "unversioned": "int DEFAULT 4 WITHOUT SYSTEM VERSIONING COMMENT 'v'",
    "other`s": "int NOT NULL DEFAULT 1 COMMENT 'quoted'",
    "sum": "int GENERATED ALWAYS AS (number + 1) STORED COMMENT 'g'",
    "seen": "int GENERATED ALWAYS AS (number + 2) VIRTUAL",
}
PROPERTIES = (
    "column_type",
    "is_nullable",
    "column_default",
    "extra",
    "character_set_name",
    "collation_name",
    "column_comment",
    "generation_expression",
)


class Database:
    """One database, and the verbs on it."""

    def __init__(self, connection):
        self.connection = connection
        self.op = Operations(MigrationContext.configure(connection))

    def run(self, statement):
        self.connection.exec_driver_sql(statement.replace("%", "%%"))

    def column(self, name, table="t"):
        """What the catalog says of a column, and its check."""
        row = self.connection.execute(
            sa.text(
                f"SELECT {', '.join(PROPERTIES)} FROM information_schema.columns WHERE "
                "table_schema = database() AND table_name = :table AND column_name = :name"
            ),
            {"table": table, "name": name},
        ).one()
        quoted = name.replace("`", "``")
        line = re.search(rf"^\s*`{re.escape(quoted)}` .*$", self.spelled(table), re.MULTILINE)[0]
        line = re.sub(r"'(?:[^'\\]|\\.|'')*'", "", line)
        check = re.search(r"CHECK \((.*)\)", line)
        found = dict(zip(PROPERTIES, row, strict=True))
        found["column_default"] = (found["column_default"] or "").replace("\\'", "''")
        return {
            **found,
            "check": check and check[1].replace(f"`{quoted}`", "this"),
            "words": re.findall(r"COMPRESSED|WITHOUT SYSTEM VERSIONING", line),
        }

    def spelled(self, table="t"):
        return self.connection.exec_driver_sql(f"SHOW CREATE TABLE `{table}`").one()[1]

    def columns(self, table="t"):
        return (
            self.connection.execute(
                sa.text(
                    "SELECT column_name FROM information_schema.columns WHERE table_name = :table "
                    "AND table_schema = database() ORDER BY ordinal_position"
                ),
                {"table": table},
            )
            .scalars()
            .all()
        )


@pytest.fixture
def database(mariadb_url):
    engine = sa.create_engine(mariadb_url)
    with engine.connect() as connection:
        yield Database(connection)
    engine.dispose()


@pytest.fixture
def everything(database):
    """A table with a column of each kind."""
    columns = ", ".join(f"`{name.replace('`', '``')}` {sql}" for name, sql in COLUMNS.items())
    database.run(
        "CREATE TABLE t (id int unsigned AUTO_INCREMENT COMMENT 'k', "
        f"{columns}, PRIMARY KEY (id)) WITH SYSTEM VERSIONING"
    )
    database.run("SET @@system_versioning_alter_history = 1")
    return database


def generated(name):
    return name in {"sum", "seen"}


def test_another_comment_leaves_all_else(everything):
    for name in ("id", *COLUMNS):
        before = everything.column(name)
        everything.op.alter_column("t", name, comment="it's 100% \\ new")
        assert everything.column(name) == {**before, "column_comment": "it's 100% \\ new"}
        everything.op.alter_column("t", name, comment=None)
        assert everything.column(name) == {**before, "column_comment": ""}


def test_another_nullability_leaves_all_else(everything):
    for name in COLUMNS:
        # MariaDB has no words for a computed column; a moment with ON UPDATE that can't be NULL gets
        # the year 0 for a default.
        if generated(name) or name == "moment":
            continue
        before = everything.column(name)
        for nullable in (False, True, before["is_nullable"] == "YES"):
            everything.op.alter_column("t", name, nullable=nullable)
            after = everything.column(name)
            # What has no default has NULL for one where it may.
            for properties in (before, after):
                if properties["column_default"] == "NULL":
                    properties["column_default"] = ""
            assert after == {**before, "is_nullable": "YES" if nullable else "NO"}


def test_another_name_leaves_all_else(everything):
    for name in ("id", *COLUMNS):
        before = everything.column(name)
        place = everything.columns().index(name)
        everything.op.alter_column("t", name, new_column_name="b`new 50%")
        assert everything.column("b`new 50%") == before
        assert everything.columns()[place] == "b`new 50%"
        everything.op.alter_column("t", "b`new 50%", new_column_name=name)
        assert everything.column(name) == before


def test_the_same_type_by_any_of_its_names_leaves_all_else(everything):
    existing = {
        "unsigned": sa.Integer(),
        "number": sa.INTEGER(),
        "text_default": sa.String(40),
        "latin": sa.Unicode(20),
        "binary_text": sa.Text(),
        "enumerated": sa.Enum("x", "y'z, ("),
        "touched": mysql.TIMESTAMP(fsp=3),
        "document": sa.JSON(),
        "price": sa.Numeric(10, 2),
        "moment": sa.DateTime(),
        "sum": sa.Integer(),
    }
    for name, type_ in existing.items():
        before = everything.column(name)
        everything.op.alter_column("t", name, comment="c", existing_type=type_)
        assert everything.column(name) == {**before, "column_comment": "c"}


@pytest.mark.parametrize(
    ("name", "type_", "changed"),
    [
        ("number", sa.BigInteger(), {"column_type": "bigint(20)"}),
        (
            "unsigned",
            mysql.BIGINT(unsigned=True),
            {"column_type": "bigint(20) unsigned", "column_default": "7"},
        ),
        ("text_default", sa.String(80), {"column_type": "varchar(80)"}),
        ("text_default", sa.Text(), {"column_type": "text"}),
        ("latin", sa.String(80), {"column_type": "varchar(80)"}),
        ("latin", sa.CHAR(20), {"column_type": "char(20)"}),
        (
            "latin",
            mysql.VARCHAR(20, collation="utf8mb4_bin"),
            {"character_set_name": "utf8mb4", "collation_name": "utf8mb4_bin"},
        ),
        ("binary_text", mysql.LONGTEXT(), {"column_type": "longtext"}),
        ("enumerated", mysql.ENUM("w", "x"), {"column_type": "enum('w','x')"}),
        ("enumerated", sa.String(9), {"column_type": "varchar(9)"}),
        ("price", sa.Numeric(12, 4), {"column_type": "decimal(12,4)", "column_default": "1.5000"}),
        ("checked", sa.BigInteger(), {"column_type": "bigint(20)"}),
        (
            "touched",
            sa.TIMESTAMP(),
            {
                "column_type": "timestamp",
                "column_default": "current_timestamp()",
                "extra": "on update current_timestamp()",
            },
        ),
        (
            "moment",
            mysql.DATETIME(fsp=6),
            {"column_type": "datetime(6)", "extra": "on update current_timestamp(6)"},
        ),
        ("id", sa.BigInteger(), {"column_type": "bigint(20)"}),
    ],
)
def test_another_type_leaves_what_it_can_have(everything, name, type_, changed):
    before = everything.column(name)
    everything.op.alter_column("t", name, type_=type_)
    assert everything.column(name) == {**before, **changed}


@pytest.mark.parametrize(
    ("name", "type_", "lost"),
    [
        ("text_default", sa.Integer(), "DEFAULT"),
        ("touched", sa.String(40), "ON UPDATE"),
        ("id", sa.String(40), "AUTO_INCREMENT"),
        ("number", mysql.TINYINT(), None),
    ],
)
def test_what_another_type_cannot_have_is_said(everything, caplog, name, type_, lost):
    everything.op.alter_column("t", name, type_=type_)
    assert (lost or "") in caplog.text
    assert bool(caplog.text) is (lost is not None)


def test_json_becomes_text_without_what_made_it_json(everything):
    everything.op.alter_column("t", "document", type_=sa.Text())
    column = everything.column("document")
    assert (column["column_type"], column["check"]) == ("text", None)
    assert column["collation_name"] == everything.column("text_default")["collation_name"]
    assert column["column_comment"] == "j"


def test_a_default_by_itself_leaves_all_else(everything):
    for name, default, spelled in [
        ("number", "8", "8"),
        ("text_default", "50%", "'50%'"),
        ("latin", sa.text("concat('a', 'b')"), "concat('a','b')"),
        ("enumerated", "y'z, (", "'y''z, ('"),
        ("touched", sa.text("'2024-01-02 03:04:05'"), "'2024-01-02 03:04:05.000'"),
        ("touched", sa.func.current_timestamp(3), "current_timestamp(3)"),
        ("expression", sa.func.uuid(), "uuid()"),
        ("plain", sa.text("-5"), "-5"),
    ]:
        before = everything.column(name)
        everything.op.alter_column("t", name, server_default=default)
        after = everything.column(name)
        assert after == {**before, "column_default": spelled}
        if name == "touched":
            continue  # one without a default, but with ON UPDATE, has the year 0 for it
        everything.op.alter_column("t", name, server_default=None)
        without = "NULL" if before["is_nullable"] == "YES" else ""
        assert everything.column(name) == {**before, "column_default": without}


def test_on_update_goes_when_it_was_known_and_is_not_said_again(everything):
    was = sa.text("current_timestamp(3) ON UPDATE current_timestamp(3)")
    everything.op.alter_column(
        "t", "touched", server_default=sa.text("current_timestamp(3)"), existing_server_default=was
    )
    assert everything.column("touched")["extra"] == ""
    everything.op.alter_column("t", "touched", server_default=was)
    assert everything.column("touched")["extra"] == "on update current_timestamp(3)"


def test_what_is_said_to_exist_counts(everything):
    everything.op.alter_column(
        "t",
        "latin",
        comment="c",
        existing_type=sa.String(30),
        existing_nullable=True,
        existing_server_default="said",
    )
    column = everything.column("latin")
    assert column["column_type"] == "varchar(30)"
    assert column["is_nullable"] == "YES"
    assert column["column_default"] == "'said'"
    assert column["collation_name"] == "latin1_german2_ci"


def test_counting_is_switched_off_and_on(everything):
    everything.op.alter_column("t", "id", autoincrement=False)
    assert everything.column("id")["extra"] == ""
    everything.op.alter_column("t", "id", autoincrement=True)
    column = everything.column("id")
    assert (column["extra"], column["column_comment"]) == ("auto_increment", "k")
    assert column["column_type"] == "int(10) unsigned"


def test_a_computed_column_gets_another_expression_and_becomes_plain(database):
    database.run("CREATE TABLE t (a int, b int AS (a + 1) STORED COMMENT 'b')")
    database.op.alter_column("t", "b", server_default=sa.Computed("a + 2", persisted=True))
    assert database.column("b")["generation_expression"] == "`a` + 2"
    assert database.column("b")["column_comment"] == "b"
    database.op.alter_column(
        "t", "b", server_default=None, existing_server_default=sa.Computed("a + 2")
    )
    assert database.column("b")["generation_expression"] is None
    database.op.alter_column("t", "b", server_default=sa.Computed("a * 3"))
    assert database.column("b")["generation_expression"] == "`a` * 3"


def test_several_changes_are_one_statement(everything):
    statements = []
    sa.event.listen(
        everything.connection,
        "before_cursor_execute",
        lambda *arguments: statements.append(arguments[2]),
    )
    before = everything.column("latin")
    statements.clear()
    everything.op.alter_column(
        "t",
        "latin",
        new_column_name="roman",
        type_=sa.String(60),
        nullable=True,
        server_default="y",
        comment="c",
    )
    assert [text.split()[0] for text in statements] == ["SHOW", "ALTER"]
    assert everything.column("roman") == {
        **before,
        "column_type": "varchar(60)",
        "is_nullable": "YES",
        "column_default": "'y'",
        "column_comment": "c",
    }


def test_a_table_of_another_database_is_read_there(database, mariadb_url):
    other = f"{sa.make_url(mariadb_url).database}_other"
    database.run(f"CREATE DATABASE {other}")
    try:
        database.run(f"CREATE TABLE {other}.t (c varchar(9) NOT NULL DEFAULT 'x' COMMENT 'y')")
        database.op.alter_column("t", "c", nullable=True, schema=other)
        spelled = database.connection.exec_driver_sql(f"SHOW CREATE TABLE {other}.t").one()[1]
        assert "`c` varchar(9) DEFAULT 'x' COMMENT 'y'" in spelled
    finally:
        database.run(f"DROP DATABASE {other}")


def test_a_column_that_is_not_there_is_said_before(everything):
    with pytest.raises(
        UnknownColumn, match=r"'t' has no column 'x'\. Its columns: 'binary_text', 'bits'"
    ):
        everything.op.alter_column("t", "x", nullable=True)
    with pytest.raises(sa.exc.OperationalError):
        everything.op.alter_column("t", "x", nullable=True)


@pytest.mark.parametrize("mode", ["ANSI_QUOTES", "NO_BACKSLASH_ESCAPES", "ORACLE"])
def test_the_servers_mode_makes_no_difference(mariadb_url, mode):
    engine = sa.create_engine(
        mariadb_url, connect_args={"init_command": f"SET sql_mode = '{mode}'"}
    )
    with engine.connect() as connection:
        database = Database(connection)
        database.run("CREATE TABLE t (c varchar(20) DEFAULT 'a\\\\''b' NOT NULL COMMENT 'x''\\\\')")
        spelled = [line for line in database.spelled().splitlines() if "varchar" in line]
        database.op.alter_column("t", "c", nullable=True)
        after = [line for line in database.spelled().splitlines() if "varchar" in line]
        assert after == [spelled[0].replace(" NOT NULL", "")]
    engine.dispose()


def test_algorithm_and_lock_are_said(everything):
    everything.op.alter_column("t", "plain", comment="c", mysql_algorithm="instant")
    with pytest.raises(sa.exc.OperationalError, match="ALGORITHM=INSTANT is not supported"):
        everything.op.alter_column(
            "t", "plain", type_=sa.String(9), mysql_algorithm="INSTANT", mysql_lock="NONE"
        )
    with pytest.raises(
        ValueError, match="mysql_lock is 'FULL', but has to be one of DEFAULT, NONE"
    ):
        everything.op.alter_column("t", "plain", comment="d", mysql_lock="FULL")
    assert everything.column("plain")["column_comment"] == "c"
