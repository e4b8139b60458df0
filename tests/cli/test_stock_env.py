"""The env.py of the templates, and a database that isn't what the settings say."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
import sqlalchemy as sa

TEMPLATES = ["generic", "async", "multidb", "pyproject", "pyproject_async"]


@pytest.fixture(params=TEMPLATES)
def stock(request, empty):
    empty.ok("init", "-t", request.param, "migrations")
    return empty


def point_to(project, url):
    lines = project.read("alembic.ini").splitlines()
    project.write(
        "alembic.ini",
        "\n".join(
            f"sqlalchemy.url = {url}" if line.startswith("sqlalchemy.url") else line
            for line in lines
        ),
    )


def failed(project, *argv):
    done = project.alembic(*argv)
    assert done.status == 1, done.both
    assert done.both.count("FAILED: ") == 1, done.both
    assert "Traceback" not in done.both, done.both
    assert "hunter2" not in done.both, done.both
    return " ".join(done.both.split())


def test_settings_that_nobody_has_edited_say_so(stock):
    told = failed(stock, "upgrade", "head")
    assert "driver" in told
    assert "sqlalchemy.url" in told


def test_a_url_that_is_missing_is_named(stock):
    ini = "\n".join(
        line
        for line in stock.read("alembic.ini").splitlines()
        if not line.startswith("sqlalchemy.url")
    )
    stock.write("alembic.ini", ini)
    told = failed(stock, "current")
    assert "url is not set" in told
    assert "sqlalchemy.url" in told


@pytest.mark.parametrize(
    "url",
    [
        "postgresql+psycopg://u:hunter2@127.0.0.1:1/x",
        "nosuchdialect://u:hunter2@h/x",
        "oracle+cx_oracle://u:hunter2@h/x",
        "u:hunter2@h",
        "postgresql+psycopg://u:hunter2@h:port/x",
        "://u:hunter2@h",
        "sqlite:////no/such/folder/x.db",
    ],
)
@pytest.mark.parametrize(
    "argv", ["upgrade head", "current", "revision --autogenerate -m x", "check"]
)
def test_a_database_that_cannot_be_reached_is_named_without_its_password(empty, url, argv):
    empty.ok("init", "migrations")
    point_to(empty, url)
    before = empty.files()
    told = failed(empty, *argv.split())
    assert "sqlalchemy.url" in told
    assert empty.files() == before


@pytest.mark.parametrize("server", ["postgresql", "mariadb"])
@pytest.mark.parametrize("what", ["database", "username"])
def test_a_database_or_a_user_that_the_server_does_not_know(empty, request, server, what):
    url = sa.make_url(request.getfixturevalue(f"{server}_url"))
    empty.ok("init", "migrations")
    wrong = url.set(
        **{what: "no_such_thing"}, password="hunter2" if what == "username" else url.password
    )
    point_to(empty, wrong.render_as_string(hide_password=False))
    told = failed(empty, "upgrade", "head")
    assert "no_such_thing" in told
    assert "can't connect" in told


def test_nobody_reads_any_more(project):
    """``alembic history | head -1`` ends in silence."""
    for number in range(3000):
        down = f"r{number - 1}" if number else None
        project.write(
            f"migrations/versions/r{number}.py",
            f'"""{"x" * 60}"""\nrevision = "r{number}"\ndown_revision = {down!r}\n',
        )
    command = f"{sys.executable} -m alembic history | head -1"
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ,
    )
    assert done.stderr == ""
    assert done.stdout.startswith("r2998 -> r2999 (head)")
    assert done.returncode in {0, 141}


def test_an_interrupt_is_said_and_has_the_status_of_the_shell(project):
    project.revisions("a1")
    project.write("migrations/env.py", "raise KeyboardInterrupt\n")
    done = project.alembic("upgrade", "head")
    assert (done.status, done.out, done.err) == (130, "", "Interrupted.\n")


def test_what_env_py_raises_as_a_command_error_is_its_message(project):
    project.write(
        "migrations/env.py",
        "from alembic.util import CommandError\nraise CommandError('not here')\n",
    )
    done = project.alembic("current")
    assert (done.status, done.out, done.err) == (255, "FAILED: not here\n", "")


def test_an_exit_of_env_py_is_its_own(project):
    project.write("migrations/env.py", "import sys\nsys.exit(7)\n")
    assert project.alembic("current").status == 7


def test_the_causes_of_an_error_are_told_first(project):
    project.write(
        "migrations/env.py",
        "try:\n    {}['first']\nexcept KeyError as error:\n    raise ValueError('second') from error\n",
    )
    told = project.alembic("current").err
    assert told.index("KeyError: 'first'") < told.index("ValueError: second")
    assert told.endswith(
        "FAILED: migrations/env.py:4. Mend it and run the command again; --raiseerr shows every frame.\n"
    )
