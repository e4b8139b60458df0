"""Stand-ins for tables that reflected ones point to and that take no part in the comparison.

A foreign key wants its target among the tables. To reflect the target for that would read a table
that the settings exclude, then those that it points to, and so on; its name and that of the column
are all that is needed, and the foreign key has them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Column, ForeignKeyConstraint, MetaData, Table
from sqlalchemy.types import NullType


def add_stand_ins(metadata: MetaData) -> None:
    """Give each foreign key of ``metadata`` a target: a table with the columns that are pointed to."""
    for table in list(metadata.tables.values()):
        # The table's own collection of them is a set, whose order is nobody's.
        for reference in [each for column in table.columns for each in column.foreign_keys]:
            if reference._table_column is None:
                schema, name, column = reference._column_tokens
                _target(metadata, schema, name, column or reference.parent.name)


def has_dotted_target(key: Mapping[str, Any]) -> bool:
    """Whether a record of a foreign key names a target that can't be told as text.

    SQLAlchemy before 2.1 takes the dot for the end of a schema's name.
    """
    return any("." in name for name in (key["referred_table"], *key["referred_columns"]))


def point_by_columns(table: Table, key: Mapping[str, Any]) -> None:
    """Make a foreign key of its record, with columns for targets."""
    names: list[str] = key["referred_columns"]
    place = (key["referred_schema"], key["referred_table"])
    targets = [_target(table.metadata, *place, name) for name in names]
    options = {"name": key["name"], "comment": key.get("comment")}
    options |= key.get("options", {}) | key.get("dialect_options", {})
    table.append_constraint(
        ForeignKeyConstraint(list(key["constrained_columns"]), targets, **options)
    )


def _target(metadata: MetaData, schema: str | None, name: str, column: str) -> Column[Any]:
    """The column of this name, of a stand-in where there is no such table."""
    table = metadata.tables.get(f"{schema}.{name}" if schema else name)
    if table is None:
        table = Table(name, metadata, schema=schema)
    if column not in table.columns:
        table.append_column(Column(column, NullType()))
    return table.columns[column]
