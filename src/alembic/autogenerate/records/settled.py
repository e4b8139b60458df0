"""Which tables of both sides are equal for sure, told from records alone: no Table is made of those."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy.schema import Table

from alembic.autogenerate.context import AutogenContext
from alembic.autogenerate.records.defaults import Defaults
from alembic.autogenerate.records.hooks import wants_tables
from alembic.autogenerate.records.reflected import TableName, by_name
from alembic.autogenerate.records.same_columns import SameColumns
from alembic.autogenerate.records.same_complete import SameComplete
from alembic.autogenerate.records.same_constraints import SameConstraints


def settled_tables(
    context: AutogenContext, names: Collection[TableName], in_models: Mapping[TableName, Table]
) -> set[TableName]:
    """Those of ``names`` of which the comparators would say nothing.

    None are where a hook wants to see all. What would be said on the console of a table that is
    equal is said here.
    """
    if wants_tables(context):
        return set()
    both = sorted((name for name in names if name in in_models), key=by_name)
    found: set[TableName] = set()
    for schema in dict.fromkeys(schema for schema, _ in both):
        tables = {name: in_models[schema, name] for place, name in both if place == schema}
        same = _SameTables(context, schema, tables)
        found |= {(schema, name) for name in tables if same.is_settled(name)}
    return found


class _SameTables:
    """Looks at the tables of one schema."""

    def __init__(
        self, context: AutogenContext, schema: str | None, tables: Mapping[str, Table]
    ) -> None:
        self._context = context
        self._schema = schema
        self._tables = tables
        catalog, names = context.catalog, tables.keys()
        self._columns, self._indexes, self._uniques, self._keys = (
            catalog.of(kind, schema, names)
            for kind in ("columns", "indexes", "unique_constraints", "foreign_keys")
        )
        self._comments = (
            catalog.of("table_comment", schema, names) if context.dialect.supports_comments else {}
        )
        self._defaults = Defaults(context, catalog.inspector)
        self._same_columns = SameColumns(context, self._defaults)
        self._same_constraints = SameConstraints(context)
        self._same_complete = (
            SameComplete(context, self._defaults, schema, tables) if context.is_complete else None
        )

    def is_settled(self, name: str) -> bool:
        """Whether a table is equal and all that ``include_name`` hooks say of it is yes."""
        try:
            is_same = self._is_same(name)
        except Exception:  # noqa: BLE001 - a type or an expression of the models may fail in any way
            # Whether that is an error, and how it is told, is the comparators' affair.
            is_same = False
        if not is_same or not self._is_let_in(name):
            return False
        self._defaults.say(self._columns[name], self._tables[name])
        return True

    def _is_same(self, name: str) -> bool:
        table = self._tables[name]
        columns = self._columns.get(name) or ()
        comment = self._comments.get(name)
        return (
            bool(columns)
            and self._same_columns.are_same(columns, table)
            and (comment is None or comment["text"] == table.comment)
            and self._same_constraints.are_same(
                table,
                self._indexes.get(name, ()),
                self._uniques.get(name, ()),
                self._keys.get(name, ()),
            )
            and (self._same_complete is None or self._same_complete.is_same(name, columns))
        )

    def _is_let_in(self, name: str) -> bool:
        """Ask about the parts of a table in the order in which the comparators do."""
        context = self._context
        if not context.filters.asks_names:
            return True
        parents = context.parents(self._schema, name)
        answers: dict[tuple[str | None, ...], bool] = {}
        asked = [("column", one["name"]) for one in self._columns[name]]
        asked += [("unique_constraint", one["name"]) for one in self._uniques.get(name, ())]
        asked += [("index", one["name"]) for one in self._indexes.get(name, ())]
        asked += [("foreign_key_constraint", one["name"]) for one in self._keys.get(name, ())]
        for kind, one in asked:
            key = (one, kind, parents["schema_name"], name)
            answers[key] = context.run_name_filters(one, kind, dict(parents))
            if not answers[key]:
                # The comparators ask again, of a Table.
                context.name_answers.update(answers)
                return False
        return True
