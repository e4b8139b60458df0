"""Fault tests: a short form among all tests, and the full one (`make faults`)."""

from __future__ import annotations

import secrets
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from chain import Chain


class Faults:
    """A chain, its states at both ends, and a database that can be made empty again."""

    def __init__(self, folder, url) -> None:
        self.chain = Chain(folder, url)
        self.url = url
        self.points: dict[str, int] = {}
        self.goals: dict[str, dict] = {}
        for direction, target in (("upgrade", "head"), ("downgrade", "base")):
            self.points[direction] = self.chain.count(direction, target)
            self.goals[direction] = self.chain.state()

    def start(self, direction: str) -> tuple[str, str]:
        """Make the database ready for a run in this direction; its command."""
        if direction == "upgrade":
            self.clear()
            return "upgrade", "head"
        if self.chain.state() != self.goals["upgrade"]:
            self.clear()
            self.chain.ok("upgrade", "head")
        return "downgrade", "base"

    def clear(self) -> None:
        engine = sa.create_engine(self.url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
        with engine.connect() as connection:
            if engine.dialect.name == "postgresql":
                connection.exec_driver_sql("DROP SCHEMA public CASCADE")
                connection.exec_driver_sql("CREATE SCHEMA public")
                return
            for name in sa.inspect(connection).get_table_names():
                connection.exec_driver_sql(f"DROP TABLE {name}")


def _database(request, kind) -> Iterator[str]:
    """A database for the whole session: it is emptied, not made anew, for each of thousands."""
    server = request.getfixturevalue(f"{kind}_server")
    name = f"alembic_faults_{secrets.token_hex(5)}"
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    yield sa.make_url(server).set(database=name).render_as_string(hide_password=False)
    force = " WITH (FORCE)" if kind == "postgresql" else ""
    with engine.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE {name}{force}")


@pytest.fixture(scope="session")
def sqlite_faults(tmp_path_factory) -> Faults:
    folder = tmp_path_factory.mktemp("faults")
    return Faults(folder / "project", f"sqlite:///{folder / 'x.db'}")


@pytest.fixture(scope="session")
def postgresql_faults(request, tmp_path_factory) -> Iterator[Faults]:
    for url in _database(request, "postgresql"):
        yield Faults(tmp_path_factory.mktemp("faults") / "project", url)


@pytest.fixture(scope="session")
def mariadb_faults(request, tmp_path_factory) -> Iterator[Faults]:
    for url in _database(request, "mariadb"):
        yield Faults(tmp_path_factory.mktemp("faults") / "project", url)


@pytest.fixture(params=["sqlite", "postgresql", "mariadb"])
def faults(request) -> Faults:
    return request.getfixturevalue(f"{request.param}_faults")


@pytest.fixture(params=["postgresql", "mariadb"])
def server_faults(request) -> Faults:
    return request.getfixturevalue(f"{request.param}_faults")
