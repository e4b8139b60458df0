"""Changes of constraints, made in a :class:`Draft`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Column,
    Constraint,
    ForeignKeyConstraint,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
    exc,
)
from sqlalchemy.types import NULLTYPE

from alembic.ddl.sqlite import tell_of_left_out
from alembic.ddl.sqlite_schema import edit
from alembic.ddl.sqlite_schema.mention import is_mentioned
from alembic.ddl.sqlite_schema.model import ConstraintKind as Kind, ConstraintText, TableText
from alembic.ddl.sqlite_schema.parse import parse_table
from alembic.ddl.sqlite_schema.tokens import (
    Kind as TokenKind,
    SchemaNotUnderstood,
    fold,
    same_name,
    tokenize,
)
from alembic.operations.batch.change import AddConstraint, DropConstraint
from alembic.operations.batch.draft import Draft
from alembic.operations.batch.errors import ConstraintNeedsName, NoSuchConstraint
from alembic.operations.schemaobj import SchemaObjects

_NAMED_BY_CONVENTION = frozenset({Kind.PRIMARY_KEY, Kind.UNIQUE, Kind.FOREIGN_KEY, Kind.CHECK})
_KINDS: tuple[tuple[type[Constraint], Kind], ...] = (
    (PrimaryKeyConstraint, Kind.PRIMARY_KEY),
    (UniqueConstraint, Kind.UNIQUE),
    (ForeignKeyConstraint, Kind.FOREIGN_KEY),
    (CheckConstraint, Kind.CHECK),
)


def add_constraint(draft: Draft, change: AddConstraint) -> None:
    """Add a constraint; one of the same name, and a primary key there was, give way to it."""
    constraint = change.constraint
    name = draft.spelling.constraint_name(constraint)
    # A table has one primary key: nobody needs a name to find it by.
    is_known = constraint._type_bound or isinstance(constraint, PrimaryKeyConstraint)
    if name is None and draft.wishes.is_block and not is_known:
        raise ConstraintNeedsName(draft.text.name, draft.constraint_names(), is_new=True)
    spelled = draft.spelling.constraint(constraint)
    if not spelled and isinstance(constraint, ForeignKeyConstraint):
        tell_of_left_out(constraint)
    if not spelled:
        return
    if name is None and _find_alike(draft, spelled) is not None:
        return
    _drop_where(draft, lambda found: same_name(found.name, name))
    if isinstance(constraint, PrimaryKeyConstraint):
        _drop_where(draft, lambda found: found.kind is Kind.PRIMARY_KEY)
    draft.text = edit.add_constraint(draft.text, spelled)
    draft.adds_foreign_key |= isinstance(constraint, ForeignKeyConstraint)


def check_columns(draft: Draft) -> None:
    """Raise NoSuchColumn where a constraint speaks of a column that isn't there in the end.

    A constraint may be said before its column is.
    """
    for _, constraint in draft.text.all_constraints():
        for name in constraint.columns:
            draft.column(name)


def add_if_missing(draft: Draft, constraint: Constraint) -> None:
    """Add a constraint unless there is one of its name, or one that says the same.

    One without a name that says the same gets its name; of keys a table has one.
    """
    constraint = _attached(draft, constraint)
    name = draft.spelling.constraint_name(constraint)
    if name is not None and any(same_name(name, one) for one in draft.constraint_names()):
        return
    spelled = draft.spelling.constraint(constraint)
    alike = _find_alike(draft, spelled) if spelled else None
    if alike is not None and name is not None:
        _name(draft, alike, name)
    elif spelled and alike is None and not _is_second_key(draft, constraint):
        draft.text = edit.add_constraint(draft.text, spelled)
        draft.adds_foreign_key |= isinstance(constraint, ForeignKeyConstraint)


def add_unless_said(draft: Draft, constraint: Constraint) -> None:
    """Add a constraint unless there is one that says the same, whatever its name is."""
    spelled = draft.spelling.constraint(constraint)
    if not spelled:
        return
    wanted = meaning(*_read(draft, spelled))
    if all(meaning(draft.text, found) != wanted for _, found in draft.text.all_constraints()):
        draft.text = edit.add_constraint(draft.text, spelled)


def _is_second_key(draft: Draft, constraint: Constraint) -> bool:
    return isinstance(constraint, PrimaryKeyConstraint) and bool(draft.text.primary_key)


def drop_restated(draft: Draft, checks: Iterable[CheckConstraint]) -> None:
    """Drop the unnamed checks that ``checks`` say anew: they speak of the very same columns.

    To ``table_args`` all unnamed checks have to be given, for a release that doesn't see those of the
    table; one that is given with another condition is a changed one.
    """
    spelled = [draft.spelling.constraint(_attached(draft, check)) for check in checks]
    given = [_read(draft, one) for one in spelled if one]
    said = {meaning(table, check) for table, check in given}
    about = {_columns_of(draft, table, check) for table, check in given}
    _drop_where(
        draft,
        lambda found: (
            found.kind is Kind.CHECK
            and found.name is None
            and meaning(draft.text, found) not in said
            and _columns_of(draft, draft.text, found) in about
        ),
    )


def drop_constraint(draft: Draft, change: DropConstraint) -> None:
    """Drop a constraint by its name; one without a name may be known by what it says.

    That may stand in place of the name: ``"CHECK (x > 5)"``, ``"FOREIGN KEY (x) REFERENCES p (id)"``.
    """
    constraint = change.constraint
    name = draft.spelling.constraint_name(constraint)
    found = _find_named(draft, name) if name is not None else _find_unnamed(draft, constraint)
    if found is None and name is not None:
        found = _find_by_text(draft, name)
    if found is None and isinstance(constraint, PrimaryKeyConstraint):
        found = _unnamed_primary_key(draft)
    if found is not None:
        kind = found.kind
        while found is not None and found.kind is kind:
            draft.text = edit.drop_constraint(draft.text, found)
            # SQLite lets a table have a name twice: the constraint is gone when both are.
            found = _find_named(draft, name) if name is not None else None
    elif constraint._type_bound or change.if_exists:
        return
    elif name is None:
        raise ConstraintNeedsName(draft.text.name, draft.constraint_names())
    else:
        raise NoSuchConstraint(name, draft.text.name, draft.constraint_names(), _hint(draft, name))


def _attached(draft: Draft, constraint: Constraint) -> Constraint:
    """The constraint in a table that has the columns of this one, which its spelling asks for."""
    columns = [Column(column.name, NULLTYPE) for column in draft.text.columns]
    table = SchemaObjects().table(draft.text.name, *columns, constraint)
    return next(found for found in table.constraints if type(found) is type(constraint))


def name_by_convention(draft: Draft, convention: Mapping[str, str]) -> None:
    """Give a name to each constraint that has none and that the convention can name."""
    while True:
        named = next(_to_be_named(draft, convention), None)
        if named is None:
            return
        _name(draft, *named)


def _name(draft: Draft, constraint: ConstraintText, name: str) -> None:
    """Give a name to a constraint that has none."""
    spelled = f"CONSTRAINT {draft.spelling.name(name)} "
    draft.text = edit.replace_span(draft.text, (constraint.body[0],) * 2, spelled)


def _to_be_named(draft: Draft, convention: Mapping[str, str]) -> Any:
    for _, constraint in draft.text.all_constraints():
        if constraint.name is None and constraint.kind in _NAMED_BY_CONVENTION:
            name = _conventional_name(draft, constraint, convention)
            if name is not None:
                yield constraint, name


def _conventional_name(
    draft: Draft, constraint: ConstraintText, convention: Mapping[str, str]
) -> str | None:
    metadata = MetaData(naming_convention=dict(convention))
    former = draft.wishes.former
    columns: list[Column[Any]] = [
        Column(former.get(fold(column.name), column.name)) for column in draft.text.columns
    ]
    try:
        made = _made_of(constraint, former)
        Table(draft.text.name, metadata, *columns, made)
        return draft.spelling.constraint_name(made)
    except (exc.InvalidRequestError, exc.ArgumentError, IndexError):
        # The convention asks for what this constraint hasn't: a name of its own, a column.
        return None


def _made_of(constraint: ConstraintText, former: Mapping[str, str]) -> Constraint:
    columns = [former.get(fold(name), name) for name in constraint.columns]
    if constraint.kind is Kind.PRIMARY_KEY:
        return PrimaryKeyConstraint(*columns)
    if constraint.kind is Kind.UNIQUE:
        return UniqueConstraint(*columns)
    if constraint.reference is None:
        return CheckConstraint("")
    reference = constraint.reference
    remote = reference.columns or constraint.columns
    return ForeignKeyConstraint(columns, [f"{reference.table}.{column}" for column in remote])


def _find_named(draft: Draft, name: str) -> ConstraintText | None:
    return draft.constraints_where(lambda _, found: same_name(found.name, name))


def _find_unnamed(draft: Draft, constraint: Constraint) -> ConstraintText | None:
    """What a type's constraint without a name stands for: the CHECK that says the same."""
    if not constraint._type_bound:
        return None
    spelled = draft.spelling.constraint(constraint)
    return _find_alike(draft, spelled) if spelled else None


def _find_by_text(draft: Draft, text: str) -> ConstraintText | None:
    """The constraint that ``text`` spells, an unnamed one first.

    What a foreign key does on delete may be left out.
    """
    try:
        table = parse_table(f"CREATE TABLE t (c, {text})")
    except SchemaNotUnderstood:
        return None
    if len(table.columns) != 1 or len(table.constraints) != 1:
        return None
    wanted = meaning(table, table.constraints[0])
    said = [one for _, one in draft.text.all_constraints() if meaning(draft.text, one) == wanted]
    found = next((one for one in said if one.name is None), None)
    if found is None and table.constraints[0].reference is not None:
        found = draft.constraints_where(
            lambda _, one: one.name is None and meaning(draft.text, one)[:-1] == wanted[:-1]
        )
    # A naming convention may have named it since it was made without a name.
    return found or next(iter(said), None)


def _unnamed_primary_key(draft: Draft) -> ConstraintText | None:
    return draft.constraints_where(
        lambda _, found: found.kind is Kind.PRIMARY_KEY and found.name is None
    )


def _find_alike(draft: Draft, spelled: str) -> ConstraintText | None:
    """The unnamed constraint that says what ``spelled`` says, however it is written."""
    wanted = meaning(*_read(draft, spelled))
    return draft.constraints_where(
        lambda _, found: found.name is None and meaning(draft.text, found) == wanted
    )


def _read(draft: Draft, spelled: str) -> tuple[TableText, ConstraintText]:
    """What ``spelled`` says, with the table around it."""
    table = parse_table(f"CREATE TABLE {draft.spelling.name(draft.text.name)} (c, {spelled})")
    return table, table.constraints[0]


def _columns_of(draft: Draft, table: TableText, check: ConstraintText) -> frozenset[str]:
    """The columns that a check speaks of."""
    condition = "" if check.value is None else table.text(check.value)
    names = (column.name for column in draft.text.columns)
    return frozenset(fold(name) for name in names if is_mentioned(condition, name))


def meaning(table: TableText, constraint: ConstraintText) -> tuple[object, ...]:
    """A constraint without its spelling: case, quotes, white space, and where it stands."""
    columns = tuple(fold(column) for column in constraint.columns)
    reference = constraint.reference
    if constraint.kind is Kind.CHECK and constraint.value is not None:
        return Kind.CHECK, tuple(_normal(table.text(constraint.value)))
    if reference is None:
        return constraint.kind, columns
    referred = tuple(fold(column) for column in reference.columns)
    options = tuple(_normal(reference.options))
    return constraint.kind, columns, fold(reference.table), referred, options


def _normal(sql: str) -> Iterable[str]:
    for token in tokenize(sql):
        if token.kind is TokenKind.STRING:
            yield token.text
        elif not token.is_trivia:
            yield fold(token.name)


def _drop_where(draft: Draft, is_meant: Any) -> None:
    while found := draft.constraints_where(lambda _, one: is_meant(one)):
        draft.text = edit.drop_constraint(draft.text, found)


def _hint(draft: Draft, name: str) -> str:
    if any(same_name(index.name, name) for index in draft.indexes):
        return f" {name!r} is an index: use drop_index()."
    return ""
