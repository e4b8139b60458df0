"""What each change of a batch makes of a SQLite table."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import sqlite

from alembic.operations.batch import errors
from alembic.operations.ops import DropConstraintOp

TABLE = "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b INT)"


def _add(name: str, *args, **kw):
    place = {key: kw.pop(key) for key in ("insert_before", "insert_after") if key in kw}
    return lambda op: op.add_column(sa.Column(name, *args, **kw), **place)


# (table, change, arguments of the batch, table afterwards)
CHANGES = {
    "a constraint that is there twice": (
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, CONSTRAINT u UNIQUE (a), CONSTRAINT u UNIQUE (a))",
        lambda op: op.drop_constraint("u", type_="unique"),
        {},
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT)",
    ),
    "a primary key without a name": (
        "CREATE TABLE t (id INT NOT NULL, a TEXT)",
        lambda op: op.create_primary_key(None, ["id"]),
        {},
        "CREATE TABLE t (id INT NOT NULL, a TEXT, PRIMARY KEY (id))",
    ),
    "a constraint known by what it says, that has a name by now": (
        "CREATE TABLE t (id INT, a TEXT, CONSTRAINT uq UNIQUE (a))",
        lambda op: op.drop_constraint("UNIQUE (a)", type_="unique"),
        {},
        "CREATE TABLE t (id INT, a TEXT)",
    ),
    "of two constraints that say the same the one without a name": (
        "CREATE TABLE t (id INT, a TEXT, CONSTRAINT uq UNIQUE (a), UNIQUE (a))",
        lambda op: op.drop_constraint("UNIQUE (a)", type_="unique"),
        {},
        "CREATE TABLE t (id INT, a TEXT, CONSTRAINT uq UNIQUE (a))",
    ),
    "a generated column and what it is computed from": (
        "CREATE TABLE t (id INT, a INT, b INT AS (a + 1) STORED, c INT AS (b + 1))",
        lambda op: (op.drop_column("a"), op.drop_column("b"), op.drop_column("c")),
        {},
        "CREATE TABLE t (id INT)",
    ),
    "a column more in a STRICT table": (
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT) STRICT",
        lambda op: (_add("b", sa.String(20))(op), _add("c", sa.DateTime)(op)),
        {},
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b TEXT, c TEXT) STRICT",
    ),
    "a column less, the comment of the next one kept": (
        "CREATE TABLE t (id INT, a INT, -- of a\n -- of b:\n b INT)",
        lambda op: op.drop_column("a"),
        {},
        "CREATE TABLE t (id INT, -- of b: b INT)",
    ),
    "a default that is text": (
        TABLE,
        lambda op: op.alter_column("a", server_default="it's"),
        {},
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT DEFAULT 'it''s', b INT)",
    ),
    "a default that is an expression": (
        TABLE,
        lambda op: op.alter_column("a", server_default=sa.text("(lower('X'))")),
        {},
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT DEFAULT (lower('X')), b INT)",
    ),
    "no default any more": (
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT DEFAULT (1 + 2) NOT NULL)",
        lambda op: op.alter_column("a", server_default=None),
        {},
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT NOT NULL)",
    ),
    "a column that may be NULL again": (
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT CONSTRAINT nn NOT NULL ON CONFLICT FAIL)",
        lambda op: op.alter_column("a", nullable=True),
        {},
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT)",
    ),
    "a clause of NOT NULL": (
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT)",
        lambda op: op.alter_column("a", nullable=False, sqlite_on_conflict_not_null="fail"),
        {},
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT NOT NULL ON CONFLICT FAIL)",
    ),
    "another clause of NOT NULL": (
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT NOT NULL ON CONFLICT FAIL DEFAULT 'x')",
        lambda op: op.alter_column("a", sqlite_on_conflict_not_null="IGNORE"),
        {},
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT NOT NULL ON CONFLICT IGNORE DEFAULT 'x')",
    ),
    "no clause of a unique column any more": (
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, UNIQUE (a) ON CONFLICT FAIL, UNIQUE (id, a))",
        lambda op: op.alter_column("a", sqlite_on_conflict_unique=None),
        {},
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, UNIQUE (a), UNIQUE (id, a))",
    ),
    "a clause of a primary key that counts": (
        "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a TEXT)",
        lambda op: op.alter_column("id", sqlite_on_conflict_primary_key="ROLLBACK"),
        {},
        "CREATE TABLE t (id INTEGER PRIMARY KEY ON CONFLICT ROLLBACK AUTOINCREMENT, a TEXT)",
    ),
    "a clause that AUTOINCREMENT leaves": (
        "CREATE TABLE t (id INTEGER, a TEXT, PRIMARY KEY (id) ON CONFLICT FAIL)",
        lambda _op: None,
        {"recreate": "always", "table_kwargs": {"sqlite_autoincrement": True}},
        "CREATE TABLE t (id INTEGER PRIMARY KEY ON CONFLICT FAIL AUTOINCREMENT, a TEXT)",
    ),
    "a type in a strict table": (
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT) STRICT",
        lambda op: op.alter_column("a", type_=sa.String(30)),
        {},
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT) STRICT",
    ),
    "a type that ends AUTOINCREMENT": (
        "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a TEXT)",
        lambda op: op.alter_column("id", type_=sa.BigInteger()),
        {},
        "CREATE TABLE t (id BIGINT PRIMARY KEY, a TEXT)",
    ),
    "a generated column that becomes an ordinary one": (
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a INT AS (id * 2) STORED)",
        lambda op: op.alter_column("a", server_default=None),
        {},
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a INT)",
    ),
    "a stored generated column": (
        TABLE,
        _add("c", sa.Integer, sa.Computed("b * 2", persisted=True)),
        {},
        (
            "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b INT, "
            "c INTEGER GENERATED ALWAYS AS (b * 2) STORED)"
        ),
    ),
    "a boolean that brings its check": (
        TABLE,
        lambda op: op.alter_column(
            "b", type_=sa.Boolean(create_constraint=True), existing_type=sa.Integer()
        ),
        {},
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b BOOLEAN, CHECK (b IN (0, 1)))",
    ),
    "a boolean that takes its check along": (
        "CREATE TABLE t (id INTEGER PRIMARY KEY, b BOOLEAN, CHECK (b IN (0, 1)))",
        lambda op: op.alter_column("b", type_=sa.Integer(), existing_type=sa.Boolean()),
        {},
        "CREATE TABLE t (id INTEGER PRIMARY KEY, b INTEGER)",
    ),
    "an enumeration with a value more": (
        (
            "CREATE TABLE t (id INTEGER PRIMARY KEY, e VARCHAR(1), "
            "CONSTRAINT en CHECK (e IN ('a', 'b')))"
        ),
        lambda op: op.alter_column(
            "e",
            type_=sa.Enum("a", "bb", name="en", create_constraint=True),
            existing_type=sa.Enum("a", "b", name="en", create_constraint=True),
        ),
        {},
        (
            "CREATE TABLE t (id INTEGER PRIMARY KEY, e VARCHAR(2), "
            "CONSTRAINT en CHECK (e IN ('a', 'bb')))"
        ),
    ),
    "two columns that exchange their names": (
        TABLE,
        lambda op: (
            op.alter_column("a", new_column_name="b"),
            op.alter_column("b", new_column_name="a"),
        ),
        {},
        "CREATE TABLE t (id INTEGER PRIMARY KEY, b TEXT, a INT)",
    ),
    "a column that takes the name of one that goes": (
        TABLE,
        lambda op: (op.drop_column("a"), op.alter_column("b", new_column_name="a")),
        {},
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a INT)",
    ),
    "a renamed column, changed by either name": (
        TABLE,
        lambda op: (
            op.alter_column("a", new_column_name="x"),
            op.alter_column("a", nullable=False),
            op.alter_column("x", server_default="1"),
        ),
        {},
        "CREATE TABLE t (id INTEGER PRIMARY KEY, x TEXT DEFAULT '1' NOT NULL, b INT)",
    ),
    "a constraint over a column that is renamed within the batch": (
        TABLE,
        lambda op: (
            op.alter_column("a", new_column_name="x"),
            op.create_unique_constraint("uq", ["a"]),
        ),
        {},
        "CREATE TABLE t (id INTEGER PRIMARY KEY, x TEXT, b INT, CONSTRAINT uq UNIQUE (x))",
    ),
    "a column less, and what can't be without it": (
        (
            "CREATE TABLE t (a INT, b INT CHECK (b > 0), c INT, PRIMARY KEY (a, b), UNIQUE (b, c), "
            "UNIQUE (c), CHECK (b < c), CHECK (c > 0), FOREIGN KEY (c, b) REFERENCES o (x, y))"
        ),
        lambda op: op.drop_column("b"),
        {},
        "CREATE TABLE t (a INT, c INT, PRIMARY KEY (a), UNIQUE (c), CHECK (c > 0))",
    ),
    "a column less that has a default, the last one": (
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b INT DEFAULT 5 -- five\n)",
        lambda op: op.drop_column("b"),
        {},
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT)",
    ),
    "a column before another": (
        TABLE,
        _add("c", sa.Integer, insert_before="a"),
        {},
        "CREATE TABLE t (id INTEGER PRIMARY KEY, c INTEGER, a TEXT, b INT)",
    ),
    "columns after others": (
        TABLE,
        lambda op: (
            op.add_column(sa.Column("c", sa.Integer), insert_after="id"),
            op.add_column(sa.Column("d", sa.Integer), insert_after="c"),
        ),
        {},
        "CREATE TABLE t (id INTEGER PRIMARY KEY, c INTEGER, d INTEGER, a TEXT, b INT)",
    ),
    "a column moved": (
        TABLE,
        lambda op: op.alter_column("b", insert_before="a"),
        {},
        "CREATE TABLE t (id INTEGER PRIMARY KEY, b INT, a TEXT)",
    ),
    "columns in a partial order": (
        TABLE,
        lambda _op: None,
        {"recreate": "always", "partial_reordering": [("b", "a", "id")]},
        "CREATE TABLE t (b INT, a TEXT, id INTEGER PRIMARY KEY)",
    ),
    "a column with a reference": (
        TABLE,
        _add("o", sa.Integer, sa.ForeignKey("other.id", name="fk", ondelete="SET NULL")),
        {},
        (
            "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b INT, o INTEGER, "
            "CONSTRAINT fk FOREIGN KEY(o) REFERENCES other (id) ON DELETE SET NULL)"
        ),
    ),
    "a primary key for a table that has none": (
        "CREATE TABLE t (a TEXT)",
        _add("id", sa.Integer, primary_key=True),
        {"recreate": "always"},
        "CREATE TABLE t (a TEXT, id INTEGER NOT NULL, PRIMARY KEY (id))",
    ),
    "a primary key where ALTER makes none": (
        "CREATE TABLE t (a TEXT, b INT)",
        lambda op: (
            op.drop_column("b"),
            op.add_column(sa.Column("id", sa.Integer, primary_key=True, server_default="1")),
        ),
        {},
        "CREATE TABLE t (a TEXT, id INTEGER DEFAULT '1' NOT NULL, PRIMARY KEY (id))",
    ),
    "another primary key": (
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT)",
        lambda op: op.create_primary_key("pk_t", ["a"]),
        {},
        "CREATE TABLE t (id INTEGER, a TEXT, CONSTRAINT pk_t PRIMARY KEY (a))",
    ),
    "a constraint in the place of one of its name": (
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, CONSTRAINT ck CHECK (a > 'x'))",
        lambda op: op.create_check_constraint("ck", sa.column("a") < "z"),
        {},
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, CONSTRAINT ck CHECK (a < 'z'))",
    ),
    "a named constraint of a column less": (
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT CONSTRAINT uq UNIQUE NOT NULL)",
        lambda op: op.drop_constraint("uq", type_="unique"),
        {},
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT NOT NULL)",
    ),
    "an unnamed primary key less": (
        "CREATE TABLE t (id INTEGER, a TEXT, PRIMARY KEY (id, a))",
        lambda op: op.drop_constraint("pk_t", type_="primary"),
        {},
        "CREATE TABLE t (id INTEGER, a TEXT)",
    ),
    "a constraint that a naming convention names": (
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT UNIQUE, o INT REFERENCES other)",
        lambda op: op.drop_constraint("fk_t_o_other", type_="foreignkey"),
        {
            "naming_convention": {
                "uq": "uq_%(table_name)s_%(column_0_name)s",
                "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            }
        },
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT CONSTRAINT uq_t_a UNIQUE, o INT)",
    ),
    "constraints by table_args": (
        TABLE,
        lambda op: op.alter_column("a", nullable=False),
        {
            "table_args": (
                sa.CheckConstraint("b > 0", name="ck"),
                sa.UniqueConstraint("a", "b"),
                sa.ForeignKeyConstraint(["b"], ["other.id"]),
            )
        },
        (
            "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT NOT NULL, b INT, "
            "CONSTRAINT ck CHECK (b > 0), UNIQUE (a, b), FOREIGN KEY(b) REFERENCES other (id))"
        ),
    ),
    "a table argument that says what is there": (
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, check(  A>0 ))",
        lambda op: op.alter_column("a", nullable=False),
        {"table_args": (sa.CheckConstraint("a > 0"),)},
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT NOT NULL, check( A>0 ))",
    ),
    "a table argument that says an unnamed check otherwise": (
        (
            "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT CHECK (a <> ''), b INT, "
            "CHECK (a IN ('x', 'y')), CHECK (b > 0), CHECK (a <> b), CONSTRAINT ck CHECK (a > 'a'))"
        ),
        lambda op: op.alter_column("b", nullable=False),
        {"table_args": (sa.CheckConstraint("a IN ('x', 'y', 'z')"), sa.CheckConstraint("a <> ''"))},
        (
            "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT CHECK (a <> ''), b INT NOT NULL, "
            "CHECK (b > 0), CHECK (a <> b), CONSTRAINT ck CHECK (a > 'a'), "
            "CHECK (a IN ('x', 'y', 'z')))"
        ),
    ),
    "table arguments that name what has no name": (
        (
            "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT CHECK(a>0), b INT UNIQUE, "
            "FOREIGN KEY (b) REFERENCES other (id))"
        ),
        lambda op: op.alter_column("b", nullable=False),
        {
            "table_args": (
                sa.CheckConstraint("a > 0", name="ck"),
                sa.UniqueConstraint("b", name="uq"),
                sa.ForeignKeyConstraint(["b"], ["other.id"], name="fk"),
                sa.PrimaryKeyConstraint("a", name="pk"),
            )
        },
        (
            "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT CONSTRAINT ck CHECK(a>0), "
            "b INT CONSTRAINT uq UNIQUE NOT NULL, "
            "CONSTRAINT fk FOREIGN KEY (b) REFERENCES other (id))"
        ),
    ),
    "constraints that are said before their column": (
        TABLE,
        lambda op: (
            op.create_foreign_key("fk", "t", ["c"], ["id"]),
            op.create_unique_constraint("uq", ["c", "a"]),
            op.create_unique_constraint("gone", ["b", "a"]),
            op.add_column(sa.Column("c", sa.Integer)),
            op.drop_column("b"),
        ),
        {},
        (
            "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, c INTEGER, "
            "CONSTRAINT fk FOREIGN KEY(c) REFERENCES t (id), CONSTRAINT uq UNIQUE (c, a))"
        ),
    ),
    "names by a convention, of renamed columns": (
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT UNIQUE, b INT REFERENCES t (id), UNIQUE (b))",
        lambda op: (
            op.alter_column("a", new_column_name="c"),
            op.alter_column("b", new_column_name="a"),
            op.alter_column("c", new_column_name="b"),
            op.drop_constraint("uq_t_b"),
        ),
        {
            "naming_convention": {
                "uq": "uq_%(table_name)s_%(column_0_name)s",
                "fk": "fk_%(table_name)s_%(column_0_name)s",
            }
        },
        (
            "CREATE TABLE t (id INTEGER PRIMARY KEY, b TEXT CONSTRAINT uq_t_a UNIQUE, "
            "a INT CONSTRAINT fk_t_b REFERENCES t (id))"
        ),
    ),
    "AUTOINCREMENT by table_kwargs": (
        TABLE,
        lambda _op: None,
        {"recreate": "always", "table_kwargs": {"sqlite_autoincrement": True}},
        "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a TEXT, b INT)",
    ),
    "STRICT by table_kwargs": (
        TABLE,
        lambda _op: None,
        {"recreate": "always", "table_kwargs": {"sqlite_strict": True}},
        f"{TABLE} STRICT",
    ),
    "a type by reflect_args": (
        TABLE,
        lambda op: op.alter_column("b", nullable=False),
        {"reflect_args": [sa.Column("a", sa.String(7))]},
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a VARCHAR(7), b INT NOT NULL)",
    ),
    "a type by a listener to the reflection": (
        TABLE,
        lambda op: op.alter_column("b", nullable=False),
        {
            "reflect_kwargs": {
                "listeners": [
                    (
                        "column_reflect",
                        lambda _inspector, _table, column: (
                            column["name"] == "a" and column.update(type=sa.String(9))
                        ),
                    )
                ]
            }
        },
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a VARCHAR(9), b INT NOT NULL)",
    ),
    "comments, which SQLite has none of": (
        TABLE,
        lambda op: (op.alter_column("a", comment="x"), op.create_table_comment("y")),
        {},
        TABLE,
    ),
    "what is there already": (
        TABLE,
        lambda op: (
            op.add_column(sa.Column("a", sa.Integer), if_not_exists=True),
            op.drop_column("nothing", if_exists=True),
            op.alter_column("b", nullable=False),
        ),
        {},
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b INT NOT NULL)",
    ),
}


@pytest.mark.parametrize(
    ("before", "change", "arguments", "after"), CHANGES.values(), ids=CHANGES.keys()
)
def test_a_batch_makes_of_a_table(database, before, change, arguments, after):
    database("CREATE TABLE other (id INTEGER PRIMARY KEY)", before)
    database.batch(change, **arguments)
    assert " ".join((database.sql() or "").split()) == after
    assert database.connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"


# (old type, new type, values, values afterwards)
CASTS = {
    "numbers become text": ("INT", sa.String(), (1, 2.5, "x", None), ("1", "2.5", "x", None)),
    "text becomes numbers where it is one": ("TEXT", sa.Integer(), ("1", "x", ""), (1, "x", "")),
    "fractions become integers": ("REAL", sa.Integer(), (1.9, None), (1, None)),
    "numbers that no integer holds stay": (
        "REAL",
        sa.Integer(),
        (float("inf"), 1e19, -1e19, 1e18),
        (float("inf"), 1e19, -1e19, 10**18),
    ),
    "a date stays what it is": ("TEXT", sa.Date(), ("2024-01-02",), ("2024-01-02",)),
    "a date and time stays what it is": (
        "VARCHAR",
        sa.DateTime(),
        ("2024-01-02 03:04",),
        ("2024-01-02 03:04",),
    ),
}


@pytest.mark.parametrize(("old", "new", "values", "after"), CASTS.values(), ids=CASTS.keys())
def test_values_go_over_to_another_type(database, old, new, values, after):
    database(f"CREATE TABLE t (id INTEGER PRIMARY KEY, a {old})")
    for value in values:
        database.connection.exec_driver_sql("INSERT INTO t (a) VALUES (?)", (value,))
    database.batch(lambda op: op.alter_column("a", type_=new))
    assert tuple(row[1] for row in database.rows()) == after


def test_indexes_are_made_and_dropped_within_a_batch(database):
    database(TABLE, "CREATE INDEX gone ON t (a)", "CREATE INDEX kept ON t (b DESC)")
    database.batch(
        lambda op: (
            op.alter_column("a", new_column_name="x"),
            op.drop_index("gone"),
            op.create_index(
                "made", ["x", sa.text("lower(x)")], unique=True, sqlite_where=sa.text("b > 0")
            ),
        )
    )
    assert database.names() == {"t", "kept", "made"}
    assert database.sql("made") == "CREATE UNIQUE INDEX made ON t (x, lower(x)) WHERE b > 0"


def test_a_dropped_column_takes_its_indexes_along(database):
    database(
        TABLE,
        "CREATE INDEX over_a ON t (a)",
        "CREATE INDEX over_lower ON t (lower(a))",
        "CREATE INDEX where_a ON t (b) WHERE a > 0",
        "CREATE INDEX over_b ON t (b)",
    )
    database.batch(lambda op: op.drop_column("a"))
    assert database.names() == {"t", "over_b"}


def test_a_renamed_column_is_renamed_everywhere(database):
    database(
        TABLE,
        "CREATE UNIQUE INDEX ix ON t (a)",
        "CREATE TABLE child (x TEXT REFERENCES t (a))",
        "CREATE VIEW v (x) AS SELECT a FROM t",
        "CREATE TRIGGER tr AFTER UPDATE OF a ON t BEGIN SELECT new.a; END",
    )
    database.batch(lambda op: op.alter_column("a", new_column_name="name"))
    assert '("name")' in (database.sql("child") or "") or "(name)" in (database.sql("child") or "")
    assert "SELECT name" in (database.sql("v") or "").replace('"', "")
    assert "new.name" in (database.sql("tr") or "").replace('"', "")


def test_statements_within_a_batch_are_executed_before_its_changes(database):
    database(TABLE, "INSERT INTO t (id) VALUES (1)")
    with database.op.batch_alter_table("t") as batch:
        batch.alter_column("a", nullable=False)
        batch.execute("UPDATE t SET a = 'filled'")
    assert database.rows() == [(1, "filled", None)]


def test_copy_from_tells_what_the_table_is_like(database):
    database(TABLE, "CREATE INDEX ix ON t (a)", "INSERT INTO t VALUES (1, 'x', 5)")
    copy_from = sa.Table(
        "t",
        sa.MetaData(),
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("a", sa.String(20), index=True),
        sa.Column("b", sa.Integer, sa.ForeignKey("nowhere.id")),
    )
    database.batch(lambda op: op.alter_column("a", new_column_name="c"), copy_from=copy_from)
    sql = " ".join((database.sql() or "").split())
    assert sql == (
        "CREATE TABLE t ( id INTEGER NOT NULL, c VARCHAR(20), b INTEGER, PRIMARY KEY (id), "
        "FOREIGN KEY(b) REFERENCES nowhere (id) )"
    )
    assert database.names() == {"t", "ix_t_a"}
    assert database.rows() == [(1, "x", 5)]


def test_copy_from_with_a_column_that_is_not_there_is_refused(database):
    database(TABLE)
    copy_from = sa.Table("t", sa.MetaData(), sa.Column("id", sa.Integer), sa.Column("z", sa.Text))
    with pytest.raises(errors.NoSuchColumn, match="'z'"):
        database.batch(lambda op: op.alter_column("id", nullable=False), copy_from=copy_from)


def test_a_package_may_cast_in_its_own_way(database, monkeypatch):
    def cast(self, existing, transfer, new_type):
        transfer["expr"] = sa.func.upper(transfer["expr"])

    cls = type(database.op.impl)
    own = type("OwnImpl", (cls,), {"cast_for_batch_migrate": cast, "__module__": "package"})
    monkeypatch.setattr(database.op.impl, "__class__", own)
    database(TABLE, "INSERT INTO t VALUES (1, 'x', 5)")
    database.batch(lambda op: op.alter_column("a", type_=sa.String(5)))
    assert database.rows() == [(1, "X", 5)]


@pytest.mark.parametrize(
    "constraint",
    [
        lambda: sa.UniqueConstraint("a"),
        lambda: sa.CheckConstraint("a <> '100%'"),
        lambda: sa.ForeignKeyConstraint(["b"], ["t.id"], ondelete="CASCADE"),
    ],
    ids=["unique", "check", "foreign key"],
)
def test_an_op_that_remembers_a_constraint_without_a_name_drops_it(database, constraint):
    metadata = sa.MetaData()
    columns = [sa.Column("id", sa.Integer, primary_key=True), sa.Column("a"), sa.Column("b")]
    table = sa.Table("t", metadata, *columns, one := constraint())
    kept = "CREATE TABLE t (id INTEGER NOT NULL, a TEXT, b INTEGER, PRIMARY KEY (id))"
    said = sqlite.dialect().ddl_compiler(sqlite.dialect(), None).process(one)
    database(f"{kept[:-1]}, {said.replace('%%', '%')})")
    database.op.invoke(DropConstraintOp.from_constraint(one))
    assert database.sql(table.name) == kept
