"""The benchmark runs, and tells what it measured; what it measures is no matter here."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

RUN = Path(__file__).parents[2] / "benchmarks" / "run.py"


def test_a_case_is_measured_and_shown_as_text_and_as_markdown(tmp_path):
    page = tmp_path / "benchmarks.md"
    page.write_text("# Benchmarks\n\nBefore.\n\n<!-- tables -->\n\nold\n")
    done = subprocess.run(
        [sys.executable, RUN, "--case", "heads-1000", "--rounds", "1", "--markdown", page],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    row = next(line for line in done.stdout.splitlines() if line.startswith("heads-1000"))
    assert row.split()[2] == "-"  # no peer was given
    text = page.read_text()
    assert "Before." in text
    assert "| heads-1000 |" in text
    assert "old" not in text


def test_its_graphs_are_whole(monkeypatch):
    monkeypatch.syspath_prepend(RUN.parent)
    for name in ("projects", "measure"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    shape = __import__("projects").Shape("graph", 200)
    monkeypatch.delitem(sys.modules, "projects")
    nodes = shape.nodes()
    names = {node.revision for node in nodes}
    below = {parent for node in nodes for parent in node.down}
    assert len(names) == 200
    assert names - below == {shape.head}
    assert {len(node.down) for node in nodes} > {0, 1, 2}
    assert {node.depends_on for node in nodes} - {None} <= names
