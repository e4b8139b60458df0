"""Every command as a function of a :class:`~alembic.config.Config` (a door; files load on first use).

::

    from alembic import command
    from alembic.config import Config

    command.upgrade(Config("alembic.ini"), "head")
"""

from __future__ import annotations

import importlib

TYPE_CHECKING = False  # typing's own takes longer to import than a listing has
if TYPE_CHECKING:
    from typing import Any

    from alembic.command.create import merge as merge, revision as revision
    from alembic.command.drifting import drift as drift
    from alembic.command.editor import edit as edit
    from alembic.command.inspect import check as check
    from alembic.command.listing import (
        branches as branches,
        heads as heads,
        history as history,
        show as show,
    )
    from alembic.command.migrate import (
        current as current,
        downgrade as downgrade,
        ensure_version as ensure_version,
        stamp as stamp,
        upgrade as upgrade,
    )
    from alembic.command.move import rebase as rebase
    from alembic.command.shell_completion import completion as completion
    from alembic.command.start import init as init
    from alembic.command.templates import list_templates as list_templates

_ROOMS = {
    "branches": "listing",
    "check": "inspect",
    "completion": "shell_completion",
    "current": "migrate",
    "downgrade": "migrate",
    "drift": "drifting",
    "edit": "editor",
    "ensure_version": "migrate",
    "heads": "listing",
    "history": "listing",
    "init": "start",
    "list_templates": "templates",
    "merge": "create",
    "rebase": "move",
    "revision": "create",
    "show": "listing",
    "stamp": "migrate",
    "upgrade": "migrate",
}


def __getattr__(name: str) -> Any:
    if name in _ROOMS:
        return getattr(importlib.import_module(f"alembic.command.{_ROOMS[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(_ROOMS)
