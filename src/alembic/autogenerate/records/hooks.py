"""Whether anybody but our own comparators looks at a comparison: then every table is a Table, as documented."""

from __future__ import annotations

from sqlalchemy.schema import Column, MetaData, Table
from sqlalchemy.types import NullType

from alembic.autogenerate.compare.columns import compare_nullable
from alembic.autogenerate.compare.comments import compare_column_comment, compare_table_comment
from alembic.autogenerate.compare.constraints import compare_indexes_and_uniques
from alembic.autogenerate.compare.foreign_keys import compare_foreign_keys
from alembic.autogenerate.compare.server_defaults import (
    compare_computed,
    compare_default,
    compare_default_by_user,
    compare_identity,
    note_autoincrement,
)
from alembic.autogenerate.compare.types import compare_type, compare_type_by_user
from alembic.autogenerate.complete.checks import compare_checks
from alembic.autogenerate.complete.computed import compare_computed_columns
from alembic.autogenerate.complete.conflicts import compare_conflicts
from alembic.autogenerate.complete.constraint_comments import compare_constraint_comments
from alembic.autogenerate.complete.counting import compare_counting
from alembic.autogenerate.complete.indexes import compare_expression_indexes
from alembic.autogenerate.complete.inline_checks import compare_inline_checks
from alembic.autogenerate.complete.keys import compare_exclusions, compare_primary_key
from alembic.autogenerate.complete.options import compare_table_options
from alembic.autogenerate.context import AutogenContext

DIALECTS = frozenset({"sqlite", "postgresql", "mysql", "mariadb"})
"""Those of which is known what makes two records equal."""

PLAIN = frozenset(
    {
        compare_nullable,
        compare_column_comment,
        compare_table_comment,
        compare_indexes_and_uniques,
        compare_foreign_keys,
        compare_computed,
        compare_default,
        compare_default_by_user,
        compare_identity,
        note_autoincrement,
        compare_type,
        compare_type_by_user,
    }
)
"""The comparators that have nothing to say of records that :mod:`.same_table` takes for equal."""

COMPLETE = frozenset(
    {
        compare_checks,
        compare_computed_columns,
        compare_conflicts,
        compare_constraint_comments,
        compare_counting,
        compare_expression_indexes,
        compare_exclusions,
        compare_inline_checks,
        compare_primary_key,
        compare_table_options,
    }
)
"""Those that have nothing to say of records that :mod:`.same_complete` takes for equal as well.

One that is not among them gets to see every table as a Table, which takes its time.
"""

_ANSWERS = (
    "compare_type",
    "compare_server_default",
    "compare_indexes",
    "compare_unique_constraint",
    "correct_for_autogen_constraints",
    "correct_for_autogen_foreignkeys",
    "adjust_reflected_dialect_options",
    "autogen_column_reflect",
    "render_ddl_sql_expr",
    "_tokenize_column_type",
    "_column_types_match",
    "_column_args_match",
)
"""The questions to a dialect's impl whose answers are known, unless somebody gives others."""

_EVENTS = ("column_reflect", "before_parent_attach", "after_parent_attach")


def wants_tables(context: AutogenContext) -> bool:
    """Whether a hook, a plugin or a dialect package is to be shown every table of the database."""
    options = (context.opts.get(name) for name in ("compare_type", "compare_server_default"))
    return (
        context.dialect.name not in DIALECTS
        or context.filters.judges_parts
        or any(callable(option) for option in options)
        or _has_other_comparators(context)
        or _has_other_answers(context)
        or _has_listeners()
    )


def _has_other_comparators(context: AutogenContext) -> bool:
    known = PLAIN | COMPLETE if context.is_complete else PLAIN
    return any(not context.comparators.functions(target) <= known for target in ("table", "column"))


def _has_other_answers(context: AutogenContext) -> bool:
    impl = type(context.migration_context.impl)
    return any(not getattr(impl, name).__module__.startswith("alembic.ddl.") for name in _ANSWERS)


def _has_listeners() -> bool:
    """Whether SQLAlchemy is to tell somebody of every table or column that comes to be."""
    column: Column[None] = Column("x", NullType())
    table = Table("x", MetaData(), column)
    return any(
        bool(getattr(one.dispatch, event))
        for one in (table.metadata, table, column)
        for event in _EVENTS
    )
