"""Script: how a revision is shown, and when its file is run."""

from __future__ import annotations

import os
import py_compile
from pathlib import Path

import pytest

from alembic.config import Config
from alembic.script import Script, ScriptDirectory
from alembic.script.errors import RevisionFileError
from alembic.script.module import has_fresh_code
from alembic.util.pyfiles import load_python_file


@pytest.fixture
def shown(tmp_path):
    """Scripts of a graph that has everything, by id."""
    versions = tmp_path / "versions"
    versions.mkdir()
    for rev, down, labels, depends, doc in (
        ("a1", None, None, None, "first\n\nwith more\n\n    and more"),
        ("b1", "a1", ("zebra", "ape"), None, "left"),
        ("c1", "a1", None, ("b1",), "right"),
        ("d1", ("b1", "c1"), None, None, "merge"),
        ("e1", "d1", None, None, ""),
        ("f1", "d1", None, None, "depended on"),
        ("g1", None, "other", "f1", "depends"),
    ):
        (versions / f"{rev}.py").write_text(
            f'"""{doc}"""\nrevision = {rev!r}\ndown_revision = {down!r}\n'
            f"branch_labels = {labels!r}\ndepends_on = {depends!r}\n"
        )
    config = Config()
    config.set_main_option("script_location", str(tmp_path))
    return {each.revision: each for each in ScriptDirectory.from_config(config).walk_revisions()}


@pytest.mark.parametrize(
    ("rev", "line"),
    [
        ("a1", "<base> -> a1 (branchpoint), first"),
        ("b1", "a1 -> b1 (ape, zebra), left"),
        ("c1", "a1 (b1) -> c1, right"),
        ("d1", "b1, c1 -> d1 (ape, zebra) (branchpoint) (mergepoint), merge"),
        ("e1", "d1 -> e1 (ape, zebra) (head), "),
        ("f1", "d1 -> f1 (ape, zebra) (effective head), depended on"),
        ("g1", "<base> (f1) -> g1 (other) (head), depends"),
    ],
)
def test_a_line_of_history(shown, rev, line):
    text = shown[rev].cmd_format(
        False, include_branches=True, include_doc=True, include_parents=True
    )
    assert text == line


def test_all_that_is_known(shown, tmp_path):
    assert shown["a1"].log_entry == (
        "Rev: a1 (branchpoint)\nParent: <base>\nBranches into: b1, c1\n"
        f"Path: {tmp_path}/versions/a1.py\n\n    first\n    \n    with more\n    \n        and more\n"
    )
    assert shown["c1"].cmd_format(verbose=True).splitlines()[:3] == [
        "Rev: c1",
        "Parent: a1",
        "Also depends on: b1",
    ]
    assert shown["d1"].log_entry.splitlines()[1] == "Merges: b1, c1"


def test_the_first_paragraph_is_the_message(shown):
    assert shown["a1"].doc == "first"
    assert shown["a1"].longdoc == "first\n\nwith more\n\n    and more"
    assert str(shown["b1"]) == "a1 -> b1, left"


def test_a_file_is_run_when_its_module_is_asked_for(tmp_path):
    (tmp_path / "versions").mkdir()
    path = tmp_path / "versions" / "a1.py"
    path.write_text("revision = 'a1'\ndown_revision = None\nraise ZeroDivisionError\n")
    config = Config()
    config.set_main_option("script_location", str(tmp_path))
    script = ScriptDirectory.from_config(config).get_revision("a1")
    with pytest.raises(ZeroDivisionError):
        _ = script.module
    path.write_text("revision = 'a1'\ndown_revision = None\nx = = 1\n")
    with pytest.raises(RevisionFileError, match=r"a1\.py, line 3"):
        script.check_syntax()


def test_a_program_may_make_a_script_of_a_module(tmp_path):
    (tmp_path / "a1.py").write_text('"""hello"""\nrevision = "a1"\ndown_revision = None\n')
    module = load_python_file(tmp_path, "a1.py")
    script = Script(module, "a1", tmp_path / "a1.py")
    assert (script.revision, script.doc, script.module) == ("a1", "hello", module)


@pytest.mark.parametrize("tampered", ["nothing", "source", "time", "interpreter", "code"])
def test_a_file_with_fresh_byte_code_is_not_compiled_again(tmp_path, monkeypatch, tampered):
    path = tmp_path / "a1.py"
    path.write_text("revision = 'a1'\n")
    code = Path(py_compile.compile(str(path), doraise=True))
    if tampered == "source":
        path.write_text("revision = 'a1', 2\n")
    elif tampered == "time":
        os.utime(path, (1, 1))
    elif tampered == "interpreter":
        code.write_bytes(b"\0" + code.read_bytes()[1:])
    elif tampered == "code":
        code.unlink()
    assert has_fresh_code(str(path)) is (tampered == "nothing")
