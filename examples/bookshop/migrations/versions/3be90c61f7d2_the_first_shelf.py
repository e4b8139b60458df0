"""the first shelf

Revision ID: 3be90c61f7d2
Revises: 8d1f5a27c0b4
Create Date: 2026-01-12 09:31:47.902133
"""

from collections.abc import Sequence
from decimal import Decimal

import sqlalchemy as sa

from alembic import op

revision: str = "3be90c61f7d2"
down_revision: str | Sequence[str] | None = "8d1f5a27c0b4"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

book = sa.table(
    "book",
    sa.column("isbn", sa.String),
    sa.column("title", sa.String),
    sa.column("author_name", sa.String),
    sa.column("price", sa.Numeric),
)
SHELF = [
    {"isbn": isbn, "title": title, "author_name": author, "price": Decimal(price)}
    for isbn, title, author, price in (
        ("9780141439518", "Pride and Prejudice", "Jane Austen", "7.99"),
        ("9780141439662", "Sense and Sensibility", "Jane Austen", "7.99"),
        ("9780141439471", "Frankenstein", "Mary Shelley", "6.50"),
        ("9780141441146", "Jane Eyre", "Charlotte Brontë", "8.25"),
        ("9780140449266", "The Count of Monte Cristo", "Alexandre Dumas", "14.00"),
        ("9780140449136", "Crime and Punishment", "Fyodor Dostoevsky", "11.50"),
        ("9780140449242", "The Brothers Karamazov", "Fyodor Dostoevsky", "12.99"),
    )
]


def upgrade() -> None:
    op.bulk_insert(book, SHELF)


def downgrade() -> None:
    isbns = [row["isbn"] for row in SHELF]
    op.execute(book.delete().where(book.c.isbn.in_(isbns)))
