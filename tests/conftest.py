"""Real databases for the tests: each test that asks for one gets a database of its own.

URLs come from ``ALEMBIC_TEST_POSTGRESQL_URL`` and ``ALEMBIC_TEST_MARIADB_URL``, else the local
servers are tried, else a server is started for the session where its programs are installed.
Where there is none the test is skipped with the reason, but in continuous integration
(``CI=true``) it fails: a missing server there is a broken build.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

import servers


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden", action="store_true", help="write the golden files anew (make golden)"
    )


def _server_or_skip(name: str) -> str:
    url, reason = servers.find(name)
    if url is None:
        message = f"no {name} server: {reason}"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    return url


@pytest.fixture(scope="session")
def postgresql_server() -> str:
    """URL of a PostgreSQL server; the database it names exists."""
    return _server_or_skip("postgresql")


@pytest.fixture(scope="session")
def mariadb_server() -> str:
    """URL of a MariaDB server."""
    return _server_or_skip("mariadb")


def _own_database(server: str) -> Iterator[str]:
    with servers.own_database(server, f"alembic_test_{secrets.token_hex(5)}") as url:
        yield url


@pytest.fixture
def sqlite_url(tmp_path) -> str:
    return f"sqlite:///{tmp_path / 'test.db'}"


@pytest.fixture
def postgresql_url(postgresql_server) -> Iterator[str]:
    yield from _own_database(postgresql_server)


@pytest.fixture
def mariadb_url(mariadb_server) -> Iterator[str]:
    yield from _own_database(mariadb_server)


@pytest.fixture(params=["sqlite", "postgresql", "mariadb"])
def database_url(request) -> str:
    """A fresh database on each of the three backends in turn."""
    return request.getfixturevalue(f"{request.param}_url")


@pytest.fixture
def engine(database_url) -> Iterator[sa.Engine]:
    engine = sa.create_engine(database_url)
    yield engine
    engine.dispose()
