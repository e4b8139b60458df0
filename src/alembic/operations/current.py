"""The operations that ``alembic.op`` speaks to, per thread and per task."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from alembic.operations.verbs.base import Invoker
from alembic.util.current import Current

current_operations: Current[Invoker] = Current("Operations")

_entered: list[Invoker] = []
_entering = threading.Lock()


@contextmanager
def as_current(operations: Invoker) -> Iterator[None]:
    """Make ``operations`` current within the block."""
    with _entering:
        _entered.append(operations)
    try:
        with current_operations.use(operations):
            yield
    finally:
        with _entering:
            _entered.remove(operations)


def find_operations(wanted: str, assigned: Invoker | None = None) -> Invoker:
    """The operations of the calling thread or task, else ``assigned``, else the only ones there are.

    The last is for a migration that hands work to threads of its own, which begin without a
    context. Raises NameError, naming the function ``wanted``, where none are meant.
    """
    current = current_operations.peek() or assigned
    if current is not None:
        return current
    with _entering:
        if len(_entered) == 1:
            return _entered[0]
    return current_operations.get(wanted)
