"""What the documentation tells its readers to type works, and shows what the page shows."""

from __future__ import annotations

from pathlib import Path

import pytest
from pages import Reader, read_page

DOCS = Path(__file__).parents[2] / "docs"
PAGES = [
    pytest.param(page, id=str(path.relative_to(DOCS)))
    for path in sorted(DOCS.rglob("*.md"))
    if "_build" not in path.parts and (page := read_page(path)).database
]


@pytest.mark.parametrize("page", PAGES)
def test_a_reader_who_follows_the_page_sees_what_it_shows(page, request, tmp_path):
    folder = tmp_path / "shop"
    folder.mkdir()
    url = "sqlite:///shop.db"
    if page.database != "sqlite":
        url = request.getfixturevalue(f"{page.database}_url")
    Reader(folder, page, url).follow()
