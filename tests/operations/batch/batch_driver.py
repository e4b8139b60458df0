"""Make every case's batch on SQLite with whichever Alembic this interpreter has.

usage: python batch_driver.py

Prints a JSON object: case name → what the database says afterwards, or {"error": names of classes}.
"""

from __future__ import annotations

import json
import sys
import warnings
from typing import Any

import sqlalchemy as sa

from alembic.migration import MigrationContext
from alembic.operations import Operations

TABLE = [
    "CREATE TABLE p (id INTEGER PRIMARY KEY)",
    "INSERT INTO p VALUES (1), (2)",
    (
        "CREATE TABLE t (id INTEGER NOT NULL, a VARCHAR(50), b INTEGER DEFAULT 5, c NUMERIC(10, 2), "
        "PRIMARY KEY (id), CONSTRAINT uq_a UNIQUE (a), CONSTRAINT ck_b CHECK (b > 0), "
        "CONSTRAINT fk_b FOREIGN KEY(b) REFERENCES p (id) ON DELETE CASCADE)"
    ),
    "CREATE INDEX ix_c ON t (c)",
    "INSERT INTO t (id, a, b, c) VALUES (1, 'one', 1, 1.5), (2, 'two', 2, NULL)",
]
CONVENTION = {
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


def _copy_from() -> sa.Table:
    return sa.Table(
        "t",
        sa.MetaData(),
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("a", sa.String(60), index=True),
        sa.Column("b", sa.Integer, server_default="6"),
    )


# name → (change, arguments of the batch)
CASES: dict[str, tuple[Any, dict[str, Any]]] = {
    "nothing": (lambda _op: None, {}),
    "nothing, rebuilt": (lambda _op: None, {"recreate": "always"}),
    "not null": (lambda op: op.alter_column("a", nullable=False), {}),
    "nullable": (lambda op: op.alter_column("a", nullable=True), {}),
    "longer": (lambda op: op.alter_column("a", type_=sa.String(99)), {}),
    "to text": (lambda op: op.alter_column("b", type_=sa.String(9)), {}),
    "default": (lambda op: op.alter_column("a", server_default="it's"), {}),
    "default, an expression": (
        lambda op: op.alter_column("a", server_default=sa.text("(lower('X'))")),
        {},
    ),
    "no default": (lambda op: op.alter_column("b", server_default=None), {}),
    "renamed": (lambda op: op.alter_column("a", new_column_name="z"), {}),
    "renamed, with a foreign key": (lambda op: op.alter_column("c", new_column_name="z"), {}),
    "renamed and altered": (
        lambda op: op.alter_column("a", new_column_name="z", nullable=False, type_=sa.Text()),
        {},
    ),
    "dropped": (lambda op: op.drop_column("a"), {}),
    "dropped with its foreign key": (
        lambda op: (op.drop_constraint("ck_b"), op.drop_column("b")),
        {},
    ),
    "added": (lambda op: op.add_column(sa.Column("d", sa.Integer)), {}),
    "added, with a default": (
        lambda op: op.add_column(sa.Column("d", sa.Integer, nullable=False, server_default="3")),
        {},
    ),
    "added and indexed": (
        lambda op: op.add_column(sa.Column("d", sa.Integer, index=True)),
        {},
    ),
    "added after": (
        lambda op: op.add_column(sa.Column("d", sa.Integer), insert_after="id"),
        {"recreate": "always"},
    ),
    "added before": (
        lambda op: op.add_column(sa.Column("d", sa.Integer), insert_before="b"),
        {"recreate": "always"},
    ),
    "added with a foreign key": (
        lambda op: op.add_column(sa.Column("d", sa.Integer, sa.ForeignKey("p.id", name="fk_d"))),
        {"recreate": "always"},
    ),
    "moved": (lambda op: op.alter_column("c", insert_before="a"), {"recreate": "always"}),
    "partly ordered": (
        lambda _op: None,
        {"recreate": "always", "partial_reordering": [("c", "b"), ("b", "a")]},
    ),
    "all ordered": (
        lambda _op: None,
        {"recreate": "always", "partial_reordering": [("c", "b", "a", "id")]},
    ),
    "unique": (lambda op: op.create_unique_constraint("uq_bc", ["b", "c"]), {}),
    "no unique": (lambda op: op.drop_constraint("uq_a", type_="unique"), {}),
    "check": (lambda op: op.create_check_constraint("ck_a", "a <> 'no'"), {}),
    "check of an expression": (
        lambda op: op.create_check_constraint("ck_a", sa.column("c") > 1),
        {},
    ),
    "no check": (lambda op: op.drop_constraint("ck_b", type_="check"), {}),
    "foreign key": (
        lambda op: op.create_foreign_key("fk_c", "p", ["c"], ["id"], ondelete="SET NULL"),
        {},
    ),
    "no foreign key": (lambda op: op.drop_constraint("fk_b", type_="foreignkey"), {}),
    "index": (lambda op: op.create_index("ix_a", ["a", "b"], unique=True), {}),
    "no index": (lambda op: op.drop_index("ix_c"), {}),
    "index, rebuilt": (
        lambda op: (op.create_index("ix_a", ["a"]), op.alter_column("a", nullable=False)),
        {},
    ),
    "table arguments": (
        lambda op: op.alter_column("a", nullable=False),
        {"table_args": (sa.UniqueConstraint("c", name="uq_c"),)},
    ),
    "reflect arguments": (
        lambda op: op.alter_column("b", nullable=False),
        {"reflect_args": [sa.Column("a", sa.String(7))]},
    ),
    "copied": (lambda op: op.alter_column("b", nullable=False), {"copy_from": _copy_from()}),
    "copied and renamed": (
        lambda op: op.alter_column("a", new_column_name="z"),
        {"copy_from": _copy_from()},
    ),
    "never, added": (
        lambda op: op.add_column(sa.Column("d", sa.Integer)),
        {"recreate": "never"},
    ),
    "never, place": (
        lambda op: op.add_column(sa.Column("d", sa.Integer), insert_after="a"),
        {"recreate": "never"},
    ),
    "never, constraint": (lambda op: op.drop_constraint("ck_b"), {"recreate": "never"}),
    "bad word": (lambda _op: None, {"recreate": "often"}),
    "no such column": (lambda op: op.drop_column("zz"), {}),
    "no such constraint": (lambda op: op.drop_constraint("zz"), {}),
    "nameless": (lambda op: op.create_unique_constraint(None, ["a"]), {}),
    "named by convention": (
        lambda op: op.create_unique_constraint(None, ["b", "c"]),
        {"naming_convention": CONVENTION},
    ),
    "added with a check and a default of its own": (
        lambda op: (
            op.add_column(
                sa.Column(
                    "d",
                    sa.Integer,
                    sa.CheckConstraint("d > 0", name="ck_d"),
                    default=4,
                    nullable=False,
                )
            ),
            op.alter_column("b", server_default=None),
        ),
        {},
    ),
    "constraint before its column": (
        lambda op: (
            op.create_foreign_key("fk_d", "p", ["d"], ["id"]),
            op.add_column(sa.Column("d", sa.Integer)),
        ),
        {},
    ),
    "executed": (
        lambda op: (
            op.alter_column("a", nullable=False),
            op.execute("UPDATE t SET a = 'x' WHERE id = 1"),
        ),
        {},
    ),
    "many at once": (
        lambda op: (
            op.add_column(sa.Column("d", sa.DateTime)),
            op.drop_column("c"),
            op.alter_column("a", new_column_name="name", nullable=False),
            op.drop_constraint("fk_b", type_="foreignkey"),
            op.create_unique_constraint("uq_d", ["d"]),
            op.create_index("ix_d", ["d"]),
        ),
        {},
    ),
}


def _snapshot(connection: sa.Connection) -> dict[str, Any]:
    inspector = sa.inspect(connection)
    return {
        "tables": sorted(inspector.get_table_names()),
        "columns": [
            [each["name"], str(each["type"]), each["nullable"], each["default"]]
            for each in inspector.get_columns("t")
        ],
        "key": inspector.get_pk_constraint("t")["constrained_columns"],
        "unique": sorted(
            [each["name"], each["column_names"]] for each in inspector.get_unique_constraints("t")
        ),
        "checks": sorted(
            [each["name"], each["sqltext"]] for each in inspector.get_check_constraints("t")
        ),
        "foreign keys": sorted(
            [each["name"], each["constrained_columns"], each["referred_table"], each["options"]]
            for each in inspector.get_foreign_keys("t")
        ),
        "indexes": sorted(
            [each["name"], each["column_names"], bool(each["unique"])]
            for each in inspector.get_indexes("t")
        ),
        "rows": [list(map(str, row)) for row in connection.exec_driver_sql("SELECT * FROM t")],
    }


def run(name: str) -> dict[str, Any]:
    """One case on a database of its own."""
    change, arguments = CASES[name]
    engine = sa.create_engine("sqlite://")
    with engine.connect() as connection:
        for statement in TABLE:
            connection.exec_driver_sql(statement)
        connection.commit()
        operations = Operations(MigrationContext.configure(connection))
        try:
            with operations.batch_alter_table("t", **arguments) as batch:
                change(batch)
        except Exception as error:  # noqa: BLE001 - whatever the two refuse is compared
            return {"error": sorted(cls.__name__ for cls in type(error).__mro__)}
        connection.commit()
        return _snapshot(connection)


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    json.dump({name: run(name) for name in CASES}, sys.stdout)
