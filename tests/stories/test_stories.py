"""Every story beside this file, told on each database that it names."""

from __future__ import annotations

from pathlib import Path

import pytest
from runner import Stage, read

STORIES = [
    pytest.param(story, database, id=f"{story.path.stem}-{database}")
    for story in (read(path) for path in sorted(Path(__file__).parent.glob("*.txt")))
    for database in story.databases
]


@pytest.mark.parametrize(("story", "database"), STORIES)
def test_story(story, database, request, tmp_path):
    url = request.getfixturevalue(f"{database}_url")
    folder = tmp_path / "project"
    folder.mkdir()
    processes = story.processes and database == story.databases[0]
    Stage(folder, url, processes=processes).play(story)
