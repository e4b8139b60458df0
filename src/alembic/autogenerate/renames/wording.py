"""SQL texts of the models, in the words that were right before the renames."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlalchemy.schema import CheckConstraint, Column, DefaultClause, Index, Table
from sqlalchemy.sql import visitors
from sqlalchemy.sql.elements import BindParameter, ClauseElement, ColumnClause, TextClause

from alembic.ddl.literals import text_literal
from alembic.ddl.postgresql_kinds import is_exclusion

_PARTS = re.compile(
    r"""(?P<text>'(?:[^']|'')*') | (?P<quoted>"(?:[^"]|"")*" | `[^`]*`) | (?P<word>\w+) (?P<call>\s*\()?""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Wording:
    """New name → old name of columns; column → {new value: old value} of enums.

    Values are told by the column that stands in the same text.
    """

    names: Mapping[str, str]
    labels: Mapping[str, Mapping[str, str]]

    def old(self, sql: str) -> str:
        """``sql`` with old names for new ones, outside of quotes where nothing calls them, and with
        old values.
        """
        words = {found["word"] or found["quoted"] for found in _PARTS.finditer(sql)}
        labels: dict[str, str] = {}
        for column, own in self.labels.items():
            if words & {column, f'"{column}"'}:
                labels |= own
        return _PARTS.sub(lambda found: self._part(found, labels), sql)

    def _part(self, found: re.Match[str], labels: Mapping[str, str]) -> str:
        whole = found[0]
        if found["text"] is not None:
            label = labels.get(whole[1:-1].replace("''", "'"))
            return whole if label is None else text_literal(label)
        if found["quoted"] is not None:
            name = self.names.get(whole[1:-1])
            return whole if name is None else f"{whole[0]}{name}{whole[0]}"
        return whole if found["call"] else self.names.get(whole, whole)


def reword(table: Table, wording: Wording) -> None:
    """Say in old words what is said of a table of the copy; its columns have their old names."""
    of_columns = [one for column in table.columns for one in column.constraints]
    for constraint in (*table.constraints, *of_columns):
        if isinstance(constraint, CheckConstraint):
            constraint.sqltext = _expression(constraint.sqltext, wording)
        elif is_exclusion(constraint) and constraint.where is not None:
            constraint.where = _expression(constraint.where, wording)
    for column in table.columns:
        if column.computed is not None:
            column.computed.sqltext = _expression(column.computed.sqltext, wording)
        default: Any = column.server_default
        if isinstance(default, DefaultClause) and not isinstance(default.arg, str):
            default.arg = _expression(default.arg, wording)
    for index in table.indexes:
        _reword_index(index, wording)


def _reword_index(index: Index, wording: Wording) -> None:
    expressions: Any = index.expressions
    expressions[:] = [_expression(one, wording) for one in expressions]
    for key, value in list(index.dialect_kwargs.items()):
        if isinstance(value, ClauseElement):
            index.dialect_kwargs[key] = _expression(value, wording)
        elif key.endswith("_length") and isinstance(value, dict):  # MySQL's, by the columns' names
            names = wording.names
            index.dialect_kwargs[key] = {names.get(name, name): one for name, one in value.items()}


def _expression(expression: Any, wording: Wording) -> Any:
    """The expression with its texts in old words."""
    labels = {new: old for own in wording.labels.values() for new, old in own.items()}

    def replaced(element: Any, **_kw: Any) -> Any:
        if type(element) is ColumnClause and element.table is None:
            return _column(element, wording)
        if isinstance(element, TextClause):
            return text(wording.old(element.text)).bindparams(*element._bindparams.values())
        if labels and isinstance(element, BindParameter) and _is_enum(element):
            return _relabelled(element, labels)
        return None

    if isinstance(expression, Column):
        return expression
    return visitors.replacement_traverse(expression, {}, replaced)


def _column(element: ColumnClause[Any], wording: Wording) -> ColumnClause[Any]:
    """``column("new")`` and ``literal_column("new + 1")`` in old words."""
    is_literal, name = element.is_literal, element.name
    old = wording.old(name) if is_literal else wording.names.get(name, name)
    return ColumnClause(old, element.type, is_literal=is_literal)


def _relabelled(parameter: BindParameter[Any], labels: Mapping[str, str]) -> BindParameter[Any]:
    """A value, or the values behind ``IN``, in old words."""
    value: Any = parameter.value
    if parameter.expanding:
        values = [labels.get(one, one) for one in value or ()]
        return BindParameter(None, values, parameter.type, unique=True, expanding=True)
    return BindParameter(None, labels.get(value, value), parameter.type, unique=True)


def _is_enum(parameter: BindParameter[Any]) -> bool:
    return hasattr(parameter.type, "enums")
