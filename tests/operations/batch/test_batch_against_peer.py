"""The established release and this project make the same of a table by the same batch."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from batch_driver import CASES

DRIVER = Path(__file__).with_name("batch_driver.py")
PEER = os.environ.get("ALEMBIC_PEER_PYTHON")

# case → why this project does something else (docs/differences.md has the entry)
DIFFERENT = {
    "copied": "an index of a described column is an index of the table",
    "copied and renamed": "an index of a described column is an index of the table",
    "many at once": "a dropped column takes its index along",
    "moved": "a column is moved by alter_column()",
}

pytestmark = [
    pytest.mark.differential,
    pytest.mark.xdist_group("batch-peer"),
    pytest.mark.skipif(PEER is None, reason="ALEMBIC_PEER_PYTHON names no interpreter"),
]


@pytest.fixture(scope="module")
def answers() -> tuple[dict, dict]:
    return _run(PEER or ""), _run(sys.executable)


def _run(python: str) -> dict:
    done = subprocess.run(
        [python, str(DRIVER)], capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("name", CASES)
def test_a_batch_makes_the_same_of_a_table(answers, name):
    peer, ours = (answer[name] for answer in answers)
    if name in DIFFERENT:
        assert ours != peer, f"{name} needs no entry any more"
        assert "error" not in ours
    elif "error" in peer:
        assert set(peer["error"]) <= set(ours.get("error", ())), ours
    else:
        assert ours == peer
