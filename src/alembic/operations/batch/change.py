"""The changes of one table as values: what a batch has recorded, understood.

A batch records the verbs that ops call (:class:`Recorded`), because a dialect that can alter gets
these very calls. Where the table is rebuilt they are read as a :data:`Change` each.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from sqlalchemy import Column, Constraint, Index
from sqlalchemy.types import TypeEngine, to_instance

from alembic.operations.host import DialectKeyword

ON_CONFLICT = "sqlite_on_conflict_"
"""How SQLAlchemy's keywords of a column begin that say what becomes of a row that breaks a constraint."""

Default = Any
"""A server default: False says "as it is", None "there is none"."""


class Recorded(NamedTuple):
    """A call of a verb of the impl, to be made later; dialects read it in ``batch_op.batch``."""

    verb: str
    args: tuple[Any, ...]
    kw: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Place:
    """Where among the columns; nothing given means as it is, for a new column the end."""

    before: str | None = None
    after: str | None = None

    def __bool__(self) -> bool:
        return self.before is not None or self.after is not None


@dataclass(frozen=True, slots=True)
class AddColumn:
    """A new column; its constraints and indexes come as changes of their own."""

    column: Column[Any]
    place: Place = field(default_factory=Place)
    if_not_exists: bool = False
    inline_references: bool = False


@dataclass(frozen=True, slots=True)
class DropColumn:
    """A column less, and what speaks of it."""

    name: str
    if_exists: bool = False


@dataclass(frozen=True, slots=True)
class AlterColumn:
    """A changed column; None and False say "as it is".

    ``on_conflict`` are SQLite's clauses: (kind of constraint, action or None for no clause).
    """

    name: str
    nullable: bool | None = None
    default: Default = False
    new_name: str | None = None
    type_: TypeEngine[Any] | None = None
    existing_type: TypeEngine[Any] | None = None
    place: Place = field(default_factory=Place)
    autoincrement: bool | None = None
    comment: str | bool | None = False
    on_conflict: tuple[tuple[str, str | None], ...] = ()

    @property
    def is_without_effect(self) -> bool:
        """Whether nothing changes, its name left aside."""
        return (
            self.nullable is None
            and self.default is False
            and self.type_ is None
            and self.autoincrement is None
            and self.comment is False
            and not self.place
            and not self.on_conflict
        )

    @property
    def on_sqlite(self) -> AlterColumn:
        """The same without what SQLite has no words for."""
        return replace(self, autoincrement=None, comment=False)


@dataclass(frozen=True, slots=True)
class AddConstraint:
    """A new constraint of the table."""

    constraint: Constraint


@dataclass(frozen=True, slots=True)
class DropConstraint:
    """A constraint less; ``constraint`` stands for it by its name and kind."""

    constraint: Constraint
    if_exists: bool = False


@dataclass(frozen=True, slots=True)
class CreateIndex:
    """A new index."""

    index: Index
    if_not_exists: bool = False


@dataclass(frozen=True, slots=True)
class DropIndex:
    """An index less."""

    name: str
    if_exists: bool = False


@dataclass(frozen=True, slots=True)
class CommentTable:
    """The table's comment; ``None`` is none."""

    comment: str | None


Change = (
    AddColumn
    | DropColumn
    | AlterColumn
    | AddConstraint
    | DropConstraint
    | CreateIndex
    | DropIndex
    | CommentTable
)


def understand(recorded: Iterable[Recorded]) -> list[Change]:
    """The recorded calls as changes, in their order."""
    changes: list[Change] = []
    for call in recorded:
        make = _MEANINGS.get(call.verb)
        if make is not None:
            changes.append(make(*call.args, **call.kw))
    return changes


def _add_column(
    table_name: str,
    column: Column[Any],
    *,
    if_not_exists: bool | None = None,
    inline_references: bool | None = None,
    insert_before: str | None = None,
    insert_after: str | None = None,
    **_kw: DialectKeyword,
) -> AddColumn:
    return AddColumn(
        column,
        Place(insert_before, insert_after),
        if_not_exists=bool(if_not_exists),
        inline_references=bool(inline_references),
    )


def _drop_column(
    table_name: str,
    column: Column[Any],
    *,
    if_exists: bool | None = None,
    **_kw: DialectKeyword,
) -> DropColumn:
    return DropColumn(column.name, if_exists=bool(if_exists))


def _alter_column(
    table_name: str,
    column_name: str,
    *,
    nullable: bool | None = None,
    server_default: Default = False,
    name: str | None = None,
    type_: Any = None,
    existing_type: Any = None,
    autoincrement: bool | None = None,
    comment: str | bool | None = False,
    insert_before: str | None = None,
    insert_after: str | None = None,
    **kw: DialectKeyword,
) -> AlterColumn:
    return AlterColumn(
        column_name,
        nullable=nullable,
        default=server_default,
        new_name=name if name != column_name else None,
        type_=None if type_ is None else to_instance(type_),
        existing_type=None if existing_type is None else to_instance(existing_type),
        place=Place(insert_before, insert_after),
        autoincrement=autoincrement,
        comment=comment,
        on_conflict=tuple(
            (key.removeprefix(ON_CONFLICT), action)
            for key, action in kw.items()
            if key.startswith(ON_CONFLICT)
        ),
    )


def _drop_constraint(
    constraint: Constraint, if_exists: bool | None = None, **_kw: DialectKeyword
) -> DropConstraint:
    return DropConstraint(constraint, if_exists=bool(if_exists))


def _create_index(
    index: Index, if_not_exists: bool | None = None, **_kw: DialectKeyword
) -> CreateIndex:
    return CreateIndex(index, if_not_exists=bool(if_not_exists))


def _drop_index(index: Index, if_exists: bool | None = None, **_kw: DialectKeyword) -> DropIndex:
    return DropIndex(str(index.name), if_exists=bool(if_exists))


_MEANINGS: dict[str, Any] = {
    "add_column": _add_column,
    "drop_column": _drop_column,
    "alter_column": _alter_column,
    "add_constraint": lambda constraint, **_kw: AddConstraint(constraint),
    "drop_constraint": _drop_constraint,
    "create_index": _create_index,
    "drop_index": _drop_index,
    "create_table_comment": lambda table, **_kw: CommentTable(table.comment),
    "drop_table_comment": lambda _table, **_kw: CommentTable(None),
}
