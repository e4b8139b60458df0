"""What `reflect_args`, `reflect_kwargs` and `table_args` say of a table that SQLite rebuilds."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from alembic.operations.batch import errors

TABLE = "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b INT DEFAULT 2)"


def rebuilt(database, change=lambda _op: None, table=TABLE, **kw):
    """The texts of the table and of its indexes after a batch."""
    database(table, "INSERT INTO t (a) VALUES ('x')")
    database.batch(change, recreate="always", **kw)
    return [database.sql(), *(database.sql(name) for name in sorted(database.names() - {"t"}))]


def hearing(name, **changes):
    """A listener that tells something else of one column."""

    def hear(_inspector, _table, column):
        if column["name"] == name:
            column.update(changes)

    return {"listeners": [("column_reflect", hear)]}


# what is told → the table afterwards, its indexes behind it
TOLD = {
    "NOT NULL with the type": (
        {"reflect_args": [sa.Column("a", sa.String(7), nullable=False)]},
        ["CREATE TABLE t (id INTEGER PRIMARY KEY, a VARCHAR(7) NOT NULL, b INT DEFAULT 2)"],
    ),
    "a default with the type": (
        {"reflect_args": [sa.Column("b", sa.BigInteger, server_default=sa.text("7"))]},
        ["CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b BIGINT DEFAULT 7)"],
    ),
    "nothing of the default, which stays": (
        {"reflect_args": [sa.Column("b", sa.BigInteger)]},
        ["CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b BIGINT DEFAULT 2)"],
    ),
    "a reference": (
        {"reflect_args": [sa.Column("b", sa.Integer, sa.ForeignKey("t.id", name="fk"))]},
        [
            (
                "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b INTEGER DEFAULT 2, "
                "CONSTRAINT fk FOREIGN KEY(b) REFERENCES t (id))"
            )
        ],
    ),
    "the check of a type": (
        {"reflect_args": [sa.Column("a", sa.Enum("x", "y", create_constraint=True, name="kind"))]},
        [
            (
                "CREATE TABLE t (id INTEGER PRIMARY KEY, a VARCHAR(1), b INT DEFAULT 2, "
                "CONSTRAINT kind CHECK (a IN ('x', 'y')))"
            )
        ],
    ),
    "no check where a type has none on this database": (
        {
            "reflect_args": [
                sa.Column(
                    "b",
                    sa.BigInteger().with_variant(sa.Boolean(create_constraint=True), "mysql"),
                )
            ]
        },
        ["CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b BIGINT DEFAULT 2)"],
    ),
    "NOT NULL by a listener": (
        {"reflect_kwargs": hearing("a", nullable=False)},
        ["CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT NOT NULL, b INT DEFAULT 2)"],
    ),
    "a default by a listener": (
        {"reflect_kwargs": hearing("a", default="'y'")},
        ["CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT DEFAULT 'y', b INT DEFAULT 2)"],
    ),
    "columns that are left out": (
        {"reflect_kwargs": {"include_columns": ["id", "b"]}},
        ["CREATE TABLE t (id INTEGER PRIMARY KEY, b INT DEFAULT 2)"],
    ),
    "an index among the table's arguments": (
        {"table_args": (sa.Index("ix", "a", unique=True),)},
        [TABLE, "CREATE UNIQUE INDEX ix ON t (a)"],
    ),
    "an index among what is reflected": (
        {"reflect_args": (sa.Index("ix", "b", "a"),)},
        [TABLE, "CREATE INDEX ix ON t (b, a)"],
    ),
    "a column among the table's arguments": (
        {"table_args": (sa.Column("c", sa.Integer, index=True, unique=False),)},
        [
            "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b INT DEFAULT 2, c INTEGER)",
            "CREATE INDEX ix_t_c ON t (c)",
        ],
    ),
}


@pytest.mark.parametrize(("told", "after"), TOLD.values(), ids=TOLD.keys())
def test_a_table_becomes_what_it_was_told(database, told, after):
    assert rebuilt(database, **told) == after
    assert [row[0] for row in database.rows()] == [1]


CHECKED = [sa.Column("f", sa.Boolean(create_constraint=True, name="flag"))]


@pytest.mark.parametrize("name", ["", "CONSTRAINT flag ", "CONSTRAINT other "])
def test_the_check_of_a_type_is_there_once(database, name):
    table = f"CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, f BOOLEAN, {name}CHECK (f in (0,1)))"
    assert rebuilt(database, table=table, reflect_args=CHECKED) == [table]


def test_the_check_of_a_type_is_not_for_a_column_that_gets_another(database):
    table = "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, f BOOLEAN)"
    after = table.replace("BOOLEAN", "INTEGER")

    def change(op):
        op.alter_column("f", type_=sa.Integer())

    assert rebuilt(database, change, table=table, reflect_args=CHECKED) == [after]


def test_the_check_of_a_type_can_be_dropped_by_its_name(database):
    table = "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, f BOOLEAN)"

    def change(op):
        op.drop_constraint("flag", type_="check")

    assert rebuilt(database, change, table=table, reflect_args=CHECKED) == [table]


def test_not_null_stays_where_nothing_is_said_of_it(database):
    told = {"reflect_args": [sa.Column("a", sa.String(7))]}
    table = "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT NOT NULL)"
    after = "CREATE TABLE t (id INTEGER PRIMARY KEY, a VARCHAR(7) NOT NULL)"
    assert rebuilt(database, table=table, **told) == [after]


def test_not_null_goes_where_that_is_said(database):
    told = {"reflect_args": [sa.Column("a", sa.Text, nullable=True)]}
    table = "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT NOT NULL)"
    after = "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT)"
    assert rebuilt(database, table=table, **told) == [after]


def test_a_column_without_a_type_has_none_as_long_as_no_listener_gives_it_one(database):
    table = "CREATE TABLE t (id INTEGER PRIMARY KEY, a, b DEFAULT 2)"
    after = "CREATE TABLE t (id INTEGER PRIMARY KEY, a VARCHAR(7), b DEFAULT 2)"
    assert rebuilt(database, table=table, reflect_kwargs=hearing("a", default=None)) == [table]
    database("DROP TABLE t")
    heard = hearing("a", type=sa.String(7))
    assert rebuilt(database, table=table, reflect_kwargs=heard) == [after]


@pytest.mark.parametrize(
    "told",
    [
        {"reflect_args": [sa.Column("a", sa.String(7))]},
        {"reflect_kwargs": hearing("a", type=sa.String(7))},
    ],
    ids=["reflect_args", "listeners"],
)
def test_a_column_is_told_of_by_the_name_that_it_had(database, told):
    after = "CREATE TABLE t (id INTEGER PRIMARY KEY, c VARCHAR(7), b INT DEFAULT 2)"
    change = lambda op: op.alter_column("a", new_column_name="c")  # noqa: E731
    assert rebuilt(database, change, **told) == [after]


def test_an_index_that_is_there_is_not_made_twice(database):
    change = lambda op: op.create_index("ix", ["a"])  # noqa: E731
    assert rebuilt(database, change, table_args=(sa.Index("ix", "b"),)) == [
        TABLE,
        "CREATE INDEX ix ON t (a)",
    ]


def test_an_index_over_columns_that_are_not_there_is_refused(database):
    with pytest.raises(errors.NotForThisTable, match=r"'zz'.* The columns of 't': 'id', 'a', 'b'"):
        rebuilt(database, table_args=(sa.Index("ix", "zz"),))
    assert database.sql() == TABLE


def test_the_convention_of_a_described_table_names_the_checks_of_its_types(database):
    convention = {"ck": "ck_%(table_name)s_%(constraint_name)s"}
    described = sa.Table(
        "t",
        sa.MetaData(naming_convention=convention),
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("on", sa.Boolean(create_constraint=True, name="is_on")),
        sa.CheckConstraint("id > 0", name="positive"),
    )
    database('CREATE TABLE t (id INTEGER PRIMARY KEY, "on" BOOLEAN)')
    database.batch(lambda _op: None, copy_from=described, recreate="always")
    checks = sa.inspect(database.connection).get_check_constraints("t")
    assert {each["name"] for each in checks} == {"ck_t_is_on", "ck_t_positive"}
