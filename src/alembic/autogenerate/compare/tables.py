"""Tables added, removed, and those on both sides; columns added and removed."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterator
from contextlib import contextmanager

from sqlalchemy.schema import Column, Computed, Table

from alembic.autogenerate.compare.columns import compare_column
from alembic.autogenerate.context import AutogenContext
from alembic.autogenerate.inheritance import parents
from alembic.autogenerate.records.owned import owned_tables
from alembic.autogenerate.records.reflected import Reflected, TableName, by_name
from alembic.autogenerate.records.seen_twice import seen_twice
from alembic.autogenerate.records.settled import settled_tables
from alembic.autogenerate.spelled.ask import spell
from alembic.autogenerate.spelled.facts import Fact
from alembic.operations.ops.base import ModifyTableOps
from alembic.operations.ops.column import AddColumnOp, DropColumnOp
from alembic.operations.ops.script import UpgradeOps
from alembic.operations.ops.table import CreateTableOp, DropTableOp

log = logging.getLogger(__name__)


def compare_tables(
    context: AutogenContext, upgrade_ops: UpgradeOps, schemas: Collection[str | None]
) -> None:
    """Ops for every table of ``schemas`` that one side has and the other has not, or has otherwise."""
    version_table = _version_table(context)
    in_models = {
        (table.schema, table.name): table
        for table in context.sorted_tables
        if (table.schema, table.name) != version_table
    }
    in_database = {(context.place(*name), name[1]) for name in names_in_database(context, schemas)}
    if context.is_complete and context.connection is not None:
        owned = {(context.place(*name), name[1]) for name in owned_tables(context.connection)}
        context.owned = frozenset(owned - in_models.keys())
        in_database -= context.owned
    if context.connection is not None:
        in_database -= seen_twice(context.connection, in_database, in_models)
    context.reflected = Reflected(
        in_database,
        context.catalog,
        context.migration_context.impl,
        is_complete=context.is_complete,
    )
    differing = in_database - settled_tables(context, in_database, in_models)
    reflected = context.reflected.tables(differing)
    for name, table in in_models.items():
        if name not in in_database:
            _add_table(context, upgrade_ops, table)
    for table in _dependents_first(reflected, in_models.keys()):
        _remove_table(context, upgrade_ops, table)
    both = [
        (reflected[name], in_models[name])
        for name in sorted(reflected.keys() & in_models.keys(), key=by_name)
    ]
    if context.is_complete:
        context.spelled = spell(context.connection, both)
    for conn_table, metadata_table in both:
        _compare_table(context, upgrade_ops, conn_table, metadata_table)


def qualified(schema: str | None, name: str) -> str:
    """A table's name as the log says it."""
    return f"{schema}.{name}" if schema else name


def names_in_database(context: AutogenContext, schemas: Collection[str | None]) -> set[TableName]:
    """The tables of the database that take part, by the filters of names, which aren't asked about our own."""
    names: set[TableName] = set()
    version_table = _version_table(context)
    for schema in sorted(schemas, key=lambda name: name or ""):
        names.update(
            (schema, name)
            for name in context.inspector.get_table_names(schema=schema)
            if (schema, name) != version_table
            and context.run_name_filters(name, "table", {"schema_name": schema})
        )
    return names


def _version_table(context: AutogenContext) -> TableName:
    migration_context = context.migration_context
    return migration_context.version_table_schema, migration_context.version_table


def _dependents_first(
    reflected: dict[TableName, Table], kept: Collection[TableName]
) -> Iterator[Table]:
    """The tables to remove, those that point to others before the ones that they point to.

    In the order of their names as far as that allows; a cycle is left where it was entered.
    """
    removed = {name: table for name, table in reflected.items() if name not in kept}
    pointing: dict[TableName, set[TableName]] = {name: set() for name in removed}
    for name, table in removed.items():
        for constraint in table.foreign_key_constraints:
            referred = constraint.referred_table
            pointing.setdefault((referred.schema, referred.name), set()).add(name)
        for parent in parents(table):
            *schema, bare = parent.split(".")
            pointing.setdefault((schema[0] if schema else None, bare), set()).add(name)
    gone: set[TableName] = set()
    for name in sorted(removed, key=by_name):
        for each in _pointing_first(name, pointing, gone):
            yield removed[each]


def _pointing_first(
    name: TableName, pointing: dict[TableName, set[TableName]], gone: set[TableName]
) -> Iterator[TableName]:
    """``name`` after all that point to it, directly or not, without those that are gone already."""
    waiting = [name]
    while waiting:
        last = waiting[-1]
        before = sorted(pointing[last] - gone - {*waiting}, key=by_name)
        if before:
            waiting.append(before[0])
            continue
        waiting.pop()
        if last not in gone:
            gone.add(last)
            yield last


def _add_table(context: AutogenContext, upgrade_ops: UpgradeOps, table: Table) -> None:
    if not context.run_object_filters(table, table.name, "table", False, None):
        return
    upgrade_ops.ops.append(CreateTableOp.from_table(table))
    log.info("Detected added table %r", qualified(table.schema, table.name))
    modify = ModifyTableOps(table.name, [], schema=table.schema)
    _dispatch_table(context, modify, None, table)
    if not modify.is_empty():
        upgrade_ops.ops.append(modify)


def _remove_table(context: AutogenContext, upgrade_ops: UpgradeOps, table: Table) -> None:
    if not context.run_object_filters(table, table.name, "table", True, None):
        return
    modify = ModifyTableOps(table.name, [], schema=table.schema)
    _dispatch_table(context, modify, table, None)
    if not modify.is_empty():
        upgrade_ops.ops.append(modify)
    upgrade_ops.ops.append(DropTableOp.from_table(table))
    log.info("Detected removed table %r", qualified(table.schema, table.name))


def _compare_table(
    context: AutogenContext, upgrade_ops: UpgradeOps, conn_table: Table, metadata_table: Table
) -> None:
    if not context.run_object_filters(
        metadata_table, metadata_table.name, "table", False, conn_table
    ):
        return
    modify = ModifyTableOps(metadata_table.name, [], schema=metadata_table.schema)
    with _compared_columns(context, modify, conn_table, metadata_table):
        _dispatch_table(context, modify, conn_table, metadata_table)
    if not modify.is_empty():
        upgrade_ops.ops.append(modify)


def _dispatch_table(
    context: AutogenContext,
    modify: ModifyTableOps,
    conn_table: Table | None,
    metadata_table: Table | None,
) -> None:
    dispatch = context.comparators.dispatch("table", qualifier=context.dialect.name)
    dispatch(context, modify, modify.schema, modify.table_name, conn_table, metadata_table)


@contextmanager
def _compared_columns(
    context: AutogenContext, modify: ModifyTableOps, conn_table: Table, metadata_table: Table
) -> Iterator[None]:
    """Columns added and changed before the block, removed after it: constraints go in between."""
    schema, table_name = modify.schema, modify.table_name
    parents = context.parents(schema, table_name)
    in_models: dict[str, Column[object]] = {
        column.name: column for column in metadata_table.columns if not column.system
    }
    in_database: dict[str, Column[object]] = {
        column.name: column
        for column in conn_table.columns
        if context.run_name_filters(column.name, "column", dict(parents))
    }
    for name, column in sorted(in_models.items(), key=_is_computed):
        if name not in in_database and context.run_object_filters(
            column, name, "column", False, None
        ):
            modify.ops.append(AddColumnOp.from_column_and_tablename(schema, table_name, column))
            log.info("Detected added column '%s.%s'", qualified(schema, table_name), name)
    for name, column in in_models.items():
        existing = in_database.get(name)
        if existing is not None and context.run_object_filters(
            column, name, "column", False, existing
        ):
            compare_column(context, modify, existing, column)
    yield
    for name, column in _computed_first(in_database):
        if Fact("inherited", schema, table_name, name) in context.spelled.existing:
            continue  # it goes with that of the parent
        if name not in in_models and context.run_object_filters(column, name, "column", True, None):
            modify.ops.append(DropColumnOp.from_column_and_tablename(schema, table_name, column))
            log.info("Detected removed column '%s.%s'", qualified(schema, table_name), name)


def _is_computed(named: tuple[str, Column[object]]) -> bool:
    """Whether a column is computed: it is added after those that it is computed from."""
    return isinstance(named[1].server_default, Computed)


def _computed_first(columns: dict[str, Column[object]]) -> list[tuple[str, Column[object]]]:
    """The columns in an order in which they can go: one may be computed from those before it."""
    computed = [named for named in columns.items() if _is_computed(named)]
    return [*reversed(computed), *(named for named in columns.items() if not _is_computed(named))]
