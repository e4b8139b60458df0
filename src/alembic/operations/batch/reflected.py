"""A table rebuilt on other databases than SQLite: read by SQLAlchemy, changed, made anew.

``recreate="always"`` asks for it. What SQLAlchemy understands of the table goes over: columns,
constraints, indexes, comments. ``new_table`` holds the new table while it is changed;
``move_reflected`` makes it.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, MetaData, Table, func, inspect, select
from sqlalchemy.exc import NoSuchTableError
from sqlalchemy.schema import DropTable

from alembic.ddl.impl import DefaultImpl
from alembic.operations.batch.change import Change
from alembic.operations.batch.errors import LeftOverInTheWay, NoSuchTable
from alembic.operations.batch.move_reflected import make_table
from alembic.operations.batch.names import resolve
from alembic.operations.batch.new_table import ApplyBatchImpl
from alembic.operations.batch.order import in_order
from alembic.operations.batch.request import Request
from alembic.operations.batch.rewrite import temporary_name


def rebuild_reflected(
    impl: DefaultImpl,
    connection: Connection | None,
    request: Request,
    changes: Sequence[Change],
) -> None:
    """Make the changes in a new table that takes the place of the old one."""
    table = request.copy_from
    if table is None:
        assert connection is not None, "a table is read from a database"
        table = _reflect(connection, request)
    if connection is not None and not impl.as_sql:
        _remove_left_over(impl, connection, table)
    names = [column.name for column in table.columns]
    resolved = resolve(table.name, names, changes, request.order)
    batch = ApplyBatchImpl(
        impl,
        table,
        request.table_args,
        dict(request.table_kwargs),
        reflected=request.copy_from is None,
        partial_reordering=resolved.order,
    )
    for rename in resolved.renames:
        batch.rename_column(rename.old, rename.new)
    for change, returning in in_order(resolved.changes):
        batch.apply(change, returning)
    make_table(impl, batch, batch.move())


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
        temporary = temporary_name(request.table)
        is_there = inspect(connection).has_table(temporary, schema=request.schema)
        raise NoSuchTable(request.table, temporary if is_there else None) from error


def _remove_left_over(impl: DefaultImpl, connection: Connection, table: Table) -> None:
    """Drop the copy that a rebuild left behind when it was stopped, unless it may hold more."""
    name = temporary_name(table.name)
    if not inspect(connection).has_table(name, schema=table.schema):
        return
    copy = Table(name, MetaData(), schema=table.schema)
    counts = [
        connection.execute(select(func.count()).select_from(each)).scalar_one()
        for each in (copy, table)
    ]
    if counts[0] > counts[1]:
        raise LeftOverInTheWay(name, table.name, f"it has more rows than {table.name!r}")
    impl._exec(DropTable(copy))
