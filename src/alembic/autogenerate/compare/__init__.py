"""Comparators under their old place (a door)."""

from __future__ import annotations

from alembic.autogenerate.compare import order as order
from alembic.autogenerate.compare.schema import (
    populate_migration_script as _populate_migration_script,
    produce_net_changes as _produce_net_changes,
)
from alembic.autogenerate.context import comparators as comparators

__all__ = ["_populate_migration_script", "_produce_net_changes", "comparators", "order"]
