"""A table as Python describes it (``copy_from``), in SQLite's words."""

from __future__ import annotations

from typing import Any

from sqlalchemy import MetaData, Table
from sqlalchemy.engine import Dialect
from sqlalchemy.schema import CreateIndex, CreateTable

from alembic.ddl.sqlite_schema.parse import parse_table
from alembic.operations.batch.draft import StoredIndex, TableSource
from alembic.operations.ops.table import CreateTableOp


class _Convention:
    """What names the constraints of the copy: the convention of the table's own MetaData."""

    def __init__(self, metadata: MetaData) -> None:
        self.opts: dict[str, Any] = {"target_metadata": metadata}


def described(table: Table, dialect: Dialect) -> TableSource:
    """What a rewrite starts from, where the database isn't asked."""
    # A copy, in which the tables are at hand that foreign keys name.
    copy = CreateTableOp.from_table(table).to_table(_Convention(table.metadata))
    text = str(CreateTable(copy).compile(dialect=dialect)).strip()
    indexes = sorted(table.indexes, key=lambda index: str(index.name))
    return TableSource(
        parse_table(text),
        tuple(
            StoredIndex(str(index.name), str(CreateIndex(index).compile(dialect=dialect)))
            for index in indexes
        ),
    )
