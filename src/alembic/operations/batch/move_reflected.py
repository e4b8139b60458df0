"""The new table made: create under a temporary name, copy, drop the old one, rename, indexes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Column,
    Constraint,
    ForeignKeyConstraint,
    Table,
    cast,
    select,
)
from sqlalchemy.schema import AddConstraint, DropTable
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.types import TypeEngine

from alembic.ddl.impl import DefaultImpl
from alembic.ddl.raw import Raw
from alembic.ddl.written import WrittenItem, WrittenStatement, WrittenType
from alembic.operations.batch.parts import refers_to
from alembic.operations.batch.rewrite import temporary_name
from alembic.operations.batch.sequences import Sequences
from alembic.operations.ops.constraint import AddConstraintOp, CreateForeignKeyOp
from alembic.operations.ops.index import CreateIndexOp
from alembic.operations.schemaobj import SchemaObjects, in_order_of_creation

MYSQL_FAMILY = frozenset({"mysql", "mariadb"})


@dataclass(frozen=True, slots=True)
class Written:
    """What goes over in the words of the server, apart from columns.

    ``items`` are keys and constraints; ``late`` are statements for when the new table has its name.
    ``casts`` are the new types, by column, of values that need a cast. With ``all_late`` no
    constraint is made before the old table is gone; with ``numbers`` identities take the old ones.
    """

    items: tuple[str, ...] = ()
    late: tuple[str, ...] = ()
    casts: Mapping[str, TypeEngine[Any]] = field(default_factory=dict)
    all_late: bool = False
    numbers: bool = False


@dataclass(frozen=True, slots=True)
class Move:
    """What is to be made of a table; ``sources`` tells, by column, where its values come from."""

    old: Table
    columns: tuple[Column[Any], ...]
    parts: tuple[AddConstraintOp, ...]
    args: tuple[Any, ...]
    kwargs: Mapping[str, Any]
    indexes: tuple[CreateIndexOp, ...]
    sources: Mapping[str, ColumnElement[Any]]
    comment: str | None
    written: Written = field(default_factory=Written)


def make_table(impl: DefaultImpl, batch: object, move: Move) -> None:
    """Make it, with the rows of the old one."""
    old = move.old
    sequences = Sequences(impl, old)
    impl.prep_table_for_batch(batch, old)
    sequences.detach()
    new, late = _new_table(impl, move)
    impl.create_table(new)
    _copy(impl, move, new)
    # Without the events of the table, which would drop its enum types.
    impl._exec(DropTable(old))
    impl.rename_table(new.name, old.name, schema=old.schema)
    for statement in move.written.late:
        impl._exec(WrittenStatement(statement))
    for constraint in late:
        impl._exec(AddConstraint(constraint))
    for index in move.indexes:
        impl.create_index(index.to_index())
    sequences.attach(
        {source.name: name for name, source in move.sources.items() if isinstance(source, Column)}
    )


def _new_table(impl: DefaultImpl, move: Move) -> tuple[Table, list[Constraint]]:
    """The table under its temporary name, and the constraints that have to wait.

    Names of foreign keys are unique in a whole database of MySQL and MariaDB, those of checks in
    one of MySQL, so they can't be given as long as the old table has them.
    """
    name = temporary_name(move.old.name)
    schema = move.old.schema
    now: list[Constraint] = []
    late: list[Constraint] = []
    for part in move.parts:
        if move.written.all_late or _has_to_wait(impl, part):
            late.append(part.to_constraint())
            continue
        moved = part.at(getattr(part, "constraint_name", None), name, schema)
        if isinstance(moved, CreateForeignKeyOp) and refers_to(moved, move.old):
            moved.referent_table = name
        now.append(moved.to_constraint())
    table = SchemaObjects().table(
        name,
        *move.columns,
        *(WrittenItem(item) for item in move.written.items),
        *now,
        *move.args,
        schema=schema,
        _constraints_included=True,
        **{"comment": move.comment, "prefixes": list(move.old._prefixes), **move.kwargs},
    )
    return table, in_order_of_creation(late)


def _has_to_wait(impl: DefaultImpl, part: AddConstraintOp) -> bool:
    dialect = impl.dialect
    if dialect.name not in MYSQL_FAMILY or getattr(part, "constraint_name", None) is None:
        return False
    made = part.to_constraint()
    if isinstance(made, ForeignKeyConstraint):
        return True
    return isinstance(made, CheckConstraint) and not getattr(dialect, "is_mariadb", False)


def _copy(impl: DefaultImpl, move: Move, new: Table) -> None:
    """INSERT … SELECT; the database's own words let it fill columns that it fills itself."""
    names = list(move.sources)
    values = [_value(impl, move, name, new.columns[name]) for name in names]
    insert = new.insert().from_select(names, select(*values))
    numbers = move.written.numbers or any(
        each.identity is not None and each.identity.always for each in new.columns
    )
    dialect = impl.dialect
    if dialect.name == "postgresql" and numbers:
        spelled = str(insert.compile(dialect=dialect))
        impl._exec(Raw(spelled.replace(") SELECT ", ") OVERRIDING SYSTEM VALUE SELECT ", 1)))
    elif dialect.name == "mssql" and _counts(new, names):
        table = dialect.identifier_preparer.format_table(new)
        impl._exec(Raw(f"SET IDENTITY_INSERT {table} ON"))
        impl._exec(insert)
        impl._exec(Raw(f"SET IDENTITY_INSERT {table} OFF"))
    else:
        impl._exec(insert)


def _value(impl: DefaultImpl, move: Move, name: str, column: Column[Any]) -> ColumnElement[Any]:
    """The expression that a column is filled from; PostgreSQL asks for a cast to say another type."""
    source = move.sources[name]
    if not isinstance(source, Column) or impl.dialect.name != "postgresql":
        return source
    if isinstance(column.type, WrittenType):
        wanted = move.written.casts.get(name)
        return source if wanted is None else cast(source, wanted)
    compiler = impl.dialect.type_compiler_instance
    if compiler.process(source.type) == compiler.process(column.type):
        return source
    return cast(source, column.type)


def _counts(table: Table, names: list[str]) -> bool:
    column = table._autoincrement_column
    return column is not None and column.name in names
