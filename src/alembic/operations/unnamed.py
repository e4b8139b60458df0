"""Constraints and indexes that have no name to go by, and the names that there are."""

from __future__ import annotations

from typing import Any

from sqlalchemy import exc, inspect

from alembic.operations.host import MigrationHost
from alembic.util.exc import CommandError


class NameNeeded(CommandError):
    """A constraint is to be dropped, and has no name to drop it by."""

    def __init__(self, table: str, existing: tuple[str, ...]) -> None:
        known = f" Its constraints are: {', '.join(existing)}." if existing else ""
        super().__init__(
            f"op.drop_constraint(): a constraint of table {table!r} can be dropped by its "
            f"name only, and none was given.{known} A naming convention of target_metadata names "
            "those that were made with it"
        )
        self.table = table
        self.existing = existing


class IndexNameNeeded(CommandError, TypeError):
    """An index is to be dropped, and has no name to drop it by."""

    def __init__(self, table: str | None, existing: tuple[str, ...]) -> None:
        of_table = "" if table is None else f" of table {table!r}"
        known = f" Those{of_table} are: {', '.join(existing)}." if existing else ""
        super().__init__(
            f"op.drop_index(): index_name is None, but has to be a name: an index{of_table} can be "
            f"dropped by its name only.{known} What op.create_index(None, …) has made has the name "
            "that the naming convention of target_metadata gives"
        )
        self.table = table
        self.existing = existing


class UnnamedIndex(CommandError):
    """An index is to be created, and neither the caller nor the naming convention has a name for it."""

    def __init__(self, table: str) -> None:
        super().__init__(
            f"An index of table {table!r} is over an expression, from which the naming convention "
            "makes no name: give it one, in the place of None"
        )
        self.table = table


def index_names(host: MigrationHost, table: str | None, schema: str | None) -> tuple[str, ...]:
    """The names of a table's indexes in the database, if there is one; of every table's for None."""
    if host.as_sql or host.connection is None:
        return ()
    inspector = inspect(host.connection)
    try:
        tables = inspector.get_table_names(schema=schema) if table is None else [table]
        found = [index for name in tables for index in inspector.get_indexes(name, schema=schema)]
    except (exc.NoSuchTableError, NotImplementedError):
        return ()
    return tuple(index["name"] for index in found if index["name"] is not None)


def constraint_names(host: MigrationHost, table: str, schema: str | None) -> tuple[str, ...]:
    """The names that a table's constraints have in the database, if there is one."""
    if host.as_sql or host.connection is None:
        return ()
    inspector = inspect(host.connection)
    found: list[Any] = []
    try:
        found.append(inspector.get_pk_constraint(table, schema=schema))
        found.extend(inspector.get_foreign_keys(table, schema=schema))
        found.extend(inspector.get_unique_constraints(table, schema=schema))
        found.extend(inspector.get_check_constraints(table, schema=schema))
    except (exc.NoSuchTableError, NotImplementedError):
        pass
    return tuple(item["name"] for item in found if item.get("name"))
