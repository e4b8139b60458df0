"""The web shop: its own tests pass, as whoever copies it would run them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("fastapi", reason="FastAPI is not installed")
pytest.importorskip("httpx2", reason="httpx2 is not installed, which FastAPI's client needs")

WEBSHOP = Path(__file__).parents[2] / "examples" / "webshop"


def test_the_webshop_passes_its_own_tests(tmp_path):
    shop = tmp_path / "webshop"
    shutil.copytree(WEBSHOP, shop, ignore=shutil.ignore_patterns("__pycache__", "*.db"))
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "tests"],
        cwd=shop,
        env={**os.environ, "PYTEST_ADDOPTS": "", "PYTHONPATH": ""},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert "10 passed" in done.stdout
