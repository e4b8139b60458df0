"""A table, and the index that the program wants for it."""

import sqlalchemy as sa

metadata = sa.MetaData()
visit = sa.Table(
    "visit",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("page", sa.String(200), nullable=False),
    sa.Column("country", sa.String(2)),
    sa.Index("ix_visit_page", "page"),
)
