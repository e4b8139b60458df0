"""What the inspector doesn't tell of indexes: directions, and SQLite's indexes over expressions."""

from __future__ import annotations

import logging
import re
from typing import Any

from sqlalchemy import text
from sqlalchemy.schema import CreateIndex, Index, Table

from alembic.autogenerate.colons import as_text
from alembic.autogenerate.context import AutogenContext
from alembic.autogenerate.spelled import mysql
from alembic.autogenerate.spelled.facts import Fact, Facts
from alembic.autogenerate.spelled.postgresql import index_parts
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

_OPERATOR_CLASS_SETTING = re.compile(r" \(\w+='")
"""``(siglen='32')`` behind an operator class: https://www.postgresql.org/docs/current/sql-createindex.html."""


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
        place = (table.schema, table.name)
        say_method(context, index, mysql.existing_facts(context.connection, [place]))
    elif context.dialect.name == "sqlite":
        found = context.connection.execute(_SQLITE, {"name": index.name})
    else:
        return _with_what_columns_say(context, index)
    descending = {row[0] for row in found}
    if not descending or has_expressions(index):
        return index
    columns: Any = index.expressions
    expressions = [column.desc() if column.name in descending else column for column in columns]
    made = Index(index.name, *expressions, unique=bool(index.unique), _table=table)
    made.dialect_kwargs.update(index.dialect_kwargs)
    table.indexes.discard(made)
    return made


def _with_what_columns_say(context: AutogenContext, index: Index) -> Index:
    """An index of PostgreSQL whose columns have collations of their own, or operator classes with
    parameters, by what its text says of them.
    """
    table: Any = index.table
    fact = Fact("index", table.schema, table.name, str(index.name))
    said = context.spelled.existing.get(fact, "")
    if " COLLATE " not in said and not _OPERATOR_CLASS_SETTING.search(said):
        return index
    made = by_its_text(index, said)
    table.indexes.discard(made)
    return made


def by_its_text(index: Index, said: str) -> Index:
    """A copy of an index of PostgreSQL, on its table, each of whose parts is what its text says."""
    table: Any = index.table
    columns = {column.name: column for column in table.columns}
    parts: Any = [columns.get(_named(one), text(as_text(one))) for one in index_parts(said)]
    made = Index(index.name, *parts, unique=bool(index.unique), _table=table)
    options = index.dialect_kwargs.items()
    made.dialect_kwargs.update({key: said for key, said in options if key != "postgresql_ops"})
    return made


def _named(part: str) -> str:
    """The name of a column that is all of an index's part; of any other part, what is no name."""
    is_quoted = part.startswith('"') and part.endswith('"')
    return part[1:-1].replace('""', '"') if is_quoted else part


def say_method(context: AutogenContext, index: Index, facts: Facts) -> None:
    """Give an index of MySQL the method that the facts of its table say it was asked for.

    SQLAlchemy wants it under both names where the dialect is called mariadb.
    """
    table: Any = index.table
    method = facts.get(Fact("using", table.schema, table.name, str(index.name)))
    for dialect in ("mysql", context.dialect.name) if method is not None else ():
        index.dialect_kwargs[f"{dialect}_using"] = str(method).lower()


def compare_expression_indexes(
    context: AutogenContext,
    modify: ModifyTableOps,
    schema: str | None,
    table_name: str,
    conn_table: Table | None,
    metadata_table: Table | None,
) -> None:
    """SQLite's indexes over expressions, and the directions of the others, by the text that it keeps."""
    if context.dialect.name != "sqlite" or conn_table is None:
        return
    existing = index_texts(context, conn_table)
    indexes = set() if metadata_table is None else metadata_table.indexes
    wanted = {
        str(index.name): index
        for index in sorted(indexes, key=lambda index: str(index.name))
        if isinstance(index.name, str)
    }
    records = context.catalog.of("indexes", schema, [table_name]).get(table_name, ())
    reported = {str(one["name"]) for one in records}
    for name, sql in existing.items():
        if name not in reported and name not in wanted:
            _remove(context, modify, conn_table, name, sql)
    for name, index in wanted.items():
        if name not in existing and has_expressions(index):
            _add(context, modify, name, index)
        elif name in existing and index_text(existing[name]) != _wanted_text(context, index):
            _change(context, modify, conn_table, name, existing[name], index)


def _remove(
    context: AutogenContext, modify: ModifyTableOps, table: Table, name: str, sql: str
) -> None:
    parents = context.parents(modify.schema, modify.table_name)
    if not context.run_name_filters(name, "index", dict(parents)):
        return
    dropped = _dropped(table, name, sql)
    if context.run_object_filters(dropped.to_index(), name, "index", True, None):
        modify.ops.append(dropped)
        log.info("Detected removed index %r on %r", name, modify.table_name)


def _add(context: AutogenContext, modify: ModifyTableOps, name: str, index: Index) -> None:
    if context.run_object_filters(index, name, "index", False, None):
        modify.ops.append(CreateIndexOp.from_index(index))
        log.info("Detected added index %r on %r", name, modify.table_name)


def _change(
    context: AutogenContext,
    modify: ModifyTableOps,
    table: Table,
    name: str,
    sql: str,
    wanted: Index,
) -> None:
    """Drop and create, unless that is said already; what isn't reported was taken for a new index."""
    if any(isinstance(op, DropIndexOp) and op.index_name == name for op in modify.ops):
        return
    dropped = _dropped(table, name, sql)
    if not context.run_object_filters(wanted, name, "index", False, dropped.to_index()):
        return
    kept = [op for op in modify.ops if not isinstance(op, CreateIndexOp) or op.index_name != name]
    modify.ops[:] = [*kept, dropped, CreateIndexOp.from_index(wanted)]
    log.info("Detected changed index %r on %r", name, modify.table_name)


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
