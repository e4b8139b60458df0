"""What is said to SQL Server in its own way, and how it is spelled."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, Index, Table, TableClause
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.schema import DDLElement
from sqlalchemy.sql.compiler import DDLCompiler
from sqlalchemy.sql.elements import quoted_name
from sqlalchemy.types import Unicode

from alembic.ddl.base import (
    AddColumn,
    AlterColumn,
    AlterTable,
    ColumnComment,
    ColumnDefault,
    ColumnName,
    ColumnNullable,
    ColumnType,
    RenameTable,
    alter_column,
    alter_table,
    format_column_name,
    format_server_default,
    format_table_name,
    format_type,
    specify_column,
)

Schema = str | quoted_name | bool | None
"""A schema as constructs have it."""


class DropColumnConstraint(AlterTable):
    """Drop the default or the check of a column, whose name the server looks up in ``view``.

    https://learn.microsoft.com/sql/relational-databases/system-catalog-views/sys-default-constraints-transact-sql,
    https://learn.microsoft.com/sql/relational-databases/system-catalog-views/sys-check-constraints-transact-sql
    """

    def __init__(self, name: str, column_name: str, view: str, schema: Schema = None) -> None:
        super().__init__(name, schema=schema)
        self.column_name = column_name
        self.view = view


class DropColumnForeignKey(AlterTable):
    """Drop the foreign key of a column, whose name the server looks up.

    https://learn.microsoft.com/sql/relational-databases/system-catalog-views/sys-foreign-keys-transact-sql
    """

    def __init__(self, name: str, column_name: str, schema: Schema = None) -> None:
        super().__init__(name, schema=schema)
        self.column_name = column_name


class Guarded(DDLElement):
    """CREATE where there is no such table or index yet, for which there are no words of its own.

    https://learn.microsoft.com/sql/t-sql/statements/create-table-transact-sql,
    https://learn.microsoft.com/sql/t-sql/statements/create-index-transact-sql
    """

    def __init__(self, statement: DDLElement, element: Table | Index) -> None:
        self.statement = statement
        self.element = element


class IdentityInsert(DDLElement):
    """Let an identity take values from INSERT, or no longer."""

    def __init__(self, table: TableClause, *, is_on: bool) -> None:
        self.table = table
        self.is_on = is_on


class TableComment(DDLElement):
    """Another comment for a table that has one."""

    def __init__(self, table: Table, comment: str | None) -> None:
        self.table = table
        self.comment = comment


# --- spelling -----------------------------------------------------------------------------------


@compiles(AddColumn, "mssql")
def visit_add_column(element: AddColumn, compiler: DDLCompiler, **kw: Any) -> str:
    """ALTER TABLE … ADD …, where the table hasn't the column if that was asked for.

    https://learn.microsoft.com/sql/t-sql/functions/col-length-transact-sql
    """
    added = mssql_add_column(
        compiler,
        element.column,
        inline_references=element.inline_references,
        inline_primary_key=element.inline_primary_key,
        **kw,
    )
    statement = f"{alter_table(compiler, element.table_name, element.schema)} {added}"
    if not element.if_not_exists:
        return statement
    table = _literal(_object_name(compiler, element.table_name, element.schema))
    return f"IF COL_LENGTH({table}, {_literal(element.column.name)}) IS NULL {statement}"


@compiles(ColumnNullable, "mssql")
def visit_column_nullable(element: ColumnNullable, compiler: DDLCompiler, **kw: Any) -> str:
    """ALTER COLUMN … type NULL, or NOT NULL."""
    assert element.existing_type is not None
    return (
        f"{_altered(element, compiler)} {format_type(compiler, element.existing_type)} "
        f"{'NULL' if element.nullable else 'NOT NULL'}"
    )


@compiles(ColumnType, "mssql")
def visit_column_type(element: ColumnType, compiler: DDLCompiler, **kw: Any) -> str:
    """ALTER COLUMN … type, with the nullability where it is known."""
    nullable = {None: "", True: " NULL", False: " NOT NULL"}[element.existing_nullable]
    return f"{_altered(element, compiler)} {format_type(compiler, element.type_)}{nullable}"


@compiles(ColumnDefault, "mssql")
def visit_column_default(element: ColumnDefault, compiler: DDLCompiler, **kw: Any) -> str:
    """ADD DEFAULT … FOR …; to drop one is to drop a constraint."""
    if element.default is None:
        drop = DropColumnConstraint(
            element.table_name,
            element.column_name,
            "sys.default_constraints",
            schema=element.schema,
        )
        return compiler.process(drop)
    return (
        f"{alter_table(compiler, element.table_name, element.schema)} "
        f"ADD DEFAULT {format_server_default(compiler, element.default)} "
        f"FOR {format_column_name(compiler, element.column_name)}"
    )


@compiles(ColumnName, "mssql")
def visit_rename_column(element: ColumnName, compiler: DDLCompiler, **kw: Any) -> str:
    """EXEC sp_rename 'table.column', name, 'COLUMN'.

    https://learn.microsoft.com/sql/relational-databases/system-stored-procedures/sp-rename-transact-sql
    """
    table = format_table_name(compiler, element.table_name, element.schema)
    old = f"{table}.{format_column_name(compiler, element.column_name)}"
    return (
        f"EXEC sp_rename {_literal(old)}, {format_column_name(compiler, element.newname)}, 'COLUMN'"
    )


@compiles(RenameTable, "mssql")
def visit_rename_table(element: RenameTable, compiler: DDLCompiler, **kw: Any) -> str:
    """EXEC sp_rename 'table', name."""
    old = format_table_name(compiler, element.table_name, element.schema)
    return (
        f"EXEC sp_rename {_literal(old)}, "
        f"{format_table_name(compiler, element.new_table_name, None)}"
    )


@compiles(ColumnComment, "mssql")
def visit_column_comment(element: ColumnComment, compiler: DDLCompiler, **kw: Any) -> str:
    """The extended property that holds a column's comment is added, updated or dropped.

    https://learn.microsoft.com/sql/relational-databases/system-stored-procedures/sp-addextendedproperty-transact-sql
    """
    what = "add" if element.existing_comment is None else "update"
    procedure, schema = _property(
        compiler, what if element.comment is not None else "drop", element
    )
    value = "" if element.comment is None else f", {_comment(compiler, element.comment)}"
    return (
        f"exec {procedure} 'MS_Description'{value}, 'schema', {schema}, "
        f"'table', {compiler.preparer.quote(element.table_name)}, "
        f"'column', {compiler.preparer.quote(element.column_name)}"
    )


@compiles(TableComment, "mssql")
def visit_table_comment(element: TableComment, compiler: DDLCompiler, **kw: Any) -> str:
    """The extended property that holds a table's comment is updated.

    https://learn.microsoft.com/sql/relational-databases/system-stored-procedures/sp-updateextendedproperty-transact-sql
    """
    table = AlterTable(element.table.name, element.table.schema)
    procedure, schema = _property(compiler, "update", table)
    return (
        f"exec {procedure} 'MS_Description', {_comment(compiler, element.comment or '')}, "
        f"'schema', {schema}, 'table', {compiler.preparer.quote(element.table.name)}"
    )


@compiles(DropColumnConstraint, "mssql")
def visit_drop_column_constraint(
    element: DropColumnConstraint, compiler: DDLCompiler, **kw: Any
) -> str:
    """A batch that finds the constraint's name and drops it."""
    name = _literal(_object_name(compiler, element.table_name, element.schema))
    return (
        f"declare @const_name {_type_of_name(element)}\n"
        f"select @const_name = QUOTENAME([name]) from {element.view}\n"
        f"where parent_object_id = object_id({name})\n"
        f"and col_name(parent_object_id, parent_column_id) = {_literal(element.column_name)}\n"
        f"{_drop_found(compiler, element)}"
    )


@compiles(DropColumnForeignKey, "mssql")
def visit_drop_column_foreign_key(
    element: DropColumnForeignKey, compiler: DDLCompiler, **kw: Any
) -> str:
    """A batch that finds the foreign key's name and drops it."""
    name = _literal(_object_name(compiler, element.table_name, element.schema))
    return (
        f"declare @const_name {_type_of_name(element)}\n"
        "select @const_name = QUOTENAME([name]) from\n"
        "sys.foreign_keys fk join sys.foreign_key_columns fkc\n"
        "on fk.object_id=fkc.constraint_object_id\n"
        f"where fkc.parent_object_id = object_id({name})\n"
        "and col_name(fkc.parent_object_id, fkc.parent_column_id) = "
        f"{_literal(element.column_name)}\n"
        f"{_drop_found(compiler, element)}"
    )


@compiles(Guarded, "mssql")
def visit_guarded(element: Guarded, compiler: DDLCompiler, **kw: Any) -> str:
    """``IF … CREATE …``.

    https://learn.microsoft.com/sql/t-sql/functions/object-id-transact-sql,
    https://learn.microsoft.com/sql/relational-databases/system-catalog-views/sys-indexes-transact-sql
    """
    statement = compiler.process(element.statement).strip()
    if isinstance(element.element, Table):
        table = element.element
        name = _literal(_object_name(compiler, table.name, table.schema))
        return f"IF OBJECT_ID({name}, 'U') IS NULL {statement}"
    index = element.element
    assert index.table is not None
    name = _literal(_object_name(compiler, index.table.name, index.table.schema))
    return (
        f"IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE object_id = OBJECT_ID({name}) "
        f"AND name = {_literal(str(index.name))}) {statement}"
    )


@compiles(IdentityInsert, "mssql")
def visit_identity_insert(element: IdentityInsert, compiler: DDLCompiler, **kw: Any) -> str:
    """SET IDENTITY_INSERT … ON, or OFF."""
    name = compiler.preparer.format_table(element.table)
    return f"SET IDENTITY_INSERT {name} {'ON' if element.is_on else 'OFF'}"


def mssql_add_column(compiler: DDLCompiler, column: Column[Any], **kw: Any) -> str:
    """``ADD name type …``."""
    return f"ADD {specify_column(compiler, column, **kw)}"


def _altered(element: AlterColumn, compiler: DDLCompiler) -> str:
    return (
        f"{alter_table(compiler, element.table_name, element.schema)} "
        f"{alter_column(compiler, element.column_name)}"
    )


def _type_of_name(element: DropColumnConstraint | DropColumnForeignKey) -> str:
    """The type of a variable for the name in brackets.

    A constraint that was never named is named after its table and column, and a ``varchar`` would
    lose what the code page hasn't: https://learn.microsoft.com/sql/t-sql/functions/quotename-transact-sql.
    """
    is_plain = str(element.table_name).isascii() and str(element.column_name).isascii()
    return "varchar(256)" if is_plain else "nvarchar(258)"


def _drop_found(compiler: DDLCompiler, element: AlterTable) -> str:
    table = format_table_name(compiler, element.table_name, element.schema)
    command = f"alter table {table} drop constraint "
    return f"exec({_literal(command)} + @const_name)"


def _object_name(compiler: DDLCompiler, name: str, schema: Schema) -> str:
    """A table as OBJECT_ID() takes it: in brackets where the name needs them."""
    return str(format_table_name(compiler, name, schema))


def _literal(text: str) -> str:
    """Text in quotes, as Unicode where it has to be."""
    prefix = "" if text.isascii() else "N"
    return prefix + "'" + text.replace("'", "''") + "'"


def _comment(compiler: DDLCompiler, comment: str) -> str:
    return compiler.sql_compiler.render_literal_value(comment, Unicode())


def _property(compiler: DDLCompiler, what: str, element: AlterTable) -> tuple[str, str]:
    """The procedure that changes a property, and the schema; ``database.schema`` names both."""
    quote = compiler.preparer.quote
    procedure = f"sp_{what}extendedproperty"
    schema = element.schema or compiler.dialect.default_schema_name or "dbo"
    assert isinstance(schema, str)
    if isinstance(schema, quoted_name) or "." not in schema:
        return procedure, quote(schema)
    database, _, schema = schema.rpartition(".")
    return f"{quote(database)}.sys.{procedure}", quote(schema)
