"""Database: which database a run is about, and how it comes by a connection.

What ``context.run()`` is given counts, else what the program has put into
``config.attributes["connection"]``, else what the settings say. Engines and connections may be those
of ``sqlalchemy`` or of ``sqlalchemy.ext.asyncio``::

    database = find_database(config)
    database.url                # for a script
    database.run(migrate)       # calls migrate(connection)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol, TypeAlias

from sqlalchemy import Connection, Engine, engine_from_config, make_url, pool
from sqlalchemy.engine import URL

from alembic.config import Config
from alembic.config.engine import PREFIX, URL as URL_KEY, engine_settings
from alembic.runtime.options import UserValue
from alembic.util.exc import CommandError

Migrate: TypeAlias = Callable[[Connection], None]


class SeveralDatabases(CommandError):
    """``context.run()`` was given more than one way to a database."""

    def __init__(self, given: list[str]) -> None:
        self.given = given
        super().__init__(f"context.run() takes one of {' and '.join(given)}, not both")


class NoDatabaseConfigured(CommandError):
    """Neither the call nor the program nor the settings name a database."""

    def __init__(self, config: Config) -> None:
        self.section = config.config_ini_section
        super().__init__(
            f"No database is named: set {URL_KEY} in section [{self.section}] of "
            f"{config.config_file_name or 'the configuration'}, or hand an engine or a connection to "
            "context.run(), or put it into config.attributes['connection']"
        )


class NoWayToDatabase(CommandError):
    """What was handed over is neither an engine nor a connection."""

    def __init__(self, given: UserValue, source: str) -> None:
        self.given = given
        super().__init__(
            f"{source} is to be an Engine, a Connection, an AsyncEngine or an AsyncConnection of "
            f"SQLAlchemy, not a {type(given).__name__}"
        )


class ConnectionNotOpen(CommandError):
    """The connection that was handed over is closed, or was never opened."""

    def __init__(self, source: str) -> None:
        super().__init__(
            f"{source} is a connection that is not open; open it with `with engine.connect()`, or "
            "`async with engine.connect()`, around the command"
        )


class Database(Protocol):
    """A database that a run can reach."""

    @property
    def url(self) -> str | URL:
        """Its URL, which a script is written for."""

    def run(self, migrate: Migrate) -> None:
        """Call ``migrate`` with a connection."""


class GivenDatabase:
    """An engine, and maybe an open connection of it, that belong to somebody else."""

    def __init__(self, engine: Engine, connection: Connection | None = None) -> None:
        self.engine = engine
        self.connection = connection
        self.url = engine.url

    def run(self, migrate: Migrate) -> None:
        """Call ``migrate`` with the connection, else with one of the engine's."""
        if self.engine.dialect.is_async:
            # The asynchronous half of SQLAlchemy is loaded for those drivers only.
            from alembic.runtime.event_loop import run_on_given

            run_on_given(self.engine, self.connection, migrate)
        elif self.connection is not None:
            migrate(self.connection)
        else:
            with self.engine.connect() as connection:
                migrate(connection)


class ConfiguredDatabase:
    """A database by its settings, ``sqlalchemy.url`` and others; an engine is made for the run alone."""

    def __init__(self, settings: Mapping[str, UserValue]) -> None:
        self.settings = settings
        self.url: str | URL = settings[URL_KEY]

    def run(self, migrate: Migrate) -> None:
        """Connect, call ``migrate``, and let go of the engine."""
        engine = engine_from_config(dict(self.settings), prefix=PREFIX, poolclass=pool.NullPool)
        if engine.dialect.is_async:
            from alembic.runtime.event_loop import run_on_own  # as above

            run_on_own(engine, migrate)
            return
        with engine.connect() as connection:
            migrate(connection)


def find_database(
    config: Config,
    *,
    engine: UserValue = None,
    connection: UserValue = None,
    url: str | URL | None = None,
) -> Database:
    """The database that a run is about.

    Raises :class:`SeveralDatabases`, :class:`NoWayToDatabase`, :class:`ConnectionNotOpen`,
    :class:`NoDatabaseConfigured` and :class:`~alembic.config.engine.VariableNotSet`.
    """
    choices = {"engine": engine, "connection": connection, "url": url}
    given = [name for name, value in choices.items() if value is not None]
    if len(given) > 1:
        raise SeveralDatabases(given)
    if url is not None:
        return ConfiguredDatabase({**_other_settings(config), URL_KEY: make_url(url)})
    if given:
        return _given(choices[given[0]], f"{given[0]!r} of context.run()")
    if config.attributes.get("connection") is not None:
        return _given(config.attributes["connection"], "config.attributes['connection']")
    settings = engine_settings(config)
    if not settings.get(URL_KEY):
        raise NoDatabaseConfigured(config)
    return ConfiguredDatabase(settings)


def _other_settings(config: Config) -> dict[str, UserValue]:
    """The settings of the engine but its URL, which may refer to what isn't set."""
    return {key: value for key, value in engine_settings(config).items() if key != URL_KEY}


def _given(given: UserValue, source: str) -> GivenDatabase:
    # The asynchronous ones are told by what they have: to know their classes is to load them.
    if hasattr(given, "sync_connection"):
        given = given.sync_connection
        if given is None:
            raise ConnectionNotOpen(source)
    elif hasattr(given, "sync_engine"):
        given = given.sync_engine
    if isinstance(given, Engine):
        return GivenDatabase(given)
    if not isinstance(given, Connection):
        raise NoWayToDatabase(given, source)
    if given.closed:
        raise ConnectionNotOpen(source)
    return GivenDatabase(given.engine, given)
