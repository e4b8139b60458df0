"""The figures of a run as a table of ``docs/chains.md``."""

from __future__ import annotations

from pathlib import Path

from chain_compare import Outcome

BEGIN, END = "<!-- figures -->", "<!-- end of figures -->"
_HEAD = "| chain | database | revisions | up | down | catalogs | further | outcome |"
_NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL", "mariadb": "MariaDB"}


def write(page: Path, outcomes: list[Outcome]) -> None:
    """Put the table between the two marks of the page."""
    text = page.read_text("utf-8")
    before, _, rest = text.partition(BEGIN)
    after = rest.partition(END)[2]
    lines = [_HEAD, "|" + " --- |" * 8, *map(_row, outcomes)]
    page.write_text(
        before + "\n".join([BEGIN, *lines, END]) + after, encoding="utf-8", newline="\n"
    )


def _row(outcome: Outcome) -> str:
    verdict = "the same"
    if outcome.problems:
        verdict = outcome.known or "**differs**"
    cells = [
        outcome.chain.name,
        _NAMES[outcome.database],
        outcome.revisions,
        outcome.upgraded,
        outcome.downgraded,
        outcome.compared,
        outcome.further or "",
        verdict,
    ]
    return f"| {' | '.join(map(str, cells))} |"
