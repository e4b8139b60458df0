"""The one table of which comparator runs when, and under which plugin's name it can be left out.

Within a target, FIRST runs before MEDIUM before LAST, and within one of them the table's own order
holds. Comparators of one element end with the first that returns STOP.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from alembic.autogenerate.compare.begin import begin_complete
from alembic.autogenerate.compare.columns import compare_nullable
from alembic.autogenerate.compare.comments import compare_column_comment, compare_table_comment
from alembic.autogenerate.compare.constraints import compare_indexes_and_uniques
from alembic.autogenerate.compare.foreign_keys import compare_foreign_keys
from alembic.autogenerate.compare.schema import compare_schemas
from alembic.autogenerate.compare.server_defaults import (
    compare_computed,
    compare_default,
    compare_default_by_user,
    compare_identity,
    note_autoincrement,
)
from alembic.autogenerate.compare.tables import compare_tables
from alembic.autogenerate.compare.types import compare_type, compare_type_by_user
from alembic.autogenerate.complete.checks import compare_checks
from alembic.autogenerate.complete.computed import compare_computed_columns
from alembic.autogenerate.complete.conflicts import compare_conflicts
from alembic.autogenerate.complete.constraint_comments import compare_constraint_comments
from alembic.autogenerate.complete.counting import compare_counting
from alembic.autogenerate.complete.domains import compare_domains
from alembic.autogenerate.complete.enums import compare_enums
from alembic.autogenerate.complete.indexes import compare_expression_indexes
from alembic.autogenerate.complete.inline_checks import compare_inline_checks
from alembic.autogenerate.complete.keys import compare_exclusions, compare_primary_key
from alembic.autogenerate.complete.options import compare_table_options
from alembic.autogenerate.complete.sequences import compare_sequences
from alembic.autogenerate.complete.validations import compare_validations
from alembic.autogenerate.renames.recognise import look_for_renames
from alembic.runtime.plugins import Plugin
from alembic.util.dispatch import DispatchPriority

FIRST, MEDIUM, LAST = DispatchPriority


class Entry(NamedTuple):
    """One comparator: what it compares, of which element, and when."""

    fn: Callable[..., Any]
    target: str
    element: str | None = None
    priority: DispatchPriority = MEDIUM


ORDER: dict[str, tuple[Entry, ...]] = {
    "alembic.autogenerate.schemas": (Entry(compare_schemas, "autogenerate"),),
    "alembic.autogenerate.tables": (Entry(compare_tables, "schema", "tables"),),
    "alembic.autogenerate.types": (
        Entry(compare_type_by_user, "column", "types", FIRST),
        Entry(compare_type, "column", "types", LAST),
    ),
    "alembic.autogenerate.constraints": (
        Entry(compare_indexes_and_uniques, "table", "indexes"),
        Entry(compare_foreign_keys, "table", "foreignkeys"),
        Entry(compare_nullable, "column", "nullable"),
    ),
    "alembic.autogenerate.defaults": (
        Entry(compare_default_by_user, "column", "server_default", FIRST),
        Entry(compare_computed, "column", "server_default"),
        Entry(compare_identity, "column", "server_default"),
        Entry(note_autoincrement, "column", "server_default"),
        Entry(compare_default, "column", "server_default", LAST),
    ),
    "alembic.autogenerate.comments": (
        Entry(compare_column_comment, "column", "comments"),
        Entry(compare_table_comment, "table", "comments"),
    ),
}

COMPLETE: dict[str, tuple[Entry, ...]] = {
    "alembic.complete.spelling": (Entry(begin_complete, "autogenerate", None, FIRST),),
    "alembic.complete.renames": (Entry(look_for_renames, "autogenerate", None, FIRST),),
    "alembic.complete.enums": (Entry(compare_enums, "schema", "enums", FIRST),),
    "alembic.complete.domains": (Entry(compare_domains, "schema", "domains", FIRST),),
    "alembic.complete.sequences": (Entry(compare_sequences, "schema", "sequences", LAST),),
    "alembic.complete.validations": (Entry(compare_validations, "schema", "validations", LAST),),
    "alembic.complete.keys": (
        Entry(compare_primary_key, "table", "primary_key", LAST),
        Entry(compare_counting, "table", "primary_key", LAST),
        Entry(compare_exclusions, "table", "exclusions", LAST),
        Entry(compare_expression_indexes, "table", "expression_indexes", LAST),
    ),
    "alembic.complete.checks": (
        Entry(compare_checks, "table", "checks", LAST),
        Entry(compare_inline_checks, "table", "checks", LAST),
    ),
    # After what makes and drops the constraints that the clauses belong to.
    "alembic.complete.conflicts": (Entry(compare_conflicts, "table", "conflicts", LAST),),
    "alembic.complete.comments": (
        Entry(compare_constraint_comments, "table", "constraint_comments", LAST),
    ),
    "alembic.complete.computed": (Entry(compare_computed_columns, "table", "computed", FIRST),),
    "alembic.complete.options": (Entry(compare_table_options, "table", "options", FIRST),),
}
"""What more is compared where a project asks for it."""

for _name, _entries in (ORDER | COMPLETE).items():
    _plugin = Plugin(_name)
    for _entry in _entries:
        _plugin.add_autogenerate_comparator(
            _entry.fn, _entry.target, _entry.element, priority=_entry.priority
        )
