"""How ops are carried out: one function per op, from op to the verbs of an impl.

The functions stand in one dispatcher, which packages add to by ``Operations.implementation_for``.
The same functions serve batches, whose impl records the verbs instead of sending statements.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import Column, Constraint, ForeignKeyConstraint, Table, exc
from sqlalchemy.schema import PrimaryKeyConstraint
from sqlalchemy.sql.elements import conv
from sqlalchemy.types import NULLTYPE, TypeEngine

from alembic.operations.batch.alone import batch_of_one, is_in_script_of_sqlite
from alembic.operations.copies import copy_of
from alembic.operations.ops.base import MigrateOperation
from alembic.operations.ops.column import AddColumnOp, AlterColumnOp, DropColumnOp
from alembic.operations.ops.constraint import (
    AddConstraintOp,
    CreateForeignKeyOp,
    DropConstraintOp,
    ValidateConstraintOp,
)
from alembic.operations.ops.data import BulkInsertOp, ExecuteSQLOp
from alembic.operations.ops.index import CreateIndexOp, DropIndexOp
from alembic.operations.ops.table import (
    CreateTableCommentOp,
    CreateTableOp,
    DropTableCommentOp,
    DropTableOp,
    RenameTableOp,
)
from alembic.operations.schemaobj import in_order_of_creation
from alembic.operations.unnamed import NameNeeded, UnnamedIndex, constraint_names
from alembic.operations.verbs.base import Invoker
from alembic.util.dispatch import Dispatcher
from alembic.util.exc import CommandError

to_impl = Dispatcher()
"""(operations, op) → what the verb gives, by the op's class; the qualifier is a dialect's name."""


class UnknownReferredColumn(CommandError):
    """A new table refers to a column of its own that it hasn't."""

    def __init__(self, table: str, column: str) -> None:
        super().__init__(
            f"op.create_table(): a foreign key of table {table!r} refers to its column "
            f"{column!r}, which it hasn't; add the column, or correct the foreign key"
        )
        self.table = table
        self.column = column


def _rebuilding(carry_out: Callable[[Invoker, Any], None]) -> Callable[[Invoker, Any], None]:
    """Have SQLite rebuild the table where it has no ALTER for an op, as within a batch."""

    @functools.wraps(carry_out)
    def carry_out_alone(operations: Invoker, op: MigrateOperation) -> None:
        batch = batch_of_one(operations, *_table_of(op))
        if batch is None:
            carry_out(operations, op)
            return
        carry_out(batch, op)
        batch.impl.flush()

    return carry_out_alone


def _table_of(op: MigrateOperation) -> tuple[str | None, str | None]:
    """(table, schema) that an op is about."""
    if isinstance(op, CreateForeignKeyOp):
        return op.source_table, op.kw.get("source_schema")
    return getattr(op, "table_name", None), getattr(op, "schema", None)


@to_impl.dispatch_for(CreateTableOp)
def create_table(operations: Invoker, op: CreateTableOp) -> Table:
    """The table; its indexes and comments are the impl's part."""
    table = op.to_table(operations.migration_context)
    given = {item.name for item in op.columns if isinstance(item, Column)}
    missing = [
        column.name
        for column in table.columns
        if column.name not in given and column.type is NULLTYPE
    ]
    if missing:
        raise UnknownReferredColumn(table.name, missing[0])
    operations.impl.create_table(table, **_said(if_not_exists=op.if_not_exists))
    return table


@to_impl.dispatch_for(DropTableOp)
def drop_table(operations: Invoker, op: DropTableOp) -> None:
    """DROP TABLE."""
    table = op.to_table(operations.migration_context)
    operations.impl.drop_table(table, **_said(if_exists=op.if_exists))


@to_impl.dispatch_for(RenameTableOp)
def rename_table(operations: Invoker, op: RenameTableOp) -> None:
    """Rename the table."""
    operations.impl.rename_table(op.table_name, op.new_table_name, schema=op.schema)


@to_impl.dispatch_for(CreateTableCommentOp)
def create_table_comment(operations: Invoker, op: CreateTableCommentOp) -> None:
    """Set the comment of the table; None is none, for which few dialects have a word here."""
    table = op.to_table(operations.migration_context)
    if op.comment is None:
        operations.impl.drop_table_comment(table)
    else:
        operations.impl.create_table_comment(table)


@to_impl.dispatch_for(DropTableCommentOp)
def drop_table_comment(operations: Invoker, op: DropTableCommentOp) -> None:
    """Drop the comment of the table."""
    operations.impl.drop_table_comment(op.to_table(operations.migration_context))


@to_impl.dispatch_for(AddColumnOp)
@_rebuilding
def add_column(operations: Invoker, op: AddColumnOp) -> None:
    """Add the column, then its constraints, its index, and its comment where it isn't said inline."""
    column = op.column if op.column.table is None else copy_of(op.column)
    table = operations.schema_obj.table(op.table_name, column, schema=op.schema)
    impl = operations.impl
    inline = op.inline_references
    if inline is None and column.foreign_keys and is_in_script_of_sqlite(operations):
        inline = True  # SQLite has no other way to add one without a rebuild
    impl.add_column(
        op.table_name,
        column,
        schema=op.schema,
        **_said(
            if_not_exists=op.if_not_exists,
            inline_references=inline,
            inline_primary_key=op.inline_primary_key,
        ),
        **op.kw,
    )
    # Of several references none is said inline: it would not be clear which one is meant.
    is_inline = inline and len(column.foreign_keys) == 1
    for constraint in in_order_of_creation(table.constraints):
        if isinstance(constraint, PrimaryKeyConstraint):
            continue
        if isinstance(constraint, ForeignKeyConstraint) and is_inline:
            continue
        impl.add_constraint(constraint)
    for index in table.indexes:
        impl.create_index(index)
    dialect = impl.dialect
    if column.comment is not None and dialect.supports_comments and not dialect.inline_comments:
        impl.create_column_comment(column)


@to_impl.dispatch_for(AlterColumnOp)
@_rebuilding
def alter_column(operations: Invoker, op: AlterColumnOp) -> None:
    """Change the column, between dropping its old type's constraints and adding the new one's."""
    name = op.column_name
    if op.existing_type is not None and op.modify_type is not None:
        for constraint in _constraints_of_type(operations, op, name, op.existing_type):
            operations.impl.drop_constraint(constraint)
    operations.impl.alter_column(
        op.table_name,
        name,
        nullable=op.modify_nullable,
        server_default=op.modify_server_default,
        name=op.modify_name,
        type_=op.modify_type,
        schema=op.schema,
        existing_type=op.existing_type,
        existing_server_default=op.existing_server_default,
        existing_nullable=op.existing_nullable,
        comment=op.modify_comment,
        existing_comment=op.existing_comment,
        **op.kw,
    )
    if op.modify_type is not None:
        new_name = op.modify_name or name
        for constraint in _constraints_of_type(operations, op, new_name, op.modify_type):
            operations.impl.add_constraint(constraint)


@to_impl.dispatch_for(DropColumnOp)
@_rebuilding
def drop_column(operations: Invoker, op: DropColumnOp) -> None:
    """Drop the column."""
    column = op.to_column(operations.migration_context)
    said = _said(if_exists=op.if_exists)
    operations.impl.drop_column(op.table_name, column, schema=op.schema, **said, **op.kw)


@to_impl.dispatch_for(AddConstraintOp)
@_rebuilding
def create_constraint(operations: Invoker, op: AddConstraintOp) -> None:
    """ADD CONSTRAINT."""
    operations.impl.add_constraint(op.to_constraint(operations.migration_context))


@to_impl.dispatch_for(DropConstraintOp)
@_rebuilding
def drop_constraint(operations: Invoker, op: DropConstraintOp) -> None:
    """DROP CONSTRAINT; raises :class:`NameNeeded` where the dialect asks for a name."""
    constraint = operations.schema_obj.generic_constraint(
        _goes_by(operations, op), op.table_name, op.constraint_type, schema=op.schema
    )
    try:
        operations.impl.drop_constraint(constraint, **_said(if_exists=op.if_exists))
    except exc.CompileError as error:
        if isinstance(constraint.name, str):
            raise
        names = constraint_names(operations.migration_context, op.table_name, op.schema)
        raise NameNeeded(op.table_name, names) from error


@to_impl.dispatch_for(ValidateConstraintOp)
def validate_constraint(operations: Invoker, op: ValidateConstraintOp) -> None:
    """VALIDATE CONSTRAINT."""
    operations.impl.validate_constraint(op.constraint_name, op.table_name, schema=op.schema)


@to_impl.dispatch_for(CreateIndexOp)
def create_index(operations: Invoker, op: CreateIndexOp) -> None:
    """CREATE INDEX."""
    index = op.to_index(operations.migration_context)
    if index.name is None:
        raise UnnamedIndex(op.table_name)
    operations.impl.create_index(index, **_said(if_not_exists=op.if_not_exists))


@to_impl.dispatch_for(DropIndexOp)
def drop_index(operations: Invoker, op: DropIndexOp) -> None:
    """DROP INDEX."""
    index = op.to_index(operations.migration_context)
    operations.impl.drop_index(index, **_said(if_exists=op.if_exists))


@to_impl.dispatch_for(BulkInsertOp)
def bulk_insert(operations: Invoker, op: BulkInsertOp) -> None:
    """Insert rows."""
    operations.impl.bulk_insert(op.table, op.rows, multiinsert=op.multiinsert)


@to_impl.dispatch_for(ExecuteSQLOp)
def execute_sql(operations: Invoker, op: ExecuteSQLOp) -> None:
    """Execute at once, within a batch too."""
    operations.migration_context.impl.execute(op.sqltext, execution_options=op.execution_options)


def _said(**option: bool | None) -> dict[str, bool]:
    """The options that were said: older impls of packages know nothing of IF EXISTS and others."""
    return {key: value for key, value in option.items() if value is not None}


def _goes_by(operations: Invoker, op: DropConstraintOp) -> str | None:
    """The name of a constraint; what it says, where an op of autogenerate is for one of SQLite without."""
    dialect = operations.impl.dialect
    if op.constraint_name is not None or op._reverse is None or dialect.name != "sqlite":
        return op.constraint_name
    compiler: Any = dialect.ddl_compiler(dialect, None)  # type: ignore[arg-type]
    return conv(str(compiler.process(op.to_constraint())).replace("%%", "%"))


def _constraints_of_type(
    operations: Invoker, op: AlterColumnOp, name: str, type_: TypeEngine[Any]
) -> Iterator[Constraint]:
    """The CHECK that a type brings along on this dialect, if it does."""
    table = operations.schema_obj.table(op.table_name, Column(name, type_), schema=op.schema)
    dialect = operations.impl.dialect
    compiler = dialect.statement_compiler(dialect, None)
    for constraint in in_order_of_creation(table.constraints):
        if isinstance(constraint, PrimaryKeyConstraint):
            continue
        if constraint._create_rule is None or constraint._create_rule(compiler):
            yield constraint
