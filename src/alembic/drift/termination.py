"""Termination: a process that is asked to end first drops what it has made on a server."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn

_OF_SIGNALS = 128  # what a shell adds to the number of the signal that has ended a process


@contextmanager
def unwound_on_termination() -> Iterator[None]:
    """SIGTERM unwinds the block, and then ends the process, as it would have without.

    A program that has a say of its own about the signal keeps it.
    """
    is_ours = (
        threading.current_thread() is threading.main_thread()
        and signal.getsignal(signal.SIGTERM) == signal.SIG_DFL
    )
    if not is_ours:
        yield
        return
    signal.signal(signal.SIGTERM, _leave)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _leave(number: int, _frame: FrameType | None) -> NoReturn:
    raise SystemExit(_OF_SIGNALS + number)
