"""What comes back with a table that is dropped, and that reflection doesn't show."""

from __future__ import annotations

from typing import Any

from sqlalchemy.schema import Column, DefaultClause, PrimaryKeyConstraint, UniqueConstraint

from alembic.autogenerate.complete.along import AlongOps
from alembic.autogenerate.complete.options import (
    can_say_storage,
    correct_options,
    storage_options,
)
from alembic.autogenerate.complete.statements import StatementsOp
from alembic.autogenerate.context import AutogenContext
from alembic.autogenerate.spelled import mysql
from alembic.autogenerate.spelled.facts import Fact, Facts
from alembic.autogenerate.spelled.postgresql import existing_facts
from alembic.operations.ops.base import MigrateOperation
from alembic.operations.ops.script import UpgradeOps
from alembic.operations.ops.table import DropTableOp


def remember_options_of_mysql(context: AutogenContext, upgrade_ops: UpgradeOps) -> None:
    """Have the way back make each dropped table of MySQL with its options."""
    if context.connection is None:
        return
    dropped = {(op.schema, op.table_name): op for op in _dropped(upgrade_ops)}
    facts = mysql.existing_facts(context.connection, list(dropped)) if dropped else {}
    for place, op in dropped.items():
        correct_options(context, place, op.table_kw, facts)


def remember_dropped_tables(context: AutogenContext, upgrade_ops: UpgradeOps) -> None:
    """Have the way back make each dropped table of PostgreSQL as it was: how it is kept, its constraints."""
    dropped = _dropped(upgrade_ops)
    if not dropped or context.connection is None:
        return
    names = [(op.schema, op.table_name) for op in dropped]
    facts = existing_facts(context.connection, names)
    ops: list[MigrateOperation] = []
    for op in upgrade_ops.ops:
        if isinstance(op, DropTableOp) and op._reverse:
            _remember(op, facts)
            ops += [AlongOps([one]) for one in _exclusions(context, op, facts)]
        ops.append(op)
    upgrade_ops.ops[:] = ops


def _dropped(upgrade_ops: UpgradeOps) -> list[DropTableOp]:
    return [op for op in upgrade_ops.ops if isinstance(op, DropTableOp) and op._reverse]


def _remember(op: DropTableOp, facts: Facts) -> None:
    assert op._reverse is not None
    for column in op._reverse.columns:
        # Reflection says of each that a sequence counts; of one with a default SERIAL would forget it.
        if isinstance(column, Column) and isinstance(column.server_default, DefaultClause):
            column.autoincrement = "auto"
    if facts.get(Fact("option", op.schema, op.table_name, "persistence")):
        op.prefixes = ["UNLOGGED"]
    options = storage_options(facts.get(Fact("option", op.schema, op.table_name, "with"), ""))
    if any(name.startswith("toast.") for name in options) and can_say_storage(op.to_table()):
        op.table_kw["postgresql_with"] = options
    key = facts.get(Fact("option", op.schema, op.table_name, "partition"))
    if key:
        op.table_kw["postgresql_partition_by"] = key
    created: Any = op._reverse
    created.columns = [
        item
        for item in created.columns
        if Fact("inherited", op.schema, op.table_name, str(item.name)) not in facts
    ]
    for constraint in created.columns:
        if isinstance(constraint, UniqueConstraint | PrimaryKeyConstraint):
            kind = "unique" if isinstance(constraint, UniqueConstraint) else "primary"
            said = facts.get(Fact(kind, op.schema, op.table_name, str(constraint.name)), "")
            constraint.deferrable = " DEFERRABLE" in said or None
            constraint.initially = "DEFERRED" if "INITIALLY DEFERRED" in said else None


def _exclusions(context: AutogenContext, op: DropTableOp, facts: Facts) -> list[StatementsOp]:
    """What adds the exclude constraints on the way back; the table takes them along when it goes."""
    preparer = context.preparer
    head = f"ALTER TABLE {preparer.format_table(op.to_table())}"
    return [
        StatementsOp(
            [],
            [f"{head} ADD CONSTRAINT {preparer.quote(fact.item)} {said}"],
            ("remove_exclusion", op.schema, op.table_name, fact.item, said),
            ("add_exclusion", op.schema, op.table_name, fact.item, said),
        )
        for fact, said in sorted(facts.items(), key=lambda pair: pair[0].item)
        if fact[:3] == ("exclude", op.schema, op.table_name)
    ]
