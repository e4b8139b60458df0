"""What SQLAlchemy's reflection loses of PostgreSQL's domains, for the mirror of a database."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import DOMAIN
from sqlalchemy.schema import Table
from sqlalchemy.types import TypeEngine

from alembic.autogenerate.colons import as_text
from alembic.autogenerate.complete.domains import domains_there
from alembic.autogenerate.context import AutogenContext
from alembic.autogenerate.records.reflected import TableName
from alembic.autogenerate.records.unknown_types import UnknownType

_OF_LENGTH = re.compile(r"(?:character|character varying|numeric)\((\d+)(?:,(-?\d+))?\)")


def complete_domains(context: AutogenContext, tables: dict[TableName, Table]) -> None:
    """Have the domains of columns say their length and their default as the catalog does.

    What the catalog says is compared with, as a whole; a domain of SQLAlchemy has one check.
    """
    columns = [column for table in tables.values() for column in table.columns]
    found: list[Any] = [getattr(column.type, "item_type", column.type) for column in columns]
    used = [type_ for type_ in found if isinstance(type_, DOMAIN)]
    if not used:
        return
    there = domains_there(context)
    for domain in used:
        name = str(domain.name)
        said = there.get((context.type_home(domain.schema, name), name))
        if said is not None:
            domain.data_type = _base(domain.data_type, said.base.partition(" COLLATE ")[0])
            domain.default = text(as_text(said.default)) if said.default else None


def _base(reflected: TypeEngine[Any], said: str) -> TypeEngine[Any]:
    """The type that a domain is over; one that only its text tells, where that says more than a length."""
    of_length = _OF_LENGTH.fullmatch(said)
    if of_length is not None:
        made: Any = type(reflected)
        return made(*(int(one) for one in of_length.groups() if one is not None))  # type: ignore[no-any-return]
    return UnknownType(said) if "(" in said else reflected
