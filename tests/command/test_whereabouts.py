"""The version table's name in the settings; current -v: where it was read, what is pending, what to run."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from alembic.config import Config
from projects import Project


@pytest.fixture
def on(empty, database_url):
    """``on(*settings)``: a project with a1 -> b1 -> c1 on each database."""

    def begin(*settings):
        project = Project(empty.folder, database_url.replace("%", "%%")).begin()
        project.ini(*settings)
        project.revisions("a1 -> b1 -> c1")
        return project

    return begin


def said(done):
    """What is said beside the log."""
    return [line for line in done.err.splitlines() if not line.startswith("INFO")]


def place(url):
    url = sa.make_url(url)
    schema = ", schema public" if url.get_backend_name() == "postgresql" else ""
    return f"{schema}, database {url.database}"


def test_current_tells_where_it_was_read_what_is_pending_and_what_to_run(on, database_url):
    project = on()
    assert said(project.ok("current", "-v")) == [
        f"Read from table alembic_version{place(database_url)}; it isn't there yet.",
        "The database is at no revision, the head of the scripts is c1: 3 revisions are pending.",
        "To apply them: alembic upgrade head",
    ]
    project.ok("upgrade", "b1")
    assert said(project.ok("current", "-v")) == [
        f"Read from table alembic_version{place(database_url)}.",
        "The database is at b1, the head of the scripts is c1: 1 revision is pending.",
        "To apply it: alembic upgrade head",
    ]
    project.ok("upgrade", "head")
    assert said(project.ok("current", "-v"))[1:] == [
        "The database is at c1, the head of the scripts is c1: nothing is pending."
    ]
    assert project.ok("current", "-v").out.startswith("Current revision(s) for ")
    assert said(project.ok("current")) == said(project.ok("-q", "current", "-v")) == []


def test_the_settings_name_the_version_table(on, database_url, engine):
    project = on("version_table = history_of_shop", "version_table_pk = false")
    project.ok("upgrade", "head")
    assert project.ok("current").lines == ["c1 (head)"]
    inspector = sa.inspect(engine)
    assert inspector.has_table("history_of_shop")
    assert not inspector.has_table("alembic_version")
    assert inspector.get_pk_constraint("history_of_shop")["constrained_columns"] == []
    line = f"Read from table history_of_shop{place(database_url)}."
    assert said(project.ok("current", "-v"))[0] == line
    assert "INSERT INTO history_of_shop" in project.ok("upgrade", "head", "--sql").out
    project.ok("stamp", "a1")
    assert project.ok("current").lines == ["a1"]


def test_the_schema_of_the_version_table_may_stand_in_the_settings(empty, postgresql_url):
    engine = sa.create_engine(postgresql_url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE SCHEMA kept"))
    project = Project(empty.folder, postgresql_url).begin()
    project.ini("version_table_schema = kept", "version_table = heads")
    project.revisions("a1")
    project.ok("upgrade", "head")
    assert sa.inspect(engine).has_table("heads", schema="kept")
    assert "table heads, schema kept, database " in project.ok("current", "-v").err


def test_what_configure_is_told_goes_before_the_settings(project):
    env = project.read("migrations/env.py")
    project.write(
        "migrations/env.py",
        env.replace("connection=connection", "connection=connection, version_table='mine'"),
    )
    project.ini("version_table = theirs")
    project.revisions("a1")
    project.ok("upgrade", "head")
    assert "table mine, " in project.ok("current", "-v").err


def test_the_settings_may_be_those_of_pyproject_toml(project):
    project.write(
        "pyproject.toml", "[tool.alembic]\nversion_table = 'mine'\nversion_table_pk = false\n"
    )
    project.revisions("a1")
    project.ok("upgrade", "head")
    assert "table mine, " in project.ok("current", "-v").err


@pytest.mark.parametrize(
    ("setting", "problem"),
    [
        ("version_table =", "version_table=''; the name of a table is expected"),
        ("version_table_pk = perhaps", "version_table_pk='perhaps'; true or false is expected"),
    ],
)
def test_a_setting_that_cannot_be_meant_is_named(project, setting, problem):
    project.ini(setting)
    project.revisions("a1")
    done = project.alembic("upgrade", "head")
    assert done.status == 255
    assert f"FAILED: the settings: {problem}" in done.out


def test_several_heads_are_all_named_and_brought_up_together(project):
    project.revisions("a1 -> b1, a1 -> c1")
    project.ok("upgrade", "b1")
    assert said(project.ok("current", "-v"))[1:] == [
        "The database is at b1, the heads of the scripts are b1, c1: 1 revision is pending.",
        "To apply it: alembic upgrade heads",
    ]


def test_no_scripts_at_all(project):
    assert said(project.ok("current", "-v"))[1:] == [
        "The database is at no revision, and there are no scripts: nothing is pending."
    ]


def test_the_command_to_run_has_the_options_that_chose_the_project(project):
    project.revisions("a1")
    (project.folder / "alembic.ini").rename(project.folder / "my shop.ini")
    ini = project.read("my shop.ini").replace("[alembic]", "[shop]")
    project.write("my shop.ini", ini)
    done = project.ok(
        "-c", "my shop.ini", "-n", "shop", "-x", "url=a://u:hunter2@h/x", "current", "-v"
    )
    assert said(done)[-1] == (
        "To apply it: alembic -c 'my shop.ini' -x 'url=a://u:***@h/x' -n shop upgrade head"
    )


def test_a_program_is_told_of_the_plain_command(project, capsys):
    from alembic import command

    project.revisions("a1")
    command.current(Config("alembic.ini"), verbose=True)
    assert capsys.readouterr().err.splitlines()[-1] == "To apply it: alembic upgrade head"
