"""The bookshop: its demo runs on each database, and its models are what its revisions make."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa

BOOKSHOP = Path(__file__).parents[2] / "examples" / "bookshop"
REVISIONS = 8


def demo(*arguments):
    return subprocess.run(
        [sys.executable, BOOKSHOP / "demo.py", *arguments],
        env={**os.environ, "PYTHONWARNINGS": "error"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )


@pytest.fixture
def models(monkeypatch):
    monkeypatch.syspath_prepend(BOOKSHOP)
    monkeypatch.delitem(sys.modules, "models", raising=False)
    yield __import__("models")
    sys.modules.pop("models", None)


def columns(inspector, table):
    return {column["name"]: column["nullable"] for column in inspector.get_columns(table)}


def references(inspector, table):
    return {
        (*key["constrained_columns"], key["referred_table"])
        for key in inspector.get_foreign_keys(table)
    }


def test_the_demo_goes_up_and_down_and_the_models_are_what_it_leaves(database_url, engine, models):
    done = demo("--url", database_url)
    assert done.returncode == 0, done.stdout
    steps_up = 2 * REVISIONS - 2  # all of them, then all but the two below the first shelf
    assert done.stdout.count("Running upgrade") == steps_up
    assert done.stdout.count("Running downgrade") == REVISIONS - 2
    assert "\n2c7fa95b13e8 (head)\n" in done.stdout
    assert done.stdout.count("Jane Eyre                  Charlotte Brontë") == 2
    inspector = sa.inspect(engine)
    tables = models.Base.metadata.tables
    assert {*inspector.get_table_names()} == {"alembic_version", *tables}
    for name, table in tables.items():
        assert columns(inspector, name) == {
            column.name: column.nullable for column in table.columns
        }
        assert references(inspector, name) == {
            (key.parent.name, key.column.table.name) for key in table.foreign_keys
        }


def test_the_demo_may_be_run_again(sqlite_url):
    first, second = demo("--url", sqlite_url), demo("--url", sqlite_url)
    assert (first.returncode, second.returncode) == (0, 0), second.stdout
    assert "Running downgrade 8d1f5a27c0b4 -> , books" in second.stdout
    assert (
        first.stdout.partition("# The tables now:")[2]
        == (second.stdout.partition("# The tables now:")[2])
    )


def test_the_demo_leaves_a_database_with_other_tables_alone(sqlite_url):
    engine = sa.create_engine(sqlite_url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE payroll (id INTEGER)"))
    done = demo("--url", sqlite_url)
    assert done.returncode == 1
    assert "payroll" in done.stdout
    assert sa.inspect(engine).get_table_names() == ["payroll"]


def test_an_unknown_database_is_said_in_a_line():
    done = demo("--url", "sqlite:////nowhere/at/all.db")
    assert done.returncode == 1
    assert done.stdout.startswith("Can't reach the database:")
    assert done.stdout.count("\n") == 1
