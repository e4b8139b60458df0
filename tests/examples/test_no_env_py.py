"""A guest book without env.py: its program and the command line migrate it, on whichever driver."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa

GUESTBOOK = Path(__file__).parents[2] / "examples" / "no_env_py"
ASYNC = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg"}


def run(url, *arguments):
    return subprocess.run(
        [sys.executable, *arguments],
        env={**os.environ, "PYTHONWARNINGS": "error", "GUESTBOOK_URL": url},
        cwd=GUESTBOOK,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


@pytest.fixture(params=ASYNC)
def urls(request):
    """The URL of a fresh database for a synchronous and for an asynchronous driver."""
    url = request.getfixturevalue(f"{request.param}_url")
    other = sa.make_url(url).set(drivername=ASYNC[request.param])
    return url, other.render_as_string(hide_password=False)


def test_the_program_brings_its_database_up_to_date_once(urls):
    asynchronous = urls[1]
    for guests in ("Ada", "Ada Ada"):
        done = run(asynchronous, "guestbook.py")
        assert (done.stdout, done.stderr) == (f"In the book: {guests}\n", "")
    for each in urls:
        done = run(each, "-m", "alembic", "current")
        assert done.stdout == "1f6a02d94b7e (head)\n", done.stderr


def test_the_command_line_needs_no_env_py(database_url, engine):
    for command in (["upgrade", "head"], ["check"], ["downgrade", "base"]):
        done = run(database_url, "-m", "alembic", *command)
        assert done.returncode == 0, done.stderr
    assert sa.inspect(engine).get_table_names() == ["alembic_version"]
