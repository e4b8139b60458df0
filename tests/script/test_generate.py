"""A new file's name, its text, and that the text is Python whatever the template makes of it."""

from __future__ import annotations

import ast
import datetime as dt

import pytest

from alembic.script.generate import (
    FileNaming,
    InvalidFileTemplate,
    UnknownTimezone,
    creation_date,
    file_path,
    revision_text,
    slug,
)
from alembic.script.template import Template, TemplateError, template_to_file

DATE = dt.datetime(2024, 2, 3, 4, 5, 6, tzinfo=dt.timezone.utc)


@pytest.mark.parametrize(
    ("message", "length", "expected"),
    [
        ("Add a Table!", 40, "add_a_table"),
        ("several long words", 8, "several_"),
        ("several long words", 7, "several_"),
        ("abcdefghij", 5, "abcde_"),
        ("", 40, ""),
        ("../../etc", 40, "etc"),
        ("a\nb\tc", 40, "a_b_c"),
        ("ünï 漢字", 40, "ünï_漢字"),
        ("!!!", 40, ""),
    ],
)
def test_a_slug_is_the_words_of_a_message(message, length, expected):
    assert slug(message, length) == expected


@pytest.mark.parametrize(
    ("template", "recursive", "expected"),
    [
        ("%(rev)s_%(slug)s", False, "ab_two_words.py"),
        ("%(year)d-%(month).2d-%(day).2d_%(rev)s", False, "2024-02-03_ab.py"),
        ("%(hour).2d%(minute).2d%(second).2d", False, "040506.py"),
        ("%(epoch)s", False, "1706933106.py"),
        ("%(year)d/%(rev)s", True, "2024/ab.py"),
        ("./%(rev)s", False, "ab.py"),
        ("100%%", False, "100%.py"),
    ],
)
def test_the_file_is_named_by_the_template(template, recursive, expected):
    naming = FileNaming(template, 40, recursive)
    assert file_path("versions", naming, "ab", "Two words", DATE) == f"versions/{expected}"


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("%(title)s", "no 'title'"),
        ("%(rev)", "incomplete format"),
        ("%(slug)d", "number is required"),
        ("../%(rev)s", "leads out of versions"),
        ("/tmp/%(rev)s", "leads out of versions"),
        ("a/../../%(rev)s", "leads out of versions"),
        ("%(year)d/%(rev)s", "recursive_version_locations"),
        (".#%(rev)s", "not taken for a revision"),
        ("__init__", "not taken for a revision"),
    ],
)
def test_a_template_that_cannot_name_a_file_is_refused(template, said):
    with pytest.raises(InvalidFileTemplate, match=said):
        file_path("versions", FileNaming(template, 40, is_recursive=False), "ab", "x", DATE)


def test_the_date_is_in_the_zone_that_the_settings_name():
    assert creation_date(None).tzinfo is None
    assert creation_date("").tzinfo is None
    for name in ("Europe/Berlin", "europe/berlin", "utc", "UTC"):
        assert creation_date(name).utcoffset() is not None
    for name in ("Moon/Sea", "../etc/passwd", "Europe"):
        with pytest.raises(UnknownTimezone, match=name):
            creation_date(name)


def text_of(tmp_path, template, message, encoding="utf-8"):
    path = tmp_path / "script.py.mako"
    path.write_text(template)
    return revision_text(Template(path), {"message": message}, encoding)


@pytest.mark.parametrize(
    "template",
    [
        '"""${message}"""\n',
        "'''${message}\n'''\n",
        '"${message}"\n',
        "'${message}'\n",
        "${repr(message)}\n",
    ],
)
@pytest.mark.parametrize(
    "message", ['"', "'", "\\", '"""', "'''", "a\\", "a\nb", "\\n", "\\N{x}", "'\"", "a\0b", "\x1b"]
)
def test_the_docstring_gives_the_message_back_in_any_quotes(tmp_path, template, message):
    source = text_of(tmp_path, template, message)
    assert ast.get_docstring(ast.parse(source), clean=False).rstrip("\n") == message


def test_a_harmless_message_is_written_as_it_is(tmp_path):
    source = text_of(tmp_path, '"""${message}"""\n', 'it\'s a "fine" day: 100% ünï')
    assert source.decode() == '"""it\'s a "fine" day: 100% ünï"""\n'


def test_letters_that_the_encoding_lacks_are_escaped_in_the_message(tmp_path):
    source = text_of(tmp_path, '"""${message}"""\n', "ünï 漢 🐍", "ascii")
    assert source == b'"""\\xfcn\\xef \\u6f22 \\U0001f40d"""\n'


@pytest.mark.parametrize("message", ["x\nimport os", "x\rimport os", "x\n\f import os"])
def test_no_part_of_a_message_becomes_code(tmp_path, message):
    source = text_of(tmp_path, "# ${message}\nrevision = 'x'\n", message)
    (statement,) = ast.parse(source).body
    assert ast.unparse(statement) == "revision = 'x'"


def test_a_template_is_rendered_into_a_file_whole_or_not_at_all(tmp_path):
    template, target = tmp_path / "x.mako", tmp_path / "x.txt"
    template.write_text("hello ${name}")
    template_to_file(template, target, "utf-8", name="ünï")
    assert target.read_text(encoding="utf-8") == "hello ünï"
    template_to_file(template, target, "utf-8", append_with_newlines=True, name="you")
    assert target.read_text(encoding="utf-8") == "hello ünï\n\nhello you"
    with pytest.raises(TemplateError, match=r"x\.mako, line 1: NameError"):
        template_to_file(template, target, "utf-8")
    with pytest.raises(TemplateError, match="'ü' can't be written in the output_encoding 'ascii'"):
        template_to_file(template, target, "ascii", name="ü")
    assert target.read_text(encoding="utf-8") == "hello ünï\n\nhello you"
