"""Migrator in an ordinary program: what each verb does, and what it gives."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from alembic.api import Migrator, RevisionInfo, StepResult, as_data, json_text
from alembic.api.errors import NoModels, NotAnEngine, NotTheFolder, OptionTaken
from alembic.api.jobs import Move
from alembic.autogenerate.revise import DatabaseBehind
from alembic.config import Config
from alembic.script.conflict import SeveralHeads
from alembic.script.directory import ScriptDirectory
from alembic.script.settings import MissingFolder


@pytest.fixture
def migrator(engine, project, metadata) -> Migrator:
    return Migrator(engine, scripts="migrations", metadata=metadata)


def tables(engine) -> set[str]:
    return set(sa.inspect(engine).get_table_names()) - {"alembic_version"}


def test_an_upgrade_tells_what_it_has_done(migrator, engine, project):
    done = migrator.upgrade()
    assert (done.heads_before, done.heads_after) == ((), ("d4",))
    assert [step.revision for step in done.steps] == ["a1", "c3", "b2", "d4"]
    first = done.steps[0]
    assert first == StepResult(
        direction="upgrade",
        revision="a1",
        message="step a1",
        path=str(project.folder / "migrations/versions/a1_step.py"),
        seconds=first.seconds,
    )
    assert 0 < sum(step.seconds for step in done.steps) <= done.seconds
    assert tables(engine) == {"table_a1", "table_b2", "table_c3", "table_d4"}


def test_an_upgrade_with_nothing_to_do_has_no_steps(migrator):
    migrator.upgrade()
    done = migrator.upgrade()
    assert (done.heads_before, done.heads_after, done.steps) == (("d4",), ("d4",), ())


def test_a_downgrade_and_a_stamp_tell_the_same(migrator, engine):
    migrator.upgrade()
    down = migrator.downgrade("a1")
    assert (down.heads_before, down.heads_after) == (("d4",), ("a1",))
    assert {(step.direction, step.revision) for step in down.steps} == {
        ("downgrade", "d4"),
        ("downgrade", "c3"),
        ("downgrade", "b2"),
    }
    stamp = migrator.stamp(["b2", "c3"])
    assert stamp.heads_after == ("b2", "c3")
    assert {(step.direction, step.path) for step in stamp.steps} == {("stamp", None)}
    assert tables(engine) == {"table_a1"}
    assert migrator.stamp("head", purge=True).heads_after == ("d4",)


def test_current_tells_where_the_database_is_and_changes_nothing(migrator, engine):
    empty = migrator.current()
    assert (empty.heads, empty.revisions, empty.is_at_head) == ((), (), False)
    assert sa.inspect(engine).get_table_names() == []
    migrator.upgrade("b2")
    migrator.upgrade("c3")
    found = migrator.current()
    assert (found.heads, found.is_at_head, found.half_done) == (("b2", "c3"), False, None)
    assert [(each.revision, each.is_current) for each in found.revisions] == [
        ("b2", True),
        ("c3", True),
    ]
    assert engine.url.password is None or engine.url.password not in found.database
    migrator.upgrade()
    assert migrator.current().is_at_head


def test_heads_are_read_from_the_files(migrator, project):
    (head,) = migrator.heads()
    assert isinstance(head, RevisionInfo)
    assert (head.revision, head.down_revisions, head.is_current) == ("d4", ("b2", "c3"), None)
    project.revision("e5", "d4")
    assert [head.revision for head in migrator.heads()] == ["e5"], "files are read at each call"


def test_a_plan_has_the_sql_of_each_step_and_changes_nothing(migrator, engine):
    migrator.upgrade("a1")
    plan = migrator.plan()
    assert (plan.heads, plan.target) == (("a1",), "head")
    assert [step.revision for step in plan.steps] == ["c3", "b2", "d4"]
    assert plan.steps[0].sql.startswith("CREATE TABLE table_c3 (")
    assert {step.unknown for step in plan.steps} == {None}
    assert tables(engine) == {"table_a1"}
    down = migrator.plan("base", direction="downgrade")
    assert [(step.direction, step.sql) for step in down.steps] == [
        ("downgrade", "DROP TABLE table_a1;")
    ]


def test_a_check_finds_what_the_models_have_and_the_database_has_not(migrator, metadata):
    migrator.upgrade()
    assert migrator.check().differences == ()
    sa.Table("invoice", metadata, sa.Column("id", sa.Integer, primary_key=True))
    (found,) = migrator.check().differences
    assert (found.kind, found.table) == ("add_table", "invoice")


def test_a_check_wants_a_database_at_the_head(migrator):
    with pytest.raises(DatabaseBehind):
        migrator.check()


def test_a_check_wants_models(engine, project):
    migrator = Migrator(engine, scripts="migrations")
    migrator.upgrade()
    with pytest.raises(NoModels, match="metadata="):
        migrator.check()


def test_options_of_configure_are_options_of_a_migrator(engine, project):
    seen = []
    migrator = Migrator(
        engine,
        scripts="migrations",
        version_table="shop_version",
        on_version_apply=lambda **told: seen.append(told["step"].up_revision_id),
    )
    migrator.upgrade("b2")
    assert seen == ["a1", "b2"]
    assert "shop_version" in sa.inspect(engine).get_table_names()


def test_scripts_may_be_settings_or_a_script_directory(engine, project):
    assert Migrator(engine, scripts=Config("alembic.ini")).upgrade("a1").heads_after == ("a1",)
    scripts = ScriptDirectory("migrations")
    assert Migrator(engine, scripts=scripts).upgrade().heads_after == ("d4",)


def test_a_connection_inside_a_transaction_is_the_callers(engine, project):
    if engine.dialect.name == "mysql":
        pytest.skip("MariaDB commits before each DDL statement")
    with engine.connect() as connection:
        with connection.begin() as transaction:
            migrator = Migrator(connection, scripts="migrations")
            assert migrator.upgrade().heads_after == ("d4",)
            assert migrator.current().is_at_head
            transaction.rollback()
        assert not connection.closed
    if engine.dialect.name != "sqlite":  # its driver has committed before the first DDL statement
        assert tables(engine) == set()


def test_a_failing_migration_raises_what_it_raised(migrator, engine, project):
    project.write(
        "migrations/versions/d4_step.py",
        "revision = 'd4'\ndown_revision = ('b2', 'c3')\ndef upgrade():\n    raise LookupError('no')\n",
    )
    with pytest.raises(LookupError, match="no"):
        migrator.upgrade()
    assert migrator.upgrade("b2").heads_after in {("b2",), ("b2", "c3")}


def test_many_threads_upgrade_once(engine, project):
    migrator = Migrator(engine, scripts="migrations")
    barrier = threading.Barrier(6)

    def upgrade():
        barrier.wait()
        return migrator.upgrade()

    with ThreadPoolExecutor(6) as threads:
        done = [each.result() for each in [threads.submit(upgrade) for _ in range(6)]]
    assert sorted(len(each.steps) for each in done) == [0, 0, 0, 0, 0, 4]
    assert {each.heads_after for each in done} == {("d4",)}


def test_each_thread_migrates_its_own_database(tmp_path, project):
    def upgrade(name):
        engine = sa.create_engine(f"sqlite:///{tmp_path / name}.db")
        try:
            return Migrator(engine, scripts="migrations").upgrade().heads_after, tables(engine)
        finally:
            engine.dispose()

    with ThreadPoolExecutor(4) as threads:
        for heads, found in threads.map(upgrade, [f"tenant{n}" for n in range(8)]):
            assert (heads, len(found)) == (("d4",), 4)


def test_several_heads_are_told_as_ever(migrator, project):
    project.revision("x9", "a1")
    with pytest.raises(SeveralHeads):
        migrator.upgrade()
    assert migrator.upgrade("heads").heads_after == ("d4", "x9")


def test_a_result_is_json(migrator):
    migrator.upgrade("a1")
    plan = migrator.plan()
    assert as_data(plan)["steps"][0]["revision"] == "c3"
    assert json_text(plan).startswith('{\n  "heads": [\n    "a1"\n  ],\n  "target": "head",\n')


def test_a_run_that_begins_again_tells_of_the_last_attempt(project):
    scripts = ScriptDirectory("migrations")
    job = Move(scripts, lambda heads: scripts._upgrade_revs("b2", heads), "b2")
    first, second = job.steps((), None)
    for _ in range(2):  # the first attempt is taken back after one step
        job.begin((first, second))
        job.begin_step(first)
        job.end_step(first, {"a1"})
    job.begin_step(second)
    job.end_step(second, {"b2"})
    result = job.result()
    assert [step.revision for step in result.steps] == ["a1", "b2"]
    assert (result.heads_before, result.heads_after) == ((), ("b2",))


# -- mistakes


@pytest.fixture
def idle():
    """An engine that is never connected."""
    return sa.create_engine("sqlite://")


def test_what_is_no_engine_is_refused(project):
    with pytest.raises(NotAnEngine, match=r"not a str: Migrator\(create_engine\(url\)"):
        Migrator("sqlite:///x.db", scripts="migrations")


@pytest.mark.parametrize("option", ["connection", "url", "target_metadata", "fn"])
def test_an_option_that_the_migrator_gives_itself_is_refused(idle, project, option):
    with pytest.raises(OptionTaken, match=option):
        Migrator(idle, scripts="migrations", **{option: None})


def test_scripts_that_are_not_there_are_told_at_once(idle, project):
    with pytest.raises(MissingFolder):
        Migrator(idle, scripts="nowhere")
    with pytest.raises(NotTheFolder, match=r'Config\("alembic.ini"\)'):
        Migrator(idle, scripts="alembic.ini")
