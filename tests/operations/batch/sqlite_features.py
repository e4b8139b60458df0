"""What a SQLite table can be, one special feature each, and changes that have nothing to do with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

Columns = dict[str, tuple[Any, ...]]
"""Name → (declared type, NOT NULL, default, place in the primary key, kind) as table_xinfo has it."""

KEY = "id INTEGER PRIMARY KEY"


@dataclass(frozen=True)
class Feature:
    """A table ``t`` with ``key`` and ``columns`` of its own before note, size and spare.

    ``kept`` are parts of its text that must be there afterwards. ``refused`` are statements that
    the feature makes impossible; ``works`` are statements that must go on working.
    """

    name: str
    columns: str = ""
    constraints: str = ""
    options: str = ""
    key: str = KEY
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    rows: tuple[str, ...] = ("(id, note, size) VALUES (1, 'a', 1), (7, 'b', 2)",)
    kept: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    works: tuple[str, ...] = ()

    def statements(self) -> list[str]:
        items = [self.key, self.columns, "note TEXT", "size INTEGER", "spare TEXT"]
        items += [self.constraints, "CONSTRAINT ck_note CHECK (length(note) < 100)"]
        body = ", ".join(item for item in items if item)
        return [
            "CREATE TABLE other (id INTEGER PRIMARY KEY, code TEXT UNIQUE)",
            "INSERT INTO other VALUES (1, 'one'), (2, 'two')",
            *self.before,
            f"CREATE TABLE t ({body}) {self.options}",
            *(f"INSERT INTO t {row}" for row in self.rows),
            *self.after,
        ]


FEATURES = [
    Feature("plain"),
    Feature(
        "autoincrement",
        key="id INTEGER PRIMARY KEY AUTOINCREMENT",
        after=("INSERT INTO t (id) VALUES (50)", "DELETE FROM t WHERE id = 50"),
        kept=("PRIMARY KEY AUTOINCREMENT",),
    ),
    Feature(
        "autoincrement before the first row",
        key="id INTEGER PRIMARY KEY AUTOINCREMENT",
        rows=(),
        kept=("PRIMARY KEY AUTOINCREMENT",),
    ),
    Feature(
        "autoincrement, its number deleted",
        key="id INTEGER PRIMARY KEY AUTOINCREMENT",
        after=("DELETE FROM sqlite_sequence",),
        kept=("PRIMARY KEY AUTOINCREMENT",),
    ),
    Feature(
        "key in descending order",
        key="id INTEGER PRIMARY KEY DESC",
        kept=("PRIMARY KEY DESC",),
    ),
    Feature(
        "key with a conflict clause",
        key="id INTEGER CONSTRAINT pk_t PRIMARY KEY ON CONFLICT REPLACE",
        kept=("CONSTRAINT pk_t PRIMARY KEY ON CONFLICT REPLACE",),
    ),
    Feature("no key", key="id INTEGER", after=("DELETE FROM t WHERE id = 1",)),
    Feature(
        "row ids of a table without a key",
        key="id INTEGER",
        rows=("(rowid, id, note, size) VALUES (5, 1, 'a', 1), (900, 7, 'b', 2)",),
    ),
    Feature(
        "a column named rowid",
        key="id INTEGER",
        columns="rowid TEXT",
        rows=("(oid, rowid, id, note, size) VALUES (5, 'x', 1, 'a', 1), (9, 'y', 7, 'b', 2)",),
    ),
    Feature(
        "without rowid",
        key="id TEXT PRIMARY KEY",
        options="WITHOUT ROWID",
        kept=("WITHOUT ROWID",),
    ),
    Feature(
        "without rowid and two key columns",
        key="id TEXT, id2 TEXT COLLATE NOCASE",
        constraints="PRIMARY KEY (id, id2 DESC)",
        options="WITHOUT ROWID",
        rows=("(id, id2, note, size) VALUES ('1', 'a', 'a', 1), ('7', 'b', 'b', 2)",),
        kept=("PRIMARY KEY (id, id2 DESC)", "WITHOUT ROWID"),
    ),
    Feature(
        "strict",
        columns="anything ANY",
        options="STRICT",
        rows=("(id, anything, note, size) VALUES (1, 5, 'a', 1), (7, '5', 'b', 2)",),
        kept=("STRICT",),
        refused=("INSERT INTO t (note, size) VALUES ('c', 'no number')",),
    ),
    Feature(
        "strict and without rowid",
        key="id TEXT PRIMARY KEY",
        options="STRICT, WITHOUT ROWID",
        kept=("STRICT, WITHOUT ROWID",),
    ),
    Feature(
        "unnamed checks, inline and of the table",
        columns="a INTEGER DEFAULT 5 CHECK (a > 0)",
        constraints="CHECK (a < 1000), CHECK (note <> 'bad')",
        kept=("CHECK (a > 0)", "CHECK (a < 1000)", "CHECK (note <> 'bad')"),
        refused=("UPDATE t SET a = 0", "UPDATE t SET a = 2000"),
    ),
    Feature(
        "a check that spells the table out",
        columns="a INTEGER DEFAULT 5 CHECK (t.a > 0)",
        constraints='CHECK ("t".a < "t"."id" + 1000)',
        kept=("CHECK (t.a > 0)", 'CHECK ("t".a < "t"."id" + 1000)'),
        refused=("UPDATE t SET a = 0",),
    ),
    Feature(
        "named constraints of a column",
        columns="a TEXT CONSTRAINT nn_a NOT NULL CONSTRAINT uq_a UNIQUE CONSTRAINT ck_a CHECK (a > '')",
        rows=("(id, a, note, size) VALUES (1, 'x', 'a', 1), (7, 'y', 'b', 2)",),
        kept=(
            "CONSTRAINT nn_a NOT NULL",
            "CONSTRAINT uq_a UNIQUE",
            "CONSTRAINT ck_a CHECK (a > '')",
        ),
        refused=("UPDATE t SET a = 'x'", "UPDATE t SET a = NULL"),
    ),
    Feature(
        "unnamed unique constraints",
        columns="a TEXT UNIQUE, b TEXT",
        constraints="UNIQUE (a, b COLLATE NOCASE)",
        rows=("(id, a, note, size) VALUES (1, 'x', 'a', 1), (7, 'y', 'b', 2)",),
        kept=("a TEXT UNIQUE", "UNIQUE (a, b COLLATE NOCASE)"),
    ),
    Feature(
        "conflict clauses",
        columns="a TEXT UNIQUE ON CONFLICT IGNORE, b TEXT NOT NULL ON CONFLICT REPLACE DEFAULT 'z'",
        constraints="UNIQUE (b, a) ON CONFLICT ROLLBACK",
        rows=("(id, a, b, note, size) VALUES (1, 'x', 'p', 'a', 1), (7, 'y', 'q', 'b', 2)",),
        kept=(
            "UNIQUE ON CONFLICT IGNORE",
            "NOT NULL ON CONFLICT REPLACE",
            "UNIQUE (b, a) ON CONFLICT ROLLBACK",
        ),
    ),
    Feature(
        "collations",
        columns="a TEXT COLLATE NOCASE, b VARCHAR(30) COLLATE RTRIM NOT NULL DEFAULT 'x'",
        kept=("COLLATE NOCASE", "COLLATE RTRIM"),
    ),
    Feature(
        "defaults as written",
        columns=(
            "a INTEGER DEFAULT (1 + 2), b TEXT DEFAULT CURRENT_TIMESTAMP, c TEXT DEFAULT 'it''s', "
            "d BLOB DEFAULT x'00ff', e INTEGER DEFAULT -5, f TEXT DEFAULT (lower('X') || :0), "
            'g TEXT DEFAULT "double", h INTEGER DEFAULT TRUE, i REAL DEFAULT 1e-3'
        ).replace(" || :0", " || '%s:x'"),
        kept=(
            "DEFAULT (1 + 2)",
            "DEFAULT CURRENT_TIMESTAMP",
            "DEFAULT 'it''s'",
            "DEFAULT x'00ff'",
            "DEFAULT -5",
            "DEFAULT (lower('X') || '%s:x')",
            'DEFAULT "double"',
            "DEFAULT TRUE",
            "DEFAULT 1e-3",
        ),
    ),
    Feature(
        "types that nobody knows, and none",
        columns="a, b POINT, c UNSIGNED BIG INT, d 'quoted type', e GEOMETRY(4326, 2), f VARYING CHARACTER(9)",
        kept=("b POINT", "c UNSIGNED BIG INT", "e GEOMETRY(4326, 2)", "f VARYING CHARACTER(9)"),
    ),
    Feature(
        "generated columns",
        columns=(
            "a INTEGER GENERATED ALWAYS AS (size * 2) STORED, b TEXT AS (note || '!') VIRTUAL, "
            "c INTEGER AS (id)"
        ),
        kept=("GENERATED ALWAYS AS (size * 2) STORED", "AS (id)"),
    ),
    Feature(
        "foreign keys with actions, deferrable, unnamed",
        columns=(
            "a INTEGER REFERENCES other ON DELETE CASCADE ON UPDATE SET NULL, "
            "b TEXT REFERENCES other (code) DEFERRABLE INITIALLY DEFERRED, "
            "up INTEGER REFERENCES t (id) ON DELETE SET DEFAULT"
        ),
        constraints=(
            "CONSTRAINT fk_a FOREIGN KEY (a) REFERENCES other (id) MATCH SIMPLE ON DELETE RESTRICT"
        ),
        rows=(
            "(id, a, b, up, note, size) VALUES (1, 1, 'one', 1, 'a', 1), (7, 2, 'two', 1, 'b', 2)",
        ),
        kept=(
            "REFERENCES other ON DELETE CASCADE ON UPDATE SET NULL",
            "REFERENCES other (code) DEFERRABLE INITIALLY DEFERRED",
            "ON DELETE SET DEFAULT",
            "CONSTRAINT fk_a FOREIGN KEY (a) REFERENCES other (id) MATCH SIMPLE ON DELETE RESTRICT",
        ),
    ),
    Feature(
        "a foreign key to a table that isn't there",
        columns="a INTEGER REFERENCES nowhere (id)",
        kept=("REFERENCES nowhere (id)",),
    ),
    Feature(
        "child rows that go with their parents",
        before=(
            "CREATE TABLE child (id INTEGER PRIMARY KEY, t_id INTEGER REFERENCES t ON DELETE CASCADE)",
            "CREATE TABLE nulled (id INTEGER PRIMARY KEY, t_id INTEGER REFERENCES t(id) ON DELETE SET NULL)",
            "CREATE TABLE strict_child (t_id INTEGER NOT NULL REFERENCES t(id))",
            "CREATE TABLE late (t_id INTEGER REFERENCES t(id) DEFERRABLE INITIALLY DEFERRED)",
        ),
        after=(
            "INSERT INTO child VALUES (1, 1), (2, 7)",
            "INSERT INTO nulled VALUES (1, 1), (2, 7)",
            "INSERT INTO strict_child VALUES (1), (7)",
            "INSERT INTO late VALUES (1), (7)",
        ),
    ),
    Feature(
        "a child by a composite key",
        columns="a INTEGER DEFAULT 3, b TEXT DEFAULT 'k'",
        constraints="UNIQUE (a, b, id)",
        before=(
            "CREATE TABLE child (a, b, c, FOREIGN KEY (a, b, c) REFERENCES t (a, b, id) ON DELETE CASCADE)",
        ),
        after=("INSERT INTO child VALUES (3, 'k', 1), (3, 'k', 7)",),
        kept=("UNIQUE (a, b, id)",),
    ),
    Feature(
        "a child by a unique index",
        columns="code TEXT",
        before=("CREATE TABLE child (code TEXT REFERENCES t (code) ON UPDATE CASCADE)",),
        rows=("(id, code, note, size) VALUES (1, 'x', 'a', 1), (7, 'y', 'b', 2)",),
        after=("CREATE UNIQUE INDEX ix_code ON t (code)", "INSERT INTO child VALUES ('x')"),
    ),
    Feature(
        "triggers",
        before=("CREATE TABLE log (what TEXT)",),
        after=(
            "CREATE TRIGGER tr_in AFTER INSERT ON t BEGIN INSERT INTO log VALUES ('+' || new.id); END",
            (
                "CREATE TRIGGER tr_up BEFORE UPDATE OF size ON t FOR EACH ROW WHEN new.size < 0 "
                "BEGIN SELECT RAISE(ABORT, 'negative'); END"
            ),
            "CREATE TRIGGER tr_log AFTER DELETE ON log BEGIN UPDATE t SET size = size + 1; END",
            "CREATE TEMP TRIGGER tr_temp AFTER DELETE ON t BEGIN INSERT INTO log VALUES ('-'); END",
        ),
        refused=("UPDATE t SET size = -1",),
    ),
    Feature(
        "views",
        after=(
            "CREATE VIEW v (id, amount) AS SELECT id, size FROM t WHERE size > 0",
            "CREATE VIEW w AS SELECT count(*) AS n FROM v JOIN other ON other.id = v.amount",
            (
                "CREATE TRIGGER tr_v INSTEAD OF INSERT ON v BEGIN "
                "INSERT INTO other (id) VALUES (new.id); END"
            ),
        ),
        works=("SELECT * FROM w", "INSERT INTO v (id) VALUES (77)"),
    ),
    Feature(
        "a view that doesn't work, of somebody else",
        after=("CREATE VIEW broken AS SELECT lost FROM nowhere",),
    ),
    Feature(
        "indexes",
        columns="a TEXT, b TEXT",
        after=(
            "CREATE INDEX ix_desc ON t (a DESC, b)",
            "CREATE UNIQUE INDEX ix_partial ON t (b) WHERE b IS NOT NULL AND a > 'x'",
            "CREATE INDEX ix_expression ON t (lower(a), b || ':%s')",
            "CREATE INDEX ix_collated ON t (a COLLATE NOCASE)",
            "ANALYZE",
        ),
    ),
    Feature(
        "storage classes",
        columns="a INTEGER, b TEXT, c NUMERIC, d, e BLOB, f REAL",
        rows=(
            (
                "(id, a, b, c, d, e, f, note, size) VALUES "
                "(1, 'abc', 12, '0012', '12', x'00', 'x', 'a', 1), "
                "(7, 1.5, x'61', 1e300, 12, 'text', 3, 'b', 2), (8, NULL, '', 9007199254740993, "
                "1.0, 5, 1, 'c', 2)"
            ),
        ),
    ),
    Feature(
        "names in need of quotes",
        columns='"order" TEXT, "a ""b""" TEXT, [c d] TEXT, `e-f` TEXT, "Größe %" TEXT, "x:y" INTEGER',
        constraints='CHECK ("order" <> \'no\'), CONSTRAINT "uq %" UNIQUE ([c d], `e-f`)',
        kept=("[c d] TEXT", "`e-f` TEXT", 'CONSTRAINT "uq %" UNIQUE ([c d], `e-f`)'),
    ),
    Feature(
        "comments and layout",
        columns="a TEXT, -- the first: it's (odd\n    /* , ) */ b TEXT DEFAULT ',)'",
        kept=("-- the first: it's (odd", "/* , ) */ b TEXT DEFAULT ',)'"),
    ),
    Feature(
        "constraints without commas, and a name with nothing behind it",
        columns="a TEXT CONSTRAINT alone",
        constraints="CHECK (a <> 'p') CHECK (a <> 'q') UNIQUE (a)",
        kept=("CHECK (a <> 'p') CHECK (a <> 'q') UNIQUE (a)",),
    ),
    Feature(
        "rows that violate a foreign key already",
        columns="a INTEGER REFERENCES other (id)",
        rows=("(id, note, size) VALUES (1, 'a', 1), (7, 'b', 2)",),
        before=("PRAGMA foreign_keys=OFF",),
        after=("UPDATE t SET a = 99",),
    ),
]


@dataclass(frozen=True)
class Change:
    """A change of note, size or spare; ``expected`` says what the columns are afterwards."""

    name: str
    make: Callable[[Any], None]
    expected: Callable[[Columns], Columns] = field(default=dict)
    renamed: dict[str, str] = field(default_factory=dict)
    arguments: dict[str, Any] = field(default_factory=dict)
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


def _altered(name: str, **new: Any) -> Callable[[Columns], Columns]:
    def expected(columns: Columns) -> Columns:
        type_, not_null, default, *rest = columns[name]
        entry = (new.get("type", type_), new.get("not_null", not_null), new.get("default", default))
        return {**columns, name: (*entry, *rest)}

    return expected


def _renamed(old: str, new: str) -> Callable[[Columns], Columns]:
    return lambda columns: {new if name == old else name: each for name, each in columns.items()}


def _moved(columns: Columns) -> Columns:
    rest = {name: each for name, each in columns.items() if name != "id"}
    return {**rest, "id": columns["id"]}


CHANGES = [
    Change(
        "NOT NULL",
        lambda op: op.alter_column("note", nullable=False),
        _altered("note", not_null=1),
    ),
    Change(
        "another type",
        lambda op: op.alter_column("spare", type_=sa.Integer()),
        _altered("spare", type="INTEGER"),
    ),
    Change(
        "another default",
        lambda op: op.alter_column("note", server_default="new"),
        _altered("note", default="'new'"),
    ),
    Change(
        "another name",
        lambda op: op.alter_column("spare", new_column_name="reserve"),
        _renamed("spare", "reserve"),
        {"spare": "reserve"},
    ),
    Change(
        "another name and NOT NULL at once",
        lambda op: op.alter_column("size", new_column_name="extent", nullable=False),
        lambda columns: _renamed("size", "extent")(_altered("size", not_null=1)(columns)),
        {"size": "extent"},
    ),
    Change(
        "a column less",
        lambda op: op.drop_column("spare"),
        lambda columns: {name: each for name, each in columns.items() if name != "spare"},
    ),
    Change(
        "a column more",
        lambda op: op.add_column(sa.Column("extra", sa.Integer, server_default="3")),
        lambda columns: {**columns, "extra": ("INTEGER", 0, "'3'", 0, 0)},
    ),
    Change(
        "a column more with a default that is computed",
        lambda op: op.add_column(sa.Column("extra", sa.Text, server_default=sa.text("(1 + 1)"))),
        lambda columns: {**columns, "extra": ("TEXT", 0, "1 + 1", 0, 0)},
    ),
    Change(
        "a check more",
        lambda op: op.create_check_constraint("ck_size", "size > 0"),
        added=("CONSTRAINT ck_size CHECK (size > 0)",),
    ),
    Change(
        "a unique constraint more",
        lambda op: op.create_unique_constraint("uq_size", ["size", "note"]),
        added=("CONSTRAINT uq_size UNIQUE (size, note)",),
    ),
    Change(
        "a foreign key more",
        lambda op: op.create_foreign_key("fk_size", "other", ["size"], ["id"], ondelete="CASCADE"),
        added=("CONSTRAINT fk_size FOREIGN KEY(size) REFERENCES other (id) ON DELETE CASCADE",),
    ),
    Change(
        "a constraint less",
        lambda op: op.drop_constraint("ck_note"),
        removed=("ck_note",),
    ),
    Change(
        "an index more",
        lambda op: op.create_index("ix_note", ["note"]),
    ),
    Change("nothing, rebuilt", lambda _op: None, arguments={"recreate": "always"}),
    Change(
        "another order",
        lambda op: op.alter_column("note", nullable=False),
        lambda columns: _moved(_altered("note", not_null=1)(columns)),
        arguments={"partial_reordering": [("spare", "id")]},
    ),
]
