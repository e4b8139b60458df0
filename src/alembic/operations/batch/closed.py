"""A connection that SQLite lets edit no schema, and what can be done about it.

SQLITE_DBCONFIG_DEFENSIVE keeps ``sqlite_master`` from being written; on some systems it is set from the
start. Who holds the connection may take it off, and Python's driver can from 3.12 on. That is done
where nothing else keeps a rebuild within its transaction, and for the time of that rebuild.
Source: https://www.sqlite.org/c3ref/c_dbconfig_defensive.html.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection

DEFENSIVE = 1010
"""``sqlite3.SQLITE_DBCONFIG_DEFENSIVE``, which Python has a name for from 3.12 on."""


@contextmanager
def opened(connection: Connection) -> Iterator[bool]:
    """The schema may be edited within the block; gives False where the driver can't see to it."""
    driver: Any = connection.connection.driver_connection
    if not hasattr(driver, "setconfig") or not driver.getconfig(DEFENSIVE):
        yield False
        return
    driver.setconfig(DEFENSIVE, False)
    try:
        yield True
    finally:
        driver.setconfig(DEFENSIVE, True)
