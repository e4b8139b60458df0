"""Patience: pauses that grow, up to a deadline, on a thread or on an event loop.

patience = Patience(600, is_async=False)
while not lock.try_once():
    if patience.is_over:
        raise LockTimeout(...)
    patience.pause()
"""

from __future__ import annotations

import asyncio
import random
import time

from sqlalchemy.util import await_only

DEFAULT_TIMEOUT = 600.0
"""Seconds that a migrator waits for its turn."""


class Patience:
    """Waiting for at most ``seconds``, in pauses from ``first`` to ``longest`` seconds."""

    def __init__(
        self, seconds: float, *, is_async: bool, first: float = 0.02, longest: float = 0.5
    ) -> None:
        self._begun = time.monotonic()
        self._seconds = seconds
        self._is_async = is_async
        self._next = first
        self._longest = longest

    @property
    def waited(self) -> float:
        """Seconds since it began."""
        return time.monotonic() - self._begun

    @property
    def is_over(self) -> bool:
        """Whether all of the time has passed."""
        return self.waited >= self._seconds

    def pause(self) -> None:
        """Sleep, not longer than to the deadline, and a little longer each time."""
        # Not all at the same moment: waiters drift apart.
        seconds = self._next * random.uniform(0.5, 1.0)  # noqa: S311
        self._next = min(self._next * 1.5, self._longest)
        sleep(max(0.0, min(seconds, self._seconds - self.waited)), is_async=self._is_async)


def sleep(seconds: float, *, is_async: bool) -> None:
    """Sleep; in a run on an asynchronous engine the event loop goes on meanwhile."""
    if is_async:
        await_only(asyncio.sleep(seconds))
    else:
        time.sleep(seconds)
