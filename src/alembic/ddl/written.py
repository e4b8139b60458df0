"""Parts of a new table in words that the server has written, for SQLAlchemy to put in their place."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, Constraint
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.schema import ExecutableDDLElement
from sqlalchemy.sql.compiler import DDLCompiler, TypeCompiler
from sqlalchemy.types import UserDefinedType


class WrittenType(UserDefinedType[Any]):
    """All that stands behind a column's name, as if it were the type."""

    cache_ok = True

    def __init__(self, text: str) -> None:
        self.text = text


class WrittenItem(Constraint):
    """A key or a constraint of the table."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text


class WrittenStatement(ExecutableDDLElement):
    """A whole statement."""

    def __init__(self, text: str) -> None:
        self.text = text


def written_column(name: str, definition: str, comment: str | None = None) -> Column[Any]:
    """A column that is spelled by its definition alone; ``comment`` where it is said elsewhere."""
    type_ = WrittenType(definition)
    return Column(name, type_, nullable=True, autoincrement=False, comment=comment)


def for_driver(compiler: DDLCompiler, text: str) -> str:
    """SQL text within a statement for a driver that reads ``%s`` as a parameter."""
    return text.replace("%", "%%") if compiler.preparer._double_percents else text


@compiles(WrittenType)
def _spell_type(element: WrittenType, compiler: TypeCompiler, **kw: Any) -> str:
    dialect = compiler.dialect
    ddl: DDLCompiler = dialect.ddl_compiler(dialect, None)  # type: ignore[arg-type]
    return for_driver(ddl, element.text)


@compiles(WrittenItem)
@compiles(WrittenStatement)
def _spell(element: WrittenItem | WrittenStatement, compiler: DDLCompiler, **kw: Any) -> str:
    return for_driver(compiler, element.text)
