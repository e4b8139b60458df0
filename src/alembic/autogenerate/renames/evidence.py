"""Whether something that is gone and something that is new look like one thing under two names."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy.schema import Column, DefaultClause, Table

from alembic.autogenerate.context import AutogenContext
from alembic.autogenerate.renames.model import Kind, Rename, Suspicion

ALIKE = 0.6
"""From here on two names are alike, and two tables share enough columns: 1 is the same."""


def suspected_table(context: AutogenContext, gone: Table, new: Table) -> Suspicion | None:
    """By the columns that both have: of the same name and the same type."""
    had, has = ({column.name: column for column in table.columns} for table in (gone, new))
    if _share(had.keys() & has.keys(), had, has) < ALIKE:
        return None  # without a look at types, which takes longer
    same = [name for name in had if name in has and is_same_type(context, had[name], has[name])]
    share = _share(same, had, has)
    if share < ALIKE:
        return None
    most = max(len(had), len(has))
    evidence = ["the same columns" if share == 1 else f"{len(same)} of {most} columns the same"]
    rename = Rename(Kind.TABLE, gone.schema, None, gone.name, new.name)
    return _with_names(rename, evidence, share)


def _share(same: Collection[str], had: Collection[str], has: Collection[str]) -> float:
    return 2 * len(same) / (len(had) + len(has)) if had and has else 0.0


def suspected_column(
    context: AutogenContext, parent: str, gone: Column[Any], new: Column[Any]
) -> Suspicion | None:
    """By type and nullability, which must be the same, and by name, place and default, in this order.

    ``parent`` is the table's name in the database.
    """
    if bool(gone.nullable) is not bool(new.nullable) or not is_same_type(context, gone, new):
        return None
    if gone.primary_key is not new.primary_key:
        return None
    type_ = context.dialect.type_compiler_instance.process(new.type)
    evidence = [f"the same type {type_}{'' if new.nullable else ' NOT NULL'}"]
    score = 0.0
    if _is_same_place(gone, new):
        evidence.append("the same place")
        score += 0.75
    if _default_text(gone) == _default_text(new):
        score += 0.25
    rename = Rename(Kind.COLUMN, gone.table.schema, parent, gone.name, new.name)
    suspicion = _with_names(rename, evidence, score)
    is_told = _is_same_place(gone, new) or "a similar name" in suspicion.evidence
    return suspicion if is_told else None


def suspected_values(
    schema: str | None, enum: str, had: Sequence[str], has: Sequence[str]
) -> list[Suspicion]:
    """Values of an enum that have another name at the same place among the same others."""
    if len(had) != len(has):
        return []
    differing = [(old, new) for old, new in zip(had, has, strict=True) if old != new]
    if any(old in has or new in had for old, new in differing):
        return []
    return [
        _with_names(Rename(Kind.ENUM_VALUE, schema, enum, old, new), ["the same place"], 1)
        for old, new in differing
    ]


def is_same_type(context: AutogenContext, existing: Column[Any], wanted: Column[Any]) -> bool:
    """Whether a column of the database and one of the models have types that the comparison takes for one."""
    return not context.migration_context.impl.compare_type(existing, wanted)


def _with_names(rename: Rename, evidence: list[str], score: float) -> Suspicion:
    ratio = difflib.SequenceMatcher(None, rename.old.lower(), rename.new.lower()).ratio()
    if ratio >= ALIKE:
        evidence = [*evidence, "a similar name"]
    return Suspicion(rename, tuple(evidence), score + ratio)


def _is_same_place(gone: Column[Any], new: Column[Any]) -> bool:
    """Whether they stand behind the same column, or before the same one."""
    return (
        any(_neighbour(gone, step) == _neighbour(new, step) is not None for step in (-1, 1))
        or len(gone.table.columns) == len(new.table.columns) == 1
    )


def _neighbour(column: Column[Any], step: int) -> str | None:
    """The name of the column before or behind; ``""`` at the end of the table."""
    names = [one.name for one in column.table.columns]
    at = names.index(column.name) + step
    return names[at] if 0 <= at < len(names) else ""


def _default_text(column: Column[Any]) -> str | None:
    default = column.server_default
    return str(default.arg) if isinstance(default, DefaultClause) else None
