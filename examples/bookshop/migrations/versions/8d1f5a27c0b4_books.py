"""books

Revision ID: 8d1f5a27c0b4
Revises:
Create Date: 2026-01-12 09:14:03.118420
"""

from collections.abc import Sequence

import sqlalchemy as sa

from alembic import op

revision: str = "8d1f5a27c0b4"
down_revision: str | Sequence[str] | None = None
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "book",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("isbn", sa.String(13), nullable=False),
        sa.Column("title", sa.String(120), nullable=False),
        sa.Column("author_name", sa.String(100), nullable=False),
        sa.Column("price", sa.Numeric(8, 2), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_book"),
        sa.UniqueConstraint("isbn", name="uq_book_isbn"),
    )


def downgrade() -> None:
    op.drop_table("book")
