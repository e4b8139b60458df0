"""Verbs on indexes: create and drop."""

from __future__ import annotations

from collections.abc import Sequence

from alembic.operations.host import DialectKeyword
from alembic.operations.ops.index import CreateIndexOp, DropIndexOp, IndexElement
from alembic.operations.unnamed import IndexNameNeeded, index_names
from alembic.operations.verbs.arguments import (
    INDEX_KEYWORDS,
    check_index_elements,
    check_name,
    check_schema_keywords,
    check_table_of_index,
)
from alembic.operations.verbs.base import BatchVerbs, PlainVerbs


class IndexVerbs(PlainVerbs):
    """Verbs on indexes of a table by name."""

    def create_index(
        self,
        index_name: str | None,
        table_name: str,
        columns: Sequence[IndexElement],
        *,
        schema: str | None = None,
        unique: bool = False,
        if_not_exists: bool | None = None,
        **kw: DialectKeyword,
    ) -> None:
        """Create an index.

        ::

            op.create_index("ix_account_name", "account", ["bank", text("lower(name)")])

        :param index_name: name of the index; None for the naming convention to fill in.
        :param table_name: name of the table.
        :param columns: names of columns, and expressions.
        :param schema: schema of the table.
        :param unique: whether the index is unique.
        :param if_not_exists: add IF NOT EXISTS.
        :param kw: ``postgresql_using``, ``postgresql_where``, ``postgresql_concurrently``,
            ``sqlite_where``, ``mysql_length``, ``mysql_algorithm``, ``mysql_lock``, and what
            other dialects understand.
        """
        check_name("create_index", "table_name", table_name)
        check_index_elements("create_index", columns)
        check_schema_keywords("create_index", kw, INDEX_KEYWORDS)
        return self._carry_out(
            CreateIndexOp(
                index_name,
                table_name,
                columns,
                schema=schema,
                unique=unique,
                if_not_exists=if_not_exists,
                **kw,
            )
        )

    def drop_index(
        self,
        index_name: str,
        table_name: str | None = None,
        *,
        schema: str | None = None,
        if_exists: bool | None = None,
        **kw: DialectKeyword,
    ) -> None:
        """Drop an index.

        :param index_name: name of the index.
        :param table_name: name of the table, which MySQL and SQL Server ask for.
        :param schema: schema of the table.
        :param if_exists: add IF EXISTS.
        :param kw: ``postgresql_concurrently``, ``mysql_algorithm``, ``mysql_lock``, and what
            other dialects understand.
        """
        if index_name is None:
            existing = index_names(self.migration_context, table_name, schema)
            raise IndexNameNeeded(table_name, existing)
        check_name("drop_index", "index_name", index_name)
        check_schema_keywords("drop_index", kw, INDEX_KEYWORDS)
        check_table_of_index("drop_index", index_name, table_name, self.impl.dialect)
        return self._carry_out(
            DropIndexOp(index_name, table_name=table_name, schema=schema, if_exists=if_exists, **kw)
        )


class BatchIndexVerbs(BatchVerbs):
    """Verbs on indexes of the table of a batch."""

    def create_index(
        self, index_name: str | None, columns: Sequence[IndexElement], **kw: DialectKeyword
    ) -> None:
        """Create an index.

        :param index_name: name of the index; None for the naming convention to fill in.
        :param columns: names of columns, and expressions.
        :param kw: ``unique``, ``if_not_exists``, and what dialects understand.
        """
        check_index_elements("create_index", columns)
        check_schema_keywords("create_index", kw, INDEX_KEYWORDS)
        kw["schema"] = self.impl.schema
        return self._carry_out(CreateIndexOp(index_name, self.impl.table_name, columns, **kw))

    def drop_index(self, index_name: str, **kw: DialectKeyword) -> None:
        """Drop an index.

        :param index_name: name of the index.
        :param kw: ``if_exists``, and what dialects understand.
        """
        if index_name is None:
            existing = index_names(self.migration_context, self.impl.table_name, self.impl.schema)
            raise IndexNameNeeded(self.impl.table_name, existing)
        check_name("drop_index", "index_name", index_name)
        check_schema_keywords("drop_index", kw, INDEX_KEYWORDS)
        kw["schema"] = self.impl.schema
        return self._carry_out(DropIndexOp(index_name, table_name=self.impl.table_name, **kw))
