"""What ``check`` tells, what ``revision --autogenerate`` asks and refuses."""

from __future__ import annotations

import json
import os
import pty
import select
import signal
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa

from projects import Project

ENV = """\
from alembic import context
from sqlalchemy import create_engine, pool
from models import metadata

url = context.config.get_main_option("sqlalchemy.url")
with create_engine(url, poolclass=pool.NullPool).connect() as connection:
    context.configure(connection=connection, target_metadata=metadata)
    with context.begin_transaction():
        context.run_migrations()
"""
COMPLETE = "autogenerate_plugins = alembic.autogenerate.*, alembic.complete.*"
TABLE = 'sa.Table("{}", metadata, sa.Column("id", sa.Integer, primary_key=True){})\n'


def written(*tables: str) -> str:
    """models.py; a table as ``"book title"``, its columns after its name."""
    text = "import sqlalchemy as sa\nmetadata = sa.MetaData()\n"
    for table in tables:
        name, *columns = table.split()
        more = "".join(f', sa.Column("{one}", sa.String(20))' for one in columns)
        text += TABLE.format(name, more)
    return text


@pytest.fixture
def project(tmp_path, monkeypatch) -> Project:
    monkeypatch.chdir(tmp_path)
    project = Project(tmp_path, "sqlite:///x.db").begin()
    project.ini(COMPLETE, "prepend_sys_path = .")
    project.write("migrations/env.py", ENV)
    return project


@pytest.fixture
def renamed(project) -> Project:
    """The database has a book with a name; in the models it has a title."""
    project.write("models.py", written("book name"))
    project.ok("revision", "--autogenerate", "-m", "one", "--rev-id", "a")
    project.ok("upgrade", "head")
    with sa.create_engine("sqlite:///x.db", poolclass=sa.NullPool).begin() as connection:
        connection.exec_driver_sql("INSERT INTO book VALUES (1, 'kept')")
    project.write("models.py", written("book title"))
    return project


def titles() -> list[str]:
    with sa.create_engine("sqlite:///x.db", poolclass=sa.NullPool).connect() as connection:
        return list(connection.exec_driver_sql("SELECT title FROM book").scalars())


def made(project: Project) -> str:
    return project.read("migrations/versions/b_two.py")


NEW = ("revision", "--autogenerate", "-m", "two", "--rev-id", "b")


# --- check -----------------------------------------------------------------------------------------


def test_check_lists_what_differs_behind_the_message(renamed):
    done = renamed.alembic("check")
    assert done.status == 255
    assert done.lines[0].startswith("FAILED: New upgrade operations detected: [('add_column'")
    assert len(done.lines) == 1
    assert done.err.splitlines()[-5:] == [
        "The models ask for 2 operations:",
        "  add column book.title (VARCHAR(20))",
        "  remove column book.name (VARCHAR(20))",
        (
            "Perhaps a rename: column book.name to title (the same type VARCHAR(20), the same place); "
            "then make the revision with --rename book.name=title"
        ),
        'To write them into a revision:  alembic revision --autogenerate -m "..."',
    ]
    assert renamed.alembic("-q", "check").out == ""


def test_check_tells_a_program_in_json_and_nothing_else(renamed):
    done = renamed.alembic("check", "--json")
    assert done.status == 255
    found = json.loads(done.out)
    assert found["differences"][0] == {
        "kind": "add_column",
        "schema": None,
        "table": "book",
        "name": "title",
        "text": "add column book.title (VARCHAR(20))",
        "upgrade_token": "upgrades",
    }
    assert [one["flag"] for one in found["possible_renames"]] == ["book.name=title"]
    renamed.ok(*NEW, "--rename", "book.name=title")
    assert renamed.alembic("check", "--json").out == ""  # behind the head
    renamed.ok("upgrade", "head")
    assert json.loads(renamed.ok("check", "--json").out) == {
        "differences": [],
        "possible_renames": [],
    }


def test_a_database_behind_is_told_what_it_lacks(project):
    project.write("models.py", written())
    project.revisions("a -> b -> c")
    project.ok("upgrade", "a")
    done = project.alembic("check")
    assert (done.status, "It lacks b, c; run 'alembic upgrade heads'" in done.out) == (255, True)
    project.revisions(" -> ".join("bcdefghijklmn"))
    done = project.alembic("check")
    assert "It lacks 13 revisions, b to n;" in done.out


# --- renames ---------------------------------------------------------------------------------------


def test_a_flag_makes_a_rename_that_keeps_the_rows(renamed):
    renamed.ok(*NEW, "--rename", "book.name=title")
    assert "batch_op.alter_column('name'" in made(renamed)
    renamed.ok("upgrade", "head")
    assert titles() == ["kept"]
    renamed.ok("check")
    renamed.ok("downgrade", "a")
    renamed.ok("upgrade", "head")
    assert titles() == ["kept"]


def test_a_flag_that_fits_nothing_writes_nothing(renamed):
    before = renamed.files()
    done = renamed.alembic(*NEW, "--rename", "book.nam=title")
    assert done.status == 255
    assert "Only in the database: book.name\nOnly in the models: book.title" in done.out
    done = renamed.alembic(*NEW, "--rename", "book.name")
    assert (done.status, "'book.name' is not understood" in done.out) == (255, True)
    assert renamed.files() == before


def test_without_a_terminal_nobody_is_asked_and_the_file_tells_of_it(renamed):
    done = renamed.ok(*NEW)
    assert "--rename book.name=title" in done.err
    assert "# NOTE: column 'book.name' may have been renamed to 'title'" in made(renamed)
    assert "batch_op.drop_column('name')" in made(renamed)


def at_a_terminal(project: Project, answers: str, *argv: str) -> tuple[int, str]:
    """(status, what stood on the terminal) of the program at a terminal of its own.

    Standard error goes elsewhere, as in ``alembic … 2>log``. What waits for more than is typed is ended.
    """
    path = os.pathsep.join((str(Path(__file__).parents[2] / "src"), str(project.folder)))
    child, terminal = pty.fork()
    if child == 0:
        signal.signal(
            signal.SIGINT, signal.SIG_DFL
        )  # it is ignored where the tests run in the background
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        program = [sys.executable, "-m", "alembic", *argv]
        os.execve(program[0], program, {**os.environ, "PYTHONPATH": path})
    shown = b""
    while select.select([terminal], [], [], 30)[0]:
        try:
            part = os.read(terminal, 4096)
        except OSError:  # Linux's way to say that the other end is closed
            break
        if not part:
            break
        shown += part
        if shown.endswith(b"[y/N] "):
            line, answers = answers[:1], answers[1:]
            while line[-1:].isprintable() and answers:
                line, answers = line + answers[:1], answers[1:]
            os.write(terminal, line.encode())
    else:
        os.kill(child, signal.SIGKILL)
    os.close(terminal)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), shown.decode()


QUESTION = (
    "Was column book.name renamed to title? (the same type VARCHAR(20), the same place) [y/N] "
)


@pytest.mark.parametrize(
    ("answers", "is_renamed"),
    [("y\n", True), ("what?\nYes\n", True), ("\n", False), ("\x04", False)],
)
def test_at_a_terminal_the_answer_decides(renamed, answers, is_renamed):
    status, shown = at_a_terminal(renamed, answers, *NEW)
    assert (status, QUESTION in shown) == (0, True)
    assert ("alter_column('name'" in made(renamed)) is is_renamed
    assert ("drop_column('name')" in made(renamed)) is not is_renamed
    assert "NOTE" not in made(renamed)


def test_at_a_terminal_an_interrupt_leaves_nothing(renamed):
    before = renamed.files()
    status, _ = at_a_terminal(renamed, "\x03", *NEW)
    assert status == 130
    assert renamed.files() == before


@pytest.mark.parametrize(
    ("argv", "ini"),
    [
        (("check",), (COMPLETE,)),
        (("-q", *NEW), (COMPLETE,)),
        ((*NEW, "--rename", "book.name=title"), (COMPLETE,)),
        (NEW, ()),
    ],
    ids=["check", "quiet", "with a flag", "in a project that asks for no more than ever"],
)
def test_at_a_terminal_nothing_else_asks(renamed, argv, ini):
    renamed.ini(*ini, "prepend_sys_path = .")
    _, shown = at_a_terminal(renamed, "", *argv)
    assert "[y/N]" not in shown


# --- empty files -----------------------------------------------------------------------------------


@pytest.fixture
def equal(renamed) -> Project:
    """Nothing differs."""
    renamed.write("models.py", written("book name"))
    return renamed


def test_an_empty_file_is_skipped_where_that_is_asked_for(equal):
    done = equal.ok(*NEW, "--skip-empty")
    assert done.lines == ["No new upgrade operations detected; no revision was written."]
    assert not Path("migrations/versions/b_two.py").exists()


def test_an_empty_file_is_a_failure_where_that_is_asked_for(equal):
    done = equal.alembic(*NEW, "--fail-if-empty")
    assert done.status == 255
    assert done.lines == ["FAILED: No new upgrade operations detected; no revision was written."]
    assert not Path("migrations/versions/b_two.py").exists()


def test_an_empty_file_is_written_as_ever(equal):
    equal.ok(*NEW)
    assert "pass" in made(equal)


@pytest.mark.parametrize("option", ["--skip-empty", "--fail-if-empty"])
def test_what_differs_is_written(renamed, option):
    renamed.ok(*NEW, option)
    assert "title" in made(renamed)


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (("--fail-if-empty",), "--fail-if-empty is about what --autogenerate finds"),
        (("--skip-empty",), "--skip-empty is about what --autogenerate finds"),
        (("--rename", "a=b"), "--rename is about what --autogenerate finds"),
        (("--autogenerate", "--skip-empty", "--fail-if-empty"), "choose one of them"),
    ],
)
def test_options_that_make_no_sense_are_refused(equal, argv, words):
    done = equal.alembic("revision", "-m", "two", *argv)
    assert (done.status, words in done.out) == (255, True)


# --- bad input -------------------------------------------------------------------------------------

PLUGIN = """\
from alembic.runtime.plugins import Plugin

def compare_views(context, upgrade_ops, schemas):
    raise KeyError("views")

def setup(plugin):
    plugin.add_autogenerate_comparator(compare_views, "schema", "views")

import sys
Plugin.setup_plugin_from_module(sys.modules[__name__], "acme.views")
"""
LONG = "n" * 70


@pytest.mark.parametrize(
    ("models", "status", "words"),
    [
        ("import no_such_module\n", 1, ("models.py:1", "no_such_module")),
        ("metadata = 5\n", 255, ("target_metadata holds 5",)),
        ("metadata = None\n", 255, ("does not provide a MetaData object",)),
        (written("t") + written("t")[46:], 1, ("models.py:5", "Table 't' is already defined")),
        (
            written("t") + "one = metadata\n" + written("t") + "metadata = [one, metadata]\n",
            255,
            ('Duplicate table keys across multiple MetaData objects: "t"', "leave one model"),
        ),
    ],
    ids=["no import", "no metadata", "None", "two models", "two models in two metadatas"],
)
def test_models_that_are_none_are_named(project, models, status, words):
    project.write("models.py", models)
    done = project.alembic(*NEW)
    assert done.status == status
    assert all(word in done.both for word in words), done.both
    assert "error of Alembic itself" not in done.both
    assert not list(Path("migrations/versions").glob("*.py"))


def test_a_foreign_key_to_no_model_is_named(project):
    key = 'sa.Table("u", metadata, sa.Column("x", sa.ForeignKey("nosuch.id")))\n'
    project.write("models.py", written("t") + key)
    for argv in (NEW, ["check"]):
        done = project.alembic(*argv)
        assert (done.status, "Traceback" in done.both) == (255, False)
        assert "'u.x' could not find table 'nosuch'" in done.both
        assert "correct the foreign key, or import the model" in done.both
    assert not list(Path("migrations/versions").glob("*.py"))


def with_hook(project, hook):
    """The same project, whose env.py has a process_revision_directives of these words."""
    keyword = f"target_metadata=metadata, process_revision_directives={hook}"
    project.write("migrations/env.py", ENV.replace("target_metadata=metadata", keyword))
    project.write("models.py", written("t"))


def test_a_directive_that_is_none_is_named(project):
    with_hook(project, "lambda context, revision, directives: directives.append('x')")
    done = project.alembic(*NEW)
    assert (done.status, "Traceback" in done.both) == (255, False)
    assert "process_revision_directives has left 'x' in its list of directives" in done.both
    assert not list(Path("migrations/versions").glob("*.py"))


def test_one_import_may_be_given_as_a_text(project):
    with_hook(project, "lambda _c, _r, found: setattr(found[0], 'imports', 'from os import path')")
    project.ok(*NEW)
    (file,) = Path("migrations/versions").glob("*.py")
    assert "\nfrom os import path\n" in file.read_text()


def test_a_plugin_that_fails_is_named(project):
    project.write("models.py", written("t") + "import acme\n")
    project.write("acme.py", PLUGIN)
    project.ini(f"{COMPLETE}, acme.*", "prepend_sys_path = .")
    done = project.alembic(*NEW)
    assert done.status == 1
    assert "KeyError: 'views'" in done.err
    assert "the comparator acme.compare_views of the plugin acme.views" in done.err
    assert "~acme.views in autogenerate_plugins" in done.err


@pytest.mark.parametrize("backend", ["postgresql", "mariadb"])
@pytest.mark.parametrize(
    ("kind", "models"),
    [
        ("table", written(LONG)),
        ("column", written(f"t {LONG}")),
        ("index", written("t x") + f'sa.Index("{LONG}", metadata.tables["t"].c.x)\n'),
        (
            "constraint",
            written("t x")
            + f'metadata.tables["t"].append_constraint(sa.UniqueConstraint("x", name="{LONG}"))\n',
        ),
    ],
)
def test_a_name_that_is_too_long_is_refused(project, request, backend, kind, models):
    url = request.getfixturevalue(f"{backend}_url")
    project.ini(COMPLETE, "prepend_sys_path = .", f"sqlalchemy.url = {url}")
    project.write("models.py", models)
    done = project.alembic(*NEW)
    assert done.status == 255
    assert f"The {kind} '{LONG}'" in done.out
    assert "has a name of 70" in done.out
    assert not list(Path("migrations/versions").glob("*.py"))
