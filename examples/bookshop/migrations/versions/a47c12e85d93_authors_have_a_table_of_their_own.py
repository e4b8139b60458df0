"""authors have a table of their own

The names move from the books to the new table, each once, and each book points at its author.

Revision ID: a47c12e85d93
Revises: 3be90c61f7d2
Create Date: 2026-02-03 15:02:19.440871
"""

from collections.abc import Sequence

import sqlalchemy as sa

from alembic import op

revision: str = "a47c12e85d93"
down_revision: str | Sequence[str] | None = "3be90c61f7d2"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

book = sa.table("book", sa.column("author_name"), sa.column("author_id"))
author = sa.table("author", sa.column("id"), sa.column("name"))


def upgrade() -> None:
    op.create_table(
        "author",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_author"),
        sa.UniqueConstraint("name", name="uq_author_name"),
    )
    op.add_column("book", sa.Column("author_id", sa.Integer, nullable=True))
    names = sa.select(book.c.author_name).distinct().order_by(book.c.author_name)
    op.execute(author.insert().from_select(["name"], names))
    by_name = sa.select(author.c.id).where(author.c.name == book.c.author_name)
    op.execute(book.update().values(author_id=by_name.scalar_subquery()))
    with op.batch_alter_table("book") as batch:
        batch.alter_column("author_id", existing_type=sa.Integer(), nullable=False)
        batch.drop_column("author_name")
        batch.create_foreign_key("fk_book_author_id", "author", ["author_id"], ["id"])


def downgrade() -> None:
    op.add_column("book", sa.Column("author_name", sa.String(100), nullable=True))
    by_id = sa.select(author.c.name).where(author.c.id == book.c.author_id)
    op.execute(book.update().values(author_name=by_id.scalar_subquery()))
    with op.batch_alter_table("book") as batch:
        batch.drop_constraint("fk_book_author_id", type_="foreignkey")
        batch.alter_column("author_name", existing_type=sa.String(100), nullable=False)
        batch.drop_column("author_id")
    op.drop_table("author")
