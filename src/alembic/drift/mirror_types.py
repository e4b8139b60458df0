"""Named types of PostgreSQL that no table uses, for the mirror of a database."""

from __future__ import annotations

from sqlalchemy import Enum
from sqlalchemy.schema import MetaData

from alembic.autogenerate.complete.domains import SEEN, domains_there
from alembic.autogenerate.complete.enums import enums_there
from alembic.autogenerate.complete.unused_types import DOMAIN, ENUM, unused_types
from alembic.autogenerate.context import AutogenContext
from alembic.autogenerate.records.unknown_types import UnknownType


def add_unused_types(context: AutogenContext, metadata: MetaData) -> None:
    """Add the enums and domains that nothing uses; what a domain says the catalog tells as a whole."""
    if context.dialect.name != "postgresql":
        return
    from sqlalchemy.dialects import postgresql  # loaded for those who use it

    enums, domains = enums_there(context), domains_there(context)
    for schema, name in unused_types(context, ENUM, enums):
        Enum(*enums[schema, name], name=name, schema=schema, metadata=metadata)
    metadata.info[SEEN] = domains
    for schema, name in unused_types(context, DOMAIN, domains):
        base = UnknownType(domains[schema, name].base)
        postgresql.DOMAIN(name, base, schema=schema, metadata=metadata)
