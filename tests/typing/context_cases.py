"""What a type checker knows of ``alembic.context``: read by mypy, never run."""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterable, MutableMapping
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.schema import SchemaItem
from typing_extensions import assert_type

from alembic import context
from alembic.autogenerate.api import AutogenContext
from alembic.config import Config
from alembic.ddl.impl import DefaultImpl
from alembic.operations import ops
from alembic.runtime.migration import MigrationContext, MigrationInfo
from alembic.runtime.transaction import RunTransaction
from alembic.script import ScriptDirectory

assert_type(context.config, Config)
assert_type(context.script, ScriptDirectory)
metadata = sa.MetaData()


def include_name(
    name: str | None,
    type_: Literal[
        "schema",
        "table",
        "column",
        "index",
        "unique_constraint",
        "foreign_key_constraint",
        "check_constraint",
    ],
    parent_names: MutableMapping[
        Literal["schema_name", "table_name", "schema_qualified_table_name"], str | None
    ],
) -> bool:
    return type_ != "table" or name != parent_names["table_name"]


def include_object(
    object_: SchemaItem, name: str | None, type_: str, reflected: bool, compare_to: Any
) -> bool:
    return reflected or name is not None


def compare_type(
    context: MigrationContext,
    inspected_column: sa.Column[Any],
    metadata_column: sa.Column[Any],
    inspected_type: Any,
    metadata_type: Any,
) -> bool | None:
    return None


def render_item(type_: str, obj: Any, autogen_context: AutogenContext) -> str | Literal[False]:
    return False


def on_version_apply(
    *,
    ctx: MigrationContext,
    step: MigrationInfo,
    heads: Collection[Any],
    run_args: dict[str, Any],
    **kw: Any,
) -> None: ...


def process_revision_directives(
    context: MigrationContext,
    revision: str | Iterable[str | None] | Iterable[str],
    directives: list[ops.MigrationScript],
) -> None:
    if directives[0].upgrade_ops is not None and directives[0].upgrade_ops.is_empty():
        directives[:] = []


def run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        include_name=include_name,
        include_object=include_object,
        include_schemas=True,
        compare_type=True,
        compare_server_default=True,
        process_revision_directives=process_revision_directives,
        on_version_apply=on_version_apply,
        render_as_batch=True,
        render_item=render_item,
        transactional_ddl=True,
        transaction_per_migration=True,
        autogenerate_plugins=["alembic.autogenerate.*"],
        version_table="versions",
        some_option_of_mine=5,
    )
    context.configure(url="sqlite://", literal_binds=True, output_buffer=sys.stdout, tag="x")
    context.configure(
        dialect_name="postgresql", dialect_opts={"paramstyle": "named"}, starting_rev="a"
    )
    context.configure(
        target_metadata=[metadata, metadata],
        compare_type=compare_type,
        on_version_apply=[on_version_apply],
        template_args={"engine": "x"},
        upgrade_token="up",
        downgrade_token="down",
        alembic_module_prefix="op.",
        sqlalchemy_module_prefix="sa.",
        user_module_prefix=None,
    )
    context.configure(connection="sqlite://")  # type: ignore[arg-type]
    context.configure(literal_binds="yes")  # type: ignore[arg-type]
    context.configure(include_name=5)  # type: ignore[arg-type]
    with context.begin_transaction() as transaction:
        assert_type(transaction, RunTransaction | None)
        context.run_migrations()
        context.run_migrations(engine="x")
    context.run()
    context.run(metadata, engine=sa.create_engine("sqlite://"), render_as_batch=True)
    context.run([metadata, metadata], connection=connection)
    context.run(metadata, engine=create_async_engine("sqlite+aiosqlite://"))
    context.run(url=sa.make_url("sqlite://"))
    context.run(engine="sqlite://")  # type: ignore[arg-type]
    context.execute("SELECT 1")
    context.execute(sa.text("SELECT 1"), execution_options={"no_parameters": True})
    context.static_output("-- done")


def questions() -> None:
    assert_type(context.is_offline_mode(), bool)
    assert_type(context.is_transactional_ddl(), bool)
    assert_type(context.requires_connection(), bool)
    assert_type(context.get_bind(), Connection | None)
    assert_type(context.get_context(), MigrationContext)
    assert_type(context.get_impl(), DefaultImpl)
    assert_type(context.get_head_revision(), str | tuple[str, ...] | None)
    assert_type(context.get_head_revisions(), str | tuple[str, ...] | None)
    assert_type(context.get_revision_argument(), str | tuple[str, ...] | None)
    assert_type(context.get_starting_revision_argument(), str | tuple[str, ...] | None)
    assert_type(context.get_tag_argument(), str | None)
    assert_type(context.get_x_argument(), list[str])
    assert_type(context.get_x_argument(as_dictionary=True), dict[str, str])
    assert_type(context.get_x_argument(as_dictionary=False), list[str])
    context.get_x_argument(as_dictionary="yes")  # type: ignore[call-overload]
