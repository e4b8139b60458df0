"""``--json``: what a command found, for programs. It is loaded for that option only."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from alembic.command.output import print_text
from alembic.config import Config
from alembic.results.to_json import json_text
from alembic.script.facts import facts_of
from alembic.script.script import Script


def print_json(config: Config, results: Any) -> None:
    """Print a result, or a list of them."""
    print_text(config, json_text(results))


def print_revisions(
    config: Config, scripts: Iterable[Script], current: Collection[str] | None = None
) -> None:
    """Print a list of revisions; ``current`` are those that the database is at, if one was asked."""
    print_json(config, [facts_of(script, current) for script in scripts])
