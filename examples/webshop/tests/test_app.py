"""Both applications migrate their database before they serve."""

from __future__ import annotations

import importlib

import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient


@pytest.fixture(
    params=[("app", "sqlite+aiosqlite"), ("app_sync", "sqlite")], ids=lambda each: each[0]
)
def client(request, tmp_path, monkeypatch):
    """A client of an application with an empty database."""
    module, driver = request.param
    monkeypatch.setenv("SHOP_DATABASE", f"{driver}:///{tmp_path / 'shop.db'}")
    application = importlib.reload(importlib.import_module(module)).app
    with TestClient(application) as client:
        client.database = sa.create_engine(f"sqlite:///{tmp_path / 'shop.db'}")
        yield client
    client.database.dispose()


def test_the_database_is_migrated_at_the_start(client):
    assert client.app.state.migrated.heads_after == ("9d27f3c5e804",)
    assert client.get("/health").json() == {"is_at_head": True, "heads": ["9d27f3c5e804"]}


def test_the_shop_serves(client):
    with client.database.begin() as connection:
        connection.execute(sa.text("INSERT INTO product (name, price) VALUES ('tea', 450)"))
    assert client.get("/products").json() == [{"name": "tea", "price": 450}]
