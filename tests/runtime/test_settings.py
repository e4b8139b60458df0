"""How a run is told to lock: by the settings file, by configure(), by the command line."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from alembic.runtime.options import ContextOptions, WrongOption
from projects import ENV, Project
from somebody_else import held


@pytest.mark.parametrize(
    ("given", "seconds"),
    [(5, 5), (0, 0), ("1.5", 1.5), ("500ms", 0.5), ("30s", 30), ("2 min", 120), ("1h", 3600)],
)
def test_a_time_is_a_number_of_seconds_or_has_a_unit(given, seconds):
    assert ContextOptions.read({"lock_timeout": given}).lock_timeout == seconds


@pytest.mark.parametrize("given", ["soon", "-1", "5 days", "", True, "nan"])
def test_a_time_that_cannot_be_meant_is_refused(given):
    with pytest.raises(WrongOption, match="lock_timeout"):
        ContextOptions.read({"lock_timeout": given})


@pytest.mark.parametrize(("given", "lock"), [("auto", True), ("off", False), (False, False)])
def test_the_lock_is_on_unless_it_is_said_to_be_off(given, lock):
    assert ContextOptions.read({"lock": given}).lock is lock
    assert ContextOptions.read({}).lock is True


@pytest.mark.parametrize(
    ("options", "message"),
    [({"lock": "on"}, "'auto' or 'off'"), ({"ddl_lock_retries": "many"}, "a whole number")],
)
def test_what_cannot_be_meant_is_told(options, message):
    with pytest.raises(WrongOption, match=message):
        ContextOptions.read(options)
    with pytest.raises(WrongOption, match="the settings"):
        ContextOptions.read({}, options)


def test_the_command_line_counts_more_than_configure_and_that_more_than_the_settings():
    settings = {"lock": "off", "lock_timeout": "1", "ddl_lock_timeout": "1"}
    opts = {"lock_timeout": 2, "ddl_lock_timeout": 2, "insisted": {"ddl_lock_timeout": "3"}}
    options = ContextOptions.read(opts, settings)
    assert (options.lock, options.lock_timeout, options.ddl_lock_timeout) == (False, 2, 3)


@pytest.fixture
def project(tmp_path, monkeypatch) -> Project:
    monkeypatch.chdir(tmp_path)
    project = Project(tmp_path).begin()
    project.revisions("a")
    return project


@pytest.fixture
def locked(project):
    """Somebody else migrates the project's database."""
    engine = sa.create_engine(project.url)
    with held(engine):
        yield
    engine.dispose()


@pytest.mark.parametrize("command", ["upgrade", "stamp"])
def test_the_command_line_says_how_long_to_wait(project, locked, command):
    done = project.alembic(command, "head", "--lock-timeout", "50ms")
    assert done.status == 255
    assert "FAILED: Another migration of this database is running" in done.out
    assert "0.05 seconds" in done.out
    project.ok(command, "head", "--lock-timeout", "0", "--no-lock")


def test_a_downgrade_waits_as_well(project):
    project.ok("upgrade", "head")
    engine = sa.create_engine(project.url)
    with held(engine):
        assert project.alembic("downgrade", "base", "--lock-timeout", "0").status == 255
        project.ok("downgrade", "base", "--no-lock")
    engine.dispose()


@pytest.mark.parametrize("line", ["lock = off", "lock_timeout = 0"])
def test_the_ini_file_says_it(project, locked, line):
    project.ini(line)
    done = project.alembic("upgrade", "head")
    assert done.status == (0 if line == "lock = off" else 255)


@pytest.mark.parametrize("line", ['lock = "off"', "lock = false", "lock_timeout = 0"])
def test_the_toml_file_says_it(project, locked, line):
    project.write("pyproject.toml", f"[tool.alembic]\n{line}\n")
    done = project.alembic("upgrade", "head")
    assert done.status == (255 if line == "lock_timeout = 0" else 0)


def test_env_py_says_it(project, locked):
    project.write(
        "migrations/env.py",
        ENV.replace("connection=connection", 'connection=connection, lock="off"'),
    )
    project.ok("upgrade", "head")


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (["--lock-timeout", "soon"], "the command line: lock_timeout='soon'"),
        (["--ddl-lock-timeout", "x"], "the command line: ddl_lock_timeout='x'"),
    ],
)
def test_a_wrong_value_is_told_in_one_line(project, argv, message):
    done = project.alembic("upgrade", "head", *argv)
    assert done.status
    assert message in done.both
    assert "Traceback" not in done.both
    assert not (project.folder / "x.db").exists() or "table_a" not in str(
        sa.inspect(sa.create_engine(project.url)).get_table_names()
    )


def test_a_wrong_setting_is_told_in_one_line(project):
    project.ini("lock = perhaps")
    done = project.alembic("upgrade", "head")
    assert done.status == 255
    assert "the settings: lock='perhaps'; 'auto' or 'off' is expected" in done.out
