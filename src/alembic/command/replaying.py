"""Comparisons with what the scripts make: they are replayed into a scratch database.

This file loads SQLAlchemy, and is imported when ``env.py`` is going to run.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from alembic.autogenerate.revise import RevisionContext
from alembic.command.online import run_environment
from alembic.config import Config
from alembic.drift.detect import against_database, against_models
from alembic.drift.mirror import mirror
from alembic.drift.replay import replayed
from alembic.graph.step import MigrationStep
from alembic.runtime.migration import MigrationContext
from alembic.runtime.options import UserValue
from alembic.script.directory import ScriptDirectory

log = logging.getLogger(__name__)


def compare_with_database(
    config: Config,
    script: ScriptDirectory,
    gathered: RevisionContext,
    *,
    scratch_url: str | None,
    is_revision: bool,
) -> None:
    """Gather the operations that lead from what the scripts make to what the database is.

    The scripts are replayed up to where the database stands. With ``is_revision`` that has to be at
    their heads, since the new revision builds on these.
    """

    def look(
        live: MigrationContext, _steps: Iterable[MigrationStep], arguments: dict[str, UserValue]
    ) -> None:
        heads = live.get_current_heads()
        script.get_recorded(heads)  # refuses what no file has, before anything is copied
        if is_revision:
            gathered.refuse_outdated(heads)
        with _let_go(live), _unknown_types_are_told():
            seen = mirror(live)
        if not heads and script.get_heads():
            log.warning(
                "The database is at no revision: all that is in it counts as made by hand. If its "
                "scripts have made it, 'alembic stamp' comes first"
            )
        with (
            replayed(live, heads, arguments, scratch_url) as scripts,
            _unknown_types_are_told(),
        ):
            gathered.run_comparison(heads, live, against_database(scripts, seen))

    _run(config, script, gathered, look)


def compare_scripts_with_models(
    config: Config, script: ScriptDirectory, gathered: RevisionContext, *, scratch_url: str | None
) -> None:
    """Gather the operations that lead from what the scripts make to the models.

    Of the database only the kind of its server matters.
    """

    def look(
        live: MigrationContext, _steps: Iterable[MigrationStep], arguments: dict[str, UserValue]
    ) -> None:
        heads = tuple(script.get_heads())
        with replayed(live, heads, arguments, scratch_url) as scripts:
            gathered.run_comparison(heads, live, against_models(scripts))

    _run(config, script, gathered, look)


@contextmanager
def _let_go(live: MigrationContext) -> Iterator[None]:
    """Keep no lock of what is read, in a transaction of the caller's either.

    Source: https://www.postgresql.org/docs/current/explicit-locking.html.
    """
    connection = live.connection
    assert connection is not None
    if not live._transactions.is_callers or live.dialect.name != "postgresql":
        yield
        return
    with connection.begin_nested() as reading:
        yield
        reading.rollback()


@contextmanager
def _unknown_types_are_told() -> Iterator[None]:
    """SQLAlchemy warns of a type that it doesn't know; here its text in SQL takes its place."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Did not recognize type")
        yield


def _run(
    config: Config, script: ScriptDirectory, gathered: RevisionContext, look: Callable[..., None]
) -> None:
    def no_steps(_heads: tuple[str, ...], _context: MigrationContext) -> Iterable[MigrationStep]:
        return ()

    run_environment(
        config,
        script,
        no_steps,
        preview=look,
        template_args=gathered.template_args,
        revision_context=gathered,
    )
    gathered.end_passes()
