"""what a purchase holds

Revision ID: c9a1634ef0d8
Revises: 5f02d8b7a61e
Create Date: 2026-02-18 16:44:31.059284
"""

from collections.abc import Sequence

import sqlalchemy as sa

from alembic import op

revision: str = "c9a1634ef0d8"
down_revision: str | Sequence[str] | None = "5f02d8b7a61e"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "purchase_line",
        sa.Column("purchase_id", sa.Integer, nullable=False),
        sa.Column("book_id", sa.Integer, nullable=False),
        sa.Column("quantity", sa.Integer, nullable=False),
        sa.Column("unit_price", sa.Numeric(8, 2), nullable=False),
        sa.PrimaryKeyConstraint("purchase_id", "book_id", name="pk_purchase_line"),
        sa.ForeignKeyConstraint(
            ["purchase_id"], ["purchase.id"], name="fk_purchase_line_purchase_id"
        ),
        sa.ForeignKeyConstraint(["book_id"], ["book.id"], name="fk_purchase_line_book_id"),
        sa.CheckConstraint("quantity > 0", name="ck_purchase_line_quantity"),
    )


def downgrade() -> None:
    op.drop_table("purchase_line")
