"""Python files and resources, by path."""

from __future__ import annotations

import os
import py_compile
import sys
from pathlib import Path

import pytest

from alembic.util.editor import open_in_editor
from alembic.util.exc import CommandError
from alembic.util.pyfiles import coerce_resource_to_filename, load_python_file


def test_a_file_runs_as_a_module_of_its_own(tmp_path):
    (tmp_path / "settings.py").write_text("answer = 42\n")
    module = load_python_file(tmp_path, "settings.py")
    assert (module.answer, module.__name__) == (42, "settings_py")


def test_a_file_that_is_mended_within_the_second_runs_as_it_is_now(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    source = tmp_path / "settings.py"
    for answer in (41, 42):  # the same size, and the time that byte code remembers
        source.write_text(f"answer = {answer}\n")
        assert load_python_file(tmp_path, "settings.py").answer == answer


def test_byte_code_of_a_file_that_has_rested_is_kept(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    source = tmp_path / "settings.py"
    source.write_text("answer = 42\n")
    os.utime(source, (0, 0))
    load_python_file(tmp_path, "settings.py")
    assert list(tmp_path.glob("__pycache__/settings.*.pyc"))


def test_byte_code_stands_for_a_missing_source(tmp_path):
    source = tmp_path / "settings.py"
    source.write_text("answer = 42\n")
    py_compile.compile(str(source), cfile=str(tmp_path / "settings.pyc"))
    source.unlink()
    assert load_python_file(tmp_path, "settings.py").answer == 42


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(ImportError, match=r"Can't find Python file .*nowhere\.py"):
        load_python_file(tmp_path, "nowhere.py")


def test_a_package_resource_is_a_path():
    import alembic

    package = Path(alembic.__file__).parent
    assert coerce_resource_to_filename("alembic:templates/generic") == (
        package / "templates" / "generic"
    )


@pytest.mark.parametrize("path", ["migrations", "/absolute/a:b", "C:\\migrations", "a-b:c"])
def test_anything_else_is_a_path_as_it_is(path):
    assert coerce_resource_to_filename(path) == Path(path)


def test_a_missing_package_is_named():
    with pytest.raises(ModuleNotFoundError, match="no_such_package"):
        coerce_resource_to_filename("no_such_package:templates")


def test_the_editor_gets_the_file_and_its_own_arguments(tmp_path):
    script = tmp_path / "edit"
    script.write_text('#!/bin/sh\necho "$@" > "$2"\n')
    script.chmod(0o755)
    target = tmp_path / "revision.py"
    open_in_editor(str(target), {"EDITOR": f"{script} --wait", "PATH": "/usr/bin:/bin"})
    assert target.read_text() == f"--wait {target}\n"


def test_an_editor_that_fails_is_an_error(tmp_path):
    with pytest.raises(CommandError, match=r"Error executing editor .*non-zero exit status"):
        open_in_editor(str(tmp_path / "x"), {"EDITOR": "false", "PATH": "/usr/bin:/bin"})


def test_without_an_editor_the_variables_are_named(tmp_path):
    with pytest.raises(CommandError, match='set the "EDITOR" or "VISUAL"'):
        open_in_editor(str(tmp_path / "x"), {"PATH": str(tmp_path)})
