"""The models as they were before the renames.

What was renamed has its old name in a copy of the models; the database is compared with that copy, as
with any other models. So nothing but the copy knows of renames: what is found is brought about under
the old names, and the renames come last.

A renamed column of the copy keeps its key, which models may choose freely anyway: SQLAlchemy finds
columns by their keys, databases by their names.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy.engine import Dialect
from sqlalchemy.schema import Column, Index, MetaData, Table
from sqlalchemy.sql import visitors
from sqlalchemy.sql.elements import ClauseElement, TextClause

from alembic.autogenerate.renames.enum_labels import old_labels
from alembic.autogenerate.renames.model import Kind, Rename, old_places
from alembic.autogenerate.renames.wording import Wording, reword
from alembic.autogenerate.spelled.facts import TableName


def models_before(
    metadatas: Sequence[MetaData], renames: Sequence[Rename], dialect: Dialect
) -> list[MetaData]:
    """Copies of ``metadatas`` in which what was renamed has its old name."""
    copies = _copies(metadatas)
    places = old_places(renames, dialect.default_schema_name)
    for copied in copies:
        for table in list(copied.tables.values()):
            place = (table.schema, table.name)
            _rename_in(table, places.get(place, place), renames, dialect)
    return copies


def _copies(metadatas: Sequence[MetaData]) -> list[MetaData]:
    """One copy each; foreign keys between several metadatas need one that holds them all."""
    if len(metadatas) == 1 or any(metadata.schema for metadata in metadatas):
        return [_copy(metadata, _empty(metadata)) for metadata in metadatas]
    whole = MetaData()
    for metadata in metadatas:
        _copy(metadata, whole)
    return [whole]


def _empty(metadata: MetaData) -> MetaData:
    return MetaData(schema=metadata.schema, naming_convention=metadata.naming_convention)


def _copy(metadata: MetaData, into: MetaData) -> MetaData:
    into.info.update(metadata.info)
    for table in metadata.tables.values():
        copied = table.to_metadata(into)
        copied._prefixes = list(table._prefixes)
        for one in table.indexes:
            _tell_index(one, table, copied)
    return into


def _tell_index(index: Index, table: Table, copied: Table) -> None:
    """Have what an index says in its options speak of the copy's columns."""
    own = next((one for one in copied.indexes if one.name == index.name), None)
    if own is None:
        return

    def replaced(element: Any, **_kw: Any) -> Any:
        is_own = isinstance(element, Column) and element.table is table
        return copied.columns[element.key] if is_own else None

    for key, value in list(index.dialect_kwargs.items()):
        if isinstance(value, ClauseElement) and not isinstance(value, TextClause):
            own.dialect_kwargs[key] = visitors.replacement_traverse(value, {}, replaced)


def _rename_in(table: Table, place: TableName, renames: Sequence[Rename], dialect: Dialect) -> None:
    """Give a table of the copy, its columns and what is said of them their old names."""
    if place != (table.schema, table.name):
        table.schema, table.name = place
        table.fullname = f"{table.schema}.{table.name}" if table.schema else table.name
    names = columns_of(table, renames)
    labels = old_labels(table, renames, dialect)
    for column in table.columns:
        column.name = names.get(column.name, column.name)
    if names or labels:
        reword(table, Wording(names, labels))


def columns_of(table: Table, renames: Sequence[Rename]) -> dict[str, str]:
    """New name → old name of the columns of a table that has its old name already."""
    return {
        one.new: one.old
        for one in renames
        if one.kind is Kind.COLUMN and (one.schema, one.parent) == (table.schema, table.name)
    }
