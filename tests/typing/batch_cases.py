"""What a type checker knows of ``batch_alter_table``'s operations: read by mypy, never run."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.elements import conv
from typing_extensions import assert_type

from alembic.operations import BatchOperations, MigrateOperation, ops
from alembic.operations.host import MigrationHost
from alembic.operations.literal import InlineLiteral


def give_nothing(batch_op: BatchOperations) -> tuple[Callable[..., None], ...]:
    return (
        batch_op.add_column,
        batch_op.alter_column,
        batch_op.create_check_constraint,
        batch_op.create_exclude_constraint,
        batch_op.create_foreign_key,
        batch_op.create_index,
        batch_op.create_primary_key,
        batch_op.create_table_comment,
        batch_op.create_unique_constraint,
        batch_op.drop_column,
        batch_op.drop_constraint,
        batch_op.drop_index,
        batch_op.drop_table_comment,
        batch_op.execute,
        batch_op.validate_constraint,
    )


def columns(batch_op: BatchOperations) -> None:
    batch_op.add_column(sa.Column("a", sa.Integer), insert_before="b", if_not_exists=True)
    batch_op.add_column(sa.Column("a", sa.Integer), insert_after="b")
    batch_op.alter_column(
        "a",
        nullable=False,
        comment=None,
        server_default="5",
        new_column_name="b",
        type_=sa.BigInteger(),
        existing_type=sa.Integer,
        existing_server_default=None,
        existing_nullable=True,
        existing_comment="x",
        insert_before="c",
        insert_after=None,
        mysql_lock="NONE",
    )
    batch_op.drop_column("a", if_exists=True)
    batch_op.add_column("account", sa.Column("a", sa.Integer))  # type: ignore[call-arg,arg-type]
    batch_op.alter_column("a", nullable="no")  # type: ignore[arg-type]
    batch_op.alter_column("account", "a")  # type: ignore[arg-type,call-arg]


def constraints(batch_op: BatchOperations) -> None:
    batch_op.create_primary_key("pk", ["id"])
    batch_op.create_foreign_key(
        "fk", "person", ["a"], ["id"], ondelete="CASCADE", referent_schema="s"
    )
    batch_op.create_unique_constraint("uq", ["a", "b"], deferrable=True)
    batch_op.create_check_constraint("ck", sa.column("a", sa.Integer) > 5)
    batch_op.create_exclude_constraint("ex", ("period", "&&"), using="gist")
    batch_op.drop_constraint("ck", type_="check")
    batch_op.validate_constraint("ck")
    batch_op.create_unique_constraint("uq")  # type: ignore[call-arg]
    batch_op.create_foreign_key("fk", "person", ["a"])  # type: ignore[call-arg]


def the_rest(batch_op: BatchOperations) -> None:
    batch_op.create_index("ix", ["a", sa.text("lower(b)")], unique=True, sqlite_where=sa.text("a"))
    batch_op.drop_index("ix", if_exists=True)
    batch_op.create_table_comment("c", existing_comment=None)
    batch_op.drop_table_comment(existing_comment="c")
    batch_op.execute("DELETE FROM account")
    assert_type(batch_op.f("ck"), conv)
    assert_type(batch_op.get_bind(), Connection)
    assert_type(batch_op.get_context(), MigrationHost)
    assert_type(batch_op.inline_literal(5), InlineLiteral)
    assert_type(batch_op.invoke(ops.DropColumnOp("account", "a")), Any)
    assert_type(batch_op.run_async(_nothing), None)
    with batch_op.batch_alter_table("other") as other:
        assert_type(other, BatchOperations)
    batch_op.create_table("other")  # type: ignore[attr-defined]


async def _nothing(_connection: AsyncConnection) -> None: ...


@BatchOperations.register_operation("forget")
class ForgetOp(MigrateOperation):
    @classmethod
    def forget(cls, operations: BatchOperations) -> None:
        operations.invoke(cls())


@BatchOperations.implementation_for(ForgetOp)
def forget(operations: BatchOperations, _operation: ForgetOp) -> None:
    operations.execute("DELETE FROM account")


def alone(host: MigrationHost) -> None:
    with BatchOperations.context(host) as operations:
        assert_type(operations, BatchOperations)
