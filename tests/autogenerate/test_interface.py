"""The interface of autogenerate does what it does in the established release, used by one and the same program."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa

from alembic.autogenerate import (
    compare_metadata,
    produce_migrations,
    render_python_code,
    renderers,
)
from alembic.autogenerate.rewriter import Rewriter
from alembic.operations.ops import (
    AddColumnOp,
    AlterColumnOp,
    CreateTableOp,
    DowngradeOps,
    DropColumnOp,
    MigrateOperation,
    MigrationScript,
    ModifyTableOps,
    UpgradeOps,
)
from alembic.runtime import plugins
from alembic.runtime.migration import MigrationContext
from alembic.util.exc import CommandError

DRIVER = Path(__file__).with_name("interface_driver.py")
PEER = os.environ.get("ALEMBIC_PEER_PYTHON")


def _answers(python: str) -> dict[str, object]:
    done = subprocess.run(
        [python, str(DRIVER)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONHASHSEED": "0"},
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.differential
@pytest.mark.skipif(PEER is None, reason="ALEMBIC_PEER_PYTHON names no interpreter")
def test_the_same_program_gets_the_same_answers():
    assert _answers(sys.executable) == _answers(PEER or "")


def _context(url: str, metadata: object, **opts: object) -> MigrationContext:
    connection = sa.create_engine(url).connect()
    return MigrationContext.configure(connection, opts={"target_metadata": metadata, **opts})


@pytest.mark.parametrize("wrong", ["Base", [sa.MetaData(), 5], 5, {}, {"one": sa.MetaData()}])
def test_metadata_that_is_none_is_named(wrong, sqlite_url):
    with pytest.raises(CommandError, match="is not a SQLAlchemy MetaData"):
        produce_migrations(_context(sqlite_url, wrong), wrong)


def test_a_plugin_that_nothing_provides_is_named(sqlite_url):
    metadata = sa.MetaData()
    context = _context(sqlite_url, metadata, autogenerate_plugins=["nobody.knows"])
    with pytest.raises(CommandError, match=r"nobody\.knows"):
        compare_metadata(context, metadata)


def test_our_own_opt_in_plugins_are_known_by_name():
    plugins.load_entry_points()
    assert "alembic.ext.checkconstraint_byname" in plugins._all_plugins
    assert "alembic.complete.checks" in plugins._all_plugins


def test_plugins_may_be_one_text_as_in_the_settings(sqlite_url):
    metadata = sa.MetaData()
    sa.Table("t", metadata, sa.Column("a", sa.Integer))
    named = "alembic.autogenerate.*, ~alembic.autogenerate.tables"
    context = _context(sqlite_url, metadata, autogenerate_plugins=named)
    assert compare_metadata(context, metadata) == []


def test_a_check_that_two_plugins_would_find_is_found_once(sqlite_url):
    metadata = sa.MetaData()
    sa.Table("t", metadata, sa.Column("a", sa.Integer), sa.CheckConstraint("a > 1", name="ck"))
    plugins = ["alembic.autogenerate.*", "alembic.complete.*", "alembic.ext.checkconstraint_byname"]
    context = _context(sqlite_url, metadata, autogenerate_plugins=plugins)
    context.connection.exec_driver_sql("CREATE TABLE t (a INTEGER)")
    assert [diff[0] for diff in compare_metadata(context, metadata)] == ["add_constraint"]


def test_include_name_is_not_asked_about_the_version_table(sqlite_url):
    asked = []
    metadata = sa.MetaData()
    context = _context(
        sqlite_url, metadata, include_name=lambda name, *_: asked.append(name) or True
    )
    context._ensure_version_table()
    context.connection.exec_driver_sql("CREATE TABLE t (a INTEGER)")
    assert [diff[0] for diff in compare_metadata(context, metadata)] == ["remove_table"]
    assert "t" in asked
    assert "alembic_version" not in asked


def test_an_empty_list_of_plugins_compares_nothing(sqlite_url):
    metadata = sa.MetaData()
    sa.Table("t", metadata, sa.Column("a", sa.Integer))
    assert compare_metadata(_context(sqlite_url, metadata, autogenerate_plugins=[]), metadata) == []


def _without_a(kind, item, _context):
    return None if kind == "column" and item.name == "a" else False


@pytest.mark.parametrize("is_batch", [False, True])
def test_a_column_that_a_hook_leaves_out_is_not_written(is_batch):
    table = sa.Table("t", sa.MetaData(), sa.Column("a", sa.Integer), sa.Column("b", sa.Integer))
    added = ModifyTableOps(
        "t", [AddColumnOp("t", column) for column in table.to_metadata(sa.MetaData()).c]
    )
    code = render_python_code(
        UpgradeOps([CreateTableOp.from_table(table), added]),
        render_item=_without_a,
        render_as_batch=is_batch,
    )
    assert (code.count("Column('a'"), code.count("Column('b'"), "None" in code) == (0, 2, is_batch)


def test_every_statement_of_an_op_of_ones_own_stands_in_the_batch():
    class Several(MigrateOperation):
        """Two statements."""

    renderers.dispatch_for(Several)(lambda _context, _op: ["batch_op.one()", "print(1)"])
    modify = ModifyTableOps("t", [Several(), DropColumnOp("t", "a")])
    code = render_python_code(UpgradeOps([modify]), render_as_batch=True)
    assert [line.strip() for line in code.splitlines() if line.startswith(" " * 8)] == [
        "batch_op.one()",
        "print(1)",
        "batch_op.drop_column('a')",
    ]


@pytest.mark.parametrize("answer", ["text", 5, [DropColumnOp("t", "b"), "text"]])
def test_a_rewriter_that_returns_no_operation_is_named(answer):
    writer = Rewriter()

    @writer.rewrites(DropColumnOp)
    def drop(_context, _revision, _op):
        return answer

    script = MigrationScript("r", UpgradeOps([DropColumnOp("t", "a")]), DowngradeOps([]))
    with pytest.raises(CommandError, match=r"drop, registered .* has returned"):
        writer(None, (), [script])


def test_a_column_without_a_type_is_named(caplog):
    table = sa.Table("t", sa.MetaData(), sa.Column("a"), sa.Column("b", sa.Integer))
    render_python_code(UpgradeOps([CreateTableOp.from_table(table)]))
    assert [record.getMessage().partition(",")[0] for record in caplog.records] == [
        "Column t.a has no type in the models"
    ]


def test_a_default_may_be_an_expression_in_an_alteration():
    alter = AlterColumnOp(
        "t", "a", existing_server_default=sa.text("5"), modify_name="b", modify_type=sa.Integer()
    )
    code = render_python_code(UpgradeOps([alter]))
    order = [code.index(word) for word in ("new_column_name", "type_=", "existing_server_default")]
    assert order == sorted(order)


class AutoString(sa.TypeDecorator):
    """A type whose name ends like that of what it is made of."""

    impl = sa.String
    cache_ok = True


class JSON(sa.TypeDecorator):
    """A type that is called as what it is made of."""

    impl = sa.JSON
    cache_ok = True


class Pairs(sa.types.UserDefinedType):
    """A type of two others."""

    def __init__(self, key=None, value=None):
        self.key, self.value = key, value


@pytest.mark.parametrize(
    ("type_", "text"),
    [
        (AutoString(5), "own.AutoString(length=5)"),
        (JSON(), "own.JSON()"),
        (
            Pairs(sa.String(5), AutoString(5)),
            "own.Pairs(key=sa.String(length=5), value=own.AutoString(length=5))",
        ),
        (Pairs(sa.Text(), sa.Text()), "own.Pairs(key=sa.Text(), value=sa.Text())"),
        (sa.ARRAY(AutoString(5)), "sa.ARRAY(own.AutoString(length=5))"),
    ],
)
def test_a_type_of_ones_own_is_written_with_the_types_among_its_arguments(type_, text):
    added = AddColumnOp("t", sa.Column("a", type_))
    code = render_python_code(UpgradeOps([added]), user_module_prefix="own.")
    assert f"sa.Column('a', {text}, nullable=True)" in code
