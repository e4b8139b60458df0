"""``mysql_length`` of an index that is over expressions as well as columns.

A length says how many characters of a column an index holds. SQLAlchemy writes it behind whatever an
index is over (``lower(name)(10)``, ``name DESC(10)``), or fails where that has no name.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnClause, Index, literal_column
from sqlalchemy.engine import Dialect
from sqlalchemy.sql import operators
from sqlalchemy.sql.elements import UnaryExpression

_ORDERS = (operators.asc_op, operators.desc_op)


def with_lengths(index: Index, dialect: Dialect) -> Index:
    """The index with its lengths at its columns, where SQLAlchemy would write them elsewhere.

    https://dev.mysql.com/doc/refman/8.4/en/create-index.html#create-index-column-prefixes
    """
    options: Any = index.dialect_options[dialect.name]
    lengths = options.get("length")
    if lengths is None or all(map(_is_column, index.expressions)):
        return index
    keywords = dict(index.dialect_kwargs)
    del keywords[f"{dialect.name}_length"]
    elements = [_with_length(element, lengths, dialect) for element in index.expressions]
    return Index(index.name, *elements, unique=index.unique, _table=index.table, **keywords)


def _with_length(element: Any, lengths: int | Mapping[str, int], dialect: Dialect) -> Any:
    is_ordered = isinstance(element, UnaryExpression) and element.modifier in _ORDERS
    column = element.element if is_ordered else element
    if not _is_column(column):
        return element
    length = lengths.get(column.name) if isinstance(lengths, Mapping) else lengths
    if length is None:
        return element
    quoted = dialect.identifier_preparer.quote(column.name)
    prefix: Any = literal_column(f"{quoted}({int(length)})")
    return UnaryExpression(prefix, modifier=element.modifier) if is_ordered else prefix


def _is_column(element: object) -> bool:
    return isinstance(element, ColumnClause) and not element.is_literal
