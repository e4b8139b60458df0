"""What the inspector doesn't tell of indexes: directions, and SQLite's indexes over expressions."""

from __future__ import annotations

import logging
import re
from typing import Any

from sqlalchemy import text
from sqlalchemy.schema import CreateIndex, Index, Table

from alembic.autogenerate.context import AutogenContext
from alembic.autogenerate.spelled.sqlite import index_of, index_text
from alembic.ddl.signature import has_expressions
from alembic.operations.ops.base import ModifyTableOps
from alembic.operations.ops.index import CreateIndexOp, DropIndexOp

log = logging.getLogger("alembic.autogenerate.compare.constraints")

_MYSQL = text("""
SELECT column_name FROM information_schema.statistics
WHERE table_schema = COALESCE(:schema, DATABASE()) AND table_name = :table
  AND index_name = :name AND collation = 'D'
""")
_SQLITE = text("SELECT name FROM pragma_index_xinfo(:name) WHERE key AND desc")
_SQLITE_INDEXES = """
SELECT tbl_name, name, sql FROM {}sqlite_master
WHERE type = 'index' AND sql IS NOT NULL ORDER BY name
"""


def with_directions(context: AutogenContext, index: Index) -> Index:
    """The index of the database with its descending columns as such."""
    table = index.table
    assert table is not None
    assert context.connection is not None
    if context.dialect.name == "sqlite":
        sql = index_texts(context, table).get(str(index.name), "")
        if re.search(r"\bCOLLATE\b", sql, re.IGNORECASE):
            made = index_of(table, str(index.name), sql)
            table.indexes.discard(made)
            return made
    if context.dialect.name in {"mysql", "mariadb"}:
        asked = {"schema": table.schema, "table": table.name, "name": index.name}
        found = context.connection.execute(_MYSQL, asked)
    elif context.dialect.name == "sqlite":
        found = context.connection.execute(_SQLITE, {"name": index.name})
    else:
        return index
    descending = {row[0] for row in found}
    if not descending or has_expressions(index):
        return index
    columns: Any = index.expressions
    expressions = [column.desc() if column.name in descending else column for column in columns]
    made = Index(index.name, *expressions, unique=bool(index.unique), _table=table)
    made.dialect_kwargs.update(index.dialect_kwargs)
    table.indexes.discard(made)
    return made


def compare_expression_indexes(
    context: AutogenContext,
    modify: ModifyTableOps,
    schema: str | None,
    table_name: str,
    conn_table: Table | None,
    metadata_table: Table | None,
) -> None:
    """SQLite's indexes over expressions, and the directions of the others, by the text that it keeps."""
    if context.dialect.name != "sqlite" or conn_table is None or metadata_table is None:
        return
    existing = index_texts(context, conn_table)
    wanted = {
        str(index.name): index
        for index in sorted(metadata_table.indexes, key=lambda index: str(index.name))
        if isinstance(index.name, str)
    }
    reported = {
        str(one["name"]) for one in context.inspector.get_indexes(table_name, schema=schema)
    }
    for name, sql in existing.items():
        if name not in reported and name not in wanted:
            modify.ops.append(_dropped(conn_table, name, sql))
            log.info("Detected removed index %r on %r", name, table_name)
    for name, index in wanted.items():
        if name not in existing and has_expressions(index):
            modify.ops.append(CreateIndexOp.from_index(index))
            log.info("Detected added index %r on %r", name, table_name)
        elif name in existing and index_text(existing[name]) != _wanted_text(context, index):
            if any(isinstance(op, DropIndexOp) and op.index_name == name for op in modify.ops):
                continue
            modify.ops += [
                _dropped(conn_table, name, existing[name]),
                CreateIndexOp.from_index(index),
            ]
            log.info("Detected changed index %r on %r", name, table_name)


def index_texts(context: AutogenContext, table: Table) -> dict[str, str]:
    """Name → text of the indexes of SQLite's table; those of a whole schema are read at once."""
    assert context.connection is not None
    key = f"sqlite indexes {table.schema}"
    if key not in context.memo:
        quote = context.dialect.identifier_preparer.quote
        place = f"{quote(table.schema)}." if table.schema else ""
        found: dict[str, dict[str, str]] = {}
        for of, name, sql in context.connection.execute(text(_SQLITE_INDEXES.format(place))):
            found.setdefault(of, {})[name] = sql
        context.memo[key] = found
    indexes: dict[str, str] = context.memo[key].get(table.name, {})
    return indexes


def _wanted_text(context: AutogenContext, index: Index) -> str:
    return index_text(create_text(context, index))


def _dropped(table: Table, name: str, sql: str) -> DropIndexOp:
    """Drop an index whose text is known, so that it can come back as it was."""
    index = index_of(table, name, sql)
    dropped = DropIndexOp.from_index(index)
    table.indexes.discard(index)
    return dropped


def create_text(context: AutogenContext, index: Index) -> str:
    """The ``CREATE INDEX`` of an index of the models."""
    return str(CreateIndex(index).compile(dialect=context.dialect)).replace("%%", "%")
