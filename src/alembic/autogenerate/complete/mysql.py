"""MySQL's and MariaDB's own: a foreign key has an index, and a type carries its collation.

An index that a foreign key needs can't be dropped before another serves it. One that was made along
with the key stays when the key is dropped, and goes when another index takes its place.
"""

from __future__ import annotations

import copy
import re
from typing import Any

from sqlalchemy.schema import ForeignKeyConstraint, Index, Table
from sqlalchemy.types import NCHAR, NVARCHAR, String

from alembic.autogenerate.complete.along import AlongOps, ImpliedOp, everything
from alembic.autogenerate.complete.at_once import AtOnceOps
from alembic.autogenerate.complete.no_cast import say_missing_casts
from alembic.autogenerate.context import AutogenContext
from alembic.operations.ops.base import MigrateOperation, ModifyTableOps, OpContainer
from alembic.operations.ops.column import AlterColumnOp
from alembic.operations.ops.constraint import (
    CreateForeignKeyOp,
    CreateUniqueConstraintOp,
    DropConstraintOp,
)
from alembic.operations.ops.index import CreateIndexOp, DropIndexOp
from alembic.operations.ops.script import UpgradeOps
from alembic.operations.ops.table import DropTableOp


def keep_keys_indexed(context: AutogenContext, upgrade_ops: UpgradeOps) -> None:
    """Make and drop the indexes that come with foreign keys along with them, in an order that works."""
    _note_indexes_of_dropped_keys(context, upgrade_ops)
    imply_indexes(upgrade_ops)
    for modify in [op for op in upgrade_ops.ops if isinstance(op, ModifyTableOps)]:
        models = context.table_key_to_table.get(_key(modify))
        found = reflected(context, modify)
        if models is not None and found is not None:
            _keep_indexed(modify, found, models)


def finish_mysql(context: AutogenContext, ops: OpContainer) -> None:
    """Say the collation that a type without one falls back to, and what the server can't do."""
    for modify in ops.ops:
        if not isinstance(modify, ModifyTableOps):
            continue
        for op in modify.ops:
            if isinstance(op, AlterColumnOp) and op.modify_type is not None:
                _say_collation(context, modify, op)
        say_missing_casts(context, modify)


def _say_collation(context: AutogenContext, modify: ModifyTableOps, op: AlterColumnOp) -> None:
    had, has = _said_of_characters(op.existing_type), op.modify_type
    if had and isinstance(has, String) and not _said_of_characters(has):
        table = reflected(context, modify)
        default = None if table is None else table.kwargs.get("mysql_collate")
        default = default or (None if table is None else table.kwargs.get("mariadb_collate"))
        if default is not None and default != had:
            said: Any = copy.copy(has)
            said.collation = default
            op.modify_type = said


def _said_of_characters(type_: Any) -> Any:
    """What a type says of its characters: a collation, a character set, or a word that stands for one."""
    if isinstance(type_, NCHAR | NVARCHAR):
        return "national"
    words = ("collation", "charset", "national", "ascii", "unicode", "binary")
    return next((said for word in words if (said := getattr(type_, word, None))), None)


def imply_indexes(container: OpContainer) -> None:
    """A table that is dropped takes its indexes along; those that its keys need stay until then."""
    needed = {
        (op.schema, op.table_name): [
            [element.parent.name for element in key.elements]
            for key in op.to_table().foreign_key_constraints
        ]
        for op in container.ops
        if isinstance(op, DropTableOp) and op._reverse is not None
    }
    for modify in [op for op in container.ops if isinstance(op, ModifyTableOps)]:
        keys = needed.get((modify.schema, modify.table_name), [])
        modify.ops[:] = [ImpliedOp(op) if _serves(op, keys) else op for op in modify.ops]
    for at, op in enumerate(container.ops):
        # The indexes of a new table are beside it: so they are, the other way round, of a dropped one.
        place = (getattr(op, "schema", None), getattr(op, "table_name", None))
        if _serves(op, needed.get(place, [])):  # type: ignore[arg-type]
            container.ops[at] = ImpliedOp(op)


def _note_indexes_of_dropped_keys(context: AutogenContext, upgrade_ops: UpgradeOps) -> None:
    """The index that came with a key which the database has named: it goes by its column, not by the key.

    Nothing is said of it but on the way back, where the key has its name given.
    """
    ops: list[MigrateOperation] = []
    said = {
        (op.schema, op.table_name, op.index_name)
        for op in everything(upgrade_ops)
        if isinstance(op, DropIndexOp)
    }
    for op in upgrade_ops.ops:
        found = None
        if isinstance(op, DropTableOp) and op._reverse is not None:
            found = context.reflected.named(op.schema, op.table_name)
        noted = [
            ImpliedOp(DropIndexOp.from_index(index))
            for key in sorted(_keys(found), key=lambda key: str(key.name))
            for index in _made_for(key)
            if (key.parent.schema, key.parent.name, index.name) not in said
        ]
        ops += [AlongOps(noted), op] if noted else [op]
    upgrade_ops.ops[:] = ops


def _keys(table: Table | None) -> set[ForeignKeyConstraint]:
    return set() if table is None else table.foreign_key_constraints


def _made_for(key: ForeignKeyConstraint) -> list[Index]:
    """The index over a key's columns, where it has not the name that the key would give it."""
    columns = _local(key)
    return [
        index
        for index in sorted(key.parent.indexes, key=lambda index: str(index.name))
        if [column.name for column in index.columns] == columns
        and index.name == columns[0]
        and not index.unique
        and is_given_key(key.parent.name, str(key.name))
    ]


def _serves(op: MigrateOperation, keys: list[list[str]]) -> bool:
    """Whether an op drops an index that one of the keys may need."""
    return isinstance(op, DropIndexOp) and any(
        _starts_with(op.to_index(), columns) for columns in keys
    )


def _keep_indexed(modify: ModifyTableOps, found: Table, models: Table) -> None:
    """The order stays as it is where no foreign key stands in its way."""
    names = {_index_name(op) for op in modify.ops if _is_dropped_index(op)}
    first: list[MigrateOperation] = []
    rest: list[MigrateOperation] = []
    gone: set[str | None] = set()
    for op in modify.ops:
        if isinstance(op, DropConstraintOp) and _is_key(op):
            gone.add(op.constraint_name)
            ops = [op, *_index_after(modify, op, found, models)]
            columns: list[str] = list(getattr(op._reverse, "local_cols", ()))
            # A new index would have the server drop the key's own, before anybody does.
            if _loses_index(found, columns, names) or _gets_index(modify, columns):
                first += ops
            else:
                rest += ops
        elif isinstance(op, CreateForeignKeyOp):
            rest += [*_index_before(modify, op, found, models), op]
        else:
            rest.append(op)
    kept = [key for key in found.foreign_key_constraints if key.name not in gone]
    if any(_loses_index(found, _local(key), names) for key in kept):
        rest = _new_indexes_first(rest)
    modify.ops[:] = first + _together(modify, rest, kept, found)


def _loses_index(found: Table, columns: list[str], names: set[str | None]) -> bool:
    """Whether an index that a key over these columns may need is among those dropped."""
    return any(_starts_with(one, columns) and one.name in names for one in _indexes(found))


def _gets_index(modify: ModifyTableOps, columns: list[str]) -> bool:
    """Whether an index that a key over these columns may need is among those created."""
    made = (op for op in modify.ops if isinstance(op, CreateIndexOp | CreateUniqueConstraintOp))
    return any(_op_columns(op)[: len(columns)] == columns for op in made)


def _local(key: ForeignKeyConstraint) -> list[str]:
    return [element.parent.name for element in key.elements]


def _together(
    modify: ModifyTableOps,
    ops: list[MigrateOperation],
    kept: list[ForeignKeyConstraint],
    found: Table,
) -> list[MigrateOperation]:
    """Put those in one statement that a foreign key doesn't allow one after the other."""
    dropped = [op for op in ops if _is_dropped_index(op)]
    made = [op for op in ops if isinstance(op, CreateIndexOp | CreateUniqueConstraintOp)]
    names = {_index_name(op) for op in dropped}
    grouped: list[MigrateOperation] = []
    along: list[MigrateOperation] = []
    for key in sorted(kept, key=lambda key: str(key.name)):
        columns = _local(key)
        serving = [one for one in _indexes(found) if _starts_with(one, columns)]
        left = [one for one in serving if one.name not in names]
        new = [op for op in made if _op_columns(op)[: len(columns)] == columns]
        own = _own_index(modify, key, found, columns)
        if new and len(left) == 1 and left[0].name == own and isinstance(left[0], Index):
            # The key's own index makes way for one that somebody asked for.
            grouped += new[:1]
            along.append(DropIndexOp.from_index(left[0]))
        elif left or not serving:
            continue
        elif not new:
            grouped += [op for op in dropped if _index_name(op) in {one.name for one in serving}]
            along.append(CreateIndexOp(own, modify.table_name, columns, schema=modify.schema))
        elif all(_index_name(op) in names for op in new):
            pair = {_index_name(op) for op in new}
            grouped += [op for op in (*dropped, *new) if _index_name(op) in pair]
    if not grouped:
        return ops
    once = [op for at, op in enumerate(grouped) if op not in grouped[:at]]
    at = min(ops.index(op) for op in once)
    before = [op for op in ops[:at] if op not in once]
    return [*before, AtOnceOps(once, along), *(op for op in ops[at:] if op not in once)]


def _own_index(
    modify: ModifyTableOps, key: ForeignKeyConstraint, found: Table, columns: list[str]
) -> str:
    """The name of the index that comes with a key: its own, or its column's where it has a given one."""
    name = str(key.name)
    return columns[0] if is_given_key(modify.table_name, name) else name


def is_given_key(table: str, name: str) -> bool:
    """Whether the database may have named a foreign key: ``t_ibfk_1``."""
    return re.fullmatch(rf"{re.escape(table)}_ibfk_\d+", name) is not None


def _is_key(op: MigrateOperation) -> bool:
    return isinstance(op, DropConstraintOp) and op.constraint_type == "foreignkey"


def _new_indexes_first(ops: list[MigrateOperation]) -> list[MigrateOperation]:
    """Indexes of new names before those that are dropped, which may serve a key until then."""
    first = next((at for at, op in enumerate(ops) if _is_dropped_index(op)), None)
    if first is None:
        return ops
    old = {_index_name(op) for op in ops if _is_dropped_index(op)}
    new = [
        op
        for op in ops[first:]
        if isinstance(op, CreateIndexOp | CreateUniqueConstraintOp) and _index_name(op) not in old
    ]
    return [*ops[:first], *new, *(op for op in ops[first:] if op not in new)]


def _is_dropped_index(op: MigrateOperation) -> bool:
    return isinstance(op, DropIndexOp) or (
        isinstance(op, DropConstraintOp) and op.constraint_type == "unique"
    )


def _index_name(op: Any) -> str | None:
    name: str | None = getattr(op, "index_name", None) or getattr(op, "constraint_name", None)
    return name


def _op_columns(op: Any) -> list[str]:
    return [getattr(column, "name", None) or str(column) for column in op.columns]


def _index_before(
    modify: ModifyTableOps, op: CreateForeignKeyOp, found: Table, models: Table
) -> list[MigrateOperation]:
    """The index that the database makes for a new key: the way back drops it."""
    columns = list(op.local_cols)
    kept = [one for one in _indexes(found) if not _is_passed_on(modify, one.name)]
    is_kept = any(_starts_with(one, columns) for one in kept)
    if _is_indexed(models, columns) or is_kept or op.constraint_name is None:
        return []
    is_given = is_given_key(modify.table_name, op.constraint_name)
    name = columns[0] if is_given else op.constraint_name
    made = CreateIndexOp(name, modify.table_name, columns, schema=modify.schema)
    return [AlongOps([ImpliedOp(made)])]


def _index_after(
    modify: ModifyTableOps, op: Any, found: Table, models: Table
) -> list[MigrateOperation]:
    if op._reverse is None:
        return []
    columns = list(op._reverse.local_cols)
    if not _is_passed_on(modify, op.constraint_name) and not _is_indexed(models, columns):
        for other in models.foreign_key_constraints:
            if [element.parent.name for element in other.elements] == columns:
                return []
    kept = {index.name for index in models.indexes}
    dropped = {one.index_name for one in modify.ops if isinstance(one, DropIndexOp)}
    return [
        AlongOps([DropIndexOp.from_index(index)])
        for index in sorted(found.indexes, key=lambda index: str(index.name))
        if index.name not in kept | dropped
        and not index.unique
        and [column.name for column in index.columns] == columns
    ]


def _is_passed_on(modify: ModifyTableOps, name: str | None) -> bool:
    """Whether a key that is dropped passes its name on to a new one, which brings an index of this name."""
    keys = [op for op in modify.ops if isinstance(op, DropConstraintOp) and _is_key(op)]
    made = [op for op in modify.ops if isinstance(op, CreateForeignKeyOp)]
    return any(
        drop.constraint_name == name == make.constraint_name
        and [*make.local_cols] != [*getattr(drop._reverse, "local_cols", make.local_cols)]
        for drop in keys
        for make in made
    )


def _key(modify: ModifyTableOps) -> str:
    return f"{modify.schema}.{modify.table_name}" if modify.schema else modify.table_name


def reflected(context: AutogenContext, modify: ModifyTableOps) -> Table | None:
    """The table as it was read from the database."""
    return context.reflected.named(modify.schema, modify.table_name)


def _indexes(table: Table) -> list[Any]:
    """What indexes the columns of a table: its indexes, unique constraints and primary key."""
    kinds = {"primary_key_constraint", "unique_constraint"}
    constraints = [one for one in table.constraints if one.__visit_name__ in kinds]
    return [*table.indexes, *constraints]


def _starts_with(index: Any, columns: list[str]) -> bool:
    return [column.name for column in index.columns][: len(columns)] == columns


def _is_indexed(table: Table, columns: list[str]) -> bool:
    return any(_starts_with(one, columns) for one in _indexes(table))
