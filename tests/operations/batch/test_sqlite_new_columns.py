"""What a new column brings along when SQLite makes the table anew: its checks, and values for rows."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest
import sqlalchemy as sa

TABLE = "CREATE TABLE t (id INTEGER PRIMARY KEY, a INT)"


@pytest.fixture
def table(database):
    database(TABLE, "INSERT INTO t VALUES (1, 10), (2, 20)")
    return database


def _with_rebuild(*items, **options):
    def change(op):
        op.add_column(sa.Column("n", *items, **options))
        op.alter_column("a", nullable=False)

    return change


def test_a_new_column_keeps_its_checks(table):
    checks = (sa.CheckConstraint("n > 0", name="ck"), sa.CheckConstraint("n < 9"))
    table.batch(_with_rebuild(sa.Integer, *checks, server_default="1"))
    for check in ("CONSTRAINT ck CHECK (n > 0)", "CHECK (n < 9)"):
        assert check in table.sql()


def test_a_naming_convention_names_the_checks_of_a_new_column(table):
    table.op.migration_context.opts["target_metadata"] = sa.MetaData(
        naming_convention={"ck": "ck_%(table_name)s_%(constraint_name)s"}
    )
    table.batch(_with_rebuild(sa.Integer, sa.CheckConstraint("n > 0", name="n")))
    assert "n INTEGER CONSTRAINT ck_t_n CHECK (n > 0)" in table.sql()


_numbers = itertools.count(5)

# (type, default of SQLAlchemy's, what both rows have afterwards)
DEFAULTS = {
    "a number": (sa.Integer(), 5, 5),
    "a text": (sa.String(20), "it's ?, :x and %s", "it's ?, :x and %s"),
    "a truth": (sa.Boolean(), True, 1),
    "a date": (sa.Date(), dt.date(2024, 1, 2), "2024-01-02"),
    "JSON": (sa.JSON(), {"a": 1}, '{"a": 1}'),
    "bytes": (sa.LargeBinary(), b"\0'", b"\0'"),
    "a function, called once": (sa.Integer(), lambda: next(_numbers), 5),
    "a function of the context": (sa.Integer(), lambda _context: 6, 6),
    "an expression": (sa.Integer(), sa.func.abs(-3), 3),
    "an expression over the row": (sa.Integer(), sa.text("a - a"), 0),
    "a sequence": (sa.Integer(), sa.Sequence("s"), None),
}


@pytest.mark.parametrize(("type_", "default", "value"), DEFAULTS.values(), ids=DEFAULTS.keys())
def test_rows_get_the_own_default_of_a_new_column(table, type_, default, value):
    table.batch(_with_rebuild(type_, default=default))
    assert table.rows() == [(1, 10, value), (2, 20, value)]


WITH_MORE = {
    "a column is dropped": (lambda op: op.drop_column("a"), [(1, 5), (2, 5)]),
    "a column is renamed": (
        lambda op: op.alter_column("a", new_column_name="b"),
        [(1, 10, 5), (2, 20, 5)],
    ),
    "the new one is altered": (
        lambda op: op.alter_column("n", type_=sa.Text(), new_column_name="m"),
        [(1, 10, "5"), (2, 20, "5")],
    ),
}


@pytest.mark.parametrize(("more", "rows"), WITH_MORE.values(), ids=WITH_MORE.keys())
def test_rows_get_the_own_default_where(table, more, rows):
    def change(op):
        op.add_column(sa.Column("n", sa.Integer, default=5, server_default="6", nullable=False))
        more(op)

    table.batch(change)
    assert table.rows() == rows


def test_rows_get_nothing_by_an_alter(table):
    new = sa.Column("n", sa.Integer, default=5)
    table.batch(lambda op: op.add_column(new))
    assert table.rows() == [(1, 10, None), (2, 20, None)]


def test_an_op_alone_fills_rows_as_an_alter_does(table):
    table.op.add_column(
        "t", sa.Column("n", sa.Integer, default=5, server_default=sa.text("abs(-6)"))
    )
    assert table.rows() == [(1, 10, 6), (2, 20, 6)]
