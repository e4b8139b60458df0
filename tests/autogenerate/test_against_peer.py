"""The established release and this project compare and render the same models.

Each backend's cases are run in two processes, one per Alembic, each on a fresh database.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa
from cases import CASES

DRIVER = Path(__file__).with_name("compare_driver.py")
PEER = os.environ.get("ALEMBIC_PEER_PYTHON")

# case → why this project says something else (docs/differences.md has the entry)
NAMED = "an unnamed constraint is dropped by the name that the database has given it"
IDENTITY = "a change of an identity says what was there, so that it can be made"
DIFFERENT = {
    "two tables with a foreign key removed": "tables are removed in an order that the database accepts",
    "many tables at once": "tables are removed in the order of their names, not in one left to chance",
    "default: string with a quote": "the established release fails, or sees a change that is none",
    "default: empty string": "the established release sees a change that is none",
    "default: function same": "the same default in two spellings of MariaDB is no change",
    "default: boolean same": "the same default in two spellings of MariaDB is no change",
    "rendered type: variants": "a type within a type has its prefix on every database",
    "rendered type with a prefix: variants": "a type within a type has its prefix on every database",
    "rendered type: decorated": "the import that a type of the user's own needs is written",
    "rendered type: user defined": "the import that a type of the user's own needs is written",
    "index in a new table: function": "a new table on SQLite has its indexes over expressions",
    "index in a new table: function and column": "the same",
    "check with an expression": "a percent sign is written once",
    "column removed: percent in a default": "a percent sign is written once",
    "pg index nulls not distinct": "the message is not spelled letter by letter",
    "pg unique nulls not distinct": "the message names the option",
    "rendered type: mysql enum collation": "the collation of an enum is written",
    "rendered type with a prefix: mysql enum collation": "the collation of an enum is written",
    "identity added": IDENTITY,
    "identity removed": IDENTITY,
    "identity changed": IDENTITY,
    "unnamed unique added": NAMED,
    "unnamed foreign key added": NAMED,
    "unique column added": NAMED,
    "column with foreign key added": NAMED,
    "foreign key to a table that is nowhere else": NAMED,
}
BACKENDS = ("sqlite", "postgresql", "mariadb")
PAIRS = [
    pytest.param(backend, case.name, id=f"{backend}-{case.name}")
    for case in CASES
    for backend in BACKENDS
    if backend in case.on
]

pytestmark = [
    pytest.mark.differential,
    pytest.mark.xdist_group("autogenerate-peer"),
    pytest.mark.skipif(PEER is None, reason="ALEMBIC_PEER_PYTHON names no interpreter"),
]


@pytest.fixture(scope="module")
def answers(request, tmp_path_factory):
    """(backend) → (what the established release says, what this project says), by case."""
    known: dict[str, tuple[dict[str, object], dict[str, object]]] = {}

    def of(backend: str) -> tuple[dict[str, object], dict[str, object]]:
        if backend not in known:
            known[backend] = (
                _run(PEER or "", backend, request, tmp_path_factory),
                _run(sys.executable, backend, request, tmp_path_factory),
            )
        return known[backend]

    return of


def _run(python: str, backend: str, request, tmp_path_factory) -> dict[str, object]:
    if backend == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('compare') / 'compare.db'}"
        return _driver(python, url, backend)
    server = request.getfixturevalue(f"{backend}_server")
    name = f"alembic_test_compare_{os.getpid()}"
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT", poolclass=sa.pool.NullPool)
    with engine.connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name}"))
        try:
            url = sa.make_url(server).set(database=name).render_as_string(hide_password=False)
            return _driver(python, url, backend)
        finally:
            connection.execute(sa.text(f"DROP DATABASE {name}"))


def _driver(python: str, url: str, backend: str) -> dict[str, object]:
    done = subprocess.run(
        [python, str(DRIVER), url, backend],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONHASHSEED": "0"},
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize(("backend", "name"), PAIRS)
def test_the_same_differences_and_the_same_code(backend, name, answers):
    theirs, ours = answers(backend)
    if name in DIFFERENT:
        assert "error" not in ours[name] or "error" in theirs[name]
        return
    assert ours[name] == theirs[name]
