"""SchemaObjects: names and types → SQLAlchemy's Table, Column, Constraint, Index.

Ops speak in names (``"user"``, ``["id"]``); DDL is compiled from SQLAlchemy's own objects, each of
which needs a table around it, and foreign keys need the table that they point to. The tables made
here hold just what the statement needs::

    SchemaObjects(context).unique_constraint("uq", "user", ["name"])

``target_metadata``'s naming convention applies, so that ``None`` as a name is filled in as in the
models; a name wrapped in ``op.f()`` is taken as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import (
    CheckConstraint,
    Column,
    Constraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
    text,
)
from sqlalchemy.schema import SchemaItem
from sqlalchemy.sql.elements import ColumnElement, TextClause
from sqlalchemy.sql.visitors import replacement_traverse
from sqlalchemy.types import NULLTYPE, TypeEngine

from alembic.ddl.keywords import allow
from alembic.ddl.postgresql_kinds import is_exclusion
from alembic.operations.copies import copy_of
from alembic.operations.host import DialectKeyword, HasOptions
from alembic.util.exc import CommandError

if TYPE_CHECKING:
    from sqlalchemy.dialects.postgresql import ExcludeConstraint

C = TypeVar("C", bound=Constraint)

ConstraintName = str | None
"""A name, one wrapped in ``op.f()``, or None for the naming convention (or the database) to fill in."""

NO_TABLE = "no_table"
"""Stands for the table of an index that was named alone."""


class UnknownKind(CommandError, TypeError):
    """A constraint is to be dropped that is of a kind which there isn't."""

    def __init__(self, kind: object) -> None:
        super().__init__(
            "'type' can be one of 'check', 'foreignkey', 'primary', 'unique', None; "
            f"op.drop_constraint() was given type_={kind!r}"
        )
        self.kind = kind


def in_order_of_creation(constraints: Iterable[C]) -> list[C]:
    """Constraints, which SQLAlchemy keeps in sets, in the order in which they were made."""
    return sorted(constraints, key=lambda constraint: constraint._creation_order)


class SchemaObjects:
    """Makes SQLAlchemy's schema objects from what an op holds."""

    def __init__(self, migration_context: HasOptions | None = None) -> None:
        self.migration_context = migration_context

    def metadata(self) -> MetaData:
        """An empty MetaData with the naming convention of ``target_metadata``."""
        context = self.migration_context
        target = None if context is None else context.opts.get("target_metadata")
        # Several MetaData may be given as a list: which one's convention would count isn't said.
        if isinstance(target, MetaData):
            return MetaData(naming_convention=target.naming_convention)
        return MetaData()

    def table(self, name: str, *columns: SchemaItem | None, **kw: DialectKeyword) -> Table:
        """A table of these columns, constraints and indexes.

        Items that belong to another table already are copied. Tables that foreign keys point to
        are added to the MetaData with the columns that are asked for. With
        ``_constraints_included`` the constraints are all among ``columns``, so that ``unique`` and
        ``index`` of the columns make no second ones.
        """
        complete = kw.pop("_constraints_included", False)
        items = [item for item in columns if item is not None]
        copied = [_copy_column(item) if isinstance(item, Column) else item for item in items]
        if complete:
            for column in copied:
                if isinstance(column, Column):
                    column.index = False
                    column.unique = False
        foreign = [item for item in copied if _is_of_another_table(item)]
        table = Table(
            name,
            self.metadata(),
            *(item for item in copied if not _is_of_another_table(item)),
            **kw,
        )
        for constraint in foreign:
            _add_copy(table, constraint)
        for constraint in in_order_of_creation(table.foreign_key_constraints):
            for reference in constraint.elements:
                self._ensure_table_for_fk(table.metadata, reference)
        return table

    def column(self, name: str, type_: TypeEngine[Any], **kw: DialectKeyword) -> Column[Any]:
        """A column."""
        return Column(name, type_, **kw)

    def index(
        self,
        name: str | None,
        tablename: str | None,
        columns: Iterable[str | ColumnElement[Any] | TextClause],
        schema: str | None = None,
        **kw: DialectKeyword,
    ) -> Index:
        """An index over columns (by name) and expressions.

        For the naming convention a text (``text("lower(name)")``) counts as a column of that name.
        """
        allow(kw)
        columns = list(columns)
        if name is None and any(isinstance(item, TextClause) for item in columns):
            named = [item.text if isinstance(item, TextClause) else item for item in columns]
            name = self.index(None, tablename, named, schema).name
        table = Table(tablename or NO_TABLE, self.metadata(), schema=schema)
        expressions = [_expression(table, item) for item in columns]
        if isinstance(kw.get("sqlite_where"), str | bool):
            # SQLAlchemy takes these in the place of an expression for other dialects only.
            kw["sqlite_where"] = text(str(kw["sqlite_where"])) if kw["sqlite_where"] else None
        return Index(name, *expressions, _table=table, **kw)

    def primary_key_constraint(
        self,
        name: ConstraintName,
        table_name: str,
        cols: Sequence[str],
        schema: str | None = None,
        **dialect_kw: DialectKeyword,
    ) -> PrimaryKeyConstraint:
        """A primary key over columns by name."""
        allow(dialect_kw)
        table = self._table_of(table_name, cols, schema)
        key = PrimaryKeyConstraint(*[table.c[column] for column in cols], name=name, **dialect_kw)
        return _attached(table, key)

    def unique_constraint(
        self,
        name: ConstraintName,
        source: str,
        local_cols: Sequence[str],
        schema: str | None = None,
        **kw: DialectKeyword,
    ) -> UniqueConstraint:
        """A unique constraint over columns by name."""
        allow(kw)
        table = self._table_of(source, local_cols, schema)
        unique = UniqueConstraint(*[table.c[column] for column in local_cols], name=name, **kw)
        return _attached(table, unique)

    def check_constraint(
        self,
        name: ConstraintName,
        source: str,
        condition: str | TextClause | ColumnElement[Any],
        schema: str | None = None,
        **kw: DialectKeyword,
    ) -> CheckConstraint:
        """A check constraint; its condition is text or an expression."""
        allow(kw)
        # SQLAlchemy asks for a table with a column; which one is of no account.
        table = Table(source, self.metadata(), Column("x", Integer), schema=schema)
        return _attached(table, CheckConstraint(condition, name=name, **kw))

    def foreign_key_constraint(
        self,
        name: ConstraintName,
        source: str,
        referent: str,
        local_cols: Sequence[str],
        remote_cols: Sequence[str],
        onupdate: str | None = None,
        ondelete: str | None = None,
        deferrable: bool | None = None,
        source_schema: str | None = None,
        referent_schema: str | None = None,
        initially: str | None = None,
        match: str | None = None,
        **dialect_kw: DialectKeyword,
    ) -> ForeignKeyConstraint:
        """A foreign key from columns of one table to those of another, or of the same, by name."""
        allow(dialect_kw)
        itself = source == referent and source_schema == referent_schema
        here = [*local_cols, *remote_cols] if itself else local_cols
        table = self._table_of(source, here, source_schema)
        target = table
        if not itself:
            target = Table(referent, table.metadata, schema=referent_schema)
            _add_named_columns(target, dict.fromkeys(remote_cols))
        constraint = ForeignKeyConstraint(
            list(local_cols),
            [_reference(target, column) for column in remote_cols],
            name=name,
            onupdate=onupdate,
            ondelete=ondelete,
            deferrable=deferrable,
            initially=initially,
            match=match,
            **dialect_kw,
        )
        return _attached(table, constraint)

    def exclude_constraint(
        self,
        name: ConstraintName,
        source: str,
        elements: Iterable[tuple[str | ColumnElement[Any] | TextClause, str]],
        schema: str | None = None,
        **kw: DialectKeyword,
    ) -> ExcludeConstraint:
        """PostgreSQL's exclude constraint over (column name or expression, operator)."""
        table = Table(source, self.metadata(), schema=schema)
        bound = [(_expression(table, element), operator) for element, operator in elements]
        from sqlalchemy.dialects.postgresql import ExcludeConstraint  # loaded for those who use it

        return _attached(table, ExcludeConstraint(*bound, name=name, **kw))

    def generic_constraint(
        self,
        name: ConstraintName,
        table_name: str,
        type_: str | None,
        schema: str | None = None,
        **kw: DialectKeyword,
    ) -> Constraint:
        """A constraint known by name and kind alone, to drop it; raises UnknownKind for others."""
        constraint: Constraint
        match type_:
            case "foreignkey":
                constraint = ForeignKeyConstraint([], [], name=name)
            case "primary":
                constraint = PrimaryKeyConstraint(name=name)
            case "unique":
                constraint = UniqueConstraint(name=name)
            case "check":
                constraint = CheckConstraint("", name=name)
            case None:
                constraint = Constraint(name=name)
            case _:
                raise UnknownKind(type_)
        return _attached(Table(table_name, self.metadata(), schema=schema), constraint)

    def _table_of(self, name: str, columns: Iterable[str], schema: str | None) -> Table:
        table = Table(name, self.metadata(), schema=schema)
        _add_named_columns(table, dict.fromkeys(columns))
        return table

    def _ensure_table_for_fk(self, metadata: MetaData, fk: ForeignKey) -> None:
        """See to it that the table and the column that a foreign key names are in ``metadata``."""
        if fk._table_column is not None:
            return  # given as a Column, not by name: its table is at hand
        schema, name, column = fk._column_tokens
        schema = schema or metadata.schema
        table = metadata.tables.get(f"{schema}.{name}" if schema else name)
        if table is None:
            table = Table(name, metadata, schema=schema)
        column = column or fk.parent.key
        if column not in table.c:
            _add_named_columns(table, (column,))


def _add_named_columns(table: Table, names: Iterable[str]) -> None:
    for name in names:
        table.append_column(Column(name, NULLTYPE))


def _reference(table: Table, column: str) -> str | Column[Any]:
    """What a foreign key points to; only as a Column may it have a dot in its name."""
    has_dot = "." in table.name or "." in column
    return table.c[column] if has_dot else f"{table.fullname}.{column}"


def _attached(table: Table, constraint: C) -> C:
    table.append_constraint(constraint)
    return constraint


def _expression(
    table: Table, item: str | ColumnElement[Any] | TextClause
) -> ColumnElement[Any] | TextClause:
    """An element of an index or exclude constraint; names and columns become columns of ``table``, each but once."""
    if isinstance(item, Column):
        if item.key not in table.c:
            table.append_column(copy_of(item))
        return table.c[item.key]
    if not isinstance(item, str):
        return _over_columns_of(table, item)
    if item not in table.c:
        _add_named_columns(table, (item,))
    return table.c[item]


def _over_columns_of(
    table: Table, expression: ColumnElement[Any] | TextClause
) -> ColumnElement[Any] | TextClause:
    """The same expression, its columns replaced by those of ``table``, which gets them if it must."""

    def replace(element: Any, **_kw: Any) -> Any:
        if not isinstance(element, Column) or element.table is table:
            return None
        if element.key not in table.c:
            table.append_column(copy_of(element))
        return table.c[element.key]

    replaced: Any = replacement_traverse(expression, {}, replace)
    return replaced  # type: ignore[no-any-return]


def _copy_column(column: Column[Any]) -> Column[Any]:
    return column if column.table is None else copy_of(column)


def _is_of_another_table(item: SchemaItem) -> bool:
    return isinstance(item, Constraint) and getattr(item, "parent", None) is not None


def _copied(table: Table, constraint: Constraint) -> Constraint:
    """A copy; a foreign key points to columns where its targets can't be told as text."""
    copied: Constraint = constraint._copy(target_table=table)
    if is_exclusion(constraint) and is_exclusion(copied):
        copied.ops = constraint.ops  # SQLAlchemy leaves them behind
    if not isinstance(constraint, ForeignKeyConstraint):
        return copied
    given: list[Any] = [element._table_column for element in constraint.elements]
    if not any(one is not None and "." in f"{one.table.name}{one.name}" for one in given):
        return copied
    place = given[0].table
    itself = (place.schema, place.name) == (table.schema, table.name)
    target = table if itself else Table(place.name, table.metadata, schema=place.schema)
    names = [one.name for one in given]
    _add_named_columns(target, (name for name in names if name not in target.c))
    options = ("name", "onupdate", "ondelete", "initially", "deferrable", "match", "use_alter")
    return ForeignKeyConstraint(
        constraint.column_keys,
        [target.c[name] for name in names],
        **{option: getattr(constraint, option) for option in options},
        comment=constraint.comment,
        **constraint.dialect_kwargs,
    )


def _add_copy(table: Table, constraint: SchemaItem) -> None:
    """Add a copy of another table's constraint; a type's own constraint comes with its column."""
    assert isinstance(constraint, Constraint)
    if not constraint._type_bound:
        table.append_constraint(_copied(table, constraint))
