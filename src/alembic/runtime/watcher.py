"""Watcher: who looks on while a run takes its steps, and hears of each statement.

A watcher changes nothing. It is handed to the run as the option ``watcher``; where there is none,
nothing of this is loaded.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Protocol

from sqlalchemy import Connection, event

from alembic.graph.step import MigrationStep

_EVENT = "before_cursor_execute"


class Watcher(Protocol):
    """What a run tells; in the thread that runs it."""

    def begin(self, steps: Sequence[MigrationStep]) -> None:
        """These steps are going to run. A run that has to try again begins again."""

    def begin_step(self, step: MigrationStep) -> None:
        """One of them begins."""

    def statement(self, sql: str) -> None:
        """A statement is on its way to the database; values that are bound to it are not in it."""

    def end_step(self, step: MigrationStep, heads: Collection[str]) -> None:
        """It has come to its end, and these are the heads now; the transaction may be open."""


@contextmanager
def statements_told(connection: Connection | None, told: Callable[[str], None]) -> Iterator[None]:
    """Call ``told`` with every statement that the block sends on ``connection``."""
    if connection is None:
        yield
        return

    def tell(_connection: Any, _cursor: Any, statement: str, *_others: Any) -> None:
        told(statement)

    event.listen(connection, _EVENT, tell)
    try:
        yield
    finally:
        event.remove(connection, _EVENT, tell)
