"""What a complete comparison looks at beside columns, indexes and constraints.

Most tables hold nothing of it. One that does is compared as a Table, with its text as the database has it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from sqlalchemy.engine import Connection
from sqlalchemy.schema import CheckConstraint, Index, PrimaryKeyConstraint, Table
from sqlalchemy.types import Integer

from alembic.autogenerate.complete.indexes import index_texts
from alembic.autogenerate.complete.key_columns import key_columns
from alembic.autogenerate.context import AutogenContext
from alembic.autogenerate.records.defaults import Defaults
from alembic.autogenerate.spelled import mysql, postgresql, sqlite
from alembic.autogenerate.spelled.ask import counts
from alembic.autogenerate.spelled.facts import TableName

ColumnRecord = Mapping[str, Any]

_SPECIAL: dict[str, Callable[[Connection, Collection[TableName]], set[TableName]]] = {
    "sqlite": sqlite.special_tables,
    "postgresql": postgresql.special_tables,
    "mysql": mysql.special_tables,
    "mariadb": mysql.special_tables,
}
"""How to ask for the tables that hold what an inspector doesn't show."""

_NAMES_KEYS = frozenset({"sqlite", "postgresql"})


class SameComplete:
    """Looks at the tables of one schema for what only a complete comparison compares."""

    def __init__(
        self,
        context: AutogenContext,
        defaults: Defaults,
        schema: str | None,
        tables: Mapping[str, Table],
    ) -> None:
        self._context = context
        self._defaults = defaults
        self._schema = schema
        self._tables = tables
        self._dialect = context.dialect.name
        catalog = context.catalog
        self._keys = catalog.of("pk_constraint", schema, tables.keys())
        self._checks = catalog.of("check_constraints", schema, tables.keys())
        self._indexes = catalog.of("indexes", schema, tables.keys())
        names = [(schema, name) for name in tables]
        assert context.connection is not None
        self._special = _SPECIAL[self._dialect](context.connection, names)

    def is_same(self, name: str, columns: Sequence[ColumnRecord]) -> bool:
        """Whether nothing is to be said of a table whose columns, indexes and foreign keys are the same."""
        table = self._tables[name]
        return (
            (self._schema, name) not in self._special
            and not self._checks.get(name)
            and _is_plain(table)
            and self._has_same_key(name, table)
            and self._counts(name, columns) is counts(table, self._context.dialect)
            and (self._dialect != "sqlite" or self._is_same_on_sqlite(name, table))
        )

    def _has_same_key(self, name: str, table: Table) -> bool:
        found = self._keys.get(name) or {"constrained_columns": [], "name": None}
        key: Any = table.primary_key
        if found["constrained_columns"] != key_columns(key):
            return False
        if any((found.get("dialect_options") or {}).values()):
            return False
        wanted = self._key_name(key)
        return wanted is None or not key.columns or wanted == found["name"]

    def _key_name(self, key: PrimaryKeyConstraint) -> str | None:
        """The name of a primary key where the models give one and the database keeps it."""
        if self._dialect not in _NAMES_KEYS or not isinstance(key.name, str):
            return None
        preparer = self._context.dialect.identifier_preparer
        name = preparer.format_constraint(key, _alembic_quote=False)
        return None if name is None else str(name)

    def _counts(self, name: str, columns: Sequence[ColumnRecord]) -> bool:
        """Whether a column of the database's table counts by itself."""
        keys = (self._keys.get(name) or {}).get("constrained_columns", [])
        counting = [one for one in columns if one["name"] in keys]
        if self._dialect != "sqlite":
            return any(
                one.get("autoincrement") is True
                and self._defaults.existing(one, self._tables[name]) is None
                for one in counting
            )
        referring = {
            column
            for key in self._context.catalog.of("foreign_keys", self._schema, [name]).get(name, ())
            for column in key["constrained_columns"]
        }
        return len(counting) == 1 and (
            isinstance(counting[0]["type"], Integer)
            and counting[0]["default"] is None
            and counting[0]["name"] not in referring
        )

    def _is_same_on_sqlite(self, name: str, table: Table) -> bool:
        says_more = any(column.dialect_kwargs for column in table.columns)
        return not says_more and self._has_same_index_texts(name, table)

    def _has_same_index_texts(self, name: str, table: Table) -> bool:
        """SQLite keeps the text of an index, which tells directions and expressions."""
        texts = index_texts(self._context, table)
        if texts.keys() != {one["name"] for one in self._indexes.get(name, ())}:
            return False
        return all(
            (text := texts.get(str(index.name))) is not None
            and self._is_text_of(text, index, table)
            for index in table.indexes
        )

    def _is_text_of(self, text: str, index: Index, table: Table) -> bool:
        quote = self._context.dialect.identifier_preparer.quote
        columns: Any = index.expressions
        made = (
            f"CREATE {'UNIQUE ' if index.unique else ''}INDEX {quote(str(index.name))} "
            f"ON {quote(table.name)} ({', '.join(quote(column.name) for column in columns)})"
        )
        return text == made or sqlite.index_text(text) == sqlite.index_text(made)


def _is_plain(table: Table) -> bool:
    """Whether the models say nothing of a table but columns, keys, unique constraints and indexes."""
    constraints: Any = table.constraints
    return (
        not table._prefixes
        and not table.dialect_kwargs
        and not any(
            isinstance(one, CheckConstraint)
            or one.__visit_name__ == "exclude_constraint"
            or one.deferrable
            or one.initially
            or one.comment
            or one.dialect_kwargs
            for one in constraints
        )
        and not any(index.dialect_kwargs for index in table.indexes)
        and not any(
            isinstance(one, CheckConstraint)
            for column in table.columns
            for one in column.constraints
        )
    )
