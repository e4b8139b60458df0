"""Another parent for a file, and every other byte as it was."""

from __future__ import annotations

import importlib.util
import py_compile
import stat
from pathlib import Path

import pytest

from alembic.script.errors import RevisionFileError
from alembic.script.read_header import read_header
from alembic.script.rewrite_header import ComputedParent, rewrite_down_revision, rewritten

STOCK = '''# a comment: "Revises: a1"
"""add ünïcode

Revision ID: c1
Revises: a1
Create Date: 2026-11-24 16:15:47.793542

"""
from typing import Sequence, Union

revision: str = 'c1'
down_revision: Union[str, Sequence[str], None] = 'a1'  # Revises: a1
branch_labels = None


def upgrade() -> None:
    op.execute("Revises: a1; down_revision = 'a1'")
'''


def test_the_value_and_the_revises_line_change_and_nothing_else():
    after = rewritten(STOCK.encode(), "c1.py", "b1").decode()
    assert after == STOCK.replace("\nRevises: a1\n", "\nRevises: b1\n").replace(
        "None] = 'a1'", "None] = 'b1'"
    )


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"])
def test_line_ends_and_the_byte_order_mark_stay(end, bom):
    before = bom + STOCK.replace("\n", end).encode()
    after = rewritten(before, "c1.py", "b1")
    assert after.replace(b"b1", b"a1") == before
    assert after.count(b"b1") == 2


def test_a_byte_order_mark_before_the_docstring_stays():
    before = (
        b"\xef\xbb\xbf" + '"""ü\n\nRevises: a1\n"""\nrevision = "c1"\ndown_revision = "a1"'.encode()
    )
    after = rewritten(before, "c1.py", "b1")
    assert after.replace(b"b1", b"a1") == before
    assert after.count(b"b1") == 2


def test_a_file_of_another_encoding_stays_in_it():
    before = ("# coding: latin-1\n" + STOCK.replace("'c1'", "'c1'; x = 'é'")).encode("latin-1")
    after = rewritten(before, "c1.py", "b1")
    assert after.replace(b"b1", b"a1") == before


@pytest.mark.parametrize(
    ("before", "down", "after"),
    [
        ("'a1'", "b1", "'b1'"),
        ('"a1"', "b1", '"b1"'),
        ('"""a1"""', "b1", '"b1"'),
        ("None", "b1", "'b1'"),
        ("'a1'", None, "None"),
        ("'a1'", ("b1", "d1"), "('b1', 'd1')"),
        ('"a1"', ("b1", "d1"), '("b1", "d1")'),
        ("('a1',)", "b1", "('b1',)"),
        ("['a1']", "b1", "['b1']"),
        ("( 'a1' , \"x1\" ,)", ("b1", "x1"), "( 'b1' , \"x1\" ,)"),
        ("('a1',  # first\n  'x1')", ("a1", "y1"), "('a1',  # first\n  'y1')"),
        ("('a1', 'x1')", "b1", "'b1'"),
        ("'a1', 'x1'", "b1", "'b1'"),
        ("('a1')", "b1", "('b1')"),
        ('"a1"', "it's", '"it\'s"'),
    ],
)
def test_the_form_of_the_value_stays_as_far_as_it_can(before, down, after):
    text = f"revision = 'c1'\ndown_revision = {before}  # why\n"
    expected = f"revision = 'c1'\ndown_revision = {after}  # why\n"
    assert rewritten(text.encode(), "c1.py", down).decode() == expected


@pytest.mark.parametrize(
    ("before", "down", "after"),
    [
        ("Revises: a1", "b1", "Revises: b1"),
        ("Revises: ", "b1", "Revises: b1"),
        ("Revises:", "b1", "Revises: b1"),
        ("Revises: a1", None, "Revises: "),
        ("Revises: a1, x1", "b1", "Revises: b1"),
        ("Revises: a1", ("b1", "x1"), "Revises: b1, x1"),
        ("Revises: a1  (see ticket 7)", "b1", "Revises: b1  (see ticket 7)"),
        ("  Revises:\ta1 ", "b1", "  Revises:\tb1 "),
        ("revises a1", "b1", "revises a1"),
        ("What Revises: a1", "b1", "What Revises: a1"),
    ],
)
def test_the_revises_line_of_the_docstring_follows(before, down, after):
    code = "revision = 'c1'\ndown_revision = 'a1'\n"
    result = rewritten(f'"""m\n\n{before}\n"""\n{code}'.encode(), "c1.py", down).decode()
    assert result.startswith(f'"""m\n\n{after}\n"""\n')


def test_a_revises_line_at_the_end_of_the_docstring_is_found():
    text = '"""m\nRevises: a1"""\nrevision = "c1"\ndown_revision = "a1"\n'
    assert rewritten(text.encode(), "c1.py", "b1").decode() == text.replace("a1", "b1")


@pytest.mark.parametrize(
    "text",
    [
        "down_revision = 'a' + '1'\n",
        "down_revision = 'z1'\ndown_revision = 'a1'\n",
        "other = down_revision = 'a1'\n",
        "down_revision, x = 'a1', 1\n",
        "down_revision = 'a1'\nif True:\n    down_revision = 'z1'\n",
        "from elsewhere import down_revision\n",
        "down_revision = 'a1'\ndepends_on = some()\n",
    ],
)
def test_a_computed_parent_is_refused_and_the_file_stays(tmp_path, text):
    path = tmp_path / "c1.py"
    path.write_text("revision = 'c1'\n" + text)
    with pytest.raises(ComputedParent, match=r"c1\.py"):
        rewrite_down_revision(str(path), "b1")
    assert path.read_text() == "revision = 'c1'\n" + text
    assert [file.name for file in tmp_path.iterdir()] == ["c1.py"]


def test_a_file_that_cant_be_parsed_is_refused(tmp_path):
    path = tmp_path / "c1.py"
    path.write_text("revision = = 'c1'\n")
    with pytest.raises(RevisionFileError, match=r"c1\.py, line 1"):
        rewrite_down_revision(str(path), "b1")
    with pytest.raises(RevisionFileError, match="no source"):
        rewrite_down_revision(str(tmp_path / "c1.pyc"), "b1")


def test_the_mode_stays_and_stale_byte_code_goes(tmp_path):
    path = tmp_path / "c1.py"
    path.write_text(STOCK)
    path.chmod(0o640)
    py_compile.compile(str(path))
    rewrite_down_revision(str(path), "b1")
    header = read_header(path.read_bytes(), str(path))
    assert header is not None
    assert header.down == "b1"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert not Path(importlib.util.cache_from_source(str(path))).exists()


def test_a_link_stays_a_link(tmp_path):
    (tmp_path / "real").mkdir()
    real = tmp_path / "real" / "c1.py"
    real.write_text(STOCK)
    link = tmp_path / "c1.py"
    link.symlink_to(real)
    rewrite_down_revision(str(link), "b1")
    assert link.is_symlink()
    assert "'b1'" in real.read_text()
