"""What makes the rendered code run: names, orders, casts and types that belong to a change.

:func:`prepare` completes the upgrade before its reverse is taken, :func:`finish` each of the two.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

from sqlalchemy import text
from sqlalchemy.schema import (
    DefaultClause,
    ForeignKeyConstraint,
    Table,
    sort_tables_and_constraints,
)
from sqlalchemy.types import String

from alembic.autogenerate.complete.along import DoneOp
from alembic.autogenerate.complete.before_types import drop_before_types_change
from alembic.autogenerate.complete.domains import created, domains_there
from alembic.autogenerate.complete.dropped_tables import (
    remember_dropped_tables,
    remember_options_of_mysql,
)
from alembic.autogenerate.complete.enums import EnumOp
from alembic.autogenerate.complete.key_types import free_keys_of_postgresql
from alembic.autogenerate.complete.mysql import finish_mysql
from alembic.autogenerate.complete.naming import name_constraints
from alembic.autogenerate.complete.owned_types import owned_types
from alembic.autogenerate.complete.pointed_to import (
    drop_keys_of_dropped_tables_first,
    put_keys_of_new_tables_behind_their_targets,
)
from alembic.autogenerate.complete.rebuild import RebuildOp
from alembic.autogenerate.complete.renewed import renew_generated_columns
from alembic.autogenerate.complete.renewed_mysql import renew_columns_of_mysql
from alembic.autogenerate.complete.serial_columns import keep_sequences_with_columns
from alembic.autogenerate.complete.sqlite_columns import keep_declared_types
from alembic.autogenerate.complete.statements import StatementsOp
from alembic.autogenerate.complete.taken_names import give_up_names_first
from alembic.autogenerate.complete.type_users import quoted
from alembic.autogenerate.complete.using import cast_clause
from alembic.autogenerate.context import AutogenContext
from alembic.autogenerate.spelled.facts import Fact
from alembic.autogenerate.spelled.postgresql import named_types_of
from alembic.ddl.postgresql_kinds import is_domain
from alembic.operations.ops.base import MigrateOperation, ModifyTableOps, OpContainer
from alembic.operations.ops.column import AlterColumnOp, DropColumnOp
from alembic.operations.ops.constraint import (
    CreateForeignKeyOp,
    DropConstraintOp,
)
from alembic.operations.ops.index import DropIndexOp
from alembic.operations.ops.script import DowngradeOps, UpgradeOps
from alembic.operations.ops.table import CreateTableOp, DropTableOp

MYSQL = frozenset({"mysql", "mariadb"})


def prepare(context: AutogenContext, upgrade_ops: UpgradeOps) -> None:
    """Complete the upgrade: what is done here is reversed with the rest."""
    _make_schemas(context, upgrade_ops)
    _leave_defaults_to_enums(upgrade_ops)
    give_up_names_first(upgrade_ops)
    if context.dialect.name == "postgresql":
        _drop_before_types_change(upgrade_ops)
        keep_sequences_with_columns(context, upgrade_ops)
        drop_before_types_change(context, upgrade_ops)
        renew_generated_columns(context, upgrade_ops)
        free_keys_of_postgresql(context, upgrade_ops)
        remember_dropped_tables(context, upgrade_ops)
        _let_types_go(context, upgrade_ops)
    if context.dialect.name in MYSQL:
        _drop_checks_before_types_change(upgrade_ops)
        _drop_keys_before_options_change(upgrade_ops)
        renew_columns_of_mysql(context, upgrade_ops)
        remember_options_of_mysql(context, upgrade_ops)
    if context.dialect.name != "sqlite":
        put_keys_of_new_tables_behind_their_targets(upgrade_ops)
        drop_keys_of_dropped_tables_first(upgrade_ops)
        _split_cycles_of_new_tables(context, upgrade_ops)
        _split_cycles_of_old_tables(upgrade_ops)
        name_constraints(context, upgrade_ops)  # those that were part of a new table
    else:
        _rebuild_where_types_are_right(upgrade_ops)
        keep_declared_types(context, upgrade_ops)
        _say_collations(context, upgrade_ops)


def _drop_before_types_change(upgrade_ops: UpgradeOps) -> None:
    """What speaks of a column may not be able to speak of its new type, or need it not null: it goes before.

    So does the sequence of a SERIAL.
    """
    for modify in upgrade_ops.ops:
        if isinstance(modify, ModifyTableOps) and any(
            isinstance(op, AlterColumnOp) and (op.modify_type is not None or op.modify_nullable)
            for op in modify.ops
        ):
            modify.ops.sort(key=_is_in_no_way)


def _drop_checks_before_types_change(upgrade_ops: UpgradeOps) -> None:
    """MySQL applies a check to each value of a new type, which it may not be able to speak of."""
    for modify in upgrade_ops.ops:
        if isinstance(modify, ModifyTableOps) and any(
            isinstance(op, AlterColumnOp) and op.modify_type is not None for op in modify.ops
        ):
            modify.ops.sort(
                key=lambda op: (
                    not (isinstance(op, DropConstraintOp) and op.constraint_type == "check")
                )
            )


def _drop_keys_before_options_change(upgrade_ops: UpgradeOps) -> None:
    """A foreign key of MySQL goes before its table gets an engine that may know none."""
    for modify in upgrade_ops.ops:
        if not isinstance(modify, ModifyTableOps):
            continue
        ops = modify.ops
        options = [
            op
            for op in ops
            if isinstance(op, StatementsOp) and op.diff[0] == "modify_table_options"
        ]
        keys = [
            op
            for op in ops
            if isinstance(op, DropConstraintOp) and op.constraint_type == "foreignkey"
        ]
        if options and keys:
            others = [op for op in ops if op not in options]
            at = others.index(keys[-1]) + 1
            ops[:] = [*others[:at], *options, *others[at:]]


def _is_in_no_way(op: MigrateOperation) -> bool:
    """Whether an op may follow on changes of types."""
    if isinstance(op, StatementsOp):
        return op.diff[0] != "modify_autoincrement" or op.diff[-1] is not False
    return not isinstance(op, DropConstraintOp | DropIndexOp)


def _rebuild_where_types_are_right(upgrade_ops: UpgradeOps) -> None:
    """A table of SQLite is no longer STRICT before its columns have other types, and becomes so after it."""
    for modify in upgrade_ops.ops:
        if isinstance(modify, ModifyTableOps):
            modify.ops.sort(key=_turn_of_rebuild)


def _turn_of_rebuild(op: MigrateOperation) -> int:
    is_strict = op.up.get("sqlite_strict") if isinstance(op, RebuildOp) else None
    return 0 if is_strict is None else 1 if is_strict else -1


def _leave_defaults_to_enums(upgrade_ops: UpgradeOps) -> None:
    """A default that changes along with the values of its enum is set by the statements about those."""
    enums = [op for op in upgrade_ops.ops if isinstance(op, EnumOp)]
    settled = {column for op in enums for column in op.defaults}
    for modify in upgrade_ops.ops if settled else ():
        if not isinstance(modify, ModifyTableOps):
            continue
        ops: list[MigrateOperation] = []
        for op in modify.ops:
            is_about = isinstance(op, AlterColumnOp) and op.modify_server_default is not False
            if is_about and (modify.schema, modify.table_name, op.column_name) in settled:  # type: ignore[attr-defined]
                rest = copy.copy(op)
                rest.modify_server_default = rest.existing_server_default = False  # type: ignore[attr-defined]
                ops.append(DoneOp(op))
                ops += [rest] if rest.has_changes() else []  # type: ignore[attr-defined]
            else:
                ops.append(op)
        modify.ops[:] = ops


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


def finish(context: AutogenContext, ops: OpContainer) -> None:
    """Complete one direction."""
    if context.dialect.name in MYSQL:
        finish_mysql(context, ops)
    if context.dialect.name != "postgresql":
        return
    _cast(context, ops)
    if isinstance(ops, DowngradeOps):
        _drop_new_types(context, ops)


def _drops_schema(op: MigrateOperation) -> bool:
    return isinstance(op, StatementsOp) and op.diff[0] == "remove_schema"


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


def _default_op(op: AlterColumnOp, type_: Any, new: Any, existing: Any) -> AlterColumnOp:
    return AlterColumnOp(
        op.table_name,
        op.column_name,
        schema=op.schema,
        existing_type=type_,
        existing_server_default=False if existing is None else existing,
        modify_server_default=new,
    )


def _each(container: OpContainer) -> Iterator[MigrateOperation]:
    for op in container.ops:
        if isinstance(op, OpContainer):
            yield from _each(op)
        else:
            yield op


# --- schemas ---------------------------------------------------------------------------------------


def _make_schemas(context: AutogenContext, upgrade_ops: UpgradeOps) -> None:
    """A schema before its first table or sequence, and gone after its last on the way back."""
    if context.dialect.name != "postgresql":
        return
    asked = {op.schema for op in _each(upgrade_ops) if isinstance(op, CreateTableOp) and op.schema}
    diffs: list[Any] = [
        op.to_diff_tuple() for op in upgrade_ops.ops if isinstance(op, StatementsOp)
    ]
    asked |= {diff[1] for diff in diffs if diff[0] == "add_sequence" and diff[1]}
    if not asked:
        return
    quote = context.preparer.quote
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
        if not any(item is key for item in op.columns):
            continue  # it has its place already
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


# --- PostgreSQL: named types -------------------------------------------------------------------

_THERE = text("""
SELECT n.nspname, t.typname FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
WHERE t.typtype IN ('e', 'd')
""")
_USED = text("""
SELECT DISTINCT tn.nspname, t.typname, n.nspname, c.relname
FROM pg_attribute a
JOIN pg_class c ON c.oid = a.attrelid AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'c')
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_type own ON own.oid = a.atttypid
JOIN pg_type t ON t.oid = COALESCE(NULLIF(own.typelem, 0), own.oid) AND t.typtype IN ('e', 'd')
JOIN pg_namespace tn ON tn.oid = t.typnamespace
WHERE a.attnum > 0 AND NOT a.attisdropped
UNION
SELECT tn.nspname, t.typname, NULL, NULL
FROM pg_depend d
JOIN pg_type t ON d.refobjid IN (t.oid, t.typarray) AND t.typtype IN ('e', 'd')
JOIN pg_namespace tn ON tn.oid = t.typnamespace
WHERE d.refclassid = CAST('pg_type' AS regclass) AND d.deptype = 'n'
  AND NOT (d.classid = CAST('pg_class' AS regclass) AND d.objsubid > 0) AND NOT EXISTS (
    SELECT FROM pg_depend o
    JOIN pg_attribute a ON a.attrelid = o.refobjid AND a.attnum = o.refobjsubid
    WHERE o.classid = d.classid AND o.objid = d.objid
      AND o.refclassid = CAST('pg_class' AS regclass) AND a.atttypid IN (t.oid, t.typarray)
      AND d.classid IN (CAST('pg_class' AS regclass), CAST('pg_constraint' AS regclass),
                        CAST('pg_attrdef' AS regclass))
  )
""")
"""The tables that have a column of each type; no table for a function, a domain and the like, and for what
casts to the type in a table: a default, a constraint or an index that goes with no column of it.
"""


def _let_types_go(context: AutogenContext, upgrade_ops: UpgradeOps) -> None:
    """Drop the types that nothing uses any more; a domain comes back as the catalog has it.

    What reflection tells of a domain lacks lengths, and all checks but one.
    """
    gone = {name for op in _each(upgrade_ops) for name in _types_let_go(context, op)}
    gone -= _types_kept(context) if gone else set()
    there = domains_there(context) if gone else {}
    domains = {_written(context, *name): domain for name, domain in there.items()}
    for name in sorted(gone):
        made = [created(context, name, domains[name])] if name in domains else []
        diffs = ("remove_type", name), ("add_type", name)
        upgrade_ops.ops.append(StatementsOp([f"DROP TYPE IF EXISTS {name}"], made, *diffs))


def _drop_new_types(context: AutogenContext, downgrade_ops: DowngradeOps) -> None:
    """Drop the types that came with the upgrade, before their schema."""
    gone = {name for op in _each(downgrade_ops) for name in _types_let_go(context, op)}
    gone -= _types_there(context) if gone else set()
    ops = downgrade_ops.ops
    at = next((at for at, op in enumerate(ops) if _drops_schema(op)), len(ops))
    for name in sorted(gone, reverse=True):
        diff = ("remove_type", name)
        ops.insert(at, StatementsOp([f"DROP TYPE IF EXISTS {name}"], [], diff, diff))


def _types_kept(context: AutogenContext) -> set[str]:
    """The named types, as they are written, that the models use or own, or somebody else uses."""
    used = {name for table in context.sorted_tables for name in _types_of(context, table)}
    owned = {_written(context, *name) for name in owned_types(context)}
    return used | owned | _types_used_elsewhere(context)


def _types_there(context: AutogenContext) -> set[str]:
    """The named types of the database before the upgrade, which are there again after the downgrade."""
    assert context.connection is not None
    return {_written(context, *row) for row in context.connection.execute(_THERE)}


def _types_used_elsewhere(context: AutogenContext) -> set[str]:
    """The named types that are used by what takes no part in the comparison, or casts to them."""
    assert context.connection is not None
    used: set[str] = set()
    for place, name, schema, table in context.connection.execute(_USED):
        is_in = table and (context.place(schema, table), table) in context.reflected.names
        if not is_in:
            used.add(_written(context, place, name))
    return used


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
    for named in named_types_of(types, context.dialect):
        if named.name and (is_domain(named) or getattr(named, "create_type", True)):
            yield _written(context, named.schema, named.name)


def _written(context: AutogenContext, schema: str | None, name: str) -> str:
    return quoted(context, (context.type_home(schema, name), name))
