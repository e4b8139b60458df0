"""Migrator: migrations as calls that give typed results, in programs with and without an event loop."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeVar

from sqlalchemy import Connection, Engine, MetaData

from alembic.api.errors import NotTheFolder, OptionTaken
from alembic.api.jobs import Comparison, Job, Move, WhatWouldRun, WhereItIs
from alembic.api.reach import Reach, in_thread
from alembic.config import Config
from alembic.results.database import Current, Plan, RunResult
from alembic.results.differences import Differences
from alembic.results.revision import RevisionInfo
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.options import UserValue
from alembic.script.directory import ScriptDirectory
from alembic.script.facts import facts_of

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

T = TypeVar("T")

_TAKEN = frozenset({"connection", "engine", "fn", "script", "target_metadata", "url", "watcher"})


class Migrator:
    """The migrations of one database.

    ::

        migrator = Migrator(create_engine(url), scripts="migrations", metadata=Base.metadata)
        if not migrator.current().is_at_head:
            migrator.upgrade()

    Each verb is there twice: ``upgrade()`` runs in the calling thread, ``await aupgrade()`` lets the
    event loop go on (the work of an ordinary engine is done in a thread, that of an asynchronous one
    on the loop). Either works with either kind of engine, but for one pair: an ordinary call inside a
    running loop can't wait for an asynchronous engine, and raises
    :class:`~alembic.api.errors.AwaitInstead`.

    A Migrator may be shared by threads and tasks. Where several upgrade one database at once, in this
    program or elsewhere, one of them does and the others wait for it. A cancelled ``aupgrade()`` ends
    when its migration has: none goes on behind the program's back.

    :param engine: an engine, whose connections are used and given back; or a connection, which stays
     open, and whose transaction, where it is in one, stays the caller's.
    :param scripts: the folder with ``versions/`` in it, a ``"package:folder"``, or the settings that
     name it, ``Config("alembic.ini")``. No ``env.py`` is run, and no database named there is used.
    :param metadata: the models, for :meth:`check`; those that the settings name where it is None.
    :param options: those of :meth:`alembic.runtime.environment.EnvironmentContext.configure`:
     ``include_schemas``, ``version_table_schema``, ``lock_timeout`` and so on.

    Raises :class:`~alembic.api.errors.NotAnEngine`, :class:`~alembic.api.errors.OptionTaken`,
    :class:`~alembic.api.errors.NotTheFolder` and what a settings file may raise.
    """

    def __init__(
        self,
        engine: Engine | AsyncEngine | Connection | AsyncConnection,
        *,
        scripts: str | os.PathLike[str] | Config | ScriptDirectory,
        metadata: MetaData | Sequence[MetaData] | None = None,
        **options: UserValue,
    ) -> None:
        for option in options:
            if option in _TAKEN:
                raise OptionTaken(option)
        self._reach = Reach(engine)
        self._config = scripts if isinstance(scripts, Config) else _settings(scripts)
        self._given = scripts if isinstance(scripts, ScriptDirectory) else None
        self._metadata = metadata
        self._options = options
        self._script()  # what is wrong with the settings is found here

    # -- in the calling thread

    def upgrade(self, revision: str = "head") -> RunResult:
        """Bring the database to a later revision."""
        return self._run("upgrade", self._upgrade(revision))

    def downgrade(self, revision: str) -> RunResult:
        """Take the database back to an earlier revision: an id, ``-1``, ``base``."""
        return self._run("downgrade", self._downgrade(revision))

    def stamp(self, revision: str | Sequence[str] = "head", *, purge: bool = False) -> RunResult:
        """Write revisions into the version table without running a migration.

        :param purge: empty it first, whatever it holds.
        """
        return self._run("stamp", self._stamp(revision, purge=purge))

    def current(self) -> Current:
        """Where the database stands; changes nothing."""
        return self._run("current", WhereItIs(self._script()))

    def plan(
        self, revision: str = "head", *, direction: Literal["upgrade", "downgrade"] = "upgrade"
    ) -> Plan:
        """What ``upgrade(revision)``, or ``downgrade(revision)``, would run; changes nothing."""
        return self._run("plan", self._plan(revision, direction))

    def check(self) -> Differences:
        """What the models ask for and the database has not; changes nothing and writes no file.

        Raises :class:`~alembic.autogenerate.revise.DatabaseBehind` where the database is not at every
        head, and :class:`~alembic.api.errors.NoModels`.
        """
        return self._run("check", Comparison(self._config, self._script()))

    def heads(self) -> tuple[RevisionInfo, ...]:
        """The heads of the scripts; no database is asked."""
        script = self._script()
        return tuple(facts_of(head) for head in script.get_revisions(script.get_heads()))

    # -- beside an event loop

    async def aupgrade(self, revision: str = "head") -> RunResult:
        """As :meth:`upgrade`."""
        return await self._arun(lambda: self._upgrade(revision))

    async def adowngrade(self, revision: str) -> RunResult:
        """As :meth:`downgrade`."""
        return await self._arun(lambda: self._downgrade(revision))

    async def astamp(
        self, revision: str | Sequence[str] = "head", *, purge: bool = False
    ) -> RunResult:
        """As :meth:`stamp`."""
        return await self._arun(lambda: self._stamp(revision, purge=purge))

    async def acurrent(self) -> Current:
        """As :meth:`current`."""
        return await self._arun(lambda: WhereItIs(self._script()))

    async def aplan(
        self, revision: str = "head", *, direction: Literal["upgrade", "downgrade"] = "upgrade"
    ) -> Plan:
        """As :meth:`plan`."""
        return await self._arun(lambda: self._plan(revision, direction))

    async def acheck(self) -> Differences:
        """As :meth:`check`."""
        return await self._arun(lambda: Comparison(self._config, self._script()))

    async def aheads(self) -> tuple[RevisionInfo, ...]:
        """As :meth:`heads`."""
        return await in_thread(self.heads)

    # -- jobs

    def _upgrade(self, revision: str) -> Move:
        script = self._script()
        return Move(script, partial(script._upgrade_revs, revision), revision)

    def _downgrade(self, revision: str) -> Move:
        script = self._script()
        return Move(script, partial(script._downgrade_revs, revision), revision)

    def _stamp(self, revision: str | Sequence[str], *, purge: bool) -> Move:
        script = self._script()
        targets = (revision,) if isinstance(revision, str) else tuple(revision)
        return Move(
            script,
            partial(script._stamp_revs, targets),
            targets,
            purge=purge,
            ends_half_done=True,
        )

    def _plan(self, revision: str, direction: Literal["upgrade", "downgrade"]) -> WhatWouldRun:
        script = self._script()
        find = script._upgrade_revs if direction == "upgrade" else script._downgrade_revs
        return WhatWouldRun(script, partial(find, revision), revision)

    # -- runs

    def _script(self) -> ScriptDirectory:
        """The scripts as they are on disk now."""
        return self._given or ScriptDirectory.from_config(self._config)

    def _run(self, verb: str, job: Job[T]) -> T:
        self._reach.run(verb, lambda connection: self._carry_out(job, connection))
        return job.result()

    async def _arun(self, make: Callable[[], Job[T]]) -> T:
        job = await in_thread(make)  # reads files
        await self._reach.arun(lambda connection: self._carry_out(job, connection))
        return await in_thread(job.result)

    def _carry_out(self, job: Job[T], connection: Connection) -> None:
        with EnvironmentContext(self._config, job.script, **job.options) as environment:
            environment.run(self._metadata, connection=connection, **self._options)


def _settings(scripts: str | os.PathLike[str] | ScriptDirectory) -> Config:
    """Settings that name the folder and nothing else."""
    path = scripts.dir if isinstance(scripts, ScriptDirectory) else os.fspath(scripts)
    if Path(path).is_file():
        raise NotTheFolder(path)
    config = Config()
    config.set_main_option("script_location", path.replace("%", "%%"))
    return config
