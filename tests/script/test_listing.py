"""Which files are revisions, and in which order."""

from __future__ import annotations

import py_compile
import shutil
import sys
from pathlib import Path

import pytest

from alembic.script.listing import UnreadableLocation, revision_files


def names(location: Path, **how):
    found = [Path(path) for path, *_ in revision_files(str(location), **how)]
    return [path.relative_to(location).as_posix() for path in found]


@pytest.fixture
def folder(tmp_path):
    def make(*paths):
        for path in paths:
            file = tmp_path / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(f"revision = {path!r}\n")
        return tmp_path

    return make


def test_files_come_by_name(folder):
    location = folder(
        "b.py", "a b.py", "ünï.py", "Z.py", "_x.py", "2020-01 x.py", ".h.py", "a.b.py"
    )
    expected = [".h.py", "2020-01 x.py", "Z.py", "_x.py", "a b.py", "a.b.py", "b.py", "ünï.py"]
    assert names(location) == expected


def test_what_is_no_revision_is_left_out(folder):
    location = folder(
        ".#b.py", "__init__.py", "__init__x.py", "b.PY", "b.py~", "b", "b.pyw", "README"
    )
    (location / "folder.py").mkdir()
    assert names(location) == []


def test_a_missing_location_is_empty(tmp_path):
    assert names(tmp_path / "nowhere") == []


def test_folders_come_after_files_and_by_name(folder):
    location = folder(
        "m.py", "z.py", "b/x.py", "a/y.py", "a/z.py", "a/c/z.py", "a.d/a.py", "Z/a.py"
    )
    (location / "__pycache__").mkdir()
    (location / "__pycache__" / "q.py").touch()
    assert names(location) == ["m.py", "z.py"]
    expected = ["m.py", "z.py", "Z/a.py", "a/y.py", "a/z.py", "a/c/z.py", "a.d/a.py", "b/x.py"]
    assert names(location, recursive=True) == expected


def test_links_to_files_are_followed_and_links_to_folders_are_not(folder, tmp_path):
    location = folder("versions/a.py", "other/b.py").joinpath("versions")
    (location / "linked.py").symlink_to(tmp_path / "other" / "b.py")
    (location / "circle").symlink_to(location)
    assert names(location, recursive=True) == ["a.py", "linked.py"]


def test_a_link_to_nothing_is_an_error(folder):
    location = folder("a.py")
    (location / "b.py").symlink_to(location / "gone.py")
    with pytest.raises(UnreadableLocation, match=r"b\.py"):
        names(location)


def test_without_source_byte_code_stands_for_a_missing_file(folder):
    location = folder("a.py", "b.py", "c.py", "d.py", "sub/e.py", "sub/f.py")
    tag = sys.implementation.cache_tag
    for name in ("a", "b", "c", "sub/e", "sub/f"):
        py_compile.compile(str(location / f"{name}.py"))
    py_compile.compile(str(location / "c.py"), cfile=str(location / "c.pyc"))
    py_compile.compile(str(location / "d.py"), cfile=str(location / "d.pyc"))
    for name in ("b.py", "d.py", "sub/f.py"):
        (location / name).unlink()
    cache = location / "__pycache__"
    shutil.copy(cache / f"b.{tag}.pyc", cache / "k.cpython-27.pyc")
    shutil.copy(cache / f"b.{tag}.pyc", cache / f"b.{tag}.opt-1.pyc")
    shutil.copy(cache / f"b.{tag}.pyc", cache / f"__init__.{tag}.pyc")
    expected = ["a.py", "c.py", "d.pyc", f"__pycache__/b.{tag}.pyc"]
    assert names(location, sourceless=True) == expected
    below = ["sub/e.py", f"sub/__pycache__/f.{tag}.pyc"]
    assert names(location, sourceless=True, recursive=True) == expected + below
    assert names(location) == ["a.py", "c.py"]
