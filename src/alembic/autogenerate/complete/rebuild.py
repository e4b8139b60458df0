"""A change of SQLite that only a new table can have: rendered as a batch that rebuilds the table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from alembic.autogenerate.context import AutogenContext
from alembic.autogenerate.render.directives import renderers
from alembic.operations.base import Operations
from alembic.operations.ops.base import MigrateOperation


class RebuildOp(MigrateOperation):
    """Rebuild a table with other options; ``up`` and ``down`` are keywords of the table with their values."""

    is_batch = True
    """That it can't be rendered within another batch."""

    def __init__(
        self, table_name: str, schema: str | None, up: Mapping[str, bool], down: Mapping[str, bool]
    ) -> None:
        self.table_name = table_name
        self.schema = schema
        self.up = dict(up)
        self.down = dict(down)

    def reverse(self) -> RebuildOp:
        """The rebuild of the way back."""
        return RebuildOp(self.table_name, self.schema, self.down, self.up)

    def to_diff_tuple(self) -> tuple[Any, ...]:
        """``("modify_table_options", schema, table, options that were, options that shall be)``."""
        return "modify_table_options", self.schema, self.table_name, self.down, self.up


@Operations.implementation_for(RebuildOp)
def rebuild(operations: Operations, op: RebuildOp) -> None:
    """Rebuild the table."""
    with operations.batch_alter_table(
        op.table_name, schema=op.schema, recreate="always", table_kwargs=op.up
    ):
        pass


@renderers.dispatch_for(RebuildOp)
def render(context: AutogenContext, op: RebuildOp) -> list[str]:
    """``with op.batch_alter_table(…, recreate='always', table_kwargs={…}): pass``."""
    prefix = context.opts["alembic_module_prefix"] or ""
    schema = "" if op.schema is None else f", schema={op.schema!r}"
    arguments = f"{op.table_name!r}{schema}, recreate='always', table_kwargs={op.up!r}"
    return [f"with {prefix}batch_alter_table({arguments}):", "    pass", ""]
