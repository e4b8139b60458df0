"""The USING clause without which PostgreSQL refuses to change a column's type."""

from __future__ import annotations

from typing import Any

from sqlalchemy.engine import Dialect
from sqlalchemy.types import (
    JSON,
    BigInteger,
    Boolean,
    Date,
    DateTime,
    Enum,
    Float,
    Integer,
    Interval,
    Numeric,
    SmallInteger,
    String,
    Time,
    TypeEngine,
)

_NUMBERS = (Integer, Numeric, Float)
_TIMES = (Date, DateTime, Time)
_PLAIN = (*_NUMBERS, *_TIMES, Boolean, Interval)


def cast_clause(column: str, existing: Any, wanted: Any, dialect: Dialect) -> str | None:
    """The expression to cast a column by; None where the database casts by itself.

    Source: https://www.postgresql.org/docs/current/sql-createcast.html: assignment casts exist
    between numbers, between JSON types, between moments, and from anything to text.
    """
    had, has = _as_type(existing), _as_type(wanted)
    if had is None or has is None:
        return None
    target = dialect.type_compiler_instance.process(has)
    source = dialect.type_compiler_instance.process(had)
    if target == source or _is_automatic(had, has):
        return None
    name = dialect.identifier_preparer.quote(column)
    if isinstance(had, _PLAIN) and isinstance(has, _PLAIN) and _has_cast(had, has):
        if isinstance(had, Boolean) is not isinstance(has, Boolean):
            if _is_integer_with_boolean(had, has):
                return f"{name}::{target}"
            is_truth = isinstance(has, Boolean)
            return f"{name} <> 0" if is_truth else f"{name}::integer::{target}"
        return f"{name}::{target}"
    if _is_text(had):
        return f"{name}::{target}"
    if _is_array(had) and _is_array(has):
        return f"{name}::{target}"
    return f"{name}::text::{target}"


def _as_type(given: Any) -> TypeEngine[Any] | None:
    if isinstance(given, type) and issubclass(given, TypeEngine):
        return given()
    return given if isinstance(given, TypeEngine) else None


def _is_automatic(had: TypeEngine[Any], has: TypeEngine[Any]) -> bool:
    if _is_text(has):
        return not _is_array(had)
    if isinstance(had, JSON) and isinstance(has, JSON):
        return True
    if isinstance(had, _NUMBERS) and isinstance(has, _NUMBERS):
        return True
    if isinstance(had, _TIMES) and isinstance(has, _TIMES):
        return not isinstance(had, Date | Time) or type(had) is type(has) or _is_moment(had, has)
    return type(had) is type(has) and not _is_array(had) and not isinstance(had, Enum)


def _is_moment(had: TypeEngine[Any], has: TypeEngine[Any]) -> bool:
    return isinstance(had, Date | DateTime) and isinstance(has, Date | DateTime)


def _has_cast(had: TypeEngine[Any], has: TypeEngine[Any]) -> bool:
    """Whether the database casts the one to the other; by their text everything can be tried."""
    if isinstance(had, Boolean) or isinstance(has, Boolean):
        other = has if isinstance(had, Boolean) else had
        return isinstance(other, (*_NUMBERS, Boolean))
    kinds: list[tuple[Any, Any]] = [
        (_NUMBERS, _NUMBERS),
        (Interval, Interval),
        ((Interval, Time), (Interval, Time)),
    ]
    return _is_moment(had, has) or any(
        isinstance(had, one) and isinstance(has, other) for one, other in kinds
    )


def _is_integer_with_boolean(had: TypeEngine[Any], has: TypeEngine[Any]) -> bool:
    """The one cast that there is: BIGINT and SMALLINT have none."""
    other = has if isinstance(had, Boolean) else had
    return isinstance(other, Integer) and not isinstance(other, BigInteger | SmallInteger)


def _is_text(type_: TypeEngine[Any]) -> bool:
    return isinstance(type_, String) and not (isinstance(type_, Enum) and type_.native_enum)


def _is_array(type_: TypeEngine[Any]) -> bool:
    return type_.__visit_name__ == "ARRAY"
