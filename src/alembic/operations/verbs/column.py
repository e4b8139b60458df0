"""Verbs on columns: add, alter, drop."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from sqlalchemy import Column

from alembic.operations.host import DialectKeyword
from alembic.operations.ops.column import (
    AddColumnOp,
    AlterColumnOp,
    ColumnType,
    DropColumnOp,
    ServerDefault,
)
from alembic.operations.verbs.arguments import (
    check_column,
    check_dialect_keywords,
    check_flag,
    check_keywords,
    check_name,
    check_server_default,
    check_text,
    check_type,
)
from alembic.operations.verbs.base import BatchVerbs, Invoker, PlainVerbs

_KEYWORDS: dict[str, frozenset[str]] = {
    "add_column": frozenset({"schema", "if_not_exists", "inline_references", "inline_primary_key"}),
    "alter_column": frozenset(
        {
            *("nullable", "comment", "server_default", "new_column_name", "type_", "schema"),
            *("autoincrement", "insert_before", "insert_after"),
        }
    ),
    "drop_column": frozenset({"schema", "if_exists"}),
}
"""What the verbs understand on every dialect, to be suggested for a misspelt keyword."""


class ColumnVerbs(PlainVerbs):
    """Verbs on columns of a table by name."""

    def add_column(
        self,
        table_name: str,
        column: Column[Any],
        *,
        schema: str | None = None,
        if_not_exists: bool | None = None,
        inline_references: bool | None = None,
        inline_primary_key: bool | None = None,
        **kw: DialectKeyword,
    ) -> None:
        """Add a column, with its constraints, index and comment.

        ::

            op.add_column("account", Column("email", String(120), nullable=True, index=True))

        A ``ForeignKey`` of the column becomes a statement of its own, and so do a unique
        constraint and an index.

        :param table_name: name of the table.
        :param column: the column.
        :param schema: schema of the table.
        :param if_not_exists: add IF NOT EXISTS, where the database knows it for columns.
        :param inline_references: say a ``ForeignKey`` as REFERENCES within the same statement.
        :param inline_primary_key: say PRIMARY KEY within the same statement where the column is
            one; without it ``primary_key=True`` makes the column NOT NULL only.
        :param kw: ``mysql_algorithm`` and ``mysql_lock``, for the column's own statement.
        """
        check_name("add_column", "table_name", table_name)
        check_column("add_column", column)
        check_dialect_keywords("add_column", kw, _KEYWORDS["add_column"], self.impl.dialect)
        return self._carry_out(
            AddColumnOp(
                table_name,
                column,
                schema=schema,
                if_not_exists=if_not_exists,
                inline_references=inline_references,
                inline_primary_key=inline_primary_key,
                **kw,
            )
        )

    def alter_column(
        self,
        table_name: str,
        column_name: str,
        *,
        nullable: bool | None = None,
        comment: str | Literal[False] | None = False,
        server_default: ServerDefault = False,
        new_column_name: str | None = None,
        type_: ColumnType | None = None,
        existing_type: ColumnType | None = None,
        existing_server_default: ServerDefault = False,
        existing_nullable: bool | None = None,
        existing_comment: str | None = None,
        schema: str | None = None,
        **kw: DialectKeyword,
    ) -> None:
        """Change a column: its nullability, default, comment, name, or type.

        ::

            op.alter_column("account", "name", nullable=False, existing_type=String(50))

        The ``existing_*`` arguments say what the column is now. MySQL, MariaDB and SQL Server say
        a column whole when they change it and need them; they also make the way back possible.
        A type with a CHECK constraint (``Boolean``, ``Enum``) has the constraint of the existing
        type dropped and that of the new one added.

        :param table_name: name of the table.
        :param column_name: name that the column has.
        :param nullable: True for NULL, False for NOT NULL.
        :param comment: the new comment; None drops it, False leaves it.
        :param server_default: the new default; None drops it, False leaves it.
        :param new_column_name: the new name.
        :param type_: the new type.
        :param existing_type: the type that it has.
        :param existing_server_default: the default that it has; None for none, False for not said.
        :param existing_nullable: whether it can hold NULL.
        :param existing_comment: the comment that it has.
        :param schema: schema of the table.
        :param kw: ``autoincrement`` and ``existing_autoincrement`` (MySQL), ``postgresql_using``
            (an expression for the USING clause), ``mysql_algorithm`` and ``mysql_lock``,
            ``sqlite_on_conflict_not_null``, ``_unique`` and ``_primary_key`` (the column's ON
            CONFLICT clause, None for none), and what other dialects understand.
        """
        check_name("alter_column", "table_name", table_name)
        return self._carry_out(
            _checked(
                self,
                AlterColumnOp(
                    table_name,
                    column_name,
                    schema=schema,
                    existing_type=existing_type,
                    existing_server_default=existing_server_default,
                    existing_nullable=existing_nullable,
                    existing_comment=existing_comment,
                    modify_name=new_column_name,
                    modify_type=type_,
                    modify_server_default=server_default,
                    modify_nullable=nullable,
                    modify_comment=comment,
                    **kw,
                ),
            )
        )

    def drop_column(
        self,
        table_name: str,
        column_name: str,
        *,
        schema: str | None = None,
        **kw: DialectKeyword,
    ) -> None:
        """Drop a column.

        :param table_name: name of the table.
        :param column_name: name of the column.
        :param schema: schema of the table.
        :param kw: ``if_exists``, to add IF EXISTS where the database knows it for columns;
            ``mssql_drop_check``, ``mssql_drop_default``, ``mssql_drop_foreign_key``, to look up
            and drop a constraint on SQL Server that stands in the way; and what other dialects
            understand.
        """
        check_name("drop_column", "table_name", table_name)
        check_name("drop_column", "column_name", column_name)
        _check_further_keywords(self, "drop_column", kw)
        return self._carry_out(DropColumnOp(table_name, column_name, schema=schema, **kw))


class BatchColumnVerbs(BatchVerbs):
    """Verbs on columns of the table of a batch."""

    def add_column(
        self,
        column: Column[Any],
        *,
        insert_before: str | None = None,
        insert_after: str | None = None,
        if_not_exists: bool | None = None,
        inline_references: bool | None = None,
        inline_primary_key: bool | None = None,
        **kw: DialectKeyword,
    ) -> None:
        """Add a column.

        :param column: the column.
        :param insert_before: name of the column that it shall stand before, in a rebuilt table.
        :param insert_after: name of the column that it shall stand after, in a rebuilt table.
        :param if_not_exists: add IF NOT EXISTS, where the database knows it for columns.
        :param inline_references: say a ``ForeignKey`` as REFERENCES within the same statement.
        :param inline_primary_key: say PRIMARY KEY within the same statement.
        :param kw: what dialects understand, see :meth:`Operations.add_column`.
        """
        check_column("add_column", column)
        check_dialect_keywords("add_column", kw, _KEYWORDS["add_column"], self.impl.dialect)
        place = {"insert_before": insert_before, "insert_after": insert_after}
        return self._carry_out(
            AddColumnOp(
                self.impl.table_name,
                column,
                schema=self.impl.schema,
                if_not_exists=if_not_exists,
                inline_references=inline_references,
                inline_primary_key=inline_primary_key,
                **{key: name for key, name in place.items() if name is not None},
                **kw,
            )
        )

    def alter_column(
        self,
        column_name: str,
        *,
        nullable: bool | None = None,
        comment: str | Literal[False] | None = False,
        server_default: ServerDefault = False,
        new_column_name: str | None = None,
        type_: ColumnType | None = None,
        existing_type: ColumnType | None = None,
        existing_server_default: ServerDefault = False,
        existing_nullable: bool | None = None,
        existing_comment: str | None = None,
        insert_before: str | None = None,
        insert_after: str | None = None,
        **kw: DialectKeyword,
    ) -> None:
        """Change a column: its nullability, default, comment, name, type, or place.

        :param column_name: name that the column has.
        :param nullable: True for NULL, False for NOT NULL.
        :param comment: the new comment; None drops it, False leaves it.
        :param server_default: the new default; None drops it, False leaves it.
        :param new_column_name: the new name.
        :param type_: the new type.
        :param existing_type: the type that it has.
        :param existing_server_default: the default that it has; None for none, False for not said.
        :param existing_nullable: whether it can hold NULL.
        :param existing_comment: the comment that it has.
        :param insert_before: name of the column that it shall stand before, in a rebuilt table.
        :param insert_after: name of the column that it shall stand after, in a rebuilt table.
        :param kw: what dialects understand, see :meth:`Operations.alter_column`.
        """
        return self._carry_out(
            _checked(
                self,
                AlterColumnOp(
                    self.impl.table_name,
                    column_name,
                    schema=self.impl.schema,
                    existing_type=existing_type,
                    existing_server_default=existing_server_default,
                    existing_nullable=existing_nullable,
                    existing_comment=existing_comment,
                    modify_name=new_column_name,
                    modify_type=type_,
                    modify_server_default=server_default,
                    modify_nullable=nullable,
                    modify_comment=comment,
                    insert_before=insert_before,
                    insert_after=insert_after,
                    **kw,
                ),
            )
        )

    def drop_column(self, column_name: str, **kw: DialectKeyword) -> None:
        """Drop a column.

        :param column_name: name of the column.
        :param kw: what dialects understand, see :meth:`Operations.drop_column`.
        """
        check_name("drop_column", "column_name", column_name)
        _check_further_keywords(self, "drop_column", kw)
        return self._carry_out(
            DropColumnOp(self.impl.table_name, column_name, schema=self.impl.schema, **kw)
        )


def _checked(invoker: Invoker, op: AlterColumnOp) -> AlterColumnOp:
    verb = "alter_column"
    check_name(verb, "column_name", op.column_name)
    if op.modify_name is not None:
        check_name(verb, "new_column_name", op.modify_name)
    check_flag(verb, "nullable", op.modify_nullable)
    check_type(verb, "type_", op.modify_type)
    check_type(verb, "existing_type", op.existing_type)
    check_server_default(verb, "server_default", op.modify_server_default)
    check_server_default(verb, "existing_server_default", op.existing_server_default)
    if op.modify_comment is not False:
        check_text(verb, "comment", op.modify_comment)
    _check_further_keywords(invoker, verb, op.kw)
    return op


def _check_further_keywords(invoker: Invoker, verb: str, kw: Mapping[str, Any]) -> None:
    """The keywords beyond those of the verb; a package's own impl may understand any."""
    impl = invoker.impl
    if kw and type(impl).__module__.startswith("alembic."):
        is_strict = invoker.migration_context.strict_keywords
        check_keywords(verb, kw, _KEYWORDS[verb], impl.dialect, is_strict=is_strict)
