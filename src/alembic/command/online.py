"""Run ``env.py``: what every command that turns to a database goes through.

With :mod:`alembic.command.comparison` this is what loads SQLAlchemy. It is imported when a database
is wanted, so that ``history``, or ``upgrade --help``, does without.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import TypeAlias

from alembic.command.whereabouts import VersionPlace
from alembic.config import Config
from alembic.graph.step import MigrationStep
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.runtime.options import UserValue
from alembic.script.directory import ScriptDirectory
from alembic.util.messaging import obfuscate_url_pw

log = logging.getLogger(__name__)

Steps: TypeAlias = Callable[[tuple[str, ...], MigrationContext], Iterable[MigrationStep]]
"""``(heads of the database, its context) -> steps to run``."""


def run_environment(
    config: Config, script: ScriptDirectory, steps: Steps, **options: UserValue
) -> None:
    """Run ``env.py`` with ``steps`` to carry out in each database that it configures.

    ``options`` are those of the command: ``as_sql``, ``starting_rev``, ``destination_rev``, ``tag``,
    ``purge``, ``dont_mutate``, ``template_args``. An ``env.py`` that never asks for the steps is
    warned of, unless all that a new revision wants of it is words for the template.
    """
    revision: UserValue = options.get("revision_context")
    is_asked = revision is not None and not revision.command_args["autogenerate"]

    def asked(heads: tuple[str, ...], context: MigrationContext) -> Iterable[MigrationStep]:
        nonlocal is_asked
        is_asked = True
        return steps(heads, context)

    with EnvironmentContext(config, script, fn=asked, **options):
        script.run_env()
    if not is_asked:
        log.warning(
            "%s has come to its end without a call of context.run_migrations(): nothing was done",
            script.env_py_location,
        )


def run_for_template(
    config: Config, script: ScriptDirectory, template_args: dict[str, UserValue]
) -> None:
    """Run ``env.py`` for what it adds to ``template_args``; runs no step."""

    def no_steps(_heads: tuple[str, ...], _context: MigrationContext) -> Iterable[MigrationStep]:
        return ()

    with EnvironmentContext(config, script, fn=no_steps, as_sql=False, template_args=template_args):
        script.run_env()


def ask_databases(
    config: Config,
    script: ScriptDirectory,
    told: Callable[[tuple[str, ...], str], None],
    *,
    told_place: Callable[[tuple[str, ...], VersionPlace], None] | None = None,
    told_half_done: Callable[[str], None] | None = None,
) -> None:
    """Call ``told(heads, url)`` for each database that ``env.py`` configures; changes nothing.

    The URL has no password in it. ``told_place`` is called after it with the place that the heads
    were read from; ``told_half_done`` after that where a step stopped half-way, with a sentence
    about it.
    """

    def no_steps(heads: tuple[str, ...], context: MigrationContext) -> Iterable[MigrationStep]:
        told(heads, _shown_url(context))
        if told_place is not None:
            told_place(heads, _place(context))
        half = None if told_half_done is None else context.half_done()
        if told_half_done is not None and half is not None:
            told_half_done(f"The {half}.")
        return ()

    run_environment(config, script, no_steps, dont_mutate=True)


def create_version_table(config: Config, script: ScriptDirectory, *, as_sql: bool) -> None:
    """Create the version table in each database that ``env.py`` configures and that has none."""

    def no_steps(_heads: tuple[str, ...], context: MigrationContext) -> Iterable[MigrationStep]:
        if context.as_sql:
            context._ensure_version_table()
        # In a database the run itself makes it, in its turn.
        return ()

    run_environment(config, script, no_steps, as_sql=as_sql)


def _shown_url(context: MigrationContext) -> str:
    connection = context.connection
    if connection is None:
        return context.dialect.name
    return obfuscate_url_pw(connection.engine.url)


def _place(context: MigrationContext) -> VersionPlace:
    connection = context.connection
    database = None if connection is None else connection.engine.url.database
    dialect = context.dialect
    # The schemas of MySQL are its databases, and the main one of SQLite is the file.
    usual = None if dialect.name in {"sqlite", "mysql", "mariadb"} else dialect.default_schema_name
    return VersionPlace(
        table=context.version_table,
        schema=context.version_table_schema or usual,
        database=database or (":memory:" if dialect.name == "sqlite" else None),
        is_there=context._has_version_table(),
    )
