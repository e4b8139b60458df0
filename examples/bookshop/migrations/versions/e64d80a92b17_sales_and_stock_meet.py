"""sales and stock meet

Revision ID: e64d80a92b17
Revises: c9a1634ef0d8, 71b5e3fd2c9a
Create Date: 2026-02-23 09:00:12.645530
"""

from collections.abc import Sequence

revision: str = "e64d80a92b17"
down_revision: str | Sequence[str] | None = ("c9a1634ef0d8", "71b5e3fd2c9a")
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
