"""products and sales

Revision ID: 4b1d90e7c5a2
Revises:
Create Date: 2026-11-30 04:57:26.091139
"""

from collections.abc import Sequence

import sqlalchemy as sa

from alembic import op

revision: str = "4b1d90e7c5a2"
down_revision: str | Sequence[str] | None = None
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "product",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product")),
    )
    op.create_table(
        "sale",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_sale_product_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sale")),
    )
    op.create_index(op.f("ix_sale_product_id"), "sale", ["product_id"])


def downgrade() -> None:
    op.drop_table("sale")
    op.drop_table("product")
