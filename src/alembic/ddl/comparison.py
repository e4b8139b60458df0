"""What a comparison asks a dialect: are these the same, and how is this rendered.

Autogenerate compares the models with what it has read from the database. Where the database spells
a thing in its own way, or reports something that nobody has asked for, its impl overrides a method
of this class.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, Protocol

from sqlalchemy import CheckConstraint, Column, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.engine import Dialect
from sqlalchemy.sql.elements import ClauseElement
from sqlalchemy.types import TypeEngine

from alembic.ddl.literals import script_dialect
from alembic.ddl.signature import (
    ComparisonResult,
    compare_indexes,
    compare_uniques,
    has_expressions,
)
from alembic.ddl.typetext import Params, same_arguments, same_name
from alembic.util.messaging import warn


class RenderScope(Protocol):
    """What rendering a type needs of the ``AutogenContext``."""

    imports: set[str]
    """Lines of import that the rendered file will have."""

    @property
    def opts(self) -> Mapping[str, Any]:
        """The options of ``configure()``: ``sqlalchemy_module_prefix`` and the like."""


Reflected = Mapping[str, Any]
"""An index or constraint as an ``Inspector`` gives it."""

DialectOptions = dict[str, Any]
"""Keywords of a dialect, as ``Index`` and ``UniqueConstraint`` take them."""


class Comparison:
    """The questions that a comparison asks, with the answers that suit most databases."""

    type_synonyms: tuple[set[str], ...] = ({"NUMERIC", "DECIMAL"},)
    """Groups of names of types that are one type to the database."""

    type_arg_extract: Sequence[str] = ()
    """Regular expressions: what their first group finds in both types' text must agree."""

    identity_attrs_ignore: tuple[str, ...] = ("order", "on_null")
    """Options of ``Identity`` that the database doesn't know."""

    dialect: Dialect

    # --- comparison ---------------------------------------------------------------------------

    def compare_type(self, inspector_column: Column[Any], metadata_column: Column[Any]) -> bool:
        """Whether the types differ: True asks for a change."""
        existing = self._tokenize_column_type(inspector_column)
        wanted = self._tokenize_column_type(metadata_column)
        return not (
            self._column_types_match(existing, wanted) and self._column_args_match(existing, wanted)
        )

    def compare_server_default(
        self,
        inspector_column: Column[Any],
        metadata_column: Column[Any],
        rendered_metadata_default: str | None,
        rendered_inspector_default: str | None,
    ) -> bool:
        """Whether the server defaults differ, given the SQL of both."""
        return rendered_inspector_default != rendered_metadata_default

    def compare_indexes(self, metadata_index: Index, reflected_index: Index) -> ComparisonResult:
        """Compare two indexes of one name."""
        return compare_indexes(metadata_index, reflected_index)

    def compare_unique_constraint(
        self, metadata_constraint: UniqueConstraint, reflected_constraint: UniqueConstraint
    ) -> ComparisonResult:
        """Compare two unique constraints of one name."""
        return compare_uniques(metadata_constraint, reflected_constraint)

    def compare_check_constraint(
        self, metadata_constraint: CheckConstraint, reflected_constraint: CheckConstraint
    ) -> ComparisonResult:
        """Compare two check constraints of one name: those of one name pass for equal.

        Databases spell conditions anew, so that their texts tell nothing.
        """
        return ComparisonResult.Equal()

    def correct_for_autogen_constraints(
        self,
        conn_uniques: set[UniqueConstraint],
        conn_indexes: set[Index],
        metadata_unique_constraints: set[UniqueConstraint],
        metadata_indexes: set[Index],
    ) -> None:
        """Take out of the sets what must not be compared; called for each table on both sides."""

    def correct_for_autogen_foreignkeys(
        self,
        conn_fks: set[ForeignKeyConstraint],
        metadata_fks: set[ForeignKeyConstraint],
    ) -> None:
        """Edit foreign keys whose options the database reports in its own way."""

    def adjust_reflected_dialect_options(
        self, reflected_object: Reflected, kind: str
    ) -> DialectOptions:
        """The dialect keywords that an index or constraint read from the database is made with.

        ``kind`` is ``"index"`` or ``"unique_constraint"``.
        """
        return dict(reflected_object.get("dialect_options", {}))

    def autogen_column_reflect(self, inspector: Any, table: Any, column_info: Any) -> None:
        """Edit what was read of a column before the column is made of it."""

    # --- rendering ----------------------------------------------------------------------------

    def render_ddl_sql_expr(
        self, expr: ClauseElement, is_server_default: bool = False, **kw: Any
    ) -> str:
        """An expression as the SQL text that a rendered file shall hold."""
        compiled = expr.compile(
            dialect=script_dialect(self.dialect),
            compile_kwargs={"literal_binds": True, "include_table": False},
        )
        return str(compiled)

    def render_type(
        self, type_obj: TypeEngine[Any], autogen_context: RenderScope
    ) -> str | Literal[False]:
        """A type as Python text; False leaves it to the ordinary renderer."""
        return False

    # --- what dialects share ------------------------------------------------------------------

    def _tokenize_column_type(self, column: Column[Any]) -> Params:
        return Params.read(self.dialect.type_compiler_instance.process(column.type))

    def _column_types_match(self, inspector_params: Params, metadata_params: Params) -> bool:
        return same_name(inspector_params, metadata_params, self.type_synonyms)

    def _column_args_match(self, inspected_params: Params, meta_params: Params) -> bool:
        return same_arguments(inspected_params, meta_params, self.type_arg_extract)

    def _skip_functional_indexes(
        self, metadata_indexes: set[Index], conn_indexes: set[Index]
    ) -> None:
        """Leave indexes over expressions alone, where the database doesn't report them as such."""
        skipped = {index for index in metadata_indexes if has_expressions(index)}
        for index in sorted(skipped, key=lambda index: str(index.name)):
            warn(
                f"autogenerate skipping metadata-specified expression-based index {index.name!r}; "
                f"dialect {self.dialect.name!r} under SQLAlchemy can't reflect these indexes so "
                "they can't be compared"
            )
        metadata_indexes -= skipped
        names = {index.name for index in skipped}
        conn_indexes -= {index for index in conn_indexes if index.name in names}
