"""revision, merge, edit: the files they make, what they give back, what env.py has a say in."""

from __future__ import annotations

import ast
import io
import os
import subprocess
import sys

import pytest

from alembic import command
from alembic.config import Config
from alembic.operations import ops
from alembic.script import Script

MODELS = """
import sqlalchemy as sa
target_metadata = sa.MetaData()
sa.Table("account", target_metadata, sa.Column("id", sa.Integer, primary_key=True))
"""


def env_with(project, *options, before=""):
    """The usual env.py with more arguments of configure()."""
    text = project.read("migrations/env.py")
    for call in ("connection=connection", "url=url, literal_binds=True"):
        text = text.replace(f"configure({call}", f"configure({', '.join([call, *options])}")
    project.write("migrations/env.py", before + text)


def header(project, rev):
    (path,) = (project.folder / "migrations" / "versions").rglob(f"{rev}*.py")
    names = {}
    for node in ast.parse(path.read_bytes()).body:
        if isinstance(node, ast.Assign):
            names[node.targets[0].id] = ast.literal_eval(node.value)
    return names


@pytest.fixture
def config(project):
    return Config("alembic.ini")


# -- what a person types


def test_the_file_is_told_and_holds_what_was_asked_for(project):
    project.revisions("a1")
    done = project.ok(
        *("revision", "-m", "Add a Table!", "--rev-id", "b1", "--branch-label", "billing"),
        *("--depends-on", "a1", "--head", "base", "--splice"),
    )
    path = project.folder / "migrations" / "versions" / "b1_add_a_table.py"
    assert done.lines == [f"Generating {path} ...  done"]
    assert header(project, "b1") == {
        "revision": "b1",
        "down_revision": None,
        "branch_labels": ("billing",),
        "depends_on": "a1",
    }
    assert project.ok("show", "billing@head").lines[0] == "Rev: b1 (head)"


def test_several_dependencies_are_kept_once_each_and_labels_stay_labels(project):
    project.revisions("a1, b1", a1={"labels": ("one",)})
    project.ok(
        *("revision", "-m", "x", "--rev-id", "c1", "--head", "b1"),
        *("--depends-on", "one", "--depends-on", "a1", "--depends-on", "one"),
    )
    assert header(project, "c1")["depends_on"] == ["one", "a1"]


def test_an_id_is_random_where_none_is_given(project):
    for _ in range(2):
        project.ok("revision", "-m", "x")
    names = sorted(path.name for path in (project.folder / "migrations/versions").glob("*_x.py"))
    assert len(names) == 2
    assert all(len(name.partition("_")[0]) == 12 for name in names)


def test_without_a_message_the_docstring_says_so(project):
    project.ok("revision", "--rev-id", "a1")
    assert project.ok("history").lines == ["<base> -> a1 (head), empty message"]
    assert (project.folder / "migrations/versions/a1_.py").exists()


def test_settings_name_the_file(project):
    project.ini(
        "file_template = %%(year)d/%%(rev)s-%%(slug)s",
        "recursive_version_locations = true",
        "truncate_slug_length = 8",
        "timezone = Europe/Berlin",
    )
    project.ok("revision", "-m", "several long words", "--rev-id", "a1")
    (path,) = (project.folder / "migrations/versions").rglob("*.py")
    assert path.name == "a1-several_.py"
    assert path.parent.name.isdigit()
    assert "+0" in path.read_text()
    project.ok("revision", "-m", "next", "--rev-id", "b1")
    assert header(project, "b1")["down_revision"] == "a1"


def test_a_write_that_fails_leaves_neither_file_nor_folder(project, monkeypatch):
    from alembic.script import new_revision
    from alembic.script.whole_file import CantWrite

    def full(path, content):
        raise CantWrite(path, "No space left on device")

    monkeypatch.setattr(new_revision, "write_new", full)
    project.ini(
        "file_template = %%(year)d/%%(month)d/%%(rev)s", "recursive_version_locations = true"
    )
    before = project.files()
    done = project.alembic("revision", "-m", "x")
    assert done.status == 255
    assert "No space left on device" in done.out
    assert project.files() == before


def test_a_file_goes_where_its_parent_is(project):
    project.ini("version_locations = %(here)s/one:%(here)s/two", "path_separator = :")
    project.ok("revision", "-m", "x", "--rev-id", "a1", "--version-path", "two")
    project.ok("revision", "-m", "x", "--rev-id", "b1")
    assert {"two/a1_x.py", "two/b1_x.py"} <= project.files().keys()
    assert not (project.folder / "one").exists()


def test_template_arguments_of_env_py_reach_the_template(project):
    project.ini("revision_environment = true")
    template = project.read("migrations/script.py.mako")
    project.write(
        "migrations/script.py.mako",
        template + "\n# ${colour}, ${config.get_main_option('path_separator')}\n",
    )
    env_with(project, "template_args={'colour': 'red'}")
    project.ok("revision", "-m", "x", "--rev-id", "a1")
    project.ok("merge", "-m", "y", "--rev-id", "b1", "heads")
    for name in ("a1_x", "b1_y"):
        assert project.read(f"migrations/versions/{name}.py").endswith("\n# red, os\n")


@pytest.mark.parametrize("argv", [["revision", "-m", "x"], ["merge", "-m", "x", "heads"]])
def test_env_py_is_not_run_for_a_plain_revision(project, argv):
    project.revisions("a1")
    project.write("migrations/env.py", "raise SystemExit('env.py was run')")
    project.ok(*argv)


PROBE = """
import sys
from alembic.config import main
main(["revision", "-m", "x", "--rev-id", "b1"])
main(["merge", "-m", "x", "b1"])
loaded = sorted(name for name in sys.modules if name.split(".")[0] == "sqlalchemy")
assert not loaded, loaded
assert "mako" in sys.modules
"""


def test_a_plain_revision_loads_mako_and_not_sqlalchemy(project):
    project.revisions("a1")
    environment = {**os.environ, "PYTHONWARNINGS": "error"}
    done = subprocess.run(
        [sys.executable, "-c", PROBE], env=environment, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


# -- messages

MESSAGES = [
    "it is \"quoted\" and 'quoted'",
    'three """ quotes',
    "three ''' quotes",
    'ends with a quote"',
    '"',
    '"""',
    "\\",
    "ends with a backslash\\",
    "\\N{no such name} \\x \\u12 \\777",
    "two\nlines",
    "a paragraph\n\nand another",
    "windows\r\nlines",
    "tab\there",
    "null \0 byte",
    "escape \x1b[31m",
    "${not_a_template} <% nor this %> ## nor",
    "% for x in y:",
    "<%! import os %>",
    "{braces} %(percent)s %%",
    "ünïcödé 漢字 🐍",
    "\u2028 separators \x85",
    "x" * 500,
    "word " * 120,
    "/etc/passwd ../../up",
    "CON",
    "  blanks around  ",
    "-m looks like an option",
    "# a comment",
    "'''\"\"\"\\'''",
    "\ud800 alone",
    "",
]


@pytest.mark.parametrize("message", MESSAGES, ids=lambda text: ascii(text)[:30])
def test_any_message_gives_a_file_that_compiles_and_says_it_back(project, message):
    project.ok("init", "fresh")
    for folder in ("migrations", "fresh"):
        config = Config("alembic.ini")
        config.set_main_option("script_location", folder)
        script = command.revision(config, message=message, rev_id="a1")
        (path,) = (project.folder / folder / "versions").glob("a1_*.py")
        tree = ast.parse(path.read_bytes())
        compile(tree, "x", "exec")
        doc = ast.get_docstring(tree, clean=False)
        said = message.replace("\r\n", "\n")
        if sys.version_info >= (3, 13):  # it compiles no docstring with half of a surrogate pair
            said = said.encode(errors="backslashreplace").decode()
        assert doc.partition("\n\nRevision ID: a1\n")[0] == said
        assert len(path.name) < 60
        assert script.revision == "a1"
        assert project.alembic("history").status == 0


@pytest.mark.parametrize("message", MESSAGES[:8], ids=lambda text: ascii(text)[:30])
def test_a_message_in_single_quotes_is_safe_as_well(project, message):
    template = project.read("migrations/script.py.mako").replace('"""', "'''")
    project.write("migrations/script.py.mako", template)
    project.ok("revision", "-m", message, "--rev-id", "a1")
    (path,) = (project.folder / "migrations/versions").glob("a1_*.py")
    doc = ast.get_docstring(ast.parse(path.read_bytes()), clean=False)
    assert doc.startswith(message)


# -- what a program gets


def test_a_program_gets_the_script(project, config, capsys):
    script = command.revision(config, message="one", rev_id="a1")
    assert isinstance(script, Script)
    assert str(script) == "<base> -> a1 (head), one"
    assert str(command.merge(config, "heads", rev_id="b1")) == "a1 -> b1 (head), empty message"
    assert str(command.merge(config, ["b1"], message="x", rev_id="c1")) == "b1 -> c1 (head), x"


def test_hooks_may_change_directives(project, config):
    project.ini("revision_environment = true")
    project.ok("current")  # makes the database
    config = Config("alembic.ini")
    seen = []

    def first(context, heads, directives):
        (directive,) = directives
        seen.append((type(context).__name__, heads, directive.rev_id, directive.message))
        directive.message = "changed"
        directive.rev_id = "z9"
        directive.upgrade_ops.ops.append(ops.ExecuteSQLOp("SELECT 1"))

    script = command.revision(config, message="one", rev_id="a1", process_revision_directives=first)
    assert seen == [("MigrationContext", (), "a1", "one")]
    assert (script.revision, script.doc) == ("z9", "changed")
    assert "op.execute('SELECT 1')" in project.read("migrations/versions/z9_changed.py")


def test_a_hook_may_ask_for_no_file_or_for_several(project):
    project.ini("revision_environment = true")
    config = Config("alembic.ini")

    def none(context, heads, directives):
        directives[:] = []

    def two(context, heads, directives):
        directives[:] = [
            ops.MigrationScript(
                rev, ops.UpgradeOps([]), ops.DowngradeOps([]), message=rev, head="head"
            )
            for rev in ("a1", "b1")
        ]

    before = project.files()
    assert command.revision(config, process_revision_directives=none) == []
    assert project.files() == before
    scripts = command.revision(config, process_revision_directives=two)
    assert [(script.revision, script.down_revision) for script in scripts] == [
        ("a1", None),
        ("b1", "a1"),
    ]


def test_where_the_second_file_fails_the_first_is_taken_back(project):
    project.ini("revision_environment = true")
    env_with(project, "process_revision_directives=hook", before=HOOK)
    before = project.files()
    done = project.alembic("revision", "-m", "x")
    assert done.status == 255
    assert "'nope'" in done.out
    assert project.files() == before


HOOK = """\
from alembic.operations import ops

def hook(context, heads, directives):
    directives[:] = [
        ops.MigrationScript(rev, ops.UpgradeOps([]), ops.DowngradeOps([]), message=rev, head=head)
        for rev, head in (("a1", "head"), ("b1", "nope"))
    ]

"""


# -- autogenerate and check


@pytest.fixture
def with_models(project):
    env_with(project, "target_metadata=target_metadata", before=MODELS)
    return project


def test_autogenerate_fills_the_file_and_check_is_content_afterwards(with_models):
    project = with_models
    done = project.alembic("check")
    assert done.status == 255
    assert done.out.startswith(
        "FAILED: New upgrade operations detected: [('add_table', Table('account'"
    )
    project.ok("revision", "--autogenerate", "-m", "accounts", "--rev-id", "a1")
    text = project.read("migrations/versions/a1_accounts.py")
    assert "op.create_table('account'" in text
    assert "op.drop_table('account')" in text
    behind = project.alembic("check")
    assert (behind.status, "not up to date" in behind.out) == (255, True)
    project.ok("upgrade", "head")
    assert project.ok("check").lines == ["No new upgrade operations detected."]
    assert project.ok("-q", "check").out == ""
    project.ok("revision", "--autogenerate", "-m", "nothing", "--rev-id", "b1")
    assert "pass" in project.read("migrations/versions/b1_nothing.py")


def test_check_tells_a_program_what_differs(with_models):
    from alembic.util.exc import AutogenerateDiffsDetected

    with pytest.raises(AutogenerateDiffsDetected) as caught:
        command.check(Config("alembic.ini"))
    ((kind, table),) = caught.value.diffs
    assert (kind, table.name) == ("add_table", "account")
    assert caught.value.revision_context.generated_revisions[0].upgrade_ops.ops


def test_autogenerate_that_fails_leaves_no_file(with_models):
    project = with_models
    before = project.files()
    for argv in (["--version-path", "nowhere"], ["--head", "nope"], ["--rev-id", "../x"]):
        assert project.alembic("revision", "--autogenerate", "-m", "x", *argv).status == 255
    assert project.files() == before


# -- merge


def test_a_merge_builds_on_all_heads(project):
    project.revisions("a1 -> b1, a1 -> c1")
    project.ok("merge", "-m", "join", "--rev-id", "d1", "--branch-label", "joined", "heads")
    assert header(project, "d1")["down_revision"] == ("b1", "c1")
    assert project.ok("heads").lines == ["d1 (joined) (head)"]


def test_a_merge_of_named_revisions(project):
    project.revisions("a1 -> b1, a1 -> c1, a1 -> d1")
    project.ok("merge", "--rev-id", "e1", "c1", "b1")
    assert header(project, "e1")["down_revision"] == ("c1", "b1")
    project.ok("merge", "--rev-id", "f1", "--splice", "e1", "a1")


# -- edit


def test_edit_opens_each_file_once(project, monkeypatch):
    project.revisions("a1 -> b1, a1 -> c1")
    program = project.write("note", '#!/bin/sh\necho "$@" >> noted\n')
    program.chmod(0o755)
    monkeypatch.setenv("EDITOR", f"{program} --wait")
    versions = project.folder / "migrations" / "versions"
    for rev in ("a1", "heads", "b1"):
        project.ok("edit", rev)
    assert project.read("noted").splitlines() == [
        f"--wait {versions}/{name}_step.py" for name in ("a1", "b1", "c1", "b1")
    ]
    project.ok("upgrade", "c1")
    project.ok("edit", "current")
    assert project.read("noted").splitlines()[-1] == f"--wait {versions}/c1_step.py"


@pytest.mark.parametrize("editor", ["false", "no-such-editor"])
def test_an_editor_that_fails_is_named(project, monkeypatch, editor):
    project.revisions("a1")
    monkeypatch.setenv("EDITOR", editor)
    monkeypatch.delenv("VISUAL", raising=False)
    if editor == "no-such-editor":
        monkeypatch.setenv("PATH", "")
    done = project.alembic("edit", "a1")
    assert done.status == 255
    assert "Error executing editor" in done.out
    assert ("false" if editor == "false" else "EDITOR") in done.out


# -- scripts


def test_sql_goes_to_the_buffer_and_lines_to_standard_output(project):
    project.revisions("a1")
    buffer, stdout = io.StringIO(), io.StringIO()
    config = Config("alembic.ini", output_buffer=buffer, stdout=stdout)
    command.upgrade(config, "head", sql=True)
    command.history(config)
    assert buffer.getvalue().startswith("CREATE TABLE alembic_version (")
    assert stdout.getvalue() == "<base> -> a1 (head), step a1\n"


def test_the_version_table_as_a_script(project):
    assert "CREATE TABLE alembic_version" in project.ok("ensure_version", "--sql").out
    assert not (project.folder / "x.db").exists()
    project.ok("ensure_version")
    project.ok("ensure_version")
    assert project.ok("current").lines == []


def test_several_databases_are_compared_in_one_revision(empty):
    empty.ok("init", "-t", "multidb", "migrations")
    ini = empty.read("alembic.ini")
    for number, name in enumerate(("dbname2", "dbname")):
        ini = ini.replace(f"driver://user:pass@localhost/{name}", f"sqlite:///{number}.db")
    empty.write("alembic.ini", ini)
    empty.write(
        "models.py",
        "import sqlalchemy as sa\ntarget_metadata = {}\n"
        "for name in ('engine1', 'engine2'):\n"
        "    target_metadata[name] = sa.MetaData()\n"
        "    sa.Table(f'of_{name}', target_metadata[name], sa.Column('id', sa.Integer))\n",
    )
    env = empty.read("migrations/env.py")
    line = "target_metadata: dict[str, MetaData] = {}"
    assert line in env
    empty.write("migrations/env.py", env.replace(line, "from models import target_metadata"))
    empty.ok("revision", "--autogenerate", "-m", "both", "--rev-id", "a1")
    text = empty.read("migrations/versions/a1_both.py")
    for name in ("engine1", "engine2"):
        upgrade = text.partition(f"def upgrade_{name}()")[2].partition("\ndef ")[0]
        assert f"op.create_table('of_{name}'" in upgrade
        assert upgrade.count("op.") == 1
    empty.ok("upgrade", "head")
    assert empty.ok("check").lines == ["No new upgrade operations detected."]
