"""What a type checker knows of ``alembic.op``: read by mypy, never run.

An error that is expected stands behind ``type: ignore``; mypy complains of those that are needless.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, Table
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.elements import conv
from typing_extensions import assert_type

from alembic import op
from alembic.operations import BatchOperations, MigrateOperation, Operations, ops
from alembic.operations.literal import InlineLiteral
from alembic.runtime.migration import MigrationContext

GIVE_NOTHING: tuple[Callable[..., None], ...] = (
    op.add_column,
    op.alter_column,
    op.bulk_insert,
    op.create_check_constraint,
    op.create_exclude_constraint,
    op.create_foreign_key,
    op.create_index,
    op.create_primary_key,
    op.create_table_comment,
    op.create_unique_constraint,
    op.drop_column,
    op.drop_constraint,
    op.drop_index,
    op.drop_table,
    op.drop_table_comment,
    op.execute,
    op.rename_table,
    op.validate_constraint,
)


def tables() -> None:
    made = op.create_table(
        "account",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.UniqueConstraint("id"),
        sa.Index("ix", "id"),
        schema="s",
        comment="c",
        if_not_exists=True,
        mysql_engine="InnoDB",
    )
    assert_type(made, Table)
    op.drop_table("account", schema="s", if_exists=True)
    op.rename_table("account", "accounts", schema="s")
    op.create_table_comment("account", None, existing_comment="c", schema="s")
    op.drop_table_comment("account", existing_comment="c", schema="s")
    op.create_table("account", "id")  # type: ignore[arg-type]
    op.drop_table(None)  # type: ignore[arg-type]
    op.rename_table("account")  # type: ignore[call-arg]
    op.rename_table("account", "accounts", "s")  # type: ignore[call-arg]


def columns() -> None:
    op.add_column(
        "account",
        sa.Column("name", sa.String(50)),
        schema="s",
        if_not_exists=True,
        inline_references=True,
        inline_primary_key=True,
    )
    op.alter_column(
        "account",
        "name",
        nullable=False,
        comment=None,
        server_default=sa.text("'x'"),
        new_column_name="title",
        type_=sa.Text,
        existing_type=sa.String(50),
        existing_server_default=False,
        existing_nullable=True,
        existing_comment=None,
        schema="s",
        postgresql_using="name::text",
    )
    op.alter_column("account", "id", server_default=sa.Identity(start=3), autoincrement=True)
    op.alter_column("account", "sum", server_default=sa.Computed("a + b"))
    op.alter_column("account", "name", server_default=None, comment=False)
    op.drop_column("account", "name", schema="s", if_exists=True, mssql_drop_check=True)
    op.add_column("account", "name")  # type: ignore[arg-type]
    op.add_column("account", sa.Column("x", sa.Integer), mysql_algorithm="INSTANT")
    op.alter_column("account", "name", nullable="no")  # type: ignore[arg-type]
    op.alter_column("account", "name", server_default=5)  # type: ignore[arg-type]
    op.alter_column("account", "name", type_="varchar")  # type: ignore[arg-type]


def constraints() -> None:
    op.create_primary_key("pk", "account", ["id"], schema="s")
    op.create_foreign_key(
        None,
        "account",
        "person",
        ["owner_id"],
        ["id"],
        onupdate="CASCADE",
        ondelete="SET NULL",
        deferrable=True,
        initially="DEFERRED",
        match="FULL",
        source_schema="s",
        referent_schema="t",
        postgresql_not_valid=True,
    )
    op.create_unique_constraint(op.f("uq"), "account", ("name",), schema="s", deferrable=True)
    op.create_check_constraint("ck", "account", "sum > 0", schema="s")
    op.create_check_constraint("ck", "account", sa.column("sum", sa.Integer) > 0)
    op.create_exclude_constraint("ex", "booking", ("period", "&&"), (sa.text("a"), "="), where="b")
    op.drop_constraint("ck", "account", type_="check", schema="s", if_exists=True)
    op.drop_constraint("ck", "account", "check")
    op.validate_constraint("ck", "account", schema="s")
    op.create_check_constraint("ck", "account", 5)  # type: ignore[arg-type]
    op.create_foreign_key("fk", "a", "b", ["x"])  # type: ignore[call-arg]
    op.create_unique_constraint("uq", "account", [sa.column("a")])  # type: ignore[list-item]
    op.drop_constraint("ck", "account", kind="check")  # type: ignore[call-arg]


def indexes() -> None:
    op.create_index(
        "ix",
        "account",
        ["bank", sa.text("lower(name)"), sa.func.upper(sa.column("x"))],
        schema="s",
        unique=True,
        if_not_exists=True,
        postgresql_where=sa.text("x > 0"),
    )
    op.create_index(None, "account", ["name"])
    op.drop_index("ix", "account", schema="s", if_exists=True, postgresql_concurrently=True)
    op.drop_index("ix", table_name="account")
    op.create_index("ix", "account", [5])  # type: ignore[list-item]
    op.drop_index(None)  # type: ignore[arg-type]


def rows() -> None:
    account = sa.table("account", sa.column("id", sa.Integer))
    op.bulk_insert(account, [{"id": 1}, {"id": op.inline_literal(2)}], multiinsert=False)
    op.bulk_insert(sa.Table("account", sa.MetaData()), ({"id": n} for n in range(5)))
    op.execute("DELETE FROM account")
    op.execute(account.delete(), execution_options={"no_parameters": True})
    op.execute(sa.text("SELECT 1"))
    assert_type(op.inline_literal("x"), InlineLiteral)
    assert_type(op.inline_literal(5, sa.Integer()), InlineLiteral)
    op.execute(5)  # type: ignore[arg-type]
    op.bulk_insert("account", [])  # type: ignore[arg-type]
    op.bulk_insert(account, [(1,)])  # type: ignore[list-item]


def batches() -> None:
    with op.batch_alter_table(
        "account",
        schema="s",
        recreate="always",
        partial_reordering=[("id", "name")],
        copy_from=sa.Table("account", sa.MetaData()),
        table_args=(sa.UniqueConstraint("id"),),
        table_kwargs={"sqlite_autoincrement": True},
        reflect_args=(sa.Column("flag", sa.Boolean),),
        reflect_kwargs={"listeners": []},
        naming_convention={"uq": "uq_%(table_name)s"},
    ) as batch_op:
        assert_type(batch_op, BatchOperations)
    with op.batch_alter_table("account", recreate="sometimes"):  # type: ignore[arg-type]
        pass
    with op.batch_alter_table("account", foo=1):  # type: ignore[call-arg]
        pass


async def _count(connection: AsyncConnection, table: str) -> int:
    found: int = (await connection.execute(sa.text(f"SELECT count(*) FROM {table}"))).scalar_one()
    return found


def the_run() -> None:
    assert_type(op.get_bind(), Connection)
    assert_type(op.get_context(), MigrationContext)
    assert_type(op.f("ck"), conv)
    assert_type(op.run_async(_count, "account"), int)
    assert_type(op.invoke(ops.DropTableOp("account")), Any)
    op.invoke("DROP TABLE account")  # type: ignore[arg-type]


@op.register_operation("create_view", "create")
class CreateViewOp(MigrateOperation):
    def __init__(self, name: str) -> None:
        self.name = name

    @classmethod
    def create(cls, operations: Operations, name: str) -> None:
        operations.invoke(cls(name))


@op.implementation_for(CreateViewOp, replace=True)
def create_view(operations: Operations, operation: CreateViewOp) -> str:
    operations.execute(f"CREATE VIEW {operation.name} AS SELECT 1")
    return operation.name


assert_type(CreateViewOp("v"), CreateViewOp)
assert_type(create_view(Operations(op.get_context()), CreateViewOp("v")), str)


@Operations.register_operation("drop_view")
class DropViewOp(MigrateOperation):
    @classmethod
    def drop_view(cls, operations: Operations) -> None:
        operations.invoke(cls())


def in_a_program(connection: Connection) -> Iterator[Operations]:
    with Operations.context(MigrationContext.configure(connection)) as operations:
        assert_type(operations, Operations)
        assert_type(operations.create_table("t"), Table)
        yield operations
