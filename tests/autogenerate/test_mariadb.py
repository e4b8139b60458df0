"""What a comparison knows of MariaDB that no model says: row times, sequences and tables of other databases."""

from __future__ import annotations

import secrets

import pytest
import sqlalchemy as sa

import servers
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

COMPLETE = ["alembic.autogenerate.*", "alembic.complete.*"]
VERSIONED = """
ALTER TABLE price ADD COLUMN since TIMESTAMP(6) GENERATED ALWAYS AS ROW START {said},
ADD COLUMN `un``til` TIMESTAMP(6) GENERATED ALWAYS AS ROW END {said},
ADD PERIOD FOR SYSTEM_TIME (since, `un``til`), ADD SYSTEM VERSIONING
"""


def differences(connection: sa.Connection, models: sa.MetaData, **opts) -> list:
    context = MigrationContext.configure(connection, opts=opts)
    return compare_metadata(context, models)


def prices(*more: sa.Column) -> sa.MetaData:
    models = sa.MetaData()
    sa.Table(
        "price",
        models,
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("code", sa.String(9), unique=True),
        sa.Column("amount", sa.Integer, index=True, comment="GENERATED ALWAYS AS ROW END"),
        *more,
    )
    return models


@pytest.mark.parametrize("said", ["", "INVISIBLE"])
@pytest.mark.parametrize("plugins", [COMPLETE[:1], COMPLETE])
def test_the_row_times_of_a_system_versioned_table_are_left_alone(said, plugins, mariadb_url):
    with sa.create_engine(mariadb_url).connect() as connection:
        prices().create_all(connection)
        connection.exec_driver_sql(VERSIONED.format(said=said))
        assert differences(connection, prices(), autogenerate_plugins=plugins) == []
        wanted = prices(sa.Column("note", sa.Text))
        [found] = differences(connection, wanted, autogenerate_plugins=plugins)
        assert found[0] == "add_column"


@pytest.fixture
def another(mariadb_server):
    name = f"alembic_test_{secrets.token_hex(5)}"
    with servers.own_database(mariadb_server, name):
        yield name


def test_sequences_of_another_database_are_compared_where_it_takes_part(mariadb_url, another):
    def models(**said):
        metadata = sa.MetaData()
        sa.Sequence("numbers", schema=another, metadata=metadata, **said)
        return metadata

    def changes(wanted):
        return differences(
            connection,
            wanted,
            autogenerate_plugins=COMPLETE,
            include_schemas=True,
            include_name=lambda name, kind, _: kind != "schema" or name in {None, another},
        )

    with sa.create_engine(mariadb_url).connect() as connection:
        assert changes(models()) == [("add_sequence", another, "numbers")]
        models().create_all(connection)
        assert changes(models()) == []
        assert [op[0] for op in changes(models(increment=2))] == ["modify_sequence"]
        assert changes(sa.MetaData()) == [("remove_sequence", another, "numbers")]
        assert differences(connection, sa.MetaData(), autogenerate_plugins=COMPLETE) == []


def test_a_sequence_of_another_database_that_a_table_left_out_uses_stays(mariadb_url, another):
    with sa.create_engine(mariadb_url).connect() as connection:
        connection.exec_driver_sql(f"CREATE SEQUENCE {another}.numbers")
        connection.exec_driver_sql(
            f"CREATE TABLE {another}.theirs (x INT DEFAULT nextval({another}.numbers))"
        )
        found = differences(
            connection,
            sa.MetaData(),
            autogenerate_plugins=COMPLETE,
            include_schemas=True,
            include_name=lambda name, kind, _: (
                name != "theirs" and (kind != "schema" or name in {None, another})
            ),
        )
        assert found == []
