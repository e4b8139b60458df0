"""Named types of PostgreSQL that the models' MetaData owns: they are made though no table uses them.

Source: https://docs.sqlalchemy.org/en/21/core/type_basics.html#sqlalchemy.types.Enum.params.metadata.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, Any

from sqlalchemy.types import Enum

from alembic.autogenerate.complete.type_users import TypeName, name_of
from alembic.autogenerate.context import AutogenContext
from alembic.ddl.postgresql_kinds import is_domain

if TYPE_CHECKING:
    from sqlalchemy.dialects.postgresql import DOMAIN


def owned_types(context: AutogenContext) -> dict[TypeName, Enum | DOMAIN]:
    """The enums and domains that say ``metadata=``, by schema (None for the default one) and name."""
    found: dict[TypeName, Enum | DOMAIN] = {}
    for type_ in _each(context):
        found[name_of(context, type_)] = type_
    return found


def takes_part(context: AutogenContext, name: TypeName, schemas: Collection[str | None]) -> bool:
    """Whether a type's schema takes part; one on the search path does along with the default one."""
    is_found = context.search_path.types.get(name[1]) == name[0]
    return name[0] in schemas or (is_found and None in schemas)


def _each(context: AutogenContext) -> Iterator[Enum | DOMAIN]:
    for metadata in context._metadatas:
        for listener in metadata.dispatch.before_create:  # it is these that make them
            type_: Any = getattr(listener, "__self__", None) or getattr(listener, "target", None)
            is_made = is_domain(type_) or (isinstance(type_, Enum) and type_.native_enum)
            if is_made and type_.metadata is metadata and getattr(type_, "create_type", True):
                yield type_
