"""Catalog: what an Inspector tells of tables, read once and for many tables at a time.

A record is what SQLAlchemy's ``Inspector`` gives for one table and one kind of its parts, to the letter::

    catalog.of("indexes", None, ["account"])
    # {"account": [{"name": "ix_account_name", "column_names": ["name"], "unique": False, …}]}

Everything of a comparison that wants to know what the database holds asks here, so that nothing is
asked of the database twice.
"""

from __future__ import annotations

import warnings
from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy.engine.reflection import Inspector, ObjectKind, ObjectScope

from alembic.autogenerate.records.mysql_names import (
    add_overlooked_keys,
    has_unusual,
    with_plain_names,
)
from alembic.autogenerate.records.reading import reading_inspector
from alembic.autogenerate.records.sqlite_names import (
    add_overlooked_uniques,
    name_overlooked_keys,
    with_plain_check_names,
)

KINDS = (
    "columns",
    "pk_constraint",
    "foreign_keys",
    "indexes",
    "unique_constraints",
    "check_constraints",
    "table_comment",
    "table_options",
)
"""The kinds, under the names of the inspector's methods: ``get_multi_columns`` and so on."""

Record = Any
"""A list of mappings, one for each part; a mapping for ``pk_constraint`` and the last two kinds."""

_MANY = 100
_MYSQL = frozenset({"mysql", "mariadb"})


class Catalog:
    """The records of one comparison."""

    def __init__(self, inspector: Inspector) -> None:
        self.inspector = inspector
        self._reading: Inspector = reading_inspector(inspector)
        self._records: dict[tuple[str, str | None], dict[str, Record]] = {}
        self._missing: dict[tuple[str, str | None], set[str]] = {}
        self.unreflectable: dict[tuple[str | None, str], Exception] = {}
        """(schema, table) → why nothing can be told of it."""
        self._has_unusual_names = False
        """Whether MySQL has told a name that has to be looked at."""
        self.is_read_beside = False
        """Whether the indexes that SQLAlchemy can't read are read in another way, so that none is missed."""

    def of(self, kind: str, schema: str | None, names: Collection[str]) -> Mapping[str, Record]:
        """The records of one kind by the tables' names; at least of those that are asked for and exist.

        Raises NotImplementedError where the dialect knows nothing of the kind.
        """
        records = self._records.setdefault((kind, schema), {})
        missing = self._missing.setdefault((kind, schema), set())
        unread = [name for name in names if name not in records and name not in missing]
        if unread:
            records.update(self._read(kind, schema, unread))
            missing.update(name for name in unread if name not in records)
        return records

    def _read(self, kind: str, schema: str | None, names: list[str]) -> dict[str, Record]:
        read = getattr(self._reading, f"get_multi_{kind}")
        filter_names: list[str] | None = names
        if len(names) > _MANY:
            # A long list of names costs a server more than what is read in vain.
            available = self.inspector.get_table_names(schema=schema)
            filter_names = None if len(names) * 2 > len(available) else names
        with warnings.catch_warnings():
            if self.is_read_beside:
                warnings.filterwarnings("ignore", "Skipped unsupported reflection of expression")
            found = read(
                schema=schema,
                filter_names=filter_names,
                kind=ObjectKind.TABLE,
                scope=ObjectScope.ANY,
                unreflectable=self.unreflectable,
            )
        wanted = set(names)
        records = {name: record for (_, name), record in found.items() if name in wanted}
        return self._as_named(kind, schema, records)

    def _as_named(
        self, kind: str, schema: str | None, records: dict[str, Record]
    ) -> dict[str, Record]:
        """The records with what SQLAlchemy misunderstands of unusual names set right."""
        connection: Any = self.inspector.bind
        if self.inspector.dialect.name in _MYSQL:
            for one in {"columns": (), "foreign_keys": ("columns", "indexes")}.get(
                kind, ("columns",)
            ):
                self.of(one, schema, list(records))
            self._has_unusual_names = self._has_unusual_names or has_unusual(records)
            if not self._has_unusual_names:
                return records
            plain = {name: with_plain_names(record) for name, record in records.items()}
            if kind == "foreign_keys":
                add_overlooked_keys(connection, schema, plain)
            return plain
        if self.inspector.dialect.name == "sqlite":
            if kind == "unique_constraints":
                add_overlooked_uniques(connection, schema, records)
            elif kind == "foreign_keys":
                name_overlooked_keys(connection, schema, records)
            elif kind == "check_constraints":
                return with_plain_check_names(records)
        return records
