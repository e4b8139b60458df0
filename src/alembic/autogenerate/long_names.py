"""Names that a database would refuse, or cut and never find again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy.engine import Dialect
from sqlalchemy.exc import IdentifierError
from sqlalchemy.schema import Column, Constraint, Index
from sqlalchemy.sql.elements import conv

from alembic.autogenerate.complete.sequences import sequences_in_models
from alembic.autogenerate.context import AutogenContext
from alembic.autogenerate.spelled.postgresql import named_types_of
from alembic.operations.ops.base import MigrateOperation, OpContainer
from alembic.operations.ops.column import AddColumnOp
from alembic.operations.ops.constraint import AddConstraintOp, CreateForeignKeyOp
from alembic.operations.ops.index import CreateIndexOp
from alembic.operations.ops.table import CreateTableOp
from alembic.util.exc import CommandError

MYSQL_LIMIT = 64
"""Characters: https://mariadb.com/kb/en/identifier-names/#maximum-length. SQLAlchemy allows more."""

CUT = frozenset({"table", "column"})
"""What PostgreSQL cuts without a word; SQLAlchemy doesn't look at these names."""


class NameTooLong(CommandError):
    """The models name something as this database can't."""

    def __init__(self, kind: str, name: str, table: str | None, dialect: Dialect) -> None:
        self.kind, self.name, self.table = kind, name, table
        where = f" of table {table!r}" if table is not None else ""
        super().__init__(
            f"The {kind} {name!r}{where} has a name of {_length(name, dialect)} "
            f"{'bytes' if dialect.name == 'postgresql' else 'characters'}; "
            f"{dialect.name} takes {_limit(dialect)}. Give it a shorter one in the models"
        )


def refuse_long_names(context: AutogenContext, container: OpContainer) -> None:
    """Raise NameTooLong for the first name in ``container`` that the database can't take.

    A name that PostgreSQL cuts is let pass unless the comparison is complete: so it always was.
    """
    for kind, name, table in _names(container):
        is_cut = context.dialect.name == "postgresql" and kind in CUT
        if is_cut and not context.is_complete:
            continue
        _refuse(context, kind, name, table)
    if context.is_complete and context.dialect.name == "postgresql":
        for kind, name, table in _names_of_types_and_sequences(context):
            _refuse(context, kind, name, table)


def _refuse(context: AutogenContext, kind: str, name: str, table: str | None) -> None:
    if _length(name, context.dialect) > _limit(context.dialect):
        raise NameTooLong(kind, name, table, context.dialect)


def too_long(context: AutogenContext, error: IdentifierError) -> CommandError:
    """The error about the index or constraint of the models whose name SQLAlchemy has refused."""
    for table in context.sorted_tables:
        for kind, name, of in _names_of(table.name, [*table.constraints, *table.indexes]):
            if kind not in CUT and repr(name) in str(error):
                return NameTooLong(kind, name, of, context.dialect)
    return CommandError(f"{error}. Give it a shorter one in the models")


def _length(name: str, dialect: Dialect) -> int:
    return len(name.encode()) if dialect.name == "postgresql" else len(name)


def _limit(dialect: Dialect) -> int:
    return MYSQL_LIMIT if dialect.name in {"mysql", "mariadb"} else dialect.max_identifier_length


Named = tuple[str, str, "str | None"]
"""(kind, name, table)."""


def _names(op: MigrateOperation) -> Iterator[Named]:
    if isinstance(op, OpContainer):
        for inner in op.ops:
            yield from _names(inner)
    elif isinstance(op, CreateTableOp):
        yield from _names_of(op.table_name, op.columns)
    elif isinstance(op, AddColumnOp):
        yield "column", str(op.column.name), op.table_name
    elif isinstance(op, CreateIndexOp):
        yield from _given("index", op.index_name, op.table_name)
    elif isinstance(op, AddConstraintOp):
        made: Any = op
        table = made.source_table if isinstance(op, CreateForeignKeyOp) else made.table_name
        yield from _given("constraint", made.constraint_name, table)


def _names_of_types_and_sequences(context: AutogenContext) -> Iterator[Named]:
    """Those of PostgreSQL that the models name: found again only by the whole name, and there is none."""
    for table in context.sorted_tables:
        types = [column.type for column in table.columns]
        for type_ in named_types_of(types, context.dialect):
            if type_.name:
                yield "type", str(type_.name), table.name
    for _, name in sequences_in_models(context):
        yield "sequence", name, None


def _names_of(table: str, items: Iterable[Any]) -> Iterator[Named]:
    """The names of a table, and of its columns, constraints and indexes."""
    yield "table", table, None
    for item in items:
        if isinstance(item, Column):
            yield "column", item.name, table
        elif isinstance(item, Constraint | Index):
            yield from _given(
                "index" if isinstance(item, Index) else "constraint", item.name, table
            )


def _given(kind: str, name: Any, table: str) -> Iterator[Named]:
    """A name that somebody gave; SQLAlchemy shortens those that a convention makes."""
    if isinstance(name, str) and not isinstance(name, conv):
        yield kind, str(name), table
