"""Which files the settings come from, and what the options before the command do."""

from __future__ import annotations

import pytest

from alembic.cli.run import TooManyFiles, settings_files


@pytest.mark.parametrize(
    ("given", "variable", "found"),
    [
        ([], None, ("alembic.ini", "pyproject.toml")),
        (["a.ini"], None, ("a.ini", "pyproject.toml")),
        (["a.toml"], None, ("alembic.ini", "a.toml")),
        (["a.ini", "a.toml"], None, ("a.ini", "a.toml")),
        (["a.toml", "a.ini"], None, ("a.ini", "a.toml")),
        ([], "v.ini", ("v.ini", "pyproject.toml")),
        ([], "v.toml", ("alembic.ini", "v.toml")),
        (["a.ini"], "v.ini", ("a.ini", "pyproject.toml")),
        ([], "", ("alembic.ini", "pyproject.toml")),
    ],
)
def test_files_come_from_the_option_else_the_variable_else_the_usual_names(given, variable, found):
    environ = {} if variable is None else {"ALEMBIC_CONFIG": variable}
    assert settings_files(given, environ) == found


@pytest.mark.parametrize("given", [["a.ini", "b.ini"], ["a.toml", "b.toml"], ["a", "b.cfg"]])
def test_two_files_of_one_kind_are_refused(given):
    with pytest.raises(TooManyFiles) as caught:
        settings_files(given, {})
    assert all(name in str(caught.value) for name in given)


def test_settings_may_all_be_in_pyproject_toml_but_for_the_url(project):
    project.revisions("a1")
    project.write(
        "pyproject.toml",
        "[tool.alembic]\nscript_location = '%(here)s/migrations'\nprepend_sys_path = ['.']\n",
    )
    project.write("alembic.ini", "[alembic]\nsqlalchemy.url = sqlite:///x.db\n")
    project.ok("upgrade", "head")
    assert project.ok("current").lines == ["a1 (head)"]
    (project.folder / "alembic.ini").unlink()
    assert project.ok("heads").lines == ["a1 (head)"]


def test_both_files_may_be_named_anywhere(project):
    project.revisions("a1")
    (project.folder / "alembic.ini").unlink()
    project.write("etc/a.toml", "[tool.alembic]\nscript_location = '%(here)s/../migrations'\n")
    project.write("etc/a.ini", "[alembic]\nsqlalchemy.url = sqlite:///%(here)s/y.db\n")
    for order in (["-c", "etc/a.toml", "-c", "etc/a.ini"], ["-c", "etc/a.ini", "-c", "etc/a.toml"]):
        project.ok(*order, "upgrade", "head")
        assert project.ok(*order, "current").lines == ["a1 (head)"]
    assert (project.folder / "etc/y.db").exists()


def test_the_variable_names_the_file(project, monkeypatch):
    project.revisions("a1")
    (project.folder / "alembic.ini").rename(project.folder / "other.ini")
    monkeypatch.setenv("ALEMBIC_CONFIG", "other.ini")
    assert project.ok("heads").lines == ["a1 (head)"]


def test_another_section_of_the_ini_file(project):
    project.revisions("a1")
    project.write(
        "alembic.ini",
        "[alembic]\nscript_location = nowhere\n[second]\nscript_location = %(here)s/migrations\n"
        "sqlalchemy.url = sqlite:///second.db\n",
    )
    project.ok("-n", "second", "upgrade", "head")
    assert (project.folder / "second.db").exists()
    assert "nowhere" in project.alembic("heads").out


def test_x_arguments_reach_env_py(project):
    project.revisions("a1")
    project.write(
        "migrations/env.py",
        "from alembic import context\n"
        "print(context.get_x_argument())\nprint(context.get_x_argument(as_dictionary=True))\n",
    )
    done = project.ok("-x", "a=1", "-x", "b", "-x", "c=d=e", "current")
    assert done.lines == [
        "['a=1', 'b', 'c=d=e']",
        "{'a': '1', 'b': '', 'c': 'd=e'}",
    ]


def test_tags_and_options_reach_env_py(project):
    project.revisions("a1")
    project.write(
        "migrations/env.py",
        "from alembic import context\n"
        "print(context.get_tag_argument(), context.config.cmd_opts.tag, context.is_offline_mode())\n",
    )
    assert project.ok("upgrade", "head", "--tag", "blue", "--sql").lines == ["blue blue True"]


QUIET = {
    "heads": ["heads"],
    "history": ["history"],
    "show": ["show", "head"],
    "branches": ["branches"],
    "revision": ["revision", "-m", "more"],
    "current": ["current"],
    "list_templates": ["list_templates"],
    "init": ["init", "other"],
}


@pytest.mark.parametrize("name", QUIET)
def test_quiet_prints_nothing(project, name):
    project.revisions("a1 -> b1, a1 -> c1, b1+c1 -> d1")
    done = project.ok("-q", *QUIET[name])
    assert done.out == ""


def test_a_failure_is_told_on_standard_error_where_quiet(project):
    done = project.alembic("-q", "show", "nope")
    assert done.out == ""
    assert done.err.startswith("FAILED: Can't locate revision identified by 'nope'\n")
    assert done.status == 255


def test_a_failure_is_told_on_standard_output(project):
    done = project.alembic("show", "nope")
    assert done.out.startswith("FAILED: Can't locate revision identified by 'nope'\n")
    assert done.err == ""


def test_raiseerr_shows_the_program_as_well(project):
    from alembic.util.exc import CommandError

    with pytest.raises(CommandError, match="Can't locate revision identified by 'nope'"):
        project.alembic("--raiseerr", "show", "nope")


def test_a_program_that_gives_the_arguments_gets_the_exceptions_of_migrations(project):
    from alembic.config import main

    project.revisions("a1")
    project.write("migrations/env.py", "raise ZeroDivisionError('mine')\n")
    with pytest.raises(ZeroDivisionError, match="mine"):
        main(["upgrade", "head"])
    with pytest.raises(SystemExit) as left:
        main(["show", "nope"])
    assert left.value.code == -1
