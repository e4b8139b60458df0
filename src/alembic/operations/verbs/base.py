"""What verbs stand on: an impl, and ``invoke``, which carries out an op.

``PlainVerbs`` name their table in each call; ``BatchVerbs`` are spoken within
``batch_alter_table`` and take table and schema from there.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, Protocol

from alembic.operations.host import ImplVerbs, MigrationHost
from alembic.operations.ops.base import MigrateOperation
from alembic.operations.schemaobj import SchemaObjects
from alembic.operations.verbs.colons import warn_of_colons
from alembic.operations.verbs.options import check_options


class Invoker(ABC):
    """Carries out ops with the help of an impl."""

    impl: ImplVerbs
    migration_context: MigrationHost
    schema_obj: SchemaObjects

    @abstractmethod
    def invoke(self, operation: MigrateOperation) -> Any:
        """Carry out an op; what it gives depends on the op."""

    def _carry_out(self, operation: MigrateOperation) -> None:
        """Carry out an op for a verb that gives nothing by itself.

        A function that a package puts in the place of ours (``implementation_for(replace=True)``)
        may give something, which its callers count on.
        """
        check_options(operation)
        warn_of_colons(operation)
        return self.invoke(operation)  # type: ignore[no-any-return]


class PlainVerbs(Invoker):
    """Verbs that name their table."""


class BatchImpl(ImplVerbs, Protocol):
    """An impl that is about one table."""

    @property
    def table_name(self) -> str:
        """The table."""

    @property
    def schema(self) -> str | None:
        """Its schema."""


class BatchVerbs(Invoker):
    """Verbs about the table of a batch."""

    impl: BatchImpl
