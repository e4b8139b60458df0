"""What makes the rendered code run: names, orders, casts and types that belong to a change.

:func:`prepare` completes the upgrade before its reverse is taken, :func:`finish` each of the two.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy.schema import (
    DefaultClause,
    ForeignKeyConstraint,
    Table,
    sort_tables_and_constraints,
)
from sqlalchemy.sql.elements import conv
from sqlalchemy.types import Integer, String

from alembic.autogenerate.complete.mysql import finish_mysql, keep_keys_indexed
from alembic.autogenerate.complete.names import name_given
from alembic.autogenerate.complete.statements import StatementsOp
from alembic.autogenerate.complete.using import cast_clause
from alembic.autogenerate.context import AutogenContext
from alembic.autogenerate.spelled.facts import Fact
from alembic.autogenerate.spelled.postgresql import enums_of
from alembic.operations.ops.base import MigrateOperation, ModifyTableOps, OpContainer
from alembic.operations.ops.column import AlterColumnOp, DropColumnOp
from alembic.operations.ops.constraint import (
    AddConstraintOp,
    CreateForeignKeyOp,
    CreateUniqueConstraintOp,
    DropConstraintOp,
)
from alembic.operations.ops.script import UpgradeOps
from alembic.operations.ops.table import CreateTableOp, DropTableOp

MYSQL = frozenset({"mysql", "mariadb"})


def prepare(context: AutogenContext, upgrade_ops: UpgradeOps) -> None:
    """Complete the upgrade: what is done here is reversed with the rest."""
    _make_schemas(context, upgrade_ops)
    if context.dialect.name != "sqlite":
        _split_cycles_of_new_tables(context, upgrade_ops)
        _split_cycles_of_old_tables(upgrade_ops)
    else:
        _say_collations(context, upgrade_ops)
    _name_constraints(context, upgrade_ops)
    if context.dialect.name in MYSQL:
        keep_keys_indexed(context, upgrade_ops)


def _say_collations(context: AutogenContext, upgrade_ops: UpgradeOps) -> None:
    """SQLite's collations, which reflection doesn't report and a batch keeps unless it is told another."""
    for op in _each(upgrade_ops):
        if not isinstance(op, AlterColumnOp) or op.modify_type is None:
            continue
        fact = Fact("type", op.schema, op.table_name, op.column_name)
        had, has = (
            facts.get(fact, "").partition(" COLLATE ")[2]
            for facts in (context.spelled.existing, context.spelled.wanted)
        )
        if had != has:
            op.existing_type = _with_collation(op.existing_type, had or "BINARY")
            op.modify_type = _with_collation(op.modify_type, has or "BINARY")


def _with_collation(type_: Any, collation: str) -> Any:
    if not isinstance(type_, String):
        return type_
    copied = copy.copy(type_)
    copied.collation = collation.upper() if copied.collation is None else copied.collation
    return copied


def finish(context: AutogenContext, ops: OpContainer, left: set[str]) -> None:
    """Complete one direction; ``left`` are the named types that are used after it."""
    if context.dialect.name in MYSQL:
        finish_mysql(context, ops)
    if context.dialect.name != "postgresql":
        return
    _cast(context, ops)
    gone = {name for op in _each(ops) for name in _types_let_go(context, op)} - left
    for name in sorted(gone):
        diff = ("remove_type", name)
        ops.ops.append(StatementsOp([f"DROP TYPE IF EXISTS {name}"], [], diff, diff))


def _cast(context: AutogenContext, container: OpContainer) -> None:
    """Say how values come to their new type, and take a default away while they do."""
    ops: list[MigrateOperation] = []
    for op in container.ops:
        if isinstance(op, OpContainer):
            _cast(context, op)
        if not isinstance(op, AlterColumnOp) or op.modify_type is None:
            ops.append(op)
            continue
        op.kw.pop("postgresql_using", None)
        if isinstance(op.modify_type, Integer) and op.kw.get("autoincrement"):
            ops += [op, *_sequence_op(context, op)]
            continue
        using = cast_clause(op.column_name, op.existing_type, op.modify_type, context.dialect)
        if using is None:
            ops.append(op)
            continue
        op.kw["postgresql_using"] = using
        default = op.existing_server_default
        if isinstance(default, DefaultClause):
            ops.append(_default_op(op, op.existing_type, None, default))
            new = default if op.modify_server_default is False else op.modify_server_default
            op.existing_server_default, op.modify_server_default = False, False
            ops.append(op)
            if new is not None:
                ops.append(_default_op(op, op.modify_type, new, None))
        else:
            ops.append(op)
    container.ops[:] = ops


def _sequence_op(context: AutogenContext, op: AlterColumnOp) -> Iterator[StatementsOp]:
    """The sequence of a SERIAL column counts in the column's type."""
    fact = Fact("default", op.schema, op.table_name, op.column_name)
    found = re.fullmatch(r"nextval\('(.+)'::regclass\)", context.spelled.existing.get(fact, ""))
    if found is not None:
        type_: Any = op.modify_type
        process = context.dialect.type_compiler_instance.process
        place = f"{op.schema}." if op.schema else ""
        statement = f"ALTER SEQUENCE {place}{found[1]} AS {process(type_).lower()}"
        diff = ("modify_sequence_type", op.schema, found[1])
        yield StatementsOp([statement], [], diff, diff)


def _default_op(op: AlterColumnOp, type_: Any, new: Any, existing: Any) -> AlterColumnOp:
    return AlterColumnOp(
        op.table_name,
        op.column_name,
        schema=op.schema,
        existing_type=type_,
        existing_server_default=False if existing is None else existing,
        modify_server_default=new,
    )


def name_dropped_constraints(context: AutogenContext, downgrade_ops: OpContainer) -> None:
    """Give the names that the database will have given, so that the way back can be gone."""
    if context.dialect.name in {"postgresql", *MYSQL}:
        _name(context, downgrade_ops, DropConstraintOp, lambda op: op.constraint_type or "")


def types_used(context: AutogenContext, tables: Any) -> set[str]:
    """The named types, as they are written, that the columns of ``tables`` use."""
    return {name for table in tables for name in _types_of(context, table)}


def _each(container: OpContainer) -> Iterator[MigrateOperation]:
    for op in container.ops:
        if isinstance(op, OpContainer):
            yield from _each(op)
        else:
            yield op


# --- schemas ---------------------------------------------------------------------------------------


def _make_schemas(context: AutogenContext, upgrade_ops: UpgradeOps) -> None:
    """A schema before its first table, and gone after its last on the way back."""
    if context.dialect.name != "postgresql":
        return
    asked = {op.schema for op in _each(upgrade_ops) if isinstance(op, CreateTableOp) and op.schema}
    if not asked:
        return
    quote = context.dialect.identifier_preparer.quote
    for schema in sorted(asked - set(context.inspector.get_schema_names()), reverse=True):
        made = StatementsOp(
            [f"CREATE SCHEMA {quote(schema)}"],
            [f"DROP SCHEMA {quote(schema)}"],
            ("add_schema", schema),
            ("remove_schema", schema),
        )
        upgrade_ops.ops.insert(0, made)


# --- cycles of foreign keys ------------------------------------------------------------------------


def _split_cycles_of_new_tables(context: AutogenContext, upgrade_ops: UpgradeOps) -> None:
    """Foreign keys that can't be part of their table come after all tables."""
    created = {
        (op.schema, op.table_name): op for op in upgrade_ops.ops if isinstance(op, CreateTableOp)
    }
    tables = [table for table in context.sorted_tables if (table.schema, table.name) in created]
    late = [
        key
        for table, keys in _sorted(tables)
        if table is None
        for key in keys
        if isinstance(key.parent, Table)
    ]
    late.sort(key=lambda key: (key.parent.schema or "", key.parent.name, key._creation_order))
    at = max(
        (place for place, op in enumerate(upgrade_ops.ops) if isinstance(op, CreateTableOp)),
        default=-1,
    )
    for key in reversed(late):
        table = key.parent
        op = created[table.schema, table.name]
        op.columns = [item for item in op.columns if item is not key]
        added = CreateForeignKeyOp.from_constraint(key)
        added.kw.pop("use_alter", None)
        modify = ModifyTableOps(table.name, [added], schema=table.schema)
        upgrade_ops.ops.insert(at + 1, modify)


def _sorted(tables: list[Table]) -> list[tuple[Table | None, list[ForeignKeyConstraint]]]:
    """Tables with the keys that can be part of them, at last None with the others."""
    return list(sort_tables_and_constraints(tables))  # type: ignore[no-untyped-call]


def _split_cycles_of_old_tables(upgrade_ops: UpgradeOps) -> None:
    """Foreign keys that would keep a table from being dropped go before all tables."""
    dropped = [op for op in upgrade_ops.ops if isinstance(op, DropTableOp)]
    gone: set[tuple[str | None, str]] = set()
    early: list[ModifyTableOps] = []
    names = {(op.schema, op.table_name) for op in dropped}
    for op in dropped:
        if op._reverse is None:
            continue
        own = (op.schema, op.table_name)
        for key in [one for one in op._reverse.columns if isinstance(one, ForeignKeyConstraint)]:
            target = (key.referred_table.schema, key.referred_table.name)
            if target in gone and target in names and key.name is not None:
                op._reverse.columns = [item for item in op._reverse.columns if item is not key]
                drop = DropConstraintOp.from_constraint(key)
                early.append(ModifyTableOps(op.table_name, [drop], schema=op.schema))
        gone.add(own)
    at = upgrade_ops.ops.index(dropped[0]) if early else 0
    upgrade_ops.ops[at:at] = early


# --- names -----------------------------------------------------------------------------------------


def _name_constraints(context: AutogenContext, container: OpContainer) -> None:
    _name(
        context,
        container,
        (CreateUniqueConstraintOp, CreateForeignKeyOp),
        lambda op: "foreignkey" if isinstance(op, CreateForeignKeyOp) else "unique",
    )


def _name(
    context: AutogenContext,
    container: OpContainer,
    classes: Any,
    kind_of: Callable[[Any], str],
) -> None:
    unnamed: list[Any] = [
        op for op in _each(container) if isinstance(op, classes) and op.constraint_name is None
    ]
    taken: dict[tuple[str | None, str | None], set[str]] = {}
    for op in unnamed:
        kind, table, schema, columns = kind_of(op), *_place(op)
        if kind not in {"unique", "foreignkey"}:
            continue
        by_table = context.dialect.name != "postgresql"
        scope = (schema, table if by_table else None)
        if scope not in taken:
            taken[scope] = _names_in(context, schema, table if by_table else None)
        name = name_given(context.dialect.name, kind, table, columns, taken[scope])
        if name is not None:
            op.constraint_name = conv(name)
            taken[scope].add(name)


def _place(op: AddConstraintOp | DropConstraintOp) -> tuple[str, str | None, list[str]]:
    """(table, schema, columns) of a constraint's op."""
    added = op._reverse if isinstance(op, DropConstraintOp) else op
    if isinstance(added, CreateForeignKeyOp):
        return added.source_table, added.kw.get("source_schema"), list(added.local_cols)
    columns: Any = getattr(added, "columns", ())
    table: Any = getattr(op, "table_name", None)
    return str(table), getattr(op, "schema", None), list(columns)


def _names_in(context: AutogenContext, schema: str | None, table: str | None) -> set[str]:
    """The names of constraints and indexes, of one table or of a whole schema."""
    names: set[str] = set()
    for found in context.reflected:
        if found.schema == schema and (table is None or found.name == table):
            items: list[Any] = [*found.constraints, *found.indexes]
            names |= {str(item.name) for item in items if isinstance(item.name, str)}
            names |= {found.name} if table is None else set()
    return names


# --- PostgreSQL: named types -------------------------------------------------------------------


def _types_let_go(context: AutogenContext, op: MigrateOperation) -> set[str]:
    """The named types that are used no more by what an op drops or changes."""
    if isinstance(op, DropTableOp):
        return set(_types_of(context, op.to_table()))
    if isinstance(op, DropColumnOp) and op._reverse is not None:
        return set(_types_of_columns(context, [op._reverse.column.type]))
    if (
        isinstance(op, AlterColumnOp)
        and op.modify_type is not None
        and op.existing_type is not None
    ):
        return set(_types_of_columns(context, [op.existing_type]))
    return set()


def _types_of(context: AutogenContext, table: Table) -> Iterator[str]:
    yield from _types_of_columns(context, [column.type for column in table.columns])


def _types_of_columns(context: AutogenContext, types: list[Any]) -> Iterator[str]:
    quote = context.dialect.identifier_preparer.quote
    for enum in enums_of(types, context.dialect):
        if enum.name:
            yield f"{quote(enum.schema)}.{quote(enum.name)}" if enum.schema else quote(enum.name)
