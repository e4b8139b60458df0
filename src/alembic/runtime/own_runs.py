"""What this process is at work on already, so that a run doesn't wait for itself.

Two URLs of a configuration may lead to one database, and an ``env.py`` may keep the first one's
transaction open until the second one has succeeded. The second would then wait in the database for
the first, which waits for it. Threads and tasks wait for one another, and rightly so: an
:func:`actor` is one of them.
"""

from __future__ import annotations

import sys
import threading
from contextlib import suppress
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from alembic.util.exc import CommandError

Actor = tuple[int, int]
Place = tuple[object, ...]


class WaitsForItself(CommandError):
    """A run would wait for a transaction or a lock that its own thread has."""

    def __init__(self, version_table: str) -> None:
        self.version_table = version_table
        super().__init__(
            "This run would wait for itself: the same process is in the middle of another one on "
            f"the same database (version table '{version_table}'). Do two URLs of the settings lead "
            "to one database? Give each its own, or end the first run before the second begins"
        )


def actor() -> Actor:
    """The thread, and the task in it, that is at work now."""
    task = None
    asyncio = sys.modules.get("asyncio")  # without it there are no tasks
    if asyncio is not None:
        with suppress(RuntimeError):
            task = asyncio.current_task()
    return threading.get_ident(), id(task)


def place_of(connection: Connection) -> Place | None:
    """Which database a connection leads to, as its URL has it; None for one in memory."""
    url = connection.engine.url
    if connection.dialect.name == "sqlite" and "memory" in (url.database or "memory"):
        return None
    return connection.dialect.name, url.host, url.port, url.database


_NOW_IN = {
    "postgresql": "SELECT current_schema()",
    "mysql": "SELECT database()",
    "mariadb": "SELECT database()",
}


def schema_now(connection: Connection) -> str:
    """The schema, or database, that names without one are of; it may differ from the URL's."""
    query = _NOW_IN.get(connection.dialect.name)
    return "" if query is None else str(connection.scalar(text(query)))


class _Locks:
    """The locks of migrators that actors of this process have."""

    def __init__(self) -> None:
        self._held: dict[Place, Actor] = {}

    def note(self, place: Place) -> None:
        """The current actor has it."""
        self._held[place] = actor()

    def forget(self, place: Place) -> None:
        """It has been given back."""
        self._held.pop(place, None)

    def is_ours(self, place: Place) -> bool:
        """Whether the current actor has it."""
        return self._held.get(place) == actor()


class _Transactions:
    """Transactions of programs in which a run has changed something, and that may be open yet."""

    def __init__(self) -> None:
        self._changed: WeakKeyDictionary[Connection, tuple[Place, Actor]] = WeakKeyDictionary()

    def note(self, connection: Connection, version_table: str, schema: str | None) -> None:
        """A run is about to change something in the transaction that is open on ``connection``.

        Raises :class:`WaitsForItself` where another connection has done so.
        """
        place = place_of(connection)
        if place is None:
            return
        # SQLite's write lock is one for the whole database.
        table = () if connection.dialect.name == "sqlite" else (schema, version_table)
        entry = (*place, *table), actor()
        for other, noted in list(self._changed.items()):
            if other is connection or noted != entry or other.closed:
                continue
            if other.in_transaction() and _is_same_schema(other, connection):
                raise WaitsForItself(version_table)
        self._changed[connection] = entry


def _is_same_schema(one: Connection, other: Connection) -> bool:
    try:
        return schema_now(one) == schema_now(other)
    except SQLAlchemyError:
        return False  # a transaction that has failed holds up nobody for long


own_locks = _Locks()
own_transactions = _Transactions()
