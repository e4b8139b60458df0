"""An op outside of any batch, on SQLite: a batch of its own, where SQLite has no ALTER for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from alembic.operations.host import MigrationHost
from alembic.operations.ops.base import MigrateOperation
from alembic.operations.schemaobj import SchemaObjects
from alembic.operations.verbs.base import Invoker

if TYPE_CHECKING:
    from alembic.operations.batch.record import BatchOperationsImpl


class Alone(Invoker):
    """Stands for operations while one op is carried out against a batch."""

    impl: BatchOperationsImpl

    def __init__(self, host: MigrationHost, impl: BatchOperationsImpl) -> None:
        self.migration_context = host
        self.impl = impl
        self.schema_obj = SchemaObjects(host)

    def invoke(self, operation: MigrateOperation) -> Any:
        """There is one op alone, and its function has it already."""
        raise AssertionError(operation)


def batch_of_one(operations: Invoker, table_name: str | None, schema: str | None) -> Alone | None:
    """Operations that gather the verbs of one op, to be carried out by ``impl.flush()``.

    None where the op needs no batch of its own: on other databases, in a script, within a batch.
    """
    host = operations.migration_context
    is_sqlite = operations.impl.dialect.name == "sqlite"
    is_live = not host.as_sql and host.connection is not None
    if not is_sqlite or not is_live or table_name is None:
        return None
    # What rebuilds tables is a third of this room, and other databases have no use for it.
    from alembic.operations.batch.record import BatchOperationsImpl

    if isinstance(operations.impl, BatchOperationsImpl):
        return None
    impl = BatchOperationsImpl(operations, table_name, schema, is_block=False)
    return Alone(host, impl)


def is_in_script_of_sqlite(operations: Invoker) -> bool:
    """Whether an op outside of any batch is written for SQLite: a script can't rebuild a table."""
    host = operations.migration_context
    is_batch = operations.impl is not host.impl
    return host.as_sql and not is_batch and operations.impl.dialect.name == "sqlite"
