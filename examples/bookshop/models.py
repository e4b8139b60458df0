"""The models of a small bookshop, as the newest revision leaves its tables."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, MetaData, Numeric, String, func
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    """Constraints get names by rule, so that a later revision can name them."""

    metadata = MetaData(
        naming_convention={
            "pk": "pk_%(table_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "ix": "ix_%(table_name)s_%(column_0_name)s",
        }
    )


class Author(Base):
    __tablename__ = "author"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    books: Mapped[list[Book]] = relationship(back_populates="author")


class Book(Base):
    __tablename__ = "book"

    id: Mapped[int] = mapped_column(primary_key=True)
    isbn: Mapped[str] = mapped_column(String(13), unique=True)
    title: Mapped[str] = mapped_column(String(200), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("author.id"))
    list_price: Mapped[Decimal] = mapped_column(Numeric(8, 2))
    in_stock: Mapped[int] = mapped_column(server_default="0")
    author: Mapped[Author] = relationship(back_populates="books")


class Customer(Base):
    __tablename__ = "customer"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(120), unique=True)
    name: Mapped[str] = mapped_column(String(100))
    purchases: Mapped[list[Purchase]] = relationship(back_populates="customer")


class Purchase(Base):
    __tablename__ = "purchase"
    __table_args__ = (Index("ix_purchase_placed_at", "placed_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    placed_at: Mapped[dt.datetime] = mapped_column(server_default=func.now())
    customer: Mapped[Customer] = relationship(back_populates="purchases")
    lines: Mapped[list[PurchaseLine]] = relationship(back_populates="purchase")


class PurchaseLine(Base):
    __tablename__ = "purchase_line"
    __table_args__ = (CheckConstraint("quantity > 0", name="quantity"),)

    purchase_id: Mapped[int] = mapped_column(ForeignKey("purchase.id"), primary_key=True)
    book_id: Mapped[int] = mapped_column(ForeignKey("book.id"), primary_key=True)
    quantity: Mapped[int]
    unit_price: Mapped[Decimal] = mapped_column(Numeric(8, 2))
    purchase: Mapped[Purchase] = relationship(back_populates="lines")
    book: Mapped[Book] = relationship()
