from __future__ import annotations

import pytest

from projects import Project


@pytest.fixture
def empty(tmp_path, monkeypatch) -> Project:
    """An empty folder, which is the current one."""
    folder = tmp_path / "project"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.delenv("ALEMBIC_CONFIG", raising=False)
    monkeypatch.setenv("COLUMNS", "80")
    return Project(folder)


@pytest.fixture
def project(empty) -> Project:
    """A project without a revision, which is the current folder."""
    return empty.begin()
