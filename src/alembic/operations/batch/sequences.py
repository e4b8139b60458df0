"""The sequences that number a table's rows on PostgreSQL: they go on counting in its successor.

A sequence that belongs to a column is dropped with it, and a new identity column begins at its
start; so the one is let go of and taken up again, and the other is set to where it was, under the
name that it had. Source:
https://www.postgresql.org/docs/current/sql-altersequence.html.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, Table, text

from alembic.ddl.impl import DefaultImpl
from alembic.ddl.literals import plain_preparer, text_literal
from alembic.ddl.written import WrittenStatement

_OWNED = text(
    "SELECT a.attname, s.oid::regclass::text, s.relname, d.deptype = 'i' "
    "FROM pg_depend d JOIN pg_class s ON s.oid = d.objid AND s.relkind = 'S' "
    "JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid "
    "WHERE d.refobjid = CAST(:table AS regclass) AND d.classid = 'pg_class'::regclass "
    "AND d.deptype IN ('a', 'i')"
)

_SEQUENCE = "SELECT pg_get_serial_sequence(:table, :column)"


class Sequences:
    """The sequences of one table, where there is a PostgreSQL database to ask."""

    def __init__(self, impl: DefaultImpl, table: Table) -> None:
        self._impl = impl
        self._table = table
        self._owned: list[tuple[str, str]] = []
        self._identities: list[tuple[str, str, str]] = []
        connection = impl.connection
        if impl.dialect.name != "postgresql" or impl.as_sql or connection is None:
            return
        self._preparer = plain_preparer(impl.dialect, impl.dialect)
        self._quoted = self._preparer.format_table(table)
        self._connection = connection
        for column, sequence, name, is_identity in connection.execute(
            _OWNED, {"table": self._quoted}
        ):
            if is_identity:
                self._identities.append((column, name, _state(connection, sequence)))
            else:
                self._owned.append((column, sequence))

    def detach(self) -> None:
        """Let go of the sequences that can be without a column."""
        for _, sequence in self._owned:
            self._impl._exec(WrittenStatement(f"ALTER SEQUENCE {sequence} OWNED BY NONE"))

    def attach(self, columns: Mapping[str, str]) -> None:
        """Give them back to their columns, and set those that are new.

        ``columns`` tells a column's name now by the one before; a column that is gone isn't in it.
        """
        for column, name, state in self._identities:
            made = self._sequence_of(columns.get(column))
            if made is not None:
                self._impl._exec(
                    WrittenStatement(
                        f"ALTER SEQUENCE {made} RENAME TO {self._preparer.quote(name)}"
                    )
                )
                made = self._sequence_of(columns[column])
                said = text_literal(str(made))
                self._impl._exec(WrittenStatement(f"SELECT setval({said}, {state})"))
        # A column that was a SERIAL before it became an identity has both.
        identities = {column for column, _, _ in self._identities}
        for column, sequence in self._owned:
            if column in columns:
                quoted = self._preparer.quote(columns[column])
                if column not in identities:
                    self._take_place(columns[column], sequence)
                self._impl._exec(
                    WrittenStatement(f"ALTER SEQUENCE {sequence} OWNED BY {self._quoted}.{quoted}")
                )
            else:
                self._impl._exec(WrittenStatement(f"DROP SEQUENCE {sequence}"))

    def _take_place(self, column: str, sequence: str) -> None:
        """Put a sequence in the place of the one that a SERIAL has made for the new column."""
        made = self._sequence_of(column)
        if made is not None:
            quoted = self._preparer.quote(column)
            default = f"nextval({text_literal(sequence)})"
            self._impl._exec(
                WrittenStatement(f"ALTER TABLE {self._quoted} ALTER {quoted} SET DEFAULT {default}")
            )
            self._impl._exec(WrittenStatement(f"DROP SEQUENCE {made}"))

    def _sequence_of(self, column: str | None) -> str | None:
        """The sequence of a column, as the server spells it; None where there is none."""
        asked = {"table": self._quoted, "column": column}
        found = self._connection.execute(text(_SEQUENCE), asked).scalar()
        return None if found is None else str(found)


def _state(connection: Connection, sequence: str) -> str:
    """How far it has counted, as ``setval`` takes it."""
    row = connection.execute(text(f"SELECT last_value, is_called FROM {sequence}")).one()
    return f"{row[0]}, {'true' if row[1] else 'false'}"
