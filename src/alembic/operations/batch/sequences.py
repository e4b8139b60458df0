"""The sequences that number a table's rows on PostgreSQL: they go on counting in its successor.

A sequence that belongs to a column is dropped with it, and a new identity column begins at 1; so
the one is let go of and taken up again, and the other is set to where it was. Source:
https://www.postgresql.org/docs/current/sql-altersequence.html.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, Table, text

from alembic.ddl.impl import DefaultImpl
from alembic.operations.batch.catalog import Raw

_OWNED = text(
    "SELECT a.attname, s.oid::regclass::text, d.deptype = 'i' "
    "FROM pg_depend d JOIN pg_class s ON s.oid = d.objid AND s.relkind = 'S' "
    "JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid "
    "WHERE d.refobjid = CAST(:table AS regclass) AND d.classid = 'pg_class'::regclass "
    "AND d.deptype IN ('a', 'i')"
)


class Sequences:
    """The sequences of one table, where there is a PostgreSQL database to ask."""

    def __init__(self, impl: DefaultImpl, table: Table) -> None:
        self._impl = impl
        self._table = table
        self._owned: list[tuple[str, str]] = []
        self._identities: list[tuple[str, str]] = []
        connection = impl.connection
        if impl.dialect.name != "postgresql" or impl.as_sql or connection is None:
            return
        self._quoted = impl.dialect.identifier_preparer.format_table(table)
        for column, sequence, is_identity in connection.execute(_OWNED, {"table": self._quoted}):
            if is_identity:
                self._identities.append((column, _state(connection, sequence)))
            else:
                self._owned.append((column, sequence))

    def detach(self) -> None:
        """Let go of the sequences that can be without a column."""
        for _, sequence in self._owned:
            self._impl._exec(Raw(f"ALTER SEQUENCE {sequence} OWNED BY NONE"))

    def attach(self, columns: Mapping[str, str]) -> None:
        """Give them back to their columns, and set those that are new.

        ``columns`` tells a column's name now by the one before; a column that is gone isn't in it.
        """
        preparer = self._impl.dialect.identifier_preparer
        for column, sequence in self._owned:
            if column in columns:
                owner = f"{self._quoted}.{preparer.quote(columns[column])}"
                self._impl._exec(Raw(f"ALTER SEQUENCE {sequence} OWNED BY {owner}"))
            else:
                self._impl._exec(Raw(f"DROP SEQUENCE {sequence}"))
        for column, state in self._identities:
            if column in columns:
                found = f"pg_get_serial_sequence('{self._quoted}', '{columns[column]}')"
                self._impl._exec(Raw(f"SELECT setval({found}, {state})"))


def _state(connection: Connection, sequence: str) -> str:
    """How far it has counted, as ``setval`` takes it."""
    row = connection.execute(text(f"SELECT last_value, is_called FROM {sequence}")).one()
    return f"{row[0]}, {'true' if row[1] else 'false'}"
