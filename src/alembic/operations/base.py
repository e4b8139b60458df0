"""Operations and BatchOperations: verbs, ``invoke``, and the registration of new ops.

``Operations`` is what ``alembic.op`` speaks to. It can be used alone::

    operations = Operations(MigrationContext.configure(connection))
    operations.alter_column("account", "name", nullable=False)
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, ClassVar, Literal, TypeVar

from sqlalchemy import Connection, Table
from sqlalchemy.sql.elements import conv
from sqlalchemy.types import TypeEngine
from sqlalchemy.util import await_only
from typing_extensions import Self

from alembic.ddl.impl import DefaultImpl
from alembic.operations.current import as_current
from alembic.operations.host import MigrationHost as MigrationHost
from alembic.operations.literal import InlineLiteral
from alembic.operations.ops.base import MigrateOperation
from alembic.operations.schemaobj import SchemaObjects
from alembic.operations.toimpl import to_impl
from alembic.operations.verbs.arguments import (
    TABLE_KEYWORDS,
    BadArgument,
    check_batch,
    check_name,
    check_order,
    check_schema_keywords,
    check_type,
)
from alembic.operations.verbs.base import Invoker
from alembic.operations.verbs.column import BatchColumnVerbs, ColumnVerbs
from alembic.operations.verbs.constraint import BatchConstraintVerbs, ConstraintVerbs
from alembic.operations.verbs.data import BatchDataVerbs, DataVerbs
from alembic.operations.verbs.index import BatchIndexVerbs, IndexVerbs
from alembic.operations.verbs.options import check_schema
from alembic.operations.verbs.table import BatchTableVerbs, TableVerbs
from alembic.util.dispatch import Dispatcher
from alembic.util.exc import CommandError
from alembic.util.values import immutabledict

if TYPE_CHECKING:
    from alembic.operations.batch.record import BatchOperationsImpl

T = TypeVar("T")
OpClass = TypeVar("OpClass", bound=type[MigrateOperation])
ToImpl = TypeVar("ToImpl", bound=Callable[..., Any])


class NotImplementedOp(CommandError, ValueError):
    """Nobody has said how an op is carried out."""

    def __init__(self, operation: object) -> None:
        super().__init__(
            f"no dispatch function for object: {operation!r}. An op of your own needs a function "
            "that is registered with Operations.implementation_for(...)"
        )
        self.operation = operation


class NoAsyncConnection(CommandError, ValueError, NotImplementedError):
    """``op.run_async()`` was called where no asynchronous connection is at hand."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"Cannot call run_async {reason}; write the same with op.get_bind() or op.execute()"
        )


class AbstractOperations(Invoker):
    """What plain and batch operations have in common."""

    impl: DefaultImpl | BatchOperationsImpl
    _to_impl: ClassVar[Dispatcher] = to_impl

    def __init__(
        self,
        migration_context: MigrationHost,
        impl: DefaultImpl | BatchOperationsImpl | None = None,
    ) -> None:
        self.migration_context = migration_context
        self.impl = migration_context.impl if impl is None else impl
        self.schema_obj = SchemaObjects(migration_context)

    @classmethod
    def register_operation(
        cls, name: str, sourcename: str | None = None
    ) -> Callable[[OpClass], OpClass]:
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

        def register(op_class: OpClass) -> OpClass:
            setattr(cls, name, _verb_of(name, getattr(op_class, sourcename or name)))
            return op_class

        return register

    @classmethod
    def implementation_for(
        cls, op_cls: type[MigrateOperation], replace: bool = False
    ) -> Callable[[ToImpl], ToImpl]:
        """Have the decorated function, of (operations, op), carry out an op.

        :param op_cls: class of the op.
        :param replace: whether another function may be registered for it already; without it
            that raises ValueError.
        """

        def register(function: ToImpl) -> ToImpl:
            return cls._to_impl.dispatch_for(op_cls, replace=replace)(function)

        return register

    @classmethod
    @contextmanager
    def context(cls, migration_context: MigrationHost) -> Iterator[Self]:
        """Operations on a context, to which ``alembic.op`` speaks within the block."""
        operations = cls(migration_context)
        with as_current(lambda: operations):
            yield operations

    @contextmanager
    def batch_alter_table(
        self,
        table_name: str,
        schema: str | None = None,
        recreate: Literal["auto", "always", "never"] = "auto",
        partial_reordering: list[tuple[str, ...]] | None = None,
        copy_from: Table | None = None,
        table_args: tuple[Any, ...] = (),
        table_kwargs: Mapping[str, Any] = immutabledict({}),
        reflect_args: tuple[Any, ...] = (),
        reflect_kwargs: Mapping[str, Any] = immutabledict({}),
        naming_convention: dict[str, str] | None = None,
    ) -> Iterator[BatchOperations]:
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
        # What rebuilds tables is a third of this room, and most runs rebuild none.
        from alembic.operations.batch.record import BatchOperationsImpl

        check_batch(
            table_name,
            copy_from,
            table_args,
            reflect_args,
            table_kwargs=table_kwargs,
            reflect_kwargs=reflect_kwargs,
            naming_convention={} if naming_convention is None else naming_convention,
        )
        check_schema("batch_alter_table", schema)
        check_order("batch_alter_table", partial_reordering)
        for given in (table_kwargs, reflect_kwargs):
            check_schema_keywords("batch_alter_table", given, TABLE_KEYWORDS)
        impl = BatchOperationsImpl(
            self,
            table_name,
            schema,
            recreate,
            copy_from,
            table_args,
            table_kwargs,
            reflect_args,
            reflect_kwargs,
            naming_convention,
            partial_reordering,
        )
        yield BatchOperations(self.migration_context, impl=impl)
        impl.flush()

    def get_context(self) -> MigrationHost:
        """The ``MigrationContext`` of this run."""
        return self.migration_context

    def invoke(self, operation: MigrateOperation) -> Any:
        """Carry out an op; gives what its function gives (for ``CreateTableOp`` the table).

        :param operation: the op.
        """
        try:
            carry_out = self._to_impl.dispatch(operation, self.migration_context.impl.__dialect__)
        except ValueError as error:
            raise NotImplementedOp(operation) from error
        return carry_out(self, operation)

    def f(self, name: str) -> conv:
        """A name that naming conventions leave as it is.

        ::

            op.create_check_constraint(op.f("ck_account_sum"), "account", "sum > 0")

        :param name: the whole name.
        """
        check_name("f", "name", name)
        return conv(name)

    def inline_literal(self, value: object, type_: TypeEngine[Any] | None = None) -> InlineLiteral:
        """A value that is spelled in the statement instead of being bound to it.

        ::

            op.execute(account.update().values(name=op.inline_literal("cash")))

        It serves scripts (``--sql``), where there are no bound values.

        :param value: a string, number, or what the type can spell.
        :param type_: its type, where it can't be told from the value.
        """
        check_type("inline_literal", "type_", type_)
        return InlineLiteral(value, type_)

    def get_bind(self) -> Connection:
        """The connection; in a script, what stands for it and writes statements down."""
        return self.migration_context.impl.bind  # type: ignore[return-value]

    def run_async(
        self,
        async_function: Callable[..., Awaitable[T]],
        *args: Any,
        **kw_args: Any,
    ) -> T:
        """Run an asynchronous function on the connection of this run, and wait for its result.

        It serves migrations that run inside ``AsyncConnection.run_sync()``.

        :param async_function: is given the ``AsyncConnection``, then ``args`` and ``kw_args``.
        """
        context = self.migration_context
        if context.as_sql or context.bind is None:
            raise NoAsyncConnection("in SQL mode: there is no connection")
        if not context.bind.dialect.is_async:
            raise NoAsyncConnection("with a sync engine")
        # The whole of the ORM stands behind it; whoever has an asynchronous engine has it loaded.
        from sqlalchemy.ext.asyncio import AsyncConnection

        connection = AsyncConnection._retrieve_proxy_for_target(context.bind)
        is_callable = callable(async_function)
        running = async_function(connection, *args, **kw_args) if is_callable else None
        if not isinstance(running, Awaitable):
            wanted = "an asynchronous function: async def …(connection)"
            raise BadArgument("run_async", "async_function", async_function, wanted)
        return await_only(running)


class Operations(
    TableVerbs, ColumnVerbs, ConstraintVerbs, IndexVerbs, DataVerbs, AbstractOperations
):
    """The operations of a migration: what ``alembic.op`` speaks to."""

    impl: DefaultImpl


class BatchOperations(
    BatchTableVerbs,
    BatchColumnVerbs,
    BatchConstraintVerbs,
    BatchIndexVerbs,
    BatchDataVerbs,
    AbstractOperations,
):
    """The operations on one table, within ``batch_alter_table``."""

    impl: BatchOperationsImpl


def _verb_of(name: str, make: Callable[..., Any]) -> Callable[..., Any]:
    """A method that hands its operations and arguments to the classmethod of an op."""

    @functools.wraps(make)
    def verb(self: AbstractOperations, *args: Any, **kw: Any) -> Any:
        return make(self, *args, **kw)

    verb.__name__ = name
    signature = inspect.signature(make)
    itself = inspect.Parameter("self", inspect.Parameter.POSITIONAL_OR_KEYWORD)
    verb.__signature__ = signature.replace(  # type: ignore[attr-defined]
        parameters=[itself, *list(signature.parameters.values())[1:]]
    )
    return verb
