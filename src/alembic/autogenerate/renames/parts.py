"""Indexes and constraints that only have another name: renamed where the database can.

They are recognised among the ops, by what the dropped one and the created one are. What follows from a
table or column that was renamed needs no question: a rename and a drop with an add come to the same,
but for the work.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Iterator
from typing import Any, NamedTuple

from sqlalchemy import exc
from sqlalchemy.schema import AddConstraint, CreateIndex, Index

from alembic.autogenerate.ask import Questioner
from alembic.autogenerate.complete.statements import StatementsOp
from alembic.autogenerate.context import AutogenContext
from alembic.autogenerate.renames.found import decided, is_hinted
from alembic.autogenerate.renames.free_names import dropped_names
from alembic.autogenerate.renames.model import Kind, Rename, Suspicion
from alembic.autogenerate.renames.write import part_op
from alembic.autogenerate.spelled.facts import Fact, TableName
from alembic.operations.ops.base import MigrateOperation, ModifyTableOps
from alembic.operations.ops.constraint import AddConstraintOp, DropConstraintOp
from alembic.operations.ops.index import CreateIndexOp, DropIndexOp
from alembic.operations.ops.script import UpgradeOps

RENAMES = {
    "postgresql": {"index", "unique", "primarykey", "foreignkey", "check", "exclude"},
    "mysql": {"index"},
    "mariadb": {"index"},
}
"""What has a statement that renames it: PostgreSQL's ``ALTER INDEX`` and ``RENAME CONSTRAINT``, MySQL's
``RENAME INDEX``. A unique constraint of MySQL is an index."""

MYSQL = frozenset({"mysql", "mariadb"})

log = logging.getLogger("alembic.autogenerate.compare.renames")

_FACTS = {"primarykey": "primary"}
_WORDS = {"primary": "primarykey"}
_STATEMENTS = {"remove_exclusion": "exclude", "remove_constraint": "unique"}
"""Diffs of what is dropped as the database spells it: … schema, table, name, definition."""

_PLAIN = "renamed"


class Part(NamedTuple):
    """An index or constraint that an op drops or creates; ``word`` is its kind as constraints tell it."""

    word: str
    name: str
    op: MigrateOperation
    says: str | None

    @property
    def kind(self) -> Kind:
        """What is said of it."""
        return Kind.INDEX if self.word == "index" else Kind.CONSTRAINT


def rename_parts(
    context: AutogenContext,
    upgrade_ops: UpgradeOps,
    affected: Collection[TableName],
    questioner: Questioner,
) -> tuple[list[Rename], list[Rename]]:
    """Put a rename in the place of each drop and create that come to one.

    Gives these renames, and those that are left to be made in the end, when what has the new name by now
    is out of the way. What is in the tables of ``affected`` has reason to have other names.
    """
    renames: list[Rename] = []
    late: list[Rename] = []
    taken = dropped_names(upgrade_ops)
    for modify in upgrade_ops.ops:
        if isinstance(modify, ModifyTableOps):
            every, unlike = _pairs(context, modify)
            _leave(context, unlike, questioner, "they differ by more than the name")
            able = RENAMES.get(context.dialect.name, set())
            pairs = {one: pair for one, pair in every.items() if pair[0].word in able}
            unable = [one for one in every if one not in pairs]
            _leave(
                context, unable, questioner, f"no statement of {context.dialect.name} renames it"
            )
            if not pairs:
                continue
            if (modify.schema, modify.table_name) in affected:
                wished = questioner.wished(list(pairs), context.dialect.default_schema_name)
                chosen = _without_choice([*wished, *pairs])
            else:
                chosen = _chosen(context, pairs, questioner)
            for one in chosen:
                _replace(context, modify, one, *pairs[one], is_late=one.new in taken)
            late += [one for one in chosen if one.new in taken]
            renames += [one for one in chosen if one.new not in taken]
    return renames, late


Pairs = dict[Rename, tuple[Part, Part]]


def _pairs(context: AutogenContext, modify: ModifyTableOps) -> tuple[Pairs, list[Rename]]:
    """What is dropped and created under another name: the same but for that, and the others."""
    gone = [part for op in modify.ops for part in _dropped(context, op)]
    new = [part for op in modify.ops for part in _created(context, op)]
    every = {
        Rename(old.kind, modify.schema, modify.table_name, old.name, made.name): (old, made)
        for old in gone
        for made in new
        if old.word == made.word and old.name != made.name
    }
    alike = {one: pair for one, pair in every.items() if _is_same(context, modify, *pair)}
    return alike, [one for one in every if one not in alike]


def _leave(context: AutogenContext, unable: list[Rename], questioner: Questioner, why: str) -> None:
    """Grant the wish for what a drop and a create come to, or are needed for."""
    default = context.dialect.default_schema_name
    for one in questioner.wished(unable, default) if unable else ():
        log.info("The %s %s is dropped and created: %s", one.kind.value, one.place, why)


def _without_choice(pairs: Iterable[Rename]) -> list[Rename]:
    """Each name once, the first that have it."""
    found: list[Rename] = []
    for one in pairs:
        if not any(one.old == other.old or one.new == other.new for other in found):
            found.append(one)
    return found


def _chosen(context: AutogenContext, pairs: Pairs, questioner: Questioner) -> list[Rename]:
    hinted = [one for one, (_, made) in pairs.items() if _is_hinted(made, one.old)]
    suspicions = [Suspicion(one, ("the same but for the name",), 1) for one in pairs]
    return decided(context, questioner, list(pairs), hinted, suspicions)


def _is_hinted(part: Part, old: str) -> bool:
    item: Any = part.op.to_index() if isinstance(part.op, CreateIndexOp) else _constraint(part.op)
    return is_hinted(item, old)


def _constraint(op: Any) -> Any:
    return op.to_constraint()


def _replace(
    context: AutogenContext,
    modify: ModifyTableOps,
    rename: Rename,
    old: Part,
    made: Part,
    *,
    is_late: bool,
) -> None:
    renamed = [] if is_late else [part_op(context.dialect, rename)]
    ops: list[MigrateOperation] = []
    for op in modify.ops:
        if op is made.op:
            ops += renamed
        elif op is not old.op:
            ops.append(op)
    modify.ops[:] = ops


# --- what they are ---------------------------------------------------------------------------------


def _dropped(context: AutogenContext, op: MigrateOperation) -> Iterator[Part]:
    if isinstance(op, DropIndexOp) and op.index_name is not None and op._reverse is not None:
        yield _part(context, "index", op.index_name, op, op.to_index())
    elif isinstance(op, DropConstraintOp) and op.constraint_name and op._reverse is not None:
        word = op.constraint_type or ""
        yield _part(context, _WORDS.get(word, word), op.constraint_name, op, op.to_constraint())
    elif isinstance(op, StatementsOp) and op.diff[0] in _STATEMENTS and len(op.diff) == 5:
        yield Part(_STATEMENTS[op.diff[0]], op.diff[3], op, None)


def _created(context: AutogenContext, op: MigrateOperation) -> Iterator[Part]:
    if isinstance(op, CreateIndexOp) and op.index_name is not None:
        index = op.to_index()
        yield _part(context, "index", _final(context, index), op, index)
    elif isinstance(op, AddConstraintOp):
        constraint: Any = op.to_constraint()
        if isinstance(constraint.name, str):
            yield _part(context, op.constraint_type, _final(context, constraint), op, constraint)


def _final(context: AutogenContext, item: Any) -> str:
    """The name as the database gets it."""
    preparer = context.dialect.identifier_preparer
    return str(preparer.format_constraint(item, _alembic_quote=False))


def _part(context: AutogenContext, word: str, name: str, op: MigrateOperation, item: Any) -> Part:
    """With the statement that creates it under a name that stands for any, None where there is none."""
    if word == "unique" and context.dialect.name in MYSQL:
        word, item = "index", Index(_PLAIN, *item.columns, unique=True)
    item.name = _PLAIN
    element = CreateIndex(item) if isinstance(item, Index) else AddConstraint(item)
    try:
        says = str(element.compile(dialect=context.dialect))
    except (exc.CompileError, KeyError):  # KeyError: a column that is only included
        return Part(word, name, op, None)
    # Reflection says of every key of PostgreSQL what holds where nothing is said.
    return Part(word, name, op, says.replace(" NULLS DISTINCT", ""))


def _is_same(context: AutogenContext, modify: ModifyTableOps, old: Part, made: Part) -> bool:
    """By the database's own spelling where it is known of both, else by the statements that create them."""
    kind = _FACTS.get(old.word, old.word)
    place = (kind, modify.schema, modify.table_name)
    had = context.spelled.existing.get(Fact(*place, old.name))
    has = context.spelled.wanted.get(Fact(*place, made.name))
    if had is not None and has is not None:
        return had == has
    return old.says is not None and old.says == made.says
