"""Stand-ins for tables that reflected ones point to and that take no part in the comparison.

A foreign key wants its target among the tables. To reflect the target for that would read a table
that the settings exclude, then those that it points to, and so on; its name and that of the column
are all that is needed, and the foreign key has them.
"""

from __future__ import annotations

from sqlalchemy import Column, MetaData, Table
from sqlalchemy.types import NullType


def add_stand_ins(metadata: MetaData) -> None:
    """Give each foreign key of ``metadata`` a target: a table with the columns that are pointed to."""
    for table in list(metadata.tables.values()):
        # The table's own collection of them is a set, whose order is nobody's.
        for reference in [each for column in table.columns for each in column.foreign_keys]:
            schema, name, column = reference._column_tokens
            key = f"{schema}.{name}" if schema else name
            target = metadata.tables.get(key)
            if target is None:
                target = Table(name, metadata, schema=schema)
            if (column or reference.parent.name) not in target.columns:
                target.append_column(Column(column or reference.parent.name, NullType()))
