"""the book

Revision ID: 1f6a02d94b7e
Revises:
Create Date: 2026-11-30 04:58:14.699672
"""

from collections.abc import Sequence

import sqlalchemy as sa

from alembic import op

revision: str = "1f6a02d94b7e"
down_revision: str | Sequence[str] | None = None
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("guest", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )


def downgrade() -> None:
    op.drop_table("entry")
