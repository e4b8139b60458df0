"""What operations need of the floor above: Protocols, so that no import points upward.

``MigrationContext`` fulfils :class:`MigrationHost`, :class:`~alembic.ddl.impl.DefaultImpl` and the
batch impl fulfil :class:`ImplVerbs`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Any, Protocol

from sqlalchemy import Connection
from sqlalchemy.engine import Dialect

from alembic.ddl.impl import DefaultImpl

DialectKeyword = Any
"""The value of a keyword that one dialect understands (``postgresql_where``, ``mysql_engine`` …)."""


class HasOptions(Protocol):
    """Whatever carries the options of ``configure()``."""

    @property
    def opts(self) -> Mapping[str, Any]:
        """Every option that was given to ``configure()``."""


class MigrationHost(HasOptions, Protocol):
    """The run that operations belong to."""

    @property
    def impl(self) -> DefaultImpl:
        """How this run's dialect carries out verbs."""

    @property
    def dialect(self) -> Dialect:
        """The dialect that is spoken."""

    @property
    def connection(self) -> Connection | None:
        """The connection, what stands for it in a script, or None."""

    @property
    def bind(self) -> Connection | None:
        """The same as ``connection``."""

    @property
    def as_sql(self) -> bool:
        """Whether a script is written and no database is touched."""

    @property
    def strict_keywords(self) -> bool:
        """Whether a verb refuses keywords that it took in silence once and never knew."""

    def autocommit_block(self) -> AbstractContextManager[None]:
        """Run statements outside any transaction."""


class ImplVerbs(Protocol):
    """The verbs that carry out ops: a dialect's impl, or the one that records a batch."""

    @property
    def dialect(self) -> Dialect:
        """The dialect that is spoken."""

    @property
    def create_table(self) -> Callable[..., Any]:
        """(table, if_not_exists)."""

    @property
    def drop_table(self) -> Callable[..., Any]:
        """(table, if_exists)."""

    @property
    def rename_table(self) -> Callable[..., Any]:
        """(old_table_name, new_table_name, schema)."""

    @property
    def create_table_comment(self) -> Callable[..., Any]:
        """(table): its ``comment`` is the new one."""

    @property
    def drop_table_comment(self) -> Callable[..., Any]:
        """(table)."""

    @property
    def add_column(self) -> Callable[..., Any]:
        """(table_name, column, schema, if_not_exists, inline_references, inline_primary_key)."""

    @property
    def alter_column(self) -> Callable[..., Any]:
        """(table_name, column_name, and what is new, what existed, dialect keywords)."""

    @property
    def drop_column(self) -> Callable[..., Any]:
        """(table_name, column, schema, if_exists, and dialect keywords)."""

    @property
    def create_column_comment(self) -> Callable[..., Any]:
        """(column): bound to its table."""

    @property
    def add_constraint(self) -> Callable[..., Any]:
        """(constraint): bound to its table."""

    @property
    def drop_constraint(self) -> Callable[..., Any]:
        """(constraint, if_exists)."""

    @property
    def create_index(self) -> Callable[..., Any]:
        """(index, if_not_exists)."""

    @property
    def drop_index(self) -> Callable[..., Any]:
        """(index, if_exists)."""

    @property
    def validate_constraint(self) -> Callable[..., Any]:
        """(constraint_name, table_name, schema)."""

    @property
    def bulk_insert(self) -> Callable[..., Any]:
        """(table, rows, multiinsert)."""
