"""prices

Revision ID: 9d27f3c5e804
Revises: 41c0e6a1b7d2
Create Date: 2026-03-09 09:00:00
"""

import sqlalchemy as sa

from alembic import op

revision = "9d27f3c5e804"
down_revision = "41c0e6a1b7d2"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("product", sa.Column("price", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    op.drop_column("product", "price")
