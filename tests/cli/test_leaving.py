"""How the program leaves where it is interrupted, ended, or can't write: status, message, nothing more."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from projects import REVISION

# A shell that has started the tests in the background may have told all to ignore interrupts.
INTERRUPTIBLE = """
import signal
from alembic.cli.main import main
signal.signal(signal.SIGINT, signal.default_int_handler)
main()
"""
ROLLED_BACK = "the run was rolled back: the database is as it was before."


@pytest.fixture
def stopping(project):
    """A function that makes a migration whose upgrade() ends in a line of one's own."""
    project.revision("a1")

    def make(line):
        text = REVISION.format(
            rev="b1", down="a1", revises="a1", labels=None, depends_on=None, message="stops"
        )
        head, column, tail = text.partition("primary_key=True))\n")
        path = "migrations/versions/b1_step.py"
        project.write(path, f"{head}{column}    {line}\n{tail}")
        return project

    return make


def _in_a_process(project, command, *, env=None, **more):
    """The program in a process of its own; its output is buffered, as it is by default."""
    return subprocess.run(
        f"{sys.executable} -m alembic {command}",
        shell=True,
        cwd=project.folder,
        env={**os.environ, "PYTHONUNBUFFERED": "", **(env or {})},
        capture_output=True,
        text=True,
        check=False,
        **more,
    )


def test_an_interrupt_within_a_migration_says_where_it_was_and_what_is_left(stopping):
    done = stopping("raise KeyboardInterrupt").alembic("upgrade", "head")
    assert done.status == 130
    first, second = done.err.splitlines()[-2:]
    assert first == "Interrupted."
    assert second.startswith("This was in the upgrade of b1 (")
    assert second.endswith(f"b1_step.py:17); {ROLLED_BACK}")
    assert stopping("pass").ok("current").out == ""


@pytest.mark.parametrize(("line", "status"), [("raise SystemExit(3)", 3), ("raise SystemExit", 0)])
def test_a_migration_that_leaves_the_program_is_told_of(stopping, line, status):
    done = stopping(line).alembic("upgrade", "head")
    assert done.status == status
    first, second = done.err.splitlines()[-2:]
    assert first == "The program was ended by the migration."
    assert second.endswith(f"b1_step.py:17); {ROLLED_BACK}")
    assert stopping("pass").ok("current").out == ""


def test_the_interrupt_of_a_terminal_reaches_a_migration(stopping):
    project = stopping("import pathlib, time; pathlib.Path('there').touch(); time.sleep(60)")
    running = subprocess.Popen(
        [sys.executable, "-c", INTERRUPTIBLE, "upgrade", "head"],
        cwd=project.folder,
        stderr=subprocess.PIPE,
        text=True,
    )
    while not (project.folder / "there").exists():
        assert running.poll() is None
        time.sleep(0.01)
    running.send_signal(signal.SIGINT)
    _, told = running.communicate()
    assert running.returncode == 130
    assert "Interrupted." in told
    assert ROLLED_BACK in told
    assert "Traceback" not in told


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize("command", ["history", "heads --json", "upgrade head --sql", "--raiseerr"])
def test_an_output_that_is_full_is_one_message(project, command):
    project.revisions("a1 -> b1")
    is_raised = command == "--raiseerr"
    done = _in_a_process(project, f"{'--raiseerr history' if is_raised else command} > /dev/full")
    assert done.returncode not in {0, 255}
    assert "No space left on device" in done.stderr
    assert ("FAILED: standard output can't be written" in done.stderr) is not is_raised
    assert ("Traceback" in done.stderr) is is_raised


@pytest.mark.parametrize("command", ["history", "upgrade head --sql", "upgrade head"])
def test_an_output_that_is_closed_is_no_error(project, command):
    project.revisions("a1 -> b1")
    done = _in_a_process(project, f"{command} >&-")
    assert (done.returncode, done.stdout) == (0, "")
    assert "Traceback" not in done.stderr


def test_a_script_with_letters_that_the_output_can_not_take_is_refused_with_the_way_out(project):
    script = project.revision("a1")
    script.write_text(script.read_text().replace("table_a1", "größe"), encoding="utf-8")
    done = _in_a_process(project, "upgrade head --sql", env={"PYTHONIOENCODING": "ascii"})
    assert done.returncode == 1
    assert "gr?" not in done.stdout
    assert "PYTHONIOENCODING=utf-8" in done.stderr.splitlines()[-1]


def test_a_statement_of_our_own_that_is_refused_is_no_fault_of_env_py(project):
    project.revisions("a1")
    project.write("x.db", "this is no database, and long enough to be seen as none" * 20)
    done = project.alembic("upgrade", "head")
    assert done.status == 1
    assert "file is not a database" in done.err
    last = done.err.splitlines()[-1]
    assert last.startswith("FAILED: the database has refused a statement of Alembic's own.")
    assert "env.py" not in last


@pytest.mark.parametrize(
    ("argv", "step"),
    [
        (("upgrade", "head"), "upgrade of b1 ({folder}/migrations/versions/b1_step.py)"),
        (("stamp", "head"), "stamp of a1 -> b1"),
    ],
)
def test_a_version_row_that_is_refused_is_no_fault_of_the_migration(project, argv, step):
    project.revisions("a1 -> b1")
    project.ok("upgrade", "a1")
    with closing(sqlite3.connect(project.folder / "x.db")) as connection:
        connection.execute(
            "CREATE TRIGGER closed BEFORE UPDATE ON alembic_version "
            "BEGIN SELECT RAISE(ABORT, 'not today'); END"
        )
    done = project.alembic(*argv)
    assert done.status == 1
    assert done.err.splitlines()[-1] == (
        f"FAILED: {step.format(folder=project.folder)}: the database has refused a statement of "
        "Alembic's own; the run was rolled back: the database is as it was before. Look at the "
        "database, and at what its user may do; --raiseerr shows every frame."
    )


def test_below_a_project_the_way_up_is_told(project, monkeypatch):
    monkeypatch.chdir(project.folder / "migrations")
    done = project.alembic("history")
    assert done.status == 255
    assert f"alembic.ini is in a folder above: cd {project.folder}" in " ".join(done.out.split())


def test_nor_is_it_a_fault_of_ours_where_there_is_no_env_py(project):
    project.revisions("a1")
    project.write("x.db", "this is no database, and long enough to be seen as none" * 20)
    (project.folder / "migrations" / "env.py").unlink()
    project.write("models.py", "from sqlalchemy import MetaData\nmetadata = MetaData()\n")
    project.ini("target_metadata = models:metadata", "prepend_sys_path = .")
    done = project.alembic("upgrade", "head")
    assert done.status == 1
    assert "the database has refused a statement of Alembic's own" in done.err
    assert "error of Alembic itself" not in done.err


def test_the_url_that_init_writes_is_told_from_one_that_is_meant(empty):
    empty.ok("init", "migrations")
    empty.ok("revision", "-m", "first")
    done = empty.alembic("upgrade", "head")
    assert done.status == 1
    assert "sqlalchemy.dialects:driver" in done.err
    assert "Name your database in sqlalchemy.url" in done.err


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_among_the_revisions_is_not_waited_for(project):
    project.revisions("a1")
    os.mkfifo(project.folder / "migrations" / "versions" / "b1.py")
    assert project.ok("heads").out == "a1 (head)\n"
