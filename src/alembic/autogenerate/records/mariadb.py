"""MariaDB's answers about all tables at once.

SQLAlchemy asks MariaDB for the text of each table, ``SHOW CREATE TABLE``. For plain tables that text is put together
here from ``information_schema``, a query for each kind of object, by the server, to the letter as far as
SQLAlchemy reads it. A table that holds anything else is asked for as ever.
Sources: https://mariadb.com/kb/en/information-schema-tables/, https://mariadb.com/kb/en/show-create-table/.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, cast

from sqlalchemy import exc, text as sql_text
from sqlalchemy.engine import Connection

from alembic.autogenerate.spelled.mysql import without_row_times

_SHOW = re.compile(r"SHOW CREATE TABLE (?:`(?P<schema>(?:[^`]|``)+)`\.)?`(?P<name>(?:[^`]|``)+)`")

_OTHER_MODES = re.compile(r"ANSI_QUOTES|NO_\w+_OPTIONS|ORACLE|POSTGRESQL|DB2|MAXDB|MSSQL|MYSQL\d+")
"""Modes of a server in which it spells the texts of tables otherwise."""

_PLACE = "= COALESCE(:schema, DATABASE())"

# BINARY, below: a server may have both tables `Item` and `item`, which its catalog takes for one name.

_TABLES = f"""
SELECT t.table_name, t.table_collation, t.table_comment, CONCAT(
    ') ENGINE=', t.engine, ' DEFAULT CHARSET=', c.character_set_name, ' COLLATE=', t.table_collation)
FROM information_schema.tables t
JOIN information_schema.collation_character_set_applicability c
  ON c.full_collation_name = t.table_collation
WHERE t.table_schema {_PLACE} AND t.table_type = 'BASE TABLE' AND t.create_options = ''
AND t.temporary <> 'Y'
"""

# The collation of the table is compared with these here: the server would do so row by row, of all tables.
_COLUMNS = f"""
SELECT MIN(c.table_name), MIN(c.extra IN ('', 'auto_increment', 'on update current_timestamp()')
  AND c.is_generated = 'NEVER' AND c.column_type NOT LIKE '%/*%'
  AND c.column_comment NOT REGEXP '[''\\\\\\\\[\\:cntrl\\:]]'),
GROUP_CONCAT(CONCAT('  `', REPLACE(c.column_name, '`', '``'), '` ', c.column_type,
    IF(c.is_nullable = 'NO', ' NOT NULL', ''),
    IF(c.column_default IS NULL, '', CONCAT(' DEFAULT ', c.column_default)),
    IF(c.extra LIKE 'on update%', CONCAT(' ON UPDATE ', SUBSTR(c.extra, 11)), ''),
    IF(c.extra = 'auto_increment', ' AUTO_INCREMENT', ''),
    IF(c.column_comment = '', '', CONCAT(' COMMENT ''', c.column_comment, ''''))
  ) ORDER BY c.ordinal_position SEPARATOR ',\\n'),
COALESCE(GROUP_CONCAT(DISTINCT c.collation_name), '')
FROM information_schema.columns c WHERE c.table_schema {_PLACE} GROUP BY BINARY c.table_name
"""

_KEYS = f"""
SELECT MIN(k.table_name), MIN(k.is_plain), GROUP_CONCAT(k.line ORDER BY k.index_name SEPARATOR ',\\n')
FROM (
  SELECT MIN(s.table_name) AS table_name, s.index_name, MIN(s.index_type = 'BTREE' AND s.column_name IS NOT NULL) AS is_plain,
    CONCAT('  ', IF(s.index_name = 'PRIMARY', 'PRIMARY KEY (', CONCAT(
        IF(MIN(s.non_unique) = 0, 'UNIQUE ', ''), 'KEY `', REPLACE(s.index_name, '`', '``'), '` (')),
      GROUP_CONCAT(CONCAT('`', REPLACE(s.column_name, '`', '``'), '`',
          IF(s.sub_part IS NULL, '', CONCAT('(', s.sub_part, ')')),
          IF(s.collation = 'D', ' DESC', '')
        ) ORDER BY s.seq_in_index SEPARATOR ','), ')') AS line
  FROM information_schema.statistics s
  WHERE s.table_schema {_PLACE} GROUP BY BINARY s.table_name, s.index_name
) k GROUP BY BINARY k.table_name
"""

_FOREIGN_KEYS = f"""
SELECT MIN(k.table_name), 1, GROUP_CONCAT(k.line ORDER BY k.constraint_name SEPARATOR ',\\n')
FROM (
  SELECT r.table_name, r.constraint_name,
    CONCAT('  CONSTRAINT `', REPLACE(r.constraint_name, '`', '``'), '` FOREIGN KEY (',
      GROUP_CONCAT(CONCAT('`', REPLACE(u.column_name, '`', '``'), '`')
        ORDER BY u.ordinal_position SEPARATOR ', '), ') REFERENCES ',
      IF(r.unique_constraint_schema = r.constraint_schema, '',
        CONCAT('`', REPLACE(r.unique_constraint_schema, '`', '``'), '`.')),
      '`', REPLACE(r.referenced_table_name, '`', '``'), '` (',
      GROUP_CONCAT(CONCAT('`', REPLACE(u.referenced_column_name, '`', '``'), '`')
        ORDER BY u.ordinal_position SEPARATOR ', '), ')',
      IF(r.delete_rule = 'RESTRICT', '', CONCAT(' ON DELETE ', r.delete_rule)),
      IF(r.update_rule = 'RESTRICT', '', CONCAT(' ON UPDATE ', r.update_rule))) AS line
  FROM information_schema.referential_constraints r
  JOIN information_schema.key_column_usage u
    ON u.constraint_schema = r.constraint_schema AND BINARY u.table_name = r.table_name
    AND u.constraint_name = r.constraint_name AND u.referenced_table_name IS NOT NULL
  WHERE r.constraint_schema {_PLACE} GROUP BY BINARY r.table_name, r.constraint_name
) k GROUP BY BINARY k.table_name
"""

_CHECKED = f"""
SELECT table_name FROM information_schema.check_constraints WHERE constraint_schema {_PLACE}
"""


class BulkTexts:
    """Stands in for a connection while SQLAlchemy reads through it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._texts: dict[str | None, dict[str, str]] = {}

    @classmethod
    def of(cls, connection: Connection) -> Connection:
        """The stand-in, under the type that it stands in for."""
        return cast("Connection", cls(connection))

    # What SQLAlchemy takes it for, which looks at the type here and there.
    __class__: Any = property(lambda _self: Connection)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    def execution_options(self, **options: Any) -> Any:
        """Set them on the connection, which changes it in place."""
        self._connection.execution_options(**options)
        return self

    def exec_driver_sql(self, statement: str, *args: Any, **kw: Any) -> Any:
        """The answer to ``statement``, from what is known or from the database."""
        asked = None if args or kw else _SHOW.fullmatch(statement)
        if asked is not None:
            schema = asked["schema"] and asked["schema"].replace("``", "`")
            if schema not in self._texts:
                self._texts[schema] = dict(self._read(schema))
            text = self._texts[schema].get(asked["name"].replace("``", "`"))
            if text is not None:
                return Answer(("", text))
        answer = self._connection.exec_driver_sql(statement, *args, **kw)
        row = None if asked is None else answer.first()
        return answer if row is None else Answer((row[0], without_row_times(row[1])))

    def _read(self, schema: str | None) -> Iterator[tuple[str, str]]:
        """(name, text) of each plain table of a schema."""
        try:
            columns, *others = (
                self._ask(query, schema) for query in (_COLUMNS, _KEYS, _FOREIGN_KEYS)
            )
            checked = {name for (name,) in self._ask(_CHECKED, schema)}
            tables = self._ask(_TABLES, schema)
            mode, longest = self._ask("SELECT @@sql_mode, @@group_concat_max_len", schema)[0]
        except exc.DBAPIError:
            return
        if _OTHER_MODES.search(mode):
            return
        collations = {name: said for name, _, _, said in columns}
        parts = [
            {name: (is_plain, text) for name, is_plain, text, *_ in rows}
            for rows in (columns, *others)
        ]
        for name, collation, comment, options in tables:
            if collations.get(name) not in {"", collation}:
                continue
            found = [part[name] for part in parts if name in part]
            is_cut = any(len(text.encode()) >= longest for _, text in found)
            if name in checked or is_cut or not all(is_plain for is_plain, _ in found):
                continue
            if comment and re.search(r"['\\\x00-\x1f\x7f]", comment):
                continue
            said = f" COMMENT='{comment}'" if comment else ""
            lines = ",\n".join(text for _, text in found)
            head = f"CREATE TABLE `{name.replace('`', '``')}` ("
            yield name, f"{head}\n{lines}\n{options}{said}"

    def _ask(self, query: str, schema: str | None) -> list[Any]:
        asked = {"schema": schema} if ":schema" in query else {}
        return list(self._connection.execute(sql_text(query), asked).all())


class Answer:
    """Stands in for a result."""

    def __init__(self, row: tuple[str, ...]) -> None:
        self._row = row

    def first(self) -> tuple[str, ...]:
        """The only row."""
        return self._row
