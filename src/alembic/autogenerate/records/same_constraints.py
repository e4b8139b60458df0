"""Indexes, unique constraints and foreign keys of a table on both sides: whether there is nothing to say of them.

The rules are those of :mod:`alembic.autogenerate.compare.constraints` and ``.foreign_keys``, for what is
plain: columns by their names. Whatever says more is left to those.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.schema import (
    Column,
    ForeignKeyConstraint,
    Index,
    Table,
    UniqueConstraint,
)
from sqlalchemy.sql.elements import ClauseElement

from alembic.autogenerate.compare.constraints import name_of, tells_order
from alembic.autogenerate.compare.foreign_keys import (
    ForeignKeySignature,
    signature_of,
    told_options,
)
from alembic.autogenerate.context import AutogenContext

Record = Mapping[str, Any]
Columns = tuple[str, ...]

_MYSQL = frozenset({"mysql", "mariadb"})
_SAYS_MORE = ("expressions", "column_sorting", "include_columns")
_RESTRICTS = frozenset({"no action", "restrict"})


class SameConstraints:
    """Looks at what a table has beside its columns."""

    def __init__(self, context: AutogenContext) -> None:
        self._context = context
        self._dialect = context.dialect.name
        self._is_complete = context.is_complete
        self._default_schema = context.dialect.default_schema_name

    def are_same(
        self,
        table: Table,
        indexes: Sequence[Record],
        uniques: Sequence[Record],
        foreign_keys: Sequence[Record],
    ) -> bool:
        """Whether both sides have the same indexes, unique constraints and foreign keys."""
        keys = [one for one in table.constraints if isinstance(one, ForeignKeyConstraint)]
        return self._has_same_keys(keys, foreign_keys) and self._has_same_indexes(
            table, indexes, uniques, foreign_keys
        )

    # --- indexes and unique constraints -----------------------------------------------------------

    def _has_same_indexes(
        self,
        table: Table,
        indexes: Sequence[Record],
        uniques: Sequence[Record],
        foreign_keys: Sequence[Record],
    ) -> bool:
        if any(_says_more(one) for one in (*indexes, *uniques)):
            return False
        wanted = self._wanted(table)
        if wanted is None:
            return False
        named, nameless = wanted
        existing, unnamed = self._existing(indexes, uniques, named, nameless)
        present = {columns for kind, columns in (*existing.values(), *unnamed) if kind == "unique"}
        unwanted = {columns for _, columns in unnamed} - nameless
        return (
            all(existing.get(name) == said for name, said in named.items())
            and nameless <= present
            and all(
                name in named or self._is_left_alone(name, said, nameless, foreign_keys)
                for name, said in existing.items()
            )
            and not (self._is_complete and self._dialect == "sqlite" and unwanted)
        )

    def _wanted(self, table: Table) -> tuple[dict[str, tuple[str, Columns]], set[Columns]] | None:
        """Those of the models: name → (kind, columns), and the columns of unique ones without a name.

        None where one of them is more than columns by their names.
        """
        named: dict[str, tuple[str, Columns]] = {}
        nameless: set[Columns] = set()
        for constraint in table.constraints:
            if not isinstance(constraint, UniqueConstraint):
                continue
            if self._has_options(constraint) or getattr(constraint, "_type_bound", False):
                return None
            columns = self._in_order([column.name for column in constraint.columns])
            name = name_of(constraint, self._context)
            if name is None:
                nameless.add(columns)
            else:
                named[name] = ("unique", columns)
        for index in table.indexes:
            name = name_of(index, self._context)
            expressions: Any = index.expressions
            if name is None or self._has_options(index):
                return None
            if not all(isinstance(one, Column) for one in expressions):
                return None
            kind = "unique index" if index.unique else "index"
            named[name] = (kind, tuple(one.name for one in expressions))
        return named, nameless

    def _in_order(self, columns: Sequence[str]) -> Columns:
        """The columns of a unique constraint; in their order where that counts."""
        return tuple(columns) if tells_order(self._context) else tuple(sorted(columns))

    def _has_options(self, item: Index | UniqueConstraint) -> bool:
        """Whether it says anything that this database alone understands."""
        dialects = _MYSQL if self._dialect in _MYSQL else {self._dialect}
        return any(key.partition("_")[0] in dialects for key in item.dialect_kwargs)

    def _existing(
        self,
        indexes: Sequence[Record],
        uniques: Sequence[Record],
        named: Mapping[str, tuple[str, Columns]],
        nameless: set[Columns],
    ) -> tuple[dict[str, tuple[str, Columns]], list[tuple[str, Columns]]]:
        """Those of the database in the same way; what it tells twice is what the models take it for."""
        found: dict[str, tuple[str, Columns]] = {}
        unnamed: list[tuple[str, Columns]] = []
        for one in uniques:
            columns = self._in_order(one["column_names"])
            if one["name"] is None:
                unnamed.append(("unique", columns))
            elif (
                not one.get("duplicates_index")
                or columns in nameless
                or named.get(one["name"], ("",))[0] == "unique"
            ):
                found[one["name"]] = ("unique", columns)
        for one in indexes:
            # An index that stands behind a unique constraint is none beside it.
            if "duplicates_constraint" not in one and found.get(one["name"], ("",))[0] != "unique":
                kind = "unique index" if one["unique"] else "index"
                found[one["name"]] = (kind, tuple(one["column_names"]))
        return found, unnamed

    def _is_left_alone(
        self,
        name: str,
        said: tuple[str, Columns],
        nameless: set[Columns],
        foreign_keys: Sequence[Record],
    ) -> bool:
        """Whether nobody misses it in the models: a constraint that has no name there, MySQL's index of a key."""
        kind, columns = said
        if kind == "unique":
            return columns in nameless
        if self._dialect not in _MYSQL or kind != "index":
            return False
        return any(
            list(columns[: len(key["constrained_columns"])]) == list(key["constrained_columns"])
            and name in {key["name"], key["constrained_columns"][0]}
            for key in foreign_keys
        )

    # --- foreign keys -----------------------------------------------------------------------------

    def _has_same_keys(
        self, wanted: Sequence[ForeignKeyConstraint], existing: Sequence[Record]
    ) -> bool:
        if not wanted and not existing:
            return True
        if len(wanted) != len(existing) or any(key.match for key in wanted):
            return False
        tells_options = "options" in existing[0]
        asked: dict[ForeignKeySignature, str | None] = {}
        for key in wanted:
            name = key.name if isinstance(key.name, str) else None
            asked[self._plain(signature_of(key, self._default_schema, tells_options))] = name
        source = (wanted[0].parent.schema, wanted[0].parent.name)
        found: dict[ForeignKeySignature, str | None] = {}
        for one in existing:
            if one.get("options", {}).get("match"):
                return False
            found[self._plain(self._signature(one, source, tells_options))] = one["name"]
        if len(asked) != len(wanted) or len(found) != len(existing):
            return False  # several are the same but for their names
        return found.keys() == asked.keys() and not (
            self._is_complete and any(self._is_renamed(found[key], asked[key]) for key in found)
        )

    def _is_renamed(self, existing: str | None, wanted: str | None) -> bool:
        """Whether the models name it otherwise; on SQLite it may have had no name."""
        is_named = bool(existing) or self._dialect == "sqlite"
        return is_named and wanted is not None and existing != wanted

    def _signature(
        self, key: Record, source: tuple[str | None, str], tells_options: bool
    ) -> ForeignKeySignature:
        schema = key["referred_schema"]
        is_default = schema == self._default_schema and source[0] is None
        options = key.get("options") or {}
        return ForeignKeySignature(
            source,
            tuple(key["constrained_columns"]),
            (None if is_default else schema, key["referred_table"]),
            tuple(key["referred_columns"]),
            told_options(
                options.get("onupdate"),
                options.get("ondelete"),
                options.get("deferrable"),
                options.get("initially"),
            )
            if tells_options
            else None,
        )

    def _plain(self, signature: ForeignKeySignature) -> ForeignKeySignature:
        """On MySQL, RESTRICT and NO ACTION are one, and the default."""
        if self._dialect not in _MYSQL or signature.options is None:
            return signature
        options = tuple(None if one in _RESTRICTS else one for one in signature.options)
        return ForeignKeySignature(
            signature.source, signature.columns, signature.target, signature.target_columns, options
        )


def _says_more(one: Record) -> bool:
    """Whether a record is about more than columns by their names."""
    options = one.get("dialect_options") or {}
    return (
        any(one.get(key) for key in _SAYS_MORE)
        or any(isinstance(said, ClauseElement) or said for said in options.values())
        or None in one["column_names"]
    )
