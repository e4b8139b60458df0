"""What PostgreSQL alone says of a constraint: made of an index, checked when it is there already.

https://www.postgresql.org/docs/current/sql-altertable.html
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import PrimaryKeyConstraint, UniqueConstraint
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import DDLCompiler

from alembic.ddl.absent.changes import Change, change_of
from alembic.ddl.absent.names import Kind
from alembic.ddl.absent.sought import Sought, sought_by, table_of
from alembic.ddl.base import AlterTable, alter_table


class ConstraintUsingIndex(AlterTable):
    """Make a unique constraint or primary key of a unique index that is there."""

    def __init__(self, constraint: UniqueConstraint | PrimaryKeyConstraint, index: str) -> None:
        super().__init__(constraint.table.name, schema=constraint.table.schema)
        self.constraint = constraint
        self.index = index


class ValidateConstraint(AlterTable):
    """Check the rows that a constraint has left unchecked so far."""

    def __init__(self, constraint_name: str, table_name: str, schema: str | None = None) -> None:
        super().__init__(table_name, schema=schema)
        self.constraint_name = constraint_name


@sought_by.register(ValidateConstraint)
def _(construct: ValidateConstraint) -> list[Sought]:
    thing = (Kind.CONSTRAINT, construct.constraint_name)
    return [Sought(table_of(construct), (thing,))]


@sought_by.register(ConstraintUsingIndex)
def _(construct: ConstraintUsingIndex) -> list[Sought]:
    return [Sought(table_of(construct), ((Kind.INDEX, construct.index),))]


@change_of.register(ConstraintUsingIndex)
def _(construct: ConstraintUsingIndex) -> Change:
    # Without a name of its own it takes the index's; the index takes the name in any case.
    name = str(construct.constraint.name or construct.index)
    drops = ((Kind.INDEX, construct.index),)
    return Change(table_of(construct), ((Kind.CONSTRAINT, name),), drops)


@compiles(ConstraintUsingIndex)
def visit_constraint_using_index(
    element: ConstraintUsingIndex, compiler: DDLCompiler, **kw: Any
) -> str:
    """ADD CONSTRAINT … UNIQUE USING INDEX …."""
    constraint = element.constraint
    name = compiler.preparer.format_constraint(constraint) if constraint.name else None
    named = f"CONSTRAINT {name} " if name else ""
    kind = "PRIMARY KEY" if isinstance(constraint, PrimaryKeyConstraint) else "UNIQUE"
    return (
        f"{alter_table(compiler, element.table_name, element.schema)} ADD {named}"
        f"{kind} USING INDEX {compiler.preparer.quote(element.index)}"
        f"{compiler.define_constraint_deferrability(constraint)}"
    )


@compiles(ValidateConstraint)
def visit_validate_constraint(element: ValidateConstraint, compiler: DDLCompiler, **kw: Any) -> str:
    """VALIDATE CONSTRAINT …."""
    name = compiler.preparer.quote(element.constraint_name)
    return f"{alter_table(compiler, element.table_name, element.schema)} VALIDATE CONSTRAINT {name}"
