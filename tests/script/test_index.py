"""The cache of headers: what it answers, when it is written, and that it is never trusted."""

# ruff: noqa: ARG005 - damages have one signature, and some need nothing of the file

from __future__ import annotations

import importlib.util
import marshal
import os
import sys
import threading
import time
from pathlib import Path

import pytest

from alembic.script import index as room
from alembic.script.header import Header
from alembic.script.index import HeaderIndex, Known

OLD = 1_600_000_000_123_456_789
HEADER = Header("b1", ("a1", "c1"), None, "label", "users\n\nmore")


@pytest.fixture(autouse=True)
def _forgetful(monkeypatch):
    """What this process remembers plays no part, unless a test says so."""
    monkeypatch.setattr(room, "_remembered", {})
    monkeypatch.setattr(sys, "dont_write_bytecode", False)


@pytest.fixture
def location(tmp_path):
    return str(tmp_path / "versions")


def index_path(location):
    return Path(room.index_path(location))


def forget():
    room._remembered.clear()


def written(location, header=HEADER, mtime=OLD):
    index = HeaderIndex(location)
    index.add("b1.py", mtime, 7, header)
    index.save()
    forget()


def test_an_entry_is_read_back(location):
    written(location)
    assert HeaderIndex(location).look_up("b1.py", OLD, 7) == Known(HEADER)


def test_that_a_file_has_to_be_run_is_remembered(location):
    written(location, header=None)
    assert HeaderIndex(location).look_up("b1.py", OLD, 7) == Known(None)


@pytest.mark.parametrize(
    ("name", "mtime", "size"), [("b2.py", OLD, 7), ("b1.py", OLD + 1, 7), ("b1.py", OLD, 8)]
)
def test_another_file_or_another_state_is_not_known(location, name, mtime, size):
    written(location)
    assert HeaderIndex(location).look_up(name, mtime, size) is None


def test_it_lies_beside_the_byte_code(location, monkeypatch, tmp_path):
    tag = sys.implementation.cache_tag
    expected = tmp_path / "versions" / "__pycache__" / f"alembic-headers.{tag}.index"
    assert index_path(location) == expected
    monkeypatch.setattr(sys, "pycache_prefix", str(tmp_path / "prefix"))
    assert (tmp_path / "prefix") in index_path(location).parents


def test_a_young_file_is_not_kept(location):
    index = HeaderIndex(location)
    now = time.time_ns() // 1000 * 1000 + 1
    index.add("young.py", now, 7, HEADER)
    index.add("coarse.py", now // 10**9 * 10**9, 7, HEADER)
    index.add("older.py", now - 5 * 10**9, 7, HEADER)
    index.save()
    forget()
    index = HeaderIndex(location)
    assert index.look_up("young.py", now, 7) is None
    assert index.look_up("coarse.py", now // 10**9 * 10**9, 7) is None
    assert index.look_up("older.py", now - 5 * 10**9, 7) == Known(HEADER)


def test_nothing_is_written_where_nothing_is_new(location):
    index = HeaderIndex(location)
    index.save()
    assert not index_path(location).exists()
    written(location)
    before = index_path(location).stat()
    index = HeaderIndex(location)
    index.look_up("b1.py", OLD, 7)
    index.save()
    after = index_path(location).stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_files_that_are_gone_are_dropped_when_it_is_written(location):
    written(location)
    index = HeaderIndex(location)
    index.add("c1.py", OLD, 9, HEADER)
    index.save()
    forget()
    index = HeaderIndex(location)
    assert index.look_up("b1.py", OLD, 7) is None
    assert index.look_up("c1.py", OLD, 9) == Known(HEADER)


def test_nothing_is_written_where_python_writes_no_byte_code(location, monkeypatch):
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    written(location)
    assert not index_path(location).exists()


def test_it_is_remembered_within_a_process(location, monkeypatch):
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    index = HeaderIndex(location)
    index.add("b1.py", OLD, 7, HEADER)
    index.save()
    assert HeaderIndex(location).look_up("b1.py", OLD, 7) == Known(HEADER)


def test_a_folder_that_cant_be_written_is_passed_over(tmp_path):
    (tmp_path / "versions").write_text("not a folder")
    location = str(tmp_path / "versions")
    written(location)
    assert HeaderIndex(location).look_up("b1.py", OLD, 7) is None
    assert [path.name for path in tmp_path.iterdir()] == ["versions"]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write all")
def test_a_read_only_folder_is_passed_over(tmp_path):
    tmp_path.chmod(0o500)
    written(str(tmp_path))


def _file(payload):
    return room._MAGIC + importlib.util.source_hash(payload) + payload


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: b"",
        lambda content: content[:10],
        lambda content: content[:-1],
        lambda content: content + b"x",
        lambda content: content.replace(b"a1", b"z1"),
        lambda content: b"alembic headers 0\n" + content[18:],
        lambda content: b"\xff" * len(content),
        lambda content: _file(b""),
        lambda content: _file(b"not what marshal writes"),
        lambda content: _file(marshal.dumps([1, 2])),
        lambda content: _file(marshal.dumps({"b1.py": 7})),
        lambda content: _file(marshal.dumps({"b1.py": (OLD, 7)})),
        lambda content: _file(marshal.dumps({"b1.py": (OLD, 7, 1, "a", "b", "c", "d")})),
        lambda content: _file(marshal.dumps({"b1.py": (OLD, 7, "b1", 1, None, None, None)})),
        lambda content: _file(marshal.dumps({"b1.py": (OLD, 7, "b1", (1,), None, None, None)})),
        lambda content: _file(marshal.dumps({"b1.py": (OLD, 7, "b1", None, None, None, 5)})),
        lambda content: _file(marshal.dumps({1: 2})),
    ],
)
def test_a_damaged_or_foreign_file_is_passed_over(location, damage):
    written(location)
    path = index_path(location)
    path.write_bytes(damage(path.read_bytes()))
    assert HeaderIndex(location).look_up("b1.py", OLD, 7) is None
    written(location)
    assert HeaderIndex(location).look_up("b1.py", OLD, 7) == Known(HEADER)


def test_writers_at_once_leave_one_whole_file(location):
    def write(number):
        for round_ in range(20):
            index = HeaderIndex(location)
            index.add(f"{number}-{round_}.py", OLD, 7, HEADER)
            index.save()

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    forget()
    content = index_path(location).read_bytes()
    assert content.startswith(room._MAGIC)
    assert HeaderIndex(location)._entries
    assert [path.suffix for path in index_path(location).parent.iterdir()] == [".index"]
