"""InlineLiteral: a value that is spelled in the statement itself, in every mode."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BindParameter
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeEngine


class InlineLiteral(BindParameter[Any]):
    """A bound value that leaves no parameter behind."""

    # The value is part of the text, so that compiled text must not serve for another value.
    inherit_cache = False

    def __init__(self, value: object, type_: TypeEngine[Any] | None = None) -> None:
        super().__init__(None, value, type_=type_)


@compiles(InlineLiteral)
def _spell(element: InlineLiteral, compiler: SQLCompiler, **kw: Any) -> str:
    text: str = compiler.render_literal_bindparam(element, **kw)  # type: ignore[no-untyped-call]
    return text
