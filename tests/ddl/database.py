"""A small bank in a database, for golden blocks to be run on, and questions to its catalog."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

TABLES = ("person", "account", "entry")


def bank(schema: str | None = None) -> sa.MetaData:
    """person 1-n account 1-n entry; names of constraints as the blocks use them."""
    metadata = sa.MetaData(schema=schema)
    sa.Table(
        "person",
        metadata,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(50), nullable=False),
        sa.Column("born", sa.Date),
    )
    sa.Table(
        "account",
        metadata,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(50), server_default="cash"),
        sa.Column("balance", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(10)),
        sa.Column("owner_id", sa.Integer),
        sa.Column("opened", sa.DateTime),
        sa.UniqueConstraint("kind", name="uq_account_kind"),
        sa.CheckConstraint("balance > -1000", name="ck_account_balance"),
        sa.Index("ix_account_name", "name"),
    )
    prefix = "" if schema is None else f"{schema}."
    sa.Table(
        "entry",
        metadata,
        sa.Column("account_id", sa.Integer, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("amount", sa.Integer),
        sa.ForeignKeyConstraint(["account_id"], [f"{prefix}account.id"], name="fk_entry_account"),
    )
    return metadata


def fill(connection: sa.Connection, metadata: sa.MetaData) -> None:
    """Create the tables and a few rows in them."""
    metadata.create_all(connection)
    person, account, entry = (
        next(table for table in metadata.tables.values() if table.name == name) for name in TABLES
    )
    connection.execute(person.insert(), [{"id": 1, "name": "Ann"}, {"id": 2, "name": "Bob"}])
    connection.execute(
        account.insert(),
        [
            {"id": 1, "name": "cash", "balance": 5, "kind": "a", "owner_id": 1},
            {"id": 2, "name": "bank", "balance": 7, "kind": "b", "owner_id": 2},
        ],
    )
    connection.execute(entry.insert(), [{"account_id": 1, "number": 1, "amount": 5}])


class Catalog:
    """Questions to the catalog, as the facts of golden blocks ask them."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def names(self) -> dict[str, Callable[..., Any]]:
        """The functions that facts may use."""
        words = ("columns", "column", "indexes", "uniques", "checks", "foreign_keys", "key")
        words += ("tables", "comment", "rows")
        return {word: getattr(self, word) for word in words}

    @property
    def _inspector(self) -> Any:
        return sa.inspect(self._connection)

    def tables(self, schema: str | None = None) -> list[str]:
        return sorted(self._inspector.get_table_names(schema=schema))

    def columns(self, table: str, schema: str | None = None) -> list[str]:
        return [one["name"] for one in self._inspector.get_columns(table, schema=schema)]

    def column(self, table: str, name: str, schema: str | None = None) -> dict[str, Any]:
        found = self._inspector.get_columns(table, schema=schema)
        return next(one for one in found if one["name"] == name)

    def indexes(self, table: str, schema: str | None = None) -> dict[str, list[str]]:
        found = self._inspector.get_indexes(table, schema=schema)
        return {
            one["name"]: one["column_names"] for one in found if "duplicates_constraint" not in one
        }

    def uniques(self, table: str, schema: str | None = None) -> dict[str, list[str]]:
        found = self._inspector.get_unique_constraints(table, schema=schema)
        return {one["name"]: one["column_names"] for one in found}

    def checks(self, table: str, schema: str | None = None) -> list[str]:
        return [one["name"] for one in self._inspector.get_check_constraints(table, schema=schema)]

    def foreign_keys(self, table: str, schema: str | None = None) -> dict[str, Any]:
        found = self._inspector.get_foreign_keys(table, schema=schema)
        return {one["name"]: one for one in found}

    def key(self, table: str, schema: str | None = None) -> list[str]:
        found: list[str] = self._inspector.get_pk_constraint(table, schema=schema)[
            "constrained_columns"
        ]
        return found

    def comment(self, table: str, schema: str | None = None) -> str | None:
        found: str | None = self._inspector.get_table_comment(table, schema=schema)["text"]
        return found

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in self._connection.exec_driver_sql(statement)]
