"""What ``context.run()`` does: everything that ``env.py`` is for, in one call.

::

    find the database → script: configure by its URL
                      → else: connect, configure with the connection
    → a transaction around the migrations
"""

from __future__ import annotations

import logging
import logging.config
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from sqlalchemy import Connection, MetaData
from sqlalchemy.engine import URL

from alembic.config import Config
from alembic.config.files import SettingsError
from alembic.runtime.configured_metadata import configured_metadata
from alembic.runtime.database import find_database
from alembic.runtime.options import UserValue, flag

FLAGS = (
    "compare_server_default",
    "compare_type",
    "include_schemas",
    "render_as_batch",
    "transaction_per_migration",
)
"""Options of ``configure()`` that the settings may give to ``context.run()``: true or false."""

_LOG_LINE = "%(levelname)-5.5s [%(name)s] %(message)s"


class RunEnvironment(Protocol):
    """What is needed of the environment."""

    config: Config

    def is_offline_mode(self) -> bool:
        """Whether a script is written."""

    def configure(self, **options: UserValue) -> None:
        """Say which database the run is about."""

    def begin_transaction(self) -> AbstractContextManager[UserValue]:
        """The transaction of the run."""

    def run_migrations(self) -> None:
        """Run the steps."""


def run_whole(
    environment: RunEnvironment,
    target_metadata: MetaData | Sequence[MetaData] | None,
    options: Mapping[str, UserValue],
    *,
    engine: UserValue = None,
    connection: UserValue = None,
    url: str | URL | None = None,
) -> None:
    """Reach the database, configure the environment with ``options``, and run the migrations."""
    config = environment.config
    _set_up_logging(config)
    database = find_database(config, engine=engine, connection=connection, url=url)
    metadata = configured_metadata(config) if target_metadata is None else target_metadata
    asked = {**_flags(config), "target_metadata": metadata, **options}
    if environment.is_offline_mode():
        spelled = {"literal_binds": True, "dialect_opts": {"paramstyle": "named"}}
        _configure_and_run(environment, {"url": database.url, **spelled, **asked})
        return
    asked.pop("literal_binds", None)  # of scripts only

    def migrate(live: Connection) -> None:
        _configure_and_run(environment, {"connection": live, **asked})

    database.run(migrate)


def _configure_and_run(environment: RunEnvironment, options: dict[str, UserValue]) -> None:
    environment.configure(**options)
    with environment.begin_transaction():
        environment.run_migrations()


def _flags(config: Config) -> dict[str, bool]:
    given = {name: config.get_alembic_option(name) for name in FLAGS}
    return {
        name: flag(name, value, "the settings")
        for name, value in given.items()
        if value is not None
    }


def _set_up_logging(config: Config) -> None:
    """Have the log on standard error, as the ini file says or else plainly.

    Only for the program ``alembic`` itself, and only where nothing is set up yet: a program that
    runs a command, or an ``env.py``, has its own ways.
    """
    if config.cmd_opts is None or logging.getLogger("alembic").hasHandlers():
        return
    if config.config_file_name is not None and config.file_config.has_section("loggers"):
        try:
            logging.config.fileConfig(config.config_file_name, disable_existing_loggers=False)
        except (KeyError, ValueError, RuntimeError) as error:
            reason = f"the sections about logging can't be used: {error}"
            raise SettingsError(config.config_file_name, reason) from error
        return
    logging.basicConfig(format=_LOG_LINE, level=logging.WARNING)
    level = logging.WARNING if config.messaging_opts["quiet"] else logging.INFO
    logging.getLogger("alembic").setLevel(level)
    # Which plugins compare is said on request only, as the templates have it.
    logging.getLogger("alembic.runtime.plugins").setLevel(logging.WARNING)
