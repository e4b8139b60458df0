"""Include and exclude lists: what their patterns mean, where they stand, and what can't be used."""

from __future__ import annotations

import pytest

from alembic.config import Config
from alembic.config.files import SettingsError
from alembic.config.filters import UnusablePattern, name_filter

HEAD = "[alembic]\nscript_location = %(here)s/migrations\n"


@pytest.fixture
def lists(tmp_path):
    """``lists(ini, toml)``: the lists of files with these texts."""

    def read(ini="", toml=None, section="alembic"):
        file = tmp_path / "alembic.ini"
        file.write_text(HEAD + ini, encoding="utf-8")
        toml_file = None
        if toml is not None:
            toml_file = tmp_path / "pyproject.toml"
            toml_file.write_text(toml, encoding="utf-8")
        return name_filter(Config(file, toml_file, ini_section=section))

    return read


def excluded(kind, patterns):
    return f"[alembic:exclude]\n{kind} = {patterns}\n"


@pytest.mark.parametrize(
    ("kind", "pattern", "path", "fits"),
    [
        ("tables", "account", ("public", "account"), True),
        ("tables", "account", ("billing", "account"), True),
        ("tables", "account", ("public", "accounts"), False),
        ("tables", "account", ("public", "Account"), False),
        ("tables", "audit_*", ("public", "audit_log"), True),
        ("tables", "audit_?", ("public", "audit_1"), True),
        ("tables", "audit_?", ("public", "audit_10"), False),
        ("tables", "audit_[0-9]", ("public", "audit_1"), True),
        ("tables", "audit_[!0-9]", ("public", "audit_1"), False),
        ("tables", "staging.*", ("staging", "anything"), True),
        ("tables", "staging.*", ("public", "staging"), False),
        ("tables", "s*.t*", ("stage", "table"), True),
        ("tables", "a[.]b", ("public", "a.b"), True),
        ("tables", "a[,]b", ("public", "a,b"), True),
        ("tables", "a[[]b", ("public", "a[b"), True),
        ("tables", "order line", ("public", "order line"), True),
        ("tables", "100%", ("public", "100%"), True),
        ("schemas", "tenant_*", ("tenant_1",), True),
        ("columns", "account.legacy_*", ("public", "account", "legacy_id"), True),
        ("columns", "account.legacy_*", ("billing", "account", "legacy_id"), True),
        ("columns", "billing.account.id", ("public", "account", "id"), False),
        ("columns", "*.updated_at", ("public", "account", "updated_at"), True),
        ("columns", "updated_at", ("public", "account", "updated_at"), True),
        ("indexes", "ix_*", ("public", "account", "ix_name"), True),
        ("indexes", "account.ix_*", ("public", "book", "ix_name"), False),
        ("constraints", "fk_*", ("public", "account", "fk_owner"), True),
        ("constraints", "*", ("public", "account", ""), True),
    ],
)
def test_a_pattern_fits_names_part_by_part(lists, kind, pattern, path, fits):
    verdict = lists(excluded(kind, pattern)).judge(kind, path)
    assert verdict.is_let_in is not fits
    assert [each.text for each in verdict.patterns] == [pattern] * fits


@pytest.mark.parametrize(
    ("include", "exclude", "let_in"),
    [
        ("", "", ["a", "ab", "b"]),
        ("a*", "", ["a", "ab"]),
        ("", "a*", ["b"]),
        ("a*", "ab", ["a"]),
        ("a", "a", []),
    ],
)
def test_include_narrows_and_exclude_removes_and_wins(lists, include, exclude, let_in):
    found = lists(f"[alembic:include]\ntables = {include}\n[alembic:exclude]\ntables = {exclude}\n")
    assert [
        name for name in ("a", "ab", "b") if found.judge("tables", ("s", name)).is_let_in
    ] == let_in


def test_a_list_speaks_of_its_own_kind_only(lists):
    found = lists("[alembic:include]\ntables = a\n")
    assert found.judge("schemas", ("s",)).is_let_in
    assert found.judge("columns", ("s", "b", "c")).is_let_in


def test_a_list_has_commas_or_lines(lists):
    found = lists(excluded("tables", "a, b,,\n    c\n    d,"))
    assert [pattern.text for pattern in found.patterns] == ["a", "b", "c", "d"]


TOML = """
[tool.alembic.include]
schemas = ["public", "billing"]
[tool.alembic.exclude]
tables = ["audit_*", "a,b"]
"""


def test_pyproject_toml_has_lists(lists):
    found = lists(toml=TOML)
    assert [pattern.text for pattern in found.include["schemas"]] == ["public", "billing"]
    assert [pattern.text for pattern in found.exclude["tables"]] == ["audit_*", "a,b"]
    assert found.exclude["tables"][0].place == "[tool.alembic.exclude] tables"


def test_a_list_of_the_ini_file_counts_more_than_that_of_pyproject_toml(lists):
    found = lists("[alembic:exclude]\ntables = mine\n", TOML)
    assert [pattern.text for pattern in found.exclude["tables"]] == ["mine"]
    assert "schemas" in found.include


SECTIONS = """
[alembic:exclude]
tables = everywhere
columns = a.b
[second]
script_location = elsewhere
[second:exclude]
tables = second_only
"""


def test_another_main_section_has_lists_of_its_own_and_else_the_usual_ones(lists):
    found = lists(SECTIONS, section="second")
    assert [pattern.text for pattern in found.exclude["tables"]] == ["second_only"]
    assert [pattern.text for pattern in found.exclude["columns"]] == ["a.b"]
    assert [pattern.text for pattern in lists(SECTIONS).exclude["tables"]] == ["everywhere"]


def test_no_lists_let_in_everything(lists):
    found = lists()
    assert not found
    assert found.judge("tables", ("s", "t")).is_let_in
    assert not name_filter(Config())


def test_what_is_no_list_is_kept_to_be_told(lists):
    found = lists(
        "[DEFAULT]\ncolour = red\n[alembic:exclude]\ntabels = a\n",
        "[tool.alembic.include]\nviews = ['v']\n",
    )
    assert found.unknown == ("[tool.alembic.include] views", "[alembic:exclude] tabels")
    assert not found


@pytest.mark.parametrize(
    ("kind", "pattern", "named", "problem"),
    [
        ("tables", "staging.", "staging.", "a name is missing beside the dot"),
        ("tables", "ok, .audit", ".audit", "a name is missing beside the dot"),
        ("columns", "a..b", "a..b", "a name is missing beside the dot"),
        ("tables", "ok, audit_[0-9, x", "audit_[0-9, x", "the bracket is not closed"),
        ("tables", "a.b.c", "a.b.c", "it may have the parts schema.table"),
        ("schemas", "a.b", "a.b", "it may have the parts schema"),
        ("indexes", "a.b.c.d", "a.b.c.d", "it may have the parts schema.table.index"),
    ],
)
def test_a_pattern_that_cannot_be_used_is_named_with_its_place(
    lists, kind, pattern, named, problem
):
    with pytest.raises(UnusablePattern) as caught:
        lists(excluded(kind, pattern))
    told = str(caught.value)
    assert f"[alembic:exclude] {kind}: the pattern {named!r} can't be used: {problem}" in told
    assert "alembic.ini: " in told


@pytest.mark.parametrize(
    ("toml", "problem"),
    [
        ("[tool.alembic.exclude]\ntables = 5\n", "tables must be a list of strings"),
        ("[tool.alembic.exclude]\ntables = [5]\n", "tables must be a list of strings"),
        ("[tool.alembic]\nexclude = ['a']\n", "[tool.alembic.exclude] must be a table"),
        ("[tool.alembic.exclude]\ntables = ['']\n", "a name is missing"),
    ],
)
def test_what_is_no_list_of_texts_is_refused(lists, toml, problem):
    with pytest.raises(SettingsError, match=r"pyproject\.toml: ") as caught:
        lists(toml=toml)
    assert problem in str(caught.value)
