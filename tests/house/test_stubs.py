"""op.pyi and context.pyi say what the two doors hand on: written by tools/write_stubs.py, and fresh."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import alembic

ROOT = Path(__file__).parents[2]
PACKAGE = Path(alembic.__file__).parent


def _check() -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "tools" / "write_stubs.py"), "--check"]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_stubs_are_fresh():
    checked = _check()
    assert (checked.returncode, checked.stderr) == (0, "")


def test_each_stub_names_every_function_of_its_door():
    for door in ("op", "context"):
        module = __import__(f"alembic.{door}", fromlist=[door])
        text = (PACKAGE / f"{door}.pyi").read_text(encoding="utf-8")
        missing = [
            name
            for name in dir(module)
            if not name.startswith("_") and f"def {name}(" not in text and f"\n{name}: " not in text
        ]
        assert missing == []
