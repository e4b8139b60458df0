"""ScriptDirectory: where revision files are looked for, and what is answered about them."""

from __future__ import annotations

import importlib
import py_compile
import sys

import pytest

from alembic.config import Config
from alembic.script import Script, ScriptDirectory
from alembic.script.conflict import SeveralHeads
from alembic.script.directory import MissingEnvironment, SeveralBases, SeveralLocations
from alembic.script.lookup import NoSuchRevision, NotOneLine
from alembic.script.settings import MissingFolder, MissingPackage, NoScriptLocation
from alembic.util.exc import CommandError


@pytest.fixture(autouse=True)
def _own_path(monkeypatch):
    monkeypatch.setattr(sys, "path", sys.path[:])


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "migrations" / "versions").mkdir(parents=True)
    return tmp_path


@pytest.fixture
def add(folder):
    def add(path, down=None, **more):
        name = path.rpartition("/")[2].partition("_")[0].partition(".")[0]
        lines = {"revision": name, "down_revision": down, **more}
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        text = "\n".join([f'"""step {name}"""', *(f"{key} = {lines[key]!r}" for key in lines), ""])
        file.write_text(text, encoding="utf-8")
        return file

    return add


def directory(**settings):
    config = Config()
    for name, value in {
        "script_location": "migrations",
        "path_separator": "newline",
        **settings,
    }.items():
        config.set_main_option(name, value)
    return ScriptDirectory.from_config(config)


def test_revisions_lie_in_versions(add):
    add("migrations/versions/a1_x.py")
    add("migrations/versions/b1234_x.py", "a1")
    script = directory()
    assert [each.revision for each in script.walk_revisions()] == ["b1234", "a1"]
    assert script.get_heads() == ["b1234"]
    assert script.get_bases() == ["a1"]
    assert (script.get_current_head(), script.get_base()) == ("b1234", "a1")
    assert isinstance(script.get_revision("b123"), Script)
    assert script.get_revision("base") is None
    assert script.file_of("b1234") == "migrations/versions/b1234_x.py"


def test_several_locations_make_one_graph(add, folder):
    add("one/a1.py")
    add("two/b1.py", "a1")
    script = directory(version_locations="one\ntwo")
    assert [each.revision for each in script.walk_revisions()] == ["b1", "a1"]
    assert script.locations == (str(folder / "one"), str(folder / "two"))
    with pytest.raises(SeveralLocations, match="Multiple version_locations present"):
        _ = script.versions
    assert directory().versions == str(folder / "migrations" / "versions")


def test_a_file_that_two_locations_share_counts_once(add):
    add("one/a1.py")
    script = directory(version_locations="one\n./one/../one")
    with pytest.warns(UserWarning, match=r"a1\.py loaded twice! ignoring"):
        assert script.get_heads() == ["a1"]


def test_subfolders_count_where_the_settings_say_so(add):
    add("migrations/versions/a1.py")
    add("migrations/versions/2024/02/b1.py", "a1")
    assert directory().get_heads() == ["a1"]
    assert directory(recursive_version_locations="true").get_heads() == ["b1"]


def test_byte_code_counts_where_the_settings_say_so(add):
    add("migrations/versions/a1.py")
    file = add("migrations/versions/b1.py", "a1")
    py_compile.compile(str(file), cfile=str(file.with_suffix(".pyc")))
    file.unlink()
    assert directory().get_heads() == ["a1"]
    script = directory(sourceless="true")
    assert script.get_heads() == ["b1"]
    assert script.get_revision("b1").doc == "step b1"


def test_byte_code_in_the_cache_counts_as_well(add):
    file = add("migrations/versions/a1.py")
    py_compile.compile(str(file))
    file.unlink()
    assert directory(sourceless="true").get_heads() == ["a1"]


def test_migrations_may_be_resources_of_a_package(add, folder):
    (folder / "mypackage").mkdir()
    (folder / "mypackage" / "__init__.py").write_text("")
    add("mypackage/db/versions/a1.py")
    add("mypackage/more/b1.py", "a1")
    script = directory(script_location="mypackage:db", prepend_sys_path=str(folder))
    assert sys.path[0] == str(folder)
    assert script.get_heads() == ["a1"]
    assert script.env_py_location == str(folder / "mypackage/db/env.py")
    both = directory(
        script_location="mypackage:db",
        prepend_sys_path=str(folder),
        version_locations="mypackage:db/versions\nmypackage:more",
    )
    assert both.get_heads() == ["b1"]
    sys.modules.pop("mypackage", None)
    importlib.invalidate_caches()


def test_paths_are_put_in_front_once(folder):
    directory(prepend_sys_path="x\ny")
    directory(prepend_sys_path="x\ny")
    assert sys.path[:2] == ["x", "y"]
    assert sys.path[2] != "x"


def test_computed_headers_are_run(add, folder):
    add("migrations/versions/a1.py")
    (folder / "migrations/versions/b.py").write_text(
        "NAMES = ['b', 'a']\nrevision = NAMES[0] + '1'\ndown_revision = NAMES[1] + '1'\n"
    )
    assert directory().get_heads() == ["b1"]


def test_locations_may_be_changed_until_they_are_read(add):
    add("one/a1.py")
    script = directory()
    script.version_locations = ["one"]
    assert script.get_heads() == ["a1"]


@pytest.mark.parametrize(
    ("settings", "error", "said"),
    [
        ({"script_location": ""}, NoScriptLocation, "alembic init"),
        ({"script_location": "nowhere"}, MissingFolder, "Path doesn't exist: nowhere"),
        ({"script_location": "nowhere:x"}, MissingPackage, "no package 'nowhere'"),
        ({"truncate_slug_length": "x"}, CommandError, "whole number"),
    ],
)
def test_settings_that_lead_nowhere_are_named(folder, settings, error, said):
    with pytest.raises(error, match=said):
        directory(**settings)


def test_what_is_missing_inside_a_package_is_its_own_error(folder):
    (folder / "broken").mkdir()
    (folder / "broken" / "__init__.py").write_text("import no_such_module\n")
    with pytest.raises(ModuleNotFoundError, match="no_such_module"):
        directory(script_location="broken.inner:db", prepend_sys_path=str(folder))
    sys.modules.pop("broken", None)


def test_a_missing_env_py_is_named(folder):
    with pytest.raises(MissingEnvironment, match=r"env\.py"):
        directory().run_env()


def test_an_import_error_of_env_py_is_its_own(folder):
    (folder / "migrations" / "env.py").write_text("import no_such_module\n")
    with pytest.raises(ModuleNotFoundError, match="no_such_module"):
        directory().run_env()


def test_env_py_may_be_byte_code(folder):
    file = folder / "migrations" / "env.py"
    file.write_text("raise ZeroDivisionError\n")
    py_compile.compile(str(file), cfile=str(file.with_suffix(".pyc")))
    file.unlink()
    with pytest.raises(ZeroDivisionError):
        directory().run_env()


@pytest.fixture
def forked(add):
    add("migrations/versions/a1.py")
    add("migrations/versions/b1.py", "a1", branch_labels=("left",))
    add("migrations/versions/c1.py", "a1")
    return directory()


def test_several_heads_are_told_with_their_files_and_the_ways_out(forked):
    with pytest.raises(SeveralHeads) as caught:
        forked.get_revision("head")
    assert caught.value.heads == ("b1", "c1")
    lines = str(caught.value).splitlines()
    assert lines[0].startswith("Multiple head revisions are present for given argument 'head'")
    assert lines[1:] == [
        "  b1 (step b1): migrations/versions/b1.py",
        "  c1 (step c1): migrations/versions/c1.py",
        'To join them:  alembic merge -m "merge b1 and c1" b1 c1',
        "To put one on top of the other:  alembic rebase c1 --onto b1",
    ]


def test_a_head_is_told_in_one_line_whatever_its_message(folder, add):
    add("migrations/versions/a1.py")
    for name in ("b1", "c1"):
        text = f'"""first\nsecond\n\nRevision ID: {name}\n"""\nrevision = {name!r}\ndown_revision = "a1"\n'
        (folder / "migrations" / "versions" / f"{name}.py").write_text(text)
    with pytest.raises(SeveralHeads) as caught:
        directory().get_current_head()
    lines = str(caught.value).splitlines()
    assert [line for line in lines if "first" in line] == [
        f"  {name} (first): migrations/versions/{name}.py" for name in ("b1", "c1")
    ]
    assert "second" not in str(caught.value)


def test_of_a_line_the_first_revision_of_its_own_is_moved(add):
    for name, down in (("a1", None), ("b1", "a1"), ("c1", "a1"), ("d1", "c1")):
        add(f"migrations/versions/{name}.py", down)
    with pytest.raises(SeveralHeads, match="alembic rebase c1 --onto b1"):
        directory().get_current_head()


@pytest.mark.parametrize(
    "graph",
    [
        {"a1": None, "b1": None},
        {"a1": None, "b1": "a1", "c1": "a1", "d1": ("b1", "c1"), "e1": "a1"},
        {"a1": None, "b1": "a1", "c1": "a1", "d1": "a1"},
    ],
    ids=["two roots", "a merge", "three heads"],
)
def test_where_no_line_can_be_moved_only_a_merge_is_advised(add, graph):
    for name, down in graph.items():
        add(f"migrations/versions/{name}.py", down)
    with pytest.raises(SeveralHeads, match="alembic merge") as caught:
        directory().get_current_head()
    heads = caught.value.heads
    if len(heads) == 2 and graph.get("e1"):
        assert heads == ("d1", "e1")
        assert "alembic rebase e1 --onto d1" in str(caught.value)
    else:
        assert "alembic rebase" not in str(caught.value)


def test_identifiers_that_name_nothing_are_said_as_they_were_typed(forked):
    for ask in (forked.get_revision, forked.get_revisions):
        with pytest.raises(NoSuchRevision, match="Can't locate revision identified by 'nope'"):
            ask("nope")
    with pytest.raises(NotOneLine, match="b1:c1 does not refer to ancestor/descendant"):
        list(forked.walk_revisions("b1", "c1"))
    with pytest.raises(SeveralHeads, match="multiple heads"):
        forked.get_current_head()


def test_places_of_the_graph_as_ids(forked, add):
    assert forked.as_revision_number("heads") == ("b1", "c1")
    assert forked.as_revision_number("left@head") == "b1"
    assert forked.as_revision_number("base") is None
    assert forked.as_revision_number(None) is None


def test_several_bases_are_an_error_where_one_is_asked_for(add):
    add("migrations/versions/a1.py")
    add("migrations/versions/b1.py")
    with pytest.raises(SeveralBases, match="get_bases"):
        directory().get_base()


def test_a_new_revision_is_known_at_once(add, folder):
    add("migrations/versions/a1.py")
    (folder / "migrations" / "script.py.mako").write_text(
        '"""${message}"""\nrevision = ${repr(up_revision)}\ndown_revision = ${repr(down_revision)}\n'
    )
    script = directory()
    made = script.generate_revision("b1", "hello", file_template="%(rev)s")
    assert made.path == str(folder / "migrations/versions/b1.py")
    assert (made.revision, made.down_revision, made.doc) == ("b1", "a1", "hello")
    assert script.get_current_head() == "b1"
