"""Every op under its documented name (a door; each op's room loads on first touch)."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from alembic.operations.ops.base import (
        AlterTableOp as AlterTableOp,
        MigrateOperation as MigrateOperation,
        ModifyTableOps as ModifyTableOps,
        OpContainer as OpContainer,
    )
    from alembic.operations.ops.column import (
        AddColumnOp as AddColumnOp,
        AlterColumnOp as AlterColumnOp,
        DropColumnOp as DropColumnOp,
    )
    from alembic.operations.ops.constraint import (
        AddConstraintOp as AddConstraintOp,
        CreateCheckConstraintOp as CreateCheckConstraintOp,
        CreateExcludeConstraintOp as CreateExcludeConstraintOp,
        CreateForeignKeyOp as CreateForeignKeyOp,
        CreatePrimaryKeyOp as CreatePrimaryKeyOp,
        CreateUniqueConstraintOp as CreateUniqueConstraintOp,
        DropConstraintOp as DropConstraintOp,
        ValidateConstraintOp as ValidateConstraintOp,
    )
    from alembic.operations.ops.data import (
        BulkInsertOp as BulkInsertOp,
        ExecuteSQLOp as ExecuteSQLOp,
    )
    from alembic.operations.ops.index import (
        CreateIndexOp as CreateIndexOp,
        DropIndexOp as DropIndexOp,
    )
    from alembic.operations.ops.script import (
        DowngradeOps as DowngradeOps,
        MigrationScript as MigrationScript,
        UpgradeOps as UpgradeOps,
    )
    from alembic.operations.ops.table import (
        CreateTableCommentOp as CreateTableCommentOp,
        CreateTableOp as CreateTableOp,
        DropTableCommentOp as DropTableCommentOp,
        DropTableOp as DropTableOp,
        RenameTableOp as RenameTableOp,
    )

_ROOMS = {
    "AlterTableOp": "base",
    "MigrateOperation": "base",
    "ModifyTableOps": "base",
    "OpContainer": "base",
    "AddColumnOp": "column",
    "AlterColumnOp": "column",
    "DropColumnOp": "column",
    "AddConstraintOp": "constraint",
    "CreateCheckConstraintOp": "constraint",
    "CreateExcludeConstraintOp": "constraint",
    "CreateForeignKeyOp": "constraint",
    "CreatePrimaryKeyOp": "constraint",
    "CreateUniqueConstraintOp": "constraint",
    "DropConstraintOp": "constraint",
    "ValidateConstraintOp": "constraint",
    "BulkInsertOp": "data",
    "ExecuteSQLOp": "data",
    "CreateIndexOp": "index",
    "DropIndexOp": "index",
    "DowngradeOps": "script",
    "MigrationScript": "script",
    "UpgradeOps": "script",
    "CreateTableCommentOp": "table",
    "CreateTableOp": "table",
    "DropTableCommentOp": "table",
    "DropTableOp": "table",
    "RenameTableOp": "table",
}


def __getattr__(name: str) -> Any:
    if name in _ROOMS:
        return getattr(importlib.import_module(f"alembic.operations.ops.{_ROOMS[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(_ROOMS)
