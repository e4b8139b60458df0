"""The graph as one page of HTML that needs nothing else: zoom, search, a panel for each revision.

The page is ``page.html`` beside this file, with the picture and the facts put in.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from html import escape
from pathlib import Path

from alembic.draw.svg import svg_text
from alembic.results.revision import RevisionInfo
from alembic.results.to_json import as_data


def html_text(revisions: Sequence[RevisionInfo], title: str) -> str:
    """The page, without a newline at the end."""
    page = Path(__file__).with_name("page.html").read_text(encoding="utf-8")
    # Within a script element, "<" could begin its end.
    facts = json.dumps([as_data(each) for each in revisions]).replace("<", "\\u003c")
    parts = {"TITLE": escape(title), "PICTURE": svg_text(revisions), "FACTS": facts}
    before, *rest = page.rstrip("\n").split("@@")
    return before + "".join(parts.get(part, part) for part in rest)
