"""Replay: the scripts run into an empty database, up to where another one stands.

::

    with replayed(live, heads, arguments) as context:
        …                       # a MigrationContext on the scratch database, at the same heads

The environment is that of ``env.py``, which is not run again: migrations find its options, its ``-x``
arguments and its configuration, and the scratch database in place of the live one.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from alembic.ddl.driver_errors import first_line, sqlstate
from alembic.drift.scratch import MYSQL, scratch_database
from alembic.drift.surroundings import MISSED, schema_statement, surround, surroundings_of
from alembic.drift.trespass import refuse_trespass
from alembic.graph.step import MigrationStep
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.runtime.options import UserValue
from alembic.util.exc import CommandError
from alembic.util.failure import failure_of

log = logging.getLogger(__name__)

Heads = tuple[str, ...]

# What `configure()` was not given: the command's own, and what a replay has its own of.
_NOT_OF_ENV_PY = frozenset(
    {
        *("fn", "as_sql", "starting_rev", "destination_rev", "tag", "purge", "dont_mutate"),
        *("template_args", "revision_context", "preview", "insisted", "ends_half_done"),
        *("script", "output_buffer", "on_version_apply"),
    }
)
_COMPLETE = ("alembic.autogenerate.*", "alembic.complete.*")


class ReplayFailed(CommandError):
    """A revision does not run on an empty database."""

    def __init__(self, error: Exception) -> None:
        failure = failure_of(error)
        where = "a revision" if failure is None else failure.where
        said = f"{type(error).__name__}: {first_line(error)}"
        super().__init__(
            f"The scripts can't be replayed into an empty database: {where} ended in {said}\n"
            "Nothing was changed. A revision that moves rows should do nothing where there are none; "
            "one that needs more than the scripts make can be given a prepared --scratch-url"
        )


@contextmanager
def replayed(
    live: MigrationContext,
    heads: Heads,
    arguments: dict[str, UserValue],
    scratch_url: str | None = None,
) -> Iterator[MigrationContext]:
    """A scratch database to which the scripts have been run up to ``heads``.

    ``live`` is the context that ``env.py`` has configured, ``arguments`` those of its
    ``run_migrations()``. Raises :class:`ReplayFailed`, and what
    :func:`~alembic.drift.scratch.scratch_database` raises.
    """
    connection = live.connection
    assert connection is not None
    log.info("Replaying the scripts into a scratch database")
    around: list[str] = []
    if live.version_table_schema:
        around = [schema_statement(connection, live.version_table_schema)]
    try:
        with _replay(live, heads, arguments, scratch_url, around, is_last=False) as context:
            yield context
    except _SurroundingsMissing:
        log.info("Replaying once more, with the schemas and extensions of the database")
        around = surroundings_of(connection)
        with _replay(live, heads, arguments, scratch_url, around, is_last=True) as context:
            yield context


class _SurroundingsMissing(Exception):
    """A migration wants a schema, or something of an extension, that no migration makes."""


@contextmanager
def _replay(
    live: MigrationContext,
    heads: Heads,
    arguments: dict[str, UserValue],
    scratch_url: str | None,
    around: Iterable[str],
    *,
    is_last: bool,
) -> Iterator[MigrationContext]:
    assert live.connection is not None
    with scratch_database(live.connection, scratch_url) as engine:
        # Replaying takes its time; nobody has to wait for the end of a transaction of ours.
        live._transactions.refresh()
        if engine.dialect.name in MYSQL:
            refuse_trespass(engine)
        surround(engine, around)
        with engine.connect() as connection:
            yield _run(live, connection, heads, arguments, is_last=is_last)


def _run(
    live: MigrationContext,
    connection: Connection,
    heads: Heads,
    arguments: dict[str, UserValue],
    *,
    is_last: bool,
) -> MigrationContext:
    script, around = live.script, live.environment_context
    assert script is not None
    assert around is not None
    assert around.config is not None

    steps: list[MigrationStep] = []
    for place, head in enumerate(heads):
        steps += script._upgrade_revs(head, heads[:place])

    options = {name: value for name, value in live.opts.items() if name not in _NOT_OF_ENV_PY}
    if connection.dialect.name in MYSQL:
        options["include_schemas"] = False  # they are other databases
    options |= {
        "compare_type": options.get("compare_type") or True,
        "compare_server_default": options.get("compare_server_default") or True,
        "autogenerate_plugins": tuple(
            dict.fromkeys((*_COMPLETE, *(options.get("autogenerate_plugins") or ())))
        ),
    }
    with EnvironmentContext(
        around.config, script, fn=lambda *_: steps, insisted={"lock": False}
    ) as environment:
        environment.configure(connection=connection, **options)
        try:
            with environment.begin_transaction():
                environment.run_migrations(**arguments)
        except DBAPIError as error:
            if sqlstate(error) in MISSED and not is_last:
                raise _SurroundingsMissing from error
            raise ReplayFailed(error) from error
        except Exception as error:
            raise ReplayFailed(error) from error
        return environment.get_context()
