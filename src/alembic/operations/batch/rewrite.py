"""(the table's own text, changes) → :class:`TableRewrite`: what the table shall be. Pure.

What no change names is taken over as it is written. A change takes with it what can't be without
it, as other databases do: with a column go the constraints and indexes that speak of it::

    source = TableSource(parse_table("CREATE TABLE t (a, b, CHECK (b > 0))"))
    rewrite(source, [DropColumn("b")], Spelling(dialect)).text.sql   # CREATE TABLE t (a)
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy.exc import CircularDependencyError
from sqlalchemy.util import topological

from alembic.ddl.sqlite_schema import edit
from alembic.ddl.sqlite_schema.model import ConstraintKind as Kind, TableText
from alembic.ddl.sqlite_schema.tokens import SchemaNotUnderstood, fold, same_name
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
)
from alembic.operations.batch.columns import add_column, alter_column, drop_column
from alembic.operations.batch.constraints import (
    add_constraint,
    check_columns,
    drop_constraint,
    name_by_convention,
)
from alembic.operations.batch.draft import Draft, StoredIndex, TableSource, Wishes
from alembic.operations.batch.errors import ChangeNotUnderstood, CircularOrder, NoSuchIndex
from alembic.operations.batch.names import Rename
from alembic.operations.batch.order import in_order
from alembic.operations.batch.spell import Spelling
from alembic.operations.batch.told import add_items, heed

TEMPORARY = "_alembic_tmp_{}"
TEMPORARY_LENGTH = 50


@dataclass(frozen=True, slots=True)
class Copy:
    """A column of the new table and the expression over the old one that it is filled from."""

    column: str
    source: str


@dataclass(frozen=True, slots=True)
class TableRewrite:
    """What a table shall be: its text, the rows' way into it, and its indexes."""

    old: TableText
    text: TableText
    copies: tuple[Copy, ...]
    indexes: tuple[StoredIndex, ...]
    adds_foreign_key: bool

    @property
    def temp_name(self) -> str:
        """The name of the second table while there are two."""
        return temporary_name(self.text.name)

    @property
    def lost_row_id(self) -> str | None:
        """The column that was the row id, and is a primary key of another type."""
        was = self.old.rowid_column
        if was is None or self.text.without_rowid or self.text.rowid_column is not None:
            return None
        key = self.text.primary_key
        return was if len(key) == 1 and same_name(key[0], was) else None


def temporary_name(table: str) -> str:
    """The name that a copy of the table has while a rebuild is going on."""
    return TEMPORARY.format(table)[:TEMPORARY_LENGTH]


def rewrite(
    source: TableSource,
    changes: Iterable[Change],
    spelling: Spelling,
    wishes: Wishes | None = None,
    renames: Sequence[Rename] = (),
) -> TableRewrite:
    """What the table shall be after ``renames``, then ``changes``.

    ``renames`` are those that SQLite can't make itself. Raises the errors of ``batch.errors``.
    """
    draft = Draft(source, spelling, wishes or Wishes())
    if draft.wishes.naming_convention:
        name_by_convention(draft, draft.wishes.naming_convention)
    _rename(draft, renames)
    changes = list(changes)
    retyped = {
        fold(each.name)
        for each in changes
        if isinstance(each, AlterColumn) and each.type_ is not None
    }
    for told in draft.wishes.columns:
        heed(draft, told, keeps_type=fold(told.name) not in retyped)
    draft.leaving = frozenset(fold(each.name) for each in changes if isinstance(each, DropColumn))
    for change, returning in in_order(changes):
        draft.returning = returning
        try:
            _make(draft, change)
        except SchemaNotUnderstood as error:
            # The table's own text has been read already.
            raise ChangeNotUnderstood(draft.text.name, error.found, _subject(change)) from error
    check_columns(draft)
    add_items(draft, draft.wishes.args)
    _set_table_options(draft)
    _order(draft)
    return TableRewrite(
        old=source.text,
        text=draft.text,
        copies=tuple(_copies(draft)),
        indexes=(*draft.indexes, *draft.new_indexes),
        adds_foreign_key=draft.adds_foreign_key,
    )


def _subject(change: Change) -> str | None:
    """What a change is about, for the one who has to find it in the migration."""
    match change:
        case AddColumn(column=column):
            return f"column {column.name!r}"
        case AlterColumn(name=name):
            return f"column {name!r}"
        case AddConstraint(constraint=constraint) if constraint.name:
            return f"constraint {str(constraint.name)!r}"
        case _:
            return None


def _make(draft: Draft, change: Change) -> None:
    match change:
        case AddColumn():
            add_column(draft, change)
        case DropColumn():
            drop_column(draft, change)
        case AlterColumn():
            alter_column(draft, change)
        case AddConstraint():
            add_constraint(draft, change)
        case DropConstraint():
            drop_constraint(draft, change)
        case CreateIndex():
            _create_index(draft, change)
        case DropIndex():
            _drop_index(draft, change)
        case CommentTable():
            pass  # SQLite keeps no comments


def _create_index(draft: Draft, change: CreateIndex) -> None:
    name = str(change.index.name)
    existing = [index.name for index in (*draft.indexes, *draft.new_indexes)]
    if change.if_not_exists and any(same_name(name, one) for one in existing):
        return
    draft.new_indexes.append(StoredIndex(name, draft.spelling.index(change.index)))


def _drop_index(draft: Draft, change: DropIndex) -> None:
    for kept in (draft.new_indexes, draft.indexes):
        for index in kept:
            if same_name(index.name, change.name):
                kept.remove(index)
                return
    if not change.if_exists:
        existing = [index.name for index in draft.indexes]
        raise NoSuchIndex(change.name, draft.text.name, existing)


def _rename(draft: Draft, renames: Iterable[Rename]) -> None:
    for rename in renames:
        column = draft.column(rename.old)
        spelled = draft.spelling.name(rename.new)
        draft.indexes = [
            StoredIndex(index.name, edit.rename_in_index(index.sql, column.name, spelled))
            for index in draft.indexes
        ]
        draft.text = edit.rename_column(draft.text, column, spelled)
        source = draft.sources.pop(fold(rename.old), None)
        if source is not None:
            draft.sources[fold(rename.new)] = source


def _set_table_options(draft: Draft) -> None:
    """What ``table_kwargs`` asks for: options of the table, and AUTOINCREMENT."""
    wanted = draft.wishes.kwargs
    without_rowid = draft.text.without_rowid
    strict = draft.text.strict
    if "sqlite_with_rowid" in wanted:
        without_rowid = not wanted["sqlite_with_rowid"]
    if "sqlite_strict" in wanted:
        strict = bool(wanted["sqlite_strict"])
    if (without_rowid, strict) != (draft.text.without_rowid, draft.text.strict):
        words = (("WITHOUT ROWID", without_rowid), ("STRICT", strict))
        draft.text = edit.set_options(draft.text, [word for word, is_on in words if is_on])
    if wanted.get("sqlite_autoincrement"):
        _set_autoincrement(draft)
    elif "sqlite_autoincrement" in wanted:
        _take_autoincrement_away(draft)


def _take_autoincrement_away(draft: Draft) -> None:
    for _, key in draft.text.all_constraints():
        if key.kind is Kind.PRIMARY_KEY and "AUTOINCREMENT" in key.words:
            tokens = draft.text.tokens_in(key.body)
            word = next(token for token in tokens if token.word == "AUTOINCREMENT")
            draft.text = edit.replace_span(draft.text, (word.start, word.end), "")
            return


def _set_autoincrement(draft: Draft) -> None:
    rowid = draft.text.rowid_column
    if rowid is None:
        return
    for inside, key in draft.text.all_constraints():
        if key.kind is not Kind.PRIMARY_KEY or "AUTOINCREMENT" in key.words:
            continue
        if inside is None:
            draft.text = edit.drop_constraint(draft.text, key)
            name = f"CONSTRAINT {draft.spelling.name(key.name)} " if key.name else ""
            clause = f" ON CONFLICT {key.on_conflict}" if key.on_conflict else ""
            words = f"{name}PRIMARY KEY{clause} AUTOINCREMENT"
            draft.text = edit.add_to_column(draft.text, draft.column(rowid), words)
        else:
            draft.text = edit.replace_span(draft.text, (key.span[1],) * 2, " AUTOINCREMENT")
        return


def _order(draft: Draft) -> None:
    """Put the columns into the order asked for; those not named keep theirs where they can."""
    if not draft.wishes.order:
        return
    names = {fold(column.name): column.name for column in draft.text.columns}
    pairs = [
        (names[fold(one)], names[fold(other)])
        for wanted in draft.wishes.order
        for one, other in itertools.pairwise(wanted)
    ]
    try:
        order = list(topological.sort([*pairs, *draft.places], list(names.values())))
    except CircularDependencyError as error:
        raise CircularOrder(sorted(set(error.cycles))) from error
    draft.text = edit.reorder_columns(draft.text, order)


def _copies(draft: Draft) -> Iterable[Copy]:
    for column in draft.text.columns:
        source = draft.sources.get(fold(column.name))
        if source is not None and not column.is_generated:
            yield Copy(column.name, source)
