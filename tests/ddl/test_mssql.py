"""SQL Server beyond the golden files: what is read before a change, batches, comparison."""

from __future__ import annotations

import io

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import mssql as types

from alembic.ddl import mssql
from alembic.ddl.mssql import MSSQLImpl, TypeNeeded
from alembic.ddl.sink import RecordSink
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext


def context(**options):
    return MigrationContext.configure(dialect_name="mssql", opts=options)


def script(call, **options):
    """What a call writes."""
    buffer = io.StringIO()
    call(Operations(context(as_sql=True, output_buffer=buffer, **options)))
    return [line for line in buffer.getvalue().splitlines() if line]


class Inspector:
    """Stands for a server's catalog."""

    def get_columns(self, table, schema=None):
        assert (table, schema) == ("t", None)
        return [
            {
                "name": "Name",
                "type": types.VARCHAR(50, collation="Latin1_General_BIN"),
                "nullable": False,
                "comment": "was",
            },
            {"name": "sum", "type": types.INTEGER(), "nullable": True, "comment": None},
        ]

    def get_table_comment(self, table, schema=None):
        return {"text": "was" if table == "t" else None}


@pytest.fixture
def impl(monkeypatch):
    """An impl whose server answers questions and takes statements into a list."""
    monkeypatch.setattr(mssql, "inspect", lambda _connection: Inspector())
    impl = MSSQLImpl(types.dialect(), object(), False, None, None, {})
    impl.sink = RecordSink()
    return impl


def said(impl):
    return [
        str(one.construct.compile(dialect=impl.dialect)).strip() for one in impl.sink.statements
    ]


@pytest.mark.parametrize(
    ("arguments", "statement"),
    [
        (
            {"nullable": True},
            "ALTER TABLE t ALTER COLUMN name VARCHAR(50) COLLATE Latin1_General_BIN NULL",
        ),
        (
            {"type_": sa.String(80)},
            "ALTER TABLE t ALTER COLUMN name VARCHAR(80) COLLATE Latin1_General_BIN NOT NULL",
        ),
        (
            {"type_": sa.String(80, collation="Latin1_General_CI_AS"), "existing_nullable": True},
            "ALTER TABLE t ALTER COLUMN name VARCHAR(80) COLLATE Latin1_General_CI_AS NULL",
        ),
        ({"type_": sa.Integer()}, "ALTER TABLE t ALTER COLUMN name INTEGER NOT NULL"),
        (
            {"comment": "is"},
            (
                "exec sp_updateextendedproperty 'MS_Description', N'is', 'schema', dbo, "
                "'table', t, 'column', name"
            ),
        ),
    ],
)
def test_what_is_not_said_is_read_from_the_server(impl, arguments, statement):
    impl.alter_column("t", "name", existing_server_default=False, **arguments)
    assert said(impl) == [statement]


def test_a_comment_that_is_not_there_is_added_and_not_dropped(impl):
    impl.alter_column("t", "sum", comment=None)
    assert said(impl) == []
    impl.alter_column("t", "sum", comment="new")
    assert said(impl) == [
        (
            "exec sp_addextendedproperty 'MS_Description', N'new', 'schema', dbo, "
            "'table', t, 'column', sum"
        )
    ]


def test_a_tables_comment_is_updated_where_it_has_one(impl):
    for name in ("t", "u"):
        impl.create_table_comment(sa.Table(name, sa.MetaData(), comment="new"))
    impl.drop_table_comment(sa.Table("t", sa.MetaData()))
    impl.drop_table_comment(sa.Table("u", sa.MetaData()))
    assert [statement.split()[1] for statement in said(impl)] == [
        "sp_updateextendedproperty",
        "sp_addextendedproperty",
        "sp_dropextendedproperty",
    ]


def test_a_script_asks_for_the_type():
    with pytest.raises(TypeNeeded, match="require the existing_type or a new type_ be passed"):
        script(lambda op: op.alter_column("t", "c", nullable=False))


def test_a_type_whose_nullability_nobody_knows_is_warned_of():
    with pytest.warns(UserWarning, match="avoid implicit conversion of NOT NULL columns to NULL"):
        script(lambda op: op.alter_column("t", "c", type_=sa.Integer()))


@pytest.mark.parametrize(
    ("options", "separator"),
    [
        ({}, ["GO"]),
        ({"mssql_batch_separator": "BYE"}, ["BYE"]),
        ({"mssql_batch_separator": ""}, []),
    ],
)
def test_a_statement_is_followed_by_the_separator(options, separator):
    assert script(lambda op: op.execute("SELECT 1"), **options) == ["SELECT 1;", *separator]


def test_included_columns_need_not_be_known():
    assert script(lambda op: op.create_index("i", "t", ["a"], mssql_include=["b", "a", "c"])) == [
        "CREATE INDEX i ON t (a) INCLUDE (b, a, c);",
        "GO",
    ]


def test_rows_are_taken_one_by_one():
    taken = []

    def rows():
        for number in range(3):
            taken.append(number)
            yield {"id": number}

    table = sa.Table("t", sa.MetaData(), sa.Column("id", sa.Integer, sa.Identity()))
    lines = script(lambda op: op.bulk_insert(table, rows()))
    assert taken == [0, 1, 2]
    assert [line for line in lines if line != "GO"] == [
        "SET IDENTITY_INSERT t ON;",
        *(f"INSERT INTO t (id) VALUES ({number});" for number in range(3)),
        "SET IDENTITY_INSERT t OFF;",
    ]


@pytest.mark.parametrize(
    ("first", "second", "differs"),
    [
        ("((5))", "5", False),
        ("((5))", "'5'", False),
        ("((-1))", "-1", False),
        ("((0.50))", "0.5", False),
        ("('x')", "'x'", False),
        ("(N'x')", "'x'", False),
        ("('it''s')", "'it''s'", False),
        ("(getdate())", "CURRENT_TIMESTAMP", False),
        ("(newid())", "NEWID()", False),
        ("((1)+(2))", "1 + 2", False),
        ("(NULL)", None, False),
        ("(CONVERT([bit],(0)))", "CONVERT(bit, 0)", False),
        ("((5))", "6", True),
        ("('x')", "'X'", True),
        ("(lower('a'))", "upper('a')", True),
        ("('a b')", "'ab'", True),
        (None, "0", True),
        ("((1)+(2))", "(1)-(2)", True),
    ],
)
def test_defaults_are_compared_as_the_server_takes_them(first, second, differs):
    column = sa.Column("c", sa.Integer)
    assert context().impl.compare_server_default(column, column, second, first) is differs


def test_an_index_is_read_without_what_is_so_by_default():
    adjust = context().impl.adjust_reflected_dialect_options
    options = {"mssql_include": [], "mssql_clustered": False, "mssql_where": "x > 3"}
    assert adjust({"name": "i", "dialect_options": options}, "index") == {"mssql_where": "x > 3"}
    kept = {"mssql_include": ["a"], "mssql_clustered": True}
    assert adjust({"name": "i", "dialect_options": kept}, "index") == kept
    assert adjust({"name": "i"}, "index") == {}


@pytest.mark.parametrize(
    ("table", "column", "variable"),
    [("t", "c", "varchar(256)"), ("価格", "c", "nvarchar(258)"), ("t", "価", "nvarchar(258)")],
)
def test_a_constraints_name_is_held_by_a_variable_that_can_hold_it(table, column, variable):
    lines = script(
        lambda op: op.drop_column(
            table,
            column,
            mssql_drop_default=True,
            mssql_drop_check=True,
            mssql_drop_foreign_key=True,
        )
    )
    found = [line for line in lines if line.startswith("declare")]
    assert found == [f"declare @const_name {variable}"] * 3
