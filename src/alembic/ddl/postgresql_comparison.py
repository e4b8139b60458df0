"""What PostgreSQL reports, compared with what the models ask for."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable
from typing import Any, Literal

from sqlalchemy import (
    BIGINT,
    INTEGER,
    SMALLINT,
    Column,
    Connection,
    Index,
    UniqueConstraint,
    exc,
    text,
)
from sqlalchemy.sql.elements import ClauseElement, ColumnClause, ColumnElement
from sqlalchemy.types import TypeEngine

from alembic.ddl.comparison import Comparison, DialectOptions, Reflected, RenderScope
from alembic.ddl.postgresql_kinds import is_domain
from alembic.ddl.postgresql_text import normalised, normalised_index_element
from alembic.ddl.signature import (
    ComparisonResult,
    columns_difference,
    difference,
    unique_difference,
)

# The log speaks under the name that scripts filter on.
log = logging.getLogger("alembic.ddl.postgresql")

_NEXTVAL = re.compile(r"nextval\('(.+)'::regclass\)\Z")
_QUALIFIED_TWICE = re.compile(r"""(nextval\(')".+?"\.((?:"(?:[^"]|"")+"|[^"'.]+)\.)""")
"""SQLAlchemy puts the table's schema before the name of a sequence in which it sees none, as behind a quote."""

_OWNERS = text(
    """
    SELECT CAST(CAST(dependency.objid AS regclass) AS text),
           '"' || namespace.nspname || '".' || quote_ident(sequence.relname),
           sequence.relname, owner.relname, attribute.attname
    FROM pg_catalog.pg_depend AS dependency
    JOIN pg_catalog.pg_class AS sequence
      ON sequence.oid = dependency.objid AND sequence.relkind = 'S'
    JOIN pg_catalog.pg_namespace AS namespace ON namespace.oid = sequence.relnamespace
    JOIN pg_catalog.pg_class AS owner ON owner.oid = dependency.refobjid
    JOIN pg_catalog.pg_attribute AS attribute
      ON attribute.attrelid = owner.oid AND attribute.attnum = dependency.refobjsubid
    WHERE dependency.classid = CAST('pg_class' AS regclass)
      AND dependency.refclassid = CAST('pg_class' AS regclass)
      AND dependency.deptype = 'a'
    """
)
"""Each sequence as an expression names it, and as SQLAlchemy does where it is asked about a schema; its
name, and the table and column that it is owned by."""


def sequence_owned_by(inspector: Any, table_name: str, column: Reflected) -> str | None:
    """The name of the sequence by which a column counts and which it owns, as SERIAL has it.

    The owners of all sequences are read at once, and kept where the inspector keeps what it has read.
    """
    default = column.get("default")
    if not default or not isinstance(column["type"], INTEGER | BIGINT | SMALLINT):
        return None
    sequence = _NEXTVAL.match(_qualified_once(default))
    if sequence is None:
        return None
    owners = inspector.info_cache.get("alembic owners of sequences")
    if owners is None:
        rows = inspector.bind.execute(_OWNERS).all()
        owners = {name: tuple(rest) for first, second, *rest in rows for name in (first, second)}
        inspector.info_cache["alembic owners of sequences"] = owners
    found = owners.get(sequence[1].replace("''", "'"))
    return found[0] if found and found[1:] == (table_name, column["name"]) else None


def _qualified_once(default: str) -> str:
    """A default as the server says it, where reflection says one schema too many."""
    return _QUALIFIED_TWICE.sub(r"\1\2", default)


class PostgresqlComparison(Comparison):
    """How PostgreSQL answers the questions of a comparison."""

    type_synonyms = (*Comparison.type_synonyms, {"FLOAT", "DOUBLE PRECISION"})

    connection: Connection | None

    # --- comparison -----------------------------------------------------------------------------

    def compare_server_default(
        self,
        inspector_column: Column[Any],
        metadata_column: Column[Any],
        rendered_metadata_default: str | None,
        rendered_inspector_default: str | None,
    ) -> bool:
        """By text, then as the server spells it, then by value.

        The default of a serial column is the server's own affair.
        """
        wanted, existing = rendered_metadata_default, rendered_inspector_default
        table: Any = metadata_column.table
        if metadata_column.primary_key and metadata_column is table._autoincrement_column:
            return False
        if wanted is None or existing is None:
            return wanted is not existing
        if wanted == existing or normalised(wanted) == normalised(existing):
            return False
        if self.connection is None:
            return True
        return not (
            self._is_spelled(wanted, existing, inspector_column)
            or self._has_value(wanted, existing, inspector_column)
        )

    def compare_indexes(self, metadata_index: Index, reflected_index: Index) -> ComparisonResult:
        """By uniqueness, by each element as the server would spell it, and NULLS NOT DISTINCT."""
        return ComparisonResult.of(
            (
                unique_difference(metadata_index, reflected_index),
                *self._element_differences(metadata_index, reflected_index),
                _option_difference(metadata_index, reflected_index),
            )
        )

    def compare_unique_constraint(
        self, metadata_constraint: UniqueConstraint, reflected_constraint: UniqueConstraint
    ) -> ComparisonResult:
        """By columns and NULLS NOT DISTINCT."""
        return ComparisonResult.of(
            (
                columns_difference(metadata_constraint, reflected_constraint),
                _option_difference(metadata_constraint, reflected_constraint),
            )
        )

    def correct_for_autogen_constraints(
        self,
        conn_unique_constraints: set[UniqueConstraint],
        conn_indexes: set[Index],
        metadata_unique_constraints: set[UniqueConstraint],
        metadata_indexes: set[Index],
    ) -> None:
        """An index that stands behind a unique constraint is none beside it."""
        names = {constraint.name for constraint in conn_unique_constraints}
        conn_indexes -= {index for index in conn_indexes if index.unique and index.name in names}

    def adjust_reflected_dialect_options(
        self, reflected_object: Reflected, kind: str
    ) -> DialectOptions:
        """All that is reported, but an INCLUDE of nothing."""
        options: DialectOptions = dict(reflected_object.get("dialect_options", {}))
        if not options.get("postgresql_include"):
            options.pop("postgresql_include", None)
        return options

    def autogen_column_reflect(self, inspector: Any, table: Any, column_info: Any) -> None:
        """What a column has from its type is none of its own: a SERIAL's sequence, what a domain says."""
        if is_domain(column_info["type"]):
            _leave_to_domain(column_info)
            return
        sequence = sequence_owned_by(inspector, table.name, column_info)
        if sequence is not None:
            log.info(
                "Detected sequence named '%s' as owned by integer column '%s(%s)', "
                "assuming SERIAL and omitting",
                sequence,
                table.name,
                column_info["name"],
            )
            del column_info["default"]
        elif column_info.get("default"):
            column_info["default"] = _qualified_once(column_info["default"])

    def _is_spelled(self, wanted: str, existing: str, column: Column[Any]) -> bool:
        """Whether the server, given ``wanted`` as a default, gives back ``existing``.

        It is asked by a temporary table within a savepoint; where that isn't allowed, no answer is
        a "no".
        """
        assert self.connection is not None
        type_ = self.dialect.type_compiler_instance.process(column.type)
        create = f"CREATE TEMPORARY TABLE _alembic_scratch (x {type_} DEFAULT {wanted})"
        look = (
            "SELECT pg_catalog.pg_get_expr(adbin, adrelid) FROM pg_catalog.pg_attrdef "
            "WHERE adrelid = CAST('pg_temp._alembic_scratch' AS regclass)"
        )
        return bool(self._asked(create, look) == existing)

    def _has_value(self, wanted: str, existing: str, column: Column[Any]) -> bool:
        """Whether both are of one value at this moment; a sequence isn't advanced for that."""
        if "nextval" in wanted.lower() or "nextval" in existing.lower():
            return False
        type_ = self.dialect.type_compiler_instance.process(column.type)
        look = f"SELECT CAST({existing} AS {type_}) = CAST({wanted} AS {type_})"
        return self._asked(look) is True

    def _asked(self, *statements: str) -> Any:
        """What the last statement gives; all are undone. None where one fails."""
        connection = self.connection
        assert connection is not None
        savepoint = None
        try:
            savepoint = connection.begin_nested()
            answer = None
            for statement in statements:
                # Without parameters no driver takes a % for one.
                options = {"no_parameters": True}
                result = connection.exec_driver_sql(statement, execution_options=options)
                answer = result.scalar() if result.returns_rows else None
        except exc.DBAPIError:
            log.debug("can't ask the server", exc_info=True)
            return None
        finally:
            if savepoint is not None and savepoint.is_active:
                savepoint.rollback()
        return answer

    def _element_differences(self, wanted: Index, existing: Index) -> Iterable[str | None]:
        has, had = list(wanted.expressions), list(existing.expressions)
        if len(has) != len(had):
            yield f"expression number {len(had)} to {len(has)}"
            return
        for number, (new, old) in enumerate(zip(has, had, strict=True), 1):
            spelled, found = self._element(new), self._element(old)
            if normalised_index_element(spelled) != normalised_index_element(found):
                yield difference(f"expression #{number}", found, spelled)

    def _element(self, element: Any) -> str:
        if isinstance(element, ColumnClause):
            return self.dialect.identifier_preparer.quote(element.name)
        if isinstance(element, str):
            return element
        return self.render_ddl_sql_expr(element)

    # --- rendering ------------------------------------------------------------------------------

    def render_ddl_sql_expr(
        self,
        expr: ClauseElement,
        is_server_default: bool = False,
        is_index: bool = False,
        **kw: Any,
    ) -> str:
        """An expression as SQL; in an index with the brackets that it needs there."""
        if is_index and isinstance(expr, ColumnElement) and not isinstance(expr, ColumnClause):
            expr = expr.self_group()
        return super().render_ddl_sql_expr(expr, is_server_default=is_server_default, **kw)

    def render_type(
        self, type_: TypeEngine[Any], autogen_context: RenderScope
    ) -> str | Literal[False]:
        """False: PostgreSQL's types have a ``repr`` that says all of them."""
        return False


def _option_difference(
    wanted: Index | UniqueConstraint, existing: Index | UniqueConstraint
) -> str | None:
    has, had = (
        ("nulls_not_distinct",)
        if item.dialect_options["postgresql"].get("nulls_not_distinct")
        else ()
        for item in (wanted, existing)
    )
    return difference("options", had, has)


def _leave_to_domain(column_info: Any) -> None:
    domain = column_info["type"]
    if domain.default is not None and str(domain.default) == column_info.get("default"):
        del column_info["default"]
    if domain.not_null:
        column_info["nullable"] = True
