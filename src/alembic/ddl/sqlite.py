"""SQLite: what it can alter is little; the rest is a rebuild of the table (operations.batch)."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from typing import Any, Literal

from sqlalchemy import (
    Column,
    Constraint,
    Executable,
    ForeignKeyConstraint,
    Index,
    Table,
    UniqueConstraint,
    cast,
    inspect,
)
from sqlalchemy.dialects.sqlite import DATE, DATETIME, TIME
from sqlalchemy.exc import CompileError, OperationalError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.schema import Computed, DefaultClause
from sqlalchemy.sql.compiler import DDLCompiler
from sqlalchemy.sql.elements import ClauseElement, TextClause, quoted_name
from sqlalchemy.types import JSON, TypeEngine

from alembic.ddl.base import (
    ColumnName,
    RenameTable,
    alter_table,
    format_column_name,
    format_table_name,
)
from alembic.ddl.impl import (
    BatchOp,
    DefaultImpl,
    DialectKeyword,
    NotInThisDialect,
    RenderScope,
)
from alembic.ddl.sqlite_schema.tokens import fold
from alembic.util.exc import CommandError
from alembic.util.failure import add_note
from alembic.util.messaging import warn

log = logging.getLogger(__name__)

_BATCH = (
    "Please refer to the batch mode feature which allows for SQLite migrations using a "
    "copy-and-move strategy."
)
# What ADD COLUMN takes for a default: https://www.sqlite.org/lang_altertable.html#altertabaddcol
_CONSTANT = re.compile(
    r"""\s*(?:
        [+-]?\s*(?:\d+\.?\d*(?:e[+-]?\d+)?|\.\d+|0x[0-9a-f]+)   # a number
        | x?'(?:[^']|'')*'                                      # text or bytes
        | null | true | false
    )\s*\Z""",
    re.IGNORECASE | re.VERBOSE,
)
STRICT_TYPES = frozenset({"INT", "INTEGER", "REAL", "TEXT", "BLOB", "ANY"})
"""All that a STRICT table takes for a type: https://www.sqlite.org/stricttables.html."""

# Both are as old as the other: https://www.sqlite.org/pragma.html#pragma_table_list
_STRICT_SINCE = (3, 37)
# What SQLite says of a view or trigger that didn't work before, in difference to "after rename".
_BROKEN_BEFORE = re.compile(r"error in (?:view|trigger) (?!.* after rename: )", re.DOTALL)
_TRIGGER_IS_THERE = re.compile(r"trigger (.+) already exists", re.DOTALL)
_DATES = (DATE, DATETIME, TIME)
# A name in double quotes is a text there, but within brackets it is not constant:
# https://www.sqlite.org/quirks.html#dblquote
_TEXT_OR_DIGITS = re.compile(r"""'(?:[^']|'')*'\Z|"(?:[^"]|"")*"\Z|\d*\Z""")


class NoAlterOfConstraints(CommandError, NotImplementedError):
    """SQLite adds and drops constraints by a rebuild of the table only."""

    def __init__(self, *, in_script: bool) -> None:
        way_out = " In a script it needs copy_from=…, the table as it is." if in_script else ""
        super().__init__(
            f"No support for ALTER of constraints in SQLite dialect. {_BATCH}{way_out}"
        )


# --- spelling -----------------------------------------------------------------------------------


@compiles(RenameTable, "sqlite")
def visit_rename_table(element: RenameTable, compiler: DDLCompiler, **kw: Any) -> str:
    """ALTER TABLE … RENAME TO …, the new name without the schema."""
    new_name = format_table_name(compiler, element.new_table_name, None)
    return f"{alter_table(compiler, element.table_name, element.schema)} RENAME TO {new_name}"


@compiles(ColumnName, "sqlite")
def visit_column_name(element: ColumnName, compiler: DDLCompiler, **kw: Any) -> str:
    """ALTER TABLE … RENAME COLUMN … TO …."""
    return (
        f"{alter_table(compiler, element.table_name, element.schema)} "
        f"RENAME COLUMN {format_column_name(compiler, element.column_name)} "
        f"TO {format_column_name(compiler, element.newname)}"
    )


# --- verbs --------------------------------------------------------------------------------------


class SQLiteImpl(DefaultImpl):
    """SQLite."""

    __dialect__ = "sqlite"

    # The driver commits before DDL by itself, so that scripts and runs don't rely on transactions.
    transactional_ddl = False
    index_if_not_exists = True

    def execute(
        self, sql: Executable | str, execution_options: dict[str, Any] | None = None
    ) -> None:
        """Execute a statement; where it makes a trigger anew that is there, the way out is said."""
        try:
            super().execute(sql, execution_options)
        except OperationalError as error:
            if found := _TRIGGER_IS_THERE.match(str(error.orig)):
                drop = f"DROP TRIGGER IF EXISTS {self.dialect.identifier_preparer.quote(found[1])}"
                add_note(
                    error,
                    "A batch keeps the triggers of its table. Where an earlier revision has kept this "
                    f"one, op.execute({drop!r}) makes way for the new one.",
                )
            raise

    def create_table(self, table: Table, **kw: DialectKeyword) -> None:
        """Create a table; a reference to a table of another file is told of, as it can't be said."""
        for reference in table.foreign_key_constraints:
            if reference.referred_table.schema != table.schema:
                tell_of_left_out(reference)
        super().create_table(table, **kw)

    def rename_table(
        self,
        old_table_name: str,
        new_table_name: str | quoted_name,
        schema: str | quoted_name | None = None,
    ) -> None:
        """Rename a table, though SQLite refuses because a view or trigger of others doesn't work.

        With writable_schema it passes over these (renameTestSchema() in SQLite's alter.c). A name that
        differs from the old one in capitals alone is taken to SQLite, so it is reached by way of another.
        """
        if old_table_name != new_table_name and fold(old_table_name) == fold(new_table_name):
            between = f"_alembic_case_{new_table_name}"
            self.rename_table(old_table_name, between, schema=schema)
            old_table_name = between
        try:
            super().rename_table(old_table_name, new_table_name, schema=schema)
        except OperationalError as error:
            if self.connection is None or _BROKEN_BEFORE.match(str(error.orig)) is None:
                raise
            self.connection.exec_driver_sql("PRAGMA writable_schema=ON")
            try:
                super().rename_table(old_table_name, new_table_name, schema=schema)
            finally:
                self.connection.exec_driver_sql("PRAGMA writable_schema=OFF")

    def add_column(
        self,
        table_name: str,
        column: Column[Any],
        *,
        schema: str | quoted_name | None = None,
        if_not_exists: bool | None = None,
        inline_references: bool | None = None,
        inline_primary_key: bool | None = None,
        **kw: DialectKeyword,
    ) -> None:
        """Add a column; with ``if_not_exists`` the table is looked at, as there are no such words."""
        if if_not_exists and self._has_column("add_column", table_name, column, schema):
            return
        try:
            super().add_column(
                table_name,
                column,
                schema=schema,
                inline_references=inline_references,
                inline_primary_key=inline_primary_key,
                **kw,
            )
        except OperationalError as error:
            if note := _note_of_refused(str(error.orig), table_name, column.name):
                add_note(error, note)
            raise

    def drop_column(
        self,
        table_name: str,
        column: Column[Any],
        *,
        schema: str | None = None,
        if_exists: bool | None = None,
        **kw: DialectKeyword,
    ) -> None:
        """Drop a column; with ``if_exists`` the table is looked at, as there are no such words."""
        if if_exists and not self._has_column("drop_column", table_name, column, schema):
            return
        super().drop_column(table_name, column, schema=schema, **kw)

    def alter_column(self, table_name: str, column_name: str, **kw: Any) -> None:
        """Rename a column; a comment is passed over. Raises :class:`NotInThisDialect` for the rest."""
        kw.pop("comment", None)
        asked = {key: kw.get(key) for key in ("nullable", "type_")}
        asked["server_default"] = None if kw.get("server_default", False) is False else True
        if any(value is not None for value in asked.values()):
            raise NotInThisDialect(
                "alter_column",
                self.dialect.name,
                "it takes a rebuild of the table: op.batch_alter_table(), which needs "
                "copy_from=… in a script",
            )
        super().alter_column(table_name, column_name, **kw)

    def create_table_comment(self, table: Table) -> None:
        """Nothing: SQLite keeps no comments."""

    def drop_table_comment(self, table: Table) -> None:
        """Nothing: SQLite keeps no comments."""

    def create_column_comment(self, column: Column[Any]) -> None:
        """Nothing: SQLite keeps no comments."""

    def _has_column(
        self, verb: str, table_name: str, column: Column[Any], schema: str | None
    ) -> bool:
        if self.as_sql or self.connection is None:
            raise NotInThisDialect(
                verb,
                self.dialect.name,
                "with IF EXISTS or IF NOT EXISTS in a script: SQLite has no such words for columns, "
                "and a script can't look. Leave if_exists and if_not_exists out",
            )
        found = inspect(self.connection).get_columns(table_name, schema=schema)
        return column.name.lower() in {one["name"].lower() for one in found}

    def add_constraint(self, const: Constraint, **kw: DialectKeyword) -> None:
        """Refuse: raises :class:`NoAlterOfConstraints`; a type's own check is left out."""
        rule: Any = const._create_rule
        if rule is None:
            raise NoAlterOfConstraints(in_script=self.as_sql)
        if rule(self):
            warn(f"Skipping unsupported ALTER for creation of implicit constraint. {_BATCH}")

    def drop_constraint(self, const: Constraint, **kw: DialectKeyword) -> None:
        """Refuse: raises :class:`NoAlterOfConstraints`; a type's own check is passed over."""
        if const._create_rule is None:
            raise NoAlterOfConstraints(in_script=self.as_sql)

    # --- batches --------------------------------------------------------------------------------

    def requires_recreate_in_batch(self, batch_op: BatchOp) -> bool:
        """Whether anything was recorded that SQLite's own ALTERs don't do.

        It creates and drops indexes, and adds columns but those with a default that isn't constant,
        those that are computed and stored, keys, and references with a default:
        https://www.sqlite.org/lang_altertable.html#altertabaddcol. In a STRICT table a type has to
        be said in other words, which is for those who know the table.
        """
        for verb, args, kw in batch_op.batch:
            if verb in {"create_index", "drop_index"}:
                continue
            if verb != "add_column" or _needs_rebuild(args[1]):
                return True
            # A script can't rebuild, and may be meant for a connection that enforces no references.
            if not self.as_sql and _is_refused(args[1], kw):
                return True
            if self._is_strict_for(args[1], args[0], kw.get("schema")):
                return True
        return False

    def _is_strict_for(self, column: Column[Any], table_name: str, schema: str | None) -> bool:
        """Whether the table is STRICT, and the column's type none that it takes."""
        connection = self.connection
        version = None if connection is None else connection.dialect.server_version_info
        if self.as_sql or connection is None or (version or _STRICT_SINCE) < _STRICT_SINCE:
            return False
        try:
            declared = self.dialect.type_compiler_instance.process(column.type)
        except CompileError:
            return False  # which the statement will say
        if declared.upper() in STRICT_TYPES:
            return False
        found = connection.exec_driver_sql(
            "SELECT strict FROM pragma_table_list(?) WHERE schema = coalesce(?, schema) "
            "ORDER BY schema <> 'temp', schema <> 'main' LIMIT 1",
            (table_name, schema),
        )
        return bool(found.scalar())

    def cast_for_batch_migrate(
        self, existing: Column[Any], existing_transfer: dict[str, Any], new_type: TypeEngine[Any]
    ) -> None:
        """Cast where the values are of another kind; JSON is text that must not become a number."""
        if existing.type._type_affinity is not new_type._type_affinity and not isinstance(
            new_type, JSON
        ):
            existing_transfer["expr"] = cast(existing_transfer["expr"], new_type)

    # --- comparison -----------------------------------------------------------------------------

    def compare_server_default(
        self,
        inspector_column: Column[Any],
        metadata_column: Column[Any],
        rendered_metadata_default: str | None,
        rendered_inspector_default: str | None,
    ) -> bool:
        """By their text, without brackets around it and quotes."""
        return _bare(rendered_inspector_default) != _bare(rendered_metadata_default)

    def correct_for_autogen_constraints(
        self,
        conn_unique_constraints: set[UniqueConstraint],
        conn_indexes: set[Index],
        metadata_unique_constraints: set[UniqueConstraint],
        metadata_indexes: set[Index],
    ) -> None:
        """Indexes over expressions aren't reported, so they aren't compared."""
        self._skip_functional_indexes(metadata_indexes, conn_indexes)

    def autogen_column_reflect(self, inspector: Any, table: Any, column_info: Any) -> None:
        """Put brackets around a default that needs them: SQLite reports it without."""
        default = column_info.get("default")
        if default is not None and _needs_brackets(default):
            column_info["default"] = f"({default})"

    # --- rendering ------------------------------------------------------------------------------

    def render_ddl_sql_expr(
        self, expr: ClauseElement, is_server_default: bool = False, **kw: Any
    ) -> str:
        """An expression as SQL; as a default with the brackets that it needs."""
        text = super().render_ddl_sql_expr(expr, is_server_default=is_server_default, **kw)
        return f"({text})" if is_server_default and _needs_brackets(text) else text

    def render_type(
        self, type_obj: TypeEngine[Any], autogen_context: RenderScope
    ) -> str | Literal[False]:
        """A date or time with how it is stored: its repr leaves that out, and its name hangs on it."""
        said = vars(type_obj)
        if not isinstance(type_obj, _DATES) or "_storage_format" not in said:
            return super().render_type(type_obj, autogen_context)
        options = f"storage_format={said['_storage_format']!r}"
        if said.get("_reg") is not None:
            options += f", regexp={said['_reg'].pattern!r}"
        autogen_context.imports.add("from sqlalchemy.dialects import sqlite")
        given = repr(type_obj).removesuffix(")")
        return f"sqlite.{given}{'' if given.endswith('(') else ', '}{options})"


def no_value_for_rows(table: str, column: str) -> str:
    """What is said where a new column must have a value, and the rows that are there get none."""
    return (
        f"Column {column!r} is new and NOT NULL, and the rows of table {table!r} have no value for "
        "it: give it a server_default, or add it as nullable, fill it, and then call alter_column("
        f"{column!r}, nullable=False)."
    )


def _note_of_refused(said: str, table: str, column: str) -> str | None:
    """The way out where SQLite refuses to add a column."""
    if said.startswith("Cannot add a NOT NULL column"):
        return no_value_for_rows(table, column)
    if said.startswith("duplicate column name"):
        return (
            f"Table {table!r} has a column {column!r} already. "
            "op.add_column(…, if_not_exists=True) passes over what is there."
        )
    return None


def tell_of_left_out(reference: ForeignKeyConstraint) -> None:
    """Say that a reference isn't there: SQLAlchemy leaves it out, as it can name no schema.

    Source: https://www.sqlite.org/syntax/foreign-key-clause.html.
    """
    log.warning(
        "Table %r: the foreign key to %r is left out. SQLite has none between the files of a "
        "connection, and both tables have to be given the same schema",
        reference.table.fullname,
        reference.elements[0].target_fullname,
    )


def _needs_rebuild(column: Column[Any]) -> bool:
    default = column.server_default
    if isinstance(default, Computed):
        return bool(default.persisted)
    if not isinstance(default, DefaultClause) or isinstance(default.arg, str):
        return False
    return not isinstance(default.arg, TextClause) or _CONSTANT.match(default.arg.text) is None


def _is_refused(column: Column[Any], said: Mapping[str, Any]) -> bool:
    """Whether a column, with what is to be said within it, can't be added to a table with rows."""
    if said.get("inline_primary_key") and column.primary_key:
        return True
    is_reference = said.get("inline_references") and column.foreign_keys
    return bool(is_reference) and column.server_default is not None


def _needs_brackets(default: str) -> bool:
    """Whether SQLite takes it for a default in brackets only, or at least in brackets as well."""
    if default.startswith("(") and default.endswith(")"):
        return not _closes_at_end(default)
    return _TEXT_OR_DIGITS.match(default) is None


def _bare(default: str | None) -> str | None:
    if default is None:
        return None
    text = default.strip()
    while text.startswith("(") and text.endswith(")") and _closes_at_end(text):
        text = text[1:-1].strip()
    quote = text[:1]
    if quote in {"'", '"'} and len(text) > 1 and text.endswith(quote):
        return text[1:-1].replace(quote * 2, quote)
    return text


def _closes_at_end(text: str) -> bool:
    """Whether the first bracket is closed by the last one."""
    depth = 0
    for position, character in enumerate(text):
        depth += (character == "(") - (character == ")")
        if not depth:
            return position == len(text) - 1
    return False
