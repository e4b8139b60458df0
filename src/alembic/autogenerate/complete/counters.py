"""The sequence that a SERIAL column of PostgreSQL counts by.

Source: https://www.postgresql.org/docs/current/datatype-numeric.html#DATATYPE-SERIAL.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy.schema import Column, Table

from alembic.autogenerate.complete.names import postgresql_name
from alembic.autogenerate.context import AutogenContext
from alembic.ddl.literals import text_literal
from alembic.operations.ops.base import ModifyTableOps


class Counter(NamedTuple):
    """The sequence of a column; ``name`` is its schema (None for the default one) and name, the rest is as it is written."""

    name: tuple[str | None, str]
    sequence: str
    type: str
    owner: str

    @property
    def default(self) -> str:
        """What the column has for a default."""
        return f"nextval({text_literal(self.sequence)}::regclass)"

    @property
    def statements(self) -> tuple[str, str]:
        """What makes the sequence, and what gives it to the column."""
        return (
            f"CREATE SEQUENCE {self.sequence} AS {self.type}",
            f"ALTER SEQUENCE {self.sequence} OWNED BY {self.owner}",
        )


def counter_of(
    context: AutogenContext, column: Column[Any], table: ModifyTableOps | Table
) -> Counter:
    """The sequence that SERIAL would make for a column."""
    quote = context.preparer.quote
    name = table.table_name if isinstance(table, ModifyTableOps) else table.name
    home = context.home(table.schema, name)  # a sequence stands where its table does
    default = context.dialect.default_schema_name
    at = (
        f"{quote(home)}."
        if table.schema or home not in {default, context.search_path.first}
        else ""
    )
    own = postgresql_name(name, column.name, "seq")
    return Counter(
        (None if home == default else home, own),
        f"{at}{quote(own)}",
        type_of_counter(context, column),
        f"{at}{quote(name)}.{quote(column.name)}",
    )


def type_of_counter(context: AutogenContext, column: Column[Any]) -> str:
    """The type in which the sequence of a column counts."""
    type_ = context.dialect.type_compiler_instance.process(column.type).lower()
    return type_ if type_ in {"smallint", "bigint"} else "integer"
