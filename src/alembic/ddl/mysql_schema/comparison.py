"""What a comparison asks MySQL and MariaDB: types, defaults, and what they make by the way."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.sql.elements import (
    BinaryExpression,
    ClauseElement,
    Grouping,
    UnaryExpression,
)
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import Boolean, Enum, Float, Integer, Numeric, String

from alembic.ddl.comparison import Comparison
from alembic.ddl.default_text import Spelling

# https://dev.mysql.com/doc/refman/8.4/en/date-and-time-functions.html#function_now,
# https://dev.mysql.com/doc/refman/8.4/en/boolean-literals.html
_WORDS = {
    "now": "current_timestamp",
    "localtime": "current_timestamp",
    "localtimestamp": "current_timestamp",
    "current_date": "curdate",
    "current_time": "curtime",
    "true": "1",
    "false": "0",
}
_NUMBERS = Spelling(_WORDS)
_OTHERS = Spelling(_WORDS, numbers_in_quotes=False)
_RESTRICTS = frozenset({"", "NO ACTION", "RESTRICT"})


class MySQLComparison(Comparison):
    """The answers of MySQL and MariaDB."""

    # https://dev.mysql.com/doc/refman/8.4/en/other-vendor-data-types.html, https://mariadb.com/kb/en/json/
    type_synonyms = (*Comparison.type_synonyms, {"BOOL", "TINYINT"}, {"JSON", "LONGTEXT"})
    type_arg_extract = (r"character set ([\w\-_]+)", r"collate ([\w\-_]+)")

    # --- comparison ---------------------------------------------------------------------------

    def compare_type(self, inspector_column: Column[Any], metadata_column: Column[Any]) -> bool:
        """Whether the types differ; of two enums the values count, in whatever order."""
        existing, wanted = inspector_column.type, metadata_column.type
        if isinstance(existing, Enum) and isinstance(wanted, Enum):
            return set(existing.enums) != set(wanted.enums)
        return super().compare_type(inspector_column, metadata_column)

    def compare_server_default(
        self,
        inspector_column: Column[Any],
        metadata_column: Column[Any],
        rendered_metadata_default: str | None,
        rendered_inspector_default: str | None,
    ) -> bool:
        """Whether the server defaults differ to the server, in whatever way both are spelled."""
        existing, wanted = rendered_inspector_default, rendered_metadata_default
        type_ = metadata_column.type
        if isinstance(type_, Integer | Numeric | Float | Boolean):
            return not _NUMBERS.are_same(existing, wanted)
        if isinstance(type_, String) and wanted is not None:
            # A default of the models' own as text may come without its quotes.
            spellings = {f"'{wanted}'", f"'{_escaped(wanted)}'", _escaped(wanted)}
            if existing in spellings:
                return False
        return not _OTHERS.are_same(existing, wanted)

    def correct_for_autogen_constraints(
        self,
        conn_unique_constraints: set[UniqueConstraint],
        conn_indexes: set[Index],
        metadata_unique_constraints: set[UniqueConstraint],
        metadata_indexes: set[Index],
    ) -> None:
        """Leave alone the indexes that the server has made for foreign keys.

        It names them as the foreign key or its first column, see
        https://dev.mysql.com/doc/refman/8.4/en/create-table-foreign-keys.html. One that the models
        have by this name is compared as any other.
        """
        wanted: set[Any] = {index.name for index in metadata_indexes}
        wanted |= {constraint.name for constraint in metadata_unique_constraints}
        conn_indexes -= {
            index
            for index in conn_indexes
            if index.name not in wanted and not index.unique and _is_for_foreign_key(index)
        }

    def correct_for_autogen_foreignkeys(
        self, conn_fks: set[ForeignKeyConstraint], metadata_fks: set[ForeignKeyConstraint]
    ) -> None:
        """RESTRICT and NO ACTION are one, and the default: some servers tell them, others don't.

        https://dev.mysql.com/doc/refman/8.4/en/create-table-foreign-keys.html#foreign-key-referential-actions
        """
        wanted = {_reference(constraint): constraint for constraint in metadata_fks}
        for existing in conn_fks:
            other = wanted.get(_reference(existing))
            if other is None:
                continue
            for action in ("ondelete", "onupdate"):
                both = {(getattr(one, action) or "").upper() for one in (existing, other)}
                if both <= _RESTRICTS:
                    setattr(existing, action, getattr(other, action))

    # --- rendering ----------------------------------------------------------------------------

    def render_ddl_sql_expr(
        self,
        expr: ClauseElement,
        is_server_default: bool = False,
        is_index: bool = False,
        **kw: Any,
    ) -> str:
        """An expression as SQL; in an index it stands in brackets.

        https://dev.mysql.com/doc/refman/8.4/en/create-index.html#create-index-functional-key-parts
        """
        if is_index and _needs_brackets(expr):
            expr = expr.self_group()
            if not isinstance(expr, Grouping):
                expr = Grouping(expr)  # type: ignore[arg-type]
        return super().render_ddl_sql_expr(expr, is_server_default=is_server_default, **kw)


def _needs_brackets(expr: ClauseElement) -> bool:
    if isinstance(expr, UnaryExpression):
        return expr.modifier is None  # DESC is no part of the expression
    return isinstance(expr, BinaryExpression | FunctionElement)


def _escaped(text: str) -> str:
    """Text with backslashes as the server shows them."""
    return text.replace("\\", "\\\\")


def _is_for_foreign_key(index: Index) -> bool:
    columns = [column.name for column in index.columns]
    for constraint in index.table.foreign_key_constraints:  # type: ignore[union-attr]
        keys = [element.parent.name for element in constraint.elements]
        if columns[: len(keys)] == keys and index.name in {constraint.name, keys[0]}:
            return True
    return False


def _reference(constraint: ForeignKeyConstraint) -> tuple[Any, ...]:
    return (
        tuple(element.parent.name for element in constraint.elements),
        tuple(_target(element) for element in constraint.elements),
    )


def _target(element: ForeignKey) -> tuple[str | None, ...]:
    column = element._table_column
    if column is None:
        return tuple(element._column_tokens)
    return column.table.schema, column.table.name, column.key
