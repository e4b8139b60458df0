"""A statement that is text already: nothing in it is a parameter or to be escaped."""

from __future__ import annotations

from typing import Any

from sqlalchemy.ext.compiler import compiles
from sqlalchemy.schema import ExecutableDDLElement
from sqlalchemy.sql.compiler import DDLCompiler


class Raw(ExecutableDDLElement):
    """A statement as it stands."""

    def __init__(self, sql: str) -> None:
        self.sql = sql


@compiles(Raw)
def _spell(element: Raw, compiler: DDLCompiler, **kw: Any) -> str:
    return element.sql
