"""The example of a change by hand runs on each database."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

BY_HAND = Path(__file__).parents[2] / "examples" / "by_hand"


def test_the_change_is_found_taken_into_the_scripts_and_built_upon(database_url):
    done = subprocess.run(
        [sys.executable, BY_HAND / "demo.py", "--url", database_url],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert "  add index ix_visit_page on visit (page)" in done.stdout
    assert done.stdout.count("No drift: the database is what its scripts make.") == 2
    assert "No new upgrade operations detected." in done.stdout
    assert "(head), country" in done.stdout
