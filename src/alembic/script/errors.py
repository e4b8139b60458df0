"""What can be wrong with revision files and with the folder that holds them.

::

    CommandError
    └── ScriptError                 anything below
        ├── RevisionFileError       one file, with its ``path`` and, where it is known, its ``line``
        └── …                       kin beside the code that raises them

The graph's own errors (parents, cycles, identifiers) are in :mod:`alembic.graph.errors`.
"""

# ruff: noqa: PTH119, PTH120 - every listing loads this file, and does without pathlib

from __future__ import annotations

import os

from alembic.util.exc import CommandError
from alembic.util.text import short_path as short_path


class ScriptError(CommandError):
    """Something about the revision files, or about the folder that holds them."""


class RevisionFileError(ScriptError):
    """A revision file that can't be used. ``path`` is its path, ``line`` the line or None."""

    def __init__(self, path: str, line: int | None, problem: str) -> None:
        self.path = path
        self.line = line
        self.problem = problem
        where = short_path(path) if line is None else f"{short_path(path)}, line {line}"
        super().__init__(f"Can't use revision file {where}: {problem}")


class NoRevisionId(ScriptError):
    """A Python file among the revision files that doesn't say which revision it is."""

    def __init__(self, path: str) -> None:
        self.path = path
        super().__init__(
            f"Could not determine revision id from filename {os.path.basename(path)}. "
            "Be sure the 'revision' variable is declared inside the script, or move the file "
            f"out of {short_path(os.path.dirname(path))}."
        )
