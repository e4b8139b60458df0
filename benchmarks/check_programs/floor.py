"""The floor of a comparison: SQLAlchemy, the models, and a connection."""

import sys

sys.path.insert(0, ".")

import models
import sqlalchemy as sa

with sa.create_engine(sys.argv[1]).connect():
    print(len(models.metadata.tables))
