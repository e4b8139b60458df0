"""The text of a SQLite table: every part is found, a change changes one part, SQLite accepts it."""

from __future__ import annotations

import sqlite3

import pytest

from alembic.ddl.sqlite_schema import edit
from alembic.ddl.sqlite_schema.body import split_body
from alembic.ddl.sqlite_schema.created import created, parse_trigger, view_query
from alembic.ddl.sqlite_schema.mention import is_mentioned
from alembic.ddl.sqlite_schema.model import ConstraintKind as Kind
from alembic.ddl.sqlite_schema.parse import parse_table
from alembic.ddl.sqlite_schema.tokens import (
    SchemaNotUnderstood,
    fold,
    quote,
    same_name,
    tokenize,
    unquote,
)

TEXTS = [
    "CREATE TABLE t (a)",
    "CREATE TABLE t(a,b,c)",
    "CREATE TEMP TABLE IF NOT EXISTS t (a INTEGER PRIMARY KEY AUTOINCREMENT, b)",
    "CREATE TABLE 't 1' ([a b] TEXT, `c` TEXT, \"d \"\"e\" INT, 'f' REAL)",
    "CREATE TABLE t (a DECIMAL(10, 2), b UNSIGNED BIG INT, c 'my type'(3), d VARYING CHARACTER (9))",
    "CREATE TABLE t (\n  a INT, -- it's (one\n  /* b INT, */ b TEXT DEFAULT ',)--'\n  -- end\n)",
    "CREATE TABLE t (a CHECK (a IN (1, (2))) DEFAULT (1 + (2)), b DEFAULT -1, c DEFAULT + 1.5e3)",
    "CREATE TABLE t (a DEFAULT x'00', b DEFAULT 'it''s', c DEFAULT CURRENT_TIMESTAMP, d DEFAULT tru)",
    "CREATE TABLE t (a COLLATE NOCASE NOT NULL ON CONFLICT FAIL UNIQUE ON CONFLICT IGNORE, b NULL)",
    'CREATE TABLE t (a CONSTRAINT x CONSTRAINT y NOT NULL CONSTRAINT z, b CONSTRAINT "last")',
    (
        "CREATE TABLE t (a REFERENCES p ON DELETE SET NULL ON UPDATE NO ACTION MATCH FULL, "
        "b REFERENCES p (x) NOT DEFERRABLE INITIALLY IMMEDIATE, c REFERENCES p DEFERRABLE)"
    ),
    "CREATE TABLE t (a, b AS (a + 1), c GENERATED ALWAYS AS (a || ')') STORED, d INT AS (a) VIRTUAL)",
    "CREATE TABLE t (a generated, b always, c key, d desc)",
    (
        "CREATE TABLE t (a, b, PRIMARY KEY (a COLLATE NOCASE DESC, b) ON CONFLICT REPLACE, "
        "UNIQUE (b ASC), CHECK (a > 0), FOREIGN KEY (a, b) REFERENCES p (x, y) ON DELETE CASCADE)"
    ),
    "CREATE TABLE t (a, CHECK (a > 0) CHECK (a < 9) CONSTRAINT u UNIQUE (a))",
    "CREATE TABLE t (a TEXT PRIMARY KEY) STRICT, WITHOUT ROWID",
    "CREATE TABLE t (a INT PRIMARY KEY DESC)without rowid",
    'CREATE TABLE t (größe INT, b CHECK (t.b > "t".größe))',
    "CREATE TABLE t (a INT CHECK (a->>'$.x' = 1 AND a <> 0x1F AND b != .5), b)",
]


@pytest.mark.parametrize("sql", TEXTS)
def test_sqlite_and_this_project_see_the_same_columns(sql):
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE p (x, y)")
    connection.execute(sql)
    table = parse_table(sql)
    rows = connection.execute("SELECT * FROM pragma_table_xinfo(?)", (table.name,)).fetchall()
    connection.close()
    assert [column.name for column in table.columns] == [row[1] for row in rows]
    assert {fold(name) for name in table.primary_key} == {
        fold(row[1]) for row in sorted(rows, key=lambda row: row[5]) if row[5]
    }


@pytest.mark.parametrize("sql", TEXTS)
def test_the_parts_of_a_text_join_to_the_text(sql):
    assert "".join(token.text for token in tokenize(sql)) == sql
    table = parse_table(sql)
    assert split_body(table).render() == table.text(table.body)


@pytest.mark.parametrize("sql", TEXTS)
@pytest.mark.parametrize("at", ["first", "last"])
def test_a_column_comes_and_goes_and_nothing_else_changes(sql, at):
    table = parse_table(sql)
    added = edit.add_column(table, "added INT", 0 if at == "first" else None)
    assert _accepted(added.sql)
    names = [column.name for column in table.columns]
    place = 0 if at == "first" else len(names)
    assert [column.name for column in added.columns] == [*names[:place], "added", *names[place:]]
    back = edit.drop_column(added, added.columns[place])
    assert _words(back.sql) == _words(sql)


@pytest.mark.parametrize("sql", TEXTS)
def test_each_constraint_can_be_dropped(sql):
    table = parse_table(sql)
    count = len(table.all_constraints())
    for number in range(count):
        constraint = table.all_constraints()[number][1]
        without = edit.drop_constraint(table, constraint)
        assert len(without.all_constraints()) == count - 1
        if constraint.kind is not Kind.PRIMARY_KEY or not table.without_rowid:
            assert _accepted(without.sql)


@pytest.mark.parametrize("sql", TEXTS)
def test_a_table_gets_another_name(sql):
    renamed = edit.rename_table(parse_table(sql), 'an "other" name')
    assert renamed.name == 'an "other" name'
    assert _accepted(edit.definition(renamed))


@pytest.mark.parametrize("sql", TEXTS)
def test_columns_are_reordered(sql):
    table = parse_table(sql)
    names = [column.name for column in table.columns][::-1]
    turned = edit.reorder_columns(table, names)
    assert [column.name for column in turned.columns] == names
    assert _accepted(turned.sql)


@pytest.mark.parametrize("sql", TEXTS)
def test_foreign_keys_go_all_at_once(sql):
    bare = edit.drop_foreign_keys(parse_table(sql))
    assert not [each for _, each in bare.all_constraints() if each.reference is not None]
    assert "REFERENCES" not in [token.word for token in bare.tokens]


# (change, text, text afterwards)
EDITS = {
    "another type": (
        lambda table: edit.set_type(table, table.columns[0], "BIGINT"),
        "CREATE TABLE t (a VARCHAR (3) -- three\n NOT NULL)",
        "CREATE TABLE t (a BIGINT -- three\n NOT NULL)",
    ),
    "a type where there was none": (
        lambda table: edit.set_type(table, table.columns[0], "INT"),
        "CREATE TABLE t (a UNIQUE)",
        "CREATE TABLE t (a INT UNIQUE)",
    ),
    "NOT NULL in the place of NULL": (
        lambda table: edit.set_not_null(table, table.columns[0], not_null=True),
        "CREATE TABLE t (a INT NULL UNIQUE)",
        "CREATE TABLE t (a INT UNIQUE NOT NULL)",
    ),
    "another default": (
        lambda table: edit.set_default(table, table.columns[0], "(2)"),
        "CREATE TABLE t (a INT CONSTRAINT d DEFAULT 1 UNIQUE)",
        "CREATE TABLE t (a INT CONSTRAINT d DEFAULT (2) UNIQUE)",
    ),
    "a default where there was none": (
        lambda table: edit.set_default(table, table.columns[0], "'x'"),
        "CREATE TABLE t (a TEXT UNIQUE)",
        "CREATE TABLE t (a TEXT DEFAULT 'x' UNIQUE)",
    ),
    "a constraint at the end": (
        lambda table: edit.add_constraint(table, "CHECK (a > 0)"),
        "CREATE TABLE t (\n  a INT -- one\n) STRICT",
        "CREATE TABLE t (\n  a INT, -- one\n  CHECK (a > 0)\n) STRICT",
    ),
    "a deferral goes with its foreign key": (
        lambda table: edit.drop_constraint(table, table.columns[0].of_kind(Kind.FOREIGN_KEY)[0]),
        "CREATE TABLE t (a REFERENCES p UNIQUE DEFERRABLE INITIALLY DEFERRED)",
        "CREATE TABLE t (a UNIQUE)",
    ),
    "a name that expressions speak of": (
        lambda table: edit.rename_column(table, table.columns[0], "z"),
        (
            "CREATE TABLE t (a, b CHECK (t.a > a(\"A\") AND 'a' <> o.a), UNIQUE (b, a), "
            "FOREIGN KEY (a) REFERENCES t (a), FOREIGN KEY (b) REFERENCES o (a))"
        ),
        (
            "CREATE TABLE t (z, b CHECK (t.z > a(z) AND 'a' <> o.a), UNIQUE (b, z), "
            "FOREIGN KEY (z) REFERENCES t (z), FOREIGN KEY (b) REFERENCES o (a))"
        ),
    ),
    "options": (
        lambda table: edit.set_options(table, ["STRICT"]),
        "CREATE TABLE t (a INT PRIMARY KEY) WITHOUT ROWID",
        "CREATE TABLE t (a INT PRIMARY KEY) STRICT",
    ),
    "names without their table": (
        edit.unqualified,
        'CREATE TABLE t (a CHECK ("T"."a" > t . a AND o.a > 0))',
        'CREATE TABLE t (a CHECK ("a" > a AND o.a > 0))',
    ),
}


@pytest.mark.parametrize(("change", "before", "after"), EDITS.values(), ids=EDITS.keys())
def test_an_edit_changes_what_it_says(change, before, after):
    assert change(parse_table(before)).sql == after


def test_an_index_follows_a_renamed_column():
    sql = "CREATE INDEX a ON a (a DESC, lower(a), b COLLATE a) WHERE \"A\" > 'a'"
    assert edit.rename_in_index(sql, "a", "z") == (
        "CREATE INDEX a ON a (z DESC, lower(z), b COLLATE a) WHERE z > 'a'"
    )


@pytest.mark.parametrize(
    ("expression", "is_there"),
    [
        ("a > 1", True),
        ('"A" > 1', True),
        ("t.a", True),
        ("'a'", False),
        ("a(1)", False),
        ("a.b", False),
        ("b COLLATE a", False),
        ("CAST(b AS a)", False),
        ("ab + b", False),
    ],
)
def test_an_expression_speaks_of_a_column(expression, is_there):
    assert is_mentioned(expression, "a") is is_there


@pytest.mark.parametrize(
    ("sql", "rowid"),
    [
        ("CREATE TABLE t (id INTEGER PRIMARY KEY)", "id"),
        ("CREATE TABLE t (id integer, PRIMARY KEY (id DESC))", "id"),
        ("CREATE TABLE t (id INTEGER PRIMARY KEY DESC)", None),
        ("CREATE TABLE t (id INT PRIMARY KEY)", None),
        ("CREATE TABLE t (id INTEGER, b, PRIMARY KEY (id, b))", None),
        ("CREATE TABLE t (id INTEGER PRIMARY KEY) WITHOUT ROWID", None),
        ("CREATE TABLE t (id)", None),
    ],
)
def test_a_column_may_be_the_row_id(sql, rowid):
    connection = sqlite3.connect(":memory:")
    connection.execute(sql)
    assert parse_table(sql).rowid_column == rowid
    if "WITHOUT" not in sql and rowid is not None:
        connection.execute("INSERT INTO t DEFAULT VALUES")
        assert connection.execute("SELECT id IS rowid FROM t").fetchone() == (1,)
    connection.close()


def test_names_are_compared_as_sqlite_does():
    assert same_name("Abc", "aBC")
    assert not same_name("Ä", "ä")
    assert not same_name(None, None)
    assert unquote(quote('a"b')) == 'a"b'
    assert [unquote(text) for text in ("[a]]", "`a``b`", "'a''b'", "plain")] == [
        "a]",
        "a`b",
        "a'b",
        "plain",
    ]


@pytest.mark.parametrize(
    "sql", ["CREATE TABLE t AS SELECT 1", "CREATE TABLE t (", "CREATE TABLE t (a,)", "SELECT 1"]
)
def test_what_is_not_understood_says_where(sql):
    with pytest.raises(SchemaNotUnderstood, match=r"at line 1: expected .*copy_from=Table"):
        parse_table(sql)


def _accepted(sql: str) -> bool:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE p (x, y)")
    connection.execute(sql)
    connection.close()
    return True


def _words(sql: str) -> list[str]:
    return [token.text for token in tokenize(sql) if not token.is_trivia]


@pytest.mark.parametrize(
    ("sql", "made"),
    [
        ("CREATE TRIGGER tr AFTER INSERT ON t BEGIN SELECT 1; END", ("TRIGGER", "tr")),
        ("-- a\ncreate temp trigger if not exists [a b] DELETE ON t", ("TRIGGER", "a b")),
        ('CREATE UNIQUE INDEX /* x */ main . "i"".x" ON t (a)', ("INDEX", 'i".x')),
        ("CREATE INDEX if ON t (a)", ("INDEX", "if")),
        ("CREATE TABLE trigger (a)", None),
        ("DROP TRIGGER tr", None),
        ("CREATE", None),
        ("CREATE INDEX", None),
        ("", None),
    ],
)
def test_what_a_statement_makes(sql, made):
    found = created(sql)
    assert (found and (found[0], found[1].name)) == made


@pytest.mark.parametrize(
    ("event", "columns"),
    [
        ("AFTER INSERT", ()),
        ("UPDATE", ()),
        ("INSTEAD OF DELETE", ()),
        ('BEFORE UPDATE OF a, "on" /* x */, [b c]', ("a", "on", "b c")),
        ("INSTEAD OF UPDATE OF [of]", ("of",)),
    ],
)
def test_the_columns_that_a_trigger_waits_for(event, columns):
    trigger = parse_trigger(f"CREATE TRIGGER tr {event} ON t BEGIN UPDATE t SET a = 1; END")
    assert trigger.columns == columns


@pytest.mark.parametrize("table", ['"t x"', 'main."t x"', 'temp /* . */ . "t x"'])
def test_a_trigger_beside_another(table):
    trigger = parse_trigger(
        f"CREATE TRIGGER tr UPDATE OF [a] on {table} WHEN 1 BEGIN SELECT 1; END"
    )
    assert trigger.beside('"x"', "aux") == (
        'CREATE TEMP TRIGGER "x" UPDATE OF [a] on aux."t x" WHEN 1 BEGIN SELECT 1; END'
    )


def test_the_query_of_a_view():
    view = 'CREATE VIEW "as" (a, "as") /* AS */ AS SELECT (1 AS x), b FROM t'
    assert view_query(view) == " SELECT (1 AS x), b FROM t"
