"""Mermaid, DOT, SVG and HTML of a graph."""

from __future__ import annotations

import json
import re
from xml.etree import ElementTree as ET

import pytest
from infos import infos

from alembic.draw.dot import dot_text
from alembic.draw.html import html_text
from alembic.draw.mermaid import mermaid_text
from alembic.draw.svg import svg_text

SVG = "{http://www.w3.org/2000/svg}"
DRAWING = "a -> b -> d, a -> c -> d, x; x needs b, c is blog"
NASTY = 'a "quoted" <b>&amp;</b> \\ `tick` #1 \x1b[31m\nand another line'


@pytest.fixture
def revisions():
    return infos(DRAWING, d={"is_current": True}, b={"message": NASTY, "doc": NASTY})


def test_mermaid_has_a_node_for_each_revision_and_an_arrow_for_each_parent(revisions):
    text = mermaid_text(revisions)
    nodes = dict(re.findall(r'(r\d+)\["<b>(\w+)</b>', text))
    arrows = re.findall(r"(r\d+) (-->|-\.->) (r\d+)", text)
    assert text.startswith("flowchart BT\n")
    assert sorted(nodes.values()) == ["a", "b", "c", "d", "x"]
    assert sorted((nodes[low], arrow, nodes[high]) for low, arrow, high in arrows) == [
        ("a", "-->", "b"),
        ("a", "-->", "c"),
        ("b", "-->", "d"),
        ("b", "-.->", "x"),
        ("c", "-->", "d"),
    ]


def test_mermaid_escapes_what_would_end_a_text(revisions):
    (line,) = (line for line in mermaid_text(revisions).splitlines() if "<b>b</b>" in line)
    label = line.partition('["')[2].removesuffix('"]')
    assert not set('"`') & set(label)
    assert "#quot;quoted#quot; #lt;b#gt;#amp;amp;" in label


def test_dot_has_a_node_for_each_revision_and_an_edge_for_each_parent(revisions):
    text = dot_text(revisions)
    assert re.findall(r'^  "(\w+)" \[label', text, re.MULTILINE) == [
        each.revision for each in revisions
    ]
    edges = re.findall(r'"(\w+)" -> "(\w+)"( \[style=dashed\])?;', text)
    assert sorted((low, high, bool(dashed)) for low, high, dashed in edges) == [
        ("a", "b", False),
        ("a", "c", False),
        ("b", "d", False),
        ("b", "x", True),
        ("c", "d", False),
    ]
    assert '\\"quoted\\" <b>&amp;amp;</b> \\\\ `tick`' in text


def test_svg_is_well_formed_and_has_a_group_for_each_revision(revisions):
    root = ET.fromstring(svg_text(revisions))
    groups = root.findall(f"{SVG}g")
    assert [group.get("data-id") for group in groups] == [each.revision for each in revisions]
    assert [group.get("class") for group in groups if "current" in group.get("class")] == [
        "revision current"
    ]
    titles = {group.get("data-id"): group.find(f"{SVG}title").text for group in groups}
    assert "File: versions/b_.py" in titles["b"]
    assert "\x1b" not in titles["b"]
    paths = [path.get("class") for path in root.findall(f"{SVG}path")]
    assert (len(paths), paths.count("depends")) == (5, 1)


def test_a_picture_of_nothing_is_one(revisions):
    assert mermaid_text([]) == "flowchart BT"
    assert dot_text([]).endswith("}")
    assert ET.fromstring(svg_text([])).tag == f"{SVG}svg"
    assert '<script id="facts" type="application/json">[]</script>' in html_text([], "None")


def test_a_long_message_is_cut_in_the_picture_and_whole_in_its_title():
    (each,) = infos("a", a={"message": "m" * 500, "doc": "m" * 500})
    text = svg_text([each])
    assert f"{'m' * 109}…<" in text
    assert "m" * 500 in text


def test_the_page_needs_nothing_from_elsewhere(revisions):
    page = html_text(revisions, "History & more")
    assert "<title>History &amp; more</title>" in page
    assert re.findall(r'(?:src|href)="', page) == []
    assert "@import" not in page
    assert "@@" not in page
    assert set(re.findall(r"https?://[^\s\"'<]+", page)) == {"http://www.w3.org/2000/svg"}


def test_the_page_has_the_facts_of_each_revision_and_no_text_ends_its_script(revisions):
    nasty = infos("a", a={"message": "</script><script>alert(1)</script>"})
    page = html_text(nasty, "History")
    (facts,) = re.findall(r'<script id="facts" type="application/json">(.*?)</script>', page)
    assert json.loads(facts)[0]["message"] == "</script><script>alert(1)</script>"
    assert page.count("</script>") == 2
