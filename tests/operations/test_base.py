"""Operations: what they carry out, how new ones are registered, and what else they give."""

from __future__ import annotations

import asyncio
import contextlib
import inspect

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine

from alembic import op
from alembic.operations import ops
from alembic.operations.base import BatchOperations, NotImplementedOp, Operations
from alembic.runtime.migration import MigrationContext
from alembic.util.exc import CommandError


@pytest.fixture
def new_op():
    """An op of a package's own, forgotten after the test."""

    class GreetOp(ops.MigrateOperation):
        def __init__(self, name: str) -> None:
            self.name = name

        @classmethod
        def greet(cls, operations, name, *, loud=False):
            """Greet somebody."""
            return operations.invoke(cls(name.upper() if loud else name))

        @classmethod
        def batch_greet(cls, operations, name):
            return operations.invoke(cls(f"{name} in {operations.impl.table_name}"))

    yield GreetOp
    for cls, name in ((Operations, "greet"), (BatchOperations, "greet"), (Operations, "hail")):
        with contextlib.suppress(AttributeError):
            delattr(cls, name)


def test_a_registered_op_is_a_verb(operations, new_op):
    Operations.register_operation("greet")(new_op)
    Operations.implementation_for(new_op)(lambda _operations, operation: f"hello {operation.name}")
    assert operations.greet("you") == "hello you"
    assert operations.greet("you", loud=True) == "hello YOU"
    assert operations.greet.__doc__ == "Greet somebody."
    assert list(inspect.signature(operations.greet).parameters) == ["name", "loud"]


def test_a_registered_op_is_a_function_of_alembic_op_at_once(operations, new_op):
    Operations.register_operation("greet")(new_op)
    Operations.implementation_for(new_op)(lambda _operations, operation: operation.name)
    with Operations.context(operations.migration_context):
        assert op.greet("you") == "you"
    assert "greet" in dir(op)


def test_another_classmethod_may_be_the_verb(operations, new_op):
    Operations.register_operation("hail", "greet")(new_op)
    BatchOperations.register_operation("greet", "batch_greet")(new_op)
    Operations.implementation_for(new_op)(lambda _operations, operation: operation.name)
    assert operations.hail("you") == "you"
    operations.execute("CREATE TABLE t (id INTEGER)")
    with operations.batch_alter_table("t") as batch:
        assert batch.greet("you") == "you in t"


def test_registering_gives_the_class_back(new_op):
    assert Operations.register_operation("greet")(new_op) is new_op


def test_an_op_that_nobody_carries_out_is_refused(operations, new_op):
    with pytest.raises(NotImplementedOp, match=r"Operations\.implementation_for") as raised:
        operations.invoke(new_op("you"))
    assert isinstance(raised.value, CommandError)
    assert isinstance(raised.value, ValueError)


def test_an_implementation_is_replaced_on_request_only(operations, new_op):
    Operations.implementation_for(new_op)(lambda *_: "first")
    with pytest.raises(ValueError):
        Operations.implementation_for(new_op)(lambda *_: "second")
    assert operations.invoke(new_op("x")) == "first"
    Operations.implementation_for(new_op, replace=True)(lambda *_: "second")
    assert operations.invoke(new_op("x")) == "second"


def test_a_verb_hands_on_what_a_function_in_the_place_of_ours_gives(operations):
    before = Operations._to_impl
    Operations._to_impl = before.branch()
    try:
        Operations.implementation_for(ops.ExecuteSQLOp, replace=True)(lambda *_: "rows")
        assert operations.execute("SELECT 1") == "rows"
    finally:
        Operations._to_impl = before


def test_a_subclass_is_carried_out_as_its_base_is(operations):
    class CreateAuditedTableOp(ops.CreateTableOp):
        pass

    columns = [sa.Column("id", sa.Integer, primary_key=True)]
    table = operations.invoke(CreateAuditedTableOp("t", columns))
    assert isinstance(table, sa.Table)
    assert sa.inspect(operations.get_bind()).has_table("t")


def test_verbs_stand_on_their_ops_as_well(operations):
    operations.execute("CREATE TABLE t (id INTEGER)")
    ops.AddColumnOp.add_column(operations, "t", sa.Column("a", sa.Integer))
    with operations.batch_alter_table("t") as batch:
        ops.AddColumnOp.batch_add_column(batch, sa.Column("b", sa.Integer))
    names = [column["name"] for column in sa.inspect(operations.get_bind()).get_columns("t")]
    assert names == ["id", "a", "b"]


def test_a_block_makes_operations_current(operations):
    with Operations.context(operations.migration_context) as current:
        assert op.get_context() is operations.migration_context
        assert current.get_bind() is operations.get_bind()
    with pytest.raises(NameError, match="get_context"):
        op.get_context()


def test_a_name_in_f_is_final(operations):
    name = operations.f("ck_t")
    assert isinstance(name, sa.sql.elements.conv)
    assert name == "ck_t"


def test_naming_conventions_fill_in_names_but_those_in_f(written):
    metadata = sa.MetaData(naming_convention={"ck": "ck_%(table_name)s_%(constraint_name)s"})

    def call(op) -> None:
        op.create_check_constraint("sum", "t", "a > 0")
        op.create_check_constraint(op.f("plain"), "t", "a > 0")

    assert written(call, target_metadata=metadata) == [
        "ALTER TABLE t ADD CONSTRAINT ck_t_sum CHECK (a > 0)",
        "ALTER TABLE t ADD CONSTRAINT plain CHECK (a > 0)",
    ]


def test_an_inline_literal_leaves_no_parameter_behind(written):
    account = sa.table("account", sa.column("name", sa.String), sa.column("day", sa.Date))

    def call(op) -> None:
        op.execute(account.update().values(name=op.inline_literal("it's")))
        op.execute(account.update().values(day=op.inline_literal("2024-01-02", sa.String())))

    assert written(call) == [
        "UPDATE account SET name='it''s'",
        "UPDATE account SET day='2024-01-02'",
    ]


def test_an_inline_literal_works_on_a_database(operations):
    operations.execute("CREATE TABLE t (a TEXT)")
    table = sa.table("t", sa.column("a", sa.String))
    for value in ("one", "two"):
        operations.execute(table.insert().values(a=operations.inline_literal(value)))
    assert operations.get_bind().execute(sa.select(table.c.a)).scalars().all() == ["one", "two"]


async def _count(connection, table: str, *, plus: int) -> int:
    result = await connection.exec_driver_sql(f"SELECT count(*) FROM {table}")
    return result.scalar() + plus


async def _run(migrate) -> object:
    engine = create_async_engine("sqlite+aiosqlite://")
    async with engine.connect() as connection:
        found = await connection.run_sync(migrate)
    await engine.dispose()
    return found


def test_an_asynchronous_function_runs_on_the_connection_of_the_run():
    def migrate(connection: sa.Connection) -> int:
        operations = Operations(MigrationContext.configure(connection))
        operations.execute("CREATE TABLE t (id INTEGER)")
        operations.execute("INSERT INTO t VALUES (1)")
        return operations.run_async(_count, "t", plus=41)

    assert asyncio.run(_run(migrate)) == 42


@pytest.mark.parametrize("function", [lambda _connection: 5, "count"])
def test_what_is_no_asynchronous_function_is_named(function):
    def migrate(connection: sa.Connection) -> None:
        operations = Operations(MigrationContext.configure(connection))
        with pytest.raises(CommandError, match=r"async_function is .* has to be an asynchronous"):
            operations.run_async(function)

    asyncio.run(_run(migrate))


def test_an_asynchronous_function_needs_an_asynchronous_connection(operations, written):
    with pytest.raises(NotImplementedError, match="Cannot call run_async with a sync engine"):
        operations.run_async(_count, "t", plus=1)
    with pytest.raises(NotImplementedError, match="Cannot call run_async in SQL mode"):
        written(lambda op: op.run_async(_count, "t", plus=1))
