"""The order in which a table's primary key has its columns.

SQLAlchemy puts a column that counts by itself first where the models name no order (``primary_key=True``
of several columns): MySQL wants it so. A constraint that is written out has the order it says.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy.schema import PrimaryKeyConstraint

from alembic.operations.ops.script import UpgradeOps
from alembic.operations.ops.table import CreateTableOp


def key_columns(key: PrimaryKeyConstraint) -> list[str]:
    """The names of a key's columns as ``CREATE TABLE`` lists them."""
    columns: Any = key.columns_autoinc_first if key._implicit_generated else key.columns
    return [column.name for column in columns]


def say_key_columns(upgrade_ops: UpgradeOps) -> None:
    """Have new tables say the order, which goes without saying in the models alone."""
    for op in upgrade_ops.ops:
        if isinstance(op, CreateTableOp):
            op.columns = [_said(item) for item in op.columns]


def _said(item: Any) -> Any:
    if not isinstance(item, PrimaryKeyConstraint):
        return item
    names = key_columns(item)
    if names == [column.name for column in item.columns]:
        return item
    name: Any = item.name
    return PrimaryKeyConstraint(*names, name=name)
