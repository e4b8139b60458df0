"""Lightness: what only reads files loads neither SQLAlchemy nor Mako, and runs no revision file."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

HEAVY = ("sqlalchemy", "mako")
# Modules of the standard library that take longer to import than to list a hundred revisions.
SLOW = [
    "ast",
    "asyncio",
    "dataclasses",
    "datetime",
    "hashlib",
    "inspect",
    "json",
    "logging",
    "pathlib",
    "secrets",
    "shutil",
    "subprocess",
    "tempfile",
    "textwrap",
    "threading",
    "tomllib",
    "traceback",
    "typing",
]
NEEDED = "import argparse, configparser, contextlib, functools, importlib.util"
REVISION = '''"""{message}

Revision ID: {rev}
Revises: {down}
"""
revision = "{rev}"
down_revision = {down!r}
branch_labels = None
depends_on = None

raise SystemExit("a revision file was run")


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
'''
PROBE = """
import sys
from alembic.config import main
try:
    main({argv!r}, prog="alembic")
except SystemExit as left:
    assert not left.code, left.code
loaded = sorted(name for name in sys.modules if name.split(".")[0] in {heavy!r})
assert not loaded, loaded
"""


LOADED = """
import sys
from alembic.cli.main import main
sys.argv[1:] = {argv!r}
main()
print(*sys.modules)
"""


@pytest.fixture
def project(tmp_path):
    versions = tmp_path / "migrations" / "versions"
    versions.mkdir(parents=True)
    (tmp_path / "alembic.ini").write_text("[alembic]\nscript_location = %(here)s/migrations\n")
    (tmp_path / "migrations" / "env.py").write_text("raise SystemExit('env.py was run')\n")
    down = None
    for rev in ("a1", "b2", "c3"):
        text = REVISION.format(rev=rev, down=down, message=f"step {rev}")
        file = versions / f"{rev}_step.py"
        file.write_text(text)
        os.utime(file, (1_600_000_000, 1_600_000_000))  # a young file is not kept in the index
        down = rev
    return tmp_path


@pytest.mark.parametrize("index", ["cold", "warm"])
@pytest.mark.parametrize(
    "argv",
    [
        ["--help"],
        ["--version"],
        ["history"],
        ["history", "-v"],
        ["history", "--graph"],
        ["history", "--json"],
        ["history", "--format", "html"],
        ["upgrade", "--help"],
        ["heads"],
        ["heads", "--check"],
        ["branches"],
        ["show", "head"],
        ["show", "b2"],
    ],
    ids=" ".join,
)
def test_a_listing_loads_neither_sqlalchemy_nor_mako_and_runs_no_file(project, argv, index):
    for _ in range(1 if index == "cold" else 2):
        done = subprocess.run(
            [sys.executable, "-c", PROBE.format(argv=argv, heavy=HEAVY)],
            cwd=project,
            env={**os.environ, "PYTHONWARNINGS": "error"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("name", ["alembic", "alembic.script.revision", "alembic.config"])
def test_importing_one_room_runs_that_room_alone(name):
    code = f"import sys, {name}; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    assert [module for module in loaded if module.split(".")[0] in HEAVY] == []


@pytest.mark.parametrize(
    "argv", [["history"], ["heads"], ["branches"], ["show", "b2"]], ids=" ".join
)
def test_a_listing_with_a_warm_index_loads_no_slow_module(project, argv):
    def loaded(code):
        environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": ""}
        done = subprocess.run(
            [sys.executable, "-c", code],
            cwd=project,
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
        return set(done.stdout.splitlines()[-1].split())

    loaded(LOADED.format(argv=argv))
    needed = loaded(f"{NEEDED}; import sys; print(*sys.modules)")
    slow = (loaded(LOADED.format(argv=argv)) - needed).intersection(SLOW)
    assert slow == set()


ENV = """
from sqlalchemy import create_engine

from alembic import context

with create_engine("sqlite:///test.db").connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
"""
NOT_FOR_EVERY_RUN = (
    "alembic.operations.base",
    "alembic.operations.batch.record",
    "sqlalchemy.dialects.mysql",
    "sqlalchemy.dialects.postgresql",
    "sqlalchemy.ext.asyncio",
    "sqlalchemy.orm",
)


def test_a_run_with_nothing_to_do_loads_neither_verbs_nor_dialects_of_others(project):
    (project / "migrations" / "env.py").write_text(ENV)
    code = LOADED.format(argv=["current"])
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=project, capture_output=True, text=True, check=True
    )
    loaded = set(done.stdout.splitlines()[-1].split())
    assert "alembic.runtime.migration" in loaded
    assert sorted(loaded.intersection(NOT_FOR_EVERY_RUN)) == []


BATCH = """
import sys
import sqlalchemy as sa
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext

with sa.create_engine("sqlite://").begin() as connection:
    connection.exec_driver_sql("CREATE TABLE t (a INTEGER)")
    with Operations(MigrationContext.configure(connection)).batch_alter_table("t") as batch:
        batch.alter_column("a", nullable=False)
    found = connection.exec_driver_sql("SELECT sql FROM sqlite_master").scalar_one()
assert "NOT NULL" in found
print(*sys.modules)
"""


def test_a_batch_on_sqlite_loads_no_room_of_another_dialect():
    done = subprocess.run([sys.executable, "-c", BATCH], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert "alembic.operations.batch.live" in loaded
    assert not {each for each in loaded if "mysql_schema" in each or "postgresql_catalog" in each}
