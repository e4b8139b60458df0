"""A file is written whole or not at all."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from alembic.script import whole_file as room
from alembic.script.whole_file import CantWrite, write_new, write_over


@pytest.fixture
def path(tmp_path):
    return tmp_path / "file.py"


def names(path):
    return sorted(each.name for each in path.parent.iterdir())


def test_a_new_file_holds_the_content(path):
    write_new(str(path), b"content")
    assert path.read_bytes() == b"content"
    assert names(path) == ["file.py"]


def test_a_file_that_is_there_is_not_written_over(path):
    path.write_bytes(b"old")
    with pytest.raises(CantWrite, match=r"file\.py: the file exists already"):
        write_new(str(path), b"new")
    assert path.read_bytes() == b"old"
    assert names(path) == ["file.py"]


@pytest.mark.parametrize("is_there", [False, True])
def test_a_file_system_without_hard_links_does_as_well(path, monkeypatch, is_there):
    def refuse(self, target):
        raise OSError("no links here")

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    if is_there:
        path.write_bytes(b"old")
        with pytest.raises(CantWrite, match="exists already"):
            write_new(str(path), b"new")
    else:
        write_new(str(path), b"new")
    assert path.read_bytes() == (b"old" if is_there else b"new")
    assert names(path) == ["file.py"]


def test_what_is_replaced_keeps_its_mode(path):
    path.write_bytes(b"old")
    path.chmod(0o640)
    write_over(str(path), b"new")
    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_a_link_stays_a_link(path, tmp_path):
    target = tmp_path / "target.py"
    target.write_bytes(b"old")
    path.symlink_to(target)
    write_over(str(path), b"new")
    assert path.is_symlink()
    assert target.read_bytes() == b"new"


@pytest.mark.parametrize("write", [write_new, write_over])
def test_a_write_that_fails_half_way_leaves_nothing(path, monkeypatch, write):
    class Full:
        def __init__(self, descriptor, mode):
            self.descriptor = descriptor

        def __enter__(self):
            return self

        def __exit__(self, *_):
            os.close(self.descriptor)

        def write(self, content):
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(room.os, "fdopen", Full)
    with pytest.raises(CantWrite, match=r"No space left on device\. Nothing was changed"):
        write(str(path), b"new")
    assert names(path) == []


@pytest.mark.parametrize("write", [write_new, write_over])
def test_a_folder_that_is_missing_is_told(tmp_path, write):
    with pytest.raises(CantWrite, match="No such file or directory"):
        write(str(tmp_path / "nowhere" / "file.py"), b"new")


def test_a_long_name_is_no_hindrance(tmp_path):
    path = tmp_path / ("x" * 250 + ".py")
    write_new(str(path), b"new")
    assert path.read_bytes() == b"new"
