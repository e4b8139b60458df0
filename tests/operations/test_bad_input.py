"""What can only be a mistake: the error says what is wrong and what to do, and nothing was executed."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import mysql, postgresql

from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.util.exc import CommandError


class Nobodys(sa.types.TypeEngine):
    """A type that no dialect has."""

    __visit_name__ = "nobodys"


NUMBERS = sa.table("t", sa.column("id", sa.Integer), sa.column("a", sa.Numeric))

# (dialect, call, what the message says); a dialect of None is each of the five
IN_A_SCRIPT = {
    # unknown keywords
    "a keyword of a table": (
        None,
        lambda op: op.create_table("n", sa.Column("id", sa.Integer), sheme="x"),
        r"op\.create_table\(\) knows no keyword 'sheme'; did you mean 'schema'\?",
    ),
    "a keyword of an index": (
        None,
        lambda op: op.create_index("i", "t", ["a"], uniqe=True),
        "did you mean 'unique'",
    ),
    "a keyword of a foreign key": (
        None,
        lambda op: op.create_foreign_key("f", "t", "p", ["a"], ["id"], on_delete="CASCADE"),
        "did you mean 'ondelete'",
    ),
    "one schema for the two tables of a foreign key": (
        None,
        lambda op: op.create_foreign_key("f", "t", "p", ["a"], ["id"], schema="s"),
        "knows no keyword 'schema'; did you mean 'source_schema'",
    ),
    "a keyword of a column": (
        None,
        lambda op: op.alter_column("t", "a", nulable=True),
        "did you mean 'nullable'",
    ),
    "a keyword of a new column": (
        None,
        lambda op: op.add_column("t", sa.Column("x", sa.Integer), unique=True),
        r"op\.add_column\(\) knows no keyword 'unique'",
    ),
    "a keyword of a new column in a batch": (
        None,
        lambda op: op.batch_alter_table("t").__enter__().add_column(sa.Column("x"), if_not_exist=1),
        "did you mean 'if_not_exists'",
    ),
    "a keyword for rebuilding": (
        None,
        lambda op: op.batch_alter_table("t", table_kwargs={"foo": 1}).__enter__(),
        "op.batch_alter_table\\(\\) knows no keyword 'foo'",
    ),
    "a keyword for reflecting": (
        None,
        lambda op: op.batch_alter_table("t", reflect_kwargs={"listener": []}).__enter__(),
        "did you mean 'listeners'",
    ),
    "a name for a table to be copied": (
        None,
        lambda op: op.batch_alter_table("t", copy_from="t").__enter__(),
        r"copy_from is 't', but has to be a Table",
    ),
    "one item where a batch takes several": (
        None,
        lambda op: op.batch_alter_table("t", table_args=sa.Index("i", "a")).__enter__(),
        r"op\.batch_alter_table\(\): table_args is Index.*, but has to be a tuple",
    ),
    "a text that describes a column to a batch": (
        None,
        lambda op: op.batch_alter_table("t", reflect_args=["a"]).__enter__(),
        r"reflect_args is \['a'\], but has to be a tuple of columns",
    ),
    "a batch of no table": (
        None,
        lambda op: op.batch_alter_table(None).__enter__(),
        "table_name is None, but has to be a name",
    ),
    "a word for whether NULL is allowed": (
        None,
        lambda op: op.alter_column("t", "a", nullable="no", existing_type=sa.Integer()),
        "nullable is 'no', but has to be True, False or None",
    ),
    # names that a database needs
    "a constraint without a name": (
        None,
        lambda op: op.drop_constraint(None, "t", type_="unique"),
        "can be dropped by its name only, and none was given|batch mode feature",
    ),
    "a foreign key without a name, in a batch": (
        "postgresql",
        lambda op: batch(op, lambda b: b.drop_constraint(None, type_="foreignkey")),
        "can be dropped by its name only, and none was given",
    ),
    "a constraint without its kind": (
        "mysql",
        lambda op: op.drop_constraint("c", "t"),
        r"please specify constraint type: op\.drop_constraint\('c', 't', type_='foreignkey'",
    ),
    "an index without a name": (
        None,
        lambda op: op.drop_index(None, "t"),
        "index_name is None, but has to be a name",
    ),
    "an index of nobody without a name": (
        None,
        lambda op: op.drop_index(None),
        "an index can be dropped by its name only",
    ),
    "an index over an expression without a name": (
        None,
        lambda op: op.create_index(None, "t", [sa.func.lower(sa.column("a"))]),
        "'t' is over an expression, from which the naming convention makes no name",
    ),
    "an index without its table on MySQL": (
        "mysql",
        lambda op: op.drop_index("ix"),
        "known by its table and its name; pass table_name=… for 'ix'",
    ),
    "an index without its table on SQL Server": (
        "mssql",
        lambda op: op.drop_index("ix"),
        "known by its table and its name; pass table_name=… for 'ix'",
    ),
    # arguments of the wrong kind
    "a list for a schema": (
        None,
        lambda op: op.add_column("t", sa.Column("x", sa.Integer), schema=["s"]),
        r"op\.add_column\(\): schema is \['s'\], but has to be the name of a schema or None",
    ),
    "a number for a schema of what is referred to": (
        None,
        lambda op: op.create_foreign_key("f", "t", "p", ["a"], ["id"], referent_schema=5),
        "referent_schema is 5, but has to be the name of a schema",
    ),
    "a list for the name of a constraint": (
        None,
        lambda op: op.create_unique_constraint(["u"], "t", ["a"]),
        r"constraint_name is \['u'\], but has to be a name or None",
    ),
    "a table for the name of an index's table": (
        None,
        lambda op: op.drop_index("i", NUMBERS),
        "table_name is .*, but has to be a name or None",
    ),
    "a column for a switch": (
        None,
        lambda op: op.create_index("i", "t", ["a"], unique=sa.column("a")),
        "unique is .*, but has to be True, False or None",
    ),
    "a number for a comment": (
        None,
        lambda op: op.create_table("n", sa.Column("x", sa.Integer), comment=5),
        "comment is 5, but has to be a string or None",
    ),
    "a flag for what to do with children": (
        None,
        lambda op: op.create_foreign_key("f", "t", "p", ["a"], ["id"], ondelete=True),
        "ondelete is True, but has to be a string or None",
    ),
    "a table among the parts of a table": (
        None,
        lambda op: op.create_table("n", sa.Table("m", sa.MetaData())),
        "has to be a Column, a constraint or an Index",
    ),
    "a table in the place of a column": (
        None,
        lambda op: op.create_index("i", "t", [NUMBERS]),
        "has to be a name or an expression such as text",
    ),
    "a number in the place of a condition": (
        None,
        lambda op: op.create_index("i", "t", ["a"], postgresql_where=5),
        "postgresql_where is 5, but has to be text or an expression",
    ),
    "a number in an exclude constraint": (
        None,
        lambda op: op.create_exclude_constraint("e", "t", (5, "=")),
        r"an element is \(5, '='\), but has to be a \(column, operator\) pair",
    ),
    "one prefix that is no list": (
        None,
        lambda op: op.create_table("n", sa.Column("x", sa.Integer), prefixes="TEMPORARY"),
        "prefixes is 'TEMPORARY', but has to be a list of words",
    ),
    "a default that is a number, as it is": (
        None,
        lambda op: op.alter_column(
            "t", "a", nullable=True, existing_type=sa.Integer(), existing_server_default=5
        ),
        "existing_server_default is 5, but has to be text as it stands in DDL",
    ),
    "options that are no dictionary": (
        None,
        lambda op: op.execute("SELECT 1", execution_options=["autocommit"]),
        r"execution_options is \['autocommit'\], but has to be a dictionary",
    ),
    "a name that is none": (None, lambda op: op.f(None), "name is None, but has to be a name"),
    "a type that is none": (
        None,
        lambda op: op.inline_literal("x", "VARCHAR"),
        "type_ is 'VARCHAR', but has to be a type of SQLAlchemy",
    ),
    "a kind of constraint that there is none of": (
        None,
        lambda op: op.drop_constraint("c", "t", type_=["unique"]),
        r"'type' can be one of 'check', .*; op\.drop_constraint\(\) was given type_=\['unique'\]",
    ),
    "columns in an order that is none": (
        None,
        lambda op: op.batch_alter_table("t", partial_reordering=["a", "b"]).__enter__(),
        r"partial_reordering is \['a', 'b'\], but has to be a list of tuples of names",
    ),
    "options of a table that are none": (
        None,
        lambda op: op.batch_alter_table("t", table_kwargs=None).__enter__(),
        "table_kwargs is None, but has to be a dictionary",
    ),
    "a convention that is none": (
        None,
        lambda op: op.batch_alter_table("t", naming_convention="uq_%s").__enter__(),
        "naming_convention is 'uq_%s', but has to be a dictionary",
    ),
    "a way to rebuild that there is none of": (
        None,
        lambda op: op.batch_alter_table("t", recreate=["always"]).__enter__(),
        "recreate may be one of 'auto', 'always', or 'never'",
    ),
    # what a dialect can't do
    "a sequence elsewhere": (
        "sqlite",
        lambda op: op.create_table(
            "n", sa.Column("x", sa.Integer, server_default=sa.Sequence("s").next_value())
        ),
        "'sqlite' does not support sequence increments",
    ),
    "the next number of a sequence elsewhere": (
        "sqlite",
        lambda op: op.execute(sa.Sequence("s")),
        r"'sqlite' does not support sequence.*; leave it to others: .*name != 'sqlite'",
    ),
    "an exclude constraint elsewhere": (
        "mysql",
        lambda op: op.create_exclude_constraint("e", "t", ("a", "=")),
        r"can't render .*ExcludeConstraint.*if op\.get_context\(\)\.dialect\.name != 'mysql'",
    ),
    "a check of rows elsewhere": (
        "oracle",
        lambda op: op.validate_constraint("c", "t"),
        "can't be said in the dialect 'oracle'; its constraints are checked when they are created",
    ),
    "a type of another dialect": (
        "sqlite",
        lambda op: op.create_table("n", sa.Column("x", postgresql.TSVECTOR)),
        r"\(in table 'n', column 'x'\): dialect 'sqlite' can't render .*TSVECTOR; .*with_variant",
    ),
    "a set elsewhere": (
        "mssql",
        lambda op: op.create_table("n", sa.Column("x", mysql.SET("a"))),
        "dialect 'mssql' can't render element of type SET",
    ),
    "text without a length": (
        "mysql",
        lambda op: op.create_table("n", sa.Column("x", sa.String)),
        "column 'x'.*VARCHAR requires a length on dialect mysql",
    ),
    "a column that becomes a computed one": (
        "postgresql",
        lambda op: op.alter_column("t", "a", server_default=sa.Computed("1")),
        "is not supported. Drop the column, and add it anew",
    ),
    "an ALTER that SQLite hasn't": (
        "sqlite",
        lambda op: op.alter_column("t", "a", nullable=False),
        r"takes a rebuild of the table: op\.batch_alter_table\(\), which needs copy_from=…",
    ),
    "a column whose type nobody tells": (
        "mysql",
        lambda op: op.alter_column("t", "a", nullable=False),
        "require the existing type. Pass existing_type=… for column 'a' of table 't'",
    ),
    "a column without a type": (
        None,
        lambda op: op.add_column("t", sa.Column("x")),
        "did you forget to specify a type on this Column",
    ),
    # rows and values
    "rows that are one dictionary": (
        None,
        lambda op: op.bulk_insert(NUMBERS, {"id": 1}),
        r"rows is \{'id': 1\}, but has to be a list \(or iterator\) of dictionaries",
    ),
    "a row that is none": (
        None,
        lambda op: op.bulk_insert(NUMBERS, [{"id": 1}, (2, 3)]),
        r"row 2 is \(2, 3\), but has to be a dictionary",
    ),
    "a row that is none, from an iterator": (
        None,
        lambda op: op.bulk_insert(NUMBERS, iter([(2, 3)])),
        "row 1 is",
    ),
    "a value for no column": (
        None,
        lambda op: op.bulk_insert(NUMBERS, [{"id": 1, "zz": 2}]),
        "a value for 'zz', which is no column of 't' as it was given. Its columns: 'id', 'a'",
    ),
    "a column as the key of a row": (
        None,
        lambda op: op.bulk_insert(NUMBERS, [{NUMBERS.c.id: 1}]),
        "row 1 has the key .*, but has to have names of columns",
    ),
    "a value that is no SQL": (
        None,
        lambda op: op.bulk_insert(NUMBERS, [{"id": 1, "a": object()}]),
        r"can't be written into a script: its type Numeric\(\) has no literals",
    ),
    "a number that is none": (
        "mysql",
        lambda op: op.bulk_insert(NUMBERS, [{"id": 1, "a": float("nan")}]),
        "nan can't be written into a script: there is no such number in mysql",
    ),
    "an endless number": (
        "oracle",
        lambda op: op.bulk_insert(NUMBERS, [{"id": 1, "a": float("inf")}]),
        "inf can't be written into a script: there is no such number in oracle",
    ),
}
FIVE = ("postgresql", "mysql", "mssql", "oracle", "sqlite")


def batch(op, change, **kw) -> None:
    with op.batch_alter_table("t", **kw) as batch_op:
        change(batch_op)


@pytest.mark.parametrize(
    ("dialect", "call", "message"),
    [
        pytest.param(dialect, call, message, id=f"{name} ({dialect})")
        for name, (only, call, message) in IN_A_SCRIPT.items()
        for dialect in ([only] if only else FIVE)
    ],
)
def test_a_script_refuses(written, dialect, call, message):
    with pytest.raises(CommandError, match=message):
        written(call, dialect)


# On databases: (call, what the message says); "t" has a column "a" and the constraints of FILL
ON_A_DATABASE = {
    "a constraint without a name": (
        lambda op: op.drop_constraint(None, "t", type_="check"),
        "the constraints it has: 'ck_t', 'uq_t'|Its constraints are: .*uq_t.*ck_t",
    ),
    "a constraint without a name, in a batch": (
        lambda op: batch(op, lambda b: b.drop_constraint(None, type_="check")),
        "the constraints it has: 'ck_t', 'uq_t'|Its constraints are: .*uq_t.*ck_t",
    ),
    "an index without a name": (
        lambda op: op.drop_index(None, "t"),
        r"dropped by its name only\. Those of table 't' are: .*ix_t",
    ),
    "an index without a name, in a batch": (
        lambda op: batch(op, lambda b: b.drop_index(None)),
        r"dropped by its name only\. Those of table 't' are: .*ix_t",
    ),
    "an index of nobody without a name": (
        lambda op: op.drop_index(None),
        r"dropped by its name only\. Those are: .*ix_t",
    ),
    "a column without a type": (
        lambda op: op.add_column("t", sa.Column("x")),
        "did you forget to specify a type on this Column",
    ),
    "a type of nobody": (
        lambda op: op.create_table("n", sa.Column("x", Nobodys())),
        "can't render element of type",
    ),
    "a row that is none": (
        lambda op: op.bulk_insert(NUMBERS, [{"id": 1, "a": 1}, None]),
        "row 2 is None, but has to be a dictionary",
    ),
}


@pytest.mark.parametrize(("call", "message"), ON_A_DATABASE.values(), ids=ON_A_DATABASE.keys())
def test_a_database_is_left_alone(engine, call, message):
    table = sa.Table(
        "t",
        sa.MetaData(),
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("a", sa.Integer),
        sa.CheckConstraint("a > 0", name="ck_t"),
        sa.UniqueConstraint("a", name="uq_t"),
        sa.Index("ix_t", "a", "id"),
    )
    table.create(engine)
    with engine.connect() as connection:
        operations = Operations(MigrationContext.configure(connection))
        with pytest.raises(CommandError, match=message):
            call(operations)
        assert connection.scalar(sa.select(sa.func.count()).select_from(table)) == 0
        assert sa.inspect(connection).get_table_names() == ["t"]


def test_a_value_for_no_column_is_left_out_of_a_database_and_told_of(operations):
    operations.create_table("t", sa.Column("id", sa.Integer), sa.Column("a", sa.Integer))
    with pytest.warns(UserWarning, match="value for 'zz'.* It is left out") as warned:
        operations.bulk_insert(NUMBERS, [{"id": 1, "zz": 2}])
    assert warned[0].filename == __file__
    assert operations.get_bind().execute(sa.select(NUMBERS)).all() == [(1, None)]


COLONS = {
    "a default": lambda op: op.add_column(
        "t", sa.Column("x", sa.String(9), server_default=sa.text("':here'"))
    ),
    "a default of a new table": lambda op: op.create_table(
        "n", sa.Column("x", sa.String(9), server_default=sa.text("':here'"))
    ),
    "a computed column": lambda op: op.create_table(
        "n", sa.Column("x", sa.String(9), sa.Computed("y || ':here'"))
    ),
    "a check of a new table": lambda op: op.create_table(
        "n", sa.Column("x", sa.String(9)), sa.CheckConstraint("x <> ':here'")
    ),
    "a check": lambda op: op.create_check_constraint("c", "t", "x <> ':here'"),
    "a new default": lambda op: op.alter_column("t", "a", server_default=sa.text("':here'")),
    "an index": lambda op: op.create_index("i", "t", [sa.text("(x || ':here')")]),
    "an index in a batch": lambda op: batch(
        op, lambda b: b.create_index("i", [sa.text("(x || ':here')")])
    ),
    "some rows of an index": lambda op: op.create_index(
        "i", "t", ["x"], postgresql_where="x <> ':here'"
    ),
}


@pytest.mark.parametrize("call", COLONS.values(), ids=COLONS.keys())
def test_a_colon_that_is_taken_for_a_parameter_is_told_of(written, call):
    with pytest.warns(UserWarning, match=r"the parameter 'here', and NULL is written") as warned:
        assert "'NULL'" in written(call, "postgresql")[0]
    assert [one.filename for one in warned] == [__file__]


def test_a_colon_with_a_backslash_is_one(written):
    said = written(lambda op: op.create_check_constraint("c", "t", r"x <> '\:y' AND a::int > 5"))
    assert said == ["ALTER TABLE t ADD CONSTRAINT c CHECK (x <> ':y' AND a::int > 5)"]
