"""``history --format``: the graph for pages and other programs. It is loaded for that option only."""

from __future__ import annotations

import re
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
        text = html_text(revisions, TITLE)
    elif wanted in _TEXTS:
        text = _TEXTS[wanted](revisions)
    else:
        raise UnknownFormat(wanted)
    encoding = getattr(config.stdout, "encoding", None)
    if encoding and not encoding.lower().startswith("utf"):
        text = _in_ascii(text, wanted)
    print_text(config, text)


def _in_ascii(text: str, wanted: str) -> str:
    """``text`` with a number for each letter beyond ASCII, as all of these languages know them.

    They take their files for UTF-8, whatever the terminal's encoding is.
    """
    sign = "#" if wanted == "mermaid" else "&#"
    return re.sub(r"[^\x00-\x7f]", lambda found: f"{sign}{ord(found[0])};", text)
