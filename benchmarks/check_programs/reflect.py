"""SQLAlchemy's own reflection of the whole database, without any models."""

import sys

import sqlalchemy as sa

metadata = sa.MetaData()
metadata.reflect(sa.create_engine(sys.argv[1]))
print(len(metadata.tables))
