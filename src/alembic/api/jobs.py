"""Jobs: what each verb asks of one run, and the result that it makes of it.

A job is made for one call and thrown away, so that any number of them may run side by side.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any, Generic, TypeVar

from alembic.api.errors import NoModels
from alembic.autogenerate.describe import differences_of
from alembic.autogenerate.revise import NOTHING_ASKED, RevisionContext
from alembic.config import Config
from alembic.graph.step import MigrationStep, RevisionStep
from alembic.results.database import Current, Plan, PlannedStep, RunResult, StepResult
from alembic.results.differences import Differences
from alembic.runtime.migration import MigrationContext
from alembic.runtime.options import UserValue
from alembic.runtime.preview import preview_steps
from alembic.script.directory import ScriptDirectory
from alembic.script.facts import current_of
from alembic.util.messaging import obfuscate_url_pw

T = TypeVar("T")
Heads = tuple[str, ...]
FindSteps = Callable[[Heads], Sequence[MigrationStep]]


class Job(Generic[T]):
    """One run; ``options`` are those of the environment, ``result`` is there once it has ended."""

    def __init__(self, script: ScriptDirectory, **options: UserValue) -> None:
        self.script = script
        self.options: dict[str, UserValue] = {"fn": self.steps, "as_sql": False, **options}

    def steps(self, heads: Heads, context: MigrationContext) -> Iterable[MigrationStep]:
        """What is to run on a database with these heads; none by default."""
        return ()

    def result(self) -> T:
        """What came of it."""
        raise NotImplementedError


class Move(Job[RunResult]):
    """Upgrade, downgrade and stamp; looks on at its own run."""

    def __init__(
        self, script: ScriptDirectory, find: FindSteps, target: UserValue, **options: UserValue
    ) -> None:
        super().__init__(script, watcher=self, destination_rev=target, **options)
        self._find = find
        self._began = self._step_began = time.perf_counter()
        self._before: Heads = ()
        self._after: Collection[str] = ()
        self._done: list[StepResult] = []

    def steps(self, heads: Heads, context: MigrationContext) -> Iterable[MigrationStep]:
        """The steps to the target."""
        self._before = self._after = heads
        return self._find(heads)

    def begin(self, steps: Sequence[MigrationStep]) -> None:
        """A run begins, maybe anew."""
        self._done.clear()
        self._after = self._before

    def begin_step(self, step: MigrationStep) -> None:
        """The clock is set."""
        self._step_began = time.perf_counter()

    def statement(self, sql: str) -> None:
        """Nothing is made of statements."""

    def end_step(self, step: MigrationStep, heads: Collection[str]) -> None:
        """One more is done."""
        seconds = time.perf_counter() - self._step_began
        self._done.append(StepResult(seconds=seconds, **_facts(step)))
        self._after = tuple(heads)

    def result(self) -> RunResult:
        """What has run."""
        return RunResult(
            heads_before=tuple(sorted(self._before)),
            heads_after=tuple(sorted(self._after)),
            steps=tuple(self._done),
            seconds=time.perf_counter() - self._began,
        )


class WhereItIs(Job[Current]):
    """Where the database stands; changes nothing."""

    def __init__(self, script: ScriptDirectory) -> None:
        super().__init__(script, dont_mutate=True)
        self._found: Current | None = None

    def steps(self, heads: Heads, context: MigrationContext) -> Iterable[MigrationStep]:
        """None."""
        assert context.connection is not None
        half = context.half_done()
        self._found = current_of(
            self.script,
            heads,
            obfuscate_url_pw(context.connection.engine.url),
            None if half is None else f"The {half}.",
        )
        return ()

    def result(self) -> Current:
        """Heads, revisions, and whether that is all there is."""
        assert self._found is not None
        return self._found


class WhatWouldRun(Job[Plan]):
    """A plan; changes nothing."""

    def __init__(self, script: ScriptDirectory, find: FindSteps, target: str) -> None:
        super().__init__(script, dont_mutate=True, destination_rev=target, preview=self._preview)
        self._find = find
        self._target = target
        self._heads: Heads = ()
        self._planned: list[PlannedStep] = []

    def steps(self, heads: Heads, context: MigrationContext) -> Iterable[MigrationStep]:
        """The steps to the target."""
        self._heads = heads
        return self._find(heads)

    def _preview(
        self, context: MigrationContext, steps: Iterable[MigrationStep], arguments: dict[str, Any]
    ) -> None:
        steps = tuple(steps)
        previewed = preview_steps(context, steps, arguments)
        self._planned = [
            PlannedStep(sql=each.sql, unknown=each.unknown, **_facts(step))
            for step, each in zip(steps, previewed, strict=True)
        ]

    def result(self) -> Plan:
        """The steps with their SQL."""
        return Plan(
            heads=tuple(sorted(self._heads)), target=self._target, steps=tuple(self._planned)
        )


class Comparison(Job[Differences]):
    """What the models ask for; writes no file and changes nothing."""

    def __init__(self, config: Config, script: ScriptDirectory) -> None:
        self._gathered = RevisionContext(config, script, NOTHING_ASKED)
        super().__init__(
            script, template_args=self._gathered.template_args, revision_context=self._gathered
        )

    def steps(self, heads: Heads, context: MigrationContext) -> Iterable[MigrationStep]:
        """None."""
        if context.opts.get("target_metadata") is None:
            raise NoModels
        self._gathered.run_autogenerate(heads, context)
        return ()

    def result(self) -> Differences:
        """What differs."""
        self._gathered.end_passes()
        return differences_of(self._gathered)


def _facts(step: MigrationStep) -> dict[str, Any]:
    """The fields that a planned step and one that has run have in common."""
    if isinstance(step, RevisionStep):
        return {
            "direction": step.name,
            "revision": step.revision.revision,
            "message": step.doc or "",
            "path": getattr(step.revision, "path", None),
        }
    target = ", ".join(step.to_revisions_no_deps) or "base"
    return {"direction": "stamp", "revision": target, "message": "", "path": None}
