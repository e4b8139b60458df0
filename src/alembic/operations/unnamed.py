"""Constraints that have no name to drop them by, and the names that there are."""

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
