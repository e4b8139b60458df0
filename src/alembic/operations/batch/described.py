"""A table as Python describes it (``copy_from``), in SQLite's words."""

from __future__ import annotations

from sqlalchemy import Table
from sqlalchemy.engine import Dialect
from sqlalchemy.schema import CreateIndex, CreateTable

from alembic.ddl.sqlite_schema.parse import parse_table
from alembic.operations.batch.draft import StoredIndex, TableSource
from alembic.operations.ops.table import CreateTableOp


def described(table: Table, dialect: Dialect) -> TableSource:
    """What a rewrite starts from, where the database isn't asked."""
    # A copy, in which the tables are at hand that foreign keys name.
    copy = CreateTableOp.from_table(table).to_table()
    text = str(CreateTable(copy).compile(dialect=dialect)).strip()
    indexes = sorted(table.indexes, key=lambda index: str(index.name))
    return TableSource(
        parse_table(text),
        tuple(
            StoredIndex(str(index.name), str(CreateIndex(index).compile(dialect=dialect)))
            for index in indexes
        ),
    )
