"""What SQLAlchemy does not reflect of SQLite, or not to the letter, for the mirror of a database.

SQLite keeps the text of every table and index, and that is what is read.
"""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import CheckConstraint, Computed, text
from sqlalchemy.engine import Dialect
from sqlalchemy.schema import Table, UniqueConstraint
from sqlalchemy.sql.elements import conv
from sqlalchemy.types import String

from alembic.autogenerate.context import AutogenContext
from alembic.autogenerate.records.reflected import TableName
from alembic.autogenerate.records.unknown_types import UnknownType, is_said_by
from alembic.autogenerate.spelled.sqlite import index_of
from alembic.ddl.sqlite_schema.model import ColumnText, ConstraintKind, ConstraintText, TableText
from alembic.ddl.sqlite_schema.parse import parse_table
from alembic.ddl.sqlite_schema.tokens import SchemaNotUnderstood, fold, tokenize

ON_CONFLICT = "sqlite_on_conflict"
_ACTION = r"(SET\s+NULL|SET\s+DEFAULT|CASCADE|RESTRICT|NO\s+ACTION)"
_REFERENCE_OPTIONS = {
    "ondelete": re.compile(rf"\bON\s+DELETE\s+{_ACTION}", re.IGNORECASE),
    "onupdate": re.compile(rf"\bON\s+UPDATE\s+{_ACTION}", re.IGNORECASE),
    "match": re.compile(r"\bMATCH\s+(\w+)", re.IGNORECASE),
    "initially": re.compile(r"\bINITIALLY\s+(\w+)", re.IGNORECASE),
}
_DEFERRABLE = re.compile(r"(\bNOT\s+)?\bDEFERRABLE\b", re.IGNORECASE)


def add_to_sqlite(context: AutogenContext, tables: dict[TableName, Table]) -> None:
    """Declared types, AUTOINCREMENT, collations, checks, ON CONFLICT, generated columns, actions of foreign keys, and
    what an index has beyond columns.
    """
    connection = context.connection
    assert connection is not None
    quote = context.dialect.identifier_preparer.quote
    for schema in {schema for schema, _ in tables}:
        place = f"{quote(schema)}." if schema else ""
        rows = connection.execute(
            text(f"SELECT type, name, tbl_name, sql FROM {place}sqlite_master WHERE sql <> ''")
        )
        for kind, name, of_table, sql in rows:
            table = tables.get((schema, of_table))
            if table is not None and kind == "table":
                _complete(table, sql, context.dialect)
            elif table is not None and kind == "index":
                _replace_index(table, name, sql)


def _replace_index(table: Table, name: str, sql: str) -> None:
    found = next((index for index in table.indexes if index.name == name), None)
    if found is not None:
        words = {token.word for token in tokenize(sql)}
        if not words & {"DESC", "ASC", "COLLATE"}:
            return
        table.indexes.discard(found)
    index_of(table, name, sql)


def _complete(table: Table, sql: str, dialect: Dialect) -> None:
    try:
        parsed = parse_table(sql)
    except SchemaNotUnderstood:
        return
    table.constraints -= {
        found for found in table.constraints if isinstance(found, CheckConstraint)
    }
    for column in parsed.columns:
        declared = parsed.type_of(column)
        reflected = table.columns[column.name]
        if not is_said_by(reflected.type, declared, dialect):
            reflected.type = UnknownType(declared, taken_for=reflected.type)
    for owner, constraint in parsed.all_constraints():
        if "AUTOINCREMENT" in constraint.words:
            table.kwargs["sqlite_autoincrement"] = True
        if constraint.kind is ConstraintKind.CHECK:
            name = None if constraint.name is None else conv(constraint.name)
            clause: Any = {ON_CONFLICT: constraint.on_conflict} if constraint.on_conflict else {}
            table.append_constraint(
                CheckConstraint(_inside(parsed, constraint), name=name, **clause)
            )
        elif constraint.on_conflict:
            _set_on_conflict(table, constraint)
        if constraint.reference is not None:
            _set_actions(table, constraint, constraint.reference.options)
        if owner is not None and constraint.value is not None:
            _complete_column(table, parsed, owner, constraint)


def _set_on_conflict(table: Table, found: ConstraintText) -> None:
    """Give NOT NULL, a primary key or a unique constraint its clause."""
    if found.kind is ConstraintKind.NOT_NULL:
        column = table.columns[found.columns[0]]
        column.dialect_kwargs[f"{ON_CONFLICT}_not_null"] = found.on_conflict
    elif found.kind is ConstraintKind.PRIMARY_KEY and len(found.columns) == 1:
        column = next(iter(table.primary_key))
        column.dialect_kwargs[f"{ON_CONFLICT}_primary_key"] = found.on_conflict
    elif found.kind is ConstraintKind.PRIMARY_KEY:
        table.primary_key.dialect_kwargs[ON_CONFLICT] = found.on_conflict
    columns = [fold(name) for name in found.columns]
    for constraint in table.constraints:
        if not isinstance(constraint, UniqueConstraint) or constraint.name != found.name:
            continue
        if [fold(column.name) for column in constraint.columns] == columns:
            constraint.dialect_kwargs[ON_CONFLICT] = found.on_conflict


def _complete_column(
    table: Table, parsed: TableText, owner: ColumnText, constraint: ConstraintText
) -> None:
    column: Any = table.columns[owner.name]
    if constraint.kind is ConstraintKind.COLLATE and isinstance(column.type, String):
        assert constraint.value is not None
        column.type.collation = parsed.tokens_in(constraint.value)[0].name
    if constraint.kind is ConstraintKind.GENERATED:
        column.server_default = column.computed = None
        is_stored = "STORED" in constraint.words
        Computed(_inside(parsed, constraint), persisted=is_stored)._set_parent(column)


def _set_actions(table: Table, found: ConstraintText, options: str) -> None:
    columns = [fold(name) for name in found.columns]
    for constraint in table.foreign_key_constraints:
        key: Any = constraint
        if [fold(name) for name in key.column_keys] != columns:
            continue
        for option, pattern in _REFERENCE_OPTIONS.items():
            said = pattern.search(options)
            setattr(key, option, " ".join(said[1].upper().split()) if said else None)
        deferrable = _DEFERRABLE.search(options)
        key.deferrable = None if deferrable is None else not deferrable[1]


def _inside(parsed: TableText, constraint: ConstraintText) -> str:
    """The expression without the brackets around it."""
    assert constraint.value is not None
    return parsed.text(constraint.value).strip().removeprefix("(").removesuffix(")").strip()
