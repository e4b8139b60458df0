"""What a type checker knows of ``alembic.api``: read by mypy, never run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from typing_extensions import assert_type

from alembic import api
from alembic.config import Config
from alembic.script import ScriptDirectory

engine = sa.create_engine("sqlite://")
asynchronous = create_async_engine("sqlite+aiosqlite://")
metadata = sa.MetaData()

migrator = api.Migrator(engine, scripts="migrations", metadata=metadata)
assert_type(migrator, api.Migrator)
assert_type(asynchronous, AsyncEngine)
api.Migrator(asynchronous, scripts=Path("migrations"), metadata=[metadata, metadata])
api.Migrator(engine, scripts=Config("alembic.ini"), include_schemas=True, lock_timeout="5min")
api.Migrator(engine, scripts=ScriptDirectory("migrations"))
api.Migrator("sqlite://", scripts="migrations")  # type: ignore[arg-type]
api.Migrator(engine)  # type: ignore[call-arg]
api.Migrator(engine, "migrations")  # type: ignore[call-arg]


def with_connections(connection: sa.Connection, other: AsyncConnection) -> None:
    api.Migrator(connection, scripts="migrations")
    api.Migrator(other, scripts="migrations")


assert_type(migrator.upgrade(), api.RunResult)
assert_type(migrator.upgrade("ae1027"), api.RunResult)
assert_type(migrator.downgrade("-1"), api.RunResult)
assert_type(migrator.stamp(["ae1027", "be2038"], purge=True), api.RunResult)
assert_type(migrator.current(), api.Current)
assert_type(migrator.heads(), tuple[api.RevisionInfo, ...])
assert_type(migrator.check(), api.Differences)
assert_type(migrator.plan(), api.Plan)
assert_type(migrator.plan("base", direction="downgrade"), api.Plan)
migrator.plan("base", direction="sideways")  # type: ignore[arg-type]
migrator.downgrade()  # type: ignore[call-arg]


async def beside_a_loop() -> None:
    assert_type(await migrator.aupgrade(), api.RunResult)
    assert_type(await migrator.adowngrade("-1"), api.RunResult)
    assert_type(await migrator.astamp("head"), api.RunResult)
    assert_type(await migrator.acurrent(), api.Current)
    assert_type(await migrator.aheads(), tuple[api.RevisionInfo, ...])
    assert_type(await migrator.acheck(), api.Differences)
    assert_type(await migrator.aplan("head", direction="upgrade"), api.Plan)


def results(
    run: api.RunResult, plan: api.Plan, found: api.Differences, head: api.RevisionInfo
) -> None:
    assert_type(run.heads_after, tuple[str, ...])
    assert_type(run.steps, tuple[api.StepResult, ...])
    assert_type(run.steps[0].seconds, float)
    assert_type(plan.steps, tuple[api.PlannedStep, ...])
    assert_type(plan.steps[0].unknown, str | None)
    assert_type(found.differences, tuple[api.Difference, ...])
    assert_type(found.possible_renames, tuple[api.PossibleRename, ...])
    assert_type(head.down_revisions, tuple[str, ...])
    assert_type(head.is_current, bool | None)
    run.seconds = 0.0  # type: ignore[misc]
    assert_type(api.json_text(run), str)
    assert_type(api.as_data(run), Any)
