"""SQLAlchemy's objects in SQLite's words, for use inside a ``CREATE TABLE`` text.

All spelling is the dialect's own compiler's; it needs no database.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    Column,
    Constraint,
    ForeignKeyConstraint,
    Index,
    MetaData,
    Table,
    exc,
    literal,
    types,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.schema import CreateIndex
from sqlalchemy.sql.compiler import DDLCompiler
from sqlalchemy.types import TypeEngine

from alembic.ddl.literals import script_dialect
from alembic.ddl.sqlite import STRICT_TYPES
from alembic.ddl.sqlite_schema.model import ConstraintKind, ConstraintText, TableText
from alembic.ddl.sqlite_schema.parse import parse_table
from alembic.operations.batch.change import Default
from alembic.operations.batch.errors import ConstraintUnknown
from alembic.operations.schemaobj import in_order_of_creation

# The types that a STRICT table knows, by what SQLAlchemy keeps in a column of the type.
# Source: https://www.sqlite.org/stricttables.html and sqlalchemy.dialects.sqlite (storage of dates).
_STRICT_TYPES: tuple[tuple[tuple[type[TypeEngine[Any]], ...], str], ...] = (
    ((types.Integer, types.Boolean), "INTEGER"),
    ((types.Numeric, types.Float), "REAL"),
    ((types.LargeBinary,), "BLOB"),
    (
        (
            types.String,
            types.DateTime,
            types.Date,
            types.Time,
            types.Interval,
            types.JSON,
            types.Uuid,
        ),
        "TEXT",
    ),
)


class _AsWritten(types.UserDefinedType[Any]):
    """A type that is spelled as told."""

    cache_ok = True

    def __init__(self, text: str) -> None:
        self.text = text

    def get_col_spec(self, **_kw: Any) -> str:
        return self.text


class Spelling:
    """Spells parts of a table for one dialect; ``strict`` where the table is STRICT."""

    def __init__(self, dialect: Dialect, *, strict: bool = False) -> None:
        self._dialect = dialect
        self._strict = strict
        self._compiler: DDLCompiler = dialect.ddl_compiler(dialect, None)  # type: ignore[arg-type]

    def name(self, name: str) -> str:
        """A name, in quotes where it needs them."""
        return self._dialect.identifier_preparer.quote(name)

    def type_(self, type_: TypeEngine[Any]) -> str:
        """A type as it is declared."""
        if self._strict:
            return self._strict_type(type_)
        return self._dialect.type_compiler_instance.process(type_)

    def column(self, column: Column[Any], *, inline_references: bool = False) -> str:
        """A column as it stands in CREATE TABLE, with NOT NULL and its own checks."""
        alone = self._alone(column, self.type_(column.type))
        spec = self._compiler.get_column_specification(alone)
        for check in in_order_of_creation(column.constraints):
            spec += f" {self.constraint(check)}"
        if inline_references:
            spec += "".join(self._reference(one) for one in column.foreign_keys)
        return spec

    def filled_with(self, column: Column[Any]) -> str | None:
        """What rows that there are get for a new column: its own default, not the server's.

        As SQLAlchemy has it for INSERT … SELECT: a function is called once for all of the rows.
        """
        default: Any = column.default
        if default is None or default.is_sequence:
            return None
        value = default.arg(None) if default.is_callable else default.arg
        if not default.is_clause_element:
            value = literal(value, column.type)
        dialect = script_dialect(self._dialect)
        return str(value.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))

    def default(self, default: Default, type_: TypeEngine[Any]) -> str | None:
        """A server default behind its DEFAULT; None where it is none."""
        column: Column[Any] = Column("c", type_, server_default=default)
        found = self._parsed(column).columns[0].of_kind(ConstraintKind.DEFAULT)
        return self._parsed(column).text(found[0].value) if found and found[0].value else None

    def computed(self, computed: Default) -> str:
        """``GENERATED ALWAYS AS (…)``."""
        column: Column[Any] = Column("c", types.Integer(), computed)
        parsed = self._parsed(column)
        return parsed.text(parsed.columns[0].of_kind(ConstraintKind.GENERATED)[0].span)

    def constraint(self, constraint: Constraint) -> str:
        """A constraint as it stands in CREATE TABLE; '' where the dialect leaves it out.

        Raises ConstraintUnknown where SQLite has none of its kind.
        """
        rule: Any = constraint._create_rule
        if rule is not None and not rule(self._compiler):
            return ""
        try:
            return self._compiler.process(constraint)
        except exc.UnsupportedCompilationError as error:
            kind = constraint.__visit_name__.replace("_", " ")
            raise ConstraintUnknown(kind, constraint.table.name) from error

    def constraint_name(self, constraint: Constraint) -> str | None:
        """Its name, made by the naming convention where that does; None where it has none."""
        preparer = self._dialect.identifier_preparer
        formatted = None if constraint.name is None else preparer.format_constraint(constraint)
        if formatted is None:
            return None
        return self._parsed_constraint(f"CONSTRAINT {formatted} UNIQUE (c)").name

    def index(self, index: Index) -> str:
        """``CREATE INDEX``."""
        return str(CreateIndex(index).compile(dialect=self._dialect))

    def _parsed_constraint(self, sql: str) -> ConstraintText:
        return parse_table(f"CREATE TABLE t (c, {sql})").constraints[0]

    def _parsed(self, column: Column[Any]) -> TableText:
        spec = self._compiler.get_column_specification(self._alone(column, "INTEGER"))
        return parse_table(f"CREATE TABLE t ({spec})")

    def _alone(self, column: Column[Any], type_: str) -> Column[Any]:
        """A copy in a table of its own: where it comes from may have no table."""
        copy = column._copy()
        copy.type = _AsWritten(type_)
        copy.primary_key = False
        Table("t", MetaData(), copy)
        return copy

    def _reference(self, key: Any) -> str:
        constraint: ForeignKeyConstraint = key.constraint
        text = self.constraint(constraint)
        name = f"CONSTRAINT {self.name(str(constraint.name))} " if constraint.name else ""
        return f" {name}{text[text.index('REFERENCES') :]}"

    def _strict_type(self, type_: TypeEngine[Any]) -> str:
        spelled = self._dialect.type_compiler_instance.process(type_)
        if spelled.upper() in STRICT_TYPES:
            return spelled
        plain = type_.impl if isinstance(type_, types.TypeDecorator) else type_
        return next((word for kinds, word in _STRICT_TYPES if isinstance(plain, kinds)), "ANY")
