"""What makes two indexes or constraints the same, and the answer of a comparison.

One side is what the models ask for, the other what was read from the database. A message says what
was found first, then what is wanted::

    compare_indexes(Index("ix", t.c.a), Index("ix", t.c.a, unique=True)).message
    # unique=True to unique=False
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Literal, NamedTuple

from sqlalchemy import Column, Index, UniqueConstraint
from sqlalchemy.sql import operators
from sqlalchemy.sql.elements import UnaryExpression

_DIRECTIONS = frozenset(
    {
        operators.asc_op,
        operators.desc_op,
        operators.nulls_first_op,
        operators.nulls_last_op,
    }
)


class ComparisonResult(NamedTuple):
    """Whether two indexes or constraints are the same, and in what they differ."""

    status: Literal["equal", "different", "skip"]
    message: str

    @property
    def is_equal(self) -> bool:
        """Whether they are the same."""
        return self.status == "equal"

    @property
    def is_different(self) -> bool:
        """Whether they differ."""
        return self.status == "different"

    @property
    def is_skip(self) -> bool:
        """Whether they can't be compared, so that they are left as they are."""
        return self.status == "skip"

    @classmethod
    def Equal(cls) -> ComparisonResult:  # noqa: N802 - the documented name
        """They are the same."""
        return cls("equal", "The two constraints are equal")

    @classmethod
    def Different(cls, reason: str | Sequence[str]) -> ComparisonResult:  # noqa: N802 - as above
        """They differ in this, or in these points."""
        return cls("different", _joined(reason))

    @classmethod
    def Skip(cls, reason: str | Sequence[str]) -> ComparisonResult:  # noqa: N802 - as above
        """They can't be compared, for this reason, or these."""
        return cls("skip", _joined(reason))

    @classmethod
    def of(cls, differences: Iterable[str | None]) -> ComparisonResult:
        """Equal where there is no difference; None stands for none."""
        found = [difference for difference in differences if difference is not None]
        return cls.Different(found) if found else cls.Equal()


def compare_indexes(wanted: Index, existing: Index) -> ComparisonResult:
    """By uniqueness and columns, in their order; of an expression the columns in it count."""
    return ComparisonResult.of(
        (
            unique_difference(wanted, existing),
            difference("expression", index_columns(existing), index_columns(wanted)),
        )
    )


def compare_uniques(wanted: UniqueConstraint, existing: UniqueConstraint) -> ComparisonResult:
    """By columns, whose order makes no difference."""
    return ComparisonResult.of((columns_difference(wanted, existing),))


def unique_difference(wanted: Index, existing: Index) -> str | None:
    """In words, or None where both are unique or both are not."""
    had, has = bool(existing.unique), bool(wanted.unique)
    return None if had is has else f"unique={had} to unique={has}"


def columns_difference(wanted: UniqueConstraint, existing: UniqueConstraint) -> str | None:
    """In words, or None where both are over the same columns."""
    return difference("expression", unique_columns(existing), unique_columns(wanted))


def difference(what: str, existing: object, wanted: object) -> str | None:
    """``what existing to wanted``, or None where the two are equal."""
    return None if existing == wanted else f"{what} {existing!r} to {wanted!r}"


def index_columns(index: Index) -> tuple[str, ...]:
    """The names of the columns, those inside expressions included."""
    return tuple(str(column.name) for column in index.columns)


def unique_columns(constraint: UniqueConstraint) -> tuple[str, ...]:
    """The names of the columns, sorted."""
    return tuple(sorted(str(column.name) for column in constraint.columns))


def has_expressions(index: Index) -> bool:
    """Whether it is over anything but columns, in whatever direction."""
    expressions: Iterable[Any] = index.expressions
    return any(not isinstance(_without_direction(one), Column) for one in expressions)


def _without_direction(expression: Any) -> Any:
    while isinstance(expression, UnaryExpression) and expression.modifier in _DIRECTIONS:
        expression = expression.element
    return expression


def _joined(reason: str | Sequence[str]) -> str:
    return reason if isinstance(reason, str) else ", ".join(reason)
