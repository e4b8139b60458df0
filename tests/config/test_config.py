"""Config: what the two settings files say, and what a program says instead."""

from __future__ import annotations

import io
import os
import sys
from argparse import Namespace
from pathlib import Path

import pytest

from alembic.config import Config, InvalidSeparator, NoSuchSection
from alembic.config.files import SettingsError
from alembic.util.exc import CommandError

HEAD = "[alembic]\nscript_location = %(here)s/migrations\n"


@pytest.fixture
def config(tmp_path):
    """``config(ini, toml)`` with the files of these texts."""

    def make(ini=None, toml=None, **settings):
        files = {}
        for keyword, name, text in (
            ("file_", "alembic.ini", ini),
            ("toml_file", "pyproject.toml", toml),
        ):
            if text is not None:
                files[keyword] = tmp_path / name
                files[keyword].write_text(text, encoding="utf-8")
        return Config(**files, **settings)

    return make


# -- values


def test_here_is_the_folder_of_the_file(config, tmp_path):
    toml = "[tool.alembic]\nfolder = '%(here)s/toml'\n"
    found = config(HEAD, toml)
    assert found.get_main_option("script_location") == f"{tmp_path.as_posix()}/migrations"
    assert found.get_alembic_option("folder") == f"{tmp_path.as_posix()}/toml"


@pytest.mark.parametrize(
    "name", ["50%", "a%%b", "%%%", "%(x)s", "%(here)s", "%%(here)s", "%(script_location)s"]
)
def test_a_folder_may_be_called_anything(tmp_path, name):
    folder = tmp_path / name
    folder.mkdir()
    (folder / "alembic.ini").write_text(HEAD)
    (folder / "pyproject.toml").write_text("[tool.alembic]\nfolder = '%(here)s/toml'\n")
    found = Config(folder / "alembic.ini", toml_file=folder / "pyproject.toml")
    assert found.get_main_option("here") == folder.as_posix()
    assert found.get_main_option("script_location") == f"{folder.as_posix()}/migrations"
    assert found.get_alembic_option("folder") == f"{folder.as_posix()}/toml"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("postgresql://u:a%40b@h/x", "postgresql://u:a%40b@h/x"),
        ("postgresql://u:a%%40b@h/x", "postgresql://u:a%40b@h/x"),
        ("100%", "100%"),
        ("%", "%"),
        ("%%", "%"),
        ("%%(here)s", "%(here)s"),
        ("%(", "%("),
        ("%(name)s and %d", "value and %d"),
        ("%(indirect)s", "value!"),
        ("%(NAME)s", "value"),
    ],
)
def test_a_bare_percent_sign_stands_for_itself(config, written, read):
    ini = f"{HEAD}name = value\nindirect = %(name)s!\nsqlalchemy.url = {written}\n"
    found = config(ini)
    assert found.get_main_option("sqlalchemy.url") == read
    assert found.get_section("alembic")["sqlalchemy.url"] == read


@pytest.mark.parametrize("text", ["a%b", "a%%b", "50% %(here"])
def test_a_program_may_set_a_percent_sign_doubled_or_not(text):
    config = Config()
    config.set_main_option("sqlalchemy.url", text)
    assert config.get_main_option("sqlalchemy.url") == text.replace("%%", "%")


def test_config_args_are_references_in_both_files(config):
    found = config(
        "[alembic]\na = %(colour)s\n",
        "[tool.alembic]\nb = '%(colour)s'\n",
        config_args={"colour": "red"},
    )
    assert (found.get_main_option("a"), found.get_alembic_option("b")) == ("red", "red")
    assert found.get_main_option("colour") == "red"


def test_the_ini_file_wins_over_the_toml_file(config):
    found = config("[alembic]\nboth = ini\n", "[tool.alembic]\nboth = 'toml'\nonly = 'toml'\n")
    assert found.get_alembic_option("both") == "ini"
    assert found.get_alembic_option("only") == "toml"
    assert found.get_alembic_option("neither") is None
    assert found.get_alembic_option("neither", "default") == "default"


def test_unknown_keys_are_kept_for_env_py(config):
    found = config(HEAD + "flavour = mint\n[mine]\nx = 1\n", "[tool.alembic]\nsize = 5\n")
    assert found.get_main_option("flavour") == "mint"
    assert found.get_section_option("mine", "x") == "1"
    assert found.get_alembic_option("size") == 5


def test_another_section_may_be_the_main_one(config):
    found = config("[one]\na = 1\n[two]\na = 2\n", ini_section="two")
    assert found.get_main_option("a") == "2"


def test_a_byte_order_mark_is_no_part_of_the_file(tmp_path):
    path = tmp_path / "alembic.ini"
    path.write_bytes(b"\xef\xbb\xbf[alembic]\nname = \xc3\xbc\n")
    assert Config(path).get_main_option("name") == "ü"


def test_options_can_be_set_and_removed_for_this_run(config):
    found = config(HEAD)
    found.set_main_option("a", "1")
    found.set_section_option("mine", "b", "2")
    assert (found.get_main_option("a"), found.get_section_option("mine", "b")) == ("1", "2")
    found.remove_main_option("a")
    found.remove_main_option("a")
    assert found.get_main_option("a") is None


def test_a_configuration_needs_no_file():
    config = Config()
    assert config.get_main_option("script_location") is None
    config.set_main_option("script_location", "migrations")
    assert config.get_alembic_option("script_location") == "migrations"
    assert config.get_main_option("here") == "."


def test_a_file_that_is_missing_is_empty_until_something_is_asked_of_it():
    config = Config("no_such_file.ini", "no_such_file.toml")
    assert config.get_alembic_option("script_location") is None
    assert config.get_version_locations_list() is None
    assert config.get_hooks_list() == []
    with pytest.raises(NoSuchSection, match=r"No config file 'no_such_file.ini' found"):
        config.get_main_option("script_location")


def test_a_missing_section_is_an_error_or_the_default(config):
    found = config(HEAD)
    assert found.get_section("none") is None
    assert found.get_section("none", {"a": 1}) == {"a": 1}
    with pytest.raises(CommandError, match=r"no '\[none\]' section"):
        found.get_section_option("none", "a")


# -- booleans


@pytest.mark.parametrize(
    ("ini", "expected"),
    [("true", True), ("True", True), (" TRUE ", True), ("false", False), ("yes", False)],
)
def test_a_boolean_of_the_ini_file_is_true_or_not(config, ini, expected):
    assert (
        config(f"{HEAD}sourceless = {ini}\n").get_alembic_boolean_option("sourceless") is expected
    )


def test_a_boolean_of_the_toml_file_is_one(config):
    found = config(toml="[tool.alembic]\na = true\nb = 'true'\n")
    assert found.get_alembic_boolean_option("a") is True
    assert found.get_alembic_boolean_option("none") is False
    with pytest.raises(SettingsError, match=r"boolean value expected for TOML parameter 'b'"):
        found.get_alembic_boolean_option("b")


# -- lists of paths

PATHS = "a:b c;d\n   e"
SPLIT = {
    "space": ["a:b", "c;d\ne"],
    "newline": ["a:b c;d", "e"],
    ":": ["a", "b c;d\ne"],
    ";": ["a:b c", "d\ne"],
}


@pytest.mark.parametrize("separator", SPLIT)
def test_path_separator_says_what_separates_paths(config, separator):
    text = f"{HEAD}path_separator = {separator}\nversion_locations = {PATHS}\n"
    assert config(text).get_version_locations_list() == SPLIT[separator]


def test_os_is_the_separator_of_the_system(config):
    text = f"{HEAD}path_separator = os\nprepend_sys_path = a{os.pathsep}b{os.pathsep}\n"
    assert config(text).get_prepend_sys_paths_list() == ["a", "b"]


@pytest.mark.parametrize("separator", ["bogus", "", "OS", ","])
def test_any_other_separator_is_an_error_that_names_the_possible_ones(config, separator):
    found = config(f"{HEAD}path_separator = {separator}\nversion_locations = a\n")
    with pytest.raises(InvalidSeparator, match=r"'space', 'newline', 'os', ':', ';'"):
        found.get_version_locations_list()


def test_the_old_name_of_the_separator_counts_for_version_locations_alone(config):
    found = config(
        f"{HEAD}version_path_separator = space\nversion_locations = a b:c\n"
        "prepend_sys_path = x:y z,w\n"
    )
    with pytest.warns(DeprecationWarning, match="version_path_separator .* is deprecated"):
        assert found.get_version_locations_list() == ["a", "b:c"]
    with pytest.warns(DeprecationWarning, match="falling back to legacy splitting"):
        assert found.get_prepend_sys_paths_list() == ["x", "y", "z", "w"]


def test_without_a_separator_paths_are_split_the_old_way_with_a_warning(config):
    found = config(f"{HEAD}version_locations = a, b:c d\n")
    with pytest.warns(DeprecationWarning, match="on spaces/commas for version_locations"):
        assert found.get_version_locations_list() == ["a", "b:c", "d"]


def test_paths_of_the_toml_file_are_a_list(config, tmp_path):
    found = config(
        toml="[tool.alembic]\nversion_locations = ['%(here)s/a', 'b%%c']\nprepend_sys_path = '.'\n"
    )
    assert found.get_version_locations_list() == [f"{tmp_path.as_posix()}/a", "b%c"]
    assert found.get_prepend_sys_paths_list() == ["."]


@pytest.mark.parametrize("value", ["[1]", "1", "true", "{a = 'b'}", "[['a']]"])
def test_other_values_are_no_paths(config, value):
    found = config(toml=f"[tool.alembic]\nversion_locations = {value}\n")
    with pytest.raises(SettingsError, match="version_locations must be a list of strings"):
        found.get_version_locations_list()


# -- hooks


def test_hooks_of_the_ini_file_come_in_their_order(config, tmp_path):
    found = config(
        HEAD + "[post_write_hooks]\nhooks = b, a\na.type = exec\na.executable = %(here)s/x\n"
        "b.type = module\nb.module = black\nb.options = -l 79 REVISION_SCRIPT_FILENAME\n"
    )
    assert found.get_hooks_list() == [
        {
            "type": "module",
            "module": "black",
            "options": "-l 79 REVISION_SCRIPT_FILENAME",
            "_hook_name": "b",
        },
        {"type": "exec", "executable": f"{tmp_path.as_posix()}/x", "_hook_name": "a"},
    ]


def test_hooks_of_the_toml_file_have_names(config, tmp_path):
    found = config(
        toml="[[tool.alembic.post_write_hooks]]\nname = 'a'\ntype = 'exec'\n"
        "executable = '%(here)s/x'\n[[tool.alembic.post_write_hooks]]\nname = 'b'\n"
    )
    assert found.get_hooks_list() == [
        {"type": "exec", "executable": f"{tmp_path.as_posix()}/x", "_hook_name": "a"},
        {"_hook_name": "b"},
    ]


def test_a_hooks_section_of_the_ini_file_wins_even_if_empty(config):
    found = config(HEAD + "[post_write_hooks]\n", "[[tool.alembic.post_write_hooks]]\nname = 'a'\n")
    assert found.get_hooks_list() == []


@pytest.mark.parametrize(
    "toml",
    [
        "[[tool.alembic.post_write_hooks]]\ntype = 'exec'\n",
        "[tool.alembic]\npost_write_hooks = ['a']\n",
        "[tool.alembic]\npost_write_hooks = 'a'\n",
        "[tool.alembic.post_write_hooks]\nname = 'a'\n",
    ],
)
def test_a_hook_of_the_toml_file_without_a_name_is_an_error(config, toml):
    with pytest.raises(SettingsError, match="must be a table with a name"):
        config(toml=toml).get_hooks_list()


# -- files that can't be read


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("x = 1\n[alembic]\n", 1, "before the first section"),
        ("[alembic]\nno setting\n", 2, "neither a [section] nor a setting"),
        ("[alembic]\n[a]\n[alembic]\n", 3, "[alembic] is here for the second time"),
        ("[alembic]\na = 1\na = 2\n", 3, "'a' is set for the second time"),
    ],
)
def test_a_malformed_ini_file_is_named_with_the_line(config, text, line, reason):
    with pytest.raises(SettingsError) as caught:
        config(text).get_main_option("a")
    assert caught.value.line == line
    assert f"alembic.ini, line {line}: " in str(caught.value)
    assert reason in str(caught.value)


def test_no_part_of_a_malformed_file_is_shown(config):
    found = config("[alembic]\nsqlalchemy.url someone hunter2\n")
    with pytest.raises(SettingsError) as caught:
        found.get_main_option("a")
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[tool.alembic\n", "not valid TOML"),
        ("a = \n", "not valid TOML"),
        ("[tool]\nalembic = 1\n", "[tool.alembic] must be a table"),
        ("tool = 1\n", "[tool.alembic] must be a table"),
    ],
)
def test_a_malformed_toml_file_is_named(config, text, reason):
    with pytest.raises(SettingsError, match=r"pyproject\.toml") as caught:
        config(toml=text).get_alembic_option("a")
    assert reason in str(caught.value)


@pytest.mark.parametrize("name", ["alembic.ini", "pyproject.toml"])
def test_a_file_that_is_no_text_is_named(tmp_path, name):
    path = tmp_path / name
    path.write_bytes(b"[alembic]\nx = \xff\xfe\n")
    config = Config(path) if name == "alembic.ini" else Config(toml_file=path)
    with pytest.raises(SettingsError, match=f"{name}: the file is not UTF-8 text"):
        config.get_alembic_option("x")


@pytest.mark.parametrize(
    ("ini", "reason"),
    [
        ("a = %(nowhere)s\n", r"'a' in section \[alembic\] refers to %\(nowhere\)s"),
        ("a = %(b)s\nb = %(a)s\n", "references go in a circle"),
    ],
)
def test_a_reference_to_nothing_is_an_error(config, ini, reason):
    found = config("[alembic]\n" + ini)
    for ask in (lambda: found.get_main_option("a"), lambda: found.get_section("alembic")):
        with pytest.raises(SettingsError, match=reason):
            ask()


def test_a_reference_to_nothing_in_the_toml_file_is_an_error(config):
    found = config(toml="[tool.alembic]\na = '%(nowhere)s'\n")
    with pytest.raises(SettingsError, match=r"a refers to %\(nowhere\)s, which is set nowhere"):
        found.get_alembic_option("a")


# -- what a program hands over


def test_attributes_are_copied_and_others_can_be_hung_on(config):
    given = {"connection": object()}
    found = config(HEAD, attributes=given)
    found.attributes["more"] = 1
    found.my_own = 2
    assert given.keys() == {"connection"}
    assert found.attributes["connection"] is given["connection"]
    assert found.my_own == 2


def test_commands_print_where_the_program_says():
    stdout = io.StringIO()
    config = Config(stdout=stdout)
    config.print_stdout("%s and %s", "one", 2)
    config.print_stdout("100% of it")
    assert stdout.getvalue() == "one and 2\n100% of it\n"


def test_standard_output_is_the_one_of_the_moment(monkeypatch):
    stdout = io.StringIO()
    monkeypatch.setattr(sys, "stdout", stdout)
    Config().print_stdout("here")
    assert stdout.getvalue() == "here\n"


@pytest.mark.parametrize(
    ("options", "quiet"), [(None, False), (Namespace(), False), (Namespace(quiet=True), True)]
)
def test_quiet_is_told_to_whoever_prints(options, quiet):
    stdout = io.StringIO()
    config = Config(stdout=stdout, cmd_opts=options)
    assert config.messaging_opts == {"quiet": quiet}
    config.print_stdout("text")
    assert stdout.getvalue() == ("" if quiet else "text\n")


def test_files_may_be_given_as_paths(tmp_path):
    (tmp_path / "a.ini").write_text(HEAD)
    config = Config(tmp_path / "a.ini", toml_file=tmp_path / "b.toml")
    assert config.config_file_name == str(tmp_path / "a.ini")
    assert config.toml_file_name == str(tmp_path / "b.toml")


def test_the_templates_of_init_are_there():
    root = Path(Config().get_template_directory())
    for name in ("generic", "async", "multidb", "pyproject", "pyproject_async"):
        assert (root / name / "env.py").is_file()
