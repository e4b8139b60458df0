"""The interface of autogenerate does what it does in the established release, used by one and the same program."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa

from alembic.autogenerate import compare_metadata, produce_migrations
from alembic.runtime import plugins
from alembic.runtime.migration import MigrationContext
from alembic.util.exc import CommandError

DRIVER = Path(__file__).with_name("interface_driver.py")
PEER = os.environ.get("ALEMBIC_PEER_PYTHON")


def _answers(python: str) -> dict[str, object]:
    done = subprocess.run(
        [python, str(DRIVER)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONHASHSEED": "0"},
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.differential
@pytest.mark.skipif(PEER is None, reason="ALEMBIC_PEER_PYTHON names no interpreter")
def test_the_same_program_gets_the_same_answers():
    assert _answers(sys.executable) == _answers(PEER or "")


def _context(url: str, metadata: object, **opts: object) -> MigrationContext:
    connection = sa.create_engine(url).connect()
    return MigrationContext.configure(connection, opts={"target_metadata": metadata, **opts})


@pytest.mark.parametrize("wrong", ["Base", [sa.MetaData(), 5], 5])
def test_metadata_that_is_none_is_named(wrong, sqlite_url):
    with pytest.raises(CommandError, match="is not a SQLAlchemy MetaData"):
        produce_migrations(_context(sqlite_url, wrong), wrong)


def test_a_plugin_that_nothing_provides_is_named(sqlite_url):
    metadata = sa.MetaData()
    context = _context(sqlite_url, metadata, autogenerate_plugins=["nobody.knows"])
    with pytest.raises(CommandError, match=r"nobody\.knows"):
        compare_metadata(context, metadata)


def test_our_own_opt_in_plugins_are_known_by_name():
    plugins.load_entry_points()
    assert "alembic.ext.checkconstraint_byname" in plugins._all_plugins
    assert "alembic.complete.checks" in plugins._all_plugins
