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
from alembic.operations.ops import (
    AddColumnOp,
    AlterColumnOp,
    CreateTableOp,
    DropColumnOp,
    MigrateOperation,
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


@pytest.mark.parametrize("wrong", ["Base", [sa.MetaData(), 5], 5])
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


def test_a_default_may_be_an_expression_in_an_alteration():
    alter = AlterColumnOp(
        "t", "a", existing_server_default=sa.text("5"), modify_name="b", modify_type=sa.Integer()
    )
    code = render_python_code(UpgradeOps([alter]))
    order = [code.index(word) for word in ("new_column_name", "type_=", "existing_server_default")]
    assert order == sorted(order)
