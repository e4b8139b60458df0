"""Values that are given beside a statement, as ``op.get_bind().execute(statement, values)`` gives them.

A script has no place beside a statement: there the values come into it, and a statement that is given
several rows is written once for each.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

from sqlalchemy import BindParameter, Executable, Insert, Update
from sqlalchemy.sql import visitors

from alembic.ddl.rows import Row
from alembic.ddl.sink import ScriptSink, Sink, Spelled


def with_values(
    statement: Executable, given: Row | Sequence[Row] | None, sink: Sink
) -> Iterator[Executable]:
    """The statements that say to the sink of a script what this one says with these values."""
    if not given or not isinstance(sink, ScriptSink):
        yield statement
        return
    for row in [given] if isinstance(given, Mapping) else given:
        yield Spelled(sink.spell_with_values(_filled(statement, row)))


def _filled(statement: Executable, row: Row) -> Executable:
    """With values for its parameters; others of an INSERT or UPDATE are values of columns."""
    element: Any = statement
    parameters = {each.key for each in visitors.iterate(element) if isinstance(each, BindParameter)}
    if isinstance(element, Insert | Update):
        of_columns = {name: row[name] for name in row if name not in parameters}
        element = element.values(of_columns) if of_columns else element

    def fill(parameter: BindParameter[Any]) -> None:
        if parameter.key in row:
            parameter.value, parameter.required = row[parameter.key], False

    filled = visitors.cloned_traverse(element, {"maintain_key": True}, {"bindparam": fill})
    return cast("Executable", filled)
