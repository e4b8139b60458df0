"""Statements that a dialect has no words for."""

from __future__ import annotations

from sqlalchemy import exc
from sqlalchemy.engine import Dialect

from alembic.util.exc import CommandError

UNSAYABLE = (exc.CompileError, NotImplementedError)
"""What SQLAlchemy's compilers raise; the second for sequences, where there are none."""


class NotSayable(CommandError, exc.CompileError):
    """A statement can't be spelled in a dialect: a type or a kind of constraint that it hasn't."""

    __str__ = Exception.__str__

    def __init__(self, error: exc.CompileError | NotImplementedError, dialect: Dialect) -> None:
        reason = str(error.args[0])
        lacking = _lacking(error)
        to_others = f"leave it to others: if op.get_context().dialect.name != {dialect.name!r}"
        if lacking is not None:
            reason = reason.replace(f"Compiler {lacking.compiler!r}", f"dialect {dialect.name!r}")
            reason += "; say it in its words (with_variant() gives it a type of its own), or "
            reason += to_others
        elif isinstance(error, NotImplementedError):
            reason = f"{reason.rstrip('.')}; {to_others}"
        super().__init__(reason)
        self.dialect = dialect.name


def _lacking(error: BaseException) -> exc.UnsupportedCompilationError | None:
    """The error that says what the dialect lacks, behind those that say where."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, exc.UnsupportedCompilationError):
            return cause
        cause = cause.__cause__
    return None
