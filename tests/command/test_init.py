"""init and list_templates: what is written, where, and that nothing is written over."""

from __future__ import annotations

import os
import sys

import pytest

from alembic import command
from alembic.command import start as room
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError

TEMPLATES = ["async", "generic", "multidb", "pyproject", "pyproject_async"]


@pytest.mark.parametrize("template", [*TEMPLATES, "minimal"])
def test_a_new_project_can_make_revisions_at_once(empty, template):
    told = empty.ok("init", "-t", template, "migrations").lines
    settings = ["pyproject.toml", "alembic.ini"] if "pyproject" in template else ["alembic.ini"]
    here = empty.folder
    assert told == [
        f"Creating directory {here}/migrations ...  done",
        f"Creating directory {here}/migrations/versions ...  done",
        f"Generating {here}/migrations/README ...  done",
        *[f"Generating {here}/migrations/env.py ...  done"] * (template != "minimal"),
        f"Generating {here}/migrations/script.py.mako ...  done",
        *(f"Generating {here}/{name} ...  done" for name in settings),
        "Please edit "
        + ("configuration settings in " + f"{here}/pyproject.toml and " if settings[1:] else "")
        + f"configuration/connection/logging settings in {here}/alembic.ini before proceeding.",
    ]
    empty.ok("revision", "-m", "first", "--rev-id", "a1")
    empty.ok("revision", "-m", "second", "--rev-id", "b1")
    assert empty.ok("history").lines == ["a1 -> b1 (head), second", "<base> -> a1, first"]


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_new_project_reaches_its_database(empty, template):
    empty.ok("init", "-t", template, "migrations")
    driver = "sqlite+aiosqlite" if "async" in template else "sqlite"
    ini = empty.read("alembic.ini")
    for number, name in enumerate(("dbname2", "dbname")):
        ini = ini.replace(f"driver://user:pass@localhost/{name}", f"{driver}:///{number}.db")
    empty.write("alembic.ini", ini)
    empty.ok("revision", "-m", "first", "--rev-id", "a1")
    empty.ok("upgrade", "head")
    heads = 2 if template == "multidb" else 1
    assert empty.ok("current").lines == ["a1 (head)"] * heads
    done = empty.ok("upgrade", "head", "--sql")
    written = empty.read("engine1.sql") if template == "multidb" else done.out
    assert "INSERT INTO alembic_version" in written


def test_a_project_without_env_py_reaches_its_database(empty, monkeypatch):
    empty.ok("init", "-t", "minimal", "migrations")
    assert "Without env.py" in empty.ok("list_templates").out
    empty.write(
        "myapp/models.py",
        "import sqlalchemy as sa\n\n\nclass Base:\n    metadata = sa.MetaData()\n\n\n"
        'sa.Table("book", Base.metadata, sa.Column("id", sa.Integer, primary_key=True))\n',
    )
    done = empty.alembic("upgrade", "head")
    assert "environment variable DATABASE_URL, which isn't set" in done.out
    monkeypatch.setenv("DATABASE_URL", "sqlite:///x.db")
    empty.ok("revision", "--autogenerate", "-m", "first", "--rev-id", "a1")
    empty.ok("upgrade", "head")
    assert empty.ok("current").lines == ["a1 (head)"]
    empty.ok("check")
    assert "CREATE TABLE book" in empty.ok("upgrade", "head", "--sql").out


@pytest.mark.parametrize("folder", ["migrations", "./migrations/", "deep/er/migrations", "a/../b"])
def test_the_settings_name_the_folder_from_where_they_are(empty, folder):
    empty.ok("init", folder)
    location = os.path.normpath(folder)
    assert f"\nscript_location = %(here)s/{location}\n" in empty.read("alembic.ini")
    empty.ok("revision", "-m", "x")
    assert list((empty.folder / location / "versions").glob("*_x.py"))


def test_settings_elsewhere_find_their_way_to_the_folder(empty):
    (empty.folder / "etc").mkdir()
    empty.ok("-c", "etc/my.ini", "init", "migrations")
    assert "script_location = %(here)s/../migrations" in empty.read("etc/my.ini")
    empty.ok("-c", "etc/my.ini", "revision", "-m", "x")


def test_an_absolute_folder_stays_absolute(empty, tmp_path):
    empty.ok("init", str(tmp_path / "else where"))
    assert f"script_location = {tmp_path}/else where\n" in empty.read("alembic.ini")
    empty.ok("heads")


@pytest.mark.parametrize(
    "name", ["100%", "a%%b", "%(here)s", 'with "quotes"', "back\\slash", "ünï"]
)
@pytest.mark.parametrize("template", ["generic", "pyproject"])
def test_any_name_of_a_folder_survives_in_the_settings(empty, name, template):
    empty.ok("init", "-t", template, name)
    empty.ok("revision", "-m", "x")
    assert list((empty.folder / name / "versions").glob("*_x.py"))


def test_settings_inside_the_new_folder(empty):
    empty.ok("-c", "migrations/alembic.ini", "init", "migrations")
    assert "script_location = %(here)s\n" in empty.read("migrations/alembic.ini")
    empty.ok("-c", "migrations/alembic.ini", "heads")


def test_settings_in_a_folder_that_is_made_on_the_way(empty):
    empty.ok("-c", "sub/alembic.ini", "init", "sub/migrations")
    assert "script_location = %(here)s/migrations\n" in empty.read("sub/alembic.ini")
    empty.ok("-c", "sub/alembic.ini", "heads")


def test_packages_have_an_init_file(empty):
    told = empty.ok("init", "--package", "migrations").lines
    assert f"Adding {empty.folder}/migrations/__init__.py ...  done" in told
    assert f"Adding {empty.folder}/migrations/versions/__init__.py ...  done" in told
    assert empty.read("migrations/__init__.py") == ""
    empty.ok("revision", "-m", "x")
    assert len(empty.ok("history").lines) == 1


def test_an_empty_folder_is_taken(empty):
    (empty.folder / "migrations").mkdir()
    told = empty.ok("init", "migrations").lines
    assert f"Creating directory {empty.folder}/migrations ...  done" not in told
    assert f"Creating directory {empty.folder}/migrations/versions ...  done" in told


def test_settings_that_are_there_stay(empty):
    empty.write("alembic.ini", "[alembic]\nmine = 1\n")
    told = empty.ok("init", "migrations").lines
    assert f"File {empty.folder}/alembic.ini already exists, skipping" in told
    assert empty.read("alembic.ini") == "[alembic]\nmine = 1\n"


def test_a_pyproject_file_that_is_there_is_added_to(empty):
    empty.write("pyproject.toml", '[project]\nname = "x"\n')
    told = empty.ok("init", "-t", "pyproject", "migrations").lines
    assert f"Appending to existing {empty.folder}/pyproject.toml ...  done" in told
    assert empty.read("pyproject.toml").startswith('[project]\nname = "x"\n\n\n[tool.alembic]\n')
    empty.ok("heads")


@pytest.mark.parametrize(
    "text",
    ["[tool.alembic]\n", "[tool.alembic.x]\n", "[tool]\nalembic = {}\n", "tool.alembic.a=1\n"],
)
def test_a_pyproject_file_with_our_table_stays(empty, text):
    empty.write("pyproject.toml", text)
    told = empty.ok("init", "-t", "pyproject", "migrations").lines
    skipping = "already exists and already has a [tool.alembic] section, skipping"
    assert f"File {empty.folder}/pyproject.toml {skipping}" in told
    assert empty.read("pyproject.toml") == text


REFUSED = {
    "a folder in use": (
        ["migrations"],
        {"migrations/x": ""},
        "migrations already exists and is not",
    ),
    "the current folder": (["."], {"x": ""}, "Directory . already exists and is not empty"),
    "no name": ([""], {"x": ""}, "Directory . already exists and is not empty"),
    "a file": (["x"], {"x": ""}, "x is a file"),
    "below a file": (["x/y/z"], {"x": ""}, "x is a file"),
    "no such template": (["-t", "nope", "m"], {}, "No such template"),
    "no template": (["-t", "", "m"], {}, "No such template"),
    "the folder of templates": (["-t", ".", "m"], {}, "No such template"),
    "malformed TOML": (["-t", "pyproject", "m"], {"pyproject.toml": "[a\n"}, "not valid TOML"),
    "closed TOML": (
        ["-t", "pyproject", "m"],
        {"pyproject.toml": "tool = {a = 1}\n"},
        "not valid TOML",
    ),
    "a line end": (["a\nb"], {}, "without line ends"),
    "blanks around": ([" m "], {}, "without blanks around it"),
    "a null byte": (["a\0b"], {}, "control characters"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_done_leaves_everything_as_it_is(empty, name):
    argv, files, told = REFUSED[name]
    for path, text in files.items():
        empty.write(path, text)
    before = empty.files()
    done = empty.alembic("init", *argv)
    assert done.status == 255
    assert told in done.out
    assert done.err == ""
    assert empty.files() == before


@pytest.mark.parametrize("template", ["generic", "pyproject"])
def test_settings_in_a_folder_that_is_not_there_are_refused_first(empty, template):
    name = "nowhere/alembic.ini" if template == "generic" else "nowhere/pyproject.toml"
    done = empty.alembic("-c", name, "init", "-t", template, "migrations")
    assert done.status == 255
    assert f"there is no folder {empty.folder}/nowhere" in done.out
    assert empty.files() == {}


def test_a_write_that_fails_takes_back_those_before_it(empty, monkeypatch):
    empty.write("pyproject.toml", "[project]\nname = 'x'\n")
    before = empty.files()
    write_new = room.write_new

    def full(path, content):
        if path.endswith("alembic.ini"):
            raise room.CantWrite(path, "No space left on device")
        write_new(path, content)

    monkeypatch.setattr(room, "write_new", full)
    done = empty.alembic("init", "-t", "pyproject", "deep/migrations")
    assert done.status == 255
    assert "No space left on device" in done.out
    assert empty.files() == before


@pytest.mark.skipif(os.geteuid() == 0 or sys.platform == "win32", reason="root may write anywhere")
def test_a_folder_that_cannot_be_written_to_is_named(empty):
    (empty.folder / "locked").mkdir(mode=0o500)
    done = empty.alembic("init", "locked/migrations")
    assert done.status == 255
    assert "locked/migrations" in done.out


def test_a_program_has_templates_of_its_own(empty):
    class Mine(Config):
        def get_template_directory(self):
            return str(empty.folder / "templates")

    empty.write("templates/one/README", "${not} a template")
    empty.write("templates/one/script.py.mako", "${kept}")
    empty.write("templates/one/other.py.mako", "${kept too}")
    empty.write("templates/one/sub/folder", "")
    empty.write("templates/one/alembic.ini.mako", "[alembic]\nscript_location = ${script_location}")
    command.init(Mine("alembic.ini"), "migrations", template="one")
    made = {name: text for name, text in empty.files().items() if not name.startswith("templates")}
    assert made == {
        "alembic.ini": b"[alembic]\nscript_location = %(here)s/migrations",
        "migrations": b"",
        "migrations/README": b"${not} a template",
        "migrations/other.py.mako": b"${kept too}",
        "migrations/script.py.mako": b"${kept}",
        "migrations/versions": b"",
    }


def test_a_template_that_cannot_be_rendered_leaves_nothing(empty):
    class Mine(Config):
        def get_template_directory(self):
            return str(empty.folder / "templates")

    empty.write("templates/one/alembic.ini.mako", "${no_such_name.at_all}")
    before = empty.files()
    with pytest.raises(CommandError, match=r"Template rendering failed: .*alembic\.ini\.mako"):
        command.init(Mine("alembic.ini"), "migrations", template="one")
    assert empty.files() == before


def test_a_configuration_without_a_file_has_nowhere_to_write_settings(empty):
    with pytest.raises(CommandError, match="names none"):
        command.init(Config(), "migrations")
    assert empty.files() == {}


def test_templates_are_listed_by_name(empty):
    assert empty.ok("list_templates").lines == [
        "Available templates:",
        "",
        "async - Generic single-database configuration with an async dbapi.",
        "generic - Generic single-database configuration.",
        "minimal - Without env.py: the settings name the models and the database.",
        "multidb - Rudimentary multi-database configuration.",
        "pyproject - pyproject configuration, based on the generic configuration.",
        "pyproject_async - pyproject configuration, with an async dbapi.",
        "",
        "Templates are used via the 'init' command, e.g.:",
        "",
        "  alembic init --template generic ./scripts",
    ]


def test_the_folder_that_was_made_is_read_from_python_too(empty):
    command.init(Config("alembic.ini"), "migrations")
    assert ScriptDirectory.from_config(Config("alembic.ini")).get_heads() == []
