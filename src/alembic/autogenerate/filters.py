"""Filters: what of the two sides takes part in a comparison.

Three have a say, and one that says no is enough: the include and exclude lists of the settings, then
``include_name``, asked about names before anything is reflected, or ``include_object``, asked about
objects of either side. The lists are asked both times, so that a table that is kept from being
reflected isn't taken for one that is missing.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from sqlalchemy import Column, Constraint, Index, Table
from sqlalchemy.schema import SchemaItem

from alembic.config.filters import PARTS, NameFilter, NamePattern, Path, Verdict
from alembic.runtime.options import UserValue

log = logging.getLogger("alembic.autogenerate")

_LISTS = {
    "column": "columns",
    "index": "indexes",
    "primary_key": "constraints",
    "sequence": "sequences",
}
"""Types of things in a schema or a table → their lists."""


class Filters:
    """The filters of one comparison, with a memory of which patterns have met something.

    ``default_schema`` is the name of the schema that models call None.
    """

    def __init__(
        self,
        configured: NameFilter,
        include_name: Sequence[Callable[..., bool]],
        include_object: Sequence[Callable[..., bool]],
        default_schema: str | None,
    ) -> None:
        self.configured = configured
        self._include_name = include_name
        self._include_object = include_object
        self._default_schema = default_schema or ""
        self._verdicts: dict[tuple[str, Path], Verdict] = {}

    def accepts_name(self, name: str | None, type_: str, parents: dict[str, str | None]) -> bool:
        """Whether an object of the database takes part, by its name and those of its parents."""
        schema = parents.get("schema_name")
        if type_ == "schema":
            is_listed = self._is_listed(name, None, None, type_)
        elif type_ == "table":
            is_listed = self._is_listed(schema, name, None, type_)
        else:
            is_listed = self._is_listed(schema, parents.get("table_name"), name, type_)
        return is_listed and all(accepts(name, type_, parents) for accepts in self._include_name)

    def accepts_object(
        self,
        object_: SchemaItem,
        name: str | None,
        type_: str,
        reflected: bool,
        compare_to: SchemaItem | None,
    ) -> bool:
        """Whether an object of either side takes part."""
        if isinstance(object_, Column | Constraint | Index) and object_.table is not None:
            table = object_.table
            is_listed = self._is_listed(table.schema, table.name, name, type_)
        else:
            schema = getattr(object_, "schema", None)
            table_name = name if isinstance(object_, Table) else None
            is_listed = self._is_listed(schema, table_name, name, type_)
        return is_listed and all(
            accepts(object_, name, type_, reflected, compare_to) for accepts in self._include_object
        )

    @property
    def judges_parts(self) -> bool:
        """Whether anybody wants to see objects, or the lists speak of parts of tables."""
        lists = self.configured.include.keys() | self.configured.exclude.keys()
        return bool(self._include_object) or not lists <= {"schemas", "tables", "sequences"}

    @property
    def asks_names(self) -> bool:
        """Whether ``include_name`` is to be asked about each name."""
        return bool(self._include_name)

    @property
    def met(self) -> set[NamePattern]:
        """The patterns that have met something so far."""
        return {pattern for verdict in self._verdicts.values() for pattern in verdict.patterns}

    def _is_listed(
        self, schema: UserValue, table: str | None, name: str | None, type_: str
    ) -> bool:
        """Whether the lists let in a thing, and all that it stands in."""
        if not self.configured:
            return True
        above: Path = (schema or self._default_schema,)
        asked = [("schemas", above)]
        if table is not None:
            above = (*above, table)
            asked.append(("tables", above))
        kind = "constraints" if type_.endswith("_constraint") else _LISTS.get(type_)
        if kind is not None and len(PARTS[kind]) == len(above) + 1:
            asked.append((kind, (*above, name or "")))
        return all(self._judge(kind, path) for kind, path in asked)

    def _judge(self, kind: str, path: Path) -> bool:
        verdict = self._verdicts.get((kind, path))
        if verdict is None:
            verdict = self._verdicts[kind, path] = self.configured.judge(kind, path)
        return verdict.is_let_in


def say_unmatched(passes: Sequence[Filters]) -> None:
    """Say which patterns met nothing in any of the comparisons, and which keys are no list.

    There may be a slip of the pen in them.
    """
    unknown = dict.fromkeys(place for each in passes for place in each.configured.unknown)
    for place in unknown:
        log.warning("%s is no list; there are: %s", place, ", ".join(PARTS))
    met = {pattern for each in passes for pattern in each.met}
    patterns = (pattern for each in passes for pattern in each.configured.patterns)
    for pattern in dict.fromkeys(patterns):
        if pattern not in met:
            log.warning(
                "%s: the pattern %r matches nothing that was compared", pattern.place, pattern.text
            )
