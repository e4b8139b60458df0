"""Operations on a SQLite database, and on a script."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from alembic.operations.base import Operations
from alembic.runtime.migration import MigrationContext


@pytest.fixture
def operations():
    """Operations on an empty SQLite database."""
    engine = sa.create_engine("sqlite://")
    with engine.connect() as connection:
        yield Operations(MigrationContext.configure(connection))
    engine.dispose()


@pytest.fixture
def written():
    """(call, dialect, **options of configure()) → the statements of the script."""

    def write(call: Callable[[Any], object], dialect: str = "postgresql", **options: Any) -> list:
        buffer = io.StringIO()
        options = {"as_sql": True, "output_buffer": buffer, **options}
        call(Operations(MigrationContext.configure(dialect_name=dialect, opts=options)))
        statements = buffer.getvalue().split(";\n\n")[:-1]
        return [" ".join(statement.split()) for statement in statements]

    return write
