"""Indexes and unique constraints of a table on both sides.

The two are compared together, by name: databases make one of the other, and tell them apart or don't.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import asc, desc, nulls_first, nulls_last, text
from sqlalchemy.schema import Constraint, Index, PrimaryKeyConstraint, Table, UniqueConstraint
from sqlalchemy.sql.elements import conv

from alembic.autogenerate.colons import as_text
from alembic.autogenerate.complete.checks import as_written, settled
from alembic.autogenerate.complete.indexes import compare_expression_indexes, with_directions
from alembic.autogenerate.complete.key_columns import key_columns
from alembic.autogenerate.complete.keys import with_deferral
from alembic.autogenerate.context import AutogenContext
from alembic.autogenerate.spelled.facts import Fact
from alembic.ddl.signature import ComparisonResult, has_expressions
from alembic.operations.ops.base import MigrateOperation, ModifyTableOps
from alembic.operations.ops.constraint import CreateUniqueConstraintOp, DropConstraintOp
from alembic.operations.ops.index import CreateIndexOp, DropIndexOp

log = logging.getLogger(__name__)

_MYSQL = frozenset({"mysql", "mariadb"})

SORTINGS: dict[str, Callable[[Any], Any]] = {
    "asc": asc,
    "desc": desc,
    "nulls_first": nulls_first,
    "nulls_last": nulls_last,
    "nullsfirst": nulls_first,
    "nullslast": nulls_last,
}


@dataclass(slots=True)
class Side:
    """The indexes and unique constraints of one side; dialects may take some out of the sets."""

    indexes: set[Index]
    uniques: set[UniqueConstraint]

    def by_name(self, context: AutogenContext) -> dict[str, Index | UniqueConstraint]:
        """Those that have a name, after naming conventions, in the names' order."""
        items: list[Index | UniqueConstraint] = [*self.uniques, *self.indexes]
        named = {name: item for item in items if (name := name_of(item, context)) is not None}
        return dict(sorted(named.items(), key=lambda pair: pair[0]))

    def unnamed_uniques(self, context: AutogenContext) -> list[UniqueConstraint]:
        """Unique constraints that the database will name, in their columns' order."""
        unnamed = [item for item in self.uniques if name_of(item, context) is None]
        return sorted(unnamed, key=_columns)


def compare_indexes_and_uniques(
    context: AutogenContext,
    modify: ModifyTableOps,
    schema: str | None,
    table_name: str,
    conn_table: Table | None,
    metadata_table: Table | None,
) -> None:
    """Ops for what is removed, then for what is changed, then for what is added.

    A table that is created or dropped takes its unique constraints along; its indexes are ops of
    their own.
    """
    wanted = _in_models(metadata_table)
    existing, duplicated = _in_database(context, schema, table_name, conn_table)
    if conn_table is not None:
        if metadata_table is not None and _are_expressions_compared(context):
            _leave_expressions(existing, wanted)
        context.migration_context.impl.correct_for_autogen_constraints(
            existing.uniques, existing.indexes, wanted.uniques, wanted.indexes
        )
        if not context.is_complete and context.dialect.name in _MYSQL:
            names = set(wanted.by_name(context))
            existing.indexes -= {
                index
                for index in existing.indexes
                if _may_be_of_key(index) and index.name not in names
            }
    if context.is_complete and metadata_table is not None:
        wanted.uniques -= _redundant(context, existing, wanted, metadata_table)
    _settle_duplicates(context, existing, wanted, duplicated)
    if conn_table is None or metadata_table is None:
        existing.uniques.clear()
        wanted.uniques.clear()
    _Comparison(context, modify, existing, wanted).run()


def _are_expressions_compared(context: AutogenContext) -> bool:
    """Whether another comparator sees to SQLite's indexes over expressions, by the text that it keeps."""
    is_sqlite = context.dialect.name == "sqlite"
    return is_sqlite and context.is_compared_by(compare_expression_indexes)


def _leave_expressions(existing: Side, wanted: Side) -> None:
    expressive = {index for index in wanted.indexes if has_expressions(index)}
    names = {index.name for index in expressive}
    wanted.indexes -= expressive
    existing.indexes -= {index for index in existing.indexes if index.name in names}


def _may_be_of_key(index: Index) -> bool:
    """Whether it is named as the server names the index of a foreign key, which may be gone by now.

    Only a complete comparison asks whether there is such a key.
    """
    first = next(iter(index.columns), None)
    return first is not None and not index.unique and index.name == first.name


class _Comparison:
    """One table's indexes and unique constraints; each method adds ops of one kind."""

    def __init__(
        self, context: AutogenContext, modify: ModifyTableOps, existing: Side, wanted: Side
    ) -> None:
        self.context = context
        self.modify = modify
        self.existing = existing.by_name(context)
        self.wanted = wanted.by_name(context)
        self.unnamed_wanted = wanted.unnamed_uniques(context)
        self.unnamed_existing = existing.unnamed_uniques(context)

    def run(self) -> None:
        nameless = {self._columns(item) for item in self.unnamed_wanted}
        standing = self._standing_for_unnamed()
        for name, item in self.existing.items():
            if name not in self.wanted and name not in standing:
                self._remove(item, None)
        for name, item in self.wanted.items():
            if name in self.existing:
                self._compare(self.existing[name], item)
        if self.context.is_complete and self.context.dialect.name == "sqlite":
            self._remove_unnamed(nameless)
        for name, item in self.wanted.items():
            if name not in self.existing:
                self._add(item, None)
        present = {
            self._columns(item)
            for item in (*self.existing.values(), *self.unnamed_existing)
            if isinstance(item, UniqueConstraint) and not self._is_otherwise(str(item.name))
        }
        for item in self.unnamed_wanted:
            if self._columns(item) not in present:
                self._add(item, None)

    def _standing_for_unnamed(self) -> set[str]:
        """The database's names of the unique constraints that the models leave without one."""
        open_places = Counter(self._columns(item) for item in self.unnamed_wanted)
        standing: set[str] = set()
        for name, item in self.existing.items():
            if name in self.wanted or not isinstance(item, UniqueConstraint):
                continue
            columns = self._columns(item)
            if open_places[columns] > 0 and not self._is_otherwise(name):
                standing.add(name)
                # Of several, the established release leaves all alone.
                open_places[columns] -= self.context.is_complete
        return standing

    def _is_otherwise(self, name: str) -> bool:
        """Whether a unique constraint says more or less than the models' own without a name."""
        spelled, place = self.context.spelled, (self.modify.schema, self.modify.table_name)
        said = spelled.existing.get(Fact("unique", *place, name))
        asked = {
            text
            for other, text in spelled.items(spelled.wanted, "unique", *place)
            if other not in self.wanted
        }
        return name not in self.wanted and said is not None and bool(asked) and said not in asked

    def _columns(self, item: UniqueConstraint) -> tuple[str, ...]:
        """The columns of a unique constraint, as far as their order counts in that order."""
        return _shown_columns(item) if tells_order(self.context) else _columns(item)

    def _remove_unnamed(self, nameless: set[tuple[str, ...]]) -> None:
        """Drop unique constraints of SQLite that have no name."""
        for item in self.unnamed_existing:
            if self._columns(item) in nameless or not self._passes(item, True, None):
                continue
            self.modify.ops.append(DropConstraintOp.from_constraint(item))
            log.info("Detected removed unique constraint %r on %r", None, self.modify.table_name)

    def _compare(
        self, existing: Index | UniqueConstraint, wanted: Index | UniqueConstraint
    ) -> None:
        impl = self.context.migration_context.impl
        if isinstance(existing, Index) and isinstance(wanted, Index):
            result = impl.compare_indexes(wanted, existing)
        elif isinstance(existing, UniqueConstraint) and isinstance(wanted, UniqueConstraint):
            result = impl.compare_unique_constraint(wanted, existing)
            had, has = self._columns(existing), self._columns(wanted)
            if result.is_equal and had != has:
                result = ComparisonResult.Different(f"columns {had!r} to {has!r}")
        else:
            self._remove(existing, None)
            self._add(wanted, None)
            return
        kind, name = _kind(wanted), name_of(wanted, self.context)
        result = self._as_spelled(wanted, str(name), result)
        if result.is_different:
            if not self._passes(wanted, False, existing):
                return
            log.info(
                "Detected changed %s %r on %r: %s",
                kind.replace("_", " "),
                name,
                _qualified(self.modify),
                result.message,
            )
            self.modify.ops += [self._dropped(existing), _create_op(wanted)]
        elif result.is_skip:
            log.info(
                "Cannot compare %s %r, assuming equal and skipping. %s",
                kind.replace("_", " "),
                name,
                result.message,
            )

    def _remove(
        self, item: Index | UniqueConstraint, compare_to: Index | UniqueConstraint | None
    ) -> None:
        if self._passes(item, True, compare_to):
            self.modify.ops.append(self._dropped(item))
            log.info(
                "Detected removed %s %r on %r",
                _kind(item).replace("_", " "),
                item.name,
                self.modify.table_name,
            )

    def _add(
        self, item: Index | UniqueConstraint, compare_to: Index | UniqueConstraint | None
    ) -> None:
        if self._passes(item, False, compare_to):
            self.modify.ops.append(_create_op(item))
            log.info(
                "Detected added %s %r on '%s'",
                _kind(item).replace("_", " "),
                name_of(item, self.context),
                _shown_columns(item),
            )

    def _dropped(self, item: Index | UniqueConstraint) -> MigrateOperation:
        if not self.context.is_complete:
            return _drop_op(item)
        if isinstance(item, Index):
            index = with_directions(self.context, item)
            where = index.dialect_kwargs.get("postgresql_where")
            if where is not None:
                index.dialect_kwargs["postgresql_where"] = as_written(where)
            return _drop_op(index)
        return with_deferral(self.context, DropConstraintOp.from_constraint(item))

    def _as_spelled(
        self, wanted: Index | UniqueConstraint, name: str, result: ComparisonResult
    ) -> ComparisonResult:
        """What the database's own spelling says, where it is known."""
        # MySQL has no unique constraints beside unique indexes.
        is_unique = self.context.dialect.name in _MYSQL and getattr(wanted, "unique", False)
        kind = "index" if isinstance(wanted, Index) and not is_unique else "unique"
        spelled, modify = self.context.spelled, self.modify
        differ = spelled.differ(kind, modify.schema, modify.table_name, name)
        if differ is None:
            return result
        fact = Fact(kind, modify.schema, modify.table_name, name)
        if not differ or _settled(spelled.existing[fact]) == _settled(spelled.wanted[fact]):
            return ComparisonResult.Equal()
        if result.is_different:
            return result
        return ComparisonResult.Different(f"{spelled.existing[fact]} to {spelled.wanted[fact]}")

    def _passes(
        self,
        item: Index | UniqueConstraint,
        reflected: bool,
        compare_to: Index | UniqueConstraint | None,
    ) -> bool:
        name = str(item.name) if reflected else name_of(item, self.context)
        return self.context.run_object_filters(item, name, _kind(item), reflected, compare_to)


def _settled(said: str) -> str:
    """What an index of PostgreSQL says, its condition as it comes back however often it is given."""
    head, word, condition = said.partition(" WHERE ")
    return f"{head}{word}{settled(condition)}"


def _in_models(table: Table | None) -> Side:
    if table is None:
        return Side(set(), set())
    uniques = {
        item
        for item in table.constraints
        if isinstance(item, UniqueConstraint) and not getattr(item, "_type_bound", False)
    }
    return Side(set(table.indexes), uniques)


def _redundant(
    context: AutogenContext, existing: Side, wanted: Side, table: Table
) -> set[UniqueConstraint]:
    """Unique constraints that PostgreSQL leaves out of a new table: another key has the same columns.

    One that was added by itself is there all the same. Source:
    https://www.postgresql.org/docs/current/sql-createtable.html#SQL-CREATETABLE-PARMS-UNIQUE.
    """
    if context.dialect.name != "postgresql":
        return set()
    names = {item.name for item in existing.uniques}
    missing = {item for item in wanted.uniques if name_of(item, context) not in names}
    keys = {_shown_columns(item) for item in wanted.uniques - missing if _is_plain(item)}
    keys |= {tuple(key_columns(table.primary_key))} if _is_plain(table.primary_key) else set()
    others = names - {name_of(item, context) for item in wanted.uniques}
    keys -= {_shown_columns(item) for item in existing.uniques if item.name in others}
    return {item for item in missing if _is_plain(item) and _shown_columns(item) in keys}


def _is_plain(key: PrimaryKeyConstraint | UniqueConstraint) -> bool:
    return not key.deferrable and not key.dialect_kwargs


def _in_database(
    context: AutogenContext, schema: str | None, table_name: str, table: Table | None
) -> tuple[Side, set[str]]:
    """The database's side, and the names that it tells both as an index and as a constraint."""
    if table is None:
        return Side(set(), set()), set()
    parents = context.parents(schema, table_name)
    found = _records(context, "unique_constraints", schema, table_name)
    uniques: list[Any] = [
        one
        for one in found
        if context.run_name_filters(one["name"], "unique_constraint", dict(parents))
    ]
    indexes: list[Any] = [
        one
        for one in _records(context, "indexes", schema, table_name)
        if context.run_name_filters(one["name"], "index", dict(parents))
        and "duplicates_constraint" not in one
    ]
    duplicated = {one["name"] for one in uniques if one.get("duplicates_index")}
    side = Side(
        {made for one in indexes if (made := _make_index(context, one, table)) is not None},
        {_make_unique(context, one, table) for one in uniques},
    )
    return side, duplicated


def _records(context: AutogenContext, kind: str, schema: str | None, table_name: str) -> list[Any]:
    try:
        return list(context.catalog.of(kind, schema, [table_name]).get(table_name, ()))
    except NotImplementedError:
        return []


def _make_unique(context: AutogenContext, reflected: Any, table: Table) -> UniqueConstraint:
    options = context.migration_context.impl.adjust_reflected_dialect_options(
        reflected, "unique_constraint"
    )
    columns = [table.c[name] for name in reflected["column_names"]]
    name = None if reflected["name"] is None else conv(reflected["name"])
    constraint = UniqueConstraint(*columns, name=name, comment=reflected.get("comment"), **options)
    # It knows its table, which does not hold it: that one keeps what its own reflection gave it.
    table.constraints.discard(constraint)
    return constraint


def _make_index(context: AutogenContext, reflected: Any, table: Table) -> Index | None:
    names = reflected.get("expressions") or reflected["column_names"]
    sortings = reflected.get("column_sorting", {})
    columns: list[Any] = []
    for name in names:
        if name is None:
            return None
        column: Any = table.c[name] if name in table.c else text(as_text(name))
        for sorting in sortings.get(name, ()):
            column = SORTINGS[sorting](column)
        columns.append(column)
    options = context.migration_context.impl.adjust_reflected_dialect_options(reflected, "index")
    for key in options.keys() & {"postgresql_where", "sqlite_where"}:
        where = str(options[key])
        if where != as_text(where):
            options[key] = text(as_text(where))
    # Unique as the database says it: SQLite says 1 and 0.
    unique: Any = reflected["unique"]
    index = Index(conv(reflected["name"]), *columns, unique=unique, _table=table, **options)
    table.indexes.discard(index)
    return index


def _settle_duplicates(
    context: AutogenContext, existing: Side, wanted: Side, duplicated: set[str]
) -> None:
    """Where the database tells one thing twice, keep it as what the models take it for: an index
    where they have an index of that name or nothing, a constraint where they have a constraint.
    """
    if not duplicated:
        return
    as_constraints = {name_of(item, context) for item in wanted.uniques}
    nameless = {_columns(item) for item in wanted.uniques if name_of(item, context) is None}
    kept_as_constraints = {
        item
        for item in existing.uniques
        if item.name not in duplicated or item.name in as_constraints or _columns(item) in nameless
    }
    names = {item.name for item in kept_as_constraints} & duplicated
    existing.uniques &= kept_as_constraints
    existing.indexes -= {item for item in existing.indexes if item.name in names}


def name_of(item: Index | Constraint, context: AutogenContext) -> str | None:
    """The name that a thing has after naming conventions; None where the database gives it one."""
    if not isinstance(item.name, str):
        return None
    formatted = context.dialect.identifier_preparer.format_constraint(item, _alembic_quote=False)
    return None if formatted is None else str(formatted)


def tells_order(context: AutogenContext) -> bool:
    """Whether the order of a unique constraint's columns counts: it is that of the index behind it."""
    return context.is_complete and context.dialect.name in _MYSQL | {"sqlite", "postgresql"}


def _kind(item: Index | UniqueConstraint) -> str:
    return "index" if isinstance(item, Index) else "unique_constraint"


def _columns(item: UniqueConstraint) -> tuple[str, ...]:
    """The columns of a unique constraint; their order makes no difference."""
    return tuple(sorted(column.name for column in item.columns))


def _shown_columns(item: Index | UniqueConstraint) -> tuple[str, ...]:
    """The columns, those inside expressions included."""
    return tuple(column.name for column in item.columns)


def _drop_op(item: Index | UniqueConstraint) -> DropIndexOp | DropConstraintOp:
    if isinstance(item, Index):
        return DropIndexOp.from_index(item)
    return DropConstraintOp.from_constraint(item)


def _create_op(item: Index | UniqueConstraint) -> CreateIndexOp | Any:
    if isinstance(item, Index):
        return CreateIndexOp.from_index(item)
    return CreateUniqueConstraintOp.from_constraint(item)


def _qualified(modify: ModifyTableOps) -> str:
    return f"{modify.schema}.{modify.table_name}" if modify.schema else modify.table_name
