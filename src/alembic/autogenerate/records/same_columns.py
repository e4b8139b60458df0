"""Columns of a table on both sides, as records: whether there is nothing to say of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.dialects.mysql import LONGTEXT
from sqlalchemy.schema import Column, DefaultClause, Table
from sqlalchemy.types import JSON, NullType

from alembic.autogenerate.complete.column_checks import ColumnName, checked_columns
from alembic.autogenerate.context import AutogenContext
from alembic.autogenerate.records.defaults import Defaults
from alembic.autogenerate.records.types import TypeTexts

ColumnRecord = Mapping[str, Any]


class SameColumns:
    """Looks at columns by what is compared: types, nullability, defaults and comments as far as asked."""

    def __init__(self, context: AutogenContext, defaults: Defaults) -> None:
        impl = context.migration_context.impl
        self._context = context
        self._checked: dict[ColumnName, bool] | None = None
        self._types = TypeTexts(context.dialect, impl, exactly=context.is_complete)
        self._defaults = defaults
        option = context.opts.get("compare_type", True)
        self._compares_types = context.is_complete or bool(option)
        self._compares_defaults = context.is_complete or bool(
            context.opts.get("compare_server_default", False)
        )
        self._compares_comments = bool(context.dialect.supports_comments)

    def are_same(self, found: Sequence[ColumnRecord], table: Table) -> bool:
        """Whether both sides have the same columns, whatever their order."""
        wanted = {column.name: column for column in table.columns if not column.system}
        return len(found) == len(wanted) and all(
            one["name"] in wanted and self._is_same(one, wanted[one["name"]]) for one in found
        )

    def _is_same(self, found: ColumnRecord, wanted: Column[Any]) -> bool:
        default = wanted.server_default
        return (
            bool(found["nullable"]) is bool(wanted.nullable)
            # What is computed or counted by the database is compared by its options.
            and "computed" not in found
            and "identity" not in found
            and (default is None or type(default) is DefaultClause)
            and self._is_same_type(found, wanted)
            and (not self._compares_comments or found.get("comment") == wanted.comment)
            and (not self._compares_defaults or self._defaults.are_same(found, wanted))
        )

    def _is_same_type(self, found: ColumnRecord, wanted: Column[Any]) -> bool:
        if self._compares_types:
            is_same = self._types.are_same(found["type"], wanted.type)
            return is_same and not self._is_json_no_more(found, wanted)
        # Types that can't be told are spoken of even where types aren't compared.
        return not isinstance(found["type"], NullType) and not isinstance(wanted.type, NullType)

    def _is_json_no_more(self, found: ColumnRecord, wanted: Column[Any]) -> bool:
        """Whether MariaDB has a JSON, which it tells as a LONGTEXT, and the models have the latter."""
        if not self._context.is_complete or not isinstance(found["type"], LONGTEXT):
            return False
        if isinstance(wanted.type, JSON):
            return False
        if self._checked is None:
            self._checked = checked_columns(self._context)
        return bool(self._checked.get((wanted.table.schema, wanted.table.name, wanted.name)))
