"""Constraints and indexes of a table, as ops, when a column gets another name or goes."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Column, Table, text
from sqlalchemy.sql.elements import ClauseElement

from alembic.ddl.sqlite_schema.mention import mentions
from alembic.ddl.sqlite_schema.tokens import tokenize
from alembic.operations.ops.constraint import (
    AddConstraintOp,
    CreateCheckConstraintOp,
    CreateExcludeConstraintOp,
    CreateForeignKeyOp,
    CreatePrimaryKeyOp,
    CreateUniqueConstraintOp,
)
from alembic.operations.ops.index import CreateIndexOp, IndexElement


def part_renamed(part: AddConstraintOp, table: Table, old: str, new: str) -> AddConstraintOp:
    """The constraint with another name for a column."""
    renamed = copy.copy(part)
    match renamed:
        case CreatePrimaryKeyOp() | CreateUniqueConstraintOp():
            renamed.columns = _renamed(renamed.columns, old, new)
        case CreateForeignKeyOp():
            renamed.local_cols = _renamed(renamed.local_cols, old, new)
            if refers_to(renamed, table):
                renamed.remote_cols = _renamed(renamed.remote_cols, old, new)
        case CreateCheckConstraintOp():
            renamed.condition = text(_text_renamed(renamed.condition, old, new))
        case CreateExcludeConstraintOp():
            renamed.elements = [
                (_element_renamed(element, old, new), operator)
                for element, operator in renamed.elements
            ]
    return renamed


def part_without(part: AddConstraintOp, table: Table, column: str) -> AddConstraintOp | None:
    """The constraint without a column; None where it can't be without. A primary key can."""
    match part:
        case CreatePrimaryKeyOp():
            kept = [each for each in part.columns if each != column]
            if not kept:
                return None
            shorter = copy.copy(part)
            shorter.columns = kept
            return shorter
        case CreateUniqueConstraintOp():
            speaks = column in part.columns
        case CreateForeignKeyOp():
            speaks = column in part.local_cols or (
                refers_to(part, table) and column in part.remote_cols
            )
        case CreateCheckConstraintOp():
            speaks = speaks_of(part.condition, column)
        case CreateExcludeConstraintOp():
            speaks = any(speaks_of(element, column) for element, _ in part.elements)
        case _:
            speaks = False
    return None if speaks else part


def refers_to(key: CreateForeignKeyOp, table: Table) -> bool:
    """Whether a foreign key of the table refers to the table itself."""
    return key.referent_table == table.name and key.kw.get("referent_schema") == table.schema


def index_renamed(index: CreateIndexOp, old: str, new: str) -> CreateIndexOp:
    """The index with another name for a column."""
    renamed = copy.copy(index)
    renamed.columns = [_element_renamed(element, old, new) for element in index.columns]
    renamed.kw = {
        key: text(_text_renamed(value, old, new)) if isinstance(value, ClauseElement) else value
        for key, value in index.kw.items()
    }
    return renamed


def index_without(index: CreateIndexOp, column: str) -> bool:
    """Whether the index can be without a column."""
    conditions = [value for value in index.kw.values() if isinstance(value, ClauseElement)]
    return not any(speaks_of(each, column) for each in (*index.columns, *conditions))


def speaks_of(expression: str | ClauseElement, column: str) -> bool:
    """Whether an expression speaks of a column."""
    if isinstance(expression, Column):
        return expression.name == column
    tokens = [token for token in tokenize(_spelled(expression)) if not token.is_trivia]
    return bool(mentions(tokens, column))


def without_column(places: Iterable[tuple[str, str]], column: str) -> list[tuple[str, str]]:
    """Pairs of neighbours without those of a column that is gone."""
    return [pair for pair in places if column not in pair]


def _renamed(names: Iterable[str], old: str, new: str) -> list[str]:
    return [new if name == old else name for name in names]


def _element_renamed(element: IndexElement, old: str, new: str) -> Any:
    if isinstance(element, str):
        return new if element == old else element
    if isinstance(element, Column):
        return new if element.name == old else element.name
    return text(_text_renamed(element, old, new))


def _text_renamed(expression: str | ClauseElement, old: str, new: str) -> str:
    """An expression as text, a column's name in it replaced."""
    sql = _spelled(expression)
    tokens = [token for token in tokenize(sql) if not token.is_trivia]
    for token in reversed(mentions(tokens, old)):
        opening = token.text[0] if token.text[0] in '"`[' else ""
        closing = "]" if opening == "[" else opening
        sql = f"{sql[: token.start]}{opening}{new}{closing}{sql[token.end :]}"
    return sql


def _spelled(expression: str | ClauseElement) -> str:
    if isinstance(expression, str):
        return expression
    return str(expression.compile(compile_kwargs={"literal_binds": True, "include_table": False}))
