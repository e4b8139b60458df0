"""Server defaults by their text: equal to the letter, or to the dialect's own idea of a spelling."""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping, Sequence
from typing import Any

from sqlalchemy.engine.reflection import Inspector
from sqlalchemy.schema import Column, DefaultClause, Table
from sqlalchemy.sql.elements import TextClause
from sqlalchemy.sql.functions import GenericFunction

from alembic.autogenerate.compare.server_defaults import text_in_models
from alembic.autogenerate.context import AutogenContext
from alembic.autogenerate.records.overlooked import ColumnName, with_default
from alembic.ddl.postgresql_comparison import sequence_owned_by
from alembic.ddl.postgresql_text import normalised

ColumnRecord = Mapping[str, Any]

_MYSQL = frozenset({"mysql", "mariadb"})
_NUMBER = re.compile(r"'-?\d+(?:\.\d+)?'\)*\Z")


class Defaults:
    """The defaults of one comparison; each text is compiled once."""

    def __init__(self, context: AutogenContext, inspector: Inspector) -> None:
        self._context = context
        self._impl = context.migration_context.impl
        self._dialect = context.dialect.name
        self._inspector = inspector
        self._texts: dict[Hashable, str | None] = {}
        self._with_default: dict[ColumnName, bool] | None = None

    def are_same(self, found: ColumnRecord, wanted: Column[Any]) -> bool:
        """Whether a comparison would find them equal for sure; no default is one as well."""
        existing = self.existing(found, wanted.table)
        asked = self._wanted(wanted.server_default)
        if existing is None or asked is None:
            return existing is asked
        if self._dialect in _MYSQL and ("\\" in existing or self._is_half(found, wanted.table)):
            return False  # one backslash in a text is told as two, one in an expression as one
        if existing == asked:
            return True
        if self._dialect == "postgresql":
            return normalised(existing) == normalised(asked)
        if self._context.is_complete and _is_quoted(existing) is not _is_quoted(asked):
            return False  # NULL is none of a text that says so
        return not self._impl.compare_server_default(wanted, wanted, asked, existing)

    def existing(self, found: ColumnRecord, table: Table) -> str | None:
        """The default in the database, without that of a SERIAL column."""
        default: str | None = found["default"]
        if self._dialect in _MYSQL and self._is_overlooked(found, table):
            return str(self._edited(found, table)["default"])
        if default is None:
            return None
        if self._dialect == "postgresql":
            owned = sequence_owned_by(self._inspector, table.name, found)
            return default if owned is None else None
        if self._dialect == "sqlite":
            return str(self._edited(found, table)["default"])
        return default

    def _is_overlooked(self, found: ColumnRecord, table: Table) -> bool:
        """Whether MySQL has a default that SQLAlchemy has not understood, and the impl is asked for it."""
        return found["default"] is None and self._is_half(found, table) is not None

    def _is_half(self, found: ColumnRecord, table: Table) -> bool | None:
        """Whether MySQL has more of a default than SQLAlchemy understands; None where there is none at all."""
        is_compared = self._context.is_complete or self._context.opts.get("compare_server_default")
        if not is_compared:
            return None
        if self._with_default is None:
            connection: Any = self._inspector.bind
            self._with_default = with_default(connection)
        schema = str(table.schema or self._context.dialect.default_schema_name)
        return self._with_default.get((schema, table.name, found["name"]))

    def say(self, found: Sequence[ColumnRecord], table: Table) -> None:
        """Say of the SERIAL columns of an equal table that they are taken for such."""
        if self._dialect == "postgresql":
            for one in found:
                if one["default"] is not None:
                    self._edited(one, table)

    def _edited(self, found: ColumnRecord, table: Table) -> dict[str, Any]:
        column = dict(found)
        self._impl.autogen_column_reflect(self._inspector, table, column)
        return column

    def _wanted(self, default: Any) -> str | None:
        if not isinstance(default, DefaultClause):
            return None
        key = _key(default.arg)
        if key is None:
            return text_in_models(default, self._context, quoted=True)
        if key not in self._texts:
            self._texts[key] = text_in_models(default, self._context, quoted=True)
        return self._texts[key]


def _key(value: Any) -> Hashable | None:
    """What a default is known by, so that it need not be compiled again; None for what isn't simple."""
    if isinstance(value, str):
        return value
    if type(value) is TextClause and not value._bindparams:
        return ("text", value.text)
    if isinstance(value, GenericFunction) and not value.clauses.clauses:
        return (type(value), value.name)
    return None


def _is_quoted(default: str) -> bool:
    """Whether it is a text; a number in quotes is one without them."""
    inside = default.lstrip("(")
    return inside.startswith(("'", '"')) and not _NUMBER.match(inside)
