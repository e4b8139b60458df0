"""Columns that count by themselves, and MySQL's primary keys, which one of them belongs to.

MySQL wants the counting column to be a key at every moment, so what changes of both is one statement.
PostgreSQL's counting column has a sequence that it owns.
"""

from __future__ import annotations

import logging

from sqlalchemy.schema import Table

from alembic.autogenerate.complete.serials import serial
from alembic.autogenerate.complete.statements import StatementsOp
from alembic.autogenerate.context import AutogenContext
from alembic.autogenerate.spelled.facts import Fact, Facts
from alembic.operations.ops.base import MigrateOperation, ModifyTableOps
from alembic.operations.ops.column import AlterColumnOp
from alembic.operations.ops.constraint import CreateUniqueConstraintOp, DropConstraintOp
from alembic.operations.ops.index import DropIndexOp

log = logging.getLogger("alembic.autogenerate.compare.constraints")


def compare_counting(
    context: AutogenContext,
    modify: ModifyTableOps,
    schema: str | None,
    table_name: str,
    conn_table: Table | None,
    metadata_table: Table | None,
) -> None:
    """A statement for a table whose counting column, or on MySQL whose primary key, is another."""
    if conn_table is None or metadata_table is None:
        return
    if context.dialect.name in {"mysql", "mariadb"}:
        ops = _mysql(context, conn_table, metadata_table)
        late = _waiting(context, modify, metadata_table) if ops else []
        modify.ops[:] = [*(op for op in modify.ops if op not in late), *ops, *late]
    elif context.dialect.name == "postgresql":
        ops = _postgresql(context, conn_table, metadata_table)
        modify.ops += ops
    else:
        return
    if ops:
        log.info("Detected changed primary key or autoincrement on table %r", table_name)


def _waiting(
    context: AutogenContext, modify: ModifyTableOps, wanted: Table
) -> list[MigrateOperation]:
    """The ops that wait for the statement about the key; what will count is said by that alone.

    A column of the key can't be NULL. An index that keys of other tables point to goes when the
    primary key has taken its place.
    """
    key = [column.name for column in wanted.primary_key.columns]
    late: list[MigrateOperation] = []
    for op in modify.ops:
        if isinstance(op, AlterColumnOp):
            fact = Fact("counts", modify.schema, modify.table_name, op.column_name)
            had, has = context.spelled.existing.get(fact), context.spelled.wanted.get(fact)
            # A change on the way back would have a column that counts again count no more.
            if op.modify_nullable or (had and not has and op.modify_type is None):
                late.append(op)
            elif has and not had:
                op.kw.pop("autoincrement", None)
        elif _columns_freed(op) and _columns_freed(op) == key[: len(_columns_freed(op))]:
            late.append(op)
    return late


def _columns_freed(op: MigrateOperation) -> list[str]:
    """The columns of an index, or of a unique constraint, that is dropped."""
    if isinstance(op, DropIndexOp):
        return [column.name for column in op.to_index().columns]
    if isinstance(op, DropConstraintOp) and isinstance(op._reverse, CreateUniqueConstraintOp):
        return [getattr(one, "name", None) or str(one) for one in op._reverse.columns]
    return []


def _mysql(context: AutogenContext, found: Table, wanted: Table) -> list[StatementsOp]:
    existing, asked = context.spelled.existing, context.spelled.wanted
    fact = Fact("primary", wanted.schema, wanted.name, "PRIMARY")
    if not context.spelled.knows(wanted.schema, wanted.name):
        return []
    had, has = existing.get(fact), asked.get(fact)
    # A column that comes is there by then and doesn't count yet, one that goes is still there.
    columns = dict.fromkeys(column.name for of in (wanted, found) for column in of.columns)
    facts = {name: Fact("counts", wanted.schema, wanted.name, name) for name in columns}
    counting = [
        name for name in columns if existing.get(facts[name], "") != asked.get(facts[name], "")
    ]
    if had == has and not counting:
        return []
    diff = ("modify_primary_key", wanted.schema, wanted.name)
    op = StatementsOp(
        [_changed(context, (found, wanted), counting, (existing, asked), (had, has))],
        [_changed(context, (wanted, found), counting, (asked, existing), (has, had))],
        (*diff, had, has),
        (*diff, has, had),
    )
    return [op]


def _changed(
    context: AutogenContext,
    tables: tuple[Table, Table],
    counting: list[str],
    facts: tuple[Facts, Facts],
    keys: tuple[str | None, str | None],
) -> str:
    """The statement that leads from the first table, facts and key to the second."""
    table = tables[1]
    (before, after), (had, has) = facts, keys
    clauses: list[str] = []
    if had != has:
        clauses += ["DROP PRIMARY KEY"] if had else []
        clauses += [f"ADD PRIMARY KEY {has}"] if has else []
    quote = context.preparer.quote
    for name in counting:
        type_, default, counts = (
            Fact(kind, table.schema, table.name, name) for kind in ("type", "default", "counts")
        )
        said = f" DEFAULT {after[default]}" if after.get(default) else ""
        said += f" {after[counts]}" if after.get(counts) else ""
        said += _comment(tables, name)
        clauses.append(f"MODIFY {quote(name)} {after.get(type_) or before[type_]} NOT NULL{said}")
    return f"ALTER TABLE {context.preparer.format_table(table)} {', '.join(clauses)}"


def _comment(tables: tuple[Table, Table], name: str) -> str:
    """The comment of a column, which it loses where it isn't said: the second table's, if it has the column."""
    columns = [one for table in tables for one in table.columns if one.name == name]
    comment = columns[-1].comment if columns else None
    if not comment:
        return ""
    escaped = comment.replace("\\", "\\\\").replace("'", "''")
    return f" COMMENT '{escaped}'"


def _postgresql(context: AutogenContext, found: Table, wanted: Table) -> list[StatementsOp]:
    ops: list[StatementsOp] = []
    for column in wanted.columns:
        fact = Fact("default", wanted.schema, wanted.name, column.name)
        had = context.spelled.existing.get(fact, "").startswith("nextval(")
        has = context.spelled.wanted.get(fact, "").startswith("nextval(")
        is_serial = column.server_default is None and had is not has
        existing = found.columns.get(column.name)
        if existing is not None and existing.server_default is not None:
            continue  # its identity goes, or the sequence of somebody else: a change of its own
        if is_serial and context.spelled.differ("default", *fact[1:]):
            ops.append(serial(context, column, made=has))
    return ops
