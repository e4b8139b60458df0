"""Scratch: a disposable database of the kind of the one at hand, made for a run and dropped with it.

::

    with scratch_database(connection) as engine:
        …

SQLite gets a temporary file, PostgreSQL, MySQL and MariaDB a database on the same server, with the same
encoding. Where that isn't allowed, or on other servers, the user names an empty one.
"""

from __future__ import annotations

import logging
import secrets
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from alembic.ddl.driver_errors import first_line
from alembic.ddl.literals import text_literal
from alembic.drift.emptying import empty_database, is_empty
from alembic.drift.surroundings import surroundings_of
from alembic.drift.termination import unwound_on_termination
from alembic.util.exc import CommandError
from alembic.util.messaging import obfuscate_url_pw

log = logging.getLogger(__name__)

PREFIX = "alembic_scratch_"
MYSQL = frozenset({"mysql", "mariadb"})

_RIGHTS = {
    "postgresql": "the role needs CREATEDB: ALTER ROLE … CREATEDB",
    "mysql": f"the user needs GRANT ALL ON `{PREFIX}%`.* TO …",
}


class ScratchNotMade(CommandError):
    """The server doesn't let us make a scratch database."""

    def __init__(self, dialect: str, error: SQLAlchemyError) -> None:
        self.dialect = dialect
        right = _RIGHTS.get("mysql" if dialect in MYSQL else dialect, "")
        super().__init__(
            f"A scratch database can't be made: {first_line(error)}\n"
            f"{f'For that {right}. ' if right else ''}Or name an empty database of your own with --scratch-url"
        )


class ScratchNeeded(CommandError):
    """A kind of server on which no scratch database is made."""

    def __init__(self, dialect: str) -> None:
        self.dialect = dialect
        super().__init__(
            f"On {dialect} no scratch database is made; name an empty one with --scratch-url"
        )


class ScratchNotUsable(CommandError):
    """What ``--scratch-url`` names can't be used."""

    def __init__(self, url: str | URL, problem: str) -> None:
        super().__init__(f"--scratch-url {obfuscate_url_pw(url)}: {problem}")


@contextmanager
def scratch_database(connection: Connection, url: str | None = None) -> Iterator[Engine]:
    """An engine of an empty database like that of ``connection``, which is left alone.

    With ``url`` it is that one, which has to be empty but for schemas and extensions, and is so again in the end. Raises
    :class:`ScratchNotMade`, :class:`ScratchNeeded` or :class:`ScratchNotUsable`.
    """
    if url is not None:
        with _given(connection, url) as engine:
            yield engine
        return
    dialect = connection.dialect.name
    make = {"sqlite": _file, "postgresql": _postgresql}.get(dialect, _mysql)
    if dialect not in {"sqlite", "postgresql"} | MYSQL:
        raise ScratchNeeded(dialect)
    with unwound_on_termination(), make(connection) as engine:
        yield engine


@contextmanager
def _file(connection: Connection) -> Iterator[Engine]:
    with tempfile.TemporaryDirectory(prefix=PREFIX) as folder:
        path = Path(folder) / "scratch.db"
        with _engine(URL.create(connection.engine.url.drivername, database=str(path))) as engine:
            yield engine


@dataclass(frozen=True, slots=True)
class _Server:
    """How a server makes and drops a database called ``name``."""

    name: str
    create: str
    drop: str
    prepare: tuple[str, ...] = ()
    each_session: str | None = None


@contextmanager
def _postgresql(connection: Connection) -> Iterator[Engine]:
    """The schemas on the search path are there, and are searched in the same order."""
    encoding, collate, ctype = connection.execute(
        text(
            "SELECT pg_encoding_to_char(encoding), datcollate, datctype FROM pg_database "
            "WHERE datname = current_database()"
        )
    ).one()
    path, searched = connection.execute(
        text("SELECT current_setting('search_path'), current_schemas(false)")
    ).one()
    quote = connection.dialect.identifier_preparer.quote
    name = PREFIX + secrets.token_hex(6)
    server = _Server(
        name,
        f"CREATE DATABASE {name} TEMPLATE template0 ENCODING {text_literal(encoding)} "
        f"LC_COLLATE {text_literal(collate)} LC_CTYPE {text_literal(ctype)}",
        f"DROP DATABASE IF EXISTS {name}{_force(connection)}",
        tuple(f"CREATE SCHEMA IF NOT EXISTS {quote(schema)}" for schema in searched),
        f"SELECT set_config('search_path', {text_literal(path)}, false)",
    )
    with _on_server(connection, server) as engine:
        yield engine


def _force(connection: Connection) -> str:
    """A session of the run's own may not have ended yet, on the server's side.

    Source: https://www.postgresql.org/docs/current/sql-dropdatabase.html.
    """
    return " WITH (FORCE)" if (connection.dialect.server_version_info or ()) >= (13,) else ""


@contextmanager
def _mysql(connection: Connection) -> Iterator[Engine]:
    charset, collation = connection.execute(
        text("SELECT @@character_set_database, @@collation_database")
    ).one()
    name = PREFIX + secrets.token_hex(6)
    server = _Server(
        name,
        f"CREATE DATABASE {name} CHARACTER SET {charset} COLLATE {collation}",
        f"DROP DATABASE IF EXISTS {name}",
    )
    with _on_server(connection, server) as engine:
        yield engine


@contextmanager
def _on_server(connection: Connection, server: _Server) -> Iterator[Engine]:
    live = connection.engine.url
    arguments = _arguments_beside_url(connection.engine)
    with _engine(live, arguments) as beside:
        administer = beside.execution_options(isolation_level="AUTOCOMMIT")
        try:
            with administer.connect() as administrator:
                administrator.exec_driver_sql(server.create)
        except SQLAlchemyError as error:
            raise ScratchNotMade(connection.dialect.name, error) from error
        try:
            url = live.set(database=server.name)
            # By an engine of its own: one learns on its first connection which schema is searched.
            with _engine(url, arguments) as preparing, preparing.begin() as prepared:
                for statement in server.prepare:
                    prepared.exec_driver_sql(statement)
            with _engine(url, arguments, server.each_session) as engine:
                yield engine
        finally:
            _drop(administer, server)


def _drop(administer: Engine, server: _Server) -> None:
    try:
        with administer.connect() as administrator:
            administrator.exec_driver_sql(server.drop)
    except SQLAlchemyError as error:
        log.warning("%s is left behind, drop it by hand: %s", server.name, first_line(error))


@contextmanager
def _given(connection: Connection, given: str) -> Iterator[Engine]:
    try:
        url = make_url(given)
        dialect = url.get_dialect().name
    except (ArgumentError, SQLAlchemyError) as error:
        raise ScratchNotUsable("…", first_line(error)) from error
    if {dialect, connection.dialect.name} - MYSQL and dialect != connection.dialect.name:
        raise ScratchNotUsable(url, f"it is {dialect}, the database is {connection.dialect.name}")
    if _place(url) == _place(connection.engine.url):
        raise ScratchNotUsable(url, "it is the database itself; name another, empty one")
    with _engine(url) as engine:
        try:
            found = engine.connect()
        except DBAPIError as error:
            raise ScratchNotUsable(url, first_line(error)) from error
        with found:
            if not is_empty(inspect(found)):
                raise ScratchNotUsable(url, "it is not empty; what is in it would be lost")
            prepared = surroundings_of(found) if dialect == "postgresql" else []
        try:
            yield engine
        finally:
            with engine.begin() as scratch:
                empty_database(scratch)
                for statement in prepared:
                    scratch.exec_driver_sql(statement)


def _place(url: URL) -> tuple[object, ...]:
    if url.get_backend_name() == "sqlite":
        return (str(Path(url.database or "").resolve()),)
    return url.host, url.port, url.database


@contextmanager
def _engine(
    url: URL, arguments: Mapping[str, Any] | None = None, each_session: str | None = None
) -> Iterator[Engine]:
    engine = create_engine(url, poolclass=NullPool, connect_args=dict(arguments or {}))
    if each_session is not None:
        event.listen(engine, "connect", _saying(each_session), insert=True)
    try:
        yield engine
    finally:
        engine.dispose()


def _saying(statement: str) -> Callable[[Any, object], None]:
    def begin_session(dbapi_connection: Any, _record: object) -> None:
        cursor = dbapi_connection.cursor()
        cursor.execute(statement)
        cursor.close()
        dbapi_connection.commit()

    return begin_session


def _arguments_beside_url(engine: Engine) -> dict[str, Any]:
    """What the engine's program has given the driver beyond the URL, such as certificates."""
    given: dict[str, Any] = {}

    def look(_dialect: object, _record: object, _cargs: object, cparams: dict[str, Any]) -> None:
        given.update(cparams)

    event.listen(engine, "do_connect", look)
    pool = engine.pool.recreate()
    try:
        pool.connect().close()
    finally:
        event.remove(engine, "do_connect", look)
        pool.dispose()
    _, by_url = engine.dialect.create_connect_args(engine.url)
    return {name: value for name, value in given.items() if name not in by_url}
