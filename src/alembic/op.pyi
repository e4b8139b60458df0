# Written by tools/write_stubs.py from alembic.operations.base.Operations; don't edit.
# ruff: noqa: PYI021 - editors show the docstrings

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Literal

from sqlalchemy import Column, Connection, Executable, Table, TableClause
from sqlalchemy.schema import SchemaItem
from sqlalchemy.sql.elements import conv
from sqlalchemy.types import TypeEngine

from alembic.operations.base import BatchOperations, OpClass, T, ToImpl
from alembic.operations.host import DialectKeyword
from alembic.operations.literal import InlineLiteral
from alembic.operations.ops.base import MigrateOperation
from alembic.operations.ops.column import ColumnType, ServerDefault
from alembic.operations.ops.constraint import Condition, ExcludeElement
from alembic.operations.ops.data import Row
from alembic.operations.ops.index import IndexElement
from alembic.runtime.migration import MigrationContext

def add_column(
    table_name: str,
    column: Column[Any],
    *,
    schema: str | None = None,
    if_not_exists: bool | None = None,
    inline_references: bool | None = None,
    inline_primary_key: bool | None = None,
    **kw: DialectKeyword,
) -> None:
    """Add a column, with its constraints, index and comment.

    ::

        op.add_column("account", Column("email", String(120), nullable=True, index=True))

    A ``ForeignKey`` of the column becomes a statement of its own, and so do a unique
    constraint and an index.

    :param table_name: name of the table.
    :param column: the column.
    :param schema: schema of the table.
    :param if_not_exists: add IF NOT EXISTS, where the database knows it for columns.
    :param inline_references: say a ``ForeignKey`` as REFERENCES within the same statement.
    :param inline_primary_key: say PRIMARY KEY within the same statement where the column is
        one; without it ``primary_key=True`` makes the column NOT NULL only.
    :param kw: ``mysql_algorithm`` and ``mysql_lock``, for the column's own statement.
    """

def alter_column(
    table_name: str,
    column_name: str,
    *,
    nullable: bool | None = None,
    comment: str | Literal[False] | None = False,
    server_default: ServerDefault = False,
    new_column_name: str | None = None,
    type_: ColumnType | None = None,
    existing_type: ColumnType | None = None,
    existing_server_default: ServerDefault = False,
    existing_nullable: bool | None = None,
    existing_comment: str | None = None,
    schema: str | None = None,
    **kw: DialectKeyword,
) -> None:
    """Change a column: its nullability, default, comment, name, or type.

    ::

        op.alter_column("account", "name", nullable=False, existing_type=String(50))

    The ``existing_*`` arguments say what the column is now. MySQL, MariaDB and SQL Server say
    a column whole when they change it and need them; they also make the way back possible.
    A type with a CHECK constraint (``Boolean``, ``Enum``) has the constraint of the existing
    type dropped and that of the new one added.

    :param table_name: name of the table.
    :param column_name: name that the column has.
    :param nullable: True for NULL, False for NOT NULL.
    :param comment: the new comment; None drops it, False leaves it.
    :param server_default: the new default; None drops it, False leaves it.
    :param new_column_name: the new name.
    :param type_: the new type.
    :param existing_type: the type that it has.
    :param existing_server_default: the default that it has; None for none, False for not said.
    :param existing_nullable: whether it can hold NULL.
    :param existing_comment: the comment that it has.
    :param schema: schema of the table.
    :param kw: ``autoincrement`` and ``existing_autoincrement`` (MySQL), ``postgresql_using``
        (an expression for the USING clause), ``mysql_algorithm`` and ``mysql_lock``,
        ``sqlite_on_conflict_not_null``, ``_unique`` and ``_primary_key`` (the column's ON
        CONFLICT clause, None for none), and what other dialects understand.
    """

def batch_alter_table(
    table_name: str,
    schema: str | None = None,
    recreate: Literal["auto", "always", "never"] = "auto",
    partial_reordering: list[tuple[str, ...]] | None = None,
    copy_from: Table | None = None,
    table_args: tuple[Any, ...] = (),
    table_kwargs: Mapping[str, Any] = ...,
    reflect_args: tuple[Any, ...] = (),
    reflect_kwargs: Mapping[str, Any] = ...,
    naming_convention: dict[str, str] | None = None,
) -> AbstractContextManager[BatchOperations]:
    """Gather changes of one table, and make them when the block is left.

    ::

        with op.batch_alter_table("account") as batch_op:
            batch_op.add_column(Column("email", String(120)))
            batch_op.drop_column("fax")

    SQLite, which can't alter much, has the table rebuilt where its own ALTER doesn't do: a new
    one is created, the rows are copied, the old one is dropped and the new one gets its name.
    Whatever the changes don't name stays as it is. Other databases get their ALTER statements.

    :param table_name: name of the table.
    :param schema: its schema.
    :param recreate: ``"auto"`` rebuilds where the database needs it, ``"always"`` on every
        database, ``"never"`` on none.
    :param partial_reordering: tuples of column names that shall stand in that order in the
        rebuilt table.
    :param copy_from: the table as it is now, where it is not to be read from the database
        (as in a script).
    :param table_args: constraints and the like that the rebuilt table gets in addition.
    :param table_kwargs: keywords of ``Table`` for the rebuilt table.
    :param reflect_args: columns that take the place of those read from the database.
    :param reflect_kwargs: keywords of ``Table`` for reading it from the database.
    :param naming_convention: gives names to constraints that have none in the database, so
        that they can be dropped.
    """

def bulk_insert(
    table: Table | TableClause, rows: Iterable[Row], *, multiinsert: bool = True
) -> None:
    """Insert rows.

    ::

        account = sa.table("account", sa.column("id", Integer), sa.column("name", String))
        op.bulk_insert(account, [{"id": 1, "name": "cash"}, {"id": 2, "name": "bank"}])

    :param table: a table, as ``op.create_table()`` gives it or made for the purpose with
        ``sqlalchemy.table()``; its types say how values are written.
    :param rows: dictionaries, column → value; an iterator is read as it goes, so that memory
        stays flat.
    :param multiinsert: send many rows with each statement. Without it every row is a
        statement of its own, in which SQL functions and ``op.inline_literal()`` may stand.
    """

def create_check_constraint(
    constraint_name: str | None,
    table_name: str,
    condition: Condition,
    *,
    schema: str | None = None,
    **kw: DialectKeyword,
) -> None:
    """Create a check constraint on a table that is there.

    ::

        op.create_check_constraint("ck_name", "account", func.length(column("name")) > 5)

    :param constraint_name: name of the constraint, or None.
    :param table_name: name of the table.
    :param condition: text, or an expression over ``sqlalchemy.column()``.
    :param schema: schema of the table.
    :param kw: ``deferrable`` and ``initially``; ``postgresql_not_valid=True``, to leave the
        rows that are there unchecked until :meth:`validate_constraint`; what other dialects
        understand.
    """

def create_exclude_constraint(
    constraint_name: str | None, table_name: str, *elements: ExcludeElement, **kw: DialectKeyword
) -> None:
    """Create an exclude constraint (PostgreSQL).

    ::

        op.create_exclude_constraint(
            "no_overlap", "booking", ("period", "&&"), ("room", "="), where="room > 0"
        )

    :param constraint_name: name of the constraint, or None.
    :param table_name: name of the table.
    :param elements: (column name or expression, operator), several.
    :param kw: ``where``, ``using``, ``ops``, ``deferrable``, ``initially``, ``schema``.
    """

def create_foreign_key(
    constraint_name: str | None,
    source_table: str,
    referent_table: str,
    local_cols: Sequence[str],
    remote_cols: Sequence[str],
    *,
    onupdate: str | None = None,
    ondelete: str | None = None,
    deferrable: bool | None = None,
    initially: str | None = None,
    match: str | None = None,
    source_schema: str | None = None,
    referent_schema: str | None = None,
    **dialect_kw: DialectKeyword,
) -> None:
    """Create a foreign key between tables that are there.

    ::

        op.create_foreign_key("fk_account_owner", "account", "person", ["owner_id"], ["id"])

    :param constraint_name: name of the constraint, or None.
    :param source_table: name of the table that refers.
    :param referent_table: name of the table that is referred to.
    :param local_cols: names of the columns that refer.
    :param remote_cols: names of the columns that are referred to, in the same order.
    :param onupdate: action ON UPDATE: ``CASCADE``, ``SET NULL`` …
    :param ondelete: action ON DELETE.
    :param deferrable: True for DEFERRABLE, False for NOT DEFERRABLE.
    :param initially: ``DEFERRED`` or ``IMMEDIATE``.
    :param match: ``FULL``, ``PARTIAL`` or ``SIMPLE``.
    :param source_schema: schema of the table that refers.
    :param referent_schema: schema of the table that is referred to.
    :param dialect_kw: ``postgresql_not_valid=True``, to leave the rows that are there
        unchecked until :meth:`validate_constraint`; what other dialects understand.
    """

def create_index(
    index_name: str | None,
    table_name: str,
    columns: Sequence[IndexElement],
    *,
    schema: str | None = None,
    unique: bool = False,
    if_not_exists: bool | None = None,
    **kw: DialectKeyword,
) -> None:
    """Create an index.

    ::

        op.create_index("ix_account_name", "account", ["bank", text("lower(name)")])

    :param index_name: name of the index; None for the naming convention to fill in.
    :param table_name: name of the table.
    :param columns: names of columns, and expressions.
    :param schema: schema of the table.
    :param unique: whether the index is unique.
    :param if_not_exists: add IF NOT EXISTS.
    :param kw: ``postgresql_using``, ``postgresql_where``, ``postgresql_concurrently``,
        ``sqlite_where``, ``mysql_length``, ``mysql_algorithm``, ``mysql_lock``, and what
        other dialects understand.
    """

def create_primary_key(
    constraint_name: str | None,
    table_name: str,
    columns: Sequence[str],
    *,
    schema: str | None = None,
    **kw: DialectKeyword,
) -> None:
    """Create a primary key on a table that is there.

    ::

        op.create_primary_key("pk_account", "account", ["bank", "number"])

    :param constraint_name: name of the constraint, or None.
    :param table_name: name of the table.
    :param columns: names of its columns.
    :param schema: schema of the table.
    :param kw: ``deferrable``, ``initially``, ``comment``, and what dialects understand.
    """

def create_table(
    table_name: str, *columns: SchemaItem, if_not_exists: bool | None = None, **kw: DialectKeyword
) -> Table:
    """Create a table, with its indexes and comments, and give it as a ``Table``.

    ::

        account = op.create_table(
            "account",
            Column("id", Integer, primary_key=True),
            Column("name", String(50), nullable=False, index=True),
            Column("owner_id", Integer, ForeignKey("person.id")),
            UniqueConstraint("name"),
            schema="billing",
        )
        op.bulk_insert(account, [{"name": "cash"}])

    The tables that foreign keys name need not be known. Names that are left out follow the
    naming convention of ``target_metadata``.

    :param table_name: name of the table.
    :param columns: columns, constraints and indexes.
    :param if_not_exists: add IF NOT EXISTS, for the table and its indexes.
    :param kw: what ``Table`` takes: ``schema``, ``comment``, ``info``, ``prefixes``,
        ``mysql_engine`` and other dialect keywords.
    """

def create_table_comment(
    table_name: str,
    comment: str | None,
    *,
    existing_comment: str | None = None,
    schema: str | None = None,
) -> None:
    """Set the comment of a table.

    :param table_name: name of the table.
    :param comment: the new comment.
    :param existing_comment: the comment that it has, for the way back.
    :param schema: its schema.
    """

def create_unique_constraint(
    constraint_name: str | None,
    table_name: str,
    columns: Sequence[str],
    *,
    schema: str | None = None,
    **kw: DialectKeyword,
) -> None:
    """Create a unique constraint on a table that is there.

    ::

        op.create_unique_constraint("uq_account_name", "account", ["name"])

    :param constraint_name: name of the constraint, or None.
    :param table_name: name of the table.
    :param columns: names of its columns.
    :param schema: schema of the table.
    :param kw: ``deferrable`` and ``initially``; ``postgresql_using_index``, the name of a
        unique index to make the constraint of; what other dialects understand.
    """

def drop_column(
    table_name: str, column_name: str, *, schema: str | None = None, **kw: DialectKeyword
) -> None:
    """Drop a column.

    :param table_name: name of the table.
    :param column_name: name of the column.
    :param schema: schema of the table.
    :param kw: ``if_exists``, to add IF EXISTS where the database knows it for columns;
        ``mssql_drop_check``, ``mssql_drop_default``, ``mssql_drop_foreign_key``, to look up
        and drop a constraint on SQL Server that stands in the way; and what other dialects
        understand.
    """

def drop_constraint(
    constraint_name: str,
    table_name: str,
    type_: str | None = None,
    *,
    schema: str | None = None,
    if_exists: bool | None = None,
) -> None:
    """Drop a constraint.

    :param constraint_name: name of the constraint.
    :param table_name: name of the table.
    :param type_: ``foreignkey``, ``primary``, ``unique`` or ``check``: MySQL drops each kind
        with a statement of its own.
    :param schema: schema of the table.
    :param if_exists: add IF EXISTS, where the database knows it for constraints.
    """

def drop_index(
    index_name: str,
    table_name: str | None = None,
    *,
    schema: str | None = None,
    if_exists: bool | None = None,
    **kw: DialectKeyword,
) -> None:
    """Drop an index.

    :param index_name: name of the index.
    :param table_name: name of the table, which MySQL and SQL Server ask for.
    :param schema: schema of the table.
    :param if_exists: add IF EXISTS.
    :param kw: ``postgresql_concurrently``, ``mysql_algorithm``, ``mysql_lock``, and what
        other dialects understand.
    """

def drop_table(
    table_name: str,
    *,
    schema: str | None = None,
    if_exists: bool | None = None,
    **kw: DialectKeyword,
) -> None:
    """Drop a table.

    :param table_name: name of the table.
    :param schema: its schema.
    :param if_exists: add IF EXISTS.
    :param kw: what ``Table`` takes.
    """

def drop_table_comment(
    table_name: str, *, existing_comment: str | None = None, schema: str | None = None
) -> None:
    """Drop the comment of a table.

    :param table_name: name of the table.
    :param existing_comment: the comment that it has, for the way back.
    :param schema: its schema.
    """

def execute(sqltext: Executable | str, *, execution_options: dict[str, Any] | None = None) -> None:
    """Execute a statement, or write it to the script.

    ::

        op.execute("UPDATE account SET name = 'new'")
        op.execute(account.update().where(account.c.name == "old").values(name="new"))

    Text is taken as it stands but for ``:name``, which is a bound parameter (a backslash
    before the colon keeps it). No result comes back: ``op.get_bind()`` gives the connection.

    :param sqltext: text, or a statement of SQLAlchemy.
    :param execution_options: options for ``Connection.execution_options``.
    """

def f(name: str) -> conv:
    """A name that naming conventions leave as it is.

    ::

        op.create_check_constraint(op.f("ck_account_sum"), "account", "sum > 0")

    :param name: the whole name.
    """

def get_bind() -> Connection:
    """The connection; in a script, what stands for it and writes statements down."""

def get_context() -> MigrationContext:
    """The ``MigrationContext`` of this run."""

def implementation_for(
    op_cls: type[MigrateOperation], replace: bool = False
) -> Callable[[ToImpl], ToImpl]:
    """Have the decorated function, of (operations, op), carry out an op.

    :param op_cls: class of the op.
    :param replace: whether another function may be registered for it already; without it
        that raises ValueError.
    """

def inline_literal(value: object, type_: TypeEngine[Any] | None = None) -> InlineLiteral:
    """A value that is spelled in the statement instead of being bound to it.

    ::

        op.execute(account.update().values(name=op.inline_literal("cash")))

    It serves scripts (``--sql``), where there are no bound values.

    :param value: a string, number, or what the type can spell.
    :param type_: its type, where it can't be told from the value.
    """

def invoke(operation: MigrateOperation) -> Any:
    """Carry out an op; gives what its function gives (for ``CreateTableOp`` the table).

    :param operation: the op.
    """

def register_operation(name: str, sourcename: str | None = None) -> Callable[[OpClass], OpClass]:
    """Make a verb of a classmethod of the decorated op; it shows on ``alembic.op`` at once.

    ::

        @Operations.register_operation("create_view")
        class CreateViewOp(MigrateOperation):
            def __init__(self, name, select):
                self.name, self.select = name, select

            @classmethod
            def create_view(cls, operations, name, select):
                return operations.invoke(cls(name, select))

        @Operations.implementation_for(CreateViewOp)
        def create_view(operations, operation):
            operations.execute(f"CREATE VIEW {operation.name} AS {operation.select}")

    ``BatchOperations`` registers verbs of its own. A verb of the same name is replaced.

    :param name: name of the verb.
    :param sourcename: name of the classmethod, where it is another.
    """

def rename_table(old_table_name: str, new_table_name: str, *, schema: str | None = None) -> None:
    """Rename a table.

    :param old_table_name: the name that it has.
    :param new_table_name: the name that it gets.
    :param schema: its schema, in which it stays.
    """

def run_async(async_function: Callable[..., Awaitable[T]], *args: Any, **kw_args: Any) -> T:
    """Run an asynchronous function on the connection of this run, and wait for its result.

    It serves migrations that run inside ``AsyncConnection.run_sync()``.

    :param async_function: is given the ``AsyncConnection``, then ``args`` and ``kw_args``.
    """

def validate_constraint(
    constraint_name: str, table_name: str, *, schema: str | None = None
) -> None:
    """Check the rows that were left unchecked by ``postgresql_not_valid`` (PostgreSQL).

    Unlike adding the constraint, which locks the table against writers, this runs beside
    them::

        op.create_check_constraint("ck", "account", "sum > 0", postgresql_not_valid=True)
        op.validate_constraint("ck", "account")

    :param constraint_name: name of the constraint.
    :param table_name: name of the table.
    :param schema: schema of the table.
    """
