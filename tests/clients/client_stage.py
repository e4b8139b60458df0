"""What stands where a client's own tests would start containers: the servers that are here.

Loaded as a pytest plugin (``-p client_stage``) by the client's interpreter, before anything of the client. The PostgreSQL
server is the one of ``CLIENT_POSTGRESQL_URL``; tests for servers that are not here are skipped.
"""

from __future__ import annotations

import importlib
import os
import sys
from types import ModuleType, SimpleNamespace
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

_SERVICES = {
    "postgres": ("PostgresService", ("postgres_service", "postgres14_service")),
    "cockroachdb": ("CockroachDBService", ("cockroachdb_service",)),
    "mssql": ("MSSQLService", ("mssql_service",)),
    "mysql": ("MySQLService", ("mysql_service",)),
    "oracle": ("OracleService", ("oracle_18c_service", "oracle_23ai_service")),
    "spanner": ("SpannerService", ("spanner_service", "spanner_connection")),
    "rustfs": ("RustfsService", ("rustfs_service",)),
    "bigquery": ("BigQueryService", ("bigquery_service",)),
}
"""{module of pytest-databases: (its class, its fixtures)}."""


def _server() -> SimpleNamespace | None:
    url = os.environ.get("CLIENT_POSTGRESQL_URL")
    if not url:
        return None
    parts = urlsplit(url)
    return SimpleNamespace(
        host=parts.hostname,
        port=parts.port or 5432,
        user=unquote(parts.username or "postgres"),
        password=unquote(parts.password or "postgres"),
        database=parts.path.lstrip("/"),
        driver_opts={},
    )


def _fixture(name: str) -> Any:
    @pytest.fixture(scope="session", name=name)
    def service() -> SimpleNamespace:
        server = _server() if name == "postgres_service" else None
        if server is None:
            pytest.skip(f"{name}: no such server here")
        return server

    return service


def _module(name: str, **names: Any) -> None:
    module = ModuleType(name)
    vars(module).update(names, __path__=[])
    sys.modules[name] = module
    parent, _, child = name.rpartition(".")
    if parent in sys.modules:
        setattr(sys.modules[parent], child, module)


def _pytest_databases() -> None:
    _module("pytest_databases")
    _module("pytest_databases.docker")
    for module, (service, fixtures) in _SERVICES.items():
        names = {service: type(service, (), {}), **{each: _fixture(each) for each in fixtures}}
        _module(f"pytest_databases.docker.{module}", **names)
    try:
        importlib.import_module("google")  # protobuf's is there where a client needs it
    except ImportError:
        _module("google")
    _module("google.cloud")
    _module("google.cloud.spanner", Client=type("Client", (), {}))


def _pytest_mock_resources() -> None:
    try:
        from pytest_mock_resources.container import base
    except ImportError:
        return
    server = _server()

    def found(_docker: Any, config: Any, **_options: Any) -> None:
        """The container is there already."""
        if config.name != "postgres" or server is None:
            pytest.skip(f"{config.name}: no such server here")
        for field in ("host", "port", "password"):
            config.set(field, getattr(server, field))
        config.set("username", server.user)
        config.set("root_database", server.database)

    base.wait_for_container = found
    base.get_docker_client = lambda _config: None


_pytest_databases()
_pytest_mock_resources()
