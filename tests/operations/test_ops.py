"""Ops as data: what they are made from, their reverse, and what compare_metadata shows of them."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import mysql
from sqlalchemy.dialects.postgresql import ExcludeConstraint

from alembic.operations import ops


@pytest.fixture
def account():
    metadata = sa.MetaData()
    sa.Table("person", metadata, sa.Column("id", sa.Integer, primary_key=True))
    return sa.Table(
        "account",
        metadata,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(50), nullable=False, server_default="x", comment="who"),
        sa.Column("owner_id", sa.Integer),
        sa.UniqueConstraint("name", name="uq_name", deferrable=True, initially="DEFERRED"),
        sa.CheckConstraint("id > 0", name="ck_id"),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"], name="fk_owner", ondelete="CASCADE"),
        ExcludeConstraint((sa.text("lower(name)"), "="), name="ex_name", using="gist"),
        sa.Index("ix_name", "name", unique=True, postgresql_using="btree"),
        schema=None,
        comment="accounts",
        info={"kept": 1},
        mysql_engine="InnoDB",
    )


def _named(account, name: str):
    found = (*account.constraints, *account.indexes)
    return next(each for each in found if each.name == name)


def test_a_table_goes_there_and_back(account):
    created = ops.CreateTableOp.from_table(account)
    assert created.to_diff_tuple()[0] == "add_table"
    dropped = created.reverse()
    assert isinstance(dropped, ops.DropTableOp)
    assert dropped.to_diff_tuple()[0] == "remove_table"
    again = dropped.reverse().to_table()
    assert again.comment == "accounts"
    assert again.info == {"kept": 1}
    assert again.kwargs == {"mysql_engine": "InnoDB"}
    assert [column.name for column in again.columns] == ["id", "name", "owner_id"]
    assert {each.name for each in again.constraints} >= {"uq_name", "ck_id", "fk_owner", "ex_name"}


def test_a_column_goes_there_and_back(account):
    added = ops.AddColumnOp.from_column(account.c.name)
    assert added.to_diff_tuple() == ("add_column", None, "account", account.c.name)
    dropped = added.reverse()
    assert dropped.to_diff_tuple()[:3] == ("remove_column", None, "account")
    assert dropped.reverse().to_column().name == "name"


def test_a_dropped_column_that_nobody_remembers_has_no_reverse():
    with pytest.raises(ValueError, match="not reversible"):
        ops.DropColumnOp("account", "name").reverse()


def test_an_altered_column_goes_there_and_back():
    there = ops.AlterColumnOp(
        "account",
        "name",
        existing_type=sa.String(),
        existing_nullable=True,
        existing_server_default="a",
        existing_comment="old",
        modify_type=sa.Text(),
        modify_nullable=False,
        modify_server_default="b",
        modify_comment="new",
        modify_name="title",
        modify_speed=2,
        existing_speed=1,
    )
    back = there.reverse()
    assert (back.column_name, back.modify_name) == ("title", "name")
    assert isinstance(back.modify_type, sa.String)
    assert isinstance(back.existing_type, sa.Text)
    assert (back.modify_nullable, back.existing_nullable) == (True, False)
    assert (back.modify_server_default, back.existing_server_default) == ("a", "b")
    assert (back.modify_comment, back.existing_comment) == ("old", "new")
    assert back.kw == {"modify_speed": 1, "existing_speed": 2}


def test_an_altered_column_shows_each_change():
    text = sa.Text()
    changed = ops.AlterColumnOp(
        "account",
        "name",
        schema="s",
        modify_type=text,
        modify_nullable=False,
        existing_nullable=True,
    )
    kinds = changed.to_diff_tuple()
    assert [each[0] for each in kinds] == ["modify_type", "modify_nullable"]
    assert kinds[0] == (
        "modify_type",
        "s",
        "account",
        "name",
        {"existing_nullable": True, "existing_server_default": False, "existing_comment": None},
        None,
        text,
    )
    assert kinds[1][5:] == (True, False)


@pytest.mark.parametrize(
    ("arguments", "changes"),
    [
        ({}, False),
        ({"existing_type": sa.Integer()}, False),
        ({"modify_nullable": False}, True),
        ({"modify_server_default": None}, True),
        ({"modify_comment": None}, True),
        ({"modify_name": "b"}, True),
        ({"modify_speed": 3}, True),
    ],
)
def test_an_altered_column_knows_whether_it_changes_anything(arguments, changes):
    assert ops.AlterColumnOp("t", "a", **arguments).has_changes() is changes


@pytest.mark.parametrize(
    ("name", "cls", "kind", "diff"),
    [
        ("uq_name", ops.CreateUniqueConstraintOp, "unique", "constraint"),
        ("ck_id", ops.CreateCheckConstraintOp, "check", "constraint"),
        ("fk_owner", ops.CreateForeignKeyOp, "foreignkey", "fk"),
    ],
)
def test_a_constraint_goes_there_and_back(account, name, cls, kind, diff):
    added = ops.AddConstraintOp.from_constraint(_named(account, name))
    assert type(added) is cls
    assert added.to_diff_tuple()[0] == f"add_{diff}"
    dropped = added.reverse()
    assert (dropped.constraint_name, dropped.table_name, dropped.constraint_type) == (
        name,
        "account",
        kind,
    )
    assert dropped.to_diff_tuple()[0] == f"remove_{diff}"
    again = dropped.reverse().to_constraint()
    wanted = _named(account, name)
    assert type(again) is type(wanted)
    assert (again.name, again.deferrable, again.initially) == (
        wanted.name,
        wanted.deferrable,
        wanted.initially,
    )


def test_an_exclude_constraint_keeps_what_it_is_over(account):
    added = ops.AddConstraintOp.from_constraint(_named(account, "ex_name"))
    assert isinstance(added, ops.CreateExcludeConstraintOp)
    again = added.to_constraint()
    assert again.using == "gist"
    assert [operator for _, _, operator in again._render_exprs] == ["="]


def test_a_primary_key_is_a_constraint_as_well(account):
    added = ops.AddConstraintOp.from_constraint(account.primary_key)
    assert isinstance(added, ops.CreatePrimaryKeyOp)
    assert added.columns == ["id"]
    assert [column.name for column in added.to_constraint().columns] == ["id"]


def test_a_constraint_that_nobody_remembers_can_not_be_made():
    with pytest.raises(ValueError, match="original constraint is not present"):
        ops.DropConstraintOp("uq", "t", "unique").to_constraint()


def test_an_index_goes_there_and_back(account):
    (index,) = account.indexes
    created = ops.CreateIndexOp.from_index(index)
    assert created.to_diff_tuple()[0] == "add_index"
    dropped = created.reverse()
    assert dropped.to_diff_tuple()[0] == "remove_index"
    again = dropped.reverse().to_index()
    assert (again.name, again.unique, dict(again.kwargs)) == (
        "ix_name",
        True,
        {"postgresql_using": "btree"},
    )
    assert [column.name for column in again.columns] == ["name"]


def test_a_table_is_renamed_there_and_back():
    back = ops.RenameTableOp("a", "b", schema="s").reverse()
    assert (back.table_name, back.new_table_name, back.schema) == ("b", "a", "s")


def test_a_comment_goes_there_and_back():
    back = ops.CreateTableCommentOp("t", "new", existing_comment="old").reverse()
    assert isinstance(back, ops.CreateTableCommentOp)
    assert (back.comment, back.existing_comment) == ("old", "new")
    first = ops.CreateTableCommentOp("t", "new").reverse()
    assert isinstance(first, ops.DropTableCommentOp)
    assert first.reverse().comment == "new"


def test_containers_hold_ops_and_containers():
    inner = ops.ModifyTableOps("t", [ops.AlterColumnOp("t", "a", modify_nullable=False)])
    outer = ops.UpgradeOps([inner, ops.CreateTableOp("u", [])])
    assert not outer.is_empty()
    assert ops.UpgradeOps().is_empty()
    kinds = [diff[0][0] if isinstance(diff, list) else diff[0] for diff in outer.as_diffs()]
    assert kinds == ["modify_nullable", "add_table"]


def test_containers_are_reversed_the_last_first():
    upgrade = ops.UpgradeOps([ops.RenameTableOp("a", "b"), ops.RenameTableOp("c", "d")])
    downgrade = upgrade.reverse()
    assert isinstance(downgrade, ops.DowngradeOps)
    assert [op.new_table_name for op in downgrade.ops] == ["c", "a"]
    assert [op.new_table_name for op in downgrade.reverse().ops] == ["b", "d"]
    other = ops.DowngradeOps([ops.RenameTableOp("x", "y")])
    assert upgrade.reverse_into(other) is other
    assert [op.table_name for op in other.ops] == ["d", "b"]


def test_a_script_holds_one_of_each_or_several():
    script = ops.MigrationScript("abc", ops.UpgradeOps(), ops.DowngradeOps())
    assert script.upgrade_ops_list == [script.upgrade_ops]
    many = ops.MigrationScript("abc", [ops.UpgradeOps(), ops.UpgradeOps()], [ops.DowngradeOps()])
    with pytest.raises(ValueError, match="please use the upgrade_ops_list attribute"):
        _ = many.upgrade_ops
    assert many.downgrade_ops is many.downgrade_ops_list[0]
    with pytest.raises(TypeError, match="UpgradeOps expected"):
        ops.MigrationScript("abc", [ops.DowngradeOps()], ops.DowngradeOps())


def test_what_a_package_remembers_with_an_op_is_of_this_op_alone():
    one, other = ops.RenameTableOp("a", "b"), ops.RenameTableOp("a", "b")
    one.info["seen"] = True
    assert other.info == {}


def test_an_op_without_a_reverse_says_so():
    with pytest.raises(NotImplementedError, match="ExecuteSQLOp has no reverse"):
        ops.ExecuteSQLOp("SELECT 1").reverse()


def test_an_enum_of_mysql_keeps_its_character_set_when_it_is_copied():
    table = sa.Table(
        "t",
        sa.MetaData(),
        sa.Column("x", mysql.ENUM("a", "b", charset="utf8mb4", collation="utf8mb4_bin")),
    )
    copied = ops.CreateTableOp.from_table(table).to_table().columns["x"].type
    assert (copied.charset, copied.collation) == ("utf8mb4", "utf8mb4_bin")


def test_info_of_none_is_no_info():
    assert ops.CreateTableOp("t", [], info=None).to_table().info == {}


def test_a_table_that_gets_a_comment_knows_the_one_it_had():
    changed = ops.CreateTableCommentOp("t", "new", existing_comment="old")
    assert set(changed.to_table().info.values()) == {"old"}
    assert ops.CreateTableCommentOp("t", "new").to_table().info == {}


def test_a_text_in_an_index_gives_it_a_name_as_a_column_does():
    op = ops.CreateIndexOp(None, "t", [sa.text("lower(name)"), "id"])
    assert op.to_index().name == "ix_t_lower(name)"
