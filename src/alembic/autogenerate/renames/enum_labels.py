"""The values of PostgreSQL's enums under their old names, in a copy of the models."""

from __future__ import annotations

import copy
import re
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Enum
from sqlalchemy.engine import Dialect
from sqlalchemy.schema import DefaultClause, Table
from sqlalchemy.types import ARRAY, TypeDecorator, TypeEngine

from alembic.autogenerate.renames.model import Kind, Rename
from alembic.autogenerate.spelled.postgresql import enums_of, is_array_type
from alembic.ddl.postgresql_kinds import is_postgresql_enum

_ITEMS = re.compile(r'"(?:[^"\\]|\\.)*"|[^{},"\s]+')
"""The items of an array: https://www.postgresql.org/docs/current/arrays.html#ARRAYS-INPUT."""


def old_labels(
    table: Table, renames: Sequence[Rename], dialect: Dialect
) -> dict[str, dict[str, str]]:
    """Give the enums of a table's columns their old values; column → {new value: old value}."""
    found: dict[str, dict[str, str]] = {}
    wanted = [one for one in renames if one.kind is Kind.ENUM_VALUE]
    for column in table.columns if wanted else ():
        for enum in enums_of([column.type], dialect):
            labels = {one.new: one.old for one in wanted if one.parent == enum.name}
            if not labels:
                continue
            column.type = _replaced(column.type, enum, _relabelled(enum, labels))
            default: Any = column.server_default
            if isinstance(default, DefaultClause) and isinstance(default.arg, str):
                is_array = is_array_type(column.type, dialect)
                default.arg = _old_text(default.arg, labels, is_array=is_array)
            found[column.name] = labels
    return found


def _old_text(said: str, labels: dict[str, str], *, is_array: bool) -> str:
    """A value, or an array of values, in old words."""
    if not is_array:
        return labels.get(said, said)
    return _ITEMS.sub(lambda found: _old_item(found[0], labels), said)


def _old_item(item: str, labels: dict[str, str]) -> str:
    """An item of an array as it is written: in quotes, where a sign of the array's own is in it."""
    plain = re.sub(r"\\(.)", r"\1", item[1:-1]) if item.startswith('"') else item
    if plain not in labels:
        return item
    return '"' + re.sub(r'(["\\])', r"\\\1", labels[plain]) + '"'


def _relabelled(enum: Enum, labels: dict[str, str]) -> Enum:
    names = [labels.get(label, label) for label in enum.enums]
    if is_postgresql_enum(enum):
        from sqlalchemy.dialects.postgresql import ENUM  # loaded for those who use it

        return ENUM(*names, name=str(enum.name), schema=enum.schema, create_type=enum.create_type)
    return Enum(*names, name=enum.name, schema=enum.schema)


def _replaced(type_: TypeEngine[Any], enum: Enum, by: Enum) -> TypeEngine[Any]:
    """The type with another enum inside; the type itself belongs to the models and stays as it is."""
    if type_ is enum:
        return by
    copied: Any = copy.copy(type_)
    if isinstance(type_, TypeDecorator):
        copied.impl = copied.impl_instance = _replaced(type_.impl_instance, enum, by)
    elif isinstance(type_, ARRAY):
        copied.item_type = _replaced(type_.item_type, enum, by)
    else:
        return by  # a variant for this dialect
    return copied  # type: ignore[no-any-return]
