"""The USING clause without which PostgreSQL refuses to change a column's type."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy.engine import Dialect
from sqlalchemy.sql.sqltypes import _AbstractInterval
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
    TypeDecorator,
    TypeEngine,
    Uuid,
)

from alembic.ddl.postgresql_kinds import is_bit, is_money

if TYPE_CHECKING:
    from sqlalchemy.dialects.postgresql import BIT

_NUMBERS = (Integer, Numeric, Float)
_TIMES = (Date, DateTime, Time)
_PLAIN = (*_NUMBERS, *_TIMES, _AbstractInterval, Boolean)

_DIRECT = "{column}::{target}"
_BY_TEXT = "{column}::text::{target}"


def cast_clause(column: str, existing: Any, wanted: Any, dialect: Dialect) -> str | None:
    """The expression to cast a column by; None where the database casts by itself.

    Source: https://www.postgresql.org/docs/current/sql-createcast.html: assignment casts exist
    between numbers, between JSON types, between moments, and from anything to text. A cast that is
    said cuts what is too long, one on assignment refuses it: so none is said where none is needed.
    """
    had, has = _as_type(existing, dialect), _as_type(wanted, dialect)
    if had is None or has is None:
        return None
    target = dialect.type_compiler_instance.process(has)
    source = dialect.type_compiler_instance.process(had)
    way = None if target == source else _way(had, has, target)
    name = dialect.identifier_preparer.quote(column)
    return None if way is None else way.format(column=name, target=target)


def types_apart(existing: Any, wanted: Any, dialect: Dialect) -> tuple[str, str] | None:
    """Both types as SQL where the way from the one to the other is by text, which not each value survives.

    Enums are told apart by their values, of which others speak.
    """
    had, has = _as_type(existing, dialect), _as_type(wanted, dialect)
    clause = cast_clause("x", existing, wanted, dialect) or ""
    if had is None or has is None:
        return None
    is_read_as_array = _is_text(had) and _is_array(has)
    if not is_read_as_array and not clause.startswith(_BY_TEXT.format(column="x", target="")):
        return None
    if all(isinstance(getattr(one, "item_type", one), Enum) for one in (had, has)):
        return None
    compiler = dialect.type_compiler_instance
    return compiler.process(had), compiler.process(has)


def is_other_kind(existing: Any, wanted: Any, dialect: Dialect) -> bool:
    """Whether values of the two types can't be compared, so that no foreign key joins them."""
    if wanted is None:
        return False
    if cast_clause("x", existing, wanted, dialect) is not None:
        return True
    had, has = _as_type(existing, dialect), _as_type(wanted, dialect)
    return had is not None and has is not None and _is_text(had) is not _is_text(has)


def _way(had: TypeEngine[Any], has: TypeEngine[Any], target: str) -> str | None:
    """The clause, without the column and the type."""
    if _is_array(had) or _is_array(has):
        return _way_of_arrays(had, has, target)
    if isinstance(had, Uuid) and had.native_uuid and target in {"CHAR(32)", "VARCHAR(32)"}:
        return "replace({column}::text, '-', '')"
    if _is_automatic(had, has):
        return None
    if had.__visit_name__ == f"{has.__visit_name__.removesuffix('RANGE')}MULTIRANGE":
        return "trim(both '{{}}' from {column}::text)::{target}"  # one range, no two
    if isinstance(had, _PLAIN) and isinstance(has, _PLAIN) and _has_cast(had, has):
        if isinstance(had, Boolean) is not isinstance(has, Boolean):
            if _is_integer_with_boolean(had, has):
                return _DIRECT
            is_truth = isinstance(has, Boolean)
            return "{column} <> 0" if is_truth else "{column}::integer::{target}"
        return _DIRECT
    if (is_money(had) or is_money(has)) and isinstance(had if is_money(has) else has, _NUMBERS):
        return "{column}::numeric::{target}"
    return _DIRECT if _is_text(had) or _casts_itself(had, has) else _BY_TEXT


def _way_of_arrays(had: Any, has: Any, target: str) -> str | None:
    """Arrays item by item; one value as an array of one, and back only where it is alone."""
    if _is_array(had) and _is_array(has):
        item = _way(had.item_type, has.item_type, target)
        return item if item in {None, _DIRECT} else _BY_TEXT
    if _is_array(had) and isinstance(has, JSON):
        return "to_json({column})::{target}"
    if _is_array(had):
        is_text = _is_text(has)
        return "{column}::text" if is_text else "array_to_string({column}, ',')::{target}"
    if isinstance(had, JSON) and isinstance(has.item_type, (*_NUMBERS, Boolean)):
        return "translate({column}::text, '[]', '{{}}')::{target}"
    if _is_text(had) or isinstance(had, JSON):
        return _DIRECT if _is_text(had) else _BY_TEXT
    value = "{column}::text" if _way(had, has.item_type, target) == _BY_TEXT else "{column}"
    return f"CASE WHEN {{column}} IS NOT NULL THEN ARRAY[{value}]::{{target}} END"


def _as_type(given: Any, dialect: Dialect) -> TypeEngine[Any] | None:
    """The type that the database sees, out of a decorator and of variants."""
    type_ = given() if isinstance(given, type) and issubclass(given, TypeEngine) else given
    if not isinstance(type_, TypeEngine):
        return None
    type_ = type_._variant_mapping.get(dialect.name, type_)
    if isinstance(type_, TypeDecorator) and not isinstance(type_, Interval):
        return _as_type(type_.load_dialect_impl(dialect), dialect)
    return type_


def _casts_itself(had: TypeEngine[Any], has: TypeEngine[Any]) -> bool:
    """Whether a cast belongs to the two types, where by their text it would fail or mean another value."""
    one, other = had.__visit_name__, has.__visit_name__
    return (
        other == f"{one.removesuffix('RANGE')}MULTIRANGE"
        or {one, other} == {"MACADDR", "MACADDR8"}
        or (one == "HSTORE" and isinstance(has, JSON))
        or (is_bit(had) and (is_bit(has) or isinstance(has, Integer)))
        or (isinstance(had, Integer) and is_bit(has))
    )


def _is_automatic(had: TypeEngine[Any], has: TypeEngine[Any]) -> bool:
    if _is_text(has):
        return True
    if isinstance(had, JSON) and isinstance(has, JSON):
        return True
    if isinstance(had, _NUMBERS) and isinstance(has, _NUMBERS):
        return True
    if isinstance(had, _AbstractInterval) and isinstance(has, _AbstractInterval):
        return True
    if is_bit(had) and is_bit(has):
        return not _is_longer(had, has)
    if isinstance(had, _TIMES) and isinstance(has, _TIMES):
        return not isinstance(had, Date | Time) or type(had) is type(has) or _is_moment(had, has)
    return type(had) is type(has) and not isinstance(had, Enum)


def _is_longer(had: BIT, has: BIT) -> bool:
    """Whether bits of one length have to be filled up to another; those that don't fit stay an error."""
    return not has.varying and not had.varying and (has.length or 1) > (had.length or 1)


def _is_moment(had: TypeEngine[Any], has: TypeEngine[Any]) -> bool:
    return isinstance(had, Date | DateTime) and isinstance(has, Date | DateTime)


def _has_cast(had: TypeEngine[Any], has: TypeEngine[Any]) -> bool:
    """Whether the database casts the one to the other; by their text everything can be tried."""
    if isinstance(had, Boolean) or isinstance(has, Boolean):
        other = has if isinstance(had, Boolean) else had
        return isinstance(other, (*_NUMBERS, Boolean))
    between = (_AbstractInterval, Time)
    return _is_moment(had, has) or (isinstance(had, between) and isinstance(has, between))


def _is_integer_with_boolean(had: TypeEngine[Any], has: TypeEngine[Any]) -> bool:
    """The one cast that there is: BIGINT and SMALLINT have none."""
    other = has if isinstance(had, Boolean) else had
    return isinstance(other, Integer) and not isinstance(other, BigInteger | SmallInteger)


def _is_text(type_: TypeEngine[Any]) -> bool:
    return isinstance(type_, String) and not (isinstance(type_, Enum) and type_.native_enum)


def _is_array(type_: TypeEngine[Any]) -> bool:
    return type_.__visit_name__ == "ARRAY"
