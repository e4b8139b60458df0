"""books in stock

Revision ID: 71b5e3fd2c9a
Revises: a47c12e85d93
Create Date: 2026-02-17 11:08:40.771945
"""

from collections.abc import Sequence

import sqlalchemy as sa

from alembic import op

revision: str = "71b5e3fd2c9a"
down_revision: str | Sequence[str] | None = "a47c12e85d93"
branch_labels: str | Sequence[str] | None = ("stock",)
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("book", sa.Column("in_stock", sa.Integer, server_default="0", nullable=False))
    op.create_index("ix_book_title", "book", ["title"])


def downgrade() -> None:
    op.drop_index("ix_book_title", table_name="book")
    with op.batch_alter_table("book") as batch:
        batch.drop_column("in_stock")
