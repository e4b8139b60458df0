"""Use the interface of autogenerate with whichever Alembic this interpreter has; prints what it gives as JSON."""

from __future__ import annotations

import json
import sys
import warnings
from collections.abc import Callable
from typing import Any
from unittest.mock import MagicMock

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from alembic.autogenerate import (
    api,
    comparators,
    compare_metadata,
    produce_migrations,
    render,
    render_op_text,
    render_python_code,
    renderers,
    rewriter,
)
from alembic.migration import MigrationContext
from alembic.operations import ops
from alembic.runtime.plugins import Plugin
from alembic.util import DispatchPriority

warnings.simplefilter("ignore")
FACTS: dict[str, Callable[[], Any]] = {}


def fact(fn: Callable[[], Any]) -> Callable[[], Any]:
    FACTS[fn.__name__] = fn
    return fn


def models(*columns: str, table: str = "t", metadata: sa.MetaData | None = None) -> sa.MetaData:
    metadata = sa.MetaData() if metadata is None else metadata
    sa.Table(
        table,
        metadata,
        sa.Column("id", sa.Integer, primary_key=True),
        *(sa.Column(name, sa.String(5)) for name in columns),
    )
    return metadata


def context(after: Any, before: sa.MetaData | None = None, **opts: Any) -> MigrationContext:
    connection = sa.create_engine("sqlite://").connect()
    if before is not None:
        before.create_all(connection)
    return MigrationContext.configure(connection, opts={"target_metadata": after, **opts})


def failure(fn: Callable[[], Any]) -> str:
    try:
        fn()
    except Exception as error:  # noqa: BLE001 - an error is an answer to compare too
        kind = "ValueError" if isinstance(error, ValueError) else type(error).__name__
        return f"{kind}: {error}"
    return "nothing"


@fact
def several_metadatas() -> Any:
    both = [models("x"), models("y", table="u")]
    script = produce_migrations(context(both), both)
    return render_python_code(script.upgrade_ops)


@fact
def one_table_in_two_metadatas() -> str:
    both = [models("x"), models("y")]
    made = api.AutogenContext(context(both), metadata=both)
    # Behind the semicolon this project says a way out.
    return failure(lambda: made.table_key_to_table).partition(";")[0]


@fact
def no_metadata() -> str:
    return failure(lambda: api.AutogenContext(context(None)))[:60]


@fact
def offline() -> str:
    made = MigrationContext.configure(
        dialect_name="sqlite", opts={"as_sql": True, "target_metadata": models()}
    )
    return failure(lambda: compare_metadata(made, models()))


@fact
def without_a_connection() -> str:
    made = MigrationContext.configure(dialect_name="sqlite", opts={"target_metadata": models()})
    return failure(lambda: api.AutogenContext(made).inspector)


@fact
def code_without_a_context() -> str:
    items = [
        ops.CreateTableOp("t", [sa.Column("x", postgresql.INET), sa.Column("y", sa.Integer)]),
        ops.AddColumnOp("t", sa.Column("z", sa.DateTime, server_default=sa.func.now())),
        ops.DropIndexOp("ix", "t"),
        ops.ExecuteSQLOp("SELECT 1"),
        ops.ModifyTableOps("t", [ops.DropColumnOp("t", "x")]),
    ]
    return "\n".join(
        [
            render_python_code(ops.UpgradeOps(items)),
            render_python_code(ops.UpgradeOps(items), render_as_batch=True),
            render_python_code(ops.UpgradeOps([]), "sa.", "op."),
            render_python_code(ops.DowngradeOps(items[:1]), "", ""),
        ]
    )


@fact
def the_renderer_that_packages_call() -> str:
    op = ops.AlterColumnOp(
        "t", "x", modify_type=sa.Integer(), existing_type=sa.String(), postgresql_using="x::int"
    )
    prefixes = {
        "alembic_module_prefix": "op.",
        "sqlalchemy_module_prefix": "sa.",
        "user_module_prefix": None,
        "render_item": None,
    }
    return render._alter_column(api.AutogenContext(context(models()), opts=prefixes), op)


@fact
def the_commands_that_packages_show() -> Any:
    prefixes = {
        "alembic_module_prefix": "op.",
        "sqlalchemy_module_prefix": "sa.",
        "user_module_prefix": None,
        "render_item": None,
    }
    made = api.AutogenContext(context(models()), opts=prefixes)
    drop = ops.ModifyTableOps("t", [ops.DropColumnOp("t", "x")])
    return [render._render_cmd_body(ops.UpgradeOps(each), made) for each in ([drop], [])]


@fact
def comparators_of_one_element_end_where_one_has_found_something() -> Any:
    said: list[Any] = []
    plugin = Plugin("asking.last")

    def last_of(element: str) -> Any:
        def say(_context: Any, _alter: Any, _schema: Any, _table: Any, name: Any, *_: Any) -> Any:
            said.append(f"{element} {name}")

        return say

    for element in ("types", "nullable", "server_default"):
        plugin.add_autogenerate_comparator(
            last_of(element), "column", element, priority=DispatchPriority.LAST
        )
    columns = {
        "same": ((sa.Integer,), {}),
        "type": ((sa.String(9),), {}),
        "nullable": ((sa.Integer,), {"nullable": False}),
        "default": ((sa.Integer,), {"server_default": "5"}),
    }
    before, after = sa.MetaData(), sa.MetaData()
    sa.Table("t", before, *(sa.Column(name, sa.Integer) for name in columns))
    sa.Table("t", after, *(sa.Column(name, *args, **kw) for name, (args, kw) in columns.items()))
    names = ["alembic.autogenerate.*", "asking.*"]
    made = context(after, before, autogenerate_plugins=names, compare_server_default=True)
    compare_metadata(made, after)
    plugin.remove()
    return sorted(said)


@fact
def the_column_renderer_with_a_context_that_is_a_mock() -> str:
    mocked = MagicMock()
    mocked.opts = {
        "sqlalchemy_module_prefix": "sa.",
        "user_module_prefix": None,
        "render_item": None,
    }
    mocked.migration_context.impl.render_type.return_value.__str__.return_value = "sa.String()"
    column = sa.Column("x", sa.String, server_default="1", nullable=False)
    return render._render_column(column, mocked)


def script_of(*items: Any) -> ops.MigrationScript:
    return ops.MigrationScript("abc", ops.UpgradeOps(list(items)), ops.DowngradeOps([]))


def rendered(script: ops.MigrationScript) -> str:
    return render_python_code(script.upgrade_ops)


@fact
def rewriter_replaces_adds_and_drops() -> str:
    writer = rewriter.Rewriter()

    @writer.rewrites(ops.AddColumnOp)
    def add(_context: Any, _revision: Any, op: Any) -> Any:
        if op.column.name == "gone":
            return []
        op.column.comment = "seen"
        return [op, ops.AlterColumnOp(op.table_name, op.column.name, modify_nullable=False)]

    @writer.rewrites(ops.DropIndexOp)
    def index(_context: Any, _revision: Any, _op: Any) -> Any:
        return None

    script = script_of(
        ops.ModifyTableOps(
            "t",
            [
                ops.AddColumnOp("t", sa.Column("x", sa.Integer)),
                ops.AddColumnOp("t", sa.Column("gone", sa.Integer)),
                ops.DropIndexOp("ix", "t"),
            ],
        )
    )
    writer(context(None), "rev", [script])
    return rendered(script)


@fact
def rewriters_in_a_chain() -> str:
    first, second, third = (rewriter.Rewriter() for _ in range(3))
    said: list[str] = []
    for name, writer in (("first", first), ("second", second), ("third", third)):

        @writer.rewrites(ops.DropTableOp)
        def drop(_context: Any, _revision: Any, op: Any, name: str = name) -> Any:
            said.append(f"{name} {op.table_name}")
            return [op, ops.DropTableOp(f"{op.table_name}_{name}")]

    script = script_of(ops.DropTableOp("t"))
    chain = first.chain(second).chain(third)
    chain(context(None), "rev", [script])
    return "\n".join([*said, rendered(script)])


@fact
def rewriter_of_a_container() -> str:
    writer = rewriter.Rewriter()

    @writer.rewrites(ops.ModifyTableOps)
    def modify(_context: Any, _revision: Any, op: Any) -> Any:
        return [op, ops.ModifyTableOps("u", [ops.DropColumnOp("u", "y")])]

    script = script_of(ops.ModifyTableOps("t", [ops.DropColumnOp("t", "x")]))
    writer(context(None), "rev", [script])
    return rendered(script)


@fact
def own_comparator_and_renderer() -> Any:
    class Own(ops.MigrateOperation):
        def reverse(self) -> Own:
            return Own()

        def to_diff_tuple(self) -> Any:
            return ("own", 1)

    @comparators.dispatch_for("schema")
    def compare(autogen_context: Any, upgrade_ops: Any, schemas: Any) -> None:
        upgrade_ops.ops.append(Own())
        said.append([autogen_context.dialect.name, sorted(map(str, schemas))])

    said: list[Any] = []

    @renderers.dispatch_for(Own)
    def render(autogen_context: Any, _op: Any) -> Any:
        autogen_context.imports.add("import own")
        return ["own.one()", "own.two()"]

    after = models("x")
    made = context(after, models())
    found: dict[str, Any] = {}
    made.opts.update(
        alembic_module_prefix="op.",
        sqlalchemy_module_prefix="sa.",
        upgrade_token="upgrades",
        downgrade_token="downgrades",
        user_module_prefix=None,
        render_item=None,
        render_as_batch=False,
    )
    api._render_migration_diffs(made, found)
    comparators._registry.clear()
    return [said[0], found]


@fact
def one_op() -> Any:
    made = api.AutogenContext(
        context(None),
        opts={
            "alembic_module_prefix": "op.",
            "sqlalchemy_module_prefix": "sa.",
            "user_module_prefix": None,
            "render_item": None,
        },
        autogenerate=False,
    )
    return [
        render_op_text(made, ops.DropTableOp("a", schema="s")),
        failure(lambda: render_op_text(made, ops.BulkInsertOp(sa.Table("a", sa.MetaData()), [])))[
            :45
        ],
    ]


@fact
def filters_of_one_name() -> Any:
    asked: list[Any] = []

    def include(name: Any, type_: str, parents: Any) -> bool:
        asked.append([name, type_, dict(parents)])
        return name != "no"

    made = api.AutogenContext(context(models(), include_name=include))
    parents = {"schema_name": "s", "table_name": "t"}
    answers = [
        made.run_name_filters("t", "table", {"schema_name": "s"}),
        made.run_name_filters("no", "column", dict(parents)),
        made.run_name_filters("s", "schema", {}),
    ]
    return [answers, asked]


@fact
def no_plugins_at_all() -> Any:
    return compare_metadata(context(models("a"), autogenerate_plugins=[]), models("a"))


@fact
def a_column_that_a_hook_leaves_out_of_a_table() -> str:
    made = ops.CreateTableOp.from_table(models("a", "b").tables["t"])
    return render_python_code(
        ops.UpgradeOps([made]),
        render_item=lambda kind, item, _: None if kind == "column" and item.name == "a" else False,
    )


@fact
def several_statements_of_one_op_in_a_batch() -> str:
    class Several(ops.MigrateOperation):
        pass

    renderers.dispatch_for(Several)(
        lambda _context, _op: ["# first", "op.one()", "op.two(\n    1)"]
    )
    modify = ops.ModifyTableOps("t", [Several(), ops.DropColumnOp("t", "a")])
    return render_python_code(ops.UpgradeOps([modify]), render_as_batch=True)


@fact
def an_alteration_of_everything() -> str:
    alter = ops.AlterColumnOp(
        "t",
        "a",
        schema="s",
        existing_type=sa.Integer(),
        existing_server_default="5",
        modify_name="b",
        modify_type=sa.String(3),
        modify_nullable=False,
        modify_comment="c",
    )
    return render_python_code(ops.UpgradeOps([alter]))


def main() -> None:
    results = {name: made() for name, made in FACTS.items()}
    json.dump(results, sys.stdout, indent=1, default=str)


if __name__ == "__main__":
    main()
