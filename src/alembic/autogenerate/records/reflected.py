"""The tables of the database that take part in a comparison, each made a Table when it is asked for."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from sqlalchemy import Computed, event, text
from sqlalchemy.engine.reflection import Inspector
from sqlalchemy.schema import CheckConstraint, Constraint, DefaultClause, Index, MetaData, Table
from sqlalchemy.sql.elements import TextClause, conv

from alembic.autogenerate.colons import as_text
from alembic.autogenerate.inheritance import say_parents
from alembic.autogenerate.records.catalog import Catalog
from alembic.autogenerate.records.inspector import answering_inspector
from alembic.autogenerate.records.overlooked import (
    spell_overlooked_defaults,
    spell_partitions,
    spell_values,
)
from alembic.autogenerate.records.unknown_types import spell_unknown_types
from alembic.autogenerate.stand_ins import add_stand_ins, has_dotted_target, point_by_columns
from alembic.ddl.comparison import Comparison

TableName = tuple["str | None", str]

_NAMED = ("pk_constraint", "foreign_keys", "unique_constraints", "check_constraints", "indexes")


class Reflected:
    """Iteration gives them all, so that whoever wants all of them has them made."""

    def __init__(
        self,
        names: Collection[TableName] = (),
        catalog: Catalog | None = None,
        impl: Any = None,
        *,
        is_complete: bool = False,
    ) -> None:
        self.names = frozenset(names)
        self._catalog = catalog
        self._impl: Comparison = impl
        self._is_complete = is_complete
        self._tables: dict[TableName, Table] = {}

    def __iter__(self) -> Iterator[Table]:
        return iter(self.tables(self.names).values())

    def tables(self, names: Collection[TableName]) -> dict[TableName, Table]:
        """The tables of ``names`` that can be read, by their names in order."""
        missing = [name for name in names if name not in self._tables]
        if missing:
            self._tables.update(self._make(missing))
        found = (name for name in names if name in self._tables)
        return {name: self._tables[name] for name in sorted(found, key=by_name)}

    def named(self, schema: str | None, name: str) -> Table | None:
        """The table of this name; None where it takes no part or can't be read."""
        place = (schema, name)
        return self.tables([place]).get(place) if place in self.names else None

    def around(self, names: Collection[TableName]) -> list[Table]:
        """The tables of ``names`` and those that point to them, by their names in order."""
        pointing = {
            name
            for name in self.names
            if name in names or not self._targets([name]).isdisjoint(names)
        }
        return list(self.tables(pointing).values())

    def names_in(self, schema: str | None, table: str | None) -> set[str]:
        """The names of constraints and indexes, of one table or of a whole schema with its tables."""
        assert self._catalog is not None
        tables = [table] if table else [name for place, name in self.names if place == schema]
        tables = [name for name in tables if (schema, name) in self.names]
        found: set[str] = set() if table else set(tables)
        for kind in _NAMED:
            try:
                records = self._catalog.of(kind, schema, tables)
            except NotImplementedError:
                continue
            for name in tables:
                record = records.get(name) or ()
                parts = [record] if isinstance(record, dict) else record
                found |= {part["name"] for part in parts if isinstance(part.get("name"), str)}
        return found

    def _make(self, names: Collection[TableName]) -> dict[TableName, Table]:
        """Tables of a MetaData of their own, whose foreign keys point to real tables or to stand-ins."""
        assert self._catalog is not None
        asked = set(names)
        wanted = asked | (self._targets(asked) if len(asked) < len(self.names) else set())
        by_schema: dict[str | None, list[str]] = {}
        for schema, name in sorted(wanted, key=by_name):
            by_schema.setdefault(schema, []).append(name)
        inspector: Any = answering_inspector(self._catalog, by_schema)
        metadata = MetaData()

        def on_column(_inspector: Inspector, table: Table, column: object) -> None:
            # What is only pointed to isn't compared, and nothing is said of it.
            if (table.schema, table.name) in asked:
                self._impl.autogen_column_reflect(_inspector, table, column)

        event.listen(metadata, "column_reflect", on_column)
        for schema in by_schema:
            # As a list of names, `only` would leave out those that another schema has as well.
            metadata.reflect(
                inspector,
                schema=schema,
                only=lambda name, _metadata, schema=schema: (schema, name) in wanted,
                resolve_fks=False,
            )
        self._point_by_columns(metadata, by_schema)
        add_stand_ins(metadata)
        tables = {(table.schema, table.name): table for table in metadata.tables.values()}
        made = {name: tables[name] for name in names if name in tables}
        for table in made.values():
            _tidy(table)
        connection: Any = self._catalog.inspector.bind
        spell_unknown_types(connection, made.values())
        spell_partitions(connection, made.values())
        spell_values(made.values())
        if self._is_complete:
            spell_overlooked_defaults(connection, made.values())
            say_parents(connection, made.values())
        return made

    def _point_by_columns(self, metadata: MetaData, names: dict[str | None, list[str]]) -> None:
        assert self._catalog is not None
        for schema, tables in names.items():
            records = self._catalog.of("foreign_keys", schema, tables)
            for name in tables:
                table = metadata.tables.get(f"{schema}.{name}" if schema else name)
                for key in records.get(name) or ():
                    if table is not None and has_dotted_target(key):
                        point_by_columns(table, key)

    def _targets(self, names: Collection[TableName]) -> set[TableName]:
        """The tables that those of ``names`` point to, as far as they take part."""
        assert self._catalog is not None
        found: set[TableName] = set()
        for schema in {schema for schema, _ in names}:
            tables = [name for place, name in names if place == schema]
            records = self._catalog.of("foreign_keys", schema, tables)
            for name in tables:
                for one in records.get(name) or ():
                    found.add((one["referred_schema"], one["referred_table"]))
        return found & self.names


def by_name(name: TableName) -> tuple[str, str]:
    """A key to sort names of tables by: those without a schema come first."""
    return name[0] or "", name[1]


def _tidy(table: Table) -> None:
    """Mark the names as final, which no naming convention may change, and drop what says nothing."""
    items: list[Any] = [*table.constraints, *table.indexes]
    for item in items:
        if isinstance(item.name, str):
            item.name = conv(item.name)
        if isinstance(item, CheckConstraint):
            item.sqltext = _without_parameters(item.sqltext)
            for name in list(item.dialect_kwargs):  # no keyword that a check takes
                del item.dialect_kwargs[name]
        if isinstance(item, Index):
            _tidy_index(item)
    for column in table.columns:
        default: Any = column.server_default
        if isinstance(default, Computed):
            default.sqltext = _without_parameters(default.sqltext)
        elif isinstance(default, DefaultClause) and getattr(default.arg, "_bindparams", None):
            default.arg = _without_parameters(default.arg)
    _drop_option(table.primary_key, "postgresql_include", [])
    _drop_option(table, "postgresql_ignore_search_path", False)


def _tidy_index(index: Index) -> None:
    for dialect in ("postgresql", "sqlite"):
        where = index.dialect_options[dialect].get("where")
        if where is not None:
            index.dialect_options[dialect]["where"] = _without_parameters(where)
    parts: Any = index.expressions
    parts[:] = [
        _without_parameters(part) if isinstance(part, TextClause) else part for part in parts
    ]


def _without_parameters(expression: Any) -> Any:
    """A text that the database has given: a colon in it is none of a parameter."""
    return text(as_text(str(expression))) if ":" in str(expression) else expression


def _drop_option(item: Table | Constraint, name: str, value: object) -> None:
    """Take away an option that was set to ``value``; iteration shows those that are set."""
    if name in list(item.dialect_kwargs) and item.dialect_kwargs[name] == value:
        del item.dialect_kwargs[name]
