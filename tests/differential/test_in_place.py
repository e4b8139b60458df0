"""A project that is half-way under the established release goes on under this one, and back again."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import peer_dump
import peer_projects
import pytest
import shapes

import servers

DRIVER = """
import json, sys, warnings
warnings.simplefilter("ignore")
from alembic.config import main
for line in json.loads(sys.argv[1]):
    print("$", line, flush=True)
    main(argv=line.split(), prog="alembic")
"""
TURNS = [
    ("peer", ["upgrade b1", "current"]),
    ("ours", ["current", "upgrade +1", "upgrade e1", "current", "history"]),
    ("peer", ["current", "upgrade heads", "downgrade e1", "current", "heads"]),
    ("ours", ["upgrade g1", "current", "downgrade d1", "stamp heads", "stamp d1", "downgrade c1"]),
    ("peer", ["current", "upgrade heads", "downgrade base", "current"]),
]
"""Who runs which commands on one and the same folder and database."""

pytestmark = pytest.mark.differential


def _files() -> dict[str, str]:
    """A chain with tables and data, and a branch and its merge above it."""
    chain = peer_projects.read(peer_projects.FOLDER / "chain.txt").files
    above = shapes.revision_files("d1 -> e1, d1 -> f1, e1+f1 -> g1")
    above.pop("migrations/versions/d1_step.py")
    return {**chain, **above}


class Place:
    """A folder with the project, and its database."""

    def __init__(self, folder: Path, url: str | None) -> None:
        self.folder = folder
        self.url = url or f"sqlite:///{folder / 'test.db'}"
        self.files = {name: text.replace("{url}", self.url) for name, text in _files().items()}
        for name, text in self.files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")

    def run(self, python: str, commands: list[str]) -> str:
        """What the commands print."""
        names = ("ALEMBIC_CONFIG", "PYTHONPATH", "PYTHONDONTWRITEBYTECODE")
        environment = {name: value for name, value in os.environ.items() if name not in names}
        done = subprocess.run(
            [python, "-c", DRIVER, json.dumps(commands)],
            cwd=self.folder,
            env={**environment, "PYTHONHASHSEED": "0"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{python} {commands}\n{done.stdout}{done.stderr}"
        return done.stdout

    def dump(self) -> str:
        """What the database holds as SQLAlchemy reads it, and the journals that are there, as JSON."""
        found = peer_dump.reflected(self.url)
        for schema in found.values():
            for row in schema["tables"].get("account", {}).get("rows", ()):
                row[:] = [value for value in row if "-" not in str(value)]  # moments
        text = json.dumps([found, peer_dump.journals(self.url)], indent=1)
        return text.replace(peer_dump.name(self.url), "<database>")

    def new_files(self) -> set[str]:
        """What the commands have left in the folder, besides byte code."""
        there = {
            path.relative_to(self.folder).as_posix()
            for path in self.folder.rglob("*")
            if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".db"
        }
        return there - self.files.keys()


@pytest.mark.parametrize("database", ["sqlite", "postgresql", "mariadb"])
def test_a_project_changes_hands_half_way_and_back(database, peer, request, tmp_path):
    """After each turn the database is what it is where the established release runs alone."""
    pythons = {"peer": peer, "ours": sys.executable}
    with ExitStack() as stack:
        places = []
        for name in ("shared", "single"):
            url = None
            if database != "sqlite":
                server = request.getfixturevalue(f"{database}_server")
                url = stack.enter_context(
                    servers.own_database(server, f"alembic_test_{name}_{os.getpid()}")
                )
            places.append(Place(tmp_path / name, url))
        shared, single = places
        for side, commands in TURNS:
            printed = shared.run(pythons[side], commands)
            # The established release leaves the order of several heads to chance.
            assert sorted(printed.splitlines()) == sorted(single.run(peer, commands).splitlines())
            assert shared.dump() == single.dump(), commands
            assert not shared.new_files(), commands
