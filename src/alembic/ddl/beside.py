"""A connection beside the one that migrates: to hold a lock, or to ask what others see."""

from __future__ import annotations

from sqlalchemy import Connection, Engine
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry, NullPool


class OneConnectionOnly(Exception):
    """An engine over one given connection: what it opens is the one that migrates."""


def connect_beside(taken: Connection) -> Connection:
    """A connection made as the engine of ``taken`` makes them, and in no pool, in autocommit.

    Raises :class:`OneConnectionOnly`, and what the driver raises.
    """
    engine = taken.engine
    migrates = taken.connection.dbapi_connection

    def connect(rec: ConnectionPoolEntry) -> DBAPIConnection:
        made: DBAPIConnection = engine.pool._invoke_creator(rec)
        if made is migrates:
            raise OneConnectionOnly
        return made

    pool = NullPool(connect, dialect=engine.dialect, _dispatch=engine.pool.dispatch)
    connection = Engine(pool, engine.dialect, engine.url).connect()
    try:
        return connection.execution_options(isolation_level="AUTOCOMMIT")
    except BaseException:
        connection.close()
        raise
