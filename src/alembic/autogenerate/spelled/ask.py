"""The ladder: which tables the database has to be asked about, and its answers.

Equal text needs no question. What is left is asked in one batch: the models' tables are created where
nobody else sees them, read, and gone again. Where that isn't allowed, the comparison goes on by text,
and says so once.
"""

from __future__ import annotations

import logging
import re
import warnings
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import exc
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.schema import (
    CheckConstraint,
    Column,
    DefaultClause,
    Index,
    Sequence as NamedSequence,
    Table,
)
from sqlalchemy.sql.elements import ClauseElement

from alembic.autogenerate.spelled import mysql, postgresql, sqlite
from alembic.autogenerate.spelled.facts import Fact, Facts, Spelled, TableName

log = logging.getLogger("alembic.autogenerate.compare")

_WIDTH = re.compile(r"\b(INTEGER|BIGINT|SMALLINT|MEDIUMINT)\((\d+)\)")
"""MySQL's display widths, which say nothing of the type where the models leave them out."""

_QUOTED = re.compile(r"\A'(-?\d+(?:\.\d+)?)'\Z")
"""A number in quotes: MySQL reports it without them."""

Pairs = Sequence[tuple[Table, Table]]
"""(table of the database, table of the models)."""


class Speller(NamedTuple):
    """How one database is asked."""

    existing: Callable[[Connection, Sequence[TableName]], Facts]
    wanted: Callable[[Connection, Sequence[Table]], tuple[Facts, dict[TableName, str]]]


SPELLERS = {
    "postgresql": Speller(postgresql.existing_facts, postgresql.wanted_facts),
    "mysql": Speller(mysql.existing_facts, mysql.wanted_facts),
    "mariadb": Speller(mysql.existing_facts, mysql.wanted_facts),
    "sqlite": Speller(sqlite.existing_facts, sqlite.wanted_facts),
}


def spell(connection: Connection | None, pairs: Pairs) -> Spelled:
    """Both sides of the tables that equal text doesn't settle; nothing where the dialect can't be asked."""
    if connection is None or connection.dialect.name not in SPELLERS:
        return Spelled()
    speller = SPELLERS[connection.dialect.name]
    existing: Facts = {}
    special: set[TableName] = set()
    everyone: list[TableName] = [(found.schema, found.name) for found, _ in pairs]
    if connection.dialect.name == "postgresql" and pairs:
        # A few queries read it all, and show what reflection doesn't.
        existing = speller.existing(connection, everyone)
        special = {
            (one.schema, one.table) for one, said in existing.items() if _is_special(one, said)
        }
    elif connection.dialect.name in {"mysql", "mariadb"} and pairs:
        special = mysql.special_tables(connection, everyone)
    elif connection.dialect.name == "sqlite" and pairs:
        special = sqlite.special_tables(connection, everyone)
    asked = [
        (found, wanted)
        for found, wanted in pairs
        if (found.schema, found.name) in special or not _is_settled(found, wanted, connection)
    ]
    names: list[TableName] = [(found.schema, found.name) for found, _ in asked]
    if not names:
        return Spelled(existing)
    try:
        existing = existing or speller.existing(connection, names)
        wanted, failed = _made(speller, connection, [table for _, table in asked])
    except exc.DBAPIError as error:
        existing, wanted = {}, {}
        failed = dict.fromkeys(names, str(error.orig))
    if failed:
        (schema, table), reason = next(iter(failed.items()))
        log.info(
            "%d table(s) were compared by the text of their expressions, and their checks by name: the "
            "database could not be asked how it spells '%s' (%s)",
            len(failed),
            f"{schema}.{table}" if schema else table,
            reason.strip().splitlines()[0],
        )
    return Spelled(existing, wanted, frozenset(failed))


def _made(
    speller: Speller, connection: Connection, tables: Sequence[Table]
) -> tuple[Facts, dict[TableName, str]]:
    """What the models' tables look like; what SQLAlchemy warns of is for those who make them for good."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", exc.SAWarning)
        return speller.wanted(connection, tables)


def _is_special(fact: Fact, said: str) -> bool:
    """Whether a fact is of a kind that a reflected table doesn't show."""
    if fact.kind == "index":
        return " COLLATE " in said
    if fact.kind in {"unique", "primary"}:
        return any(word in said for word in ("DEFERRABLE", "INCLUDE", "NULLS"))
    return fact.kind == "exclude" or (fact.kind == "option" and bool(said))


def _is_settled(found: Table, wanted: Table, connection: Connection) -> bool:
    """Whether nothing about the two could be told by asking: same columns in the same words, plain indexes."""
    has = {column.name: column for column in wanted.columns}
    had = {column.name: column for column in found.columns}
    return (
        has.keys() == had.keys()
        and all(_is_same_column(had[name], has[name], connection) for name in has)
        and not any(isinstance(one, CheckConstraint) for one in _constraints(wanted))
        and not any(isinstance(one, CheckConstraint) for one in found.constraints)
        and not wanted.dialect_kwargs
        and not any(column.dialect_kwargs for column in wanted.columns)
        and all(_is_plain(index) for index in (*wanted.indexes, *found.indexes))
        and not _exclusions(wanted)
        and not any(_has_options(one) for one in wanted.constraints)
        and counts(found, connection.dialect) == counts(wanted, connection.dialect)
        and [key.name for key in wanted.primary_key] == [key.name for key in found.primary_key]
        # Of SQLite's keys that may be NULL, by what is declared, one is the row id.
        and not any(key.nullable for key in found.primary_key)
    )


def _constraints(table: Table) -> Iterator[Any]:
    """The constraints of a table and those within its columns."""
    yield from table.constraints
    for column in table.columns:
        yield from column.constraints


def _is_same_column(found: Column[Any], wanted: Column[Any], connection: Connection) -> bool:
    try:
        types = [_type_text(one, connection) for one in (found, wanted)]
        widths = [width for type_ in types for width in _WIDTH.findall(type_)]
        if len({width for _, width in widths}) != 2:  # the models say none, or that of the database
            types = [_WIDTH.sub(r"\1", type_) for type_ in types]
        # MariaDB's JSON is told as a LONGTEXT.
        if types[0] != types[1] or types[0].startswith("LONGTEXT"):
            return False
    except exc.CompileError:
        return False
    return _plain_default(found) == _plain_default(wanted) is not None


def _type_text(column: Column[Any], connection: Connection) -> str:
    """The type in one spelling, as far as all databases have several; SQLite keeps what was written."""
    text: str = connection.dialect.type_compiler_instance.process(column.type)
    if text.startswith("DECIMAL") and connection.dialect.name != "sqlite":
        return f"NUMERIC{text.removeprefix('DECIMAL')}"
    return "TINYINT(1)" if text == "BOOL" else text


def _plain_default(column: Column[Any]) -> str | None:
    """The text of a default, ``""`` for none; None for what isn't a text, or may be told in other words."""
    default = column.server_default
    if default is None:
        return ""
    if not isinstance(default, DefaultClause):
        return None
    value = default.arg
    said = f"'{value}'" if isinstance(value, str) else getattr(value, "text", None)
    # MySQL tells one backslash as two.
    return None if said is None or "\\" in said else _QUOTED.sub(r"\1", said)


def _is_plain(index: Index) -> bool:
    columns: Any = index.expressions
    values = index.dialect_kwargs.values()
    said = [value for value in values if isinstance(value, ClauseElement) or value]
    return not said and all(isinstance(column, Column) for column in columns)


def _has_options(constraint: Any) -> bool:
    """Whether it says when it is checked, or anything that one dialect understands."""
    match = getattr(constraint, "match", None)
    options = match or constraint.deferrable or constraint.initially
    return bool(options or list(constraint.dialect_kwargs))


def counts(table: Table, dialect: Dialect) -> bool:
    """Whether a column of the table counts by itself."""
    counting: Any = table._autoincrement_column
    if counting is None:
        return False
    return counting.server_default is None and not is_of_sequence(counting, dialect)


def is_of_sequence(column: Column[Any], dialect: Dialect) -> bool:
    """Whether a sequence of the models fills the column, which then doesn't count by itself."""
    default: Any = column.default
    is_filled = isinstance(default, NamedSequence) and not default.optional
    return is_filled and bool(dialect.supports_sequences)


def _exclusions(table: Table) -> list[Any]:
    return [one for one in table.constraints if one.__visit_name__ == "exclude_constraint"]
