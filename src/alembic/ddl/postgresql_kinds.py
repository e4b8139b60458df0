"""What is PostgreSQL's own, told without loading its dialect.

An object of the dialect is met only where somebody has loaded it, and to load it for a question would
cost a comparison on another database a good part of its start.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sqlalchemy.dialects.postgresql import BIT, DOMAIN, ENUM, MONEY, ExcludeConstraint
    from typing_extensions import TypeIs


def is_domain(type_: Any) -> TypeIs[DOMAIN]:
    """Whether a type is a domain."""
    return is_postgresql(type_, "DOMAIN")


def is_postgresql_enum(type_: Any) -> TypeIs[ENUM]:
    """Whether a type is the dialect's own enum."""
    return is_postgresql(type_, "ENUM")


def is_bit(type_: Any) -> TypeIs[BIT]:
    """Whether a type is one of bits."""
    return is_postgresql(type_, "BIT")


def is_money(type_: Any) -> TypeIs[MONEY]:
    """Whether a type is one of amounts of money."""
    return is_postgresql(type_, "MONEY")


def is_exclusion(constraint: Any) -> TypeIs[ExcludeConstraint]:
    """Whether a constraint is an exclude constraint."""
    return is_postgresql(constraint, "ExcludeConstraint")


def is_postgresql(item: Any, name: str) -> bool:
    """Whether an object is of the class of this name in the dialect."""
    dialect = sys.modules.get("sqlalchemy.dialects.postgresql")
    return dialect is not None and isinstance(item, getattr(dialect, name))
