"""A batch in a script for SQLite: the table is as Python describes it, nothing is asked."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Table

from alembic.ddl.base import RenameTable
from alembic.ddl.impl import DefaultImpl
from alembic.ddl.raw import Raw
from alembic.ddl.sqlite_schema import edit
from alembic.ddl.sqlite_schema.tokens import quote
from alembic.operations.batch.change import Change
from alembic.operations.batch.described import described
from alembic.operations.batch.names import resolve
from alembic.operations.batch.request import Request
from alembic.operations.batch.rewrite import Copy, TableRewrite, rewrite
from alembic.operations.batch.spell import Spelling
from alembic.operations.batch.told import under_new_names


def write_rebuild(
    impl: DefaultImpl, table: Table, request: Request, changes: Sequence[Change]
) -> None:
    """Write CREATE, INSERT, DROP, RENAME, and CREATE INDEX."""
    source = described(table, impl.dialect)
    spelling = Spelling(impl.dialect, strict=source.text.strict)
    names = [column.name for column in source.text.columns]
    resolved = resolve(source.text.name, names, changes, request.order)
    wishes = request.wishes(resolved.order, under_new_names(request.told, resolved.renames))
    wanted = rewrite(source, resolved.changes, spelling, wishes, resolved.renames)
    prefix = f"{spelling.name(table.schema)}." if table.schema else ""
    temporary = spelling.name(wanted.temp_name)
    copy = edit.rename_table(wanted.text, wanted.temp_name)
    impl._exec(Raw(f"CREATE TABLE {prefix}{temporary}{copy.sql[copy.name_span[1] :]}"))
    impl._exec(Raw(_insert(wanted, spelling, prefix)))
    impl._exec(Raw(f"DROP TABLE {prefix}{spelling.name(source.text.name)}"))
    impl._exec(RenameTable(wanted.temp_name, source.text.name, schema=table.schema))
    for index in wanted.indexes:
        impl._exec(Raw(index.sql))


def _insert(wanted: TableRewrite, spelling: Spelling, prefix: str) -> str:
    table = spelling.name(wanted.old.name)
    names = ", ".join(spelling.name(copy.column) for copy in wanted.copies)
    values = ", ".join(_value(copy, wanted, spelling, table) for copy in wanted.copies)
    return (
        f"INSERT INTO {prefix}{spelling.name(wanted.temp_name)} ({names}) SELECT {values} \n"
        f"FROM {prefix}{table}"
    )


def _value(copy: Copy, wanted: TableRewrite, spelling: Spelling, table: str) -> str:
    """A column as it was, by the name that it had; else an expression over it."""
    for column in wanted.old.columns:
        if copy.source == quote(column.name):
            return f"{table}.{spelling.name(column.name)}"
    return copy.source
