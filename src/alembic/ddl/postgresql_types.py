"""PostgreSQL's named types: enums and domains, which live beside the tables that use them.

A column's type must be there before the column. A run against a database looks whether it is; a
script can't look, and says it so that it does no harm where the type is there already.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Executable
from sqlalchemy.dialects.postgresql import ARRAY, DOMAIN, ENUM
from sqlalchemy.dialects.postgresql.named_types import (
    CreateDomainType,
    CreateEnumType,
    DropDomainType,
    DropEnumType,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.schema import ExecutableDDLElement
from sqlalchemy.sql.compiler import DDLCompiler
from sqlalchemy.sql.elements import TextClause
from sqlalchemy.types import TypeEngine

_IDENTIFIER = r'(?:"(?:[^"]|"")+"|\w+)'
_SAID = re.compile(
    rf"""\b(CREATE|DROP)\s+(TYPE|DOMAIN)\s+(?:IF\s+EXISTS\s+)?
    (?:({_IDENTIFIER})\s*\.\s*)?({_IDENTIFIER})""",
    re.IGNORECASE | re.VERBOSE,
)

Named = ENUM | DOMAIN
"""A type that has a name and has to be created."""

Memo = dict[str, Any]
"""What has been created in this run, as SQLAlchemy notes it: kind → {(schema, name)}."""


def named_types(type_: TypeEngine[Any], dialect: Dialect) -> Iterator[Named]:
    """The named types that a type needs, those that others stand on first."""
    impl = type_._unwrapped_dialect_impl(dialect)
    if isinstance(impl, ARRAY):
        yield from named_types(impl.item_type, dialect)
    elif isinstance(impl, DOMAIN):
        yield from named_types(impl.data_type, dialect)
    if isinstance(impl, ENUM | DOMAIN) and impl.create_type and impl.name:
        yield impl


def create(type_: Named) -> ExecutableDDLElement:
    """CREATE TYPE or CREATE DOMAIN."""
    return CreateDomainType(type_) if isinstance(type_, DOMAIN) else CreateEnumType(type_)


def drop(type_: Named) -> ExecutableDDLElement:
    """DROP TYPE or DROP DOMAIN."""
    return DropDomainType(type_) if isinstance(type_, DOMAIN) else DropEnumType(type_)


def exists(type_: Named, connection: Connection) -> bool:
    """Whether a type of this name is in the database."""
    dialect: Any = connection.dialect
    schema = connection.schema_for_object(type_)  # type: ignore[arg-type]
    return bool(dialect.has_type(connection, type_.name, schema=schema))


class Tolerant(ExecutableDDLElement):
    """A statement that passes where PostgreSQL raises one of ``conditions``.

    https://www.postgresql.org/docs/current/plpgsql-control-structures.html#PLPGSQL-ERROR-TRAPPING
    """

    def __init__(self, statement: ExecutableDDLElement, *conditions: str) -> None:
        self.statement = statement
        self.conditions = conditions


@compiles(Tolerant)
def visit_tolerant(element: Tolerant, compiler: DDLCompiler, **kw: Any) -> str:
    """DO $$ BEGIN …; EXCEPTION WHEN … THEN NULL; END $$."""
    statement = compiler.process(element.statement).strip()
    quote = "$$" if "$$" not in statement else "$alembic$"
    conditions = " OR ".join(element.conditions)
    return f"DO {quote} BEGIN {statement}; EXCEPTION WHEN {conditions} THEN NULL; END {quote}"


def is_known(type_: Named, memo: Memo) -> bool:
    """Whether this run has created it."""
    return (type_.schema, type_.name) in memo.get(_kind(type_), ())


def note(type_: Named, memo: Memo) -> None:
    """Remember that it is there, for ourselves and for SQLAlchemy's own events."""
    memo.setdefault(_kind(type_), set()).add((type_.schema, type_.name))


def note_said(construct: Executable | str, memo: Memo) -> None:
    """Remember what a statement, of whatever origin, creates or drops."""
    if isinstance(construct, CreateEnumType | CreateDomainType):
        note(construct.element, memo)
    elif isinstance(construct, DropEnumType | DropDomainType):
        known = memo.get(_kind(construct.element), set())
        known.discard((construct.element.schema, construct.element.name))
    elif isinstance(construct, str | TextClause):
        _note_text(construct if isinstance(construct, str) else construct.text, memo)


def _note_text(text: str, memo: Memo) -> None:
    for verb, kind, schema, name in _SAID.findall(text):
        of = ENUM if kind.upper() == "TYPE" else DOMAIN
        known = memo.setdefault(f"pg_{of.__visit_name__}", set())
        change = known.add if verb.upper() == "CREATE" else known.discard
        change((_bare(schema) or None, _bare(name)))


def _bare(identifier: str) -> str:
    if identifier.startswith('"'):
        return identifier[1:-1].replace('""', '"')
    return identifier.lower()


def _kind(type_: Named) -> str:
    return f"pg_{type_.__visit_name__}"
