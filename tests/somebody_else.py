"""Somebody else's turn, for all that the thread of the test knows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from alembic.runtime.lock import MigratorsTurn
from alembic.runtime.own_runs import own_locks


@contextmanager
def held(engine, table="alembic_version", **options) -> Iterator[sa.Connection]:
    """Gives the connection that has it."""
    with engine.connect() as connection:
        turn = MigratorsTurn(connection, table, **options)
        with turn:
            own_locks.forget(turn._own)
            connection.rollback()
            yield connection
