"""customers and their purchases

Revision ID: 5f02d8b7a61e
Revises: a47c12e85d93
Create Date: 2026-02-16 10:20:55.387102
"""

from collections.abc import Sequence

import sqlalchemy as sa

from alembic import op

revision: str = "5f02d8b7a61e"
down_revision: str | Sequence[str] | None = "a47c12e85d93"
branch_labels: str | Sequence[str] | None = ("sales",)
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "customer",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("email", sa.String(120), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_customer"),
        sa.UniqueConstraint("email", name="uq_customer_email"),
    )
    op.create_table(
        "purchase",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("customer_id", sa.Integer, nullable=False),
        sa.Column("placed_at", sa.DateTime, server_default=sa.func.now(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_purchase"),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name="fk_purchase_customer_id"),
    )


def downgrade() -> None:
    op.drop_table("purchase")
    op.drop_table("customer")
