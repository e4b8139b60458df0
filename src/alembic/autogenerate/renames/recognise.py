"""From drops and adds to renames: decide, compare once more with what has its old names, write.

The database is compared with the models as they were before the renames (:mod:`.before`): what else
differs comes first and under old names, the renames come last, and every row stays.
"""

from __future__ import annotations

import copy
import logging
from collections.abc import Callable, Iterator, Sequence

from sqlalchemy import exc
from sqlalchemy.schema import MetaData, Table

from alembic.autogenerate.ask import Questioner
from alembic.autogenerate.context import AutogenContext
from alembic.autogenerate.records.reflected import Reflected
from alembic.autogenerate.renames.before import models_before
from alembic.autogenerate.renames.follow import followers
from alembic.autogenerate.renames.found import LOOKS, find_renames
from alembic.autogenerate.renames.free_names import free_names
from alembic.autogenerate.renames.model import Kind, Rename
from alembic.autogenerate.renames.parts import rename_parts
from alembic.autogenerate.renames.schemas import schema_ops
from alembic.autogenerate.renames.turns import in_turn
from alembic.autogenerate.renames.write import SuspicionNote, column_op, part_op, table_op
from alembic.autogenerate.spelled.facts import Spelled, TableName
from alembic.operations.ops.base import MigrateOperation
from alembic.operations.ops.script import UpgradeOps

log = logging.getLogger("alembic.autogenerate.compare.renames")

Compare = Callable[[AutogenContext, UpgradeOps], None]


def look_for_renames(context: AutogenContext, upgrade_ops: UpgradeOps) -> None:
    """Have renames looked for that nobody spoke of."""
    context.memo[LOOKS] = True


def recognise_renames(
    context: AutogenContext, upgrade_ops: UpgradeOps, questioner: Questioner, compare: Compare
) -> AutogenContext:
    """Put renames in the place of drops and adds in ``upgrade_ops``, which ``compare`` has filled.

    Gives the context of the comparison that holds: another one where there are renames.
    """
    renames = find_renames(context, upgrade_ops, questioner)
    for one in renames:
        log.info("Detected renamed %s", one)
    if renames:
        context = _as_before(context, renames)
        upgrade_ops.ops[:] = []
        log.info("Comparing anew, with the old names for the new ones")
        compare(context, upgrade_ops)
    affected = _affected(context.sorted_tables, renames)
    parts, late = rename_parts(context, upgrade_ops, affected, questioner)
    for one in [*parts, *late]:
        log.info("Detected renamed %s", one)
    if renames or context.is_complete:
        free_names(upgrade_ops)
    upgrade_ops.ops += _ops(context, upgrade_ops, [*renames, *late], parts)
    questioner.renames += [*renames, *parts, *late]
    return context


def say_suspicions(upgrade_ops: UpgradeOps, questioner: Questioner, known: int) -> None:
    """Say, in the file and on the console, which drops and adds may be renames.

    ``known`` of the suspicions are those of other databases.
    """
    suspicions = questioner.suspicions[known:]
    upgrade_ops.ops[:0] = [SuspicionNote(one) for one in suspicions]
    for one in suspicions:
        log.warning(
            "%s %r may have been renamed to %r (%s); it is dropped and added unless --rename %s is given",
            one.rename.kind.value.capitalize(),
            one.rename.place,
            one.rename.new,
            ", ".join(one.evidence),
            one.rename.flag,
        )


def _as_before(context: AutogenContext, renames: Sequence[Rename]) -> AutogenContext:
    """A context of the same database, its models under their old names."""
    given = context.metadata
    assert given is not None
    metadatas = [given] if isinstance(given, MetaData) else list(given)
    before = copy.copy(context)
    before.metadata = models_before(metadatas, renames, context.dialect)
    before.memo = {key: value for key, value in context.memo.items() if key == LOOKS}
    before.spelled = Spelled()
    before.reflected = Reflected()
    vars(before).pop("sorted_tables", None)
    # The copies hold their tables under the keys that the models have.
    tables = [table for metadata in before.metadata for table in metadata.tables.values()]
    vars(before)["table_key_to_table"] = {table.fullname: table for table in tables}
    return before


def _affected(tables: Sequence[Table], renames: Sequence[Rename]) -> set[TableName]:
    """The tables, by their old names, whose indexes and constraints may have names that went along."""
    own: set[TableName] = set()
    for one in renames:
        if one.kind is Kind.TABLE:
            own.add((one.schema, one.old))
        elif one.kind in {Kind.COLUMN, Kind.SCHEMA} and one.parent is not None:
            own.add((one.schema, one.parent))
    return own | {
        (table.schema, table.name) for table in tables if own and own & set(_referred(table))
    }


def _referred(table: Table) -> Iterator[TableName]:
    for key in table.foreign_key_constraints:
        try:
            yield key.referred_table.schema, key.referred_table.name
        except exc.NoReferenceError:
            continue  # in nobody's models


def _ops(
    context: AutogenContext,
    upgrade_ops: UpgradeOps,
    renames: Sequence[Rename],
    parts: Sequence[Rename],
) -> Iterator[MigrateOperation]:
    """The renames of one run, tables last: until then everything is found under old names."""
    tables = {(table.schema, table.name): table for table in context.sorted_tables}
    inside = [one for one in renames if one.kind not in {Kind.TABLE, Kind.SCHEMA}]
    whole_tables = [one for one in renames if one.kind is Kind.TABLE]
    made_up = followers(context, upgrade_ops, tables, renames, parts)
    for step, whole in in_turn([*inside, *made_up], context.dialect):
        if step.kind is Kind.COLUMN:
            table = tables[step.schema, str(step.parent)]
            column = next(column for column in table.columns if column.name == whole.old)
            yield column_op(step, column)
        else:
            yield part_op(context.dialect, step)
    for step, _ in in_turn(whole_tables, context.dialect):
        yield table_op(step)
    yield from schema_ops(context, renames)
