"""The bare limit where there is nothing to do: look at every file, ask the database through SQLAlchemy."""

import configparser
import os

from sqlalchemy import create_engine, pool, text

settings = configparser.RawConfigParser()
settings.read("alembic.ini")
with os.scandir("migrations/versions") as entries:
    found = [entry.stat().st_size for entry in entries if entry.name.endswith(".py")]
engine = create_engine(settings["alembic"]["sqlalchemy.url"], poolclass=pool.NullPool)
with engine.connect() as connection:
    for row in connection.execute(text("SELECT version_num FROM alembic_version")):
        print(row[0], len(found))
