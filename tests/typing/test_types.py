"""What type checkers know of the public functions: mypy agrees with each of the cases beside this file."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa

from alembic import api, context, op
from alembic.operations import BatchOperations, ops

FOLDER = Path(__file__).parent
ROOT = FOLDER.parents[1]
PUBLIC = {
    "op_cases.py": ("op", dir(op)),
    "batch_cases.py": ("batch_op", set(dir(BatchOperations)) - {"register_operation"}),
    "context_cases.py": ("context", dir(context)),
    "ops_cases.py": ("ops", dir(ops)),
    "api_cases.py": ("api", dir(api)),
}


def test_mypy_agrees():
    command = [sys.executable, "-m", "mypy", "--no-error-summary", "--follow-imports=silent"]
    if not sa.__version__.startswith("2.1"):
        command.append("--cache-dir=.mypy_cache/other-sqlalchemy")
    cases = sorted(str(path.relative_to(ROOT)) for path in FOLDER.glob("*_cases.py"))
    done = subprocess.run([*command, *cases], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout + done.stderr == ""


@pytest.mark.parametrize("file", PUBLIC)
def test_every_public_name_has_a_case(file):
    prefix, names = PUBLIC[file]
    text = (FOLDER / file).read_text(encoding="utf-8").replace("BatchOperations.", "batch_op.")
    public = [name for name in names if not name.startswith("_")]
    assert [name for name in public if not re.search(rf"\b{prefix}\.{name}\b", text)] == []
