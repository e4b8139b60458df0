"""`op.bulk_insert` into a script: python bulk_sql.py ROWS."""

import datetime as dt
import decimal
import sys

import sqlalchemy as sa

from alembic.migration import MigrationContext
from alembic.operations import Operations

account = sa.table(
    "account",
    sa.column("id", sa.Integer),
    sa.column("name", sa.String),
    sa.column("balance", sa.Numeric(10, 2)),
    sa.column("opened", sa.Date),
    sa.column("note", sa.Text),
)
rows = [
    {
        "id": number,
        "name": f"account {number}",
        "balance": decimal.Decimal("1.50"),
        "opened": dt.date(2024, 1, 1 + number % 28),
        "note": "it's" if number % 2 else None,
    }
    for number in range(int(sys.argv[1]))
]
options = {"as_sql": True, "output_buffer": sys.stdout}
context = MigrationContext.configure(dialect_name="postgresql", opts=options)
Operations(context).bulk_insert(account, rows)
