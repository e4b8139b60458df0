"""Constraints that the models leave without a name get the one that the database will give them.

The way back drops them by it. Names are given in the order of the ops: one that is dropped before is
free again.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.schema import ForeignKeyConstraint
from sqlalchemy.sql.elements import conv

from alembic.autogenerate.complete.along import everything
from alembic.autogenerate.complete.names import name_given
from alembic.autogenerate.context import AutogenContext
from alembic.operations.ops.base import MigrateOperation, OpContainer
from alembic.operations.ops.constraint import (
    CreateForeignKeyOp,
    CreateUniqueConstraintOp,
    DropConstraintOp,
)
from alembic.operations.ops.index import CreateIndexOp, DropIndexOp
from alembic.operations.ops.table import CreateTableOp

MYSQL = frozenset({"mysql", "mariadb"})
NAMING = MYSQL | {"postgresql"}
"""The dialects whose names are known beforehand; SQLite gives none."""

Unnamed = CreateUniqueConstraintOp | CreateForeignKeyOp
Scope = tuple["str | None", "str | None"]
"""(schema, table) within which a name is there once: PostgreSQL's is the whole schema."""


def name_constraints(context: AutogenContext, container: OpContainer) -> list[Unnamed]:
    """Name the new constraints; gives those that had no name."""
    if context.dialect.name not in NAMING:
        return []
    taken: dict[Scope, set[str]] = {}
    named: list[Unnamed] = []
    for op in everything(container):
        place = _place(op)
        if place is None:
            continue
        schema, table = place
        scope = (schema, None if context.dialect.name == "postgresql" else table)
        if scope not in taken:
            taken[scope] = context.reflected.names_in(*scope)
        _follow(context, op, table, taken[scope], named)
    return named


def leave_given_names(context: AutogenContext, *containers: OpContainer) -> None:
    """On MySQL, leave a foreign key without the name that the database will give it.

    With the name, the index that comes with the key would have another one. The containers run one
    after the other.
    """
    if context.dialect.name not in MYSQL:
        return
    taken: dict[Scope, set[str]] = {}
    for op in (one for container in containers for one in everything(container)):
        place = _place(op)
        if place is None:
            continue
        names = taken.setdefault(place, context.reflected.names_in(*place))
        name = getattr(op, "constraint_name", None)
        given = name_given(context.dialect.name, "foreignkey", place[1], [], names)
        if isinstance(op, CreateForeignKeyOp) and name in {None, given}:
            op.constraint_name = None
            names |= {given} if given is not None else set()
        else:
            _follow(context, op, place[1], names, [])


def _follow(
    context: AutogenContext,
    op: MigrateOperation,
    table: str,
    taken: set[str],
    named: list[Unnamed],
) -> None:
    """Note a name that is taken or free after ``op``; give it one where it has none."""
    match op:
        case DropConstraintOp(constraint_name=str(name)) | DropIndexOp(index_name=str(name)):
            taken.discard(name)
        case CreateUniqueConstraintOp(constraint_name=None, columns=columns):
            # PostgreSQL counts those that are only included.
            included = op.kw.get("postgresql_include") or []
            _give(context, op, "unique", table, [str(one) for one in (*columns, *included)], taken)
            named.append(op)
        case CreateForeignKeyOp(constraint_name=None, local_cols=columns):
            _give(context, op, "foreignkey", table, list(columns), taken)
            named.append(op)
        case CreateIndexOp(index_name=str(name)):
            taken.add(name)
        case CreateTableOp(columns=items):
            _note_keys_inside(context, table, items, taken)
        case _:
            made = getattr(op, "constraint_name", None)
            taken |= {made} if isinstance(made, str) else set()


def _note_keys_inside(
    context: AutogenContext, table: str, items: Sequence[object], taken: set[str]
) -> None:
    """Note the names of the foreign keys that come with a new table, as written or as given."""
    for item in items:
        if isinstance(item, ForeignKeyConstraint):
            name = item.name if isinstance(item.name, str) else None
            columns = list(item.column_keys)
            name = name or name_given(context.dialect.name, "foreignkey", table, columns, taken)
            taken |= {name} if name is not None else set()


def _give(
    context: AutogenContext,
    op: Unnamed,
    kind: str,
    table: str,
    columns: list[str],
    taken: set[str],
) -> None:
    name = name_given(context.dialect.name, kind, table, columns, taken)
    assert name is not None
    op.constraint_name = conv(name)
    taken.add(name)


def _place(op: MigrateOperation) -> tuple[str | None, str] | None:
    """(schema, table) of an op about a constraint, an index or a new table."""
    if isinstance(op, CreateForeignKeyOp):
        return op.kw.get("source_schema"), op.source_table
    if isinstance(op, CreateTableOp):
        return op.schema, op.table_name
    table = getattr(op, "table_name", None)
    is_about = hasattr(op, "constraint_name") or hasattr(op, "index_name")
    return (getattr(op, "schema", None), table) if is_about and isinstance(table, str) else None
