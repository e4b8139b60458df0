"""Triggers of a table that a change breaks, and that the migration makes anew behind it.

A release that loses triggers in a batch has taught its migrations to do so. What such a migration owes
at the end of its step is an error, and undone with the rest.
"""

from __future__ import annotations

from collections.abc import Collection

from alembic.ddl.impl import DefaultImpl
from alembic.ddl.sqlite_schema.tokens import fold
from alembic.operations.batch.broken import broken, newly_broken, trigger_defects
from alembic.operations.batch.catalog import Catalog
from alembic.operations.batch.errors import BrokenByChange


def leave_to_migration(
    impl: DefaultImpl,
    catalog: Catalog,
    error: BrokenByChange,
    before: dict[str, str],
    leaving: Collection[str],
) -> None:
    """Drop the triggers of the table that no longer work; raises ``error`` where there is more to it."""
    dropped: list[str] = []
    triggers = catalog.own_triggers(error.table)
    for trigger in triggers:
        catalog.control(f"DROP TRIGGER {catalog.named(trigger)}")
    for trigger in triggers:
        catalog.control(catalog.create_trigger(trigger))
        if any(trigger_defects(catalog, catalog.schema, error.table, [trigger], leaving)):
            catalog.control(f"DROP TRIGGER {catalog.named(trigger)}")
            dropped.append(trigger.name)
    if not dropped or newly_broken(before, broken(catalog, leaving), columns_gone=True):
        raise error
    assert impl.owed is not None
    impl.owed.update({("TRIGGER", fold(name)): error for name in dropped})
