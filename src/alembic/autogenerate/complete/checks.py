"""Check constraints of a table on both sides, by their names and by what they say."""

from __future__ import annotations

import logging
import re
from typing import Any

from sqlalchemy import text
from sqlalchemy.schema import CheckConstraint, Table
from sqlalchemy.sql.elements import conv

from alembic.autogenerate.colons import as_text
from alembic.autogenerate.context import AutogenContext
from alembic.autogenerate.spelled.facts import Fact
from alembic.autogenerate.spelled.sqlite import normal
from alembic.ddl.sqlite_schema.tokens import SchemaNotUnderstood, tokenize
from alembic.operations.ops.base import ModifyTableOps
from alembic.operations.ops.constraint import CreateCheckConstraintOp, DropConstraintOp

_ANY_OF = re.compile(
    r"\(*(\w+)\)?::text = ANY \(\(?ARRAY\[((?:'(?:[^']|'')*'::character varying(?:, )?)+)\]\)?::text\[\]\)+"
)
_TEXT_CAST = re.compile(r"::(?:text|character varying(?:\(\d+\))?)(?:\[\])?")
_ONE_IN_BRACKETS = re.compile(r"(?<!\w)\(('(?:[^']|'')*'|\w+|ARRAY\[[^\[\]]*\])\)")

UNKNOWN = "?"
"""What a check says of which only the name is known."""

log = logging.getLogger("alembic.autogenerate.compare.constraints")


def compare_checks(
    context: AutogenContext,
    modify: ModifyTableOps,
    schema: str | None,
    table_name: str,
    conn_table: Table | None,
    metadata_table: Table | None,
) -> None:
    """Ops for the checks that are removed, changed and added.

    A check without a name is told by what it says; where the database names it, it has that name on
    both sides.
    """
    if conn_table is None or metadata_table is None:
        return
    existing = _in_database(context, conn_table)
    wanted = _in_models(context, metadata_table)
    _settle_given_names(existing, wanted)
    told = {said for said, one in wanted.values() if not isinstance(one.name, str)}
    for name, (said, constraint) in existing.items():
        if Fact("inherited", schema, table_name, name) in context.spelled.existing:
            continue  # it goes with that of the parent
        is_told = said in told or UNKNOWN in told
        if name not in wanted and not (_is_given(name, constraint) and is_told):
            _remove(context, modify, name, constraint)
    for name, (said, constraint) in wanted.items():
        if name in existing and said != UNKNOWN and existing[name][0] != said:
            _change(context, modify, name, existing[name][1], constraint)
    told = {said for name, (said, one) in existing.items() if _is_given(name, one)}
    for name, (said, constraint) in wanted.items():
        unnamed = not isinstance(constraint.name, str)
        if _comes_with_column(constraint, conn_table):
            continue
        if name not in existing and not (unnamed and (said in told or said == UNKNOWN)):
            _add(context, modify, name, constraint)


def _settle_given_names(existing: Checks, wanted: Checks) -> None:
    """Know those of the models that have no name by the names that the database has given them.

    It counts them through, so that the second of them becomes the first where the first is gone.
    """
    had = {said: name for name, (said, one) in existing.items() if _is_given(name, one)}
    unnamed = {name: one for name, one in wanted.items() if not isinstance(one[1].name, str)}
    for name in unnamed:
        del wanted[name]
    there = {had[one[0]]: name for name, one in unnamed.items() if one[0] in had}
    wanted |= {given: unnamed.pop(name) for given, name in there.items() if given not in wanted}
    for name, one in unnamed.items():
        wanted[_free(name, wanted)] = one


def _free(name: str, wanted: Checks) -> str:
    """The name, or the next one that would be given."""
    number, free, stem = 0, name, name.rstrip("0123456789")
    while free in wanted:
        number += 1
        free = f"{stem}{number}"
    return free


def _comes_with_column(constraint: CheckConstraint, conn_table: Table) -> bool:
    """Whether it belongs to a new column, or to its type, and is added with it."""
    column: Any = getattr(constraint, "_of_column", None)
    if column is not None:
        return column.name not in conn_table.columns
    if not getattr(constraint, "_type_bound", False):
        return False
    return any(column.name not in conn_table.columns for column in constraint.columns)


def _is_given(name: str, constraint: CheckConstraint) -> bool:
    """Whether a name may be one that the database has made up: then what it says counts."""
    if not isinstance(constraint.name, str):
        return True
    return re.search(r"^CONSTRAINT_\d+$|_check\d*$", name) is not None


def _remove(
    context: AutogenContext, modify: ModifyTableOps, name: str, constraint: CheckConstraint
) -> None:
    if context.run_object_filters(constraint, name, "check_constraint", True, None):
        modify.ops.append(_dropped(constraint))
        log.info("Detected removed check constraint %r on table %r", name, modify.table_name)


def _add(
    context: AutogenContext, modify: ModifyTableOps, name: str, constraint: CheckConstraint
) -> None:
    if context.run_object_filters(constraint, name, "check_constraint", False, None):
        op = CreateCheckConstraintOp.from_constraint(constraint)
        if op.constraint_name is None and context.dialect.name != "sqlite":
            op.constraint_name = conv(name)
        modify.ops.append(op)
        log.info("Detected added check constraint %r on table %r", name, modify.table_name)


def _change(
    context: AutogenContext,
    modify: ModifyTableOps,
    name: str,
    existing: CheckConstraint,
    wanted: CheckConstraint,
) -> None:
    if context.run_object_filters(wanted, name, "check_constraint", False, existing):
        created = CreateCheckConstraintOp.from_constraint(wanted)
        created.constraint_name = created.constraint_name or conv(name)
        modify.ops += [_dropped(existing), created]
        log.info("Detected changed check constraint %r on table %r", name, modify.table_name)


def _dropped(constraint: CheckConstraint) -> DropConstraintOp:
    """Drop a check, and remember it as somebody would write it."""
    dropped = DropConstraintOp.from_constraint(constraint)
    if isinstance(dropped._reverse, CreateCheckConstraintOp):
        dropped._reverse.condition = as_written(constraint.sqltext)
    return dropped


def as_written(condition: Any) -> Any:
    """A condition as somebody would write it.

    PostgreSQL spells ``e IN ('a')`` as an array, and would spell that array otherwise the next time.
    """
    written = _ANY_OF.fullmatch(str(condition))
    if written is None:
        return condition
    values = re.sub(r"::character varying\b", "", written[2])
    return text(as_text(f"{written[1]} IN ({values})"))


Checks = dict[str, tuple[str, CheckConstraint]]
"""Name → (what it says in the database's spelling, the constraint)."""


def _in_database(context: AutogenContext, table: Table) -> Checks:
    found = [one for one in table.constraints if isinstance(one, CheckConstraint)]
    parents = {"table_name": table.name, "schema_name": table.schema}
    facts = dict(context.spelled.items(context.spelled.existing, "check", table.schema, table.name))
    inline = dict(
        context.spelled.items(context.spelled.existing, "inline", table.schema, table.name)
    )
    checks: Checks = {}
    for check in found:
        sqltext = str(check.sqltext)
        name = check.name if isinstance(check.name, str) else _unnamed(sqltext, facts)
        if inline.get(name):
            continue  # MariaDB names a column's own check after the column
        if context.run_name_filters(name, "check_constraint", dict(parents)):
            checks[name] = (settled(facts.get(name, sqltext)), check)
    return dict(sorted(checks.items()))


def settled(said: str) -> str:
    """A condition as PostgreSQL gives it back however often it was given its own spelling.

    It moves casts to text into arrays and out of them: ``(ARRAY['a'::character varying])::text[]`` comes
    back as ``ARRAY[('a'::character varying)::text]``.
    """
    said = _TEXT_CAST.sub("", said)
    while (bare := _ONE_IN_BRACKETS.sub(r"\1", said)) != said:
        said = bare
    return said


def _unnamed(sqltext: str, facts: dict[str, str]) -> str:
    """What an unnamed check of SQLite goes by: what it says."""
    try:
        said = normal(tokenize(sqltext))
    except SchemaNotUnderstood:
        return sqltext
    return said if said in facts else sqltext


def _in_models(context: AutogenContext, table: Table) -> Checks:
    """What they say is UNKNOWN where the database could not be asked: then names alone count."""
    facts = dict(context.spelled.items(context.spelled.wanted, "check", table.schema, table.name))
    created: list[Any] = [one for one in checks_of(context, table) if _is_created(one, context)]
    if not created:
        return {}
    if not context.spelled.knows(table.schema, table.name):
        return {
            _final_name(one, context) or f"{UNKNOWN}{number}": (UNKNOWN, one)
            for number, one in enumerate(created)
        }
    named: dict[str, CheckConstraint] = {}
    unnamed: list[CheckConstraint] = []
    for constraint in sorted(created, key=lambda one: one._creation_order):
        name = _final_name(constraint, context)
        if name is None:
            unnamed.append(constraint)
        else:
            named[name] = constraint
    checks: Checks = {
        name: (settled(facts[name]), constraint)
        for name, constraint in named.items()
        if name in facts
    }
    left = [name for name in facts if name not in named]
    for constraint in unnamed:
        name = _match(constraint, left, facts, context)
        if name is not None:
            left.remove(name)
            checks[name] = (settled(facts[name]), constraint)
    return dict(sorted(checks.items()))


def checks_of(context: AutogenContext, table: Table) -> list[Any]:
    """The checks of a table, those written in a column included.

    MariaDB keeps those apart: they are part of the column's definition.
    """
    checks: list[Any] = [one for one in table.constraints if isinstance(one, CheckConstraint)]
    if context.dialect.name in {"mysql", "mariadb"}:
        return checks
    for column in table.columns:
        for check in column.constraints:
            if isinstance(check, CheckConstraint):
                own = CheckConstraint(check.sqltext, name=check.name, **check.dialect_kwargs)
                own.parent = table  # the user's table is not to hold it
                own._of_column = column  # type: ignore[attr-defined]
                own._creation_order = check._creation_order
                checks.append(own)
    return checks


def _match(
    constraint: CheckConstraint, names: list[str], facts: dict[str, str], context: AutogenContext
) -> str | None:
    """The name under which the database has an unnamed constraint: the one that sounds most like it."""
    said = _words(context.migration_context.impl.render_ddl_sql_expr(constraint.sqltext))
    scored = [(len(said ^ _words(facts[name])), name) for name in names]
    return min(scored)[1] if scored else None


def _words(sql: str) -> frozenset[str]:
    cleaned = "".join(letter if letter.isalnum() or letter == "_" else " " for letter in sql)
    return frozenset(cleaned.lower().split())


def _final_name(constraint: CheckConstraint, context: AutogenContext) -> str | None:
    if not isinstance(constraint.name, str):
        return None
    preparer = context.dialect.identifier_preparer
    name = preparer.format_constraint(constraint, _alembic_quote=False)
    return None if name is None else str(name)


def _is_created(constraint: Any, context: AutogenContext) -> bool:
    """Whether it is a check, and one that this dialect gets: a type's own may be for some only."""
    if not isinstance(constraint, CheckConstraint):
        return False
    rule = getattr(constraint, "_create_rule", None)
    return rule is None or bool(rule(context.dialect.statement_compiler(context.dialect, None)))
