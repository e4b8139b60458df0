"""Named types of PostgreSQL that the models' MetaData owns: they are made though no table uses them.

Source: https://docs.sqlalchemy.org/en/21/core/type_basics.html#sqlalchemy.types.Enum.params.metadata.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy.dialects.postgresql import DOMAIN
from sqlalchemy.types import Enum

from alembic.autogenerate.context import AutogenContext

TypeName = tuple["str | None", str]


def owned_types(context: AutogenContext) -> dict[TypeName, Enum | DOMAIN]:
    """The enums and domains that say ``metadata=``, by schema (None for the default one) and name."""
    default = context.dialect.default_schema_name
    found: dict[TypeName, Enum | DOMAIN] = {}
    for type_ in _each(context):
        assert type_.metadata is not None
        schema = type_.schema or type_.metadata.schema
        found[None if schema == default else schema, str(type_.name)] = type_
    return found


def _each(context: AutogenContext) -> Iterator[Enum | DOMAIN]:
    for metadata in context._metadatas:
        for listener in metadata.dispatch.before_create:  # it is these that make them
            type_: Any = getattr(listener, "__self__", None) or getattr(listener, "target", None)
            is_made = isinstance(type_, DOMAIN) or (isinstance(type_, Enum) and type_.native_enum)
            if is_made and type_.metadata is metadata and getattr(type_, "create_type", True):
                yield type_
