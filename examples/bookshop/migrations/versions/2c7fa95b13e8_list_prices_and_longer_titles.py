"""list prices and longer titles

Revision ID: 2c7fa95b13e8
Revises: e64d80a92b17
Create Date: 2026-03-09 14:27:08.213377
"""

from collections.abc import Sequence

import sqlalchemy as sa

from alembic import op

revision: str = "2c7fa95b13e8"
down_revision: str | Sequence[str] | None = "e64d80a92b17"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    with op.batch_alter_table("book") as batch:
        batch.alter_column(
            "price",
            new_column_name="list_price",
            existing_type=sa.Numeric(8, 2),
            existing_nullable=False,
        )
        batch.alter_column(
            "title", type_=sa.String(200), existing_type=sa.String(120), existing_nullable=False
        )
    op.create_index("ix_purchase_placed_at", "purchase", ["placed_at"])


def downgrade() -> None:
    op.drop_index("ix_purchase_placed_at", table_name="purchase")
    with op.batch_alter_table("book") as batch:
        batch.alter_column(
            "title", type_=sa.String(120), existing_type=sa.String(200), existing_nullable=False
        )
        batch.alter_column(
            "list_price",
            new_column_name="price",
            existing_type=sa.Numeric(8, 2),
            existing_nullable=False,
        )
