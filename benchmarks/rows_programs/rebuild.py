"""A table of an SQLite database made anew: python rebuild.py ours|bare URL.

The bare limit are the statements that make a copy, in a transaction.
"""

import sys

import sqlalchemy as sa

from alembic.migration import MigrationContext
from alembic.operations import Operations

who, url = sys.argv[1:]
BARE = (
    "BEGIN",
    (
        "CREATE TABLE copy (id INTEGER NOT NULL, name VARCHAR(80) NOT NULL, note VARCHAR(50), "
        "balance NUMERIC(10, 2), PRIMARY KEY (id), CONSTRAINT uq UNIQUE (name))"
    ),
    "INSERT INTO copy (id, name, note, balance) SELECT id, name, note, balance FROM account",
    "DROP TABLE account",
    "ALTER TABLE copy RENAME TO account",
    "CREATE INDEX ix ON account (note)",
    "COMMIT",
)
with sa.create_engine(url).connect() as connection:
    context = MigrationContext.configure(connection)
    if who == "ours":
        operations = Operations(context)
        with context.begin_transaction(), operations.batch_alter_table("account") as batch_op:
            batch_op.alter_column("name", type_=sa.String(80), existing_type=sa.String(50))
    else:
        for statement in BARE:
            connection.exec_driver_sql(statement)
    connection.commit()
