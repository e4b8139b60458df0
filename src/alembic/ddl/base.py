"""The changes that DDL of SQLAlchemy's own has no construct for, and their default spelling.

A construct says what is to be changed; ``compiles()`` says how, once for all databases here and
again in each dialect's file, or in a dialect package::

    @compiles(RenameTable, "mydialect")
    def visit_rename_table(element, compiler, **kw):
        return f"{alter_table(compiler, element.table_name, element.schema)} RENAME TO …"

The ``format_*`` functions and ``alter_table``, ``alter_column`` … give the parts of such texts.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

from sqlalchemy import exc
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.schema import (
    CheckConstraint,
    Column,
    Computed,
    DDLElement,
    DefaultClause,
    FetchedValue,
    Identity,
)
from sqlalchemy.sql.compiler import DDLCompiler
from sqlalchemy.sql.elements import ClauseElement, quoted_name
from sqlalchemy.types import Integer, TypeEngine

from alembic.util.exc import CommandError

CompilerKeyword = Any
"""What SQLAlchemy's compiler hands on from one element to the next."""

ServerDefault = str | ClauseElement | FetchedValue | Identity | Computed | None
"""A server default; None for none."""

ExistingDefault = ServerDefault | Literal[False]
"""A server default as it is now; False where nothing was said of it."""


class BadServerDefault(CommandError):
    """A server default has no text that could be written into DDL."""

    def __init__(self, default: object) -> None:
        super().__init__(
            f"A server default has to be a string, a SQL expression, or text(); {default!r} says "
            "nothing of what the database shall fill in"
        )
        self.default = default


# --- constructs ---------------------------------------------------------------------------------


class AlterTable(DDLElement):
    """A change of one table; the base of all others."""

    def __init__(self, table_name: str, schema: str | quoted_name | bool | None = None) -> None:
        self.table_name = table_name
        self.schema = schema


class RenameTable(AlterTable):
    """Give a table another name; it stays in its schema."""

    def __init__(
        self,
        old_table_name: str,
        new_table_name: str | quoted_name,
        schema: str | quoted_name | bool | None = None,
    ) -> None:
        super().__init__(old_table_name, schema=schema)
        self.new_table_name = new_table_name


class AlterColumn(AlterTable):
    """A change of one column; ``existing_*`` say what the column is before."""

    def __init__(
        self,
        name: str,
        column_name: str,
        schema: str | None = None,
        existing_type: TypeEngine[Any] | None = None,
        existing_nullable: bool | None = None,
        existing_server_default: ExistingDefault = None,
        existing_comment: str | None = None,
    ) -> None:
        super().__init__(name, schema=schema)
        self.column_name = column_name
        self.existing_type = existing_type
        self.existing_nullable = existing_nullable
        self.existing_server_default = existing_server_default
        self.existing_comment = existing_comment


class ColumnNullable(AlterColumn):
    """Let a column hold NULL, or not."""

    def __init__(self, name: str, column_name: str, nullable: bool, **kw: Any) -> None:
        super().__init__(name, column_name, **kw)
        self.nullable = nullable


class ColumnType(AlterColumn):
    """Give a column another type."""

    def __init__(self, name: str, column_name: str, type_: TypeEngine[Any], **kw: Any) -> None:
        super().__init__(name, column_name, **kw)
        self.type_ = as_type(type_)


class ColumnName(AlterColumn):
    """Give a column another name."""

    def __init__(self, name: str, column_name: str, newname: str, **kw: Any) -> None:
        super().__init__(name, column_name, **kw)
        self.newname = newname


class ColumnDefault(AlterColumn):
    """Give a column another server default; None for none."""

    def __init__(self, name: str, column_name: str, default: ServerDefault, **kw: Any) -> None:
        super().__init__(name, column_name, **kw)
        self.default = default


class ComputedColumnDefault(AlterColumn):
    """Make a column computed, or no longer, or by another expression."""

    def __init__(self, name: str, column_name: str, default: ServerDefault, **kw: Any) -> None:
        super().__init__(name, column_name, **kw)
        self.default = default


class IdentityColumnDefault(AlterColumn):
    """Make a column an identity, or no longer, or with other options; ``restart`` sets its counter."""

    restart: int | None = None

    def __init__(
        self, name: str, column_name: str, default: ServerDefault, impl: Any, **kw: Any
    ) -> None:
        super().__init__(name, column_name, **kw)
        self.default = default
        self.impl = impl


class AddColumn(AlterTable):
    """A new column."""

    def __init__(
        self,
        name: str,
        column: Column[Any],
        schema: str | quoted_name | bool | None = None,
        if_not_exists: bool | None = None,
        inline_references: bool | None = None,
        inline_primary_key: bool | None = None,
    ) -> None:
        super().__init__(name, schema=schema)
        self.column = column
        self.if_not_exists = if_not_exists
        self.inline_references = inline_references
        self.inline_primary_key = inline_primary_key


class DropColumn(AlterTable):
    """A column less."""

    def __init__(
        self,
        name: str,
        column: Column[Any],
        schema: str | None = None,
        if_exists: bool | None = None,
    ) -> None:
        super().__init__(name, schema=schema)
        self.column = column
        self.if_exists = if_exists


class ColumnComment(AlterColumn):
    """Give a column another comment; None for none."""

    def __init__(self, name: str, column_name: str, comment: str | None, **kw: Any) -> None:
        super().__init__(name, column_name, **kw)
        self.comment = comment


# --- default spelling ---------------------------------------------------------------------------


@compiles(RenameTable)
def visit_rename_table(element: RenameTable, compiler: DDLCompiler, **kw: Any) -> str:
    """ALTER TABLE … RENAME TO …."""
    new_name = format_table_name(compiler, element.new_table_name, element.schema)
    return f"{alter_table(compiler, element.table_name, element.schema)} RENAME TO {new_name}"


@compiles(AddColumn)
def visit_add_column(element: AddColumn, compiler: DDLCompiler, **kw: Any) -> str:
    """ALTER TABLE … ADD COLUMN …."""
    added = add_column(
        compiler,
        element.column,
        if_not_exists=element.if_not_exists,
        inline_references=element.inline_references,
        inline_primary_key=element.inline_primary_key,
        **kw,
    )
    return f"{alter_table(compiler, element.table_name, element.schema)} {added}"


@compiles(DropColumn)
def visit_drop_column(element: DropColumn, compiler: DDLCompiler, **kw: Any) -> str:
    """ALTER TABLE … DROP COLUMN …."""
    dropped = drop_column(compiler, element.column.name, if_exists=element.if_exists, **kw)
    return f"{alter_table(compiler, element.table_name, element.schema)} {dropped}"


@compiles(ColumnNullable)
def visit_column_nullable(element: ColumnNullable, compiler: DDLCompiler, **kw: Any) -> str:
    """ALTER COLUMN … DROP NOT NULL, or SET NOT NULL."""
    return f"{_altered(element, compiler)} {'DROP' if element.nullable else 'SET'} NOT NULL"


@compiles(ColumnType)
def visit_column_type(element: ColumnType, compiler: DDLCompiler, **kw: Any) -> str:
    """ALTER COLUMN … TYPE …."""
    return f"{_altered(element, compiler)} TYPE {format_type(compiler, element.type_)}"


@compiles(ColumnName)
def visit_column_name(element: ColumnName, compiler: DDLCompiler, **kw: Any) -> str:
    """ALTER TABLE … RENAME … TO …."""
    return (
        f"{alter_table(compiler, element.table_name, element.schema)} "
        f"RENAME {format_column_name(compiler, element.column_name)} "
        f"TO {format_column_name(compiler, element.newname)}"
    )


NO_IDENTITY = (
    'Adding, removing or modifying an "identity" construct, e.g. GENERATED AS IDENTITY, to or from '
    "an existing column is not supported in this dialect."
)


@compiles(ColumnDefault)
def visit_column_default(element: ColumnDefault, compiler: DDLCompiler, **kw: Any) -> str:
    """ALTER COLUMN … SET DEFAULT …, or DROP DEFAULT."""
    return f"{_altered(element, compiler)} {set_or_drop_default(compiler, element.default)}"


@compiles(ComputedColumnDefault)
def visit_computed_column(element: ComputedColumnDefault, compiler: DDLCompiler, **kw: Any) -> str:
    """No database changes this in place."""
    raise exc.CompileError(
        'Adding or removing a "computed" construct, e.g. GENERATED '
        "ALWAYS AS, to or from an existing column is not supported. "
        "Drop the column, and add it anew."
    )


@compiles(IdentityColumnDefault)
def visit_identity_column(element: IdentityColumnDefault, compiler: DDLCompiler, **kw: Any) -> str:
    """Some databases change this in place; their files say how."""
    raise exc.CompileError(f"{NO_IDENTITY} Drop the column, and add it anew.")


# --- parts of statements ------------------------------------------------------------------------


def as_type(type_: TypeEngine[Any] | type[TypeEngine[Any]]) -> TypeEngine[Any]:
    """A type from a type or its class."""
    return type_() if isinstance(type_, type) else type_


def quote_dotted(name: str | quoted_name, quote: Callable[[str], str]) -> str | quoted_name:
    """A name with dots, each part quoted on its own; a ``quoted_name`` is one part."""
    if isinstance(name, quoted_name):
        return quote(name)
    return ".".join(quote(part) for part in name.split("."))


def format_table_name(
    compiler: DDLCompiler, name: str | quoted_name, schema: str | quoted_name | bool | None
) -> str | quoted_name:
    """A table's name in quotes where it needs them, with its schema."""
    quote = compiler.preparer.quote
    if isinstance(schema, str) and schema:
        return f"{quote_dotted(schema, quote)}.{quote(name)}"
    return quote(name)


def format_column_name(compiler: DDLCompiler, name: str | quoted_name) -> str | quoted_name:
    """A column's name in quotes where it needs them."""
    return compiler.preparer.quote(name)


def format_server_default(compiler: DDLCompiler, default: ServerDefault) -> str:
    """The default as it stands behind DEFAULT; raises :class:`BadServerDefault` where it can't."""
    if isinstance(default, FetchedValue) and not isinstance(default, DefaultClause):
        raise BadServerDefault(default)
    text = compiler.get_column_default_string(
        Column("x", Integer, server_default=default)  # type: ignore[arg-type]
    )
    if text is None:
        raise BadServerDefault(default)
    return text


def format_type(compiler: DDLCompiler, type_: TypeEngine[Any]) -> str:
    """The type's name in DDL."""
    return compiler.dialect.type_compiler_instance.process(type_)


def alter_table(compiler: DDLCompiler, name: str, schema: str | quoted_name | bool | None) -> str:
    """``ALTER TABLE schema.name``."""
    return f"ALTER TABLE {format_table_name(compiler, name, schema)}"


def drop_column(
    compiler: DDLCompiler, name: str, if_exists: bool | None = None, **kw: CompilerKeyword
) -> str:
    """``DROP COLUMN name``."""
    return f"DROP COLUMN {'IF EXISTS ' if if_exists else ''}{format_column_name(compiler, name)}"


def alter_column(compiler: DDLCompiler, name: str) -> str:
    """``ALTER COLUMN name``."""
    return f"ALTER COLUMN {format_column_name(compiler, name)}"


def add_column(
    compiler: DDLCompiler,
    column: Column[Any],
    if_not_exists: bool | None = None,
    inline_references: bool | None = None,
    inline_primary_key: bool | None = None,
    **kw: CompilerKeyword,
) -> str:
    """``ADD COLUMN name type …``."""
    specified = specify_column(compiler, column, inline_references, inline_primary_key, **kw)
    return f"ADD COLUMN {'IF NOT EXISTS ' if if_not_exists else ''}{specified}"


def specify_column(
    compiler: DDLCompiler,
    column: Column[Any],
    inline_references: bool | None = None,
    inline_primary_key: bool | None = None,
    **kw: CompilerKeyword,
) -> str:
    """A column as ADD takes it: name, type, default, NOT NULL, its own checks, key and reference.

    Of several references none is said inline, as it would not be clear which one is meant.
    """
    parts = [compiler.get_column_specification(column, **kw)]
    if inline_primary_key and column.primary_key:
        parts.append("PRIMARY KEY")
    checks = [each for each in column.constraints if isinstance(each, CheckConstraint)]
    checks.sort(key=lambda check: check._creation_order)
    parts += [text for check in checks if (text := compiler.process(check))]
    if inline_references and len(column.foreign_keys) == 1:
        parts += _reference(compiler, column)
    return " ".join(parts)


def set_or_drop_default(compiler: DDLCompiler, default: ServerDefault) -> str:
    """``SET DEFAULT x``, or ``DROP DEFAULT`` for None."""
    if default is None:
        return "DROP DEFAULT"
    return f"SET DEFAULT {format_server_default(compiler, default)}"


def _altered(element: AlterColumn, compiler: DDLCompiler) -> str:
    return (
        f"{alter_table(compiler, element.table_name, element.schema)} "
        f"{alter_column(compiler, element.column_name)}"
    )


def _reference(compiler: DDLCompiler, column: Column[Any]) -> list[str]:
    """The one foreign key of a column as ``[CONSTRAINT name] REFERENCES …``.

    Nothing on SQLite where the tables lie in two files: it has no such references, and
    ``create_table`` leaves them out as well.
    """
    (foreign_key,) = column.foreign_keys
    constraint = foreign_key.constraint
    assert constraint is not None
    text: str | None = compiler.process(constraint)
    if text is None:
        return []
    head, _, rest = text.partition("FOREIGN KEY")
    _, _, rest = rest.partition(" REFERENCES ")
    # MySQL and MariaDB take a name only where the constraint stands by itself.
    name = "" if compiler.dialect.name in {"mysql", "mariadb"} else head
    return [f"{name}REFERENCES {rest}"]
