"""What a SQLite database says of a table: its own text, and all that hangs on it.

Everything is read from ``sqlite_master`` of the one schema that the table is in. Source:
https://www.sqlite.org/schematab.html.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from alembic.ddl.impl import DefaultImpl
from alembic.ddl.raw import Raw
from alembic.ddl.sqlite_schema.created import created
from alembic.ddl.sqlite_schema.parse import parse_table
from alembic.ddl.sqlite_schema.tokens import Token, fold, quote, quote_text, same_name, tokenize
from alembic.operations.batch.draft import StoredIndex, TableSource
from alembic.operations.batch.errors import LeftOverInTheWay, NoSuchTable, NotATable
from alembic.operations.batch.rewrite import temporary_name

MAIN = "main"
TEMP = "temp"


@dataclass(frozen=True, slots=True)
class Stored:
    """A row of ``sqlite_master``."""

    type: str
    name: str
    table: str
    sql: str | None


class Catalog:
    """One schema of a SQLite database, through a connection and the impl that sends statements."""

    def __init__(self, impl: DefaultImpl, connection: Connection, schema: str | None) -> None:
        self._impl = impl
        self.connection = connection
        self.schema = schema or MAIN

    @classmethod
    def of(
        cls, impl: DefaultImpl, connection: Connection, table: str, schema: str | None
    ) -> Catalog:
        """The schema that SQLite takes the table's name from: a temporary one goes before."""
        found = cls(impl, connection, schema)
        if schema is None and found.temporary.find(table) is not None:
            return found.temporary
        return found

    @property
    def prefix(self) -> str:
        """The schema with its dot, where it has to be said."""
        return "" if self.schema == MAIN and not self._is_shadowed else f"{quote(self.schema)}."

    @functools.cached_property
    def _is_shadowed(self) -> bool:
        """Whether there is anything temporary, which a name alone would mean before all else.

        SQLite's own tables are among it: ``sqlite_sequence`` of a temporary table that counts.
        """
        return bool(self.temporary._rows("type IN ('table', 'view')"))

    @property
    def master(self) -> str:
        """The table of this schema's texts."""
        return f"{quote(self.schema)}.sqlite_{'temp_' if self.is_temporary else ''}master"

    def spelled(self, name: str) -> str:
        """A name, in quotes where it needs them."""
        return self._impl.dialect.identifier_preparer.quote(name)

    @property
    def is_temporary(self) -> bool:
        """Whether its tables are this connection's own."""
        return fold(self.schema) == TEMP

    @property
    def temporary(self) -> Catalog:
        """The schema of this connection's own tables, views and triggers."""
        return self if self.is_temporary else Catalog(self._impl, self.connection, TEMP)

    @property
    def version(self) -> tuple[int, ...]:
        """The version of SQLite that is linked."""
        ((text,),) = self.ask("SELECT sqlite_version()")
        return tuple(int(part) for part in text.split("."))

    def ask(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """The rows of a query, its values bound to question marks."""
        return [tuple(row) for row in self.connection.exec_driver_sql(sql, values)]

    def send(self, sql: str) -> None:
        """Have a statement executed the way that all statements go."""
        self._impl._exec(Raw(sql))

    @property
    def is_in_transaction(self) -> bool:
        """Whether what is done now can still be undone, as the driver says."""
        driver: Any = self.connection.connection.driver_connection
        return bool(driver.in_transaction)

    def control(self, sql: str) -> None:
        """A PRAGMA, or the begin and end of a savepoint."""
        self.connection.exec_driver_sql(sql)

    def find(self, name: str) -> Stored | None:
        """The table or view of this name."""
        found = self._rows("type IN ('table', 'view') AND lower(name) = ?", fold(name))
        return found[0] if found else None

    def table(self, name: str) -> Stored:
        """The table of this name; raises NoSuchTable and NotATable."""
        found = self.find(name)
        if found is None:
            left_over = self.find(temporary_name(name))
            raise NoSuchTable(name, None if left_over is None else left_over.name)
        if found.type == "view":
            raise NotATable(name, "view")
        if found.sql is None or found.name.startswith("sqlite_"):
            raise NotATable(name, "table of SQLite's own")
        words = [token.word for token in tokenize(found.sql) if not token.is_trivia]
        if "VIRTUAL" in words[:2]:
            raise NotATable(name, "virtual table")
        return found

    def source(self, table: Stored) -> TableSource:
        """The table's own text with those of its indexes."""
        assert table.sql is not None
        return TableSource(parse_table(table.sql), self.indexes(table.name))

    def indexes(self, table: str) -> tuple[StoredIndex, ...]:
        """The indexes that were made by CREATE INDEX, in the order in which they were made."""
        rows = self._rows("type = 'index' AND sql IS NOT NULL AND lower(tbl_name) = ?", fold(table))
        return tuple(StoredIndex(row.name, row.sql or "") for row in rows)

    def triggers(self, table: str) -> list[str]:
        """The statements that make its triggers, temporary ones included."""
        rows = [self.create_trigger(row) for row in self.own_triggers(table)]
        if not self.is_temporary and self.temporary.find(table) is None:
            found = self.temporary.own_triggers(table)
            rows += [f"CREATE TEMP TRIGGER {_named(row)}" for row in found]
        return rows

    def own_triggers(self, table: str) -> list[Stored]:
        """Those of this schema."""
        return self._rows("type = 'trigger' AND lower(tbl_name) = ?", fold(table))

    def create_trigger(self, trigger: Stored) -> str:
        """The statement that makes a trigger in this schema."""
        return f"CREATE TRIGGER {self.prefix}{_named(trigger)}"

    def named(self, stored: Stored) -> str:
        """The name to drop something of this schema by."""
        return f"{quote(self.schema)}.{quote(stored.name)}"

    def taken_along(self, table: str) -> dict[tuple[str, str], str]:
        """Its triggers, and its indexes over expressions, as (kind, name) → the name to drop it by.

        They are what a rebuild that makes the table of what is reflected would lose.
        """
        found: dict[tuple[str, str], str] = {}
        for place in dict.fromkeys((self, self.temporary)):
            for row in place.own_triggers(table):
                found["TRIGGER", fold(row.name)] = place.named(row)
        indexes = self.ask(
            "SELECT name FROM pragma_index_list(?, ?) AS i WHERE EXISTS "
            "(SELECT 1 FROM pragma_index_xinfo(i.name, ?) WHERE cid = -2)",
            *(table, self.schema, self.schema),
        )
        for (name,) in indexes:
            found["INDEX", fold(name)] = f"{quote(self.schema)}.{quote(name)}"
        return found

    def create_index(self, index: StoredIndex) -> str:
        """The statement that makes an index in this schema."""
        name = _name_in(index.sql)
        head, rest = index.sql[: name.start], index.sql[name.start :]
        if not self.prefix or head.rstrip().endswith("."):
            return index.sql
        return f"{head}{self.prefix}{rest}"

    def views_and_triggers(self) -> list[Stored]:
        """All of this schema."""
        return self._rows("type IN ('view', 'trigger')")

    def virtual_tables(self) -> list[Stored]:
        """Those of this schema."""
        return self._rows("type = 'table' AND sql LIKE 'CREATE VIRTUAL TABLE %'")

    def children(self, table: str) -> list[str]:
        """The tables whose foreign keys refer to it, itself included if it does."""
        rows = self.ask(
            f"SELECT DISTINCT m.name FROM {self.master} AS m "
            f"JOIN pragma_foreign_key_list(m.name, {quote_text(self.schema)}) AS f "
            "WHERE m.type = 'table' AND lower(f.\"table\") = ? ORDER BY m.rowid",
            fold(table),
        )
        return [row[0] for row in rows]

    def enforces_foreign_keys(self) -> bool:
        """Whether this connection enforces foreign keys."""
        return bool(self.ask("PRAGMA foreign_keys")[0][0])

    def has_table(self, name: str) -> bool:
        """Whether there is such a table, one of SQLite's own too."""
        return bool(self._rows("type = 'table' AND lower(name) = ?", fold(name)))

    def has_rows(self, table: str) -> bool:
        """Whether it has any."""
        return bool(self.ask(f"SELECT 1 FROM {self.prefix}{quote(table)} LIMIT 1"))

    def row_count(self, table: str) -> int:
        """How many rows it has."""
        return int(self.ask(f"SELECT count(*) FROM {self.prefix}{quote(table)}")[0][0])

    def remove_left_over(self, table: str) -> None:
        """Drop what an older tool's rebuild of ``table`` left behind when it was stopped.

        Raises LeftOverInTheWay where the table may be something else, or hold what ``table`` lacks.
        """
        name = temporary_name(table)
        found = self.find(name)
        if found is None:
            return
        doubt = self._doubt_about(found, table)
        if doubt is not None:
            raise LeftOverInTheWay(found.name, table, doubt)
        self.send(f"DROP TABLE {self.prefix}{quote(found.name)}")

    def _doubt_about(self, left_over: Stored, table: str) -> str | None:
        if left_over.type == "view":
            return "it is a view"
        if self._columns(left_over.name).isdisjoint(self._columns(table)):
            return "it has no column in common"
        if [
            child for child in self.children(left_over.name) if not same_name(child, left_over.name)
        ]:
            return "foreign keys refer to it"
        if self._rows("type = 'trigger' AND lower(tbl_name) = ?", fold(left_over.name)):
            return "it has triggers"
        if self.row_count(left_over.name) > self.row_count(table):
            return f"it has more rows than {table!r}"
        return None

    def _columns(self, table: str) -> set[str]:
        rows = self.ask("SELECT name FROM pragma_table_info(?, ?)", table, self.schema)
        return {fold(row[0]) for row in rows}

    def _rows(self, where: str, *values: object) -> list[Stored]:
        rows = self.ask(
            f"SELECT type, name, tbl_name, sql FROM {self.master} WHERE {where} ORDER BY rowid",
            *values,
        )
        return [Stored(row[0], row[1], row[2], row[3]) for row in rows]


def _named(row: Stored) -> str:
    """A stored statement from its object's name on.

    SQLite keeps ``CREATE [UNIQUE] INDEX name …`` and ``CREATE TRIGGER name …``, without a schema.
    """
    sql = row.sql or ""
    return sql[_name_in(sql).start :]


def _name_in(sql: str) -> Token:
    found = created(sql)
    assert found is not None, "an index or a trigger"
    return found[1]
