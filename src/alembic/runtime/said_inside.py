"""SaidInside: what ``env.py`` has said in the transaction in which a run begins.

A run that waits for its turn would end that transaction, so as to hold up nobody. ``SET LOCAL`` and
locks would be lost with it, so the transaction is kept where it may be, and where it may not, they
are said again in the next one. What the run itself asks does not count::

    inside = SaidInside(connection)
    inside.watch(is_joined=False)          # begin_transaction()
    inside.begin_run(is_foreign=False)     # run_migrations()
    if not inside.is_used:                 # it may be ended and begun anew
        ...
"""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import Connection, event

# What ends with its transaction and can be said twice.
_LOCAL = re.compile(
    r"\s*SET\s+(?:LOCAL|TRANSACTION|CONSTRAINTS)\b|\bset_config\s*\(|\bpg_(?:try_)?advisory_xact_lock",
    re.IGNORECASE,
)


class SaidInside:
    """What others than the run say on ``connection`` in its transaction."""

    def __init__(self, connection: Connection | None) -> None:
        self._connection = connection
        self.is_used = False
        self._local: list[tuple[str, Any]] = []
        self._is_watching = False
        self._has_run = False

    def watch(self, *, is_joined: bool) -> None:
        """A transaction has begun for ``env.py`` to use; or an earlier statement had begun it, and
        ``is_joined``.
        """
        self.is_used = self.is_used or is_joined
        if self._connection is not None and not self._is_watching:
            self._is_watching = True
            event.listen(self._connection, "before_cursor_execute", self._statement)

    def begin_run(self, *, is_foreign: bool) -> None:
        """What is said from here on, the run says.

        ``is_foreign``: a transaction is open that no scope of the run has begun. One that an earlier
        run has been through is used as well.
        """
        self.is_used = self.is_used or self._has_run or is_foreign
        self._has_run = True
        self._stop()

    def say_again(self) -> None:
        """In a new transaction: what was meant for all of the run."""
        for statement, parameters in self._local:
            assert self._connection is not None
            self._connection.exec_driver_sql(statement, parameters or None)

    def end(self) -> None:
        """The transaction has ended."""
        self.is_used = self._has_run = False
        self._local = []
        self._stop()

    def _statement(
        self, _connection: Connection, _cursor: Any, statement: str, parameters: Any, *_rest: Any
    ) -> None:
        self.is_used = True
        if _LOCAL.search(statement):
            self._local.append((statement, parameters))

    def _stop(self) -> None:
        if self._is_watching and self._connection is not None:
            self._is_watching = False
            event.remove(self._connection, "before_cursor_execute", self._statement)
