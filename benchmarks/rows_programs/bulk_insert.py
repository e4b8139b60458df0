"""Rows from a generator into a database: python bulk_insert.py ours|bare ROWS URL.

The bare limit is SQLAlchemy's own insert of many values, in portions of as many rows.
"""

import itertools
import sys

import sqlalchemy as sa

from alembic.ddl.rows import BATCH
from alembic.migration import MigrationContext
from alembic.operations import Operations

who, count, url = sys.argv[1], int(sys.argv[2]), sys.argv[3]
account = sa.table(
    "account",
    sa.column("id", sa.Integer),
    sa.column("name", sa.String),
    sa.column("note", sa.String),
)
rows = ({"id": n, "name": f"account {n}", "note": "note"} for n in range(count))
with sa.create_engine(url).begin() as connection:
    connection.exec_driver_sql("DROP TABLE IF EXISTS account")
    connection.exec_driver_sql(
        "CREATE TABLE account (id INTEGER, name VARCHAR(50), note VARCHAR(50))"
    )
    operations = Operations(MigrationContext.configure(connection))
    if who == "ours":
        operations.bulk_insert(account, rows)
    else:
        while portion := list(itertools.islice(rows, BATCH)):
            connection.execute(account.insert(), portion)
    assert connection.scalar(sa.select(sa.func.count()).select_from(account)) == count
