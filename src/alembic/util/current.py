"""Current[T]: the object that a module-level door speaks to, per thread and per task.

A revision file calls ``op.create_table(...)`` without naming a run; which run is meant stands in
a context variable. ``asyncio`` tasks and SQLAlchemy's greenlets carry it along; a new thread
starts empty, so that two runs in two threads never meet. Example::

    current_operations: Current[Operations] = Current("Operations")
    with current_operations.use(operations):
        current_operations.get()
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Generic, TypeVar

T = TypeVar("T")


class Current(Generic[T]):
    """One context variable with a helpful error when nothing is current."""

    def __init__(self, class_name: str) -> None:
        self.class_name = class_name
        self._variable: ContextVar[T | None] = ContextVar(f"alembic_{class_name}", default=None)

    def peek(self) -> T | None:
        """The current object, or None."""
        return self._variable.get()

    def get(self, wanted: str = "") -> T:
        """The current object; raises NameError, naming the function ``wanted``, where there is none."""
        value = self._variable.get()
        if value is None:
            raise NameError(
                f"Can't invoke function '{wanted}', as the proxy object has not yet been "
                f"established for the Alembic '{self.class_name}' class.  "
                "Try placing this code inside a callable."
            )
        return value

    @contextmanager
    def use(self, value: T) -> Iterator[T]:
        """Make ``value`` current within the block; what was current before is current again after it."""
        token = self._variable.set(value)
        try:
            yield value
        finally:
            try:
                self._variable.reset(token)
            except ValueError:
                # The block was left in another context than it was entered in (a generator that
                # an event loop finishes): there is nothing of ours to take back there.
                self._variable.set(None)
