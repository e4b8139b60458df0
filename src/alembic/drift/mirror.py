"""Mirror: a database as models, so that it can be what another one is compared with.

Tables come from SQLAlchemy's reflection; what that leaves out and a comparison knows of is added by
dialect.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy.schema import MetaData, Table

from alembic.autogenerate.compare.schema import compared_schemas
from alembic.autogenerate.compare.tables import names_in_database
from alembic.autogenerate.context import AutogenContext
from alembic.autogenerate.records.catalog import Catalog
from alembic.autogenerate.records.owned import owned_tables
from alembic.autogenerate.records.reflected import Reflected, TableName
from alembic.autogenerate.records.seen_twice import seen_twice
from alembic.autogenerate.records.unknown_types import MIRROR
from alembic.drift.mirror_mysql import add_to_mysql
from alembic.drift.mirror_postgresql import add_to_postgresql
from alembic.drift.mirror_sequences import add_sequences
from alembic.drift.mirror_sqlite import add_to_sqlite
from alembic.drift.mirror_types import add_unused_types
from alembic.drift.scratch import MYSQL
from alembic.runtime.migration import MigrationContext

Tables = Mapping[TableName, Table]

_BY_DIALECT: Mapping[str, Callable[[AutogenContext, dict[TableName, Table]], None]] = {
    "mariadb": add_to_mysql,
    "mysql": add_to_mysql,
    "postgresql": add_to_postgresql,
    "sqlite": add_to_sqlite,
}


@dataclass(frozen=True, slots=True)
class Mirror:
    """What takes part of a database; ``metadata`` may hold more tables than ``tables``: those that
    are only pointed to.
    """

    metadata: MetaData
    tables: Tables


def mirror(context: MigrationContext) -> Mirror:
    """The database of ``context`` as models, as far as the filters let it in."""
    opts = context.opts
    if context.dialect.name in MYSQL:
        opts = {**opts, "include_schemas": False}  # they are other databases
    look = AutogenContext(context, metadata=MetaData(), opts=opts)
    names = names_in_database(look, compared_schemas(look))
    assert context.connection is not None
    owned = owned_tables(context.connection)
    names -= owned
    names -= seen_twice(context.connection, names, ())
    _leave_out_keys_to(owned, look.catalog, names)
    tables = Reflected(names, look.catalog, context.impl, is_complete=True).tables(names)
    metadata = next(iter(tables.values())).metadata if tables else MetaData()
    metadata.info[MIRROR] = True
    complete = _BY_DIALECT.get(context.dialect.name)
    if complete is not None:
        complete(look, tables)
    add_sequences(look, metadata)
    add_unused_types(look, metadata)
    return Mirror(metadata, tables)


def _leave_out_keys_to(owned: set[TableName], catalog: Catalog, names: set[TableName]) -> None:
    """Forget the foreign keys that PostgreSQL makes to each partition of a table that one points to."""
    for schema in {schema for schema, _ in names}:
        asked = [name for place, name in names if place == schema]
        for keys in catalog.of("foreign_keys", schema, asked).values():
            keys[:] = [
                key for key in keys if (key["referred_schema"], key["referred_table"]) not in owned
            ]
