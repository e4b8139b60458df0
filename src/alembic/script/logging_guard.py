"""Keep an application's loggers alive while ``env.py`` sets up logging for the tool.

``logging.config.fileConfig`` and ``dictConfig`` disable, unless told otherwise, every logger that
exists and that they don't name; in a program that embeds the tool these are the program's own. Within
:func:`loggers_kept` they set up what they are asked to and disable nothing else. Only calls from the
guarded code are concerned, whatever other threads do meanwhile.
"""

from __future__ import annotations

import logging
import logging.config
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar

HandleExisting = Callable[[Sequence[str], Sequence[str], bool], None]

_is_guarded: ContextVar[bool] = ContextVar("alembic_loggers_kept", default=False)
_installing = threading.Lock()
_guards = 0
# The one place where both functions disable loggers, in every Python that we support; code that has
# imported them by name long before arrives there too.
_handle_existing: HandleExisting = logging.config._handle_existing_loggers  # type: ignore[attr-defined]


@contextmanager
def loggers_kept() -> Iterator[None]:
    """Within the block no logging set-up made by it disables a logger, or enables a disabled one."""
    token = _is_guarded.set(True)
    _count_guards(1)
    try:
        yield
    finally:
        _count_guards(-1)
        _is_guarded.reset(token)


def _count_guards(change: int) -> None:
    global _guards  # noqa: PLW0603 - as many as there are runs in this process
    with _installing:
        _guards += change
        handler = _keep_existing if _guards else _handle_existing
        logging.config._handle_existing_loggers = handler  # type: ignore[attr-defined]


def _keep_existing(
    existing: Sequence[str], child_loggers: Sequence[str], disable_existing: bool
) -> None:
    """Stand in for logging's own: ``existing`` are the loggers that the set-up does not name.

    Children of a logger that it names are put back to the defaults, as ever; the others are left out,
    which leaves each as it is: enabled or disabled.
    """
    if _is_guarded.get():
        existing = [name for name in existing if name in child_loggers]
    _handle_existing(existing, child_loggers, disable_existing)
