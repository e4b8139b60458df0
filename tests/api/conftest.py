from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from projects import Project

ASYNC_DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg"}


@pytest.fixture
def project(tmp_path, monkeypatch) -> Project:
    """A folder of scripts: a1, and b2 and c3 on it, and d4 that joins them."""
    monkeypatch.chdir(tmp_path)
    project = Project(tmp_path).begin()
    project.write("migrations/env.py", "raise SystemExit('env.py was run')\n")
    project.revisions("a1 -> b2, a1 -> c3, b2+c3 -> d4")
    return project


@pytest.fixture(params=["sqlite", "postgresql"])
def async_url(request) -> sa.URL:
    url = sa.make_url(request.getfixturevalue(f"{request.param}_url"))
    return url.set(drivername=ASYNC_DRIVERS[request.param])


@pytest.fixture
def async_engine(async_url) -> Iterator[AsyncEngine]:
    """An engine for one event loop; the test disposes of it there."""
    return create_async_engine(async_url)


@pytest.fixture
def metadata() -> sa.MetaData:
    """The models that the four revisions make."""
    metadata = sa.MetaData()
    for name in ("a1", "b2", "c3", "d4"):
        sa.Table(f"table_{name}", metadata, sa.Column("id", sa.Integer, primary_key=True))
    return metadata
