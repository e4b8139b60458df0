"""visits

Revision ID: 5b0c1d2e3f4a
Revises:
Create Date: 2026-11-30 09:00:00
"""

import sqlalchemy as sa

from alembic import op

revision = "5b0c1d2e3f4a"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "visit",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("page", sa.String(200), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("visit")
