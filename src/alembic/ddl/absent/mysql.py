"""MySQL and MariaDB: the names that a table has, asked on the connection that was refused.

https://dev.mysql.com/doc/refman/8.4/en/information-schema.html
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from alembic.ddl.absent.asking import names_of, rows_of
from alembic.ddl.absent.catalog import Catalog, Names
from alembic.ddl.absent.changes import Change
from alembic.ddl.absent.names import Kind, Place
from alembic.ddl.driver_errors import mysql_code

_REFERENCE = frozenset([Kind.TABLE, Kind.COLUMN])
# https://dev.mysql.com/doc/mysql-errors/8.4/en/server-error-reference.html,
# https://mariadb.com/kb/en/mariadb-error-codes/
_LACKING: dict[int, frozenset[Kind]] = {
    1005: _REFERENCE,  # MariaDB says no more of a reference than that it is incorrectly formed
    1049: frozenset([Kind.TABLE]),
    1051: frozenset([Kind.TABLE]),
    1054: frozenset([Kind.COLUMN]),
    1072: frozenset([Kind.COLUMN]),
    1091: frozenset([Kind.COLUMN, Kind.CONSTRAINT, Kind.INDEX]),
    1146: frozenset([Kind.TABLE]),
    1215: _REFERENCE,
    1824: _REFERENCE,
    3734: _REFERENCE,
    3821: frozenset([Kind.CONSTRAINT]),
    3940: frozenset([Kind.CONSTRAINT]),
}
_HERE = "table_schema = coalesce(:schema, database()) AND table_name = :table"
_NAMES = {
    Kind.COLUMN: f"SELECT column_name FROM information_schema.columns WHERE {_HERE}",
    Kind.CONSTRAINT: f"SELECT constraint_name FROM information_schema.table_constraints WHERE {_HERE}",
    Kind.INDEX: f"SELECT index_name FROM information_schema.statistics WHERE {_HERE}",
}
_SYSTEM = "'information_schema', 'mysql', 'performance_schema', 'sys'"


def lacking(error: DBAPIError) -> frozenset[Kind]:
    """The kinds of thing of which the server says that one isn't there."""
    return _LACKING.get(mysql_code(error) or 0, frozenset())


@contextmanager
def catalog_of(refused: Connection, changes: list[Change]) -> Iterator[Catalog]:
    """The catalog, which nothing is missing of: each change is there once it is made."""
    yield MysqlNames(refused)


class MysqlNames:
    """What the database has. A schema of None is the database that the connection uses."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def names(self, table: Place) -> Names | None:
        """What a table has; None where there is no such table."""
        return names_of(self._connection, _NAMES, table)

    def places(self, kind: Kind, alike: Place) -> list[Place]:
        """The tables of the schema of ``alike``, and that of its name in the connection's database.

        Other databases of a server are somebody else's. There are no indexes, which belong to their
        tables.
        """
        if kind is not Kind.TABLE:
            return []
        schema, name = alike
        found = rows_of(
            self._connection,
            "SELECT table_schema, table_name, table_schema = coalesce(:schema, database()) "
            f"FROM information_schema.tables WHERE table_schema NOT IN ({_SYSTEM}) "
            "AND (table_schema = coalesce(:schema, database()) "
            "OR table_schema = database() AND table_name = :name)",
            schema=schema,
            name=name,
        )
        return [(schema if is_same else its_schema, its) for its_schema, its, is_same in found]
