"""Replay: the scripts run into an empty database, up to where another one stands.

::

    with replayed(live, heads, arguments) as context:
        …                       # a MigrationContext on the scratch database, at the same heads

The environment is that of ``env.py``, which is not run again: migrations find its options, its ``-x``
arguments and its configuration, and the scratch database in place of the live one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from alembic.drift.scratch import scratch_database
from alembic.graph.step import MigrationStep
from alembic.runtime.driver_errors import first_line, sqlstate
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.runtime.options import UserValue
from alembic.util.exc import CommandError
from alembic.util.failure import failure_of

Heads = tuple[str, ...]

_NO_SUCH_SCHEMA = "3F000"  # https://www.postgresql.org/docs/current/errcodes-appendix.html
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
    schemas: tuple[str, ...] = ()
    if live.version_table_schema:
        schemas = (live.version_table_schema,)
    try:
        with _replay(live, heads, arguments, scratch_url, schemas) as context:
            yield context
    except _SchemaMissing:
        # Schemas that are made before the migrations, by env.py or by hand.
        schemas = tuple(_schemas_of(connection))
        with _replay(live, heads, arguments, scratch_url, schemas) as context:
            yield context


class _SchemaMissing(Exception):
    """A migration wants a schema that no migration makes."""


@contextmanager
def _replay(
    live: MigrationContext,
    heads: Heads,
    arguments: dict[str, UserValue],
    scratch_url: str | None,
    schemas: Iterable[str],
) -> Iterator[MigrationContext]:
    assert live.connection is not None
    with scratch_database(live.connection, scratch_url) as engine:
        _make_schemas(engine, schemas)
        with engine.connect() as connection:
            context = _run(live, connection, heads, arguments, is_last=bool(schemas))
            yield context


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
            if sqlstate(error) == _NO_SUCH_SCHEMA and not is_last:
                raise _SchemaMissing from error
            raise ReplayFailed(error) from error
        except Exception as error:
            raise ReplayFailed(error) from error
        return environment.get_context()


def _make_schemas(engine: Engine, schemas: Iterable[str]) -> None:
    quote = engine.dialect.identifier_preparer.quote
    with engine.begin() as connection:
        for schema in schemas:
            connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {quote(schema)}"))


def _schemas_of(connection: Connection) -> list[str]:
    names = connection.dialect.get_schema_names(connection)
    return [name for name in names if name != "information_schema"]
