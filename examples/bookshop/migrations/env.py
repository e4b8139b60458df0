"""How the bookshop's migrations reach its database: BOOKSHOP_URL, else the ini file's URL."""

import os
from logging.config import fileConfig

from models import Base
from sqlalchemy import create_engine, pool

from alembic import context

config = context.config
fileConfig(config.config_file_name, disable_existing_loggers=False)

url = os.environ.get("BOOKSHOP_URL") or config.get_main_option("sqlalchemy.url")
target_metadata = Base.metadata


def write_sql() -> None:
    """With --sql: write the statements for the URL's database, without a connection."""
    context.configure(
        url=url,
        target_metadata=target_metadata,
        literal_binds=True,
        dialect_opts={"paramstyle": "named"},
    )
    with context.begin_transaction():
        context.run_migrations()


def migrate() -> None:
    """Connect, and run the migrations."""
    engine = create_engine(url, poolclass=pool.NullPool)
    with engine.connect() as connection:
        context.configure(connection=connection, target_metadata=target_metadata)
        with context.begin_transaction():
            context.run_migrations()


if context.is_offline_mode():
    write_sql()
else:
    migrate()
