"""Foreign keys of a table on both sides."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.schema import ForeignKeyConstraint, Table

from alembic.autogenerate.context import AutogenContext
from alembic.autogenerate.spelled.facts import Fact, Facts
from alembic.operations.ops.base import ModifyTableOps
from alembic.operations.ops.constraint import CreateForeignKeyOp, DropConstraintOp

# The log speaks under the name that scripts filter on.
log = logging.getLogger("alembic.autogenerate.compare.constraints")


@dataclass(frozen=True, slots=True)
class ForeignKeySignature:
    """What makes two foreign keys the same; the name is no part of it.

    ``options`` are (onupdate, ondelete, deferrable, initially) in one spelling, None where the
    database doesn't tell them.
    """

    source: tuple[str | None, str]
    columns: tuple[str, ...]
    target: tuple[str | None, str]
    target_columns: tuple[str, ...]
    options: tuple[str | None, ...] | None


@dataclass(frozen=True, slots=True)
class Found:
    """A foreign key of one side."""

    constraint: ForeignKeyConstraint
    signature: ForeignKeySignature

    @property
    def name(self) -> str | None:
        """Its name as text, None where it has none."""
        name = self.constraint.name
        return name if isinstance(name, str) else None


def compare_foreign_keys(
    context: AutogenContext,
    modify: ModifyTableOps,
    schema: str | None,
    table_name: str,
    conn_table: Table | None,
    metadata_table: Table | None,
) -> None:
    """Ops for the foreign keys that one side has and the other has not; removals first."""
    if conn_table is None or metadata_table is None:
        return
    in_models = set(metadata_table.foreign_key_constraints)
    in_database = {
        constraint
        for constraint in conn_table.foreign_key_constraints
        if context.run_name_filters(
            constraint.name if isinstance(constraint.name, str) else None,
            "foreign_key_constraint",
            context.parents(schema, table_name),
        )
        and not _points_to_owned(context, constraint)
    }
    context.migration_context.impl.correct_for_autogen_foreignkeys(in_database, in_models)
    with_options = _database_tells_options(context, conn_table)
    default_schema = context.dialect.default_schema_name
    had = _found(in_database, default_schema, with_options)
    has = _found(in_models, default_schema, with_options)
    existing = {one.signature: one for one in had}
    wanted = {one.signature: one for one in has}
    if context.is_complete:
        existing, wanted = _as_spelled(context, modify, had, has)
    existing_by_name = {found.name: found for found in existing.values() if found.name}
    wanted_by_name = {found.name: found for found in wanted.values() if found.name}
    for signature, found in existing.items():
        if signature not in wanted:
            _remove(context, modify, found, wanted_by_name.get(found.name or ""))
    for signature, found in wanted.items():
        if signature not in existing:
            _add(context, modify, found, existing_by_name.get(found.name or ""))


def _points_to_owned(context: AutogenContext, constraint: ForeignKeyConstraint) -> bool:
    """Whether it is one that PostgreSQL has made of a key to a partitioned table, for a partition."""
    target = constraint.referred_table
    return (target.schema, target.name) in context.owned


Keys = dict[ForeignKeySignature, Found]


def _as_spelled(
    context: AutogenContext, modify: ModifyTableOps, existing: list[Found], wanted: list[Found]
) -> tuple[Keys, Keys]:
    """The keys with options as the database's own text has them, and with their names.

    One that the models leave without a name is one of the database's that they give no name, if there is one.
    """
    had = [(_said(context, modify, one, context.spelled.existing), one) for one in existing]
    has = [(_said(context, modify, one, context.spelled.wanted), one) for one in wanted]
    given = {(key, _final_name(context, one)) for key, one in has}
    others: dict[ForeignKeySignature, list[str]] = {}
    for key, one in had:
        if (key, one.name) not in given:
            others.setdefault(key, []).append(one.name or "")

    def name_in_database(key: ForeignKeySignature, found: Found) -> str:
        unnamed = others.get(key)
        return _final_name(context, found) or (unnamed.pop(0) if unnamed else "")

    return (
        {_with(key, one.name or ""): one for key, one in had},
        {_with(key, name_in_database(key, one)): one for key, one in has},
    )


def _said(
    context: AutogenContext, modify: ModifyTableOps, found: Found, facts: Facts
) -> ForeignKeySignature:
    """The signature, with the options that the database's text gives."""
    columns = ",".join(column.lower() for column in found.signature.columns)
    said = facts.get(Fact("foreign", modify.schema, modify.table_name, columns))
    options = found.signature.options if said is None else (said,)
    match = _match(found.constraint) if context.dialect.name == "postgresql" else ()
    return replace(found.signature, options=(*(options or ()), *match))


def _with(signature: ForeignKeySignature, name: str) -> ForeignKeySignature:
    return replace(signature, options=(*(signature.options or ()), name))


def _final_name(context: AutogenContext, found: Found) -> str | None:
    """The name that the database will see, shortened where it is too long."""
    if found.name is None:
        return None
    preparer = context.dialect.identifier_preparer
    name = preparer.format_constraint(found.constraint, _alembic_quote=False)
    return None if name is None else str(name)


def _match(constraint: ForeignKeyConstraint) -> tuple[str, ...]:
    """How a key of several columns with a NULL among them is checked, where that is said."""
    match = (constraint.match or "SIMPLE").upper()
    return () if match == "SIMPLE" else (match,)


def _options_as_spelled(
    context: AutogenContext, modify: ModifyTableOps, found: Found
) -> dict[str, Any]:
    """When the key is checked, and how, where its text says so and reflection doesn't."""
    columns = ",".join(column.lower() for column in found.signature.columns)
    fact = Fact("foreign", modify.schema, modify.table_name, columns)
    said = context.spelled.existing.get(fact, "")
    options: dict[str, Any] = {"deferrable": True} if "deferrable" in said else {}
    for word, name in (("initially", "initially"), ("match", "match")):
        value = re.search(rf"\b{word} (\w+)", said)
        if value is not None:
            options[name] = value[1].upper()
    return options


def _remove(
    context: AutogenContext, modify: ModifyTableOps, found: Found, other: Found | None
) -> None:
    compare_to = None if other is None else other.constraint
    if context.run_object_filters(
        found.constraint, found.name, "foreign_key_constraint", True, compare_to
    ):
        dropped = DropConstraintOp.from_constraint(found.constraint)
        if context.is_complete and isinstance(dropped._reverse, CreateForeignKeyOp):
            dropped._reverse.kw.update(_options_as_spelled(context, modify, found))
        modify.ops.append(dropped)
        _log("removed", found, modify)


def _add(
    context: AutogenContext, modify: ModifyTableOps, found: Found, other: Found | None
) -> None:
    compare_to = None if other is None else other.constraint
    if context.run_object_filters(
        found.constraint, found.name, "foreign_key_constraint", False, compare_to
    ):
        modify.ops.append(CreateForeignKeyOp.from_constraint(found.constraint))
        _log("added", found, modify)


def _log(what: str, found: Found, modify: ModifyTableOps) -> None:
    log.info(
        "Detected %s foreign key (%s)(%s) on table %s%s",
        what,
        ", ".join(found.signature.columns),
        ", ".join(found.signature.target_columns),
        f"{modify.schema}." if modify.schema else "",
        modify.table_name,
    )


def _found(
    constraints: set[ForeignKeyConstraint], default_schema: str | None, with_options: bool
) -> list[Found]:
    found = [
        Found(constraint, signature_of(constraint, default_schema, with_options))
        for constraint in constraints
    ]
    found.sort(key=lambda one: (one.name or "", one.signature.columns, one.signature.target[1]))
    return found


def signature_of(
    constraint: ForeignKeyConstraint, default_schema: str | None, with_options: bool
) -> ForeignKeySignature:
    """The signature; a target in the default schema is one without a schema."""
    targets = [target_of(element) for element in constraint.elements]
    schema, table = targets[0][0], targets[0][1]
    source = constraint.parent
    return ForeignKeySignature(
        (source.schema, source.name),
        tuple(element.parent.name for element in constraint.elements),
        (None if schema == default_schema and source.schema is None else schema, table),
        tuple(column for _, _, column in targets),
        told_options(
            constraint.onupdate, constraint.ondelete, constraint.deferrable, constraint.initially
        )
        if with_options
        else None,
    )


def target_of(element: Any) -> tuple[str | None, str, str]:
    """(schema, table, column) that an element of a foreign key points to."""
    resolved = element._table_column
    if resolved is not None:
        return resolved.table.schema, resolved.table.name, resolved.name
    table = element.constraint.table
    # The column by its name where the models hold the table: models may speak in keys.
    schema, name, column = element._column_tokens
    if schema is None and table is not None:
        schema = table.metadata.schema  # where SQLAlchemy looks for it, too
    key = f"{schema}.{name}" if schema else name
    referred = table.metadata.tables.get(key) if table is not None else None
    if referred is not None and column in referred.columns:
        return referred.schema, referred.name, referred.columns[column].name
    return schema, name, column


def told_options(
    onupdate: str | None, ondelete: str | None, deferrable: bool | None, initially: str | None
) -> tuple[str | None, ...]:
    """(onupdate, ondelete, deferrable, initially) in one spelling; None for what holds anyway."""
    actions = (
        None if not action or action.lower() == "no action" else _action(action)
        for action in (onupdate, ondelete)
    )
    is_deferred = (initially or "").lower() == "deferred"
    return (
        *actions,
        "deferrable" if deferrable or is_deferred else None,
        "deferred" if is_deferred else None,
    )


def _action(action: str) -> str:
    """An action in one spelling, as PostgreSQL gives it: ``set null (x, y)``."""
    verb, *columns = re.split(r"\s*[(),]\s*", action.strip().lower())
    listed = ", ".join(column for column in columns if column)
    return f"{verb} ({listed})" if listed else verb


def _database_tells_options(context: AutogenContext, conn_table: Table) -> bool:
    """Whether reflection gives actions and deferral here: a dialect without them gives no key."""
    records = context.catalog.of("foreign_keys", conn_table.schema, [conn_table.name])
    foreign_keys: list[Any] = records.get(conn_table.name, [])
    return bool(foreign_keys) and "options" in foreign_keys[0]
