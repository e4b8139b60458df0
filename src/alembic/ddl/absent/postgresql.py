"""PostgreSQL: the names that a table has, asked on a connection beside the one that was refused.

A refusal ends the transaction, and nothing more can be asked there.
https://www.postgresql.org/docs/current/catalogs.html
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from alembic.ddl.absent.asking import rows_of
from alembic.ddl.absent.catalog import Catalog, Names
from alembic.ddl.absent.changes import Change, Changed
from alembic.ddl.absent.names import Kind, Place
from alembic.ddl.beside import connect_beside
from alembic.ddl.driver_errors import sqlstate

# https://www.postgresql.org/docs/current/errcodes-appendix.html
_LACKING: dict[str, frozenset[Kind]] = {
    "42703": frozenset([Kind.COLUMN]),
    "42704": frozenset([Kind.CONSTRAINT, Kind.INDEX]),
    "42P01": frozenset([Kind.TABLE]),
    "3F000": frozenset([Kind.TABLE]),
}
_RELKINDS = {Kind.TABLE: "'r', 'p', 'v', 'm', 'f'", Kind.INDEX: "'i', 'I'"}

# Constraints that index nothing, and NOT NULL, are no names that one would have meant.
_NAMES = f"""
WITH met AS (
    SELECT c.oid FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relname = CAST(:table AS text) AND c.relkind IN ({_RELKINDS[Kind.TABLE]})
    AND (n.nspname = CAST(:schema AS text) OR CAST(:schema AS text) = CAST(:default AS text)
         AND pg_catalog.pg_table_is_visible(c.oid))
    ORDER BY n.nspname = CAST(:schema AS text) DESC LIMIT 1
), keys AS (
    SELECT k.conname, k.conindid, k.contype FROM pg_catalog.pg_constraint k
    JOIN met ON k.conrelid = met.oid WHERE k.contype IN ('p', 'u', 'x', 'f', 'c')
)
SELECT 'TABLE', '' FROM met
UNION ALL SELECT 'COLUMN', CAST(a.attname AS text) FROM pg_catalog.pg_attribute a
JOIN met ON a.attrelid = met.oid WHERE a.attnum > 0 AND NOT a.attisdropped
UNION ALL SELECT 'CONSTRAINT', CAST(conname AS text) FROM keys
UNION ALL SELECT 'INDEX', CAST(c.relname AS text) FROM pg_catalog.pg_index i
JOIN met ON i.indrelid = met.oid JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
WHERE NOT EXISTS (SELECT FROM keys WHERE contype <> 'f' AND conindid = i.indexrelid)
"""
_PLACES = """
SELECT CAST(n.nspname AS text), CAST(c.relname AS text) FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ({kinds}) AND left(n.nspname, 3) <> 'pg_'
AND n.nspname <> 'information_schema'
AND (n.nspname = CAST(:schema AS text) OR c.relname = CAST(:name AS text))
"""


def lacking(error: DBAPIError) -> frozenset[Kind]:
    """The kinds of thing of which the server says that one isn't there."""
    return _LACKING.get(sqlstate(error) or "", frozenset())


@contextmanager
def catalog_of(refused: Connection, changes: list[Change]) -> Iterator[Catalog]:
    """The catalog as the transaction saw it that has been refused a statement."""
    schema = refused.dialect.default_schema_name
    with connect_beside(refused) as connection:
        yield Changed(PostgresqlNames(connection, schema), changes, schema)


class PostgresqlNames:
    """What others see of the database: what is committed. Places have their schema, and ``default``
    is the one that is meant without a name.
    """

    def __init__(self, connection: Connection, default: str | None) -> None:
        self._connection = connection
        self._default = default

    def names(self, table: Place) -> Names | None:
        """What a table has; None where there is no such table."""
        schema, name = table
        found = rows_of(self._connection, _NAMES, schema=schema, table=name, default=self._default)
        if not found:
            return None
        things = [(Kind[kind], name) for kind, name in found if kind != Kind.TABLE.name]
        return Names(frozenset(things))

    def places(self, kind: Kind, alike: Place) -> list[Place]:
        """The tables or indexes of the schema of ``alike``, and those of its name in others."""
        query = _PLACES.format(kinds=_RELKINDS[kind])
        found = rows_of(self._connection, query, schema=alike[0], name=alike[1])
        return [(schema, name) for schema, name in found]
