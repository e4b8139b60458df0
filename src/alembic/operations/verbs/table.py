"""Verbs on whole tables: create, drop, rename, and the comment."""

from __future__ import annotations

from typing import cast

from sqlalchemy import Table
from sqlalchemy.schema import SchemaItem

from alembic.operations.host import DialectKeyword
from alembic.operations.ops.table import (
    CreateTableCommentOp,
    CreateTableOp,
    DropTableCommentOp,
    DropTableOp,
    RenameTableOp,
)
from alembic.operations.verbs.arguments import (
    TABLE_KEYWORDS,
    check_name,
    check_schema_keywords,
    check_table_items,
    check_text,
)
from alembic.operations.verbs.base import BatchVerbs, PlainVerbs


class TableVerbs(PlainVerbs):
    """Verbs on tables by name."""

    def create_table(
        self,
        table_name: str,
        *columns: SchemaItem,
        if_not_exists: bool | None = None,
        **kw: DialectKeyword,
    ) -> Table:
        """Create a table, with its indexes and comments, and give it as a ``Table``.

        ::

            account = op.create_table(
                "account",
                Column("id", Integer, primary_key=True),
                Column("name", String(50), nullable=False, index=True),
                Column("owner_id", Integer, ForeignKey("person.id")),
                UniqueConstraint("name"),
                schema="billing",
            )
            op.bulk_insert(account, [{"name": "cash"}])

        The tables that foreign keys name need not be known. Names that are left out follow the
        naming convention of ``target_metadata``.

        :param table_name: name of the table.
        :param columns: columns, constraints and indexes.
        :param if_not_exists: add IF NOT EXISTS, for the table and its indexes.
        :param kw: what ``Table`` takes: ``schema``, ``comment``, ``info``, ``prefixes``,
            ``mysql_engine`` and other dialect keywords.
        """
        check_name("create_table", "table_name", table_name)
        check_table_items("create_table", columns)
        check_schema_keywords("create_table", kw, TABLE_KEYWORDS)
        op = CreateTableOp(table_name, columns, if_not_exists=if_not_exists, **kw)
        return cast("Table", self._carry_out(op))

    def drop_table(
        self,
        table_name: str,
        *,
        schema: str | None = None,
        if_exists: bool | None = None,
        **kw: DialectKeyword,
    ) -> None:
        """Drop a table.

        :param table_name: name of the table.
        :param schema: its schema.
        :param if_exists: add IF EXISTS.
        :param kw: what ``Table`` takes.
        """
        check_name("drop_table", "table_name", table_name)
        check_schema_keywords("drop_table", kw, TABLE_KEYWORDS)
        return self._carry_out(
            DropTableOp(table_name, schema=schema, if_exists=if_exists, table_kw=kw)
        )

    def rename_table(
        self, old_table_name: str, new_table_name: str, *, schema: str | None = None
    ) -> None:
        """Rename a table.

        :param old_table_name: the name that it has.
        :param new_table_name: the name that it gets.
        :param schema: its schema, in which it stays.
        """
        check_name("rename_table", "old_table_name", old_table_name)
        check_name("rename_table", "new_table_name", new_table_name)
        return self._carry_out(RenameTableOp(old_table_name, new_table_name, schema=schema))

    def create_table_comment(
        self,
        table_name: str,
        comment: str | None,
        *,
        existing_comment: str | None = None,
        schema: str | None = None,
    ) -> None:
        """Set the comment of a table.

        :param table_name: name of the table.
        :param comment: the new comment.
        :param existing_comment: the comment that it has, for the way back.
        :param schema: its schema.
        """
        check_name("create_table_comment", "table_name", table_name)
        check_text("create_table_comment", "comment", comment)
        return self._carry_out(
            CreateTableCommentOp(
                table_name, comment, existing_comment=existing_comment, schema=schema
            )
        )

    def drop_table_comment(
        self, table_name: str, *, existing_comment: str | None = None, schema: str | None = None
    ) -> None:
        """Drop the comment of a table.

        :param table_name: name of the table.
        :param existing_comment: the comment that it has, for the way back.
        :param schema: its schema.
        """
        check_name("drop_table_comment", "table_name", table_name)
        return self._carry_out(
            DropTableCommentOp(table_name, existing_comment=existing_comment, schema=schema)
        )


class BatchTableVerbs(BatchVerbs):
    """Verbs on the comment of the table of a batch."""

    def create_table_comment(
        self, comment: str | None, *, existing_comment: str | None = None
    ) -> None:
        """Set the comment of the table.

        :param comment: the new comment.
        :param existing_comment: the comment that it has, for the way back.
        """
        check_text("create_table_comment", "comment", comment)
        return self._carry_out(
            CreateTableCommentOp(
                self.impl.table_name,
                comment,
                existing_comment=existing_comment,
                schema=self.impl.schema,
            )
        )

    def drop_table_comment(self, *, existing_comment: str | None = None) -> None:
        """Drop the comment of the table.

        :param existing_comment: the comment that it has, for the way back.
        """
        return self._carry_out(
            DropTableCommentOp(
                self.impl.table_name,
                existing_comment=existing_comment,
                schema=self.impl.schema,
            )
        )
