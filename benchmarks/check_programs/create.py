"""Create the tables of the models, each statement by itself: a server holds no lock for all of them."""

import sys

sys.path.insert(0, ".")

import sqlalchemy as sa
from models import metadata

engine = sa.create_engine(sys.argv[1])
with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
    if engine.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA synchronous = OFF")
    metadata.create_all(connection)
