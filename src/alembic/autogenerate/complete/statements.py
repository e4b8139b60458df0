"""A change that no verb stands for, as SQL statements and those that take them back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from alembic.autogenerate.colons import as_text
from alembic.autogenerate.context import AutogenContext
from alembic.autogenerate.render.directives import renderers
from alembic.autogenerate.render.values import operations_prefix
from alembic.operations.base import Operations
from alembic.operations.ops.base import MigrateOperation


class StatementsOp(MigrateOperation):
    """Statements, rendered as one ``op.execute()`` each.

    ``diff`` is the diff tuple, ``reverse_diff`` that of the way back. ``note`` is said in a comment
    before the statements; where ``statements`` is empty it stands alone, for a change that is left
    to the reader.
    """

    def __init__(
        self,
        statements: Sequence[str],
        reverse_statements: Sequence[str],
        diff: tuple[Any, ...],
        reverse_diff: tuple[Any, ...],
        note: str | None = None,
    ) -> None:
        self.statements = list(statements)
        self.reverse_statements = list(reverse_statements)
        self.diff = diff
        self.reverse_diff = reverse_diff
        self.note = note

    def reverse(self) -> StatementsOp:
        """The statements of the way back."""
        return StatementsOp(
            self.reverse_statements, self.statements, self.reverse_diff, self.diff, self.note
        )

    def to_diff_tuple(self) -> tuple[Any, ...]:
        """``(what is done, …)``: "modify_enum", "add_sequence" and so on."""
        return self.diff


@Operations.implementation_for(StatementsOp)
def execute(operations: Operations, op: StatementsOp) -> None:
    """Execute each statement."""
    for statement in op.statements:
        operations.execute(as_text(statement))


@renderers.dispatch_for(StatementsOp)
def render(context: AutogenContext, op: StatementsOp) -> list[str]:
    """The note, and a call of ``op.execute`` for each statement; a note alone needs a line of code."""
    prefix = operations_prefix(context)
    lines = [] if op.note is None else [f"# {line}" for line in op.note.splitlines()]
    if lines and not op.statements:
        lines.append("pass")
    return lines + [f"{prefix}execute({as_text(one)!r})" for one in op.statements]
