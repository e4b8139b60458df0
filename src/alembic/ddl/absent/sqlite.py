"""SQLite: the names that a table has, asked on the connection that was refused.

Constraints are no matter of its own statements: a batch rebuilds the table, and knows them.

https://www.sqlite.org/pragma.html#pragfunc
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from alembic.ddl.absent.asking import names_of, rows_of
from alembic.ddl.absent.catalog import Catalog, Names
from alembic.ddl.absent.changes import Change
from alembic.ddl.absent.names import Kind, Place

# It has one code for whatever is wrong with a statement, and says the rest in words.
_LACKING = (
    (re.compile(r"no such table: "), Kind.TABLE),
    (re.compile(r"no such index: "), Kind.INDEX),
    (re.compile(r"no such column: |table .* has no column named |unknown column "), Kind.COLUMN),
)
_NAMES = {
    Kind.COLUMN: "SELECT name FROM pragma_table_xinfo(:table, :schema)",
    # Those that nobody has made as such belong to constraints.
    Kind.INDEX: "SELECT name FROM pragma_index_list(:table, :schema) WHERE origin = 'c'",
}


def lacking(error: DBAPIError) -> frozenset[Kind]:
    """The kinds of thing of which SQLite says that one isn't there."""
    said = str(error.orig)
    return frozenset(kind for pattern, kind in _LACKING if pattern.match(said))


@contextmanager
def catalog_of(refused: Connection, changes: list[Change]) -> Iterator[Catalog]:
    """The catalog as this connection sees it, with all that its transaction has done."""
    yield SqliteNames(refused)


class SqliteNames:
    """What the database has. A schema of None is whichever one SQLite finds a name in first."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def names(self, table: Place) -> Names | None:
        """What a table has; None where there is no such table."""
        schema, _ = table
        if schema is not None and schema not in self._schemas():
            return None
        return names_of(self._connection, _NAMES, table)

    def places(self, kind: Kind, alike: Place) -> list[Place]:
        """The tables or indexes of the schema of ``alike``, and those of its name in others."""
        schema, name = alike
        quote = self._connection.dialect.identifier_preparer.quote_identifier
        here = {"main", "temp"} if schema is None else {schema}
        found: list[Place] = []
        for its_schema in self._schemas():
            query = f"SELECT name FROM {quote(its_schema)}.sqlite_master WHERE type = :type"
            names = [row[0] for row in rows_of(self._connection, query, type=kind.word)]
            if its_schema in here:
                found += [(schema, its) for its in names]
            elif name in names:
                found.append((its_schema, name))
        return found

    def _schemas(self) -> list[str]:
        return [row[1] for row in rows_of(self._connection, "PRAGMA database_list")]
