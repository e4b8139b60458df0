"""PostgreSQL's SERIAL: a column that counts by a sequence of its own; and how it becomes an identity.

SERIAL stands for a sequence that the column owns, and a default that asks it; a column can't have a
default and an identity. Source: https://www.postgresql.org/docs/current/datatype-numeric.html.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Integer, func, select
from sqlalchemy.schema import Column, DefaultClause, Identity, Table

from alembic.autogenerate.complete.along import AlongOps
from alembic.autogenerate.complete.counters import counter_of, type_of_counter
from alembic.autogenerate.complete.sequences import sequences_in_database, sequences_in_models
from alembic.autogenerate.complete.statements import StatementsOp
from alembic.autogenerate.context import AutogenContext
from alembic.ddl.literals import text_literal
from alembic.operations.ops.base import MigrateOperation, ModifyTableOps
from alembic.operations.ops.column import AlterColumnOp
from alembic.operations.ops.script import UpgradeOps


def serial(context: AutogenContext, column: Column[Any], *, made: bool) -> StatementsOp:
    """Statements that make a column SERIAL, or no longer; a sequence of that name that stays is left to others."""
    preparer = context.preparer
    table, name = preparer.format_table(column.table), preparer.quote(column.name)
    counter = counter_of(context, column, column.table)
    sequence, said = counter.sequence, text_literal(counter.sequence)
    head = f"ALTER TABLE {table} ALTER COLUMN {name}"
    create, drop = [f"{head} SET DEFAULT {counter.default}"], [f"{head} DROP DEFAULT"]
    stays = sequences_in_database(context) if made else sequences_in_models(context)
    if counter.name not in stays:
        create[:0] = [
            f"{counter.statements[0]} OWNED BY {counter.owner}",
            f"SELECT setval({said}, {_next(name)}, false) FROM {table}",
        ]
        drop.append(f"DROP SEQUENCE {sequence}")
    diff = ("modify_autoincrement", column.table.schema, column.table.name, column.name)
    up, down = (create, drop) if made else (drop, create)
    return StatementsOp(up, down, (*diff, not made, made), (*diff, made, not made))


def _next(name: str) -> str:
    return f"COALESCE(max({name}), 0) + 1"


def serials_and_identities(context: AutogenContext, upgrade_ops: UpgradeOps) -> None:
    """Take the sequence of a SERIAL away before it becomes an identity, and make one where it is the reverse."""
    for modify in upgrade_ops.ops:
        if isinstance(modify, ModifyTableOps):
            modify.ops[:] = [one for op in modify.ops for one in _beside(context, modify, op)]


def _beside(
    context: AutogenContext, modify: ModifyTableOps, op: MigrateOperation
) -> list[MigrateOperation]:
    if not isinstance(op, AlterColumnOp):
        return [op]
    key = f"{modify.schema}.{modify.table_name}" if modify.schema else modify.table_name
    models = context.table_key_to_table.get(key)
    found = context.reflected.named(modify.schema, modify.table_name)
    if models is None or found is None:
        return [op]
    had, has = found.columns.get(op.column_name), _named(models, op.column_name)
    if had is None or has is None:
        return [op]
    if isinstance(op.modify_server_default, Identity) and is_serial(had):
        gone = serial(context, had, made=False)
        return [AlongOps([gone]), op, AlongOps([_counted(context, has)])]
    if (
        op.modify_type is not None
        and is_serial(had)
        and _is_integer(has)
        and type_of_counter(context, had) != type_of_counter(context, has)
    ):
        return [op, AlongOps([_counts_as(context, had, has)])]
    was = op.existing_server_default
    is_counted = isinstance(was, Identity)
    gets_default = isinstance(op.modify_server_default, DefaultClause)
    if context.is_complete and gets_default and is_serial(had):
        return [AlongOps([serial(context, had, made=False)]), op]
    is_dropped = op.modify_server_default is None and isinstance(was, Identity | DefaultClause)
    if (
        is_dropped
        and has.table._autoincrement_column is has
        and (context.is_complete or is_counted)
    ):
        freed = [AlongOps([_counted(context, had).reverse()])] if is_counted else []
        return [*freed, op, AlongOps([serial(context, has, made=True)])]
    if context.is_complete and is_dropped and is_counted and _counts_up(was):
        return [AlongOps([_counted(context, had).reverse()]), op]
    becomes = isinstance(op.modify_server_default, Identity) and not is_counted
    if context.is_complete and becomes and _counts_up(op.modify_server_default):
        return [op, AlongOps([_counted(context, has)])]
    return [op]


def _counts_up(identity: Any) -> bool:
    return (identity.increment or 1) > 0


def _named(table: Table, name: str) -> Column[Any] | None:
    return next((column for column in table.columns if column.name == name), None)


def is_serial(column: Column[Any]) -> bool:
    """Whether a reflected column counts: its default, which asks a sequence of its own, isn't shown."""
    return column.autoincrement is True and column.server_default is None


def _is_integer(column: Column[Any]) -> bool:
    return isinstance(column.type, Integer)


def _counts_as(context: AutogenContext, had: Column[Any], has: Column[Any]) -> StatementsOp:
    """Have the sequence of a SERIAL count in the column's new type, as far as that goes."""
    sequence = sequence_of(context, had)
    head = f"ALTER SEQUENCE {sequence} AS"
    diff = ("modify_sequence_type", had.table.schema, sequence)
    return StatementsOp(
        [f"{head} {type_of_counter(context, has)}"],
        [f"{head} {type_of_counter(context, had)}"],
        diff,
        diff,
    )


def sequence_of(context: AutogenContext, column: Column[Any]) -> str | None:
    """The sequence that a column of the database owns, as it is written; None where it owns none."""
    assert context.connection is not None
    table = context.preparer.format_table(column.table)
    asked = select(func.pg_get_serial_sequence(table, column.name))
    found: str | None = context.connection.execute(asked).scalar()
    for schema in (context.dialect.default_schema_name, context.search_path.first):
        head = f"{context.preparer.quote(str(schema))}."
        if found is not None and found.startswith(head):
            return found.removeprefix(head)
    return found


def _counted(context: AutogenContext, column: Column[Any]) -> StatementsOp:
    """Have a new identity go on where the rows are."""
    preparer = context.preparer
    table, name = preparer.format_table(column.table), preparer.quote(column.name)
    sequence = f"pg_get_serial_sequence({text_literal(table)}, {text_literal(column.name)})"
    diff = ("modify_autoincrement", column.table.schema, column.table.name, column.name)
    start = getattr(column.server_default, "start", None)
    following = f"GREATEST({_next(name)}, {start})" if (start or 1) > 1 else _next(name)
    asked = f"SELECT setval({sequence}, {following}, false) FROM {table} HAVING count(*) > 0"
    return StatementsOp([asked], [], diff, diff)
