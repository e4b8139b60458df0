"""A table rebuilt on other databases than SQLite: read by SQLAlchemy, changed, made anew.

``recreate="always"`` asks for it. ``new_table`` holds the new table while it is changed, as
SQLAlchemy understands it; ``mysql_table`` and ``postgresql_table`` add what the server says in its
own words. ``lost`` tells what can't go over; ``move_reflected`` makes the new table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Column, Connection, MetaData, Table, func, inspect, select
from sqlalchemy.exc import NoSuchTableError
from sqlalchemy.schema import DropTable
from sqlalchemy.types import NullType

from alembic.ddl.impl import DefaultImpl
from alembic.ddl.literals import plain_preparer
from alembic.ddl.mysql_schema.catalog import Catalog
from alembic.ddl.mysql_schema.table import TableText
from alembic.ddl.postgresql_catalog import read_table
from alembic.operations.batch.change import Change
from alembic.operations.batch.errors import LeftOverInTheWay, NoSuchTable, NotATable
from alembic.operations.batch.lost import refuse_losses
from alembic.operations.batch.move_reflected import MYSQL_FAMILY, Move, make_table
from alembic.operations.batch.mysql_described import described_table
from alembic.operations.batch.mysql_table import MySQLTable
from alembic.operations.batch.names import Resolved, resolve
from alembic.operations.batch.new_table import ApplyBatchImpl
from alembic.operations.batch.order import in_order
from alembic.operations.batch.postgresql_table import PostgreSQLTable
from alembic.operations.batch.request import Request
from alembic.operations.batch.rewrite import temporary_name

POSTGRESQL = "postgresql"


def rebuild_reflected(
    impl: DefaultImpl,
    connection: Connection | None,
    request: Request,
    changes: Sequence[Change],
) -> None:
    """Make the changes in a new table that takes the place of the old one.

    Raises RebuildLoses, before anything is done, where something would be lost with the old one.
    """
    is_live = connection is not None and not impl.as_sql
    is_described = request.copy_from is not None or request.reflect_args or request.reflect_kwargs
    if connection is not None and impl.dialect.name in MYSQL_FAMILY and not is_described:
        _rebuild_shown(impl, connection, request, changes)
        return
    table = request.copy_from
    if table is None:
        assert connection is not None, "a table is read from a database"
        table = _reflect(connection, request)
    resolved = resolve(
        table.name, [column.name for column in table.columns], changes, request.order
    )
    batch = _changed(_new_table(impl, connection, request, table, resolved), resolved)
    move = batch.move()
    if is_live:
        assert connection is not None
        refuse_losses(connection, table)
        _remove_left_over(impl, connection, table)
    if is_live and impl.dialect.name == POSTGRESQL:
        if request.copy_from is not None:
            move = _with_hanging(connection, move)
        elif resolved.renames:
            batch, move = _after_renames(impl, connection, request, resolved)
    make_table(impl, batch, move)


def _rebuild_shown(
    impl: DefaultImpl, connection: Connection, request: Request, changes: Sequence[Change]
) -> None:
    """Rebuild a table of MySQL or MariaDB from what the server shows of it.

    Where a half-done migration goes on, from what it showed when the migration began.
    """
    spelled = impl.recall(
        f"table {request.schema}.{request.table}", lambda: _shown(connection, request)
    )
    shown = TableText.read(spelled)
    table = described_table(shown, request.table, request.schema)
    resolved = resolve(table.name, list(shown.columns), changes, request.order)
    new = MySQLTable(impl, table, request, resolved.order, (), shown)
    batch = _changed(new, resolved)
    move = batch.move()
    _remove_left_over(impl, connection, table)
    make_table(impl, batch, move)


def _shown(connection: Connection, request: Request) -> str:
    if not inspect(connection).has_table(request.table, schema=request.schema):
        raise _missing(connection, request)
    refuse_losses(connection, Table(request.table, MetaData(), schema=request.schema))
    return Catalog(connection).spelled(request.table, request.schema)


def _changed(batch: ApplyBatchImpl, resolved: Resolved) -> ApplyBatchImpl:
    for rename in resolved.renames:
        batch.rename_column(rename.old, rename.new)
    for change, returning in in_order(resolved.changes):
        batch.apply(change, returning)
    return batch


def _with_hanging(connection: Connection | None, move: Move) -> Move:
    """The same with what is set on the whole table, where the caller has described the rest."""
    assert connection is not None, "a table is read from a database"
    quoted = plain_preparer(connection.dialect, connection.dialect).format_table(move.old)
    hanging = read_table(connection, quoted).hanging
    late = tuple(each.statement for each in hanging if each.of == "table")
    return replace(move, written=replace(move.written, late=late))


def _after_renames(
    impl: DefaultImpl, connection: Connection | None, request: Request, resolved: Resolved
) -> tuple[ApplyBatchImpl, Move]:
    """The table after PostgreSQL has renamed its columns, in all that speaks of them."""
    assert connection is not None, "a table is read from a database"
    for rename in resolved.renames:
        impl.alter_column(request.table, rename.old, name=rename.new, schema=request.schema)
    table = _reflect(connection, request)
    rest = replace(resolved, renames=())
    batch = _changed(_new_table(impl, connection, request, table, rest), rest)
    return batch, batch.move()


def _new_table(
    impl: DefaultImpl,
    connection: Connection | None,
    request: Request,
    table: Table,
    resolved: Resolved,
) -> ApplyBatchImpl:
    order = resolved.order
    if request.copy_from is not None or impl.dialect.name not in (*MYSQL_FAMILY, POSTGRESQL):
        return ApplyBatchImpl(
            impl,
            table,
            request.table_args,
            dict(request.table_kwargs),
            reflected=request.copy_from is None,
            partial_reordering=order,
        )
    assert connection is not None, "a table is read from a database"
    told = _told(connection, request, table)
    if impl.dialect.name == POSTGRESQL:
        quoted = plain_preparer(impl.dialect, impl.dialect).format_table(table)
        return PostgreSQLTable(impl, table, request, order, told, read_table(connection, quoted))
    text = Catalog(connection).table(table.name, table.schema)
    if text is None:
        raise NotATable(table.name, "view")
    return MySQLTable(impl, table, request, order, told, text)


def _told(connection: Connection, request: Request, table: Table) -> set[str]:
    """The columns that ``reflect_args``, or listeners to the reflection, have described."""
    told = {column.name for column in request.told}
    if not request.reflect_kwargs:
        return told
    plain = _reflect(connection, replace(request, reflect_args=(), reflect_kwargs={}))
    return told | {
        column.name
        for column in table.columns
        if column.name in plain.columns
        and _spelled(connection, column) != _spelled(connection, plain.columns[column.name])
    }


def _spelled(connection: Connection, column: Column[Any]) -> tuple[str, bool | None, str | None]:
    default: Any = column.server_default
    type_ = repr(column.type)
    if not isinstance(column.type, NullType):
        type_ = connection.dialect.type_compiler_instance.process(column.type)
    text = None if default is None else str(getattr(default, "arg", default.__class__))
    return type_, column.nullable, text


def _reflect(connection: Connection, request: Request) -> Table:
    metadata = MetaData(naming_convention=dict(request.naming_convention or {}) or None)
    options = {"resolve_fks": False, **request.reflect_kwargs}
    try:
        return Table(
            request.table,
            metadata,
            *request.reflect_args,
            schema=request.schema,
            autoload_with=connection,
            **options,
        )
    except NoSuchTableError as error:
        raise _missing(connection, request) from error


def _missing(connection: Connection, request: Request) -> NoSuchTable:
    temporary = temporary_name(request.table)
    is_there = inspect(connection).has_table(temporary, schema=request.schema)
    return NoSuchTable(request.table, temporary if is_there else None)


def _remove_left_over(impl: DefaultImpl, connection: Connection, table: Table) -> None:
    """Drop the copy that a rebuild left behind when it was stopped, unless it may hold more."""
    copy = Table(temporary_name(table.name), MetaData(), schema=table.schema)
    # The copy of a run that was stopped, which this one goes on with, is no left-over.
    is_there = impl.recall(
        f"left-over of {table.schema}.{table.name}",
        lambda: "yes" if _is_left_over(connection, copy, table) else "",
    )
    if is_there:
        impl._exec(DropTable(copy))


def _is_left_over(connection: Connection, copy: Table, table: Table) -> bool:
    if not inspect(connection).has_table(copy.name, schema=copy.schema):
        return False
    counts = [
        connection.execute(select(func.count()).select_from(each)).scalar_one()
        for each in (copy, table)
    ]
    if counts[0] > counts[1]:
        raise LeftOverInTheWay(copy.name, table.name, f"it has more rows than {table.name!r}")
    return True
