"""The operations that ``alembic.op`` speaks to, per thread and per task.

They are made when the first of them is asked for: a run with nothing to do has no need of this room.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING

from alembic.util.current import Current

if TYPE_CHECKING:
    from alembic.operations.verbs.base import Invoker


class Entered:
    """The operations of one run, made on first use."""

    def __init__(self, make: Callable[[], Invoker]) -> None:
        self._make = make

    @cached_property
    def operations(self) -> Invoker:
        """They themselves."""
        return self._make()


current_operations: Current[Entered] = Current("Operations")

_entered: list[Entered] = []
_entering = threading.Lock()


@contextmanager
def as_current(make: Callable[[], Invoker]) -> Iterator[None]:
    """Have the operations that ``make`` gives be current within the block."""
    entered = Entered(make)
    with _entering:
        _entered.append(entered)
    try:
        with current_operations.use(entered):
            yield
    finally:
        with _entering:
            _entered.remove(entered)


def find_operations(wanted: str, assigned: Invoker | None = None) -> Invoker:
    """The operations of the calling thread or task, else ``assigned``, else the only ones there are.

    The last is for a migration that hands work to threads of its own, which begin without a
    context. Raises NameError, naming the function ``wanted``, where none are meant.
    """
    current = current_operations.peek()
    if current is not None:
        return current.operations
    if assigned is not None:
        return assigned
    with _entering:
        if len(_entered) == 1:
            return _entered[0].operations
    return current_operations.get(wanted).operations
