"""What the established release and this project answer to every scenario, asked once for a whole test run.

Scenarios are played in groups: one process for each side of a group, both at once. Where the tests run in
several processes, the first that needs a group plays it and the others wait for what it writes down.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import peer_projects
import pytest
import shapes
import sqlalchemy as sa

HERE = Path(__file__).parent
DRIVER = HERE / "peer_driver.py"
_PINNED = HERE.parents[1] / ".peer" / "bin" / "python"
_SECONDS = 300


def peer_python() -> str | None:
    """The interpreter that has the established release."""
    return os.environ.get("ALEMBIC_PEER_PYTHON") or (str(_PINNED) if _PINNED.exists() else None)


@pytest.fixture(scope="session")
def peer() -> str:
    """The interpreter that has the established release; without one the test is skipped."""
    python = peer_python()
    if python is None:
        pytest.skip("ALEMBIC_PEER_PYTHON names no interpreter that has the established release")
    return python


@pytest.fixture(scope="session")
def answers(request, tmp_path_factory, peer):
    """(group) → {"peer": {scenario: answers}, "ours": {…}}."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    known: dict[str, Any] = {}

    def of(group: str) -> dict[str, Any]:
        if group not in known:
            server = None
            if group in {"postgresql", "mariadb"}:
                server = request.getfixturevalue(f"{group}_server")
            known[group] = _once(
                folder / f"differential-{group}.json", lambda: _play(peer, group, server, folder)
            )
        return known[group]

    return of


def _once(result: Path, make: Any) -> dict[str, Any]:
    lock = result.with_suffix(".lock")
    try:
        lock.touch(exist_ok=False)
    except FileExistsError:
        deadline = time.monotonic() + _SECONDS
        while not result.exists():
            assert time.monotonic() < deadline, f"{lock}: whoever plays the scenarios is lost"
            time.sleep(0.1)
        return json.loads(result.read_text("utf-8"))
    try:
        made = make()
    except BaseException as error:
        made = {"failed": repr(error)}
        raise
    finally:
        draft = result.with_suffix(".draft")
        draft.write_text(json.dumps(made), encoding="utf-8")
        draft.rename(result)
    return made


def _play(python: str, group: str, server: str | None, folder: Path) -> dict[str, Any]:
    with _databases(server) as urls:
        running = {
            side: _start(side_python, group, urls[side], folder / group / side)
            for side, side_python in (("peer", python), ("ours", sys.executable))
        }
        for side, process in running.items():
            _, error = process.communicate(timeout=_SECONDS)
            assert process.returncode == 0, f"{side}: {error}"
    return {
        side: json.loads((folder / group / side / "answers.json").read_text("utf-8"))
        for side in running
    }


def _start(python: str, group: str, url: str | None, folder: Path) -> subprocess.Popen[str]:
    folder.mkdir(parents=True)
    spec, result = folder / "spec.json", folder / "answers.json"
    if group == "shapes":
        scenarios = [peer_projects.shape_scenario(*shape) for shape in shapes.SHAPES.items()]
    else:
        scenarios = [
            peer_projects.scenario(project, group, url)
            for project in peer_projects.all_projects()
            if group in project.databases
        ]
    spec.write_text(json.dumps({"root": str(folder), "scenarios": scenarios}), encoding="utf-8")
    # What the established release leaves to chance is at least the same from run to run.
    environment = {**os.environ, "PYTHONHASHSEED": "0", "COLUMNS": "80"}
    for name in ("ALEMBIC_CONFIG", "EDITOR", "VISUAL", "PYTHONPATH", "PYTHONDONTWRITEBYTECODE"):
        environment.pop(name, None)
    return subprocess.Popen(
        [python, str(DRIVER), str(spec), str(result)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
        cwd=folder,
    )


@contextmanager
def _databases(server: str | None) -> Iterator[dict[str, str | None]]:
    """A database for each side; their names are equally long, so that the URLs are."""
    if server is None:
        yield {"peer": None, "ours": None}
        return
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT", poolclass=sa.pool.NullPool)
    names = {side: f"alembic_test_{side}_{os.getpid()}" for side in ("peer", "ours")}
    with engine.connect() as connection:
        for name in names.values():
            connection.execute(sa.text(f"CREATE DATABASE {name}"))
        try:
            yield {
                side: sa.make_url(server).set(database=name).render_as_string(hide_password=False)
                for side, name in names.items()
            }
        finally:
            for name in names.values():
                connection.execute(sa.text(f"DROP DATABASE {name}"))
