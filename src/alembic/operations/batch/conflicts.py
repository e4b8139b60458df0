"""SQLite's ON CONFLICT clauses of one column: what becomes of a row that breaks a constraint.

Source: https://www.sqlite.org/lang_conflict.html.
"""

from __future__ import annotations

from alembic.ddl.sqlite_schema import edit
from alembic.ddl.sqlite_schema.model import ConstraintKind as Kind, ConstraintText
from alembic.ddl.sqlite_schema.tokens import same_name
from alembic.operations.batch.draft import Draft
from alembic.operations.batch.errors import NothingToConflict, UnknownConflictAction

ACTIONS = ("ROLLBACK", "ABORT", "FAIL", "IGNORE", "REPLACE")
KINDS = {"not_null": Kind.NOT_NULL, "unique": Kind.UNIQUE, "primary_key": Kind.PRIMARY_KEY}


def set_on_conflict(draft: Draft, column: str, kind: str, action: str | None) -> None:
    """Give the NOT NULL, UNIQUE or PRIMARY KEY of a column a clause, or take it away.

    A primary key is meant by any of its columns. Raises NothingToConflict, UnknownConflictAction.
    """
    if kind not in KINDS or (action is not None and action.upper() not in ACTIONS):
        raise UnknownConflictAction(kind, action, KINDS, ACTIONS)
    found = draft.constraints_where(lambda _, one: _is_meant(one, KINDS[kind], column))
    if found is not None:
        said = None if action is None else action.upper()
        draft.text = edit.set_on_conflict(draft.text, found, said)
    elif action is not None:
        raise NothingToConflict(KINDS[kind].value, column, draft.text.name)


def _is_meant(constraint: ConstraintText, kind: Kind, column: str) -> bool:
    if constraint.kind is not kind:
        return False
    is_one_of = any(same_name(one, column) for one in constraint.columns)
    return is_one_of and (kind is Kind.PRIMARY_KEY or len(constraint.columns) == 1)
