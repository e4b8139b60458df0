"""The figures of a run as a table of ``docs/chains.md``."""

from __future__ import annotations

from pathlib import Path

from chain_compare import Outcome

import page_table

_HEAD = ("chain", "database", "revisions", "up", "down", "catalogs", "further", "outcome")
_NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL", "mariadb": "MariaDB"}


def write(page: Path, outcomes: list[Outcome]) -> None:
    """Put the table into the page."""
    page_table.write(page, _HEAD, map(_row, outcomes))


def _row(outcome: Outcome) -> list[object]:
    verdict = "the same"
    if outcome.problems:
        verdict = outcome.known or "**differs**"
    return [
        outcome.chain.name,
        _NAMES[outcome.database],
        outcome.revisions,
        outcome.upgraded,
        outcome.downgraded,
        outcome.compared,
        outcome.further or "",
        verdict,
    ]
