r"""A warning of text in DDL that loses a part: ``server_default=text("'{\"a\":1}'")``.

``text()`` reads a parameter where a colon stands before a word, within a string as well, and
SQLAlchemy writes NULL into DDL for one without a value. What was made so for years is in databases,
and is what models say too: it is written as ever, and told of.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import CheckConstraint, Column, Computed, Index, TextClause, text
from sqlalchemy.schema import DefaultClause
from sqlalchemy.sql import visitors
from sqlalchemy.sql.elements import ClauseElement
from sqlalchemy.sql.functions import FunctionElement

from alembic.operations.ops.base import MigrateOperation, verb_of
from alembic.operations.ops.column import AddColumnOp, AlterColumnOp
from alembic.operations.ops.constraint import CreateCheckConstraintOp
from alembic.operations.ops.index import CreateIndexOp
from alembic.operations.ops.table import CreateTableOp
from alembic.util.messaging import warn_outside


def warn_of_colons(op: MigrateOperation) -> None:
    """Warn of the parameters that the texts of an op have, and no values for."""
    for clause in _texts(op):
        for name, parameter in clause._bindparams.items():
            if parameter.required:
                warn_outside(
                    f"op.{verb_of(op)}(): the text {clause.text!r} has the parameter {name!r}, and "
                    "NULL is written in its place. Where it is none, write the colon before it as \\:"
                )


def _texts(part: object) -> Iterator[TextClause]:
    if isinstance(part, TextClause):
        yield part
    elif _is_bare(part):
        return  # as func.now(): to walk through it takes as long as all the rest
    elif isinstance(part, ClauseElement) and not isinstance(part, Column):
        yield from (one for one in visitors.iterate(part) if isinstance(one, TextClause))
    for inner in _parts(part):
        yield from _texts(inner)


def _is_bare(part: object) -> bool:
    """Whether it is a function of nothing; that of a sequence has no list of arguments at all."""
    is_function = isinstance(part, FunctionElement) and hasattr(part, "clause_expr")
    return is_function and not len(part.clauses)  # type: ignore[attr-defined]


def _parts(part: Any) -> Iterator[object]:
    match part:
        case CreateTableOp():
            yield from part.columns
        case AddColumnOp():
            yield part.column
        case AlterColumnOp():
            yield part.modify_server_default
        case CreateCheckConstraintOp():
            yield _as_clause(part.condition)
        case CreateIndexOp():
            yield from part.columns
            yield from (_as_clause(one) for key, one in part.kw.items() if key.endswith("_where"))
        case Column():
            yield from (part.server_default, *part.constraints)
        case DefaultClause():
            yield part.arg
        case Computed() | CheckConstraint():
            yield part.sqltext
        case Index():
            yield from (*part.expressions, *part.dialect_kwargs.values())


def _as_clause(condition: object) -> object:
    return text(condition) if isinstance(condition, str) else condition
