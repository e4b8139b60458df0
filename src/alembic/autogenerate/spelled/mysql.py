"""MySQL's and MariaDB's own spelling of tables: ``SHOW CREATE TABLE``, of temporary tables for the models.

A temporary table may have the name of the one that it stands in for, which it hides from this
session alone until it is dropped; creating one doesn't commit a running transaction. Source:
https://mariadb.com/kb/en/create-table/#create-temporary-table.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from sqlalchemy import Table, bindparam, exc, text
from sqlalchemy.engine import Connection
from sqlalchemy.schema import CreateIndex, CreateTable

from alembic.autogenerate.spelled.facts import Fact, Facts, TableName
from alembic.ddl.literals import plain_preparer

_DESCENDING = (
    "SELECT table_schema, table_name FROM information_schema.statistics "
    "WHERE collation = 'D' AND table_schema <> 'sys'"
)
_INLINE = (
    "SELECT k.constraint_schema, k.table_name FROM information_schema.check_constraints k "
    "JOIN information_schema.columns c ON c.table_schema = k.constraint_schema "
    "AND c.table_name = k.table_name AND c.column_name = k.constraint_name "
    "WHERE k.check_clause <> CONCAT('json_valid(`', k.constraint_name, '`)')"
)
_OWN_OPTIONS = text("""
SELECT t.table_schema, t.table_name FROM information_schema.tables t
JOIN information_schema.schemata s ON s.schema_name = t.table_schema
WHERE t.table_schema IN :schemas AND t.table_type = 'BASE TABLE' AND (
  t.create_options <> '' OR t.engine <> @@default_storage_engine
  OR t.table_collation <> s.default_collation_name)
""").bindparams(bindparam("schemas", expanding=True))
_COMPRESSION = re.compile(r"\b(?:ROW_FORMAT|KEY_BLOCK_SIZE)\s*=\s*\w+")
_CREATE = re.compile(r"CREATE\b.*?\bTABLE\b", re.DOTALL)
_NAMED = re.compile(r"`((?:[^`]|``)*)`\s*(.*)", re.DOTALL)
_CHECK = re.compile(r"CONSTRAINT `((?:[^`]|``)*)` CHECK (\(.*\))", re.DOTALL)
_KEY = re.compile(r"((?:UNIQUE |FULLTEXT |SPATIAL )?)KEY `((?:[^`]|``)*)` (.*)", re.DOTALL)
_USING = re.compile(r" USING (BTREE|HASH|RTREE)\b")
_IN_MEMORY = re.compile(r"^\).*\bENGINE=MEMORY\b", re.MULTILINE)
_OPTION = re.compile(
    r"(?<![\w`])(ENGINE|DEFAULT CHARSET|COLLATE|ROW_FORMAT|AUTO_INCREMENT|KEY_BLOCK_SIZE|AVG_ROW_LENGTH"
    r"|(?:PAGE_)?CHECKSUM|DELAY_KEY_WRITE|M(?:AX|IN)_ROWS|PACK_KEYS|STATS_\w+|TRANSACTIONAL)=(\S+)"
)
_OF_ENGINE = re.compile(r"`(\w+)`='([^']*)'")
_ROW_TIME = re.compile(
    r"^  (`(?:[^`]|``)+`) (?:timestamp\(6\)|bigint\(20\) unsigned) GENERATED ALWAYS AS ROW (?:START|END)\b.*\n"
    r"|^  PERIOD FOR SYSTEM_TIME .*\n",
    re.MULTILINE,
)
_PARTITIONS = re.compile(r"(?<=[\s)])(?:/\*!\d+ )?(PARTITION BY .*?)(?: \*/)?\s*\Z", re.DOTALL)
PARTITIONS = "PARTITION BY"
"""The option under which all is said about the partitions of a table."""

_WORD = re.compile(
    r"(NOT NULL|NULL|DEFAULT|GENERATED ALWAYS AS|AS(?=\s*\()|AUTO_INCREMENT|ON UPDATE|COMMENT|CHECK"
    r"|INVISIBLE|PRIMARY KEY|UNIQUE KEY|STORED|VIRTUAL|PERSISTENT)(?![\w`])",
)
_FULLTEXT = frozenset({"FULLTEXT", "SPATIAL"})


def existing_facts(connection: Connection, names: Sequence[TableName]) -> Facts:
    """The facts of tables that are there."""
    facts: Facts = {}
    for schema, name in names:
        facts.update(_read(connection, schema, name))
    return facts


def special_tables(connection: Connection, names: Iterable[TableName]) -> set[TableName]:
    """The tables with what reflection doesn't show, or models don't say.

    That is an index that descends, a check within a column, options that a new table would not have.
    """
    found = {(schema, table) for schema, table in connection.exec_driver_sql(_DESCENDING)}
    if getattr(connection.dialect, "is_mariadb", False):
        found |= {(schema, table) for schema, table in connection.exec_driver_sql(_INLINE)}
    default = connection.dialect.default_schema_name
    known = set(names)
    schemas = sorted({str(schema or default) for schema, _ in known})
    found |= {tuple(row) for row in connection.execute(_OWN_OPTIONS, {"schemas": schemas})}
    return {name for name in known if (name[0] or default, name[1]) in found}


def wanted_facts(
    connection: Connection, tables: Sequence[Table]
) -> tuple[Facts, dict[TableName, str]]:
    """The facts that the models' tables would have, and why those that are missing couldn't be made."""
    facts: Facts = {}
    failed: dict[TableName, str] = {}
    for table in tables:
        name = plain_preparer(connection.dialect, connection.dialect).format_table(table)
        created = CreateTable(table, include_foreign_key_constraints=[])
        is_made = False
        try:
            text = str(created.compile(dialect=connection.dialect))
            text, parts = without_partitions(
                _COMPRESSION.sub("", text)
            )  # no temporary table has any
            connection.exec_driver_sql(_CREATE.sub("CREATE TEMPORARY TABLE", text, count=1))
            is_made = True
            for index in sorted(table.indexes, key=lambda index: str(index.name)):
                if not _is_special(index):
                    connection.execute(CreateIndex(index))
            facts.update(_read(connection, table.schema, table.name))
            facts.update(_special_facts(connection, table))
            facts[Fact("option", table.schema, table.name, PARTITIONS)] = parts
        except exc.SQLAlchemyError as error:
            failed[table.schema, table.name] = str(getattr(error, "orig", error))
        finally:
            if is_made:
                connection.exec_driver_sql(f"DROP TEMPORARY TABLE {name}".replace("%", "%%"))
    return facts, failed


def _is_special(index: Any) -> bool:
    """Whether it is one that InnoDB doesn't keep of a temporary table."""
    for dialect in ("mysql", "mariadb"):
        if str(index.dialect_options[dialect]["prefix"] or "").upper() in _FULLTEXT:
            return True
    return False


def _special_facts(connection: Connection, table: Table) -> Facts:
    """What those say that are left out, in the words of ``SHOW CREATE TABLE``."""
    facts: Facts = {}
    for index in table.indexes:
        if _is_special(index):
            text = str(CreateIndex(index).compile(dialect=connection.dialect)).strip()
            head, _, rest = text.partition(" INDEX ")
            columns = rest[rest.index("(") :].replace(", ", ",").replace("`", "")
            quoted = re.sub(r"(\w+)", r"`\1`", columns[: columns.index(")") + 1])
            kind = head.removeprefix("CREATE ").strip().upper()
            facts[Fact("index", table.schema, table.name, str(index.name))] = f"{kind} {quoted}"
    return facts


def _read(connection: Connection, schema: str | None, table: str) -> Facts:
    preparer = plain_preparer(connection.dialect, connection.dialect)
    name = (
        preparer.quote(table)
        if schema is None
        else f"{preparer.quote(schema)}.{preparer.quote(table)}"
    )
    row = connection.exec_driver_sql(f"SHOW CREATE TABLE {name}".replace("%", "%%")).one()
    return parse(schema, table, row[1])


def parse(schema: str | None, table: str, created: str) -> Facts:
    """The facts that the text of a ``CREATE TABLE`` holds; each item has a line of its own."""
    facts: Facts = {}
    created, parts = without_partitions(without_row_times(created))
    facts[Fact("option", schema, table, PARTITIONS)] = parts
    _head, *lines = created.split("\n")
    tidy = _without_method(created)
    for line in lines:
        item = line.strip().removesuffix(",")
        if item.startswith(")"):
            found = _OPTION.findall(_without_strings(item)) + _OF_ENGINE.findall(item)
            for option, value in found:
                facts[Fact("option", schema, table, option.upper())] = value
        elif (column := _NAMED.match(item)) is not None:
            name = column[1].replace("``", "`")
            for kind, text in _column_facts(column[2]).items():
                facts[Fact(kind, schema, table, name)] = text
        elif (check := _CHECK.match(item)) is not None:
            facts[Fact("check", schema, table, check[1].replace("``", "`"))] = check[2]
        elif item.startswith("PRIMARY KEY "):
            facts[Fact("primary", schema, table, "PRIMARY")] = tidy(
                item.removeprefix("PRIMARY KEY ")
            )
        elif (key := _KEY.match(item)) is not None:
            kind = "unique" if key[1] == "UNIQUE " else "index"
            named = key[2].replace("``", "`")
            facts[Fact(kind, schema, table, named)] = key[1] + tidy(key[3])
            if (using := _USING.search(key[3])) is not None:
                facts[Fact("using", schema, table, named)] = using[1]
    return facts


def without_row_times(created: str) -> str:
    """The text of a ``CREATE TABLE`` without the columns that tell from when to when a row was true.

    A system-versioned table may name them, and has the latter in its unique keys: no model says so.
    Source: https://mariadb.com/kb/en/system-versioned-tables/.
    """
    times = [name for name in _ROW_TIME.findall(created) if name]
    kept = _ROW_TIME.sub("", created)
    for name in times:
        kept = re.sub(
            rf"^(  (?:PRIMARY|UNIQUE) KEY .*),{re.escape(name)}\)", r"\1)", kept, flags=re.MULTILINE
        )
    return kept


def without_partitions(created: str) -> tuple[str, str]:
    """The text of a ``CREATE TABLE`` without what it says of partitions, and that."""
    found = _PARTITIONS.search(created)
    if found is None:
        return created, ""
    said = re.sub(r" ENGINE = \w+", "", found[1])
    return created[: found.start()], re.sub(r"\s+", " ", said)


def _without_method(created: str) -> Callable[[str], str]:
    """What takes the method from a key where it is the one that the table's engine takes anyway.

    InnoDB keeps the word HASH and makes a BTREE, see
    https://mariadb.com/kb/en/storage-engine-index-types/.
    """
    anyway = "HASH" if _IN_MEMORY.search(created) else "BTREE|HASH"
    # A key has its table's block size, whatever it was when it was made.
    return lambda key: re.sub(rf" USING (?:{anyway})\b| KEY_BLOCK_SIZE=\d+", "", key)


def _column_facts(definition: str) -> dict[str, str]:
    """``type``, ``default``, ``computed``, ``counts``, ``inline`` (its own check) of a column, and all of it."""
    parts = _split(definition)
    default = parts.get("DEFAULT", "")
    if "ON UPDATE" in parts:
        default += f" ON UPDATE {parts['ON UPDATE']}"
    facts = {
        "type": parts[""],
        "default": "" if default == "NULL" else default.strip(),
        "counts": "AUTO_INCREMENT" if "AUTO_INCREMENT" in parts else "",
        "definition": definition,
        "inline": parts.get("CHECK", ""),
    }
    computed = parts.get("GENERATED ALWAYS AS") or parts.get("AS")
    if computed is not None:
        stored = "STORED" if {"STORED", "PERSISTENT"} & parts.keys() else "VIRTUAL"
        facts["computed"] = f"{computed} {stored}"
    return facts


def _split(definition: str) -> dict[str, str]:
    """The parts of a column's definition by the words that begin them; the type under ``""``."""
    parts: dict[str, str] = {}
    word, start, position, depth = "", 0, 0, 0
    while position < len(definition):
        character = definition[position]
        if character in "'\"`":
            position = _end_of_string(definition, position)
            continue
        depth += (character == "(") - (character == ")")
        found = _WORD.match(definition, position) if depth == 0 and character.isupper() else None
        if found is None or (position and definition[position - 1].isalnum()):
            position += 1
            continue
        parts[word] = definition[start:position].strip()
        word, start = found[1], found.end()
        position = found.end()
    parts[word] = definition[start:].strip()
    return parts


def _end_of_string(text: str, start: int) -> int:
    """Where the string or quoted name that begins at ``start`` is over."""
    mark, position = text[start], start + 1
    while position < len(text):
        if text[position] == "\\" and mark != "`":
            position += 2
        elif text[position] == mark:
            if text[position + 1 : position + 2] != mark:
                return position + 1
            position += 2
        else:
            position += 1
    return position


def _without_strings(text: str) -> str:
    return re.sub(r"'(?:[^'\\]|\\.|'')*'", "''", text)
