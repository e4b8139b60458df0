"""Primary keys and exclude constraints of a table on both sides."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from sqlalchemy.schema import PrimaryKeyConstraint, Table
from sqlalchemy.sql.elements import conv

from alembic.autogenerate.complete.constraint_comments import comment_again
from alembic.autogenerate.complete.key_columns import key_columns
from alembic.autogenerate.complete.statements import StatementsOp
from alembic.autogenerate.context import AutogenContext
from alembic.autogenerate.spelled.facts import Fact
from alembic.ddl.postgresql_kinds import is_exclusion
from alembic.operations.ops.base import ModifyTableOps
from alembic.operations.ops.constraint import (
    CreateExcludeConstraintOp,
    CreatePrimaryKeyOp,
    CreateUniqueConstraintOp,
    DropConstraintOp,
)

if TYPE_CHECKING:
    from sqlalchemy.dialects.postgresql import ExcludeConstraint

log = logging.getLogger("alembic.autogenerate.compare.constraints")


def compare_primary_key(
    context: AutogenContext,
    modify: ModifyTableOps,
    schema: str | None,
    table_name: str,
    conn_table: Table | None,
    metadata_table: Table | None,
) -> None:
    """Ops for a primary key over other columns, or of another name where the models give one."""
    if conn_table is None or metadata_table is None:
        return
    existing, wanted = conn_table.primary_key, metadata_table.primary_key
    if context.dialect.name in {"mysql", "mariadb"}:
        return  # the columns that count are part of it: see mysql_keys
    if not _differ(context, existing, wanted):
        return
    if not context.run_object_filters(
        wanted, _name(wanted, context), "primary_key", False, existing
    ):
        return
    if existing.columns:
        dropped = DropConstraintOp.from_constraint(existing)
        modify.ops.append(with_deferral(context, dropped))
    if wanted.columns:
        created = CreatePrimaryKeyOp.from_constraint(wanted)
        created.columns = key_columns(wanted)
        if created.constraint_name is None:
            created.constraint_name = _given_name(context, table_name)
        modify.ops.append(created)
    log.info(
        "Detected changed primary key on table %r: %s to %s",
        table_name,
        key_columns(existing),
        key_columns(wanted),
    )


def _given_name(context: AutogenContext, table_name: str) -> str | None:
    """The name that the database gives to a primary key without one; SQLite gives none."""
    return conv(f"{table_name[:58]}_pkey") if context.dialect.name == "postgresql" else None


def _differ(
    context: AutogenContext, existing: PrimaryKeyConstraint, wanted: PrimaryKeyConstraint
) -> bool:
    if key_columns(existing) != key_columns(wanted):
        return True
    if context.spelled.differ(
        "primary", wanted.table.schema, wanted.table.name, str(existing.name)
    ):
        return True  # when it is checked, and what it includes
    name = _name(wanted, context)
    # MySQL calls every primary key PRIMARY.
    return (
        name is not None
        and bool(existing.columns)
        and context.dialect.name in {"postgresql", "sqlite"}
        and name != existing.name
    )


def _name(key: PrimaryKeyConstraint, context: AutogenContext) -> str | None:
    if not isinstance(key.name, str):
        return None
    name = context.dialect.identifier_preparer.format_constraint(key, _alembic_quote=False)
    return None if name is None else str(name)


def compare_exclusions(
    context: AutogenContext,
    modify: ModifyTableOps,
    schema: str | None,
    table_name: str,
    conn_table: Table | None,
    metadata_table: Table | None,
) -> None:
    """Statements for exclude constraints that are removed and changed, ops for those added."""
    if conn_table is None or metadata_table is None or context.dialect.name != "postgresql":
        return
    spelled = context.spelled
    existing = dict(spelled.items(spelled.existing, "exclude", schema, table_name))
    wanted = dict(spelled.items(spelled.wanted, "exclude", schema, table_name))
    models = {_exclusion_name(one): one for one in metadata_table.constraints if is_exclusion(one)}
    if models and not wanted:
        return
    for name, said in existing.items():
        if wanted.get(name) != said:
            modify.ops.append(_drop_exclusion(context, metadata_table, name, said))
            log.info("Detected removed exclude constraint %r on table %r", name, table_name)
    for name, said in wanted.items():
        if existing.get(name) == said:
            continue
        if name in models:
            modify.ops.append(CreateExcludeConstraintOp.from_constraint(models[name]))
        else:
            modify.ops.append(_drop_exclusion(context, metadata_table, name, said).reverse())
        log.info("Detected added exclude constraint %r on table %r", name, table_name)


def _exclusion_name(constraint: ExcludeConstraint) -> str | None:
    return constraint.name if isinstance(constraint.name, str) else None


def with_deferral(context: AutogenContext, dropped: DropConstraintOp) -> DropConstraintOp:
    """The op, which remembers when the constraint is checked: PostgreSQL's reflection doesn't tell."""
    made: Any = dropped._reverse
    kind = "unique" if isinstance(made, CreateUniqueConstraintOp) else "primary"
    fact = Fact(kind, dropped.schema, dropped.table_name, str(dropped.constraint_name))
    said = context.spelled.existing.get(fact, "")
    if context.dialect.name == "postgresql" and " DEFERRABLE" in said:
        made.kw["deferrable"] = True
        if "INITIALLY DEFERRED" in said:
            made.kw["initially"] = "DEFERRED"
    return dropped


def _drop_exclusion(
    context: AutogenContext, table: Table, name: str, definition: str
) -> StatementsOp:
    preparer = context.preparer
    head = f"ALTER TABLE {preparer.format_table(table)}"
    quoted = preparer.quote(name)
    return StatementsOp(
        [f"{head} DROP CONSTRAINT {quoted}"],
        [
            f"{head} ADD CONSTRAINT {quoted} {definition}",
            *comment_again(context, table, name),
        ],
        ("remove_exclusion", table.schema, table.name, name, definition),
        ("add_exclusion", table.schema, table.name, name, definition),
    )
