"""A SQLite database, operations on it, and what its catalog says."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from alembic.operations.base import Operations
from alembic.runtime.migration import MigrationContext


class Database:
    """A connection with the few questions that tests ask."""

    def __init__(self, connection: sa.Connection) -> None:
        self.connection = connection
        self.op = Operations(MigrationContext.configure(connection))

    def __call__(self, *statements: str) -> None:
        for statement in statements:
            self.connection.exec_driver_sql(statement)

    def sql(self, name: str = "t", schema: str = "main") -> str | None:
        """The text of a table, index, view or trigger."""
        master = "sqlite_temp_master" if schema == "temp" else f"{schema}.sqlite_master"
        return self.connection.exec_driver_sql(
            f"SELECT sql FROM {master} WHERE name = ?", (name,)
        ).scalar()

    def rows(self, table: str = "t") -> list[tuple[Any, ...]]:
        return [tuple(row) for row in self.connection.exec_driver_sql(f"SELECT * FROM {table}")]

    def names(self) -> set[str]:
        """Everything in the catalog but SQLite's own."""
        found = self.connection.exec_driver_sql(
            "SELECT name FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'"
        )
        return set(found.scalars())

    def batch(self, change: Callable[[Any], object], table: str = "t", **arguments: Any) -> None:
        """Make a change within a batch."""
        with self.op.batch_alter_table(table, **arguments) as batch:
            change(batch)


@pytest.fixture
def database():
    engine = sa.create_engine("sqlite://")
    with engine.connect() as connection:
        yield Database(connection)
    engine.dispose()


@pytest.fixture
def script():
    """(dialect, change, **arguments of the batch) → the script that is written."""

    def write(dialect: str, change: Callable[[Any], object], **arguments: Any) -> str:
        buffer = io.StringIO()
        options = {"as_sql": True, "output_buffer": buffer}
        context = MigrationContext.configure(dialect_name=dialect, opts=options)
        with Operations(context).batch_alter_table("t", **arguments) as batch:
            change(batch)
        return buffer.getvalue()

    return write
