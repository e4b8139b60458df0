"""What the server says of a table: its columns in its own words, and what else there is."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, exc, text
from sqlalchemy.engine import Dialect

from alembic.ddl.absent.words import listed, meant
from alembic.ddl.base import quote_dotted
from alembic.ddl.mysql_schema.column import ColumnDefinition, unescaped
from alembic.ddl.mysql_schema.table import TableText
from alembic.util.exc import CommandError


class UnknownColumn(CommandError, exc.OperationalError):
    """The table hasn't such a column.

    It is also what SQLAlchemy raises for the server's own error 1054, which migrations may expect.
    """

    def __init__(self, table: str, column: str, existing: Sequence[str]) -> None:
        self.message = (
            f"Table {table!r} has no column {column!r}{meant(column, existing)}. Its columns: "
            f"{listed(existing)}"
        )
        exc.OperationalError.__init__(self, f"ALTER TABLE {table}", None, LookupError(self.message))
        self.table = table
        self.column = column
        self.existing = tuple(existing)

    def __str__(self) -> str:
        return self.message


class UnknownConstraint(CommandError, NotImplementedError):
    """The table hasn't a constraint of this name, of whatever kind."""

    def __init__(self, table: str, constraint: str, existing: Sequence[str]) -> None:
        super().__init__(
            f"Table {table!r} has no constraint {constraint!r}{meant(constraint, existing)}. Its "
            f"constraints: {listed(existing)}"
        )
        self.table = table
        self.constraint = constraint
        self.existing = tuple(existing)


@dataclass(frozen=True, slots=True)
class Catalog:
    """Asks one connection. ``schema`` is None for the database that the connection uses."""

    connection: Connection

    @property
    def dialect(self) -> Dialect:
        """The dialect of the connection."""
        return self.connection.dialect

    def column(self, table: str, column: str, schema: str | None) -> ColumnDefinition | None:
        """The definition of a column, None where what has the table's name is a view.

        Raises :class:`UnknownColumn`, and the driver's own error where there is no such table.
        """
        columns = self.columns(table, schema)
        for name, definition in columns.items():
            if name.lower() == column.lower():
                return definition
        if not columns:
            return None
        raise UnknownColumn(table, column, list(columns))

    def columns(self, table: str, schema: str | None) -> Mapping[str, ColumnDefinition]:
        """Column → its definition; nothing of a view."""
        spelled = self.table(table, schema)
        return {} if spelled is None else spelled.columns

    def table(self, table: str, schema: str | None) -> TableText | None:
        """The whole table in the server's words; None where what has the name is a view."""
        spelled = self.spelled(table, schema)
        return TableText.read(spelled) if spelled else None

    def spelled(self, table: str, schema: str | None) -> str:
        """What SHOW CREATE TABLE says, as this session's mode has it; nothing of a view."""
        quote = self.dialect.identifier_preparer.quote
        prefix = f"{quote_dotted(schema, quote)}." if schema else ""
        row = self.connection.exec_driver_sql(f"SHOW CREATE TABLE {prefix}{quote(table)}").one()
        spelled = str(row[1].decode() if isinstance(row[1], bytes) else row[1])
        if not re.match(r"CREATE (?:\w+ )*TABLE\b", spelled):
            return ""
        if not getattr(self.dialect, "_backslash_escapes", True):
            spelled = unescaped(spelled)
        return spelled

    def has_column(self, table: str, column: str, schema: str | None) -> bool:
        """Whether there is such a column."""
        return self._has("columns", "column_name", table, column, schema)

    def has_index(self, table: str, index: str, schema: str | None) -> bool:
        """Whether there is such an index; a primary key's is named ``PRIMARY``."""
        return self._has("statistics", "index_name", table, index, schema)

    def kinds_of_constraint(self, table: str, name: str, schema: str | None) -> tuple[str, ...]:
        """``PRIMARY KEY``, ``UNIQUE``, ``FOREIGN KEY``, ``CHECK``: those that have this name."""
        found = self.connection.execute(
            text(
                "SELECT constraint_type FROM information_schema.table_constraints WHERE "
                "table_schema = coalesce(:schema, database()) AND table_name = :table "
                "AND constraint_name = :name"
            ),
            {"schema": schema, "table": table, "name": name},
        )
        return tuple(sorted(row[0] for row in found))

    def constraints(self, table: str, schema: str | None) -> list[str]:
        """The names of its constraints."""
        found = self.connection.execute(
            text(
                "SELECT DISTINCT constraint_name FROM information_schema.table_constraints WHERE "
                "table_schema = coalesce(:schema, database()) AND table_name = :table"
            ),
            {"schema": schema, "table": table},
        )
        return sorted(row[0] for row in found)

    def _has(self, view: str, kind: str, table: str, name: str, schema: str | None) -> bool:
        found = self.connection.execute(
            text(
                f"SELECT 1 FROM information_schema.{view} WHERE "
                "table_schema = coalesce(:schema, database()) AND table_name = :table "
                f"AND {kind} = :name LIMIT 1"
            ),
            {"schema": schema, "table": table, "name": name},
        )
        return found.first() is not None
