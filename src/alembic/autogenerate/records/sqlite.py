"""SQLite's answers about all tables at once.

SQLAlchemy asks SQLite by PRAGMA statements and by the texts in ``sqlite_master``, some ten statements a table.
The table-valued functions of the pragmas (https://www.sqlite.org/pragma.html#pragfunc) answer for the
whole database in one statement each. What is asked otherwise than known here is asked of the database.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, cast

from sqlalchemy import exc
from sqlalchemy.engine import Connection

Row = Sequence[Any]

_PRAGMA = re.compile(
    r'PRAGMA (?P<schema>\w+|"(?:[^"]|"")+")\.'
    r"(?P<pragma>table_info|table_xinfo|foreign_key_list|index_list|index_info)"
    r'\("(?P<name>(?:[^"]|"")+)"\)'
)
_TABLE_TEXT = re.compile(
    r"\s*SELECT sql FROM\s+\(SELECT \* FROM sqlite_master UNION ALL\s+"
    r"SELECT \* FROM sqlite_temp_master\)\s+WHERE name = \?\s+AND type in \('table', 'view'\)"
)
_ABOUT_INDEXES = frozenset({"index_info"})


class BulkPragmas:
    """Stands in for a connection while SQLAlchemy reads through it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._answers: dict[tuple[str, str], dict[str, list[Row]] | None] = {}
        self._texts: dict[str, str] | None = None

    @classmethod
    def of(cls, connection: Connection) -> Connection:
        """The stand-in, under the type that it stands in for."""
        return cast("Connection", cls(connection))

    # What SQLAlchemy takes it for, which looks at the type here and there.
    __class__: Any = property(lambda _self: Connection)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    def exec_driver_sql(self, statement: str, *args: Any, **kw: Any) -> Any:
        """The answer to ``statement``, from what is known or from the database."""
        asked = _PRAGMA.fullmatch(statement)
        if asked is not None and not args and not kw:
            rows = self._told_by_pragma(
                asked["schema"], asked["pragma"], asked["name"].replace('""', '"')
            )
            if rows is not None:
                return Answer(rows)
        elif len(args) == 1 and not kw and _TABLE_TEXT.fullmatch(statement):
            sql = self._table_texts().get(args[0][0])
            if sql is not None:
                return Answer([(sql,)])
        return self._connection.exec_driver_sql(statement, *args, **kw)

    def _told_by_pragma(self, schema: str, pragma: str, name: str) -> list[Row] | None:
        key = (schema, pragma)
        if key not in self._answers:
            try:
                self._answers[key] = self._ask_pragma(schema, pragma)
            except exc.DBAPIError:
                self._answers[key] = None
        answers = self._answers[key]
        if answers is None:
            return None
        # Nearly every database is without temporary tables.
        return answers.get(name) if answers or schema != "temp" else []

    def _ask_pragma(self, schema: str, pragma: str) -> dict[str, list[Row]]:
        """The rows of a pragma by the names of what they are about, those without rows included."""
        kind = "index" if pragma in _ABOUT_INDEXES else "table"
        plain = schema[1:-1].replace('""', '"') if schema.startswith('"') else schema
        things = (
            f"SELECT name FROM {schema}.sqlite_master WHERE type = '{kind}' "
            "AND (sql IS NULL OR sql NOT LIKE 'CREATE VIRTUAL%')"
        )
        answers: dict[str, list[Row]] = {
            name: [] for (name,) in self._connection.exec_driver_sql(things)
        }
        if not answers:
            return {}
        rows = self._connection.exec_driver_sql(
            f"SELECT thing.name, told.* FROM ({things}) AS thing, pragma_{pragma}(thing.name, ?) AS told",
            (plain,),
        )
        for name, *row in rows:
            answers[name].append(row)
        return answers

    def _table_texts(self) -> dict[str, str]:
        if self._texts is None:
            rows = self._connection.exec_driver_sql(
                "SELECT name, sql FROM sqlite_master WHERE type = 'table' AND sql IS NOT NULL"
            )
            self._texts = {row.name: row.sql for row in rows}
        return self._texts


class Answer:
    """Stands in for a result."""

    _soft_closed = False

    def __init__(self, rows: list[Row]) -> None:
        self._rows = rows

    def fetchall(self) -> list[Row]:
        """All rows."""
        return self._rows

    def scalar(self) -> Any:
        """The first value of the first row."""
        return self._rows[0][0] if self._rows else None
