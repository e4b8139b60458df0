"""Which tables, columns and enum values are renamed: told beforehand, or suspected and confirmed.

Names of indexes and constraints are of no consequence for anything else; :mod:`.parts` has them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy.schema import Column, Table

from alembic.autogenerate.ask import MalformedHint, Questioner, RenamesCollide
from alembic.autogenerate.complete.statements import StatementsOp
from alembic.autogenerate.complete.type_users import schema_of
from alembic.autogenerate.context import AutogenContext
from alembic.autogenerate.renames.evidence import (
    suspected_column,
    suspected_table,
    suspected_values,
)
from alembic.autogenerate.renames.model import Kind, Rename, Suspicion, old_places
from alembic.autogenerate.renames.moved import (
    hinted as told_names,
    moved_columns,
    moved_tables,
    table_of_database,
)
from alembic.autogenerate.renames.schemas import (
    created_tables,
    dropped_tables,
    moves_between_schemas,
)
from alembic.autogenerate.spelled.facts import TableName
from alembic.autogenerate.spelled.postgresql import enums_of
from alembic.operations.ops.base import ModifyTableOps
from alembic.operations.ops.column import AddColumnOp, DropColumnOp
from alembic.operations.ops.script import UpgradeOps
from alembic.operations.ops.table import CreateTableOp, DropTableOp

RENAMED_VALUES = "renamed_values"
"""A key of a column's ``info``: {old value: new value} of its enum."""

LOOKS = "looks for renames"
"""The key of the context's memo by which renames that nobody spoke of are looked for."""


class Both(NamedTuple):
    """The columns of one table that only one side has; ``name`` is the table's in the database."""

    schema: str | None
    name: str
    gone: list[Column[Any]]
    new: list[Column[Any]]


def find_renames(
    context: AutogenContext, upgrade_ops: UpgradeOps, questioner: Questioner
) -> list[Rename]:
    """The renames among what ``upgrade_ops`` drops and creates, and of names that are on both sides.

    Tables, then columns, then values.
    """
    tables = moves_between_schemas(context, upgrade_ops, questioner)
    tables += moved_tables(context, questioner)
    tables += _tables(context, upgrade_ops, questioner, tables)
    columns = moved_columns(context, questioner, tables)
    columns += [
        rename
        for both in _differing_tables(context, upgrade_ops, tables)
        for rename in _columns(context, both, questioner, columns)
    ]
    return [*tables, *columns, *_values(context, upgrade_ops, questioner)]


def decided(
    context: AutogenContext,
    questioner: Questioner,
    candidates: Sequence[Rename],
    hinted: Iterable[Rename],
    suspicions: Iterable[Suspicion],
    known: Sequence[Rename] = (),
) -> list[Rename]:
    """Those of ``candidates`` that are renames; no name has a part in two of them, ``known`` included.

    Raises RenamesCollide for two wishes of one name. Hints of one name are a question.
    """
    default_schema = context.dialect.default_schema_name
    found: list[Rename] = []
    for one in dict.fromkeys(questioner.wished(candidates, default_schema)):
        for other in (*known, *found):
            if other != one and _is_taken(one, [other]):
                raise RenamesCollide(other, one)
        found.append(one)
    told = [one for one in hinted if not _is_taken(one, [*known, *found])]
    colliding = [one for one in told if _is_taken(one, (other for other in told if other != one))]
    found += [one for one in told if one not in colliding]
    doubts = [Suspicion(one, ("the models say so, and of another too",), 3) for one in colliding]
    if context.memo.get(LOOKS):
        doubts += [one for one in suspicions if one.rename not in colliding]
    found += _confirmed(questioner, doubts, [*known, *found])
    return found


def _confirmed(
    questioner: Questioner, suspicions: Iterable[Suspicion], known: Sequence[Rename]
) -> Iterator[Rename]:
    """The most likely ones first; one that is denied leaves its two names to others."""
    found: list[Rename] = []
    spoken_of: list[Rename] = list(known)
    for suspicion in sorted(suspicions, key=lambda one: (-one.score, one.rename.flag)):
        rename = suspicion.rename
        if _is_taken(rename, [*spoken_of, *found]):
            continue
        if questioner.is_rename(suspicion):
            found.append(rename)
        elif questioner.keeps_suspicions:
            spoken_of.append(rename)
    yield from found


def _is_taken(rename: Rename, by: Iterable[Rename]) -> bool:
    return any(
        (one.kind, one.schema, one.parent) == (rename.kind, rename.schema, rename.parent)
        and (one.old == rename.old or one.new == rename.new)
        for one in by
    )


def is_hinted(item: Any, old: str) -> bool:
    """Whether the models say that something had this name."""
    return old in told_names(item)


def _is_one_name(context: AutogenContext, rename: Rename) -> bool:
    """Whether the database takes two names for one that differ in capitals: both can't be there.

    Sources: https://www.sqlite.org/c3ref/strnicmp.html,
    https://mariadb.com/kb/en/identifier-case-sensitivity/.
    """
    dialects = {"sqlite"} if rename.kind is Kind.TABLE else {"sqlite", "mysql", "mariadb"}
    is_alike = rename.old.lower() == rename.new.lower()
    return context.is_complete and is_alike and context.dialect.name in dialects


# --- tables ----------------------------------------------------------------------------------------


def _tables(
    context: AutogenContext,
    upgrade_ops: UpgradeOps,
    questioner: Questioner,
    known: Sequence[Rename],
) -> list[Rename]:
    moved = old_places(known, context.dialect.default_schema_name)
    gone = [op for op in dropped_tables(upgrade_ops) if _place(op) not in moved.values()]
    new = [op for op in created_tables(upgrade_ops) if _place(op) not in moved]
    if not gone or not new:
        return []
    had, has = ([op.to_table() for op in ops] for ops in (gone, new))
    candidates = {
        Rename(Kind.TABLE, old.schema, None, old.name, made.name): (old, made)
        for old in had
        for made in has
        if old.schema == made.schema
    }
    hinted = [
        one
        for one, (_, made) in candidates.items()
        if is_hinted(made, one.old) or _is_one_name(context, one)
    ]
    suspicions = (
        suspicion
        for old, made in candidates.values()
        if (suspicion := suspected_table(context, old, made)) is not None
    )
    return decided(context, questioner, list(candidates), hinted, suspicions, known)


def _place(op: DropTableOp | CreateTableOp) -> TableName:
    return op.schema, op.table_name


def _differing_tables(
    context: AutogenContext, upgrade_ops: UpgradeOps, renamed: Sequence[Rename]
) -> Iterator[Both]:
    """The tables of which each side has columns that the other has not."""
    places = old_places(renamed, context.dialect.default_schema_name)
    around = {*places, *places.values()}
    for op in upgrade_ops.ops:
        if isinstance(op, ModifyTableOps) and (op.schema, op.table_name) not in around:
            gone = [one.to_column() for one in op.ops if isinstance(one, DropColumnOp)]
            new = [one.column for one in op.ops if isinstance(one, AddColumnOp)]
            # A column that is dropped and added is made anew, under the name that it has.
            anew = {column.name for column in gone} & {column.name for column in new}
            gone, new = ([one for one in side if one.name not in anew] for side in (gone, new))
            if gone and new:
                yield Both(op.schema, op.table_name, gone, new)
    models = {(table.schema, table.name): table for table in context.sorted_tables}
    for new_place, place in places.items():
        had, has = table_of_database(context, place), models[new_place]
        yield Both(*place, _only_in(had, has), _only_in(has, had))


def _only_in(table: Table, other: Table) -> list[Column[Any]]:
    names = {column.name for column in other.columns}
    return [column for column in table.columns if column.name not in names and not column.system]


# --- columns ---------------------------------------------------------------------------------------


def _columns(
    context: AutogenContext, both: Both, questioner: Questioner, known: Sequence[Rename]
) -> list[Rename]:
    candidates = {
        Rename(Kind.COLUMN, both.schema, both.name, old.name, made.name): (old, made)
        for old in both.gone
        for made in both.new
    }
    hinted = [
        one
        for one, (_, made) in candidates.items()
        if is_hinted(made, one.old) or _is_one_name(context, one)
    ]
    suspicions = (
        suspicion
        for old, made in candidates.values()
        if (suspicion := suspected_column(context, both.name, old, made)) is not None
    )
    return decided(context, questioner, list(candidates), hinted, suspicions, known)


# --- values of enums -------------------------------------------------------------------------------


def _values(
    context: AutogenContext, upgrade_ops: UpgradeOps, questioner: Questioner
) -> list[Rename]:
    """Renamed values of PostgreSQL's enums; other databases keep them as text in their rows."""
    if context.dialect.name != "postgresql":
        return []
    wanted = _enums_of_models(context)
    told = [one.diff for one in upgrade_ops.ops if isinstance(one, StatementsOp)]
    changed = {(diff[1], diff[2]): diff[3] for diff in told if diff[0] == "modify_enum"}
    if not changed and (questioner.has_wishes or any(hints for _, hints in wanted.values())):
        changed = _enums_of_database(context)
    found: list[Rename] = []
    for (schema, name), (has, hints) in wanted.items():
        had = changed.get((schema, name))
        if had is None:
            continue
        candidates = [
            Rename(Kind.ENUM_VALUE, schema, name, old, new)
            for old in had
            for new in has
            if old not in has and new not in had
        ]
        hinted = [one for one in candidates if hints.get(one.old) == one.new]
        suspicions = suspected_values(schema, name, had, has)
        found += decided(context, questioner, candidates, hinted, suspicions)
    return found


EnumName = tuple["str | None", str]


def _enums_of_models(
    context: AutogenContext,
) -> dict[EnumName, tuple[list[str], dict[str, str]]]:
    """(schema, name) → (values, hints)."""
    found: dict[EnumName, tuple[list[str], dict[str, str]]] = {}
    for table in context.sorted_tables:
        for column in table.columns:
            for enum in enums_of([column.type], context.dialect):
                if enum.name is None:
                    continue
                schema = schema_of(enum)
                _, hints = found.setdefault((schema, enum.name), (list(enum.enums), {}))
                hints.update(_hinted_values(column))
    return found


def _hinted_values(column: Column[Any]) -> Mapping[str, str]:
    hint = column.info.get(RENAMED_VALUES) or {}
    if not isinstance(hint, Mapping):
        raise MalformedHint(RENAMED_VALUES, repr(str(column)), hint, "{old value: new value}")
    return hint


def _enums_of_database(context: AutogenContext) -> dict[EnumName, list[str]]:
    default = context.dialect.default_schema_name
    inspector: Any = context.inspector
    return {
        (None if one["schema"] == default else one["schema"], one["name"]): one["labels"]
        for one in inspector.get_enums(schema="*")
    }
