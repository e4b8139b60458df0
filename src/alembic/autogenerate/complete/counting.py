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
        [_changed(context, wanted, counting, (existing, asked), (had, has))],
        [_changed(context, wanted, counting, (asked, existing), (has, had))],
        (*diff, had, has),
        (*diff, has, had),
    )
    return [op]


def _changed(
    context: AutogenContext,
    table: Table,
    counting: list[str],
    facts: tuple[Facts, Facts],
    keys: tuple[str | None, str | None],
) -> str:
    """The statement that leads from the first facts and key to the second."""
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
        clauses.append(f"MODIFY {quote(name)} {after.get(type_) or before[type_]} NOT NULL{said}")
    return f"ALTER TABLE {context.preparer.format_table(table)} {', '.join(clauses)}"


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
