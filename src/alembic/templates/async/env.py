"""How migrations reach the database. Every command that needs a database runs this file."""

import asyncio
from logging.config import fileConfig

from sqlalchemy import Connection, pool
from sqlalchemy.ext.asyncio import async_engine_from_config

from alembic import context

config = context.config

# Logging as the ini file has it; loggers that are there already stay as they are.
if config.config_file_name and config.file_config.has_section("loggers"):
    fileConfig(config.config_file_name, disable_existing_loggers=False)

# The models that `alembic revision --autogenerate` compares with the database:
#     from myapp.models import Base
#     target_metadata = Base.metadata
target_metadata = None

# Settings of your own are read with config.get_main_option("name"), arguments of
# `alembic -x name=value` with context.get_x_argument(as_dictionary=True).


def write_sql() -> None:
    """With --sql: the URL says which dialect to write, nothing connects to it."""
    context.configure(
        url=config.get_main_option("sqlalchemy.url"),
        target_metadata=target_metadata,
        literal_binds=True,
        dialect_opts={"paramstyle": "named"},
    )
    with context.begin_transaction():
        context.run_migrations()


def migrate(connection: Connection) -> None:
    """Run the migrations. They are ordinary code, so they are given an ordinary connection."""
    context.configure(connection=connection, target_metadata=target_metadata)
    with context.begin_transaction():
        context.run_migrations()


async def connect_and_migrate() -> None:
    """Without --sql: connect, and hand the connection over."""
    engine = async_engine_from_config(
        config.get_section(config.config_ini_section, {}),
        prefix="sqlalchemy.",
        poolclass=pool.NullPool,
    )
    async with engine.connect() as connection:
        await connection.run_sync(migrate)
    await engine.dispose()


if context.is_offline_mode():
    write_sql()
elif config.attributes.get("connection") is not None:
    # A program runs the command, and hands over a connection of its own, such as the one that
    # `await connection.run_sync(...)` gives to a function.
    migrate(config.attributes["connection"])
else:
    asyncio.run(connect_and_migrate())
