"""The package as it is installed."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [
            sys.executable,
            "-m",
            "pip",
            "wheel",
            "-q",
            "--no-deps",
            "--no-build-isolation",
            "--disable-pip-version-check",
            "-w",
            str(folder),
            str(ROOT),
        ],
        check=True,
    )
    return next(folder.glob("*.whl"))


def test_the_wheel_holds_templates_types_and_stubs(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    for template in ("generic", "async", "multidb", "pyproject", "pyproject_async"):
        assert f"alembic/templates/{template}/env.py" in names
        assert f"alembic/templates/{template}/script.py.mako" in names
    assert {"alembic/stock_environment.py", "alembic/templates/minimal/script.py.mako"} <= names
    assert {"alembic/py.typed", "alembic/op.pyi", "alembic/context.pyi"} <= names


def test_an_installed_wheel_gives_the_command_and_the_module(wheel, tmp_path):
    environment = tmp_path / "environment"
    venv.create(environment, symlinks=True)
    site = next((environment / "lib").glob("python3*")) / "site-packages"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    python = environment / "bin" / "python"
    entry_points = next(site.glob("*.dist-info")) / "entry_points.txt"
    assert "alembic = alembic.cli.main:main" in entry_points.read_text()
    for command in (["-m", "alembic"], ["-c", "from alembic.cli.main import main; main()"]):
        done = subprocess.run(
            [python, *command, "--version"],
            capture_output=True,
            text=True,
            check=True,
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": ""},
        )
        assert done.stdout.split()[-1] == "1.21.0"
