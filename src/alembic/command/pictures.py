"""``history --format``: the graph for pages and other programs. It is loaded for that option only."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

from alembic.command.output import print_text
from alembic.config import Config
from alembic.draw.dot import dot_text
from alembic.draw.html import html_text
from alembic.draw.mermaid import mermaid_text
from alembic.draw.svg import svg_text
from alembic.script.facts import facts_of
from alembic.script.script import Script
from alembic.util.exc import CommandError
from alembic.util.text import short_path

TITLE = "Revision history"

_TEXTS = {"mermaid": mermaid_text, "dot": dot_text, "svg": svg_text}


class UnknownFormat(CommandError):
    """A program asked for a picture that there is not."""

    def __init__(self, wanted: str) -> None:
        self.wanted = wanted
        super().__init__(f"There is no format {wanted!r}; there are: html, {', '.join(_TEXTS)}")


def print_picture(
    config: Config, wanted: str, scripts: Iterable[Script], current: Collection[str] | None
) -> None:
    """Print the graph; ``current`` are the revisions that the database is at, if one was asked.

    Raises :class:`UnknownFormat`.
    """
    # A picture may go elsewhere: it has paths as they are within the project.
    revisions = [
        replace(facts, path=short_path(facts.path))
        for facts in (facts_of(script, current) for script in scripts)
    ]
    if wanted == "html":
        print_text(config, html_text(revisions, TITLE))
    elif wanted in _TEXTS:
        print_text(config, _TEXTS[wanted](revisions))
    else:
        raise UnknownFormat(wanted)
