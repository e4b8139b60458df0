"""The default of a column as a statement says it."""

from __future__ import annotations

from typing import Any

from sqlalchemy.schema import Column

from alembic.autogenerate.context import AutogenContext


def default_said(context: AutogenContext, column: Column[Any]) -> str | None:
    """What stands behind ``SET DEFAULT``; None where a column of the models has none."""
    compiler: Any = context.dialect.ddl_compiler(context.dialect, None)  # type: ignore[arg-type]
    said: str | None = compiler.get_column_default_string(column)
    return said
