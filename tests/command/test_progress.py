"""The line about a long run: at a terminal only, and in nobody's way."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys

import pytest

from alembic.command.progress import ProgressLine
from alembic.graph.map import RevisionMap
from alembic.graph.revision import Revision
from alembic.graph.step import RevisionStep
from projects import ENV, Project

pty = pytest.importorskip("pty", reason="this system has no pseudo-terminals")

SLOW = '''"""add accounts"""
import time
from alembic import op
revision = "b1"
down_revision = "a1"


def upgrade():
    op.execute("CREATE TABLE account (id INTEGER)")
    time.sleep(1.5)
    print("half of it is done")
    op.execute("CREATE TABLE invoice (id INTEGER)")


def downgrade():
    pass
'''
LOGGED = "import logging\nlogging.basicConfig(level=logging.INFO)\n"
LINE = "\r\x1b[Krevision 2 of 2, 0:01, b1 (add accounts): CREATE TABLE account (id INTEGER)"


class Stream(io.StringIO):
    encoding = "utf-8"

    def isatty(self):
        return True


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


class Message(Revision):
    doc = "add\naccounts"


@pytest.fixture
def step():
    revision = Message("b1", "a1")
    found = RevisionMap(lambda: [Revision("a1", None), revision])
    return RevisionStep(found, found.get_revision("b1"), is_upgrade=True)


def test_the_line_tells_revision_elapsed_time_and_statement(step):
    clock, stream = Clock(), Stream()
    line = ProgressLine(stream, clock=clock)
    line.begin([step, step, step])
    line.begin_step(step)
    line.statement("CREATE TABLE account (\n\tid INTEGER\n)")
    clock.now = 125.0
    assert line.text() == (
        "revision 1 of 3, 2:05, b1 (add accounts): CREATE TABLE account ( id INTEGER )"
    )
    line.end_step(step, {"b1"})
    assert line.text() == "revision 1 of 3, 2:05, b1 (add accounts)"


def test_a_statement_that_is_wider_than_the_terminal_is_cut_and_a_password_masked(step):
    line = ProgressLine(Stream(), clock=Clock())
    line.begin([step])
    line.begin_step(step)
    line.statement("CREATE SERVER x OPTIONS (url 'postgresql://me:secret@host/db')")
    assert "secret" not in line.text()
    line.statement("SELECT " + "x" * 200)
    assert (len(line.text()), line.text()[-1]) == (79, "…")


def test_a_short_run_draws_nothing(step):
    clock, stream = Clock(), Stream()
    line = ProgressLine(stream, clock=clock)
    line.begin([step])
    line.begin_step(step)
    clock.now = 0.9
    line.draw()
    assert stream.getvalue() == ""
    clock.now = 1.1
    line.draw()
    assert stream.getvalue().startswith("\r\x1b[Krevision 1 of 1")


def test_what_is_written_meanwhile_stands_on_lines_of_its_own(step):
    clock, stream, other = Clock(), Stream(), Stream()
    line = ProgressLine(stream, clock=clock)
    line.begin([step])
    line.begin_step(step)
    clock.now = 2.0
    line.draw()
    line.write_past(other, "half a line")
    assert (stream.getvalue()[-4:], other.getvalue()) == ("\r\x1b[K", "half a line")
    before = stream.getvalue()
    line.draw()
    assert stream.getvalue() == before, "the line is not drawn behind half a line"
    line.write_past(other, " and the rest\n")
    line.draw()
    assert stream.getvalue() != before


def test_both_streams_are_given_back(monkeypatch):
    monkeypatch.setattr(sys, "stdout", Stream())
    monkeypatch.setattr(sys, "stderr", Stream())
    before = (sys.stdout, sys.stderr)

    def fail():
        assert (sys.stdout, sys.stderr) != before
        print("said")
        raise RuntimeError

    with pytest.raises(RuntimeError), ProgressLine(sys.stderr):
        fail()
    assert (sys.stdout, sys.stderr) == before
    assert before[0].getvalue() == "said\n"


@pytest.fixture
def slow(project) -> Project:
    project.write("migrations/env.py", LOGGED + ENV)
    project.revisions("a1")
    project.write("migrations/versions/b1_slow.py", SLOW)
    return project


def at_terminal(*argv, **streams) -> tuple[str, str, int]:
    """What stands on a terminal and what in the pipe of the other stream; the exit status."""
    theirs, ours = pty.openpty()
    given = {
        name: ours if kind == "terminal" else subprocess.PIPE for name, kind in streams.items()
    }
    environment = {**os.environ, "TERM": "xterm"}
    command = [sys.executable, "-m", "alembic", *argv]
    with subprocess.Popen(command, env=environment, **given) as process:
        os.close(ours)
        shown = b""
        while True:
            try:
                piece = os.read(theirs, 10_000)
            except OSError:  # the other end is closed
                break
            if not piece:
                break
            shown += piece
        pipe = process.stdout or process.stderr
        piped = pipe.read() if pipe is not None else b""
    os.close(theirs)
    return shown.decode().replace("\r\n", "\n"), piped.decode(), process.returncode


def test_a_long_upgrade_at_a_terminal_shows_the_line_and_leaves_none_of_it(slow):
    shown, _, status = at_terminal("upgrade", "head", stdout="terminal", stderr="terminal")
    assert (status, LINE in shown) == (0, True)
    # What a terminal shows in the end: what is rubbed out is gone.
    left = re.sub(r"[^\n\r]*\r\x1b\[K", "", shown).replace("\r", "")
    assert left.splitlines()[2:] == [
        "INFO:alembic.runtime.migration:Running upgrade  -> a1, step a1",
        "INFO:alembic.runtime.migration:Running upgrade a1 -> b1, add accounts",
        "half of it is done",
    ]


def test_a_pipe_never_sees_the_line(slow):
    done = subprocess.run(
        [sys.executable, "-m", "alembic", "upgrade", "head"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "half of it is done\n"
    assert "\x1b" not in done.stderr
    assert "revision 2 of 2" not in done.stderr
