"""``--dry-run``: what would run on the database as it is, and nothing of it done."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from projects import Project

READS = '''"""looks"""
from alembic import op
import sqlalchemy as sa
revision = "c"
down_revision = "b"


def upgrade():
    op.execute("INSERT INTO table_a VALUES (1)")
    rows = op.get_bind().execute(sa.text("SELECT id FROM table_a")).all()
    op.execute(f"INSERT INTO table_b VALUES ({rows[0].id})")


def downgrade():
    names = sa.inspect(op.get_bind()).get_table_names()
'''


@pytest.fixture
def project(tmp_path, monkeypatch, database_url) -> Project:
    monkeypatch.chdir(tmp_path)
    project = Project(tmp_path, database_url.replace("%", "%%")).begin()
    project.revisions("a -> b")
    project.write("migrations/versions/c_looks.py", READS)
    return project


def state(url):
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        names = sa.inspect(connection).get_table_names()
        return {
            name: list(connection.exec_driver_sql(f"SELECT * FROM {name}").all()) for name in names
        }


def test_what_would_run_is_shown_and_nothing_is_changed(project, database_url):
    done = project.ok("upgrade", "head", "--dry-run")
    assert done.lines[0] == "3 migrations would run; nothing is changed."
    assert "-- upgrade  -> a, step a" in done.lines
    assert "-- upgrade a -> b, step b" in done.lines
    assert "CREATE TABLE table_b (" in done.out
    assert state(database_url) == {}


def test_it_begins_where_the_database_is(project, database_url):
    project.ok("upgrade", "a")
    before = state(database_url)
    done = project.ok("upgrade", "b", "--dry-run")
    assert "1 migration would run" in done.out
    assert "table_a" not in done.out
    assert state(database_url) == before


def test_a_step_that_reads_is_marked(project, database_url):
    project.ok("upgrade", "b")
    done = project.ok("upgrade", "head", "--dry-run")
    assert "INSERT INTO table_a VALUES (1);" in done.out
    assert "INSERT INTO table_b" not in done.out
    (line,) = [line for line in done.lines if "known only when it runs" in line]
    assert "it reads the database" in line
    assert "c_looks.py:10)" in line
    assert state(database_url)["table_a"] == []


def test_a_downgrade_can_be_shown_too(project, database_url):
    project.ok("upgrade", "b")
    done = project.ok("downgrade", "base", "--dry-run")
    assert done.lines[0] == "2 migrations would run; nothing is changed."
    assert done.out.index("DROP TABLE table_b;") < done.out.index("DROP TABLE table_a;")
    project.ok("upgrade", "head")
    assert "it reads the database" in project.ok("downgrade", "-1", "--dry-run").out


def test_nothing_to_do_is_said(project):
    project.ok("upgrade", "b")
    assert project.ok("upgrade", "b", "--dry-run").out == "Nothing would run.\n"


def test_a_migration_cannot_write_by_another_door(project, database_url):
    project.write(
        "migrations/versions/d_door.py",
        '"""door"""\nfrom alembic import context\nrevision = "d"\ndown_revision = "c"\n'
        "def upgrade():\n"
        '    context.execute("CREATE TABLE door (id INTEGER)")\n'
        '    context.get_bind().exec_driver_sql("CREATE TABLE window (id INTEGER)")\n',
    )
    project.ok("upgrade", "b")
    project.ok("stamp", "c")
    done = project.ok("upgrade", "head", "--dry-run")
    assert "CREATE TABLE door" in done.out
    assert "known only when it runs" in done.out
    assert "door" not in state(database_url)


def test_a_step_that_fails_without_a_database_is_marked_with_its_error(project):
    project.write(
        "migrations/versions/d_fails.py",
        '"""fails"""\nrevision = "d"\ndown_revision = "c"\ndef upgrade():\n    {}["key"]\n',
    )
    project.ok("stamp", "c")
    done = project.ok("upgrade", "head", "--dry-run")
    assert "known only when it runs: without a database it ends in KeyError: 'key' (" in done.out
    assert "d_fails.py:5)" in done.out


def test_a_script_is_no_dry_run(project):
    done = project.alembic("upgrade", "head", "--sql", "--dry-run")
    assert done.status == 255
    assert "choose one" in done.out
