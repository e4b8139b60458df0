"""context.run(): one call in place of an env.py, and no env.py at all; on each database and driver."""

from __future__ import annotations

import asyncio
import importlib
import logging
import sys

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine

from alembic import command
from alembic.config import Config
from alembic.runtime.database import (
    ConnectionNotOpen,
    NoDatabaseConfigured,
    NoWayToDatabase,
    SeveralDatabases,
)
from alembic.runtime.event_loop import NeedsRunSync
from alembic.runtime.options import WrongOption
from alembic.script.directory import MissingEnvironment
from projects import Project

MODELS = """
import sqlalchemy as sa


class Base:
    metadata = sa.MetaData()


other = sa.MetaData()
both = [Base.metadata, other]
sa.Table("book", Base.metadata, sa.Column("id", sa.Integer, primary_key=True))
sa.Table("shelf", other, sa.Column("id", sa.Integer, primary_key=True))
"""
ASYNC = {"sqlite": "aiosqlite", "postgresql": "asyncpg"}


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A project without env.py, with the revision a1 and models."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ALEMBIC_CONFIG", raising=False)
    project = Project(tmp_path)
    project.begin()
    (tmp_path / "migrations/env.py").unlink()
    project.revisions("a1")
    project.write("shop_models.py", MODELS)
    # A command that the tests call in this process leaves the module and the path behind.
    monkeypatch.setattr(sys, "path", sys.path[:])
    # Python binds "." to the folder in which it has looked there first, another test's maybe.
    sys.path_importer_cache.pop(".", None)
    importlib.invalidate_caches()
    yield project
    sys.modules.pop("shop_models", None)
    sys.path_importer_cache.pop(".", None)


def settings(project, models="shop_models:Base.metadata", url="${SHOP_URL}"):
    project.ini(
        f"target_metadata = {models}",
        "prepend_sys_path = .",
        f"sqlalchemy.url = {url}",
    )


@pytest.fixture
def config(project):
    """What a program would make: no command line, no URL."""
    settings(project, url="")
    return Config("alembic.ini")


def tables(url):
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    return set(sa.inspect(engine).get_table_names()) - {"alembic_version"}


def asynchronous(url):
    backend = sa.make_url(url).get_backend_name()
    if backend not in ASYNC:
        pytest.skip("no asynchronous driver of this database is installed")
    driver = sa.make_url(url).set(drivername=f"{backend}+{ASYNC[backend]}")
    return driver.render_as_string(hide_password=False)


@pytest.fixture(params=["synchronous", "asynchronous"])
def driver_url(request, database_url):
    return database_url if request.param == "synchronous" else asynchronous(database_url)


# -- without env.py


def test_the_settings_are_enough(project, database_url, driver_url, monkeypatch):
    settings(project)
    monkeypatch.setenv("SHOP_URL", driver_url)
    project.ok("upgrade", "head")
    assert tables(database_url) == {"table_a1"}
    assert project.ok("current").lines == ["a1 (head)"]
    project.ok("revision", "--autogenerate", "-m", "books", "--rev-id", "b1")
    written = project.read("migrations/versions/b1_books.py")
    assert "op.create_table('book'" in written
    assert "op.drop_table('table_a1')" in written
    assert "CREATE TABLE table_a1" in project.ok("upgrade", "base:a1", "--sql").out
    project.ok("downgrade", "base")
    assert tables(database_url) == set()


def test_an_env_py_wins(project, sqlite_url):
    settings(project, url=sqlite_url)
    project.write("migrations/env.py", "print('mine')\n")
    assert project.ok("current").lines == ["mine"]


def test_the_byte_code_of_a_deleted_env_py_is_none(project, sqlite_url):
    settings(project, url=sqlite_url)
    project.write("migrations/env.py", "print('mine')\n")
    project.ok("current")
    (project.folder / "migrations/env.py").unlink()
    project.write("migrations/__pycache__/env.cpython-311.pyc", b"")
    assert project.ok("current").lines == []


def test_where_neither_is_there_both_ways_are_told(project):
    project.ini()
    with pytest.raises(MissingEnvironment) as caught:
        command.upgrade(Config("alembic.ini"), "head")
    told = str(caught.value)
    assert "migrations/env.py" in told
    assert "templates of 'alembic init'" in told
    assert "target_metadata = myapp.models:Base.metadata" in told


def test_several_metadatas_and_pyproject_toml_alone(project, sqlite_url, monkeypatch):
    (project.folder / "alembic.ini").unlink()
    project.write(
        "pyproject.toml",
        "[tool.alembic]\nscript_location = '%(here)s/migrations'\nprepend_sys_path = ['.']\n"
        "target_metadata = ['shop_models:Base.metadata', 'shop_models:other']\n"
        "sqlalchemy.url = '${SHOP_URL}'\n",
    )
    monkeypatch.setenv("SHOP_URL", sqlite_url)
    project.ok("upgrade", "head")
    done = project.alembic("check")
    assert all(f"('add_table', Table('{name}'" in done.out for name in ("book", "shelf"))


@pytest.mark.parametrize(
    "reference", ["shop_models:Base.metadata, shop_models:other", "shop_models:both"]
)
def test_a_list_of_metadata_may_be_named(project, sqlite_url, reference):
    settings(project, reference, url=sqlite_url)
    project.ok("upgrade", "head")
    done = project.alembic("check")
    assert all(f"('add_table', Table('{name}'" in done.out for name in ("book", "shelf"))


@pytest.mark.parametrize(
    ("reference", "problem"),
    [
        ("shop_models", "it is to be module:name, as in myapp.models:Base.metadata"),
        ("shop_models:", "it is to be module:name"),
        ("shop models:x", "it is to be module:name"),
        ("nowhere.models:x", "there is no module 'nowhere' on sys.path; prepend_sys_path names"),
        ("shop_models.deeper:x", "there is no module 'shop_models.deeper'"),
        ("shop_models:nope", "the module 'shop_models' has no 'nope'"),
        ("shop_models:Base.nope", "'Base' has no 'nope'"),
        (
            "shop_models:Base",
            "it is a type, not a SQLAlchemy MetaData; its metadata is shop_models:Base.metadata",
        ),
        ("shop_models:sa", "it is a module, not a SQLAlchemy MetaData"),
    ],
)
def test_metadata_that_cannot_be_found_is_told(project, sqlite_url, reference, problem):
    settings(project, reference, url=sqlite_url)
    done = project.alembic("upgrade", "head")
    assert done.status == 255
    assert f"FAILED: target_metadata = {reference} can't be used: {problem}" in done.out
    assert not tables(sqlite_url)


def test_what_the_models_raise_is_shown_with_their_own_lines(project, sqlite_url):
    settings(project, url=sqlite_url)
    project.write("shop_models.py", "import no_such_driver\n")
    done = project.alembic("upgrade", "head")
    assert done.status == 1
    assert 'shop_models.py", line 1' in done.err
    assert "No module named 'no_such_driver'" in done.err
    assert "/src/alembic/" not in done.both


def test_a_variable_that_is_not_set_is_named(project, monkeypatch):
    settings(project)
    monkeypatch.delenv("SHOP_URL", raising=False)
    done = project.alembic("current")
    assert done.status == 255
    assert "the environment variable SHOP_URL, which isn't set" in done.out


@pytest.mark.parametrize(
    "url",
    [
        "postgresql+psycopg://u:hunter2@127.0.0.1:1/x",
        "postgresql+asyncpg://u:hunter2@127.0.0.1:1/x",
        "nosuchdialect://u:hunter2@h/x",
        "u:hunter2@h",
    ],
)
def test_a_database_that_cannot_be_reached_is_told_without_its_password(project, url, monkeypatch):
    settings(project)
    monkeypatch.setenv("SHOP_URL", url)
    done = project.alembic("current")
    assert done.status == 1
    assert done.both.count("FAILED: ") == 1
    assert "sqlalchemy.url" in done.both
    assert "hunter2" not in done.both
    assert "Traceback" not in done.both


# -- what a program hands over


@pytest.fixture
def env_py(project, config):
    """``env_py("context.run(...)")``: an env.py of this one line, and the program's configuration."""

    def write(line):
        project.write("migrations/env.py", f"from alembic import context\n{line}\n")
        return config

    return write


@pytest.mark.parametrize("where", ["attributes", "argument"])
@pytest.mark.parametrize("what", ["engine", "connection"])
def test_an_engine_or_a_connection_may_be_given(env_py, engine, where, what):
    config = env_py(
        "context.run()"
        if where == "attributes"
        else f"context.run({what}=context.config.attributes['given'])"
    )
    key = "connection" if where == "attributes" else "given"
    with engine.connect() as connection:
        config.attributes[key] = engine if what == "engine" else connection
        command.upgrade(config, "head")
        assert not connection.closed
    assert sa.inspect(engine).has_table("table_a1")


def test_a_connection_inside_a_transaction_stays_the_programs(config, engine):
    with engine.connect() as connection:
        transaction = connection.begin()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        assert transaction.is_active


@pytest.mark.parametrize("what", ["AsyncEngine", "AsyncConnection", "Connection"])
def test_asynchronous_ones_are_used_inside_of_run_sync(config, database_url, what):
    engine = create_async_engine(asynchronous(database_url))

    async def migrate():
        async with engine.connect() as connection:

            def upgrade(live):
                given = {"AsyncEngine": engine, "AsyncConnection": connection, "Connection": live}
                config.attributes["connection"] = given[what]
                command.upgrade(config, "head")

            await connection.run_sync(upgrade)
            assert not connection.closed
        await engine.dispose()

    asyncio.run(migrate())
    assert tables(database_url) == {"table_a1"}


def test_an_asynchronous_engine_is_run_where_no_loop_is(config, database_url):
    config.attributes["connection"] = create_async_engine(asynchronous(database_url))
    command.upgrade(config, "head")
    command.downgrade(config, "base")  # the engine can be used again
    command.upgrade(config, "head")
    assert tables(database_url) == {"table_a1"}


def test_an_asynchronous_database_in_memory_is_the_same_one_again(config):
    engine = create_async_engine("sqlite+aiosqlite://", poolclass=sa.StaticPool)
    config.attributes["connection"] = engine
    command.upgrade(config, "head")

    async def look():
        async with engine.connect() as connection:
            found = await connection.run_sync(lambda live: sa.inspect(live).get_table_names())
        await engine.dispose()
        return found

    assert asyncio.run(look()) == ["alembic_version", "table_a1"]


def test_the_settings_are_used_inside_a_running_loop_too(project, database_url):
    settings(project, url=asynchronous(database_url))

    async def program():
        command.upgrade(Config("alembic.ini"), "head")

    asyncio.run(program())
    assert tables(database_url) == {"table_a1"}


@pytest.mark.parametrize("what", ["engine", "connection"])
def test_asynchronous_ones_of_a_running_loop_are_refused_with_the_way_out(config, sqlite_url, what):
    engine = create_async_engine(asynchronous(sqlite_url))

    async def program():
        async with engine.connect() as connection:
            config.attributes["connection"] = engine if what == "engine" else connection
            with pytest.raises(NeedsRunSync, match=rf"{what}.*connection\.run_sync"):
                command.upgrade(config, "head")
        await engine.dispose()

    asyncio.run(program())


@pytest.mark.parametrize("given", ["sqlite://", 5, sa.MetaData()])
def test_what_is_no_way_to_a_database_is_refused(config, given):
    config.attributes["connection"] = given
    with pytest.raises(NoWayToDatabase, match=r"attributes\['connection'\] is to be an Engine"):
        command.upgrade(config, "head")


def test_a_connection_that_is_not_open_is_refused(config, sqlite_url):
    engine = sa.create_engine(sqlite_url)
    with engine.connect() as connection:
        pass
    config.attributes["connection"] = connection
    with pytest.raises(ConnectionNotOpen, match="with engine"):
        command.upgrade(config, "head")
    config.attributes["connection"] = create_async_engine(asynchronous(sqlite_url)).connect()
    with pytest.raises(ConnectionNotOpen, match="with engine"):
        command.upgrade(config, "head")


def test_no_database_at_all_is_told(config):
    with pytest.raises(NoDatabaseConfigured, match=r"sqlalchemy\.url in section \[alembic\] of"):
        command.upgrade(config, "head")


def test_one_way_is_enough(env_py, sqlite_url):
    config = env_py(f"context.run(engine=1, url={sqlite_url!r})")
    with pytest.raises(SeveralDatabases, match="one of engine and url"):
        command.upgrade(config, "head")


# -- options


def test_a_url_may_be_given_and_the_settings_of_the_engine_hold(env_py, sqlite_url):
    config = env_py(f"context.run(url={sqlite_url!r})")
    config.set_main_option("sqlalchemy.url", "${NOT_EVEN_LOOKED_AT}")
    with pytest.raises(Exception, match="NOT_EVEN"):
        command.upgrade(config, "head")
    config.set_main_option("sqlalchemy.url", "postgresql://nowhere/x")
    command.upgrade(config, "head")
    assert tables(sqlite_url) == {"table_a1"}


def test_options_are_those_of_configure_and_go_before_the_settings(env_py, sqlite_url):
    config = env_py(
        f"context.run(url={sqlite_url!r}, version_table='mine', include_schemas=True, literal_binds=True)\n"
        "context.config.attributes['seen'] = dict(context.get_context().opts)"
    )
    config.set_main_option("include_schemas", "false")
    config.set_main_option("render_as_batch", "true")
    command.upgrade(config, "head")
    seen = config.attributes["seen"]
    assert (seen["include_schemas"], seen["render_as_batch"], seen["version_table"]) == (
        True,
        True,
        "mine",
    )
    assert [*seen["target_metadata"].tables] == ["book"]
    assert tables(sqlite_url) == {"table_a1", "mine"}


def test_a_flag_that_is_neither_true_nor_false_is_named(config, sqlite_url):
    config.set_main_option("sqlalchemy.url", sqlite_url)
    config.set_main_option("render_as_batch", "perhaps")
    with pytest.raises(WrongOption, match="the settings: render_as_batch='perhaps'; true or false"):
        command.upgrade(config, "head")


def test_metadata_of_the_call_goes_before_that_of_the_settings(env_py, sqlite_url):
    config = env_py(f"import shop_models\ncontext.run(shop_models.other, url={sqlite_url!r})")
    command.upgrade(config, "head")
    with pytest.raises(Exception, match="shelf"):
        command.check(config)


def test_several_databases_are_several_calls(env_py, tmp_path):
    first, second = (f"sqlite:///{tmp_path}/{name}.db" for name in "ab")
    config = env_py(f"context.run(url={first!r})\ncontext.run(url={second!r})")
    command.upgrade(config, "head")
    assert tables(first) == tables(second) == {"table_a1"}


def test_a_script_is_written_for_what_is_given(env_py, database_url, engine, capsys):
    config = env_py("context.run(engine=context.config.attributes['given'])")
    config.attributes["given"] = engine
    command.upgrade(config, "head", sql=True)
    written = capsys.readouterr().out
    assert "CREATE TABLE table_a1" in written
    assert not tables(database_url)


# -- the log


def test_the_program_logs_as_the_ini_file_says_or_else_plainly(project, sqlite_url):
    settings(project, url=sqlite_url)
    assert (
        "INFO  [alembic.runtime.migration] Running upgrade  -> a1, step a1"
        in project.ok("upgrade", "head").err
    )
    assert project.ok("-q", "downgrade", "base").err == ""
    project.write(
        "logging.ini",
        project.read("alembic.ini")
        + "\n[loggers]\nkeys = root\n[handlers]\nkeys = console\n[formatters]\nkeys = plain\n"
        "[logger_root]\nlevel = INFO\nhandlers = console\n[formatter_plain]\nformat = own %(message)s\n"
        "[handler_console]\nclass = StreamHandler\nargs = (sys.stderr,)\nformatter = plain\n",
    )
    assert "own Running upgrade  -> a1" in project.ok("-c", "logging.ini", "upgrade", "head").err
    project.write("logging.ini", project.read("alembic.ini") + "\n[loggers]\nkeys = root\n")
    told = project.alembic("-c", "logging.ini", "current").out
    assert "logging.ini: the sections about logging can't be used" in told


def test_a_program_sets_up_its_own_log(config, sqlite_url):
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    config.set_main_option("sqlalchemy.url", sqlite_url)
    command.upgrade(config, "head")
    assert (root.handlers, root.level) == (handlers, level)
