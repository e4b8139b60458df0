"""Detect: what a database has that its scripts don't make, as a comparison to be written down.

The scripts, replayed into a scratch database, are the side that is changed; the live database is what
is asked for. So the operations of the upgrade are what was done by hand.
"""

from __future__ import annotations

from typing import Any

from alembic.autogenerate.context import AutogenContext
from alembic.autogenerate.records.owned import owned_tables
from alembic.autogenerate.records.reflected import TableName
from alembic.drift.mirror import Mirror
from alembic.runtime.migration import MigrationContext
from alembic.util.values import to_list


def against_database(replayed: MigrationContext, seen: Mirror) -> AutogenContext:
    """The comparison of the replayed scripts with a database."""
    assert replayed.connection is not None
    owned = owned_tables(replayed.connection)
    asked = replayed.opts.get("include_object")
    opts = {**replayed.opts, "include_object": _only(seen, owned, asked)}
    return AutogenContext(replayed, metadata=seen.metadata, opts=opts)


def against_models(replayed: MigrationContext) -> AutogenContext:
    """The comparison of the replayed scripts with the models that ``env.py`` has named."""
    return AutogenContext(replayed)


def _only(seen: Mirror, owned: set[TableName], asked: Any) -> list[Any]:
    """The user's filters, and before them one that keeps out what is only pointed to or owned."""

    def is_seen(item: Any, name: str, kind: str, reflected: bool, _compare_to: Any) -> bool:
        place = (getattr(item, "schema", None), name)
        return kind != "table" or (place not in owned if reflected else place in seen.tables)

    return [is_seen, *(to_list(asked, []) or [])]
