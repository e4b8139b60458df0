"""Columns that count by themselves, and MySQL's primary keys, which one of them belongs to.

MySQL wants the counting column to be a key at every moment, so what changes of both is one statement.
PostgreSQL's counting column has a sequence that it owns.
"""

from __future__ import annotations

import logging

from sqlalchemy.schema import Identity, Table

from alembic.autogenerate.complete.serials import serial
from alembic.autogenerate.complete.statements import StatementsOp
from alembic.autogenerate.context import AutogenContext
from alembic.autogenerate.spelled.facts import Fact, Facts
from alembic.operations.ops.base import ModifyTableOps

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
    elif context.dialect.name == "postgresql":
        ops = _postgresql(context, conn_table, metadata_table)
    else:
        return
    modify.ops += ops
    if ops:
        log.info("Detected changed primary key or autoincrement on table %r", table_name)


def _mysql(context: AutogenContext, found: Table, wanted: Table) -> list[StatementsOp]:
    existing, asked = context.spelled.existing, context.spelled.wanted
    fact = Fact("primary", wanted.schema, wanted.name, "PRIMARY")
    if not context.spelled.knows(wanted.schema, wanted.name):
        return []
    had, has = existing.get(fact), asked.get(fact)
    counting = [
        column.name
        for column in wanted.columns
        if context.spelled.differ("counts", wanted.schema, wanted.name, column.name)
    ]
    if had == has and not counting:
        return []
    table = context.preparer.format_table(wanted)
    diff = ("modify_primary_key", wanted.schema, wanted.name)
    op = StatementsOp(
        [_changed(context, table, found, counting, asked, had, has)],
        [_changed(context, table, wanted, counting, existing, has, had)],
        (*diff, had, has),
        (*diff, has, had),
    )
    return [op]


def _changed(
    context: AutogenContext,
    table: str,
    of: Table,
    counting: list[str],
    after: Facts,
    had: str | None,
    has: str | None,
) -> str:
    clauses: list[str] = []
    if had != has:
        clauses += ["DROP PRIMARY KEY"] if had else []
        clauses += [f"ADD PRIMARY KEY {has}"] if has else []
    quote = context.preparer.quote
    for name in counting:
        facts = {
            kind: after.get(Fact(kind, of.schema, of.name, name), "")
            for kind in ("type", "default", "counts")
        }
        default = f" DEFAULT {facts['default']}" if facts["default"] else ""
        counts = f" {facts['counts']}" if facts["counts"] else ""
        clauses.append(f"MODIFY {quote(name)} {facts['type']} NOT NULL{default}{counts}")
    return f"ALTER TABLE {table} {', '.join(clauses)}"


def _postgresql(context: AutogenContext, found: Table, wanted: Table) -> list[StatementsOp]:
    ops: list[StatementsOp] = []
    for column in wanted.columns:
        fact = Fact("default", wanted.schema, wanted.name, column.name)
        had = context.spelled.existing.get(fact, "").startswith("nextval(")
        has = context.spelled.wanted.get(fact, "").startswith("nextval(")
        is_serial = column.server_default is None and had is not has
        existing = found.columns.get(column.name)
        if existing is not None and isinstance(existing.server_default, Identity):
            continue  # its identity goes, which is a change of its own
        if is_serial and context.spelled.differ("default", *fact[1:]):
            ops.append(serial(context, column, made=has))
    return ops
