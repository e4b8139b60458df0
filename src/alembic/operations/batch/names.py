"""Which column a change means, and which renames a batch comes to.

Within a batch a column goes by the name it had before, as well as by its new one::

    batch_op.alter_column("a", new_column_name="b")
    batch_op.alter_column("a", nullable=False)      # the same column, and so is "b"

:func:`resolve` gives the renames on one side, which SQLite makes itself (in views, triggers and
other tables as well), and on the other side the remaining changes, in the final names.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Constraint, Index

from alembic.ddl.sqlite_schema.tokens import fold
from alembic.operations.batch.change import (
    AddColumn,
    AddConstraint,
    AlterColumn,
    Change,
    CommentTable,
    CreateIndex,
    DropColumn,
    DropConstraint,
    DropIndex,
    Place,
)
from alembic.operations.batch.errors import ColumnExists, NoSuchColumn
from alembic.util.messaging import warn_outside

PARKED = "_alembic_parked_{}"


@dataclass(frozen=True, slots=True)
class Rename:
    """One ``RENAME COLUMN``; a list of them is made in its order."""

    old: str
    new: str


def former_names(renames: Iterable[Rename]) -> dict[str, str]:
    """Folded new name → the name before all of the renames."""
    former: dict[str, str] = {}
    for rename in renames:
        former[fold(rename.new)] = former.pop(fold(rename.old), rename.old)
    return former


@dataclass(slots=True)
class _Known:
    """A column on its way: what it is called now, and what in the end."""

    current: str | None
    final: str
    dropped: bool = False


class _Columns:
    """The columns of the table while changes are read one after the other."""

    def __init__(self, table: str, names: Iterable[str]) -> None:
        self.table = table
        self._before = {fold(name): _Known(name, name) for name in names}
        self._added: dict[str, _Known] = {}

    def find(self, name: str) -> _Known | None:
        """A new column, else by the name before the batch, else by the one given within it."""
        for found in (self._added.get(fold(name)), self._before.get(fold(name))):
            if found is not None and not found.dropped:
                return found
        return next((known for known in self._live() if fold(known.final) == fold(name)), None)

    def get(self, name: str) -> _Known:
        found = self.find(name)
        if found is None:
            raise NoSuchColumn(name, self.table, [known.final for known in self._live()])
        return found

    def final(self, name: str) -> str:
        """The name that the column has in the end; an unknown one stays as it is."""
        found = self.find(name)
        return name if found is None else found.final

    def has(self, name: str) -> bool:
        """Whether a column is called so at this point of the batch."""
        return any(fold(known.final) == fold(name) for known in self._live())

    def was(self, name: str) -> bool:
        """Whether a column was called so before the batch, or was added by it."""
        return fold(name) in self._before or fold(name) in self._added

    def add(self, name: str) -> _Known:
        self._added[fold(name)] = _Known(None, name)
        return self._added[fold(name)]

    def check(self) -> None:
        """Raise ColumnExists where two columns end with one name."""
        seen: set[str] = set()
        for known in self._live():
            if fold(known.final) in seen:
                raise ColumnExists(known.final, self.table)
            seen.add(fold(known.final))

    def _live(self) -> list[_Known]:
        return [known for known in self.everyone() if not known.dropped]

    def everyone(self) -> list[_Known]:
        return [*self._before.values(), *self._added.values()]


@dataclass(frozen=True, slots=True)
class Resolved:
    """Renames first, then the changes in the names that columns have by then.

    ``order`` is ``partial_reordering`` in these names, without columns that there are no more.
    """

    renames: tuple[Rename, ...]
    changes: tuple[Change, ...]
    order: tuple[tuple[str, ...], ...]


def resolve(
    table: str,
    columns: Sequence[str],
    changes: Iterable[Change],
    order: Iterable[Sequence[str]] = (),
) -> Resolved:
    """Tell renames from the rest; raises NoSuchColumn and ColumnExists."""
    known = _Columns(table, columns)
    meant = [(change, _note(known, change)) for change in changes]
    known.check()
    renames, parked = _renames_of(known.everyone())
    rest = [_in_final_names(known, change, found, parked) for change, found in meant]
    wanted = [tuple(_final_if_there(known, names)) for names in order]
    return Resolved(
        renames=tuple(renames),
        changes=tuple(change for change in rest if change is not None),
        order=tuple(names for names in wanted if len(names) > 1),
    )


def _note(known: _Columns, change: Change) -> _Known | None:
    """Follow a change; gives the column that it means, where it means one."""
    match change:
        case AddColumn(column=column, if_not_exists=if_not_exists):
            if not known.has(column.name):
                return known.add(column.name)
            if not if_not_exists:
                raise ColumnExists(column.name, known.table)
            return None
        case DropColumn(name=name, if_exists=if_exists):
            found = known.find(name) if if_exists else known.get(name)
            if found is not None:
                found.dropped = True
            return found
        case AlterColumn(name=name, new_name=new_name):
            found = known.get(name)
            found.final = new_name or found.final
            return found
        case _:
            return None


def _renames_of(everyone: Sequence[_Known]) -> tuple[list[Rename], dict[int, str]]:
    """Renames in an order in which each finds its new name free.

    A column that stands in the way is parked under another name until that is so; one that is to
    be dropped stays there, which the second part tells by the column's ``id``.
    """
    waiting = [known for known in everyone if _is_renamed(known)]
    taken = {fold(known.current): known for known in everyone if known.current is not None}
    renames: list[Rename] = []
    parked: dict[int, str] = {}

    def move(known: _Known, name: str) -> None:
        assert known.current is not None
        renames.append(Rename(known.current, name))
        del taken[fold(known.current)]
        known.current = name
        taken[fold(name)] = known

    for known in list(everyone):
        if known.dropped and known.current is not None and _is_wanted(known.current, waiting):
            parked[id(known)] = PARKED.format(len(parked))
            move(known, parked[id(known)])
    while waiting:
        free = [known for known in waiting if taken.get(fold(known.final), known) is known]
        if free:
            move(free[0], free[0].final)
            waiting.remove(free[0])
        else:
            move(waiting[0], PARKED.format(f"{len(renames)}_again"))
    return renames, parked


def _is_renamed(known: _Known) -> bool:
    return not known.dropped and known.current is not None and known.current != known.final


def _is_wanted(name: str, waiting: Iterable[_Known]) -> bool:
    return any(fold(known.final) == fold(name) for known in waiting)


def _final_if_there(known: _Columns, names: Iterable[str]) -> list[str]:
    """The names that the columns of an order have in the end; one that never was gets a warning."""
    present = []
    for name in names:
        found = known.find(name)
        if found is not None:
            present.append(found.final)
        elif not known.was(name):
            warn_outside(
                f"partial_reordering names {name!r}, which table {known.table!r} doesn't have; "
                "the name is passed over"
            )
    return present


def _in_final_names(
    known: _Columns, change: Change, found: _Known | None, parked: dict[int, str]
) -> Change | None:
    """The change in final names; None where nothing but a rename was to be done."""
    match change:
        case AddColumn(column=column):
            if found is not None:
                column.name = found.final  # the op's own stand-in, as with constraints
            return replace(change, place=_final_place(known, change.place))
        case DropColumn():
            if found is None:
                return change
            return replace(change, name=parked.get(id(found), found.current or found.final))
        case AlterColumn():
            assert found is not None
            if change.is_without_effect:
                return None
            place = _final_place(known, change.place)
            return replace(change, name=found.final, new_name=None, place=place)
        case AddConstraint(constraint=constraint):
            _rename_in_constraint(known, constraint)
            return change
        case CreateIndex(index=index):
            _rename_in_index(known, index)
            return change
        case DropConstraint() | DropIndex() | CommentTable():
            return change


def _final_place(known: _Columns, place: Place) -> Place:
    return Place(
        before=None if place.before is None else known.get(place.before).final,
        after=None if place.after is None else known.get(place.after).final,
    )


def _rename_in_constraint(known: _Columns, constraint: Constraint) -> None:
    """The constraint's table stands in for the real one and is its own: it may be changed."""
    for column in list(getattr(constraint, "columns", ())):
        column.name = known.final(column.name)


def _rename_in_index(known: _Columns, index: Index) -> None:
    for column in list(index.columns):
        column.name = known.final(column.name)
