"""Keywords that are ours: known on any dialect, and loaded with nobody's dialect before that."""

from __future__ import annotations

import subprocess
import sys

import pytest

from alembic.operations.schemaobj import SchemaObjects

MADE = {
    "postgresql_using_index": lambda of, **kw: of.unique_constraint("uq", "t", ["x"], **kw),
    "mysql_lock": lambda of, **kw: of.index("ix", "t", ["x"], **kw),
    "mariadb_algorithm": lambda of, **kw: of.check_constraint("ck", "t", "x > 0", **kw),
}


@pytest.mark.parametrize("keyword", MADE)
def test_it_is_taken_whatever_dialect_is_spoken(keyword):
    made = MADE[keyword](SchemaObjects(None), **{keyword: "said"})
    dialect, _, name = keyword.partition("_")
    assert made.dialect_options[dialect][name] == "said"


def test_no_dialect_is_loaded_for_it_before_it_is_used():
    code = "import sys, alembic.operations.base; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    assert [name for name in loaded if name.startswith("sqlalchemy.dialects.")] == []
