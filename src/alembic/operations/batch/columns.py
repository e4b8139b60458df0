"""Changes of columns, made in a :class:`Draft`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Computed, Identity, types
from sqlalchemy.types import String, TypeEngine

from alembic.ddl.sqlite_schema import edit
from alembic.ddl.sqlite_schema.mention import is_mentioned
from alembic.ddl.sqlite_schema.model import ColumnText, ConstraintKind as Kind, ConstraintText
from alembic.ddl.sqlite_schema.tokens import fold, quote, same_name, tokenize, unquote
from alembic.operations.batch.affinity import converted
from alembic.operations.batch.change import AddColumn, AlterColumn, DropColumn, Place
from alembic.operations.batch.conflicts import set_on_conflict
from alembic.operations.batch.draft import Draft, StoredIndex
from alembic.operations.batch.errors import ColumnExists, ColumnNeeded, LastColumn, NoIdentity

IN_LIST = ("IN", "(")


def add_column(draft: Draft, change: AddColumn) -> None:
    """Add a column at its place."""
    name = change.column.name
    if draft.text.column(name) is not None:
        if change.if_not_exists:
            return
        raise ColumnExists(name, draft.text.name)
    spelled = draft.spelling.column(change.column, inline_references=change.inline_references)
    draft.text = edit.add_column(draft.text, spelled, _index_of(draft, change.place))
    draft.adds_foreign_key |= change.inline_references and bool(change.column.foreign_keys)
    if draft.wishes.is_block and (value := draft.spelling.filled_with(change.column)) is not None:
        draft.sources[fold(name)] = value
    if change.column.primary_key:
        _add_to_new_primary_key(draft, name)
    _note_place(draft, name, change.place)


def drop_column(draft: Draft, change: DropColumn) -> None:
    """Drop a column with the constraints and indexes that can't be without it.

    Where a later change adds a column of that name, they wait for it, but for checks without a name:
    those say what the values of the old one were.
    """
    column = draft.text.column(change.name)
    if column is None:
        if change.if_exists:
            return
        column = draft.column(change.name)
    name = column.name
    if len(draft.text.columns) == 1:
        raise LastColumn(name, draft.text.name)
    _drop_from_primary_key(draft, name)
    if fold(name) in draft.returning:
        _drop_where(draft, name, lambda found: found.kind is Kind.CHECK and found.name is None)
    else:
        _drop_what_needs(draft, column)
    draft.text = edit.drop_column(draft.text, draft.column(name))
    draft.sources.pop(fold(name), None)


def _drop_what_needs(draft: Draft, column: ColumnText) -> None:
    name = column.name
    for other in draft.text.columns:
        if fold(other.name) not in draft.leaving and _is_computed_from(draft, other, name):
            raise ColumnNeeded(name, draft.text.name, other.name)
    _drop_where(draft, name, lambda _: True)
    draft.drop_indexes([index for index in draft.indexes if _is_over(index, name)])


def _drop_where(draft: Draft, name: str, is_meant: Callable[[ConstraintText], bool]) -> None:
    """Drop what speaks of a column, but for the constraints within it, which go with its text."""
    while doomed := draft.constraints_where(
        lambda inside, found: (
            (inside is None or not same_name(inside.name, name))
            and is_meant(found)
            and _speaks_of(draft, found, name)
        )
    ):
        draft.text = edit.drop_constraint(draft.text, doomed)


def alter_column(draft: Draft, change: AlterColumn) -> None:
    """Change a column's type, default, NOT NULL and place."""
    name = draft.column(change.name).name
    if change.type_ is not None:
        _change_type(draft, name, change)
    if change.default is not False:
        _change_default(draft, name, change)
    if change.nullable is not None:
        draft.text = edit.set_not_null(draft.text, draft.column(name), not_null=not change.nullable)
    for kind, action in change.on_conflict:
        set_on_conflict(draft, name, kind, action)
    if change.place:
        _move(draft, name, change.place)
        _note_place(draft, name, change.place)


def declare_type(draft: Draft, name: str, type_: TypeEngine[Any]) -> None:
    """Declare another type, and take out what the old one needed and the new one can't have."""
    declared = draft.spelling.type_(type_)
    has_collation = any(token.word == "COLLATE" for token in tokenize(declared))
    draft.text = edit.set_type(draft.text, draft.column(name), declared)
    if has_collation:
        for one in draft.column(name).of_kind(Kind.COLLATE)[1:]:
            draft.text = edit.drop_constraint(draft.text, one)
        collation = draft.column(name).of_kind(Kind.COLLATE)[0]
        if collation.value is not None and same_name(
            unquote(draft.text.text(collation.value)), "BINARY"
        ):
            # It holds where none is said: https://www.sqlite.org/datatype3.html#collating_sequences
            draft.text = edit.drop_constraint(draft.text, collation)
    elif not isinstance(type_, String):
        for one in reversed(draft.column(name).of_kind(Kind.COLLATE)):
            draft.text = edit.drop_constraint(draft.text, one)
    _drop_autoincrement(draft, name)


def _change_type(draft: Draft, name: str, change: AlterColumn) -> None:
    assert change.type_ is not None
    before = draft.column(name)
    old = draft.text.type_of(before)
    _drop_checks_of_type(draft, before, change)
    declare_type(draft, name, change.type_)
    source = draft.sources.get(fold(name))
    if source is None:
        return
    new = draft.text.type_of(draft.column(name))
    if draft.wishes.cast is not None:
        draft.sources[fold(name)] = draft.wishes.cast(before, change.type_, new, source)
    else:
        draft.sources[fold(name)] = converted(source, old, new)


def _change_default(draft: Draft, name: str, change: AlterColumn) -> None:
    if isinstance(change.default, Identity):
        raise NoIdentity(name, draft.text.name)
    for found in draft.column(name).of_kind(Kind.GENERATED):
        draft.text = edit.drop_constraint(draft.text, found)
        draft.sources[fold(name)] = quote(name)
    if isinstance(change.default, Computed):
        draft.text = edit.set_default(draft.text, draft.column(name), None)
        computed = draft.spelling.computed(change.default)
        draft.text = edit.add_to_column(draft.text, draft.column(name), computed)
        draft.sources.pop(fold(name), None)
        return
    type_ = change.type_ or change.existing_type or types.NULLTYPE
    default = None if change.default is None else draft.spelling.default(change.default, type_)
    draft.text = edit.set_default(draft.text, draft.column(name), default)


def _drop_autoincrement(draft: Draft, name: str) -> None:
    """AUTOINCREMENT is for a primary key declared as INTEGER alone; else SQLite refuses the table."""
    if draft.text.type_of(draft.column(name)).upper() == "INTEGER":
        return
    for _, key in draft.text.all_constraints():
        if key.kind is Kind.PRIMARY_KEY and "AUTOINCREMENT" in key.words:
            if not any(same_name(column, name) for column in key.columns):
                continue
            word = next(
                token for token in draft.text.tokens_in(key.span) if token.word == "AUTOINCREMENT"
            )
            draft.text = edit.replace_span(draft.text, (word.start - 1, word.end), "")
            return


def _drop_checks_of_type(draft: Draft, column: ColumnText, change: AlterColumn) -> None:
    """Drop the unnamed CHECK that came with the old type: ``CHECK (flag IN (0, 1))``.

    SQLAlchemy writes it for Boolean and Enum. It goes where the values are those of the existing
    type, or of a BOOLEAN that is one no longer, or where it would forbid values of the new type.
    """
    assert change.type_ is not None
    was_boolean = draft.text.type_of(column).upper() == "BOOLEAN"
    old = allowed_values(change.existing_type)
    if was_boolean and not isinstance(change.type_, types.Boolean):
        old = old or allowed_values(types.Boolean())
    new = allowed_values(change.type_)
    while found := draft.constraints_where(
        lambda _, one: _is_stale(draft, one, column.name, old, new)
    ):
        draft.text = edit.drop_constraint(draft.text, found)


def allowed_values(type_: TypeEngine[Any] | None) -> frozenset[str] | None:
    """What the CHECK of a type lists, spelled as in SQL; None for types that have none."""
    if isinstance(type_, types.Boolean):
        return frozenset({"0", "1"})
    if isinstance(type_, types.Enum):
        return frozenset(type_.enums)
    return None


def _is_stale(
    draft: Draft,
    constraint: ConstraintText,
    column: str,
    old: frozenset[str] | None,
    new: frozenset[str] | None,
) -> bool:
    listed = _listed_values(draft, constraint, column)
    if listed is None:
        return False
    return listed == old or (new is not None and not new <= listed)


def _listed_values(draft: Draft, constraint: ConstraintText, column: str) -> frozenset[str] | None:
    """The values of an unnamed ``CHECK (column IN (…))``; None for any other constraint."""
    if constraint.kind is not Kind.CHECK or constraint.name is not None:
        return None
    assert constraint.value is not None
    _, name, *rest = draft.text.tokens_in(constraint.value)
    if not same_name(name.name, column) or tuple(token.word for token in rest[:2]) != IN_LIST:
        return None
    values = rest[2:-2]
    if any(token.word not in {"", ","} for token in values):
        return None
    return frozenset(unquote(token.text) for token in values if token.word != ",")


def _is_computed_from(draft: Draft, column: ColumnText, name: str) -> bool:
    return any(
        is_mentioned(draft.text.text(found.value), name)
        for found in column.of_kind(Kind.GENERATED)
        if found.value is not None
    )


def _add_to_new_primary_key(draft: Draft, name: str) -> None:
    """Make new columns the primary key of a table that has none; one that there is stays."""
    if draft.text.primary_key and not draft.new_key:
        return
    for found in draft.text.constraints:
        if found.kind is Kind.PRIMARY_KEY:
            draft.text = edit.drop_constraint(draft.text, found)
            break
    draft.new_key.append(name)
    columns = ", ".join(draft.spelling.name(column) for column in draft.new_key)
    draft.text = edit.add_constraint(draft.text, f"PRIMARY KEY ({columns})")


def _drop_from_primary_key(draft: Draft, name: str) -> None:
    """A primary key of several columns goes on without the one that is dropped."""
    for key in draft.text.constraints:
        if key.kind is not Kind.PRIMARY_KEY or len(key.columns) == 1:
            continue
        kept = [column for column in key.columns if not same_name(column, name)]
        if len(kept) == len(key.columns):
            continue
        tokens = draft.text.tokens_in(key.body)
        opening = next(token for token in tokens if token.word == "(")
        closing = _closing(tokens, opening.start)
        spelled = ", ".join(draft.spelling.name(column) for column in kept)
        draft.text = edit.replace_span(draft.text, (opening.end, closing), spelled)
        return


def _closing(tokens: tuple[Any, ...], opening: int) -> int:
    """Where the parenthesis that opens at an offset is closed."""
    depth = 0
    for token in tokens:
        if token.start >= opening:
            depth += {"(": 1, ")": -1}.get(token.word, 0)
            if depth == 0:
                return int(token.start)
    raise AssertionError("a parenthesis that isn't closed")


def _speaks_of(draft: Draft, constraint: ConstraintText, name: str) -> bool:
    """Whether a constraint of the table, or of another column, can't be without the column."""
    if constraint.kind is Kind.CHECK and constraint.value is not None:
        return is_mentioned(draft.text.text(constraint.value), name)
    reference = constraint.reference
    columns = constraint.columns
    if reference is not None and same_name(reference.table, draft.text.name):
        columns += reference.columns
    return any(same_name(column, name) for column in columns)


def _is_over(index: StoredIndex, name: str) -> bool:
    """Whether an index has the column among its own, in an expression or in its WHERE."""
    tokens = [token for token in tokenize(index.sql) if not token.is_trivia]
    opening = next(token.start for token in tokens if token.word == "(")
    return is_mentioned(index.sql[opening:], name)


def _index_of(draft: Draft, place: Place) -> int | None:
    names = [fold(column.name) for column in draft.text.columns]
    if place.after is not None:
        return names.index(fold(draft.column(place.after).name)) + 1
    if place.before is not None:
        return names.index(fold(draft.column(place.before).name))
    return None


def _move(draft: Draft, name: str, place: Place) -> None:
    beside = draft.column(place.after or place.before or name).name
    names = [column.name for column in draft.text.columns if column.name != name]
    if beside == name:
        return
    names.insert(names.index(beside) + (place.after is not None), name)
    draft.text = edit.reorder_columns(draft.text, names)


def _note_place(draft: Draft, name: str, place: Place) -> None:
    if place.after is not None:
        draft.places.append((draft.column(place.after).name, name))
    if place.before is not None:
        draft.places.append((name, draft.column(place.before).name))
