"""Migrator beside an event loop: either kind of engine, either kind of call."""

from __future__ import annotations

import asyncio
import contextlib
import threading

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import StaticPool

from alembic.api import Migrator
from alembic.api.errors import AwaitInstead

WAITS = """
import threading
import builtins
from alembic import op
revision = "e5"
down_revision = "d4"


def upgrade():
    builtins.alembic_test_began.set()
    assert builtins.alembic_test_go_on.wait(20)
    op.execute("CREATE TABLE table_e5 (id INTEGER)")
"""


@pytest.fixture
def held(project, monkeypatch):
    """A last migration that waits until it is let go: (has begun, let it go)."""
    import builtins

    began, go_on = threading.Event(), threading.Event()
    monkeypatch.setattr(builtins, "alembic_test_began", began, raising=False)
    monkeypatch.setattr(builtins, "alembic_test_go_on", go_on, raising=False)
    project.write("migrations/versions/e5_waits.py", WAITS)
    return began, go_on


def test_every_verb_works_on_an_asynchronous_engine(async_engine, project, metadata):
    async def program():
        migrator = Migrator(async_engine, scripts="migrations", metadata=metadata)
        plan = await migrator.aplan()
        assert [step.revision for step in plan.steps] == ["a1", "c3", "b2", "d4"]
        assert (await migrator.aupgrade()).heads_after == ("d4",)
        assert (await migrator.acurrent()).is_at_head
        assert (await migrator.acheck()).differences == ()
        assert [head.revision for head in await migrator.aheads()] == ["d4"]
        assert (await migrator.adowngrade("a1")).heads_after == ("a1",)
        assert (await migrator.astamp("d4")).heads_after == ("d4",)
        await async_engine.dispose()

    asyncio.run(program())


def test_every_verb_works_on_an_ordinary_engine_beside_the_loop(engine, project, metadata):
    async def program():
        migrator = Migrator(engine, scripts="migrations", metadata=metadata)
        assert len((await migrator.aplan()).steps) == 4
        assert (await migrator.aupgrade()).heads_after == ("d4",)
        assert (await migrator.acurrent()).is_at_head
        assert (await migrator.acheck()).differences == ()
        assert (await migrator.adowngrade("a1")).heads_after == ("a1",)
        assert (await migrator.astamp("d4")).heads_after == ("d4",)

    asyncio.run(program())


def test_the_loop_goes_on_while_an_ordinary_engine_migrates(sqlite_url, project, held):
    began, go_on = held

    async def program():
        engine = sa.create_engine(sqlite_url)
        upgrade = asyncio.create_task(Migrator(engine, scripts="migrations").aupgrade())
        assert await asyncio.to_thread(began.wait, 20)
        go_on.set()  # by the loop itself, which runs
        assert (await upgrade).heads_after == ("e5",)
        engine.dispose()

    asyncio.run(program())


def test_a_cancelled_upgrade_ends_when_its_migration_has(sqlite_url, project, held):
    began, go_on = held

    async def program():
        engine = sa.create_engine(sqlite_url)
        migrator = Migrator(engine, scripts="migrations")
        upgrade = asyncio.create_task(migrator.aupgrade())
        assert await asyncio.to_thread(began.wait, 20)
        upgrade.cancel()
        await asyncio.sleep(0.05)
        assert not upgrade.done()
        go_on.set()
        with contextlib.suppress(asyncio.CancelledError):
            await upgrade
        assert upgrade.cancelled()
        assert migrator.current().heads == ("e5",)
        engine.dispose()

    asyncio.run(program())


def test_many_tasks_upgrade_once(async_engine, project):
    async def program():
        migrator = Migrator(async_engine, scripts="migrations")
        done = await asyncio.gather(*(migrator.aupgrade() for _ in range(4)))
        await async_engine.dispose()
        return done

    done = asyncio.run(program())
    assert sorted(len(each.steps) for each in done) == [0, 0, 0, 4]
    assert {each.heads_after for each in done} == {("d4",)}


def test_an_ordinary_call_on_an_asynchronous_engine_runs_a_loop_of_its_own(async_engine, project):
    migrator = Migrator(async_engine, scripts="migrations")
    assert migrator.upgrade().heads_after == ("d4",)
    assert migrator.current().is_at_head


def test_inside_a_running_loop_it_is_told_what_to_await(async_engine, project):
    async def program():
        migrator = Migrator(async_engine, scripts="migrations")
        with pytest.raises(AwaitInstead, match=r"await migrator\.aupgrade\(\)"):
            migrator.upgrade()
        await async_engine.dispose()

    asyncio.run(program())


def test_an_ordinary_engine_may_be_called_inside_a_running_loop(sqlite_url, project):
    async def program():
        engine = sa.create_engine(sqlite_url)
        assert Migrator(engine, scripts="migrations").upgrade().heads_after == ("d4",)
        engine.dispose()

    asyncio.run(program())


def test_an_asynchronous_connection_is_used_and_stays_open(async_engine, project):
    async def program():
        async with async_engine.connect() as connection:
            migrator = Migrator(connection, scripts="migrations")
            assert (await migrator.aupgrade()).heads_after == ("d4",)
            assert not connection.closed
            with pytest.raises(AwaitInstead):
                migrator.current()
            heads = await connection.run_sync(
                lambda sync: Migrator(sync, scripts="migrations").current().heads
            )
            assert heads == ("d4",)
        await async_engine.dispose()

    asyncio.run(program())


def test_a_memory_database_is_the_same_one_from_both_sides(project):
    engine = sa.create_engine("sqlite://")
    migrator = Migrator(engine, scripts="migrations")

    async def program():
        assert (await migrator.aupgrade()).heads_after == ("d4",)
        assert (await migrator.acurrent()).is_at_head

    asyncio.run(program())
    assert migrator.current().is_at_head
    engine.dispose()


def test_an_asynchronous_memory_database_too(project):
    async def program():
        engine = create_async_engine("sqlite+aiosqlite://", poolclass=StaticPool)
        migrator = Migrator(engine, scripts="migrations")
        assert (await migrator.aupgrade()).heads_after == ("d4",)
        assert (await migrator.acurrent()).is_at_head
        await engine.dispose()

    asyncio.run(program())
