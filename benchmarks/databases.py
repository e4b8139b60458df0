"""The databases to measure on: a file of SQLite, or a database of its own on a PostgreSQL server."""

from __future__ import annotations

import functools
import sys
from collections.abc import Iterable
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "tests"))


def url(kind: str, name: str, file: Path) -> str:
    """The URL of the database ``name``, or of ``file``."""
    if kind == "sqlite":
        return f"sqlite:///{file}"
    return _server().set(database=name).render_as_string(hide_password=False)


def empty(kind: str, name: str) -> None:
    """Make the database ``name`` anew; the file of SQLite is the caller's."""
    if kind == "sqlite":
        return
    _execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)", f"CREATE DATABASE {name}")


def drop_all(names: Iterable[str]) -> None:
    """Take the databases away again, if a server was used at all."""
    if _server.cache_info().currsize:
        _execute(*(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)" for name in names))


@functools.cache
def _server():
    # SQLAlchemy and the servers of the tests are needed for one case only.
    import sqlalchemy as sa

    import servers

    found, reason = servers.find("postgresql")
    if found is None:
        raise LookupError(reason)
    return sa.make_url(found)


def _execute(*statements: str) -> None:
    import sqlalchemy as sa

    engine = sa.create_engine(_server(), isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(sa.text(statement))
