"""The static reader: what plain files say, and when it says that a file has to be run."""

from __future__ import annotations

import sys

import pytest

from alembic.script.errors import NoRevisionId, RevisionFileError
from alembic.script.header import Header
from alembic.script.module import run_header
from alembic.script.read_header import read_header

STOCK = '''"""{message}

Revision ID: b1
Revises: a1

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = 'b1'
down_revision: Union[str, Sequence[str], None] = 'a1'
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    """Upgrade schema."""
    pass
'''
PLAIN = 'revision = "b1"\ndown_revision = "a1"\n'


def header_of(text, path="versions/b1_users.py"):
    return read_header(text.encode(), path)


def test_a_stock_file_is_read():
    header = header_of(STOCK.format(message="users"))
    assert header == Header("b1", "a1", None, None, "users\n\nRevision ID: b1\nRevises: a1\n\n")


@pytest.mark.parametrize(
    ("text", "down"),
    [
        ('"a1"', "a1"),
        ("None", None),
        ('("a1", "c1")', ("a1", "c1")),
        ('"a1", "c1"', ("a1", "c1")),
        ('["a1", "c1"]', ("a1", "c1")),
        ('("a1",)', ("a1",)),
        ("()", ()),
        ('("a1")', "a1"),
        ('"a" "1"', "a1"),
        ('(\n    "a1",  # one\n    "c1",\n)', ("a1", "c1")),
        (r'"\x611"', "a1"),
    ],
)
def test_a_literal_is_read(text, down):
    header = header_of(f'revision = "b1"\ndown_revision = {text}\n')
    assert header is not None
    assert header.down == down


def test_labels_and_dependencies_are_read():
    header = header_of(PLAIN + 'branch_labels = ("x", "y")\ndepends_on = "f1"\n')
    assert header is not None
    assert (header.labels, header.depends_on) == (("x", "y"), "f1")


@pytest.mark.parametrize(
    "text",
    [
        'revision = "b" + "1"\ndown_revision = "a1"\n',
        'revision = f"b{1}"\ndown_revision = "a1"\n',
        'import os\nrevision = os.path.basename(__file__)\ndown_revision = "a1"\n',
        'down_revision = "a1"\nrevision = down_revision\n',
        'revision, down_revision = "b1", "a1"\n',
        PLAIN + 'if True:\n    down_revision = "z1"\n',
        PLAIN + 'for down_revision in ("x", "y"):\n    pass\n',
        PLAIN + 'down_revision += "2"\n',
        PLAIN + "del down_revision\n",
        PLAIN + "from elsewhere import down_revision\n",
        PLAIN + "import elsewhere as revision\n",
        PLAIN + "from elsewhere import *\n",
        PLAIN + "try:\n    from elsewhere import *\nexcept ImportError:\n    pass\n",
        "from elsewhere import *\n" + PLAIN,
        PLAIN + 'globals()["revision"] = "z1"\n',
        PLAIN + 'globals().update(revision="z1")\n',
        PLAIN + 'import sys\nsys.modules[__name__].revision = "z1"\n',
        PLAIN + "exec(\"revision = 'z1'\")\n",
        PLAIN + "print(revision := 'z1')\n",
        PLAIN + "def revision():\n    pass\n",
        PLAIN + "class down_revision:\n    pass\n",
        PLAIN + "with open('x') as revision:\n    pass\n",
        PLAIN + "try:\n    pass\nexcept ValueError as revision:\n    pass\n",
        PLAIN + "match 1:\n    case revision:\n        pass\n",
        PLAIN + 'def change():\n    global revision\n    revision = "z1"\n\n\nchange()\n',
        PLAIN + 'def upgrade():\n    pass\n\n\nif True:\n    revision = "z1"\n',
        PLAIN + "__doc__ = str(1)\n",
        'revision = 12\ndown_revision = "a1"\n',
        'revision = "b1"\ndown_revision = ("a1", 12)\n',
    ],
)
def test_what_only_running_can_tell_is_not_guessed(text):
    assert header_of(text) is None


@pytest.mark.parametrize(
    ("text", "revision"),
    [
        ('revision = "z1"\n' + PLAIN, "b1"),
        (PLAIN + 'def upgrade():\n    pass\n\n\nrevision = "z1"\n', "z1"),
        (PLAIN + "def upgrade():\n    revision = 1\n", "b1"),
        (PLAIN + "def upgrade():\n    exec('revision = 2')\n", "b1"),
        (PLAIN + "import os, sys\nfrom x import (y, z)\nnaming = {1: 2}\nname: str\n", "b1"),
        (PLAIN + "from __future__ import annotations\nif 1:\n    other = 2\n", "b1"),
        (PLAIN + "a = b = 'x'\nrevision: str\n", "b1"),
        ('a = revision = "b1"\ndown_revision = None\n', "b1"),
        ("from elsewhere import *\n" + PLAIN + "branch_labels = depends_on = None\n", "b1"),
        (PLAIN + '"""a\ndef not_code(:\n"""\n\ndef upgrade():\n    pass\n', "b1"),
        (PLAIN + "@decorated\ndef upgrade():\n    pass\n", "b1"),
        (PLAIN + "async def upgrade():\n    pass\n", "b1"),
        (PLAIN + "class Model:\n    id = 1\n", "b1"),
        ("", None),
    ],
)
def test_plain_statements_are_understood(text, revision):
    if revision is None:
        with pytest.raises(NoRevisionId):
            header_of(text)
    else:
        header = header_of(text)
        assert header is not None
        assert header.revision == revision


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"])
def test_line_ends_and_a_byte_order_mark_are_read(end, bom):
    source = bom + STOCK.format(message="übung").replace("\n", end).encode()
    header = read_header(source, "b1.py")
    assert header is not None
    assert (header.revision, header.doc.split("\n")[0]) == ("b1", "übung")


def test_an_encoding_cookie_is_heeded():
    text = "# -*- coding: latin-1 -*-\n" + STOCK.format(message="grün")
    header = read_header(text.encode("latin-1"), "b1.py")
    assert header is not None
    assert header.doc.startswith("grün")


def test_a_docstring_may_be_assigned_or_missing():
    assigned = header_of(PLAIN + '__doc__ = "said so"\n')
    missing = header_of(PLAIN)
    assert assigned is not None
    assert missing is not None
    assert (assigned.doc, missing.doc) == ("said so", None)


def test_the_docstring_is_the_one_that_the_module_would_have(tmp_path):
    text = f'"""\n    indented\n      more\n    """\n{PLAIN}'
    path = tmp_path / "b1.py"
    path.write_text(text)
    module, _ = run_header(str(path))
    header = header_of(text)
    assert header is not None
    assert header.doc == module.__doc__
    assert (header.doc == "\nindented\n  more\n") is (sys.version_info >= (3, 13))


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('revision = "b1"\ndown_revision = = "a1"\n', 2),
        ('revision = "b1\n', 1),
        ("\n\nrevision = (\n", 3),
        (PLAIN + "  indented = 1\n", 3),
    ],
)
def test_a_syntax_error_names_file_and_line(text, line):
    with pytest.raises(RevisionFileError, match=f"b1_users.py, line {line}: ") as caught:
        header_of(text)
    assert (caught.value.path, caught.value.line) == ("versions/b1_users.py", line)


def test_bytes_that_are_no_text_are_an_error():
    with pytest.raises(RevisionFileError, match=r"b1\.py"):
        read_header(b'"""\xff\xfe"""\nrevision = "b1"\n', "b1.py")
    with pytest.raises(RevisionFileError, match=r"b1\.py"):
        read_header(b'revision = "b1"\n\0\n', "b1.py")


def test_a_file_without_an_id_is_named():
    with pytest.raises(NoRevisionId, match=r"Could not determine revision id from filename x\.py"):
        header_of("down_revision = None\n", "versions/x.py")


def test_a_hexadecimal_name_is_an_id():
    header = header_of("down_revision = None\n", "versions/ab12f.py")
    assert header is not None
    assert header.revision == "ab12f"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('revision = "b1"\n', "'down_revision' is not declared"),
        ('revision = ""\ndown_revision = None\n', "'revision' must be a string, not ''"),
        ("revision = None\ndown_revision = None\n", "'revision' must be a string, not None"),
    ],
)
def test_a_header_that_is_wrong_says_what(text, said):
    with pytest.raises(RevisionFileError, match=said):
        header_of(text)


@pytest.mark.parametrize(
    ("text", "down"),
    [
        ('down_revision = ["a1"] + ["c1"]\n', ("a1", "c1")),
        ('down_revision = {"c1", "a1"}\n', ("a1", "c1")),
        ('down_revision = "".join(["a", "1"])\n', "a1"),
    ],
)
def test_a_file_that_computes_is_run(tmp_path, text, down):
    path = tmp_path / "x.py"
    path.write_text('revision = "b" + "1"\n' + text)
    module, header = run_header(str(path))
    assert (header.revision, header.down, module.revision) == ("b1", down, "b1")


def test_a_computed_value_of_another_type_is_an_error(tmp_path):
    path = tmp_path / "x.py"
    path.write_text('revision = "b1"\ndown_revision = 6 * 7\n')
    with pytest.raises(RevisionFileError, match=r"'down_revision' must be .*, not 42"):
        run_header(str(path))


def test_what_a_file_raises_passes_through(tmp_path):
    path = tmp_path / "x.py"
    path.write_text("revision = 1 / 0\n")
    with pytest.raises(ZeroDivisionError):
        run_header(str(path))


def test_a_module_that_the_file_misses_is_its_own_error(tmp_path):
    path = tmp_path / "x.py"
    path.write_text("import no_such_module\n")
    with pytest.raises(ModuleNotFoundError, match="no_such_module"):
        run_header(str(path))
    with pytest.raises(RevisionFileError, match="there is no such file"):
        run_header(str(tmp_path / "gone.py"))


def test_byte_code_of_another_interpreter_is_named(tmp_path):
    path = tmp_path / "x.pyc"
    path.write_bytes(b"\0\0\0\0" + bytes(12))
    with pytest.raises(RevisionFileError, match=r"x\.pyc: bad magic number"):
        run_header(str(path))
