"""Sequences that belong to no column, for the mirror of a database."""

from __future__ import annotations

from sqlalchemy.schema import MetaData, Sequence

from alembic.autogenerate.complete.sequences import sequences_in_database
from alembic.autogenerate.context import AutogenContext


def add_sequences(context: AutogenContext, metadata: MetaData) -> None:
    """Add the sequences of the database, with all their settings."""
    for (schema, name), settings in sequences_in_database(context).items():
        if context.run_name_filters(name, "sequence", {"schema_name": schema}):
            Sequence(name, schema=schema, metadata=metadata, **settings)
