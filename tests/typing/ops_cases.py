"""What a type checker knows of the ops: read by mypy, never run."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy import Column, Index, Table
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from typing_extensions import assert_type

from alembic.operations import ops

table = sa.Table("account", sa.MetaData(), sa.Column("id", sa.Integer))


def tables() -> None:
    create = ops.CreateTableOp("account", [sa.Column("id", sa.Integer)], schema="s")
    assert_type(create.to_table(), Table)
    assert_type(create.reverse(), ops.DropTableOp)
    assert_type(create.to_diff_tuple(), tuple[str, Table])
    assert_type(ops.CreateTableOp.from_table(table), ops.CreateTableOp)
    drop = ops.DropTableOp.from_table(table)
    assert_type(drop, ops.DropTableOp)
    assert_type(drop.reverse(), ops.CreateTableOp)
    assert_type(drop.to_table(), Table)
    assert_type(ops.RenameTableOp("a", "b", schema=None).reverse(), ops.RenameTableOp)
    comment = ops.CreateTableCommentOp("account", "new", existing_comment="old")
    assert_type(comment.reverse(), ops.CreateTableCommentOp | ops.DropTableCommentOp)
    assert_type(
        ops.DropTableCommentOp("account", existing_comment="c").reverse(), ops.CreateTableCommentOp
    )
    ops.CreateTableOp("account")  # type: ignore[call-arg]


def columns() -> None:
    add = ops.AddColumnOp("account", sa.Column("a", sa.Integer), schema="s")
    assert_type(add.reverse(), ops.DropColumnOp)
    assert_type(add.to_column(), Column[Any])
    assert_type(add.to_diff_tuple(), tuple[str, str | None, str, Column[Any]])
    assert_type(ops.AddColumnOp.from_column(table.c["id"]), ops.AddColumnOp)
    assert_type(
        ops.AddColumnOp.from_column_and_tablename(None, "account", table.c["id"]), ops.AddColumnOp
    )
    alter = ops.AlterColumnOp("account", "a", modify_nullable=False, existing_type=sa.Integer())
    assert_type(alter.reverse(), ops.AlterColumnOp)
    assert_type(alter.has_changes(), bool)
    assert_type(alter.to_diff_tuple(), list[tuple[Any, ...]])
    drop = ops.DropColumnOp("account", "a")
    assert_type(drop.reverse(), ops.AddColumnOp)
    ops.AlterColumnOp("account", "a", modify_nullable="no")  # type: ignore[arg-type]
    alter_table: ops.AlterTableOp = alter
    assert_type(alter_table.table_name, str)


def constraints() -> None:
    key = ops.CreatePrimaryKeyOp("pk", "account", ["id"])
    assert_type(key.to_constraint(), sa.PrimaryKeyConstraint)
    unique = ops.CreateUniqueConstraintOp("uq", "account", ["id"])
    assert_type(unique.to_constraint(), sa.UniqueConstraint)
    reference = ops.CreateForeignKeyOp("fk", "account", "person", ["a"], ["id"])
    assert_type(reference.to_constraint(), sa.ForeignKeyConstraint)
    check = ops.CreateCheckConstraintOp("ck", "account", "a > 0")
    assert_type(check.to_constraint(), sa.CheckConstraint)
    exclude = ops.CreateExcludeConstraintOp("ex", "account", [("a", "=")])
    assert_type(exclude.to_constraint(), ExcludeConstraint)
    each: list[ops.AddConstraintOp] = [key, unique, reference, check, exclude]
    assert_type(each[0].reverse(), ops.DropConstraintOp)
    assert_type(ops.AddConstraintOp.from_constraint(sa.UniqueConstraint("a")), ops.AddConstraintOp)
    drop = ops.DropConstraintOp("uq", "account", type_="unique")
    assert_type(drop.reverse(), ops.AddConstraintOp)
    assert_type(drop.to_constraint(), sa.Constraint)
    ops.ValidateConstraintOp("ck", "account")


def the_rest() -> None:
    index = ops.CreateIndexOp("ix", "account", ["a"], unique=True)
    assert_type(index.to_index(), Index)
    assert_type(index.reverse(), ops.DropIndexOp)
    assert_type(ops.CreateIndexOp.from_index(sa.Index("ix", table.c["id"])), ops.CreateIndexOp)
    assert_type(ops.DropIndexOp("ix", "account").to_index(), Index)
    ops.BulkInsertOp(table, [{"id": 1}], multiinsert=False)
    assert_type(ops.ExecuteSQLOp("SELECT 1").sqltext, sa.Executable | str)
    upgrade = ops.UpgradeOps([index], "upgrades")
    assert_type(upgrade.reverse(), ops.DowngradeOps)
    assert_type(ops.DowngradeOps([]).reverse(), ops.UpgradeOps)
    assert_type(upgrade.is_empty(), bool)
    assert_type(ops.ModifyTableOps("account", [index]).reverse(), ops.ModifyTableOps)
    container: ops.OpContainer = upgrade
    assert_type(list(container.ops), list[ops.MigrateOperation])
    script = ops.MigrationScript("ae1", upgrade, ops.DowngradeOps([]), message="m")
    assert_type(script.upgrade_ops, ops.UpgradeOps | None)
    assert_type(script.downgrade_ops, ops.DowngradeOps | None)
    assert_type(script.upgrade_ops_list, list[ops.UpgradeOps])
    assert_type(script.downgrade_ops_list, list[ops.DowngradeOps])
    assert_type(index.info, dict[Any, Any])
