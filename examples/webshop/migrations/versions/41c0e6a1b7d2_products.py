"""products

Revision ID: 41c0e6a1b7d2
Revises:
Create Date: 2026-03-02 09:00:00
"""

import sqlalchemy as sa

from alembic import op

revision = "41c0e6a1b7d2"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "product",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("name", sa.String(80), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("product")
