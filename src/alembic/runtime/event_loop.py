"""Migrations, which are ordinary code, on asynchronous drivers.

SQLAlchemy runs ordinary code on such a driver inside ``run_sync()``. Where a program calls a command
from there already (``await connection.run_sync(upgrade)``), its connections are used as they are;
elsewhere an event loop is run here.
"""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import Connection, Engine, StaticPool
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.util.concurrency import in_greenlet

from alembic.util.exc import CommandError


class NeedsRunSync(CommandError):
    """An asynchronous connection or engine of a running event loop can't be used from outside of it."""

    def __init__(self, what: str) -> None:
        super().__init__(
            f"The asynchronous {what} that was handed over belongs to an event loop, and the command "
            "was called as an ordinary function; call it inside of "
            "`await connection.run_sync(…)`, with that connection in config.attributes['connection']"
        )


def run_on_given(
    engine: Engine, connection: Connection | None, migrate: Callable[[Connection], None]
) -> None:
    """Call ``migrate`` with a connection of somebody else's engine; raises :class:`NeedsRunSync`."""
    if connection is not None:
        if not in_greenlet():
            raise NeedsRunSync("connection")
        migrate(connection)
    elif in_greenlet():
        _run_here(engine, migrate)
    elif _is_loop_running():
        raise NeedsRunSync("engine")
    else:
        asyncio.run(_run(engine, migrate))


def run_on_own(engine: Engine, migrate: Callable[[Connection], None]) -> None:
    """Call ``migrate`` with a connection of an engine that was made for this run."""
    if in_greenlet():
        _run_here(engine, migrate)
    elif _is_loop_running():
        # The caller waits for a function: its loop stands still, and another one has a thread.
        context = contextvars.copy_context()
        with ThreadPoolExecutor(1, "alembic") as thread:
            thread.submit(context.run, asyncio.run, _run(engine, migrate)).result()
    else:
        asyncio.run(_run(engine, migrate))


def _run_here(engine: Engine, migrate: Callable[[Connection], None]) -> None:
    with engine.connect() as connection:
        migrate(connection)


async def _run(engine: Engine, migrate: Callable[[Connection], None]) -> None:
    asynchronous = AsyncEngine(engine)
    try:
        async with asynchronous.connect() as connection:
            await connection.run_sync(migrate)
    finally:
        # What the pool keeps belongs to this event loop, which ends. The one connection of a
        # static pool is the database itself.
        if not isinstance(engine.pool, StaticPool):
            await asynchronous.dispose()


def _is_loop_running() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True
