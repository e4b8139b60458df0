"""Changes that SQLite makes itself: ``ALTER TABLE … RENAME, ADD, DROP COLUMN``, and indexes.

What each version of SQLite can isn't listed here: it is asked, inside a savepoint, and what came
out is compared with what was to come out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from alembic.ddl.sqlite_schema.model import TableText
from alembic.ddl.sqlite_schema.parse import parse_table
from alembic.ddl.sqlite_schema.tokens import Kind, fold, quote, same_name, tokenize
from alembic.operations.batch.catalog import Catalog
from alembic.operations.batch.change import (
    AddColumn,
    Change,
    CommentTable,
    CreateIndex,
    DropColumn,
    DropIndex,
)
from alembic.operations.batch.draft import StoredIndex, TableSource
from alembic.operations.batch.names import Rename
from alembic.operations.batch.rewrite import TableRewrite

# Releases before lost rows: https://www.sqlite.org/changes.html#version_3_35_5
DROP_COLUMN_SINCE = (3, 35, 5)


@contextmanager
def savepoint(catalog: Catalog, name: str) -> Iterator[None]:
    """All of the block, or nothing of it.

    Outside a transaction it is a transaction of its own.
    Source: https://www.sqlite.org/lang_savepoint.html.
    """
    catalog.control(f"SAVEPOINT {name}")
    try:
        yield
    except BaseException:
        # If even this fails the connection is gone; the error on its way is the one to see.
        with suppress(SQLAlchemyError):
            catalog.control(f"ROLLBACK TO {name}")
            catalog.control(f"RELEASE {name}")
        raise
    catalog.control(f"RELEASE {name}")


def rename_columns(catalog: Catalog, table: str, renames: Sequence[Rename]) -> bool:
    """Rename columns, in views, triggers, and the foreign keys of other tables as well.

    Gives False, with nothing done, where this SQLite can't.
    """
    return _renamed(catalog, table, renames) or _renamed_leniently(catalog, table, renames)


def change_in_place(
    catalog: Catalog, source: TableSource, changes: Sequence[Change], wanted: TableRewrite
) -> bool:
    """Make of the table what is ``wanted``; gives False, with nothing done, where SQLite can't."""
    statements = _statements(catalog, source, changes, wanted)
    if statements is None:
        return False
    try:
        with savepoint(catalog, "alembic_in_place"):
            for statement in statements:
                catalog.send(statement)
            stored = catalog.table(source.text.name)
            _expect(parse_table(stored.sql or ""), wanted.text)
    except (_NotAsWanted, DBAPIError):
        return False
    return True


class _NotAsWanted(Exception):
    """SQLite made something else of it."""


def _renamed(catalog: Catalog, table: str, renames: Sequence[Rename]) -> bool:
    try:
        with savepoint(catalog, "alembic_rename"):
            for rename in renames:
                catalog.send(
                    f"ALTER TABLE {catalog.prefix}{quote(table)} "
                    f"RENAME COLUMN {catalog.spelled(rename.old)} TO {catalog.spelled(rename.new)}"
                )
    except DBAPIError:
        return False
    return True


def _renamed_leniently(catalog: Catalog, table: str, renames: Sequence[Rename]) -> bool:
    """The same, where SQLite refuses because a view or trigger of others doesn't work.

    With writable_schema it passes over these (sqlite_rename_column() in SQLite's alter.c).
    """
    catalog.control("PRAGMA writable_schema=ON")
    try:
        return _renamed(catalog, table, renames)
    finally:
        catalog.control("PRAGMA writable_schema=OFF")


def _statements(
    catalog: Catalog, source: TableSource, changes: Sequence[Change], wanted: TableRewrite
) -> list[str] | None:
    """The ALTERs that may do it; None where no ALTER of SQLite can."""
    table = f"{catalog.prefix}{quote(source.text.name)}"
    columns = {fold(column.name) for column in source.text.columns}
    altered: list[str] = []
    is_plain = True
    for change in changes:
        match change:
            case AddColumn(column=column, place=place) if not place:
                if fold(column.name) in columns:
                    continue
                columns.add(fold(column.name))
                spelled = wanted.text.column(column.name)
                if spelled is None:
                    return None  # dropped again
                if any(same_name(copy.column, column.name) for copy in wanted.copies):
                    return None  # its rows are to be filled
                altered.append(f"ALTER TABLE {table} ADD COLUMN {wanted.text.text(spelled.span)}")
            case DropColumn(name=name):
                if fold(name) not in columns:
                    continue
                columns.discard(fold(name))
                if catalog.version < DROP_COLUMN_SINCE:
                    return None
                altered.append(f"ALTER TABLE {table} DROP COLUMN {quote(name)}")
            case CreateIndex() | DropIndex() | CommentTable():
                pass
            case _:
                is_plain = False
    if not is_plain:
        altered.clear()
        if not _says_the_same(source.text, wanted.text):
            return None
    return [*_drops(catalog, source, wanted), *altered, *_creates(catalog, source, wanted)]


def _drops(catalog: Catalog, source: TableSource, wanted: TableRewrite) -> list[str]:
    kept = set(wanted.indexes)
    return [drop_index(catalog, index) for index in source.indexes if index not in kept]


def _creates(catalog: Catalog, source: TableSource, wanted: TableRewrite) -> list[str]:
    there = set(source.indexes)
    return [catalog.create_index(index) for index in wanted.indexes if index not in there]


def _expect(made: TableText, wanted: TableText) -> None:
    """Raises _NotAsWanted also where a column's comment has gone with the one before it."""
    if not _says_the_same(made, wanted) or _comments(wanted) - _comments(made):
        raise _NotAsWanted


def drop_index(catalog: Catalog, index: StoredIndex) -> str:
    """The statement that drops an index of this schema."""
    return f"DROP INDEX {catalog.prefix}{quote(index.name)}"


def _says_the_same(one: TableText, other: TableText) -> bool:
    """Whether two texts differ in spelling alone."""
    return _words(one) == _words(other)


def _comments(table: TableText) -> Counter[str]:
    return Counter(
        token.text.strip() for token in tokenize(table.sql) if token.kind is Kind.COMMENT
    )


def _words(table: TableText) -> list[str]:
    tokens = table.tokens_in((table.name_span[0], len(table.sql)))
    return [token.text if token.kind is Kind.STRING else fold(token.name) for token in tokens]
