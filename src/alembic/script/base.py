"""The older place of ``Script`` and ``ScriptDirectory`` (a door)."""

from __future__ import annotations

from alembic.script.directory import ScriptDirectory as ScriptDirectory
from alembic.script.script import Script as Script

__all__ = ["Script", "ScriptDirectory"]
