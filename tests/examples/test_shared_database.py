"""A shop in a shared database: the demo of include and exclude lists, on each database."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import sqlalchemy as sa

DEMO = Path(__file__).parents[2] / "examples" / "shared_database" / "demo.py"


def test_only_what_is_the_shops_is_compared(database_url, engine):
    done = subprocess.run(
        [sys.executable, DEMO, "--url", database_url],
        env={**os.environ, "PYTHONWARNINGS": "error"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert "Read from table shop_version" in done.stdout
    assert "[('remove_column', None, 'sale', Column('discount', INTEGER(" in done.stdout
    assert done.stdout.count("('remove_") == 2  # in the log and in the message, nothing else
    assert "matches nothing" not in done.stdout
    assert "\nalembic_version audit_2031 payroll_person\n" in done.stdout
    assert sa.inspect(engine).get_table_names() == []
