"""Virtual environments with other people's packages, for the proofs that run this project with their code.

Each environment holds what a file of pinned requirements names, the established release among it; ``with_ours`` puts
this project in its place. They stay below ``.cache`` until the file changes.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
CACHE = ROOT / ".cache"


def interpreter(home: Path, pins: Path) -> Path:
    """The interpreter of the environment at ``home``, made anew where ``pins`` says something else by now."""
    python, ready = home / "bin" / "python", home / "ready"
    wanted = pins.read_text("utf-8")
    if not ready.exists() or ready.read_text("utf-8") != wanted:
        _run(uv(), "venv", "-q", "--clear", "--python", sys.executable, home)
        _run(uv(), "pip", "install", "-q", "--no-deps", "--python", python, "-r", pins)
        ready.write_text(wanted, encoding="utf-8")
    return python


def with_ours(python: Path, wheel: Path) -> None:
    """Install this project where the established release was."""
    install = [uv(), "pip", "install", "-q", "--no-deps", "--reinstall-package", "alembic"]
    _run(*install, "--python", python, wheel)


def wheel(folder: Path) -> Path:
    """This project as its users get it: a wheel, built into ``folder``."""
    _run(uv(), "build", "-q", "--wheel", "--clear", "--out-dir", folder, ROOT)
    (made,) = folder.glob("alembic-*.whl")
    return made


def source(name: str, version: str, folder: Path) -> Path:
    """The unpacked source distribution of a package: its own tests may be there."""
    pinned = f"{name}=={version}"
    ready = folder / "ready"
    if not ready.exists() or ready.read_text("utf-8") != pinned:
        shutil.rmtree(folder, ignore_errors=True)
        pip = [_tool(), "-m", "pip", "download", "-q", "--disable-pip-version-check"]
        _run(*pip, "--no-deps", "--no-binary", name, "-d", folder / "archive", pinned)
        (archive,) = (folder / "archive").iterdir()
        shutil.unpack_archive(archive, folder / "unpacked", filter="data")
        ready.write_text(pinned, encoding="utf-8")
    (unpacked,) = (folder / "unpacked").iterdir()
    return unpacked


def uv() -> Path:
    """The program that installs; it is installed itself on first use."""
    program = _tool().with_name("uv")
    if not program.exists():
        _run(_tool(), "-m", "pip", "install", "-q", "--disable-pip-version-check", "uv")
    return program


def _tool() -> Path:
    """The interpreter of the environment that the installing program lives in."""
    python = CACHE / "tool" / "bin" / "python"
    if not python.exists():
        _run(sys.executable, "-m", "venv", CACHE / "tool")
    return python


def _run(*command: str | Path) -> None:
    subprocess.run(command, check=True)
