"""pytest-alembic: its tests of a history, and each thing its runner does, with engines of both kinds."""

from __future__ import annotations

import os

import pytest
import sqlalchemy as sa
from pytest_alembic import Config, create_alembic_fixture, tests
from pytest_alembic.plugin.error import AlembicTestFailure
from pytest_alembic.tests.experimental import (
    test_all_models_register_on_metadata as all_models,
    test_downgrade_leaves_no_trace as leaves_no_trace,
)
from sqlalchemy.ext.asyncio import create_async_engine

import alembic.config

ENV = """\
import asyncio
from alembic import context
from sqlalchemy import create_engine, pool
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from shop_models import metadata

def run(connection):
    context.configure(connection=connection, target_metadata=metadata, compare_type=True,
        include_schemas=context.config.attributes.get("include_schemas", False) and connection.dialect.name == "postgresql",
        process_revision_directives=context.config.attributes.get("process_revision_directives"))
    with context.begin_transaction():
        context.run_migrations()

async def run_async(engine):
    async with engine.connect() as connection:
        await connection.run_sync(run)
    await engine.dispose()

connectable = context.config.attributes.get("connection", None)
if connectable is None:
    connectable = create_engine(context.config.get_main_option("sqlalchemy.url"), poolclass=pool.NullPool)
if isinstance(connectable, AsyncEngine):
    asyncio.run(run_async(connectable))
else:
    with connectable.connect() as connection:
        run(connection)
"""
TEMPLATE = '''\
"""${message}"""
from alembic import op
import sqlalchemy as sa
${imports if imports else ""}
revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}

def upgrade():
    ${upgrades if upgrades else "pass"}

def downgrade():
    ${downgrades if downgrades else "pass"}
'''
MODELS = """\
import sqlalchemy as sa
metadata = sa.MetaData()
sa.Table("users", metadata, sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.String(50), nullable=False), sa.Column("age", sa.Integer))
sa.Table("notes", metadata, sa.Column("id", sa.Integer, primary_key=True), sa.Column("text", sa.String(50)))
"""
REVISIONS = {
    "a1": (None, "op.create_table('users', sa.Column('id', sa.Integer, primary_key=True), sa.Column('name', sa.String(50)))", "op.drop_table('users')"),
    "b1": ("a1", "op.create_table('notes', sa.Column('id', sa.Integer, primary_key=True), sa.Column('text', sa.String(50)))", "op.drop_table('notes')"),
    "c1": ("b1", "op.execute(\"UPDATE users SET name = 'nobody' WHERE name IS NULL\")\n    with op.batch_alter_table('users') as batch_op:\n        batch_op.alter_column('name', existing_type=sa.String(50), nullable=False)\n        batch_op.add_column(sa.Column('age', sa.Integer))",
        "with op.batch_alter_table('users') as batch_op:\n        batch_op.drop_column('age')\n        batch_op.alter_column('name', existing_type=sa.String(50), nullable=True)"),
}  # fmt: skip
HEAD = "from alembic import op\nimport sqlalchemy as sa\nrevision = {0!r}\ndown_revision = {1!r}\n\ndef upgrade():\n    {2}\n\ndef downgrade():\n    {3}\n"


@pytest.fixture(autouse=True)
def history(tmp_path, monkeypatch, database_url):
    """A project with three revisions, in the current folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), os.environ["PYTHONPATH"]]))
    versions = tmp_path / "migrations" / "versions"
    versions.mkdir(parents=True)
    for rev, (down, up, back) in REVISIONS.items():
        (versions / f"{rev}.py").write_text(HEAD.format(rev, down, up, back), encoding="utf-8")
    (tmp_path / "migrations" / "env.py").write_text(ENV, encoding="utf-8")
    (tmp_path / "migrations" / "script.py.mako").write_text(TEMPLATE, encoding="utf-8")
    (tmp_path / "shop_models.py").write_text(MODELS, encoding="utf-8")
    url = database_url.replace("%", "%%")
    settings = f"[alembic]\nscript_location = migrations\nsqlalchemy.url = {url}\n"
    (tmp_path / "alembic.ini").write_text(settings, encoding="utf-8")
    (tmp_path / "pyproject.toml").write_text("", encoding="utf-8")
    return versions


@pytest.fixture(params=["engine", "asynchronous engine"])
def alembic_engine(request, database_url):
    if request.param == "engine":
        return sa.create_engine(database_url, poolclass=sa.pool.NullPool)
    driver = {"sqlite": "sqlite+aiosqlite"}.get(os.environ["CLIENT_DATABASE"], "postgresql+asyncpg")
    url = sa.make_url(database_url).set(drivername=driver)
    return create_async_engine(url, poolclass=sa.pool.NullPool)


@pytest.fixture
def alembic_config():
    return {"before_revision_data": {"b1": {"__tablename__": "users", "id": 1, "name": "x"}}}


def test_a_single_head(alembic_runner):
    tests.test_single_head_revision(alembic_runner)


def test_an_upgrade(alembic_runner):
    tests.test_upgrade(alembic_runner)
    assert alembic_runner.current == "c1"


def test_models_and_tables(alembic_runner):
    tests.test_model_definitions_match_ddl(alembic_runner)


def test_models_that_went_on(alembic_runner, history):
    (history / "c1.py").unlink()
    alembic_runner.refresh_history()
    with pytest.raises(AlembicTestFailure):
        tests.test_model_definitions_match_ddl(alembic_runner)


def test_up_and_down(alembic_runner):
    tests.test_up_down_consistency(alembic_runner)


def test_no_trace_is_left(alembic_runner):
    leaves_no_trace(alembic_runner)


def test_all_models_are_registered(alembic_runner):
    all_models(alembic_runner, "shop_models")


def test_step_by_step(alembic_runner, say):
    for name, arguments in (
        ("migrate_up_one", ()),
        ("migrate_up_before", ("c1",)),
        ("roundtrip_next_revision", ()),
        ("migrate_down_one", ()),
        ("migrate_down_before", ("a1",)),
        ("migrate_down_to", ("base",)),
        ("migrate_up_to", ("head",)),
        ("set_revision", ("b1",)),
        ("raw_command", ("history",)),
        ("raw_command", ("current",)),
        ("raw_command", ("heads",)),
        ("generate_revision", ()),
    ):
        say(name, getattr(alembic_runner, name)(*arguments))
        say("current", alembic_runner.current)
    say("history", [alembic_runner.history.revisions, alembic_runner.heads])
    with pytest.raises(RuntimeError):
        alembic_runner.raw_command("upgrade", "nowhere")


def test_rows_on_the_way(alembic_runner, database_url):
    alembic_runner.migrate_up_to("b1")
    alembic_runner.insert_into("users", [{"id": 2, "name": None}, {"id": 3, "name": "x"}])
    alembic_runner.migrate_up_one()
    with sa.create_engine(database_url, poolclass=sa.pool.NullPool).connect() as connection:
        rows = connection.execute(sa.text("select id, name, age from users order by id")).fetchall()
    assert rows == [(1, "x", None), (2, "nobody", None), (3, "x", None)]
    if isinstance(alembic_runner.connection_executor.connection, sa.Engine):
        assert "age" in alembic_runner.table_at_revision("users").columns


def test_a_new_revision(alembic_runner, history, say):
    directives = []

    def keep(_context, _revision, given):
        directives.extend(given)

    alembic_runner.migrate_up_to("b1")
    (history / "c1.py").unlink()
    alembic_runner.refresh_history()
    printed = alembic_runner.generate_revision(
        keep, prevent_file_generation=False, autogenerate=True, rev_id="d1", message="new"
    )
    assert printed is not None
    say("file", (history / "d1_new.py").read_text("utf-8"))
    say("operations", [each.to_diff_tuple() for each in directives[0].upgrade_ops.ops[0].ops])
    assert alembic_runner.history.revisions == ["base", "a1", "b1", "d1", "heads"]
    alembic_runner.migrate_up_one()
    assert alembic_runner.current == "d1"


alembic_without_b1 = create_alembic_fixture(
    Config(
        {"file": "alembic.ini", "script_location": "migrations"},
        skip_revisions=["b1"],
        minimum_downgrade_revision="a1",
    )
)


def test_skipped_revisions(alembic_without_b1):
    alembic_without_b1.migrate_up_to("heads")
    assert alembic_without_b1.current == "c1"
    alembic_without_b1.migrate_down_to("a1")


def test_a_configuration_of_ones_own(alembic_engine):
    config = alembic.config.Config("alembic.ini")
    fixture = Config.from_raw_config(config)
    assert fixture.alembic_config is config
    from pytest_alembic import runner

    with runner(config=fixture, engine=alembic_engine) as moving:
        moving.migrate_up_to("heads")
        assert moving.current == "c1"
