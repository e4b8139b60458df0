"""Migrations in a program: :class:`Migrator`, and the results that it gives (a door).

::

    from alembic.api import Migrator

    migrator = Migrator(engine, scripts="migrations", metadata=Base.metadata)
    result = migrator.upgrade()          # or: await migrator.aupgrade()
    result.heads_after                   # ("ae1027a6",)

It runs no ``env.py``: the engine, the models and the options are what the program says.
"""

from __future__ import annotations

import importlib

TYPE_CHECKING = False  # typing's own takes longer to import than this file takes to run
if TYPE_CHECKING:
    from typing import Any

    from alembic.api.migrator import Migrator as Migrator
    from alembic.results.database import (
        Current as Current,
        Plan as Plan,
        PlannedStep as PlannedStep,
        RunResult as RunResult,
        StepResult as StepResult,
    )
    from alembic.results.differences import (
        Difference as Difference,
        Differences as Differences,
        PossibleRename as PossibleRename,
    )
    from alembic.results.revision import RevisionInfo as RevisionInfo
    from alembic.results.to_json import as_data as as_data, json_text as json_text

_ROOMS = {
    "Current": "results.database",
    "Difference": "results.differences",
    "Differences": "results.differences",
    "Migrator": "api.migrator",
    "Plan": "results.database",
    "PlannedStep": "results.database",
    "PossibleRename": "results.differences",
    "RevisionInfo": "results.revision",
    "RunResult": "results.database",
    "StepResult": "results.database",
    "as_data": "results.to_json",
    "json_text": "results.to_json",
}


def __getattr__(name: str) -> Any:
    if name in _ROOMS:
        return getattr(importlib.import_module(f"alembic.{_ROOMS[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(_ROOMS)
