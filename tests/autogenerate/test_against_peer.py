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

from sampling import is_taken

DRIVER = Path(__file__).with_name("compare_driver.py")
PEER = os.environ.get("ALEMBIC_PEER_PYTHON")

# case → the entry of docs/differences.md that says why this project says something else
NAMES, IDENTITY = "autogenerate-names", "autogenerate-identity"
ORDER, DEFAULTS = "autogenerate-order", "autogenerate-defaults"
RENDERING, LOG, ALONG = "autogenerate-rendering", "autogenerate-log", "autogenerate-along"
DIFFERENT = {
    "two tables with a foreign key removed": ORDER,
    "many tables at once": ORDER,
    "default: string with a quote": DEFAULTS,
    "default: empty string": DEFAULTS,
    "default: function same": DEFAULTS,
    "default: boolean same": DEFAULTS,
    "rendered type: variants": RENDERING,
    "rendered type with a prefix: variants": RENDERING,
    "rendered type: decorated": RENDERING,
    "rendered type: user defined": RENDERING,
    "index in a new table: function": RENDERING,
    "index in a new table: function and column": RENDERING,
    "check with an expression": RENDERING,
    "column removed: percent in a default": RENDERING,
    "rendered type: mysql enum collation": RENDERING,
    "rendered type with a prefix: mysql enum collation": RENDERING,
    "pg index nulls not distinct": LOG,
    "pg unique nulls not distinct": LOG,
    "identity added": IDENTITY,
    "identity removed": IDENTITY,
    "identity changed": IDENTITY,
    "unnamed unique added": NAMES,
    "unnamed foreign key added": NAMES,
    "unique column added": NAMES,
    "column with foreign key added": NAMES,
    "foreign key to a table that is nowhere else": NAMES,
    "primary key column made big": ALONG,
    "foreign key added": ALONG,
    "foreign key removed": ALONG,
    "two indexes and two keys changed": ALONG,
    "everything of a table, as batch": ALONG,
    "convention, everything gone": ALONG,
    "column removed: dialect keyword": ALONG,
    "table with everything added": ALONG,
    "table with everything removed": ALONG,
}
DIFFERENCES = Path(__file__).parents[2] / "docs" / "differences.md"
BACKENDS = ("sqlite", "postgresql", "mariadb")
PAIRS = [
    pytest.param(backend, case.name, id=f"{backend}-{case.name}")
    for case in CASES
    for backend in BACKENDS
    if backend in case.on and (case.name in DIFFERENT or is_taken(backend, case.name))
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
    names = [param.values[1] for param in PAIRS if param.values[0] == backend]
    done = subprocess.run(
        [python, str(DRIVER), url, backend, *names],
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


@pytest.mark.parametrize("name", sorted(DIFFERENT))
def test_what_differs_on_purpose_still_differs(name, answers):
    case = next(one for one in CASES if one.name == name)
    pairs = [answers(backend) for backend in BACKENDS if backend in case.on]
    # Chance, which has the other release's order, may come to the same.
    assert DIFFERENT[name] == ORDER or any(ours[name] != theirs[name] for theirs, ours in pairs)
    assert f"({DIFFERENT[name]})=" in DIFFERENCES.read_text(encoding="utf-8")
