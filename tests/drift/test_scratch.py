"""The scratch database: like the live one, empty, and gone in the end."""

from __future__ import annotations

import secrets

import pytest
import sqlalchemy as sa

from alembic.drift.scratch import ScratchNeeded, ScratchNotMade, ScratchNotUsable, scratch_database


@pytest.fixture(params=["sqlite", "postgresql", "mariadb"])
def engine(request, tmp_path):
    url = f"sqlite:///{tmp_path / 'live.db'}"
    if request.param != "sqlite":
        url = request.getfixturevalue(f"{request.param}_url")
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE live (id INTEGER)")
    yield engine
    engine.dispose()


def databases(engine: sa.Engine) -> list[str]:
    asked = {
        "postgresql": "SELECT datname FROM pg_database",
        "mysql": "SHOW DATABASES",
        "mariadb": "SHOW DATABASES",
    }.get(engine.dialect.name)
    if asked is None:
        return []
    with engine.connect() as connection:
        return [name for name in connection.exec_driver_sql(asked).scalars() if "scratch" in name]


def test_it_is_empty_of_the_same_kind_and_gone_in_the_end(engine):
    with engine.connect() as connection:
        with scratch_database(connection) as scratch, scratch.begin() as other:
            assert other.dialect.name == connection.dialect.name
            assert sa.inspect(other).get_table_names() == []
            other.exec_driver_sql("CREATE TABLE made (id INTEGER)")
            name = str(scratch.url.database)
        assert sa.inspect(connection).get_table_names() == ["live"]
    assert name.rpartition("/")[2] not in databases(engine)


def test_it_is_gone_after_an_error(engine):
    def fail() -> None:
        with engine.connect() as connection, scratch_database(connection) as scratch:
            names.append(str(scratch.url.database))
            raise RuntimeError

    names: list[str] = []
    with pytest.raises(RuntimeError):
        fail()
    assert names[0].rpartition("/")[2] not in databases(engine)


def test_what_the_program_gives_the_driver_goes_over(postgresql_url):
    engine = sa.create_engine(
        postgresql_url, poolclass=sa.NullPool, connect_args={"application_name": "shop"}
    )
    with (
        engine.connect() as connection,
        scratch_database(connection) as scratch,
        scratch.connect() as other,
    ):
        assert other.exec_driver_sql("SHOW application_name").scalar() == "shop"


def test_the_schemas_that_are_searched_are_searched_there_too(postgresql_url):
    engine = sa.create_engine(postgresql_url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        connection.exec_driver_sql('CREATE SCHEMA "Tenant"')
        connection.exec_driver_sql('SET search_path TO "Tenant", public')
        connection.commit()
        with scratch_database(connection) as scratch, scratch.connect() as other:
            assert other.dialect.default_schema_name == "Tenant"
            other.exec_driver_sql("CREATE TABLE made (id INTEGER)")
            assert sa.inspect(other).get_table_names(schema="Tenant") == ["made"]


def test_a_server_is_asked_for_the_same_encoding(mariadb_url):
    engine = sa.create_engine(mariadb_url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        name = connection.exec_driver_sql("SELECT DATABASE()").scalar()
        connection.exec_driver_sql(f"ALTER DATABASE {name} CHARACTER SET latin1 COLLATE latin1_bin")
        connection.exec_driver_sql(f"USE {name}")
        with scratch_database(connection) as scratch, scratch.connect() as other:
            found = other.exec_driver_sql("SELECT @@collation_database").scalar()
    assert found == "latin1_bin"


@pytest.fixture
def poor_user(request):
    """(kind of server, database, the server's URL) → a URL of the database for a user who may do little."""
    made = []

    def make(kind: str, url: str) -> sa.URL:
        name, server = f"poor_{secrets.token_hex(4)}", sa.make_url(url)
        if kind == "postgresql":
            statements = [f"CREATE ROLE {name} LOGIN PASSWORD 'secret'"]
            away = [f"DROP ROLE {name}"]
        else:
            statements = [
                f"CREATE USER {name}@'%' IDENTIFIED BY 'secret'",
                f"CREATE USER {name}@localhost IDENTIFIED BY 'secret'",
                f"GRANT ALL ON {server.database}.* TO {name}@'%'",
                f"GRANT ALL ON {server.database}.* TO {name}@localhost",
            ]
            away = [f"DROP USER {name}@'%'", f"DROP USER {name}@localhost"]
        engine = sa.create_engine(
            request.getfixturevalue(f"{kind}_server"),
            isolation_level="AUTOCOMMIT",
            poolclass=sa.NullPool,
        )
        made.append((engine, away))
        with engine.connect() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement.replace("%", "%%"))
        return server.set(username=name, password="secret")

    yield make
    for engine, away in made:
        with engine.connect() as connection:
            for statement in away:
                connection.exec_driver_sql(statement.replace("%", "%%"))


@pytest.mark.parametrize(
    ("kind", "right"), [("postgresql", "ALTER ROLE … CREATEDB"), ("mariadb", "GRANT ALL ON")]
)
def test_a_missing_right_is_named(kind, right, request, poor_user):
    url = poor_user(kind, request.getfixturevalue(f"{kind}_url"))
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with (
        engine.connect() as connection,
        pytest.raises(ScratchNotMade) as caught,
        scratch_database(connection),
    ):
        pass
    assert right in str(caught.value)
    assert "--scratch-url" in str(caught.value)
    assert "secret" not in str(caught.value)


def test_a_database_of_the_users_own_is_emptied_again(engine, request, tmp_path):
    kind = engine.dialect.name
    url = f"sqlite:///{tmp_path / 'own.db'}"
    admin = sa.create_engine(engine.url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    name = f"alembic_test_{secrets.token_hex(5)}"
    if kind != "sqlite":
        with admin.connect() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {name}")
        url = engine.url.set(database=name).render_as_string(hide_password=False)
    try:
        with engine.connect() as connection:
            for _ in range(2):
                with scratch_database(connection, url) as scratch, scratch.begin() as other:
                    other.exec_driver_sql("CREATE TABLE parent (id INTEGER PRIMARY KEY)")
                    other.exec_driver_sql(
                        "CREATE TABLE child (id INTEGER PRIMARY KEY REFERENCES parent (id))"
                    )
                    other.exec_driver_sql("CREATE VIEW seen AS SELECT id FROM child")
            with (
                scratch_database(connection, url) as scratch,
                scratch.begin() as other,
            ):
                other.exec_driver_sql("CREATE TABLE parent (id INTEGER PRIMARY KEY)")
    finally:
        if kind != "sqlite":
            with admin.connect() as connection:
                connection.exec_driver_sql(f"DROP DATABASE {name}")


def test_a_database_that_is_not_empty_is_refused(engine, tmp_path):
    live = engine.url.render_as_string(hide_password=False)
    with engine.connect() as connection:
        with pytest.raises(ScratchNotUsable, match="it is the database itself"):
            scratch_database(connection, live).__enter__()
        full = sa.create_engine(f"sqlite:///{tmp_path / 'full.db'}")
        with full.begin() as other:
            other.exec_driver_sql("CREATE TABLE kept (id INTEGER)")
        if connection.dialect.name == "sqlite":
            with pytest.raises(ScratchNotUsable, match="not empty"):
                scratch_database(connection, str(full.url)).__enter__()
        with full.connect() as other:
            assert sa.inspect(other).get_table_names() == ["kept"]
        full.dispose()


def test_other_servers_need_one_of_the_users(monkeypatch, tmp_path):
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'x.db'}", poolclass=sa.NullPool)
    with engine.connect() as connection:
        monkeypatch.setattr(connection.dialect, "name", "oracle")
        with pytest.raises(ScratchNeeded, match="--scratch-url"):
            scratch_database(connection).__enter__()
