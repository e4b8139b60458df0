"""Reach: from either kind of engine, on either kind of call, to an ordinary connection.

::

                      run()                        arun()
    Engine            here                         in a thread
    AsyncEngine       on an event loop of its own  on the running loop, by run_sync()
    Connection        here                         here: its transaction belongs to this thread
    AsyncConnection   inside run_sync() only       on the running loop, by run_sync()
"""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.pool import SingletonThreadPool
from sqlalchemy.util.concurrency import in_greenlet

from alembic.api.errors import AwaitInstead, NotAnEngine
from alembic.runtime.database import ConnectionNotOpen, GivenDatabase

T = TypeVar("T")
Work = Callable[[Connection], None]


class Reach:
    """The way to the database of ``given``; raises :class:`NotAnEngine` for what has none."""

    def __init__(self, given: Any) -> None:
        self._given = given
        # The asynchronous ones are told by what they have: to know their classes is to load them.
        self._is_async = hasattr(given, "sync_connection") or hasattr(given, "sync_engine")
        if not self._is_async and not isinstance(given, Engine | Connection):
            raise NotAnEngine(given)

    def run(self, verb: str, work: Work) -> None:
        """Call ``work`` with a connection, and wait; raises :class:`AwaitInstead`."""
        is_connection = hasattr(self._given, "sync_connection")
        if self._is_async and not in_greenlet() and (is_connection or _is_loop_running()):
            raise AwaitInstead(verb)
        self._database().run(work)

    async def arun(self, work: Work) -> None:
        """Call ``work`` with a connection, while the event loop goes on."""
        given = self._given
        if hasattr(given, "sync_connection"):
            await given.run_sync(work)
        elif self._is_async:
            async with given.connect() as connection:
                await connection.run_sync(work)
        elif isinstance(given, Connection) or isinstance(given.pool, SingletonThreadPool):
            # In another thread such a pool would open another memory database.
            self._database().run(work)
        else:
            await in_thread(partial(self._database().run, work))

    def _database(self) -> GivenDatabase:
        given = self._given
        if hasattr(given, "sync_connection"):
            given = given.sync_connection
            if given is None:
                raise ConnectionNotOpen("the AsyncConnection of this Migrator")
        elif self._is_async:
            given = given.sync_engine
        if isinstance(given, Connection):
            return GivenDatabase(given.engine, given)
        return GivenDatabase(given)


async def in_thread(work: Callable[[], T]) -> T:
    """What ``work`` gives, in a thread that has the context variables of this task.

    Where the task is cancelled, the thread is waited for all the same: what it does can't be stopped
    half-way, and nobody is to believe that it was.
    """
    context = contextvars.copy_context()
    running = asyncio.get_running_loop().run_in_executor(None, partial(context.run, work))
    cancelled: asyncio.CancelledError | None = None
    while not running.done():
        try:
            await asyncio.wait({running})
        except asyncio.CancelledError as error:
            cancelled = error
    if cancelled is not None:
        running.exception()  # it is looked at, and gives way to the cancellation
        raise cancelled
    return running.result()


def _is_loop_running() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True
