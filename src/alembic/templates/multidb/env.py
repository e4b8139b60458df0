"""How migrations reach the databases. Every command that needs a database runs this file."""

import logging
import re
from contextlib import ExitStack
from logging.config import fileConfig
from pathlib import Path

from sqlalchemy import MetaData, engine_from_config, pool

from alembic import context

config = context.config

# Logging as the ini file has it; loggers that are there already stay as they are.
if config.config_file_name and config.file_config.has_section("loggers"):
    fileConfig(config.config_file_name, disable_existing_loggers=False)
logger = logging.getLogger("alembic.env")

# The names in the setting `databases`; each is a section with its own sqlalchemy.url.
names = re.findall(r"[^\s,]+", config.get_main_option("databases", ""))

# The models of each database that `alembic revision --autogenerate` compares with it:
#     from myapp.models import Accounts, Stock
#     target_metadata = {"engine1": Accounts.metadata, "engine2": Stock.metadata}
target_metadata: dict[str, MetaData] = {}


def options_for(name: str) -> dict:
    """What configure() is told of the database `name`, however it is reached."""
    return {
        "target_metadata": target_metadata.get(name),
        # The words that script.py.mako has for what is done in this database.
        "upgrade_token": f"{name}_upgrades",
        "downgrade_token": f"{name}_downgrades",
    }


def write_sql() -> None:
    """With --sql: one file for each database, nothing connects to any."""
    for name in names:
        file = Path(f"{name}.sql")
        logger.info("Migrating database %s", name)
        logger.info("Writing output to %s", file)
        with file.open("w", encoding="utf-8") as buffer:
            context.configure(
                url=config.get_section_option(name, "sqlalchemy.url"),
                output_buffer=buffer,
                literal_binds=True,
                dialect_opts={"paramstyle": "named"},
                **options_for(name),
            )
            with context.begin_transaction():
                context.run_migrations(engine_name=name)


def migrate() -> None:
    """Without --sql: go through the databases; none is committed before all have succeeded."""
    with ExitStack() as stack:
        transactions = []
        for name in names:
            engine = engine_from_config(
                config.get_section(name, {}), prefix="sqlalchemy.", poolclass=pool.NullPool
            )
            connection = stack.enter_context(engine.connect())
            transactions.append(connection.begin())
            logger.info("Migrating database %s", name)
            context.configure(connection=connection, **options_for(name))
            context.run_migrations(engine_name=name)
        # Leaving without a commit, because of an exception above, rolls all of them back.
        for transaction in transactions:
            transaction.commit()


if context.is_offline_mode():
    write_sql()
else:
    migrate()
