"""The documented functions: compare, produce, render."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.schema import MetaData

from alembic.autogenerate.compare.begin import begin_complete
from alembic.autogenerate.compare.schema import populate_migration_script
from alembic.autogenerate.context import AutogenContext as AutogenContext
from alembic.autogenerate.filters import say_unmatched
from alembic.autogenerate.render.directives import body_text, op_text as render_op_text
from alembic.autogenerate.revise import (
    RevisionContext as RevisionContext,
    render_migration_diffs as _render_migration_diffs,
)
from alembic.operations.ops.script import DowngradeOps, MigrationScript, UpgradeOps
from alembic.runtime.migration import MigrationContext

__all__ = [
    "AutogenContext",
    "RevisionContext",
    "_render_migration_diffs",
    "compare_metadata",
    "produce_migrations",
    "render_op_text",
    "render_python_code",
]


def compare_metadata(context: MigrationContext, metadata: MetaData) -> list[Any]:
    """The differences between the database of ``context`` and ``metadata``, as tuples.

    Each is ``("add_table", Table)``, ``("remove_column", schema, table name, Column)`` and so on;
    changes of one column stand in a list of their own:
    ``[("modify_nullable", schema, table name, column name, {…existing…}, old, new), …]``.
    """
    upgrade_ops = produce_migrations(context, metadata).upgrade_ops
    assert upgrade_ops is not None
    return list(upgrade_ops.as_diffs())


def produce_migrations(
    context: MigrationContext, metadata: MetaData | Sequence[MetaData]
) -> MigrationScript:
    """The ops that bring the database of ``context`` to ``metadata``, and their reverse."""
    autogen_context = AutogenContext(context, metadata=metadata)
    script = MigrationScript(
        rev_id=None, upgrade_ops=UpgradeOps([]), downgrade_ops=DowngradeOps([])
    )
    populate_migration_script(autogen_context, script)
    say_unmatched([autogen_context.filters])
    return script


def render_python_code(
    up_or_down_op: UpgradeOps | DowngradeOps,
    sqlalchemy_module_prefix: str = "sa.",
    alembic_module_prefix: str = "op.",
    render_as_batch: bool = False,
    imports: Sequence[str] = (),
    render_item: Callable[[str, Any, AutogenContext], Any] | None = None,
    migration_context: MigrationContext | None = None,
    user_module_prefix: str | None = None,
) -> str:
    """The body of ``upgrade()`` or ``downgrade()`` as Python text, for these ops."""
    opts = {
        "sqlalchemy_module_prefix": sqlalchemy_module_prefix,
        "alembic_module_prefix": alembic_module_prefix,
        "render_item": render_item,
        "render_as_batch": render_as_batch,
        "user_module_prefix": user_module_prefix,
    }
    if migration_context is None:
        # Types and expressions ask the dialect how they are written: without a database, the plain one.
        migration_context = _plain_context()
    autogen_context = AutogenContext(migration_context, opts=opts, autogenerate=False)
    autogen_context.imports = set(imports)
    # As the ops were found, so they are written: most of SQLite's can be said within a batch alone.
    compared = AutogenContext(migration_context, autogenerate=False)._comparators()
    autogen_context.is_complete = begin_complete in compared.functions("autogenerate")
    return body_text(up_or_down_op, autogen_context)


def _plain_context() -> MigrationContext:
    return MigrationContext.configure(dialect=DefaultDialect())
