"""Oracle.

Its ALTER TABLE says ADD without COLUMN and MODIFY for every change of a column. A script ends each
statement with a line of its own, which SQL*Plus executes it by::

    ALTER TABLE account MODIFY name NOT NULL

    /
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Column, CursorResult, Executable
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.schema import (
    CreateIndex,
    CreateTable,
    DDLElement,
    DropConstraint,
    DropIndex,
    DropTable,
    Identity,
)
from sqlalchemy.sql.compiler import DDLCompiler
from sqlalchemy.types import String

from alembic.ddl.base import (
    AddColumn,
    AlterColumn,
    ColumnComment,
    ColumnDefault,
    ColumnName,
    ColumnNullable,
    ColumnType,
    DropColumn,
    IdentityColumnDefault,
    RenameTable,
    ServerDefault,
    alter_table,
    drop_column,
    format_column_name,
    format_server_default,
    format_table_name,
    format_type,
    specify_column,
)
from alembic.ddl.comparison import Comparison
from alembic.ddl.default_text import Spelling
from alembic.ddl.impl import UserValue
from alembic.ddl.separated import SeparatedImpl
from alembic.util.values import EMPTY_DICT

_DEFAULTS = Spelling()

# https://docs.oracle.com/en/error-help/db/
NAME_IN_USE = -955
NO_SUCH_NAME = -904
COLUMN_EXISTS = -1430
NO_SUCH_CONSTRAINT = -2443
NO_SUCH_TABLE = -942
NO_SUCH_INDEX = -1418


class Tolerant(DDLElement):
    """A statement that may find its work done already; ``code`` is the error that says so.

    Before release 23 there is no IF EXISTS, and since then there is none for a column or a
    constraint: https://docs.oracle.com/en/database/oracle/oracle-database/23/sqlrf/ALTER-TABLE.html
    """

    def __init__(self, statement: DDLElement, code: int) -> None:
        self.statement = statement
        self.code = code


class OracleImpl(SeparatedImpl):
    """Verbs on Oracle."""

    __dialect__ = "oracle"
    transactional_ddl = False
    batch_separator = "/"
    command_terminator = ""
    index_if_not_exists = True

    # https://docs.oracle.com/en/database/oracle/oracle-database/23/sqlrf/Data-Types.html
    type_synonyms = (
        *Comparison.type_synonyms,
        {"VARCHAR", "VARCHAR2"},
        {"BIGINT", "INTEGER", "SMALLINT", "DECIMAL", "NUMERIC", "NUMBER"},
        {"DOUBLE", "FLOAT", "DOUBLE_PRECISION"},
    )
    identity_attrs_ignore = ()

    # --- verbs ----------------------------------------------------------------------------------

    def _exec(
        self,
        construct: Executable | str,
        execution_options: Mapping[str, UserValue] | None = None,
        multiparams: Sequence[Mapping[str, Any]] | None = None,
        params: Mapping[str, Any] = EMPTY_DICT,
    ) -> CursorResult[Any] | None:
        if isinstance(construct, DDLElement):
            construct = _tolerant(construct)
        return super()._exec(construct, execution_options, multiparams, params)

    def emit_begin(self) -> None:
        """SET TRANSACTION READ WRITE."""
        self._exec("SET TRANSACTION READ WRITE")

    def emit_commit(self) -> None:
        """COMMIT."""
        self._exec("COMMIT")

    def _alter_default(
        self,
        table_name: str,
        column_name: str,
        default: ServerDefault,
        existing: dict[str, Any],
    ) -> None:
        """An identity makes way for a default, in two statements."""
        was = existing["existing_server_default"]
        if isinstance(was, Identity) and default is not None and not isinstance(default, Identity):
            super()._alter_default(table_name, column_name, None, existing)
            existing = {**existing, "existing_server_default": None}
        super()._alter_default(table_name, column_name, default, existing)

    # --- comparison -----------------------------------------------------------------------------

    def compare_server_default(
        self,
        inspector_column: Column[Any],
        metadata_column: Column[Any],
        rendered_metadata_default: str | None,
        rendered_inspector_default: str | None,
    ) -> bool:
        """Whether the server defaults differ: Oracle keeps their text, with the blanks behind it."""
        existing, wanted = rendered_inspector_default, rendered_metadata_default
        if (
            existing is not None
            and wanted is not None
            and existing.strip() == f"'{wanted.strip()}'"
        ):
            return False
        return not _DEFAULTS.are_same(existing, wanted)


# --- spelling -----------------------------------------------------------------------------------


@compiles(AddColumn, "oracle")
def visit_add_column(element: AddColumn, compiler: DDLCompiler, **kw: Any) -> str:
    """``ALTER TABLE … ADD …``."""
    added = add_column(
        compiler,
        element.column,
        inline_references=element.inline_references,
        inline_primary_key=element.inline_primary_key,
        **kw,
    )
    return f"{alter_table(compiler, element.table_name, element.schema)} {added}"


@compiles(DropColumn, "oracle")
def visit_drop_column(element: DropColumn, compiler: DDLCompiler, **kw: Any) -> str:
    """``ALTER TABLE … DROP COLUMN …``."""
    dropped = drop_column(compiler, element.column.name, **kw)
    return f"{alter_table(compiler, element.table_name, element.schema)} {dropped}"


@compiles(ColumnNullable, "oracle")
def visit_column_nullable(element: ColumnNullable, compiler: DDLCompiler, **kw: Any) -> str:
    """MODIFY … NULL, or NOT NULL."""
    return f"{_altered(element, compiler)} {'NULL' if element.nullable else 'NOT NULL'}"


@compiles(ColumnType, "oracle")
def visit_column_type(element: ColumnType, compiler: DDLCompiler, **kw: Any) -> str:
    """MODIFY … type."""
    return f"{_altered(element, compiler)} {format_type(compiler, element.type_)}"


@compiles(ColumnName, "oracle")
def visit_column_name(element: ColumnName, compiler: DDLCompiler, **kw: Any) -> str:
    """``RENAME COLUMN … TO …``."""
    return (
        f"{alter_table(compiler, element.table_name, element.schema)} "
        f"RENAME COLUMN {format_column_name(compiler, element.column_name)} "
        f"TO {format_column_name(compiler, element.newname)}"
    )


@compiles(ColumnDefault, "oracle")
def visit_column_default(element: ColumnDefault, compiler: DDLCompiler, **kw: Any) -> str:
    """MODIFY … DEFAULT …; a default can't be dropped, but be NULL.

    https://docs.oracle.com/en/database/oracle/oracle-database/23/sqlrf/ALTER-TABLE.html
    """
    default = element.default
    text = "NULL" if default is None else format_server_default(compiler, default)
    return f"{_altered(element, compiler)} DEFAULT {text}"


@compiles(ColumnComment, "oracle")
def visit_column_comment(element: ColumnComment, compiler: DDLCompiler, **kw: Any) -> str:
    """COMMENT ON COLUMN … IS …; an empty one is none.

    https://docs.oracle.com/en/database/oracle/oracle-database/23/sqlrf/COMMENT.html
    """
    literal = compiler.sql_compiler.render_literal_value(element.comment or "", String())
    table = format_table_name(compiler, element.table_name, element.schema)
    return (
        f"COMMENT ON COLUMN {table}.{format_column_name(compiler, element.column_name)} "
        f"IS {literal}"
    )


@compiles(IdentityColumnDefault, "oracle")
def visit_identity_column(element: IdentityColumnDefault, compiler: DDLCompiler, **kw: Any) -> str:
    """MODIFY … GENERATED … AS IDENTITY, or DROP IDENTITY."""
    identity: Any = element.default
    text = "DROP IDENTITY" if identity is None else compiler.process(identity)
    return f"{_altered(element, compiler)} {text}"


@compiles(RenameTable, "oracle")
def visit_rename_table(element: RenameTable, compiler: DDLCompiler, **kw: Any) -> str:
    """ALTER TABLE … RENAME TO …, where the new name can't have a schema."""
    return (
        f"{alter_table(compiler, element.table_name, element.schema)} "
        f"RENAME TO {format_table_name(compiler, element.new_table_name, None)}"
    )


@compiles(Tolerant, "oracle")
def visit_tolerant(element: Tolerant, compiler: DDLCompiler, **kw: Any) -> str:
    """A PL/SQL block that passes over one error.

    https://docs.oracle.com/en/database/oracle/oracle-database/23/lnpls/EXECUTE-IMMEDIATE-statement.html
    """
    text = compiler.process(element.statement).strip().replace("'", "''")
    return (
        f"BEGIN\n    EXECUTE IMMEDIATE '{text}';\nEXCEPTION\n    WHEN OTHERS THEN\n"
        f"        IF SQLCODE != {element.code} THEN\n            RAISE;\n        END IF;\nEND;"
    )


def alter_column(compiler: DDLCompiler, name: str) -> str:
    """``MODIFY name``."""
    return f"MODIFY {format_column_name(compiler, name)}"


def add_column(compiler: DDLCompiler, column: Column[Any], **kw: Any) -> str:
    """``ADD name type …``."""
    return f"ADD {specify_column(compiler, column, **kw)}"


def _altered(element: AlterColumn, compiler: DDLCompiler) -> str:
    return (
        f"{alter_table(compiler, element.table_name, element.schema)} "
        f"{alter_column(compiler, element.column_name)}"
    )


def _tolerant(construct: DDLElement) -> DDLElement:
    """IF EXISTS and IF NOT EXISTS, for which an Oracle of any release has no words."""
    if isinstance(construct, AddColumn) and construct.if_not_exists:
        return Tolerant(construct, COLUMN_EXISTS)
    if isinstance(construct, DropColumn) and construct.if_exists:
        return Tolerant(construct, NO_SUCH_NAME)
    if isinstance(construct, DropConstraint) and construct.if_exists:
        plain = DropConstraint(construct.element, cascade=construct.cascade)
        return Tolerant(plain, NO_SUCH_CONSTRAINT)
    if isinstance(construct, CreateIndex) and construct.if_not_exists:
        return Tolerant(CreateIndex(construct.element), NAME_IN_USE)
    if isinstance(construct, DropIndex) and construct.if_exists:
        return Tolerant(DropIndex(construct.element), NO_SUCH_INDEX)
    if isinstance(construct, CreateTable) and construct.if_not_exists:
        return Tolerant(CreateTable(construct.element), NAME_IN_USE)
    if isinstance(construct, DropTable) and construct.if_exists:
        return Tolerant(DropTable(construct.element), NO_SUCH_TABLE)
    return construct
