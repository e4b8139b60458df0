"""SQL Server.

A column says its type and whether it can hold NULL again when either is changed; defaults, checks and
foreign keys are constraints that stand in the way of dropping a column; names are changed, and
comments kept, by stored procedures. A script ends each statement with GO, which its clients read::

    ALTER TABLE account ALTER COLUMN name VARCHAR(50) NOT NULL;

    GO
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Any, Literal

from sqlalchemy import (
    Column,
    CursorResult,
    Executable,
    Index,
    Table,
    TableClause,
    exc,
    inspect,
)
from sqlalchemy.schema import Computed, CreateIndex, CreateTable, Identity
from sqlalchemy.types import NULLTYPE, Integer, NullType, Numeric, String, TypeEngine

from alembic.ddl.base import (
    ColumnComment,
    ColumnNullable,
    ColumnType,
    ExistingDefault,
    as_type,
)
from alembic.ddl.comparison import Comparison, DialectOptions, Reflected
from alembic.ddl.default_text import Spelling
from alembic.ddl.impl import EXISTING_COMMENT, DialectKeyword, UserValue
from alembic.ddl.mssql_spelling import (
    DropColumnConstraint,
    DropColumnForeignKey,
    Guarded,
    IdentityInsert,
    TableComment,
    mssql_add_column as mssql_add_column,
    visit_add_column as visit_add_column,
    visit_column_comment as visit_column_comment,
    visit_column_default as visit_column_default,
    visit_column_nullable as visit_column_nullable,
    visit_column_type as visit_column_type,
    visit_rename_column as visit_rename_column,
    visit_rename_table as visit_rename_table,
)
from alembic.ddl.rows import Row
from alembic.ddl.separated import SeparatedImpl
from alembic.ddl.sink import ScriptSink
from alembic.util.exc import CommandError
from alembic.util.messaging import warn
from alembic.util.values import EMPTY_DICT

# https://learn.microsoft.com/sql/t-sql/functions/current-timestamp-transact-sql
_DEFAULTS = Spelling({"current_timestamp": "getdate"})


class TypeNeeded(CommandError):
    """NULL or NOT NULL is to be said of a column whose type isn't known."""

    def __init__(self, table: str, column: str) -> None:
        super().__init__(
            "MS-SQL ALTER COLUMN operations with NULL or NOT NULL require the existing_type or a new "
            f"type_ be passed: column {column!r} of table {table!r} has neither, and there is no "
            "database to read it from"
        )
        self.table = table
        self.column = column


class MSSQLImpl(SeparatedImpl):
    """Verbs on SQL Server."""

    __dialect__ = "mssql"
    transactional_ddl = True
    batch_separator = "GO"
    index_if_not_exists = True

    type_synonyms = (*Comparison.type_synonyms, {"VARCHAR", "NVARCHAR"})

    # https://learn.microsoft.com/sql/t-sql/statements/create-table-transact-sql-identity-property
    identity_attrs_ignore = (
        *Comparison.identity_attrs_ignore,
        *("minvalue", "maxvalue", "nominvalue", "nomaxvalue", "cycle", "cache"),
    )

    def __init__(self, *arg: Any, **kw: Any) -> None:
        dialect: Any = kw["dialect"] if "dialect" in kw else arg[0]
        if dialect.default_schema_name is None:
            # No server has told it yet, and comments are said with a schema.
            dialect.default_schema_name = dialect.schema_name
        super().__init__(*arg, **kw)

    # --- verbs ----------------------------------------------------------------------------------

    def _exec(
        self,
        construct: Executable | str,
        execution_options: Mapping[str, UserValue] | None = None,
        multiparams: Sequence[Mapping[str, Any]] | None = None,
        params: Mapping[str, Any] = EMPTY_DICT,
    ) -> CursorResult[Any] | None:
        if isinstance(construct, CreateTable) and construct.if_not_exists:
            construct = Guarded(CreateTable(construct.element), construct.element)
        elif isinstance(construct, CreateIndex) and construct.if_not_exists:
            construct = Guarded(CreateIndex(construct.element), construct.element)
        return super()._exec(construct, execution_options, multiparams, params)

    def emit_begin(self) -> None:
        """BEGIN TRANSACTION."""
        self.static_output(f"BEGIN TRANSACTION{self.command_terminator}")

    def emit_commit(self) -> None:
        """COMMIT, and the end of its batch."""
        super().emit_commit()
        self.end_batch()

    def alter_column(
        self,
        table_name: str,
        column_name: str,
        *,
        nullable: bool | None = None,
        server_default: ExistingDefault = False,
        name: str | None = None,
        type_: TypeEngine[Any] | None = None,
        schema: str | None = None,
        existing_type: TypeEngine[Any] | None = None,
        existing_server_default: ExistingDefault = None,
        existing_nullable: bool | None = None,
        comment: str | Literal[False] | None = False,
        existing_comment: str | None = None,
        **kw: DialectKeyword,
    ) -> None:
        """Change a column: type and nullability in one statement, its name last.

        The existing default is a constraint, which is looked up and dropped before. Against a
        database the type, nullability, collation and comment are read where they aren't given.
        Raises :class:`TypeNeeded`.
        """
        has_default = server_default is not False
        if has_default and _is_generated(server_default, existing_server_default):
            default: Any = server_default
            existing = {"schema": schema, "existing_server_default": existing_server_default}
            self._alter_default(table_name, column_name, default, existing)
            return
        is_redefined = nullable is not None or type_ is not None
        found: Mapping[str, Any] = EMPTY_DICT
        if is_redefined or comment is not False:
            found = self._reflected(table_name, column_name, schema)
        redefinition = None
        if is_redefined:
            redefinition = self._redefinition(
                table_name,
                column_name,
                found,
                schema=schema,
                type_=type_,
                existing_type=existing_type,
                nullable=nullable,
                existing_nullable=existing_nullable,
            )
        if server_default is None or (has_default and existing_server_default is not False):
            self._drop_constraint_of("sys.default_constraints", table_name, column_name, schema)
        if redefinition is not None:
            self._exec(redefinition)
        if comment is not False:
            was = found.get("comment") if existing_comment is None else existing_comment
            if comment is not None or was is not None or not found:
                self._exec(
                    ColumnComment(
                        table_name, column_name, comment, schema=schema, existing_comment=was
                    )
                )
        super().alter_column(
            table_name,
            column_name,
            schema=schema,
            server_default=False if server_default is None else server_default,
            name=name,
            **kw,
        )

    def _redefinition(
        self,
        table_name: str,
        column_name: str,
        found: Mapping[str, Any],
        *,
        schema: str | None,
        type_: TypeEngine[Any] | None,
        existing_type: TypeEngine[Any] | None,
        nullable: bool | None,
        existing_nullable: bool | None,
    ) -> ColumnType | ColumnNullable:
        """ALTER COLUMN with type and nullability: what isn't repeated is gone, its collation too.

        https://learn.microsoft.com/sql/t-sql/statements/alter-table-transact-sql#alter-column
        """
        if type_ is not None:
            is_nullable = existing_nullable if nullable is None else nullable
            if is_nullable is None and not found:
                warn(
                    "MS-SQL ALTER COLUMN operations that specify type_= should also specify a "
                    "nullable= or existing_nullable= argument to avoid implicit conversion of NOT "
                    "NULL columns to NULL."
                )
            return ColumnType(
                table_name,
                column_name,
                _with_collation(as_type(type_), found),
                schema=schema,
                existing_nullable=found.get("nullable") if is_nullable is None else is_nullable,
            )
        existing = found.get("type") if existing_type is None else existing_type
        if existing is None or isinstance(existing, NullType):
            raise TypeNeeded(table_name, column_name)
        return ColumnNullable(
            table_name,
            column_name,
            bool(nullable),
            schema=schema,
            existing_type=_with_collation(as_type(existing), found),
        )

    def drop_column(
        self,
        table_name: str,
        column: Column[Any],
        *,
        schema: str | None = None,
        if_exists: bool | None = None,
        **kw: DialectKeyword,
    ) -> None:
        """Drop a column, and first what stands in the way.

        ``mssql_drop_default``, ``mssql_drop_check`` and ``mssql_drop_foreign_key`` have the constraint
        of that kind looked up by the server and dropped.
        """
        for keyword, view in (
            ("mssql_drop_default", "sys.default_constraints"),
            ("mssql_drop_check", "sys.check_constraints"),
        ):
            if kw.pop(keyword, False):
                self._drop_constraint_of(view, table_name, column.name, schema)
        if kw.pop("mssql_drop_foreign_key", False):
            self._exec(DropColumnForeignKey(table_name, column.name, schema=schema))
        super().drop_column(table_name, column, schema=schema, if_exists=if_exists, **kw)

    def create_index(self, index: Index, **kw: DialectKeyword) -> None:
        """Create an index; the columns of ``mssql_include`` are those of its table."""
        table = index.table
        assert table is not None
        for name in index.kwargs.get("mssql_include") or ():
            if isinstance(name, str) and name not in table.c:
                table.append_column(Column(name, NULLTYPE))
        super().create_index(index, **kw)

    def create_table_comment(self, table: Table) -> None:
        """Set the comment that the table has, in place of any."""
        if self._comment_of(table) is None:
            super().create_table_comment(table)
        else:
            self._exec(TableComment(table, table.comment))

    def drop_table_comment(self, table: Table) -> None:
        """Drop the comment of a table, if it has one."""
        if not self._can_ask or self._comment_of(table) is not None:
            super().drop_table_comment(table)

    def bulk_insert(
        self, table: TableClause, rows: Iterable[Row], multiinsert: bool = True, **kw: Any
    ) -> None:
        """Insert rows; in a script with IDENTITY_INSERT where they give values for an identity.

        Against a database SQLAlchemy sees to it.
        https://learn.microsoft.com/sql/t-sql/statements/set-identity-insert-transact-sql
        """
        if not isinstance(self.sink, ScriptSink):
            return super().bulk_insert(table, rows, multiinsert=multiinsert)
        remaining = iter(rows)
        first = next(remaining, None)
        if first is None:
            return None
        rows = chain((first,), remaining)
        if not _gives_identity(table, first):
            return super().bulk_insert(table, rows, multiinsert=multiinsert)
        self._exec(IdentityInsert(table, is_on=True))
        super().bulk_insert(table, rows, multiinsert=multiinsert)
        self._exec(IdentityInsert(table, is_on=False))
        return None

    def _drop_constraint_of(
        self, view: str, table_name: str, column_name: str, schema: str | None
    ) -> None:
        self._exec(DropColumnConstraint(table_name, column_name, view, schema=schema))

    @property
    def _can_ask(self) -> bool:
        return not self.as_sql and self.connection is not None

    def _reflected(self, table: str, column: str, schema: str | None) -> Mapping[str, Any]:
        """What the database says of a column; nothing without one."""
        if not self._can_ask:
            return EMPTY_DICT
        for found in inspect(self.connection).get_columns(table, schema=schema):
            if found["name"].lower() == column.lower():
                return found
        return EMPTY_DICT

    def _comment_of(self, table: Table) -> str | None:
        if not self._can_ask:
            said: str | None = table.info.get(EXISTING_COMMENT)
            return said
        inspector: Any = inspect(self.connection)
        try:
            found: str | None = inspector.get_table_comment(table.name, schema=table.schema)["text"]
        except (NotImplementedError, exc.NoSuchTableError):
            return None
        return found

    # --- comparison -----------------------------------------------------------------------------

    def compare_server_default(
        self,
        inspector_column: Column[Any],
        metadata_column: Column[Any],
        rendered_metadata_default: str | None,
        rendered_inspector_default: str | None,
    ) -> bool:
        """Whether the server defaults differ; the server puts brackets around them, and in them."""
        return not _DEFAULTS.are_same(rendered_inspector_default, rendered_metadata_default)

    def adjust_reflected_dialect_options(
        self, reflected_object: Reflected, kind: str
    ) -> DialectOptions:
        """The dialect keywords of an index, without those that say what is so by default."""
        options = super().adjust_reflected_dialect_options(reflected_object, kind)
        for name in ("mssql_include", "mssql_clustered"):
            if not options.get(name, True):
                del options[name]
        return options


def _is_generated(wanted: ExistingDefault, existing: ExistingDefault) -> bool:
    """Whether a column becomes computed or an identity, or is no longer one."""
    return any(isinstance(one, Computed | Identity) for one in (wanted, existing))


def _with_collation(type_: TypeEngine[Any], found: Mapping[str, Any]) -> TypeEngine[Any]:
    """The type with the collation that the column has, unless it says one."""
    collation = getattr(found.get("type"), "collation", None)
    if not isinstance(type_, String) or type_.collation is not None or collation is None:
        return type_
    collated = copy.copy(type_)
    collated.collation = collation
    return collated


def _gives_identity(table: TableClause, row: Row) -> bool:
    """Whether a row has a value for the identity column, or, of a table known by name, may have."""
    if isinstance(table, Table):
        identities = [column for column in table.columns if column.identity is not None]
        counting = table._autoincrement_column
        identities += [] if counting is None else [counting]
        return any(column.key in row for column in identities)
    return any(
        isinstance(column.type, Integer | Numeric | NullType)
        and column.key in row
        and not isinstance(row[column.key], str)
        for column in table.columns
    )
