"""What SQLAlchemy does not reflect of MySQL and MariaDB, for the mirror of a database.

Source: https://mariadb.com/kb/en/information-schema-statistics-table/.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import text
from sqlalchemy.schema import Table, UniqueConstraint

from alembic.autogenerate.complete.column_checks import checked_columns, correct_column
from alembic.autogenerate.complete.indexes import say_method
from alembic.autogenerate.complete.options import correct_options
from alembic.autogenerate.context import AutogenContext
from alembic.autogenerate.records.reflected import TableName
from alembic.autogenerate.spelled.mysql import existing_facts

_DESCENDING = text("""
SELECT table_schema, table_name, index_name, seq_in_index FROM information_schema.statistics
WHERE collation = 'D'
""")


def add_to_mysql(context: AutogenContext, tables: dict[TableName, Table]) -> None:
    """Methods of indexes, directions of their columns, options of tables, checks of MariaDB's columns.

    Takes out the indexes that foreign keys bring with them.
    """
    connection = context.connection
    assert connection is not None
    default = context.dialect.default_schema_name
    for (schema, name, column), is_json in checked_columns(context).items():
        found = tables.get((schema, name))
        if found is not None and column in found.columns:
            correct_column(context, (schema, name), found.columns[column], is_json)
    facts = existing_facts(connection, list(tables))
    for table in tables.values():
        correct_options(context, (table.schema, table.name), table.kwargs, facts)
        keys = {(key.name, *key.column_keys) for key in table.foreign_key_constraints}
        table.indexes -= {
            index
            for index in table.indexes
            if (index.name, *(column.name for column in index.columns)) in keys
        }
        for index in table.indexes:
            say_method(context, index, facts)
        _make_unique(table)
    for schema, name, index_name, place in connection.execute(_DESCENDING):
        found = tables.get((None if schema == default else schema, name))
        for index in () if found is None else found.indexes:
            if index.name == index_name:
                expressions: Any = index.expressions
                expressions[place - 1] = expressions[place - 1].desc()


def _make_unique(table: Table) -> None:
    """Say the indexes that foreign keys of the table itself point to as constraints of it.

    They have to be there when the table is made, while indexes follow it.
    """
    pointed_to = {
        tuple(element.column.name for element in key.elements)
        for key in table.foreign_key_constraints
        if key.referred_table is table
    }
    for index in [*table.indexes]:
        columns = tuple(column.name for column in index.columns)
        if index.unique and columns in pointed_to:
            table.indexes.discard(index)
            table.append_constraint(UniqueConstraint(*columns, name=index.name))
