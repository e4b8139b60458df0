"""Ops on constraints: primary key, foreign key, unique, check, exclude; drop and validate."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, cast

from sqlalchemy import CheckConstraint, Constraint, ForeignKey, Table, exc
from sqlalchemy.schema import ForeignKeyConstraint, PrimaryKeyConstraint, UniqueConstraint
from sqlalchemy.sql.elements import ColumnElement, TextClause

from alembic.operations.host import DialectKeyword, HasOptions
from alembic.operations.ops.base import AlterTableOp, MigrateOperation, VerbForm
from alembic.operations.schemaobj import ConstraintName, SchemaObjects
from alembic.util.dispatch import Dispatcher

if TYPE_CHECKING:
    from sqlalchemy.dialects.postgresql import ExcludeConstraint

A = TypeVar("A", bound="type[AddConstraintOp]")

Condition = str | ColumnElement[bool] | TextClause
"""The condition of a check constraint: text or an expression."""

ExcludeElement = tuple[str | ColumnElement[Any] | TextClause, str]
"""(column name or expression, operator)."""

_KINDS = {
    "unique_constraint": "unique",
    "foreign_key_constraint": "foreignkey",
    "primary_key_constraint": "primary",
    "check_constraint": "check",
    "column_check_constraint": "check",
    "table_or_column_check_constraint": "check",
}
"""SQLAlchemy's visit name → what ``drop_constraint`` calls ``type_``."""


class AddConstraintOp(MigrateOperation):
    """Add a constraint; each kind is a class of its own, found by SQLAlchemy's visit name."""

    add_constraint_ops: ClassVar[Dispatcher] = Dispatcher()

    @property
    def constraint_type(self) -> str:
        """The kind, in a word."""
        raise NotImplementedError(f"{type(self).__name__} has no constraint_type")

    @classmethod
    def register_add_constraint(cls, type_: str) -> Callable[[A], A]:
        """Have the decorated class's ``from_constraint`` make the ops for a visit name."""

        def register(op_class: A) -> A:
            cls.add_constraint_ops.dispatch_for(type_)(op_class.from_constraint)
            return op_class

        return register

    @classmethod
    def from_constraint(cls, constraint: Constraint) -> AddConstraintOp:
        """The op that adds this constraint; raises ValueError for kinds that none is registered for."""
        make = cls.add_constraint_ops.dispatch(constraint.__visit_name__)
        return cast("AddConstraintOp", make(constraint))

    def to_constraint(self, migration_context: HasOptions | None = None) -> Constraint:
        """The constraint, bound to a table that has its columns."""
        raise NotImplementedError(f"{type(self).__name__} has no constraint")

    def reverse(self) -> DropConstraintOp:
        """Drop the constraint; remembers how to add it."""
        return DropConstraintOp.from_constraint(self.to_constraint())

    def to_diff_tuple(self) -> tuple[str, Constraint]:
        """``("add_constraint", Constraint)``; for foreign keys ``("add_fk", Constraint)``."""
        return "add_constraint", self.to_constraint()

    def at(self, name: ConstraintName, table_name: str, schema: str | None) -> AddConstraintOp:
        """A copy under another name, on another table."""
        moved = copy.copy(self)
        vars(moved).update(constraint_name=name, table_name=table_name, schema=schema)
        return moved


@AddConstraintOp.register_add_constraint("primary_key_constraint")
class CreatePrimaryKeyOp(AddConstraintOp):
    """Create a primary key."""

    constraint_type = "primarykey"
    create_primary_key = VerbForm()
    batch_create_primary_key = VerbForm()

    def __init__(
        self,
        constraint_name: ConstraintName,
        table_name: str,
        columns: Sequence[str],
        *,
        schema: str | None = None,
        **kw: DialectKeyword,
    ) -> None:
        self.constraint_name = constraint_name
        self.table_name = table_name
        self.columns = columns
        self.schema = schema
        self.kw = kw

    @classmethod
    def from_constraint(cls, constraint: Constraint) -> CreatePrimaryKeyOp:
        """The op that creates this primary key."""
        key = cast("PrimaryKeyConstraint", constraint)
        return cls(
            name_or_none(key),
            key.table.name,
            [column.name for column in key.columns],
            schema=key.table.schema,
            **_options(key),
            **key.dialect_kwargs,
        )

    def to_constraint(self, migration_context: HasOptions | None = None) -> PrimaryKeyConstraint:
        """The primary key, bound to a table that has its columns."""
        return SchemaObjects(migration_context).primary_key_constraint(
            self.constraint_name, self.table_name, self.columns, schema=self.schema, **self.kw
        )


@AddConstraintOp.register_add_constraint("unique_constraint")
class CreateUniqueConstraintOp(AddConstraintOp):
    """Create a unique constraint."""

    constraint_type = "unique"
    create_unique_constraint = VerbForm()
    batch_create_unique_constraint = VerbForm()

    def __init__(
        self,
        constraint_name: ConstraintName,
        table_name: str,
        columns: Sequence[str],
        *,
        schema: str | None = None,
        **kw: DialectKeyword,
    ) -> None:
        self.constraint_name = constraint_name
        self.table_name = table_name
        self.columns = columns
        self.schema = schema
        self.kw = kw

    @classmethod
    def from_constraint(cls, constraint: Constraint) -> CreateUniqueConstraintOp:
        """The op that creates this unique constraint."""
        unique = cast("UniqueConstraint", constraint)
        table = _table_of(unique)
        return cls(
            name_or_none(unique),
            table.name,
            [column.name for column in unique.columns],
            schema=table.schema,
            **_options(unique),
            **unique.dialect_kwargs,
        )

    def to_constraint(self, migration_context: HasOptions | None = None) -> UniqueConstraint:
        """The unique constraint, bound to a table that has its columns."""
        return SchemaObjects(migration_context).unique_constraint(
            self.constraint_name, self.table_name, self.columns, schema=self.schema, **self.kw
        )


@AddConstraintOp.register_add_constraint("foreign_key_constraint")
class CreateForeignKeyOp(AddConstraintOp):
    """Create a foreign key; ``kw`` holds the two schemas and every option."""

    constraint_type = "foreignkey"
    create_foreign_key = VerbForm()
    batch_create_foreign_key = VerbForm()

    def __init__(
        self,
        constraint_name: ConstraintName,
        source_table: str,
        referent_table: str,
        local_cols: Sequence[str],
        remote_cols: Sequence[str],
        **kw: DialectKeyword,
    ) -> None:
        self.constraint_name = constraint_name
        self.source_table = source_table
        self.referent_table = referent_table
        self.local_cols = local_cols
        self.remote_cols = remote_cols
        self.kw = kw

    @classmethod
    def from_constraint(cls, constraint: Constraint) -> CreateForeignKeyOp:
        """The op that creates this foreign key."""
        key = cast("ForeignKeyConstraint", constraint)
        options = (
            "onupdate",
            "ondelete",
            "initially",
            "deferrable",
            "use_alter",
            "match",
            "comment",
        )
        targets = [_target(element) for element in key.elements]
        referent_schema, referent_table, _ = targets[0]
        return cls(
            name_or_none(key),
            key.table.name,
            referent_table,
            [element.parent.name for element in key.elements],
            [column for _, _, column in targets],
            **{option: getattr(key, option) for option in options if getattr(key, option)},
            **key.dialect_kwargs,
            source_schema=key.table.schema,
            referent_schema=referent_schema,
        )

    def to_constraint(self, migration_context: HasOptions | None = None) -> ForeignKeyConstraint:
        """The foreign key, bound to a table that has its columns, its referent at hand."""
        return SchemaObjects(migration_context).foreign_key_constraint(
            self.constraint_name,
            self.source_table,
            self.referent_table,
            self.local_cols,
            self.remote_cols,
            **self.kw,
        )

    def to_diff_tuple(self) -> tuple[str, ForeignKeyConstraint]:
        """``("add_fk", ForeignKeyConstraint)``."""
        return "add_fk", self.to_constraint()

    def at(self, name: ConstraintName, table_name: str, schema: str | None) -> CreateForeignKeyOp:
        """A copy under another name, on another table."""
        moved = copy.copy(self)
        moved.constraint_name = name
        moved.source_table = table_name
        moved.kw = {**self.kw, "source_schema": schema}
        return moved


@AddConstraintOp.register_add_constraint("check_constraint")
@AddConstraintOp.register_add_constraint("table_or_column_check_constraint")
@AddConstraintOp.register_add_constraint("column_check_constraint")
class CreateCheckConstraintOp(AddConstraintOp):
    """Create a check constraint."""

    constraint_type = "check"
    create_check_constraint = VerbForm()
    batch_create_check_constraint = VerbForm()

    def __init__(
        self,
        constraint_name: ConstraintName,
        table_name: str,
        condition: Condition,
        *,
        schema: str | None = None,
        **kw: DialectKeyword,
    ) -> None:
        self.constraint_name = constraint_name
        self.table_name = table_name
        self.condition = condition
        self.schema = schema
        self.kw = kw

    @classmethod
    def from_constraint(cls, constraint: Constraint) -> CreateCheckConstraintOp:
        """The op that creates this check constraint."""
        check = cast("CheckConstraint", constraint)
        table = _table_of(check)
        return cls(
            name_or_none(check),
            table.name,
            cast("Condition", check.sqltext),
            schema=table.schema,
            **_options(check),
            **check.dialect_kwargs,
        )

    def to_constraint(self, migration_context: HasOptions | None = None) -> CheckConstraint:
        """The check constraint, bound to a table."""
        return SchemaObjects(migration_context).check_constraint(
            self.constraint_name, self.table_name, self.condition, schema=self.schema, **self.kw
        )


@AddConstraintOp.register_add_constraint("exclude_constraint")
class CreateExcludeConstraintOp(AddConstraintOp):
    """Create an exclude constraint of PostgreSQL; ``elements`` are (column or expression, operator)."""

    constraint_type = "exclude"
    create_exclude_constraint = VerbForm()
    batch_create_exclude_constraint = VerbForm()

    def __init__(
        self,
        constraint_name: ConstraintName,
        table_name: str,
        elements: Sequence[ExcludeElement],
        where: Condition | None = None,
        schema: str | None = None,
        _orig_constraint: ExcludeConstraint | None = None,
        **kw: DialectKeyword,
    ) -> None:
        self.constraint_name = constraint_name
        self.table_name = table_name
        self.elements = elements
        self.where = where
        self.schema = schema
        self._orig_constraint = _orig_constraint
        self.kw = kw

    @classmethod
    def from_constraint(cls, constraint: Constraint) -> CreateExcludeConstraintOp:
        """The op that creates this exclude constraint."""
        exclude = cast("ExcludeConstraint", constraint)
        table = _table_of(exclude)
        options: dict[str, Any] = {
            "deferrable": exclude.deferrable,
            "initially": exclude.initially,
            "using": exclude.using,
        }
        if exclude.comment:
            options["comment"] = exclude.comment
        if exclude.ops:
            options["ops"] = dict(exclude.ops)
        return cls(
            name_or_none(exclude),
            table.name,
            [(element, operator) for element, _, operator in exclude._render_exprs],
            where=cast("Condition | None", exclude.where),
            schema=table.schema,
            _orig_constraint=exclude,
            **options,
        )

    def to_constraint(self, migration_context: HasOptions | None = None) -> ExcludeConstraint:
        """The exclude constraint, bound to a table that has its columns."""
        return SchemaObjects(migration_context).exclude_constraint(
            self.constraint_name,
            self.table_name,
            self.elements,
            schema=self.schema,
            where=self.where,
            **self.kw,
        )


class DropConstraintOp(MigrateOperation):
    """Drop a constraint; ``constraint_type`` is check, foreignkey, primary, unique, or None."""

    drop_constraint = VerbForm()
    batch_drop_constraint = VerbForm()

    def __init__(
        self,
        constraint_name: ConstraintName,
        table_name: str,
        type_: str | None = None,
        *,
        schema: str | None = None,
        if_exists: bool | None = None,
        _reverse: AddConstraintOp | None = None,
    ) -> None:
        self.constraint_name = constraint_name
        self.table_name = table_name
        self.constraint_type = type_
        self.schema = schema
        self.if_exists = if_exists
        self._reverse = _reverse

    @classmethod
    def from_constraint(cls, constraint: Constraint) -> DropConstraintOp:
        """The op that drops this constraint and remembers how to add it."""
        table = _table_of(constraint)
        return cls(
            name_or_none(constraint),
            table.name,
            _KINDS.get(constraint.__visit_name__),
            schema=table.schema,
            _reverse=AddConstraintOp.from_constraint(constraint),
        )

    def to_constraint(self) -> Constraint:
        """The constraint; raises ValueError where it isn't remembered."""
        if self._reverse is None:
            raise ValueError("constraint cannot be produced; original constraint is not present")
        added = self._reverse.at(self.constraint_name, self.table_name, self.schema)
        return added.to_constraint()

    def reverse(self) -> AddConstraintOp:
        """Add the constraint; raises ValueError where it isn't remembered."""
        return AddConstraintOp.from_constraint(self.to_constraint())

    def to_diff_tuple(self) -> tuple[str, Constraint]:
        """``("remove_constraint", Constraint)``; for foreign keys ``("remove_fk", Constraint)``."""
        word = "remove_fk" if self.constraint_type == "foreignkey" else "remove_constraint"
        return word, self.to_constraint()


class ValidateConstraintOp(AlterTableOp):
    """Check the rows that were there before a constraint was added as NOT VALID (PostgreSQL)."""

    validate_constraint = VerbForm()
    batch_validate_constraint = VerbForm()

    def __init__(self, constraint_name: str, table_name: str, *, schema: str | None = None) -> None:
        super().__init__(table_name, schema=schema)
        self.constraint_name = constraint_name

    def to_diff_tuple(self) -> tuple[str, str | None, str, str]:
        """``("validate_constraint", schema, table, constraint)``."""
        return "validate_constraint", self.schema, self.table_name, self.constraint_name


def name_or_none(constraint: Constraint) -> ConstraintName:
    """The constraint's name, None for SQLAlchemy's marker of "no name, and no convention either"."""
    return constraint.name if isinstance(constraint.name, str) else None


def _table_of(constraint: Constraint) -> Table:
    table = constraint.table
    assert isinstance(table, Table), "the constraint belongs to no table"
    return table


def _options(constraint: Constraint) -> dict[str, Any]:
    """``deferrable``, ``initially`` and ``comment``, those that are set."""
    options = {key: getattr(constraint, key) for key in ("deferrable", "initially", "comment")}
    return {key: value for key, value in options.items() if value}


def _target(reference: ForeignKey) -> tuple[str | None, str, str]:
    """(schema, table, column) that a foreign key points to, whether or not the table is at hand."""
    try:
        column = reference.column
    except (exc.NoReferenceError, exc.InvalidRequestError):
        schema, table, name = reference._column_tokens
        return schema, table, name or reference.parent.name
    target = column.table
    assert isinstance(target, Table)
    return target.schema, target.name, column.name
