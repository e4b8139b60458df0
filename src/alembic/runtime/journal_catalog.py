"""What a statement was that may or may not have been carried out, and how the catalog tells.

A migrator that was killed while a statement ran can't know whether the server finished it. Single
DDL statements are atomic (MariaDB manual, "Atomic DDL"; MySQL 8 manual, 15.1.1; PostgreSQL and
SQLite as everything): it was done or it was not, and the catalog is the same as before, or not.
"""

from __future__ import annotations

import enum
import hashlib
import re
from typing import Protocol

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from alembic.ddl.driver_errors import mysql_code


class Kind(enum.Enum):
    """What a statement does, as far as its first word tells."""

    READ = "read"
    DML = "dml"
    DDL = "ddl"
    ENDS = "ends a transaction"


_LEADING = re.compile(r"(?:\s+|--[^\n]*(?:\n|$)|/\*(?!!).*?\*/|\()*", re.DOTALL)
_WORD = re.compile(r"[A-Za-z]+")
_CHANGES_ROWS = re.compile(r"\b(?:INSERT|UPDATE|DELETE|MERGE)\b", re.IGNORECASE)
_TEMPORARY = re.compile(
    r"(?:CREATE\s+(?:OR\s+REPLACE\s+)?(?:LOCAL\s+)?|DROP\s+)TEMP(?:ORARY)?\b", re.IGNORECASE
)
# What changes nothing but the session is said again each time.
_READS = frozenset(
    {
        *("SELECT", "SHOW", "DESCRIBE", "DESC", "EXPLAIN", "VALUES", "HELP", "CHECK"),
        *("SET", "RESET", "USE", "PRAGMA", "ATTACH", "DETACH", "PREPARE", "DEALLOCATE"),
        *("LOCK", "UNLOCK", "KILL", "FLUSH", "ANALYZE", "VACUUM", "REINDEX", "OPTIMIZE"),
        *("BEGIN", "START", "SAVEPOINT", "RELEASE", "LISTEN", "UNLISTEN", "NOTIFY"),
    }
)
_DML = frozenset(["INSERT", "UPDATE", "DELETE", "REPLACE", "LOAD", "MERGE", "CALL", "DO", "COPY"])
_ENDS = frozenset({"COMMIT", "ROLLBACK", "END"})


def kind_of(sql: str) -> Kind:
    """What ``sql`` does; a temporary table is no business of anybody but its session."""
    start = _leading(sql)
    found = _WORD.match(sql, start)
    word = found.group().upper() if found else ""
    if word in _READS or _TEMPORARY.match(sql, start):
        return Kind.READ
    if word == "WITH":
        return Kind.DML if _CHANGES_ROWS.search(sql) else Kind.READ
    if word in _ENDS:
        return Kind.ENDS
    return Kind.DML if word in _DML else Kind.DDL


_ASKS = frozenset({"SELECT", "SHOW", "DESCRIBE", "DESC", "EXPLAIN", "VALUES", "CHECK"})


def is_question(sql: str) -> bool:
    """Whether somebody wants an answer of the database."""
    found = _WORD.match(sql, _leading(sql))
    word = found.group().upper() if found else ""
    return word in _ASKS or (word == "WITH" and kind_of(sql) is Kind.READ)


_SAVEPOINT = re.compile(
    r"(?:(ROLLBACK\s+(?:\w+\s+)?TO)(?:\s+SAVEPOINT)?|SAVEPOINT)\s+(\S+)", re.IGNORECASE
)
_RETURNING = re.compile(r"\bRETURNING\b", re.IGNORECASE)


def savepoint_of(sql: str) -> tuple[str, bool] | None:
    """The name of the savepoint that is made, and False; or gone back to, and True; None for
    another statement.
    """
    found = _SAVEPOINT.match(sql, _leading(sql))
    return None if found is None else (found.group(2), found.group(1) is not None)


def temporary_table(sql: str) -> str | None:
    """The name of the temporary table that is created; None for another statement."""
    found = _CREATES_TEMPORARY.match(sql, _leading(sql))
    return None if found is None else _plain(found.group(1))


def row_target(sql: str) -> str | None:
    """The name of the table whose rows are changed, without its schema; None where that is not
    plain to see.
    """
    found = _ROW_TARGET.match(sql, _leading(sql))
    return None if found is None else _plain(found.group(1))


def may_return_rows(sql: str) -> bool:
    """Whether a statement that changes rows may give rows back."""
    return _RETURNING.search(sql) is not None


def fingerprint_of_text(sql: str) -> str:
    """A short stand-in for the text of a statement."""
    return hashlib.sha256(sql.encode()).hexdigest()[:40]


class Catalog(Protocol):
    """How one kind of database tells whether a statement was carried out."""

    def before(self, sql: str) -> str | None:
        """What to remember of the catalog before ``sql`` runs; None for nothing."""

    def is_done(self, sql: str, before: str | None) -> bool | None:
        """Whether ``sql`` was carried out since ``before``; None where that can't be told.

        False says also that running it (again) is right.
        """

    def clear_away(self, sql: str) -> None:
        """Remove what ``sql`` has left though it failed."""


_NAME = r"(?:`(?:[^`]|``)+`|\"(?:[^\"]|\"\")+\"|[\w$]+)"
_PATH = rf"{_NAME}(?:\s*\.\s*{_NAME})?"
_IF = r"(?:IF\s+(?:NOT\s+)?EXISTS\s+)?"
_MYSQL_OBJECT = re.compile(
    r"(?:CREATE|ALTER|DROP|RENAME)\s+(?:OR\s+REPLACE\s+)?(?:ONLINE\s+|OFFLINE\s+|IGNORE\s+)*"
    r"(?:ALGORITHM\s*=\s*\w+\s+)?(?:DEFINER\s*=\s*\S+\s+)?(?:SQL\s+SECURITY\s+\w+\s+)?"
    rf"(TABLE|VIEW|TRIGGER|PROCEDURE|FUNCTION|EVENT|SEQUENCE|DATABASE)\s+{_IF}({_PATH})",
    re.IGNORECASE,
)
_MYSQL_INDEX = re.compile(
    r"(?:CREATE\s+(?:OR\s+REPLACE\s+)?(?:UNIQUE\s+|FULLTEXT\s+|SPATIAL\s+)?|DROP\s+)INDEX\b"
    rf".*?\bON\s+({_PATH})",
    re.IGNORECASE | re.DOTALL,
)
_CREATES_TEMPORARY = re.compile(
    rf"CREATE\s+(?:OR\s+REPLACE\s+)?(?:GLOBAL\s+|LOCAL\s+)?TEMP(?:ORARY)?\s+TABLE\s+{_IF}({_PATH})",
    re.IGNORECASE,
)
_ROW_TARGET = re.compile(
    r"(?:(?:INSERT|REPLACE)\s+(?:LOW_PRIORITY\s+|DELAYED\s+|HIGH_PRIORITY\s+|IGNORE\s+)*(?:INTO\s+)?"
    r"|UPDATE\s+(?:LOW_PRIORITY\s+|IGNORE\s+)*|DELETE\s+(?:\w+\s+)*?FROM\s+)"
    rf"({_PATH})",
    re.IGNORECASE,
)
# An object of a body of statements holds semicolons; elsewhere they part statements.
_SEVERAL = re.compile(r";\s*\S")
_BODY = re.compile(r"\b(?:TRIGGER|PROCEDURE|FUNCTION|EVENT|PACKAGE)\b", re.IGNORECASE)
# Several names: how many of them are dealt with can't be told by one.
_MYSQL_MORE = re.compile(r"\s*,")
_COUNTER = re.compile(r"\sAUTO_INCREMENT=\d+")
_ABSENT = "absent"
# Done twice, these give what they give once.
_REPEATABLE = re.compile(
    r"(?:TRUNCATE|GRANT|REVOKE|OPTIMIZE|REPAIR|VACUUM|REINDEX|COMMENT)\b", re.IGNORECASE
)


class MysqlCatalog:
    """MySQL and MariaDB: ``SHOW CREATE`` of what the statement names, before and after."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def before(self, sql: str) -> str | None:
        """How the server shows what ``sql`` names, in short."""
        meant = self._meant(sql)
        return None if meant is None else self._shown(*meant)

    def is_done(self, sql: str, before: str | None) -> bool | None:
        """Whether it is shown otherwise now."""
        if _REPEATABLE.match(sql, _leading(sql)):
            return False
        meant = self._meant(sql)
        if meant is None or before is None:
            return None
        return self._shown(*meant) != before

    def clear_away(self, sql: str) -> None:
        """Nothing: a statement that fails leaves nothing."""

    @staticmethod
    def _meant(sql: str) -> tuple[str, str] | None:
        if _SEVERAL.search(sql) and not _BODY.search(sql):
            return None
        start = _leading(sql)
        index = _MYSQL_INDEX.match(sql, start)
        if index is not None:
            return "TABLE", index.group(1)
        found = _MYSQL_OBJECT.match(sql, start)
        if found is None or _MYSQL_MORE.match(sql, found.end()):
            return None
        return found.group(1).upper(), found.group(2)

    def _shown(self, kind: str, name: str) -> str:
        try:
            row = self._connection.exec_driver_sql(f"SHOW CREATE {kind} {name}".replace("%", "%%"))
            shown = " ".join(str(value) for value in row.one())
        except DBAPIError as error:
            if mysql_code(error) not in _MYSQL_IS_ABSENT:
                raise
            return _ABSENT
        return fingerprint_of_text(_COUNTER.sub("", shown))


# Unknown table, database, routine, trigger, event, sequence; no view, no sequence (MariaDB manual,
# "MariaDB Error Codes"). Anything else says nothing about what is there.
_MYSQL_IS_ABSENT = frozenset({1146, 1049, 1305, 1360, 1539, 4091, 1347, 4089})


_PG_INDEX = re.compile(
    rf"CREATE\s+(?:UNIQUE\s+)?INDEX\s+(CONCURRENTLY\s+)?{_IF}({_NAME})\s+ON\s+(?:ONLY\s+)?({_PATH})",
    re.IGNORECASE,
)
_PG_DROP_INDEX = re.compile(rf"DROP\s+INDEX\s+(?:CONCURRENTLY\s+)?{_IF}({_PATH})", re.IGNORECASE)
_PG_ADD_VALUE = re.compile(
    rf"ALTER\s+TYPE\s+({_PATH})\s+ADD\s+VALUE\s+{_IF}'((?:[^']|'')*)'", re.IGNORECASE
)


class PostgresqlCatalog:
    """PostgreSQL: what can't run inside a transaction is looked up, each kind in its catalog."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def before(self, sql: str) -> str | None:
        """Nothing: the catalog alone tells."""
        return None

    def is_done(self, sql: str, before: str | None) -> bool | None:
        """Whether the index or the enum's value is there, or is gone."""
        start = _leading(sql)
        if _REPEATABLE.match(sql, start):
            return False
        if found := _PG_INDEX.match(sql, start):
            return self._has_index(found.group(2), found.group(3))
        if found := _PG_DROP_INDEX.match(sql, start):
            return self._scalar("SELECT to_regclass(:name)", name=found.group(1)) is None
        if found := _PG_ADD_VALUE.match(sql, start):
            return bool(
                self._scalar(
                    "SELECT count(*) FROM pg_enum WHERE enumtypid = to_regtype(:type) "
                    "AND enumlabel = :label",
                    type=found.group(1),
                    label=found.group(2).replace("''", "'"),
                )
            )
        return None

    def clear_away(self, sql: str) -> None:
        """Drop the invalid index that a failing ``CREATE INDEX CONCURRENTLY`` leaves."""
        found = _PG_INDEX.match(sql, _leading(sql))
        if found is not None and found.group(1):
            self._has_index(found.group(2), found.group(3))

    def _has_index(self, name: str, table: str) -> bool:
        """Whether it is there and valid; one that an interrupted build has left is dropped
        (PostgreSQL manual, CREATE INDEX, Building Indexes Concurrently).
        """
        row = self._connection.execute(
            text(
                "SELECT i.indisvalid, quote_ident(n.nspname) || '.' || quote_ident(c.relname) "
                "FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid "
                "JOIN pg_namespace n ON n.oid = c.relnamespace "
                "WHERE i.indrelid = to_regclass(:table) AND c.relname = :name"
            ),
            {"table": table, "name": _unquoted(name)},
        ).first()
        if row is None:
            return False
        is_valid, path = row
        if not is_valid:
            self._connection.exec_driver_sql(f"DROP INDEX {path}".replace("%", "%%"))
        return bool(is_valid)

    def _scalar(self, sql: str, **values: object) -> object:
        return self._connection.execute(text(sql), values).scalar()


class SqliteCatalog:
    """SQLite: the text of the whole schema, before and after."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def before(self, sql: str) -> str | None:
        """The schema, in short."""
        rows = self._connection.exec_driver_sql("SELECT type, name, sql FROM sqlite_master")
        return fingerprint_of_text("\n".join(sorted(str(tuple(row)) for row in rows)))

    def is_done(self, sql: str, before: str | None) -> bool | None:
        """Whether the schema is another one now."""
        if _REPEATABLE.match(sql, _leading(sql)):
            return False
        return None if before is None else self.before(sql) != before

    def clear_away(self, sql: str) -> None:
        """Nothing: a statement that fails leaves nothing."""


def catalog_of(connection: Connection) -> Catalog | None:
    """The catalog of a database; None where nobody has said how to read it."""
    make = _CATALOGS.get(connection.dialect.name)
    return None if make is None else make(connection)


_CATALOGS: dict[str, type[MysqlCatalog | PostgresqlCatalog | SqliteCatalog]] = {
    "mysql": MysqlCatalog,
    "mariadb": MysqlCatalog,
    "postgresql": PostgresqlCatalog,
    "sqlite": SqliteCatalog,
}


def _leading(sql: str) -> int:
    found = _LEADING.match(sql)
    return found.end() if found is not None else 0


def _plain(path: str) -> str:
    """The last name of a path, without its quotes."""
    name = re.split(r"\.(?=[^`\"]*\Z|[`\"])", path)[-1].strip()
    return name.strip('`"').lower()


def _unquoted(name: str) -> str:
    return name[1:-1].replace('""', '"') if name.startswith('"') else name.lower()
